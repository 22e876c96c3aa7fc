//! The node: one ministry's (or one region's) server. See `docs/architecture.md`.
//!
//! The modules stand in the order of the house, lowest floor first: none names one of a floor that
//! comes later. A test reads the arrows (`tests/it/architecture.rs`).

pub mod plain;
pub mod error;
pub mod ids;
pub mod clock;
pub mod day;
pub mod text;
pub mod bounds;

pub mod access;
pub mod ledger;

pub mod vault;
pub mod page;
pub mod ask;
pub mod paper;

pub mod directory;
pub mod records;

pub mod statistics;
pub mod plans;
pub mod meetings;

pub mod audit;

pub mod schema;

pub mod config;
pub mod gate;
pub mod node;

pub mod http;
pub mod backup;
pub mod demo;
pub mod cli;
