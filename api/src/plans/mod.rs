//! Contingency plans: what a country will do when many people are returned at once. By whom, where,
//! with what, from which moment.
//!
//! A plan is a shared record (see [`crate::records`]); this room says what it holds and how clients
//! see it. Its sections are parts ([`parts`]), each with a handling mark and an audience of its own where it needs
//! one.

pub mod capacity;
pub mod approval;
mod checks;
mod content;
mod course;
mod currency;
pub mod diff;
pub mod document;
pub mod exchange;
mod extent;
pub mod force;
pub mod form;
mod graphql;
mod inputs;
mod legend;
mod means;
mod mutation;
mod outlook;
pub mod paper;
pub mod parts;
mod places;
mod revisions;
pub mod support;
pub mod terms;
mod totals;
pub mod translations;
pub mod words;

pub use approval::ApprovalMutation;
pub use content::PlanContent;
pub use course::{Action, Phase, Section};
pub use graphql::{Plan, PlanQuery};
pub use legend::Legend;
pub use means::{
    BilateralInstrument, BudgetLine, Contact, LegalInstrument, MinorsProtocol, Participation, Staff,
};
pub use mutation::PlanMutation;
pub use outlook::{Scenario, ScenarioShare, Trigger};
pub use places::{Degrees, Money, Point, Service, Transport};
pub use revisions::{Json, PlanRevisionQuery};
pub use terms::TargetGroup;
pub use totals::{BudgetTotal, totals};
