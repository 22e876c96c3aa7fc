//! What clients send to convoke a meeting and to write its agenda.

use async_graphql::InputObject;

use super::content::{AgendaItem, ItemKind, Level, MeetingContent, Mode};
use crate::{
    access::Handling,
    day::{Day, LocalTime},
    error::{Problem, Reason, Result},
    ids::{AccountId, DatasetId, InstitutionId, MeetingId, PlanId},
    say,
    text::TextInput,
};

/// What a convocation and its agenda say.
#[derive(InputObject)]
pub struct MeetingContentInput {
    /// The full title; at most 300 characters.
    pub title: TextInput,
    /// The series it belongs to.
    pub series: Option<String>,
    /// Its level.
    pub level: Level,
    /// How people take part.
    pub mode: Mode,
    /// Where it is held: city and venue.
    pub place: TextInput,
    /// The time zone of the place, by its IANA name: `America/Mexico_City`.
    pub time_zone: String,
    /// When it begins, in the local time of the place and without offset: `2025-01-16T09:00:00`.
    pub starts_at: LocalTime,
    /// The last day, at the place.
    pub ends_on: Day,
    /// Invited delegations: countries by ISO 3166-1 alpha-2, members or not.
    #[graphql(default)]
    pub delegations: Vec<String>,
    /// The agenda, in order; at most 200 items.
    #[graphql(default)]
    pub items: Vec<AgendaItemInput>,
    /// What else is to be said.
    pub note: Option<TextInput>,
}

/// An item of the agenda.
#[derive(InputObject)]
pub struct AgendaItemInput {
    /// What it is about.
    pub title: TextInput,
    /// What it is for.
    pub kind: ItemKind,
    /// How long it takes, in minutes; 1 to 1,440.
    pub minutes: i32,
    /// The names of its documents.
    #[graphql(default)]
    pub documents: Vec<TextInput>,
    /// Plans it speaks of. Each delegation sees the links to what it can see.
    #[graphql(default)]
    pub plans: Vec<PlanId>,
    /// Datasets it speaks of. Each delegation sees the links to what it can see.
    #[graphql(default)]
    pub datasets: Vec<DatasetId>,
}

/// A meeting that is convoked. Nobody is told before it is released.
#[derive(InputObject)]
pub struct ConvokeMeetingInput {
    /// What the convocation says.
    pub content: MeetingContentInput,
    /// How wide it may be shared later.
    pub handling: Handling,
    /// Institutions of your country that work on it, beside your own and the foreign ministry.
    #[graphql(default)]
    pub chain: Vec<InstitutionId>,
    /// Under `RED`: the accounts that work on it, beside your own.
    #[graphql(default)]
    pub accounts: Vec<AccountId>,
    /// A note on this revision, for your own country.
    pub note: Option<String>,
}

/// A new revision of a meeting: the whole of what it says.
#[derive(InputObject)]
pub struct ReviseMeetingInput {
    /// The meeting.
    pub id: MeetingId,
    /// The revision you read; refused if somebody has saved since.
    pub expected_revision: i32,
    /// What it says from now on.
    pub content: MeetingContentInput,
    /// A note on this revision, for your own country.
    pub note: Option<String>,
}

impl MeetingContentInput {
    pub fn content(self) -> Result<MeetingContent> {
        let mut items = Vec::with_capacity(self.items.len());
        for (at, item) in self.items.into_iter().enumerate() {
            let minutes = u32::try_from(item.minutes).map_err(|_| {
                Problem::new(
                    Reason::OutOfRange,
                    format!("input.content.items.{at}.minutes"),
                    say!("entre 1 y 1440 minutos", "between 1 and 1440 minutes"),
                )
            })?;
            items.push(AgendaItem {
                title: item.title.into(),
                kind: item.kind,
                minutes,
                documents: item.documents.into_iter().map(Into::into).collect(),
                plans: item.plans,
                datasets: item.datasets,
            });
        }
        Ok(MeetingContent {
            title: self.title.into(),
            series: self.series,
            level: self.level,
            mode: self.mode,
            place: self.place.into(),
            time_zone: self.time_zone,
            starts_at: self.starts_at.0,
            ends_on: self.ends_on.0,
            delegations: self.delegations,
            items,
            note: self.note.map(Into::into),
        })
    }
}
