//! What clients send to convoke a meeting and to write its agenda.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};

use super::{
    agenda::{AgendaItem, Link},
    content::{Chair, MeetingContent, Presidency},
    delegation::{Delegation, Fact},
    moving::Place,
    phase::{CallOff, Step},
    session::{LONGEST, Session},
    terms::{DecisionRule, ItemKind, Level, Mode},
};
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
    /// Its number in the series, as the series writes it, such as `XXVI`; at most 40 characters.
    pub number: Option<String>,
    /// The process or the instrument within which it is held.
    pub frame: Option<TextInput>,
    /// Its level.
    pub level: Level,
    /// How people take part.
    pub mode: Mode,
    /// Where it is held: city and venue.
    pub place: TextInput,
    /// The country that receives it, ISO 3166-1 alpha-2.
    pub host: String,
    /// Who presides: the host, or a delegation that does not only observe.
    pub chair: Option<MeetingChairInput>,
    /// Pro tempore presidencies that bear on it; at most 5.
    #[graphql(default)]
    pub presidencies: Vec<PresidencyInput>,
    /// The sessions, in order and without overlap; 1 to 60.
    pub sessions: Vec<SessionInput>,
    /// Languages of work, ISO 639-1; Spanish if left out.
    #[graphql(default_with = "vec![String::from(\"es\")]")]
    pub languages: Vec<String>,
    /// How many delegations must attend, those that observe aside, for it to begin.
    pub quorum: Option<i32>,
    /// How it decides.
    #[graphql(default_with = "DecisionRule::Consensus")]
    pub decision_rule: DecisionRule,
    /// Those invited, members or not.
    #[graphql(default)]
    pub delegations: Vec<DelegationInput>,
    /// The agenda, in order; at most 200 items.
    #[graphql(default)]
    pub items: Vec<AgendaItemInput>,
    /// What else is to be said.
    pub note: Option<TextInput>,
}

/// Who presides over a meeting.
#[derive(InputObject)]
pub struct MeetingChairInput {
    /// The country, ISO 3166-1 alpha-2.
    pub country: String,
    /// The post; never a name.
    pub post: Option<TextInput>,
}

/// A pro tempore presidency and its term.
#[derive(InputObject)]
pub struct PresidencyInput {
    /// Of which body.
    pub of: TextInput,
    /// The country, ISO 3166-1 alpha-2.
    pub country: String,
    /// The first day of the term.
    pub since: Day,
    /// The last day of the term, if it is known.
    pub until: Option<Day>,
}

/// A session of a meeting.
#[derive(InputObject)]
pub struct SessionInput {
    /// What it is called.
    pub title: Option<TextInput>,
    /// The time zone of its place, by its IANA name: `America/Mexico_City`.
    pub time_zone: String,
    /// When it begins, in the local time of its zone and without offset: `2025-01-16T09:00:00`.
    pub starts_at: LocalTime,
    /// How long it takes, in minutes; 1 to 1,440.
    pub minutes: i32,
    /// Where, if not where the meeting is held.
    pub place: Option<TextInput>,
}

/// A delegation that is invited.
#[derive(InputObject)]
pub struct DelegationInput {
    /// The country, ISO 3166-1 alpha-2; a member or not.
    pub country: String,
    /// Whether it is invited to observe only.
    #[graphql(default)]
    pub observing: bool,
}

/// An item of the agenda.
#[derive(InputObject)]
pub struct AgendaItemInput {
    /// What names it among the items of this meeting, wherever it stands: 1 to 32 small letters,
    /// digits or hyphens. A new item that is sent without gets one; send it along when you revise.
    pub key: Option<String>,
    /// The key of the item it is part of, after which it stands; at most 3 levels.
    pub under: Option<String>,
    /// What it is about.
    pub title: TextInput,
    /// What it is for; not `CLOSED`.
    pub kind: ItemKind,
    /// Whether it, and what is part of it, is only for delegations that do not merely observe.
    /// Others see a block of that length and nothing else.
    #[graphql(default)]
    pub closed: bool,
    /// The session in which it is taken, from 1 on. Items stand in the order of their sessions.
    #[graphql(default = 1)]
    pub session: i32,
    /// How long it takes, in minutes, without what is part of it; 1 to 1,440, or 0 if it has parts.
    pub minutes: i32,
    /// The country that proposed it: the host or a delegation.
    pub proponent: Option<String>,
    /// Who leads, by post; never a name.
    pub speaker: Option<TextInput>,
    /// What is to come of it; at most 1,000 characters.
    pub outcome: Option<TextInput>,
    /// Its annotation; at most 5,000 characters.
    pub annotation: Option<TextInput>,
    /// The names of its documents.
    #[graphql(default)]
    pub documents: Vec<TextInput>,
    /// Plans it speaks of. Each delegation sees the links to what it can see.
    #[graphql(default)]
    pub plans: Vec<PlanLinkInput>,
    /// Datasets it speaks of. Each delegation sees the links to what it can see.
    #[graphql(default)]
    pub datasets: Vec<DatasetLinkInput>,
}

/// A plan that an item speaks of.
#[derive(InputObject)]
pub struct PlanLinkInput {
    /// The plan.
    pub id: PlanId,
    /// The `hash` of the revision that is meant; the latest, whichever it is, if left out.
    pub pinned: Option<String>,
}

