//! What of a meeting stands in a calendar: an event for each session. Pure.

use chrono::{DateTime, FixedOffset, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use super::{
    super::{
        agenda::{AgendaItem, Outline, offsets},
        closed::withheld,
        content::MeetingContent,
        phase::Phase,
        session::Session,
        terms::ItemKind,
    },
    lines::{line, text},
};
use crate::{
    access::Handling,
    ids::RecordId,
    text::{Lang, Text},
};

/// The longest description, in characters: some calendars take no more.
const LONGEST: usize = 4_000;

/// A meeting as it is shown to whoever holds the calendar.
pub struct Held<'a> {
    pub id: RecordId,
    pub content: &'a MeetingContent,
    pub phase: Phase,
    pub handling: Handling,
    /// Whether the revision shown was released.
    pub released: bool,
    /// When what is shown last changed.
    pub changed: DateTime<Utc>,
    /// How many revisions and steps of the meeting were shown so far.
    pub changes: usize,
}

/// A zone that is spoken of, and when.
pub type Spoken = (Tz, DateTime<Utc>);

/// Adds the sessions of a meeting. Says which zones were spoken of.
pub fn events(out: &mut String, held: &Held<'_>, lang: Lang) -> Vec<Spoken> {
    let mut spoken = Vec::new();
    // In a calendar there is nothing of closed items, whoever reads it.
    let open = withheld(&held.content.items);
    for (at, session) in held.content.sessions.iter().enumerate() {
        if let (Some(zone), Some(starts), Some(ends)) = (session.zone(), session.starts(), session.ends()) {
            spoken.extend([(zone, starts.to_utc()), (zone, ends.to_utc())]);
            event(out, held, (at + 1, session), (zone, starts, ends), &open, lang);
        }
    }
    spoken
}

fn event(
    out: &mut String,
    held: &Held<'_>,
    (number, session): (usize, &Session),
    (zone, starts, ends): (Tz, DateTime<FixedOffset>, DateTime<FixedOffset>),
    open: &[AgendaItem],
    lang: Lang,
) {
    let content = held.content;
    let stamp = held.changed.format("%Y%m%dT%H%M%SZ").to_string();
    line(out, "BEGIN", "VEVENT");
    line(out, "UID", &format!("{}-{number}@enlace", held.id.0.simple()));
    line(out, "DTSTAMP", &stamp);
    line(out, "LAST-MODIFIED", &stamp);
    line(out, "SEQUENCE", &sequence(held).to_string());
    line(out, "STATUS", status(held));
    line(out, "CLASS", if held.handling == Handling::Clear { "PUBLIC" } else { "CONFIDENTIAL" });
    local(out, "DTSTART", zone, starts);
    local(out, "DTEND", zone, ends);
    text(out, "SUMMARY", &summary(held, number, session, lang));
    text(out, "LOCATION", of(session.place.as_ref().unwrap_or(&content.place), lang));
    // Who is meant by institution alone keeps the agenda off the telephones.
    if held.handling < Handling::AmberStrict {
        text(out, "DESCRIPTION", &agenda(open, (number, session), lang));
    }
    line(out, "END", "VEVENT");
}

/// Grows with every change that is shown, and tells nothing of those that are not: the seconds
/// since 2020 and the number of changes, since two may fall within a second. It stays within 31
/// bits until 2088.
fn sequence(held: &Held<'_>) -> i64 {
    const SINCE: i64 = 1_577_836_800;
    (held.changed.timestamp() - SINCE + i64::try_from(held.changes).unwrap_or_default())
        .clamp(0, i32::MAX.into())
}

/// What was postponed does not take place at the time that stands there either.
fn status(held: &Held<'_>) -> &'static str {
    match held.phase {
        Phase::Cancelled | Phase::Postponed => "CANCELLED",
        _ if held.released => "CONFIRMED",
        _ => "TENTATIVE",
    }
}

/// In the time of its zone. An hour that comes twice is the first of the two (RFC 5545, 3.3.5); the
/// second can be said in UTC only.
fn local(out: &mut String, name: &str, zone: Tz, at: DateTime<FixedOffset>) {
    let first = zone.from_local_datetime(&at.naive_local()).earliest();
    if first.is_some_and(|first| first.offset().fix() == *at.offset()) {
        let value = at.naive_local().format("%Y%m%dT%H%M%S").to_string();
        line(out, &format!("{name};TZID={}", zone.name()), &value);
    } else {
        line(out, name, &at.to_utc().format("%Y%m%dT%H%M%SZ").to_string());
    }
}

fn of(text: &Text, lang: Lang) -> &str {
    match lang {
        Lang::En => text.en.as_deref().unwrap_or(&text.es),
        Lang::Es => &text.es,
    }
}

fn summary(held: &Held<'_>, number: usize, session: &Session, lang: Lang) -> String {
    let title = of(&held.content.title, lang);
    let off = match (held.phase, lang) {
        (Phase::Cancelled, Lang::Es) => "CANCELADA: ",
        (Phase::Cancelled, Lang::En) => "CANCELLED: ",
        (Phase::Postponed, Lang::Es) => "APLAZADA: ",
        (Phase::Postponed, Lang::En) => "POSTPONED: ",
        _ => "",
    };
    let which = match &session.title {
        Some(named) => format!(" · {}", of(named, lang)),
        None if held.content.sessions.len() > 1 => match lang {
            Lang::Es => format!(" · sesión {number}"),
            Lang::En => format!(" · session {number}"),
        },
        None => String::new(),
    };
    format!("{off}{title}{which}")
}

/// The open items of the session, each with its time there.
fn agenda(open: &[AgendaItem], (number, session): (usize, &Session), lang: Lang) -> String {
    let numbers = Outline::of(open).numbers;
    let mut said = String::new();
    for ((item, begins), of_item) in open.iter().zip(offsets(open)).zip(numbers) {
        if item.session as usize != number || item.kind == ItemKind::Closed {
            continue;
        }
        let time = session.after(begins).map(|at| at.format("%H:%M").to_string()).unwrap_or_default();
        let of_item = of_item.map(|number| format!("{number}. ")).unwrap_or_default();
        let row = format!("{time} {of_item}{}\n", of(&item.title, lang));
        if said.chars().count() + row.chars().count() > LONGEST {
            said.push('…');
            break;
        }
        said.push_str(&row);
    }
    said.trim_end().to_owned()
}
