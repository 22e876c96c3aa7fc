//! Who sees what of a negotiated text: decided here once, for every field and every command.
//!
//! The host and the delegations that do not only observe see all of it. Others see nothing, unless
//! the host shares it with them: then the versions from that one on, and of these the words alone.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::{
    adoption::{self, stance, statement},
    draft::Draft,
    rows::{self, text, version},
};
use crate::{
    access::{Action, Party, Standing, Viewer},
    ask::{Loads, Missed},
    clock::Moment,
    error::{Error, Result},
    ids::{MeetingId, RecordId, TextId},
    ledger::sha256,
    meetings::{closed, content::MeetingContent},
    records::Shown,
};

/// What of a text a viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All of it.
    Whole,
    /// The words, from this version on.
    From(i32),
}

impl Sight {
    /// What a viewer sees of a text of a meeting that is shown to them; none if there is no such text
    /// for them.
    pub fn of(viewer: &Viewer, meeting: &Shown<MeetingContent>, text: &text::Model) -> Option<Self> {
        match negotiates(viewer, meeting) {
            true => Some(Sight::Whole),
            false => text.observers_from.map(Sight::From),
        }
    }

    pub fn reaches(self, number: i32) -> bool {
        match self {
            Sight::Whole => true,
            Sight::From(first) => number >= first,
        }
    }

    /// A version, as it stands at a moment, cut to this sight; with the SHA-256 of what is left.
    pub fn cut(self, row: &version::Model, now: Option<Moment>) -> Result<(Draft, String)> {
        let mut draft: Draft = serde_json::from_str(&row.content).map_err(anyhow::Error::from)?;
        if let Some(now) = now {
            draft = draft.at(now);
        }
        if self == Sight::Whole {
            return Ok((draft, row.hash.clone()));
        }
        let draft = draft.for_observers();
        let hash = sha256(&serde_json::to_vec(&draft).map_err(anyhow::Error::from)?);
        Ok((draft, hash))
    }
}

/// Whether the viewer is of those who negotiate: they work on the meeting, or are of the host or of a
/// delegation that does not only observe; and have a role that reads what is negotiated.
pub fn negotiates(viewer: &Viewer, meeting: &Shown<MeetingContent>) -> bool {
    let own = viewer.country.clone().map(Party::Country);
    viewer.may(Action::ReadTexts, Standing::Compatriot)
        && (meeting.record.worked_on_by(viewer) || closed::admits(&meeting.content, own.as_slice()))
}

pub fn no_such() -> Error {
    Error::NotFound(crate::say!("un texto negociado", "negotiated text"))
}

/// A text with all that stands beside it, before it is cut.
#[derive(Clone)]
pub struct Rows {
    pub text: text::Model,
    pub newest: version::Model,
    pub stances: Vec<stance::Model>,
    pub statements: Vec<statement::Model>,
}

/// A meeting that is shown, asked for its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextsOf(pub MeetingId);

impl Loader<TextsOf> for Loads {
    type Value = Vec<Rows>;
    type Error = Missed;

    async fn load(&self, asked: &[TextsOf]) -> Result<HashMap<TextsOf, Vec<Rows>>, Missed> {
        let meetings: Vec<RecordId> = asked.iter().map(|TextsOf(id)| (*id).into()).collect();
        let texts = rows::of_meetings(&self.db, &meetings).await?;
        if texts.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<TextId> = texts.iter().map(|text| text.id).collect();
        let newest = rows::versions(&self.db, texts.iter().map(|text| (text.id, text.newest))).await?;
        let mut newest: HashMap<TextId, version::Model> =
            newest.into_iter().map(|row| (row.text_id, row)).collect();
        let stances = adoption::stances(&self.db, &ids).await?;
        let statements = adoption::statements(&self.db, &ids).await?;
        let mut found: HashMap<_, Vec<Rows>> = HashMap::new();
        for text in texts {
            let Some(newest) = newest.remove(&text.id) else { continue };
            let stances = stances.iter().filter(|row| row.text_id == text.id).cloned().collect();
            let statements = statements.iter().filter(|row| row.text_id == text.id).cloned().collect();
            let of = TextsOf(text.meeting_id.into());
            found.entry(of).or_default().push(Rows { text, newest, stances, statements });
        }
        Ok(found)
    }
}
