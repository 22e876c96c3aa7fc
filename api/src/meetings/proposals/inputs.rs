//! What clients send of proposals.

use async_graphql::InputObject;

use super::row::{Said, Sort};
use crate::{
    ids::{MeetingId, ProposalId},
    meetings::terms::ItemKind,
    text::TextInput,
};

/// What your delegation proposes on an agenda that is open to it.
#[derive(InputObject)]
pub struct ProposeOnAgendaInput {
    /// The meeting.
    pub id: MeetingId,
    /// What is proposed.
    pub kind: Sort,
    /// The key of the item that is to be amended or that the comment is on.
    pub item: Option<String>,
    /// The title of the item; at most 300 characters.
    pub title: Option<TextInput>,
    /// Its annotation; at most 5,000 characters.
    pub annotation: Option<TextInput>,
    /// How long it is to take, in minutes; 1 to 1,440.
    pub minutes: Option<u32>,
    /// What it is to be for.
    pub item_kind: Option<ItemKind>,
    /// The comment, or why it is proposed; at most 5,000 characters.
    pub comment: Option<TextInput>,
}

impl ProposeOnAgendaInput {
    pub fn parts(self) -> (MeetingId, Sort, Option<String>, Said) {
        let said = Said {
            title: self.title.map(Into::into),
            annotation: self.annotation.map(Into::into),
            minutes: self.minutes,
            kind: self.item_kind,
            comment: self.comment.map(Into::into),
        };
        (self.id, self.kind, self.item, said)
    }
}

/// Takes back a proposal of your own delegation.
#[derive(InputObject)]
pub struct WithdrawProposalInput {
    /// The proposal.
    pub id: ProposalId,
}

/// Accepts or declines a proposal, as the host.
#[derive(InputObject)]
pub struct DecideProposalInput {
    /// The proposal.
    pub id: ProposalId,
    /// Whether it is accepted.
    pub accept: bool,
    /// Why; must be said of what is declined. At most 2,000 characters.
    pub reason: Option<TextInput>,
    /// The session that an accepted item is taken in, from 1 on; that of the last item if left out.
    pub session: Option<u32>,
}
