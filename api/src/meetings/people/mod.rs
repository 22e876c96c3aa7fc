//! The people of a meeting: who is accredited, by their own country, and in which order delegations
//! speak on an item.
//!
//! Names are personal data. They are for those who accredit for the same country and for the host that makes
//! the badges, stand in no entry of the ledger, and are deleted [`KEPT_FOR`] after the meeting.

mod commands;
mod fields;
mod forgetting;
mod inputs;
mod mutation;
mod rows;

pub use fields::{Participant, SpeakingOrder, orders_of, participants_of};
pub use forgetting::{KEPT_FOR, forget};
pub use mutation::PeopleMutation;
pub use rows::{OrderRow, ParticipantRow};
