//! Ministerial meetings: convoked with a place, a time zone and a list of delegations; an agenda in
//! order, with links to plans and datasets; released to those invited; withdrawn.
//!
//! A meeting is a shared record (see [`crate::records`]); this room says what it holds and how
//! clients see it. A link shows only to those who see what it leads to. How far the meeting itself
//! has come, and what its delegations do, stands beside the record ([`Phase`], [`Facts`]).

mod agenda;
pub mod calendar;
mod closed;
mod commands;
mod commitments;
mod comparing;
mod content;
mod delegation;
mod difference;
pub mod documents;
mod fields;
mod graphql;
mod inputs;
mod item;
mod minutes;
mod moving;
mod mutation;
pub mod paper;
pub mod people;
mod phase;
mod positions;
mod proposals;
mod session;
mod telling;
mod terms;
mod text;

pub use agenda::{AgendaItem, Link, Outline, offsets};
pub use closed::withheld;
pub use commitments::{
    AgreementMutation, AgreementQuery, AgreementRow, AgreementStepRow, Base as CommitmentBase, Course,
    MeetingCommitment, Step as CommitmentStep,
};
pub use comparing::AgendaQuery;
pub use content::{Chair, MeetingContent, Presidency};
pub use delegation::{Delegation, Entity as DelegationFactRow, Fact, Facts};
pub use graphql::{Meeting, MeetingQuery};
pub use minutes::{MinutesApprovalRow, MinutesMutation, MinutesRow};
pub use moving::{Place, moved};
pub use mutation::MeetingMutation;
pub use phase::{CallOff, Entity as PhaseRow, Move, Phase, Step};
pub use positions::{ExchangeRow, PositionMutation, PositionRow, SealRow, Statement, seal};
pub use proposals::{ProposalMutation, ProposalRow};
pub use session::Session;
pub use terms::{DecisionRule, ItemKind, Level, Mode};
pub use text::{
    Alternative, Bracket, Choice, Draft as TextDraft, Paragraph, ParagraphKind, ParagraphState, Piece,
    Segment, Silence, Spot, StanceRow, StatementRow, TextMutation, TextQuery, TextRow, VersionRow, pieces,
    proposed, settled, supported,
};
