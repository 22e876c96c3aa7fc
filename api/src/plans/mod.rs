//! Contingency plans: what a country will do when many people are returned at once. By whom, where,
//! with what, from which moment.
//!
//! A plan is a shared record (see [`crate::records`]); this room says what it holds and how clients
//! see it.

mod content;
mod graphql;
mod inputs;
mod mutation;

pub use content::{Phase, PlanContent, Point, Section, TargetGroup};
pub use graphql::{Plan, PlanQuery};
pub use mutation::PlanMutation;
