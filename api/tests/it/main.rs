//! One test binary: links once, runs in parallel.
#![expect(clippy::disallowed_methods, reason = "a test may look behind the curtain")]

mod architecture;
mod contract;
mod gate;
mod stage;
mod statistics_domain;
