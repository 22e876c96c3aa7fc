//! Plans put into force: activated, escalated, moved from phase to phase, stood down; and how far their actions have come.
//!
//! An **activation** runs from its first step to the one that stands it down. Every step holds the revision that counts
//! from then on, the phase, the level of alert, from when, and on what grounds; none is changed or deleted. An exercise
//! is an activation of its own, beside whatever is really in force, and is never told as that.
//!
//! What leads where is in [`states`]; what was in force when and which actions are due, in [`course`]; who is shown what
//! of it, in [`reading`].

mod activation;
mod commands;
pub mod course;
mod declaring;
mod fields;
mod graphql;
mod grounds;
mod inputs;
mod mutation;
mod progress;
pub mod reading;
pub mod states;

pub use activation::{
    Entity as ActivationRow, progress::Entity as ProgressRow, reason::Entity as ReasonRow,
    step::Entity as StepRow,
};
pub use commands::{Activation, activate};
pub use fields::{PlanActivation, PlanTimeline};
pub(super) use fields::{holding, timeline};
pub use graphql::ForceQuery;
pub use grounds::Grounds;
pub use mutation::ForceMutation;
