//! What a convocation and its agenda say.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{
    access::Kind,
    bounds::{Bounds, NAME},
    directory::known_countries,
    error::{Reason, Result},
    ids::{DatasetId, PlanId, RecordId},
    ledger::Work,
    records::{Content, Outline, held},
    say,
    text::Text,
};

/// What a meeting says. The order of the fields is part of the canonical form that is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingContent {
    pub title: Text,
    /// The series it belongs to, such as a conference that meets each year.
    pub series: Option<String>,
    pub level: Level,
    pub mode: Mode,
    pub place: Text,
    /// IANA name, such as `America/Mexico_City`.
    pub time_zone: String,
    /// Local time at the place.
    pub starts_at: NaiveDateTime,
    /// The last day, at the place.
    pub ends_on: NaiveDate,
    /// Invited countries, ISO 3166-1 alpha-2; members or not.
    pub delegations: Vec<String>,
    /// The agenda, in order.
    pub items: Vec<AgendaItem>,
    pub note: Option<Text>,
}

/// The level of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "MeetingLevel")]
pub enum Level {
    /// Senior officials (técnico).
    Technical,
    /// Vice-ministers.
    ViceMinisterial,
    /// Ministers.
    Ministerial,
    /// Heads of state or government (cumbre).
    Summit,
}

/// How people take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "MeetingMode")]
pub enum Mode {
    /// In one place (presencial).
    InPerson,
    /// By video (virtual).
    Virtual,
    /// Both (híbrida).
    Hybrid,
}

/// What an agenda item is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "AgendaItemKind")]
pub enum ItemKind {
    /// Something is adopted (adopción).
    Adoption,
    /// Somebody reports (informativo).
    Information,
    /// Something is discussed (discusión).
    Discussion,
    /// Something is decided (decisión).
    Decision,
    /// Any other business (otros asuntos).
    Other,
}

/// An item of the agenda (punto del orden del día).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgendaItem {
    pub title: Text,
    pub kind: ItemKind,
    pub minutes: u32,
    /// The names of documents.
    pub documents: Vec<Text>,
    pub plans: Vec<PlanId>,
    pub datasets: Vec<DatasetId>,
}

/// The longest an item can take: a day.
const LONGEST_ITEM: u32 = 24 * 60;

impl MeetingContent {
    pub fn zone(&self) -> Option<Tz> {
        self.time_zone.parse().ok()
    }

    /// The beginning, with the offset of the place at that moment. Where clocks were put back and
    /// the hour came twice, the first of the two.
    pub fn starts(&self) -> Option<DateTime<FixedOffset>> {
        Some(self.zone()?.from_local_datetime(&self.starts_at).earliest()?.fixed_offset())
    }
}

impl Content for MeetingContent {
    const KIND: Kind = Kind::Meeting;

    fn outline(&self) -> Outline {
        let words =
            [Some(&self.title.es), self.title.en.as_ref(), self.series.as_ref(), Some(&self.place.es)];
        Outline {
            code: None,
            words: words.into_iter().flatten().cloned().collect(),
            starts: Some(self.starts_at.date()),
            ends: Some(self.ends_on),
        }
    }

    async fn check(&self, work: &Work) -> Result<()> {
        let mut bounds = Bounds::default();
        bounds.words("input.content.title", &self.title, NAME);
        bounds.optional("input.content.series", self.series.as_deref(), NAME);
        bounds.words("input.content.place", &self.place, NAME);
        bounds.words_if("input.content.note", self.note.as_ref(), 2_000);
        bounds.count("input.content.delegations", self.delegations.len(), 200);
        bounds.distinct("input.content.delegations", &self.delegations);
        bounds.count("input.content.items", self.items.len(), 200);
        self.check_times(&mut bounds);
        let known = known_countries(&work.db, &self.delegations).await?;
        for (at, code) in self.delegations.iter().enumerate() {
            if !known.contains(code) {
                bounds.add(
                    Reason::Unknown,
                    format!("input.content.delegations.{at}"),
                    say!(
                        "`{code}` no es un país conocido (ISO 3166-1)",
                        "`{code}` is no known country (ISO 3166-1)"
                    ),
                );
            }
        }
        for (at, item) in self.items.iter().enumerate() {
            item.check(&format!("input.content.items.{at}"), work, &mut bounds).await?;
        }
        bounds.done()
    }
}

impl MeetingContent {
    fn check_times(&self, bounds: &mut Bounds) {
        if self.zone().is_none() {
            bounds.add(
                Reason::Unknown,
                "input.content.timeZone",
                say!(
                    "use un nombre IANA, como `America/Mexico_City`",
                    "use an IANA name, such as `America/Mexico_City`"
                ),
            );
        } else if self.starts().is_none() {
            bounds.add(
                Reason::OutOfRange,
                "input.content.startsAt",
                say!(
                    "esa hora no existe en el lugar: los relojes se adelantan entonces",
                    "there is no such hour at the place: clocks are put forward then"
                ),
            );
        }
        let starts = self.starts_at.date();
        if !(0..=60).contains(&(self.ends_on - starts).num_days()) {
            bounds.add(
                Reason::OutOfRange,
                "input.content.endsOn",
                say!("del {starts} en adelante, a lo sumo 60 días", "from {starts} on, at most 60 days"),
            );
        }
    }
}

impl AgendaItem {
    async fn check(&self, path: &str, work: &Work, bounds: &mut Bounds) -> Result<()> {
        bounds.words(format!("{path}.title"), &self.title, NAME);
        bounds.count(format!("{path}.documents"), self.documents.len(), 50);
        bounds.count(format!("{path}.plans"), self.plans.len(), 20);
        bounds.count(format!("{path}.datasets"), self.datasets.len(), 20);
        for (at, document) in self.documents.iter().enumerate() {
            bounds.words(format!("{path}.documents.{at}"), document, NAME);
        }
        if !(1..=LONGEST_ITEM).contains(&self.minutes) {
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.minutes"),
                say!("entre 1 y {LONGEST_ITEM} minutos", "between 1 and {LONGEST_ITEM} minutes"),
            );
        }
        // What the author does not see cannot be linked, whether it exists or not.
        let plans: Vec<RecordId> = self.plans.iter().take(20).map(|id| (*id).into()).collect();
        let datasets: Vec<RecordId> = self.datasets.iter().take(20).map(|id| (*id).into()).collect();
        for (kind, list, ids) in [(Kind::Plan, "plans", plans), (Kind::Dataset, "datasets", datasets)] {
            let seen = held(&work.db, kind, &work.viewer, &ids).await?;
            for (at, _) in ids.iter().enumerate().filter(|(_, id)| !seen.contains(id)) {
                bounds.add(
                    Reason::Unknown,
                    format!("{path}.{list}.{at}"),
                    say!("no existe", "does not exist"),
                );
            }
        }
        Ok(())
    }
}
