//! One test binary: links once, runs in parallel.

mod statistics_domain;
