//! The parts of a meeting, as clients see them. Translation only.

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};
use chrono::{DateTime, FixedOffset, Utc};

use super::{
    content::{Chair, Presidency},
    delegation::{Delegation, Fact, Facts},
    phase::{self, Phase},
    session::Session,
};
use crate::{clock::Moment, day::Day, text::Text};

/// Who presides over a meeting.
pub struct MeetingChair<'a>(pub &'a Chair);

/// Who presides over a meeting.
#[Object]
impl MeetingChair<'_> {
    /// The country, ISO 3166-1 alpha-2: the host, or a delegation.
    async fn country(&self) -> &str {
        &self.0.country
    }
    /// The post that presides.
    async fn post(&self) -> Option<&Text> {
        self.0.post.as_ref()
    }
}

/// A pro tempore presidency (presidencia pro témpore), with its term.
pub struct ProTemporePresidency<'a>(pub &'a Presidency);

/// A pro tempore presidency (presidencia pro témpore), with its term.
#[Object]
impl ProTemporePresidency<'_> {
    /// Of which body.
    async fn of(&self) -> &Text {
        &self.0.of
    }
    /// The country, ISO 3166-1 alpha-2.
    async fn country(&self) -> &str {
        &self.0.country
    }
    /// The first day of the term.
    async fn since(&self) -> Day {
        Day(self.0.since)
    }
    /// The last day of the term, if it is known.
    async fn until(&self) -> Option<Day> {
        self.0.until.map(Day)
    }
}

/// A session of a meeting.
pub struct MeetingSession<'a>(pub &'a Session);

/// A session of a meeting.
#[Object]
impl MeetingSession<'_> {
    /// What it is called.
    async fn title(&self) -> Option<&Text> {
        self.0.title.as_ref()
    }
    /// The time zone of its place, by its IANA name.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }
    /// When it begins, with the offset of its place.
    async fn starts_at(&self) -> Option<DateTime<FixedOffset>> {
        self.0.starts()
    }
    /// When it ends, with the offset of its place.
    async fn ends_at(&self) -> Option<DateTime<FixedOffset>> {
        self.0.ends()
    }
    /// How long it takes, in minutes.
    async fn minutes(&self) -> u32 {
        self.0.minutes
    }
    /// Where, if not where the meeting is held.
    async fn place(&self) -> Option<&Text> {
        self.0.place.as_ref()
    }
}

/// A delegation of a meeting. That it is invited is one fact; that it observes, attends, adopts or
/// reserves are four others.
pub struct MeetingDelegation<'a> {
    pub invited: &'a Delegation,
    pub facts: Arc<Facts>,
}

/// A delegation of a meeting. That it is invited is one fact; that it observes, attends, adopts or
/// reserves are four others.
#[Object]
impl MeetingDelegation<'_> {
    /// The country, ISO 3166-1 alpha-2; a member or not.
    async fn country(&self) -> &str {
        &self.invited.country
    }
    /// Whether it is invited to observe only.
    async fn observing(&self) -> bool {
        self.invited.observing
    }
    /// Whether it takes part, in the room or by video.
    async fn attending(&self) -> bool {
        self.facts.hold(&self.invited.country, Fact::Attending)
    }
    /// Whether it adopts what the meeting adopts.
    async fn adopting(&self) -> bool {
        self.facts.hold(&self.invited.country, Fact::Adopting)
    }
    /// Whether it adopts with a reservation.
    async fn reserving(&self) -> bool {
        self.facts.hold(&self.invited.country, Fact::Reserving)
    }
    /// What was noted of it last, of each sort: by the delegation itself or by the host, and when.
    async fn noted(&self) -> Vec<DelegationNote> {
        let facts = [Fact::Attending, Fact::Adopting, Fact::Reserving];
        let noted = facts.iter().filter_map(|fact| self.facts.noted(&self.invited.country, *fact));
        noted
            .map(|row| DelegationNote {
                fact: row.fact,
                holds: row.holds,
                by_host: row.by_host,
                at: row.at.0,
            })
            .collect()
    }
}

/// What was noted of a delegation.
#[derive(SimpleObject)]
pub struct DelegationNote {
    /// What was noted.
    fact: Fact,
    /// Whether it holds; false where it was taken back.
    holds: bool,
    /// Whether the host noted it, and not the delegation itself.
    by_host: bool,
    /// When.
    at: DateTime<Utc>,
}

/// A phase that a meeting entered.
#[derive(SimpleObject)]
pub struct MeetingCourse {
    /// The phase.
    phase: Phase,
    /// When it was entered.
    at: DateTime<Utc>,
    /// Until when delegations comment, where the agenda was opened to them.
    until: Option<DateTime<Utc>>,
}

impl MeetingCourse {
    pub fn of(row: phase::Model) -> Self {
        Self { phase: row.phase, at: row.at.0, until: row.until.map(|Moment(at)| at) }
    }
}
