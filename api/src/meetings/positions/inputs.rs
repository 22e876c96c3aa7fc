//! What clients send of positions.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};

use super::{position::Said, seal::Statement};
use crate::{
    ids::{ExchangeId, MeetingId},
    text::TextInput,
};

/// The position of your own country on an item.
#[derive(InputObject)]
pub struct WritePositionInput {
    /// The meeting.
    pub id: MeetingId,
    /// The key of the item.
    pub item: String,
    /// The position; at most 5,000 characters.
    pub position: TextInput,
    /// What is said in the room; at most 5,000 characters.
    pub lines_to_take: Option<TextInput>,
    /// Where the delegation does not yield; at most 5,000 characters.
    pub red_lines: Option<TextInput>,
}

/// Calls delegations to a sealed exchange.
#[derive(InputObject)]
pub struct CallExchangeInput {
    /// The meeting.
    pub id: MeetingId,
    /// The delegations of the list: members to whose country the meeting was released.
    pub countries: Vec<String>,
    /// When it opens, if not every delegation has handed in before; never by time if left out.
    pub opens_at: Option<DateTime<Utc>>,
}

/// Commits your delegation to a text by its hash.
#[derive(InputObject)]
pub struct SealPositionInput {
    /// The exchange.
    pub exchange: ExchangeId,
    /// SHA-256 of `{"salt":…,"statements":[{"item":…,"text":{"en":…,"es":…}}]}`, without spaces and
    /// with `en` left out where there is none; 64 hexadecimal digits in small letters.
    pub hash: String,
}

/// Hands in the text that was committed to.
#[derive(InputObject)]
pub struct FilePositionInput {
    /// The exchange.
    pub exchange: ExchangeId,
    /// The salt that was hashed with it; 16 to 200 characters.
    pub salt: String,
    /// What the delegation says, by item, in the order that was hashed.
    pub statements: Vec<PositionStatementInput>,
}

/// What a delegation says on one item.
#[derive(InputObject)]
pub struct PositionStatementInput {
    /// The key of the item.
    pub item: String,
    /// What it says; at most 5,000 characters.
    pub text: TextInput,
}

/// Takes back what your delegation sealed.
#[derive(InputObject)]
pub struct WithdrawPositionInput {
    /// The exchange.
    pub exchange: ExchangeId,
}

impl WritePositionInput {
    pub fn parts(self) -> (MeetingId, String, Said) {
        let said = Said {
            position: self.position.into(),
            lines_to_take: self.lines_to_take.map(Into::into),
            red_lines: self.red_lines.map(Into::into),
        };
        (self.id, self.item, said)
    }
}

impl From<PositionStatementInput> for Statement {
    fn from(told: PositionStatementInput) -> Self {
        Self { item: told.item, text: told.text.into() }
    }
}
