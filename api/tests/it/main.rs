//! One test binary: links once, runs in parallel.
#![expect(clippy::disallowed_methods, reason = "a test may look behind the curtain")]

mod access;
mod acts;
mod architecture;
mod contract;
mod equivalence;
mod gate;
mod stage;
mod statistics_domain;