/// A dataset that an item speaks of.
#[derive(InputObject)]
pub struct DatasetLinkInput {
    /// The dataset.
    pub id: DatasetId,
    /// The `hash` of the vintage that is meant; the latest, whichever it is, if left out.
    pub pinned: Option<String>,
}

/// Puts an item of the agenda in another place, with all that is part of it. To the end of the
/// agenda if neither `before` nor `under` is given.
#[derive(InputObject)]
pub struct MoveAgendaItemInput {
    /// The meeting.
    pub id: MeetingId,
    /// The key of the item.
    pub item: String,
    /// The key of the item right before which it goes.
    pub before: Option<String>,
    /// The key of the item of which it becomes the last part.
    pub under: Option<String>,
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

/// Takes a meeting one step further.
#[derive(InputObject)]
pub struct ConductMeetingInput {
    /// The meeting.
    pub id: MeetingId,
    /// The step.
    pub step: Step,
    /// Until when delegations comment; only, and always, where the agenda is opened to them.
    pub comments_until: Option<DateTime<Utc>>,
}

/// Calls a meeting off.
#[derive(InputObject)]
pub struct CallOffMeetingInput {
    /// The meeting.
    pub id: MeetingId,
    /// For a time, or for good.
    pub how: CallOff,
}

/// What is noted of a delegation.
#[derive(InputObject)]
pub struct NoteDelegationInput {
    /// The meeting.
    pub id: MeetingId,
    /// The delegation: its country, ISO 3166-1 alpha-2.
    pub country: String,
    /// What is noted.
    pub fact: Fact,
    /// Whether it holds from now on.
    #[graphql(default_with = "true")]
    pub holds: bool,
}

/// A key that nothing else has: the random end of a new id.
fn new_key() -> String {
    MeetingId::new().0.simple().to_string()[20..].to_owned()
}

impl MoveAgendaItemInput {
    pub fn parts(self) -> Result<(MeetingId, String, Place)> {
        let place = match (self.before, self.under) {
            (None, None) => Place::End,
            (Some(before), None) => Place::Before(before),
            (None, Some(under)) => Place::Under(under),
            (Some(_), Some(_)) => {
                let say = say!("`before` o `under`, no ambos", "`before` or `under`, not both");
                return Err(Problem::new(Reason::Malformed, "input.under", say).into());
            }
        };
        Ok((self.id, self.item, place))
    }
}

impl MeetingContentInput {
    pub fn content(self) -> Result<MeetingContent> {
        let minutes = |path: String, minutes: i32| {
            u32::try_from(minutes).map_err(|_| {
                Problem::new(
                    Reason::OutOfRange,
                    path,
                    say!("entre 1 y {LONGEST} minutos", "between 1 and {LONGEST} minutes"),
                )
            })
        };
        let mut sessions = Vec::with_capacity(self.sessions.len());
        for (at, session) in self.sessions.into_iter().enumerate() {
            sessions.push(Session {
                title: session.title.map(Into::into),
                time_zone: session.time_zone,
                starts_at: session.starts_at.0,
                minutes: minutes(format!("input.content.sessions.{at}.minutes"), session.minutes)?,
                place: session.place.map(Into::into),
            });
        }
        let mut items = Vec::with_capacity(self.items.len());
        for (at, item) in self.items.into_iter().enumerate() {
            items.push(AgendaItem {
                key: item.key.unwrap_or_else(new_key),
                under: item.under,
                kind: item.kind,
                closed: item.closed,
                title: item.title.into(),
                // Out of bounds is said with the rest.
                session: u32::try_from(item.session).unwrap_or_default(),
                minutes: minutes(format!("input.content.items.{at}.minutes"), item.minutes)?,
                proponent: item.proponent,
                speaker: item.speaker.map(Into::into),
                outcome: item.outcome.map(Into::into),
                annotation: item.annotation.map(Into::into),
                documents: item.documents.into_iter().map(Into::into).collect(),
                plans: item
                    .plans
                    .into_iter()
                    .map(|PlanLinkInput { id, pinned }| Link { id, pinned })
                    .collect(),
                datasets: item
                    .datasets
                    .into_iter()
                    .map(|DatasetLinkInput { id, pinned }| Link { id, pinned })
                    .collect(),
            });
        }
        let presidency = |told: PresidencyInput| Presidency {
            of: told.of.into(),
            country: told.country,
            since: told.since.0,
            until: told.until.map(|Day(day)| day),
        };
        let delegation =
            |told: DelegationInput| Delegation { country: told.country, observing: told.observing };
        Ok(MeetingContent {
            title: self.title.into(),
            series: self.series,
            number: self.number,
            frame: self.frame.map(Into::into),
            level: self.level,
            mode: self.mode,
            place: self.place.into(),
            host: self.host,
            chair: self.chair.map(|told| Chair { country: told.country, post: told.post.map(Into::into) }),
            presidencies: self.presidencies.into_iter().map(presidency).collect(),
            sessions,
            languages: self.languages,
            // Below one is out of bounds, which the content says with the rest.
            quorum: self.quorum.map(|quorum| u32::try_from(quorum).unwrap_or_default()),
            decision: self.decision_rule,
            delegations: self.delegations.into_iter().map(delegation).collect(),
            items,
            note: self.note.map(Into::into),
        })
    }
}
