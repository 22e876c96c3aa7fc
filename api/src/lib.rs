//! The node: one ministry's (or one region's) server. See `docs/architecture.md`.
//!
//! The modules stand in the order of the house: each may name those above it in this list.

pub mod error;
pub mod ids;
pub mod clock;
pub mod text;
pub mod statistics;
