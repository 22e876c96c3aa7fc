//! What clients send of minutes.

use async_graphql::InputObject;

use super::rows::{Entry, Said};
use crate::{ids::MeetingId, text::TextInput};

/// Writes the minutes of a meeting.
#[derive(InputObject)]
pub struct WriteMinutesInput {
    /// The meeting: in session, or closed.
    pub meeting: MeetingId,
    /// The version that you read; 0 where there was none.
    pub expected_version: i32,
    /// What happened, by item.
    pub items: Vec<MinutesEntryInput>,
    /// What is corrected and why; required once somebody has approved; at most 1,000 characters.
    pub correction: Option<TextInput>,
}

/// What happened on one item.
#[derive(InputObject)]
pub struct MinutesEntryInput {
    /// The key of the item.
    pub item: String,
    /// What was said; at most 5,000 characters.
    pub summary: TextInput,
    /// What was decided; at most 50, of at most 2,000 characters.
    #[graphql(default)]
    pub decisions: Vec<TextInput>,
}

/// Approves the minutes.
#[derive(InputObject)]
pub struct ApproveMinutesInput {
    /// The meeting.
    pub meeting: MeetingId,
    /// The hash of the newest version.
    pub hash: String,
    /// Your own country if left out; as the host another that has no account here, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

impl WriteMinutesInput {
    pub fn parts(self) -> (MeetingId, i32, Said) {
        let items = self.items.into_iter().map(|one| Entry {
            item: one.item,
            summary: one.summary.into(),
            decisions: one.decisions.into_iter().map(Into::into).collect(),
        });
        let said = Said { items: items.collect(), correction: self.correction.map(Into::into) };
        (self.meeting, self.expected_version, said)
    }
}
