//! The sessions of a meeting: each at a local time of its own zone, one after the other.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{
    bounds::{Bounds, NAME},
    error::Reason,
    say,
    text::Text,
};

/// A session (sesión).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    pub title: Option<Text>,
    /// IANA name, such as `America/Mexico_City`.
    pub time_zone: String,
    /// Local time in that zone.
    pub starts_at: NaiveDateTime,
    pub minutes: u32,
    /// Where, if not where the meeting is held.
    pub place: Option<Text>,
}

/// The longest a session can take: a day.
pub const LONGEST: u32 = 24 * 60;
/// The most sessions of a meeting.
const MOST: usize = 60;
/// The longest a meeting can take, in days.
const LONGEST_MEETING: i64 = 60;

impl Session {
    pub fn zone(&self) -> Option<Tz> {
        self.time_zone.parse().ok()
    }

    /// The beginning, with the offset of its zone at that moment. Where clocks were put back and
    /// the hour came twice, the first of the two.
    pub fn starts(&self) -> Option<DateTime<FixedOffset>> {
        Some(self.zone()?.from_local_datetime(&self.starts_at).earliest()?.fixed_offset())
    }

    /// The end, with the offset of its zone at that moment: clocks may be put forward in between.
    pub fn ends(&self) -> Option<DateTime<FixedOffset>> {
        self.after(self.minutes)
    }

    /// So many minutes after the beginning.
    pub fn after(&self, minutes: u32) -> Option<DateTime<FixedOffset>> {
        let at = self.starts()?.to_utc() + TimeDelta::minutes(minutes.into());
        Some(at.with_timezone(&self.zone()?).fixed_offset())
    }

    /// The last day, as its zone counts it.
    pub fn last_day(&self) -> NaiveDate {
        self.ends().map_or(self.starts_at.date(), |ends| ends.date_naive())
    }
}

/// Each session is at a time that there is, and they follow one another.
pub fn check(sessions: &[Session], path: &str, bounds: &mut Bounds) {
    if sessions.is_empty() {
        bounds.add(Reason::Required, path, say!("al menos una sesión", "at least one session"));
    }
    bounds.count(path, sessions.len(), MOST);
    for (at, session) in sessions.iter().take(MOST).enumerate() {
        let path = format!("{path}.{at}");
        bounds.words_if(format!("{path}.title"), session.title.as_ref(), NAME);
        bounds.words_if(format!("{path}.place"), session.place.as_ref(), NAME);
        if !(1..=LONGEST).contains(&session.minutes) {
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.minutes"),
                say!("entre 1 y {LONGEST} minutos", "between 1 and {LONGEST} minutes"),
            );
        }
        if session.zone().is_none() {
            bounds.add(
                Reason::Unknown,
                format!("{path}.timeZone"),
                say!(
                    "use un nombre IANA, como `America/Mexico_City`",
                    "use an IANA name, such as `America/Mexico_City`"
                ),
            );
        } else if session.starts().is_none() {
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.startsAt"),
                say!(
                    "esa hora no existe en el lugar: los relojes se adelantan entonces",
                    "there is no such hour at the place: clocks are put forward then"
                ),
            );
        }
    }
    check_order(sessions, path, bounds);
}

fn check_order(sessions: &[Session], path: &str, bounds: &mut Bounds) {
    for (at, pair) in sessions.windows(2).enumerate() {
        if let (Some(ends), Some(starts)) = (pair[0].ends(), pair[1].starts())
            && starts < ends
        {
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.{}.startsAt", at + 1),
                say!(
                    "la sesión anterior termina a las {ends}; las sesiones van en orden y no se traslapan",
                    "the session before ends at {ends}; sessions stand in order and do not overlap"
                ),
            );
        }
    }
    if let (Some(first), Some(last)) = (sessions.first(), sessions.last())
        && (last.last_day() - first.starts_at.date()).num_days() > LONGEST_MEETING
    {
        bounds.add(
            Reason::OutOfRange,
            path,
            say!("a lo sumo {LONGEST_MEETING} días en total", "at most {LONGEST_MEETING} days in all"),
        );
    }
}
