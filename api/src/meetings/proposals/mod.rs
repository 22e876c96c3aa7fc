//! What delegations propose on an agenda while it is open to them: an item, another wording of one,
//! a comment. The host accepts or declines, and says why.
//!
//! Proposals are for those who take part: the host, and delegations that do not only observe. They
//! may speak of closed items. What is accepted becomes a new revision of the agenda, which goes the
//! way of every revision.

mod commands;
mod fields;
mod inputs;
mod mutation;
mod row;

pub use fields::{AgendaProposal, proposals_of};
pub use mutation::ProposalMutation;
pub use row::Entity as ProposalRow;
