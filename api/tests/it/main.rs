//! One test binary: links once, runs in parallel.
#![expect(clippy::disallowed_methods, reason = "a test may look behind the curtain")]

mod access;
mod acts;
mod architecture;
mod asking;
mod backup;
mod capacity;
mod cli;
mod contract;
mod crash;
mod demonstration;
mod directory;
mod equivalence;
mod exports;
mod gate;
mod http;
mod importing;
mod jobs;
mod ledger;
mod meetings;
mod migrations;
mod paper;
mod plans;
mod publishing;
mod sdmx;
mod stage;
mod statistics;
mod statistics_domain;
mod support;
mod uploads;
mod vault;
