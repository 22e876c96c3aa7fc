//! Ministerial meetings: convoked with a place, a time zone and a list of delegations; an agenda in
//! order, with links to plans and datasets; released to those invited; withdrawn.
//!
//! A meeting is a shared record (see [`crate::records`]); this room says what it holds and how
//! clients see it. A link shows only to those who see what it leads to.

mod content;
mod graphql;
mod inputs;
mod mutation;

pub use content::{AgendaItem, ItemKind, Level, MeetingContent, Mode};
pub use graphql::{Meeting, MeetingQuery};
pub use mutation::MeetingMutation;
