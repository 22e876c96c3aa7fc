//! A time zone as iCalendar has it (VTIMEZONE, RFC 5545, 3.6.5), for the years that are spoken of.
//!
//! A change of clocks that falls on the same weekday of the same month each year is written as a
//! rule, which is what calendars of offices read best; any other stands for itself. It holds for
//! the years written and one more on each side; a calendar that is read again says more when its
//! meetings do.

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::{OffsetComponents, OffsetName, Tz};

use super::lines::line;

/// What holds between two changes of the clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Observance {
    /// Seconds east of UTC.
    offset: i32,
    summer: bool,
    name: String,
}

/// A change of the clocks.
struct Change {
    /// By the clocks as they were before.
    at: NaiveDateTime,
    from: i32,
    to: Observance,
}

impl Observance {
    fn at(zone: Tz, moment: DateTime<Utc>) -> Self {
        let offset = zone.offset_from_utc_datetime(&moment.naive_utc());
        Self {
            offset: offset.fix().local_minus_utc(),
            summer: !offset.dst_offset().is_zero(),
            name: offset.abbreviation().unwrap_or_default().to_owned(),
        }
    }
}

/// Adds the time zone, right from the year before `first` to the year after `last`.
pub fn zone(out: &mut String, zone: Tz, first: DateTime<Utc>, last: DateTime<Utc>) {
    let year = |year: i32| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().unwrap_or_default();
    let (begin, end) = (year(first.year() - 1), year(last.year() + 2));
    line(out, "BEGIN", "VTIMEZONE");
    line(out, "TZID", zone.name());
    let before = Observance::at(zone, begin);
    let since = begin.naive_utc() + TimeDelta::seconds(before.offset.into());
    observance(out, &Change { at: since, from: before.offset, to: before }, None);
    let mut changes = changes(zone, begin, end);
    while let Some(first) = changes.first() {
        let (from, to) = (first.from, first.to.clone());
        let (alike, others): (Vec<Change>, Vec<Change>) =
            changes.into_iter().partition(|change| change.from == from && change.to == to);
        yearly(out, &alike);
        changes = others;
    }
    line(out, "END", "VTIMEZONE");
}

/// Changes of one sort: as a rule if they follow one, else one by one.
fn yearly(out: &mut String, changes: &[Change]) {
    match rule(changes) {
        Some(rule) => observance(out, &changes[0], Some(&rule)),
        None => changes.iter().for_each(|change| observance(out, change, None)),
    }
}

/// The rule that all of them follow, each year one.
fn rule(changes: &[Change]) -> Option<String> {
    let first = changes.first()?.at;
    let place = |at: NaiveDateTime| (at.month(), at.weekday(), at.time());
    let years = changes.windows(2).all(|pair| pair[1].at.year() == pair[0].at.year() + 1);
    if changes.len() < 3 || !years || changes.iter().any(|change| place(change.at) != place(first)) {
        return None;
    }
    let last = |at: NaiveDateTime| (at + TimeDelta::days(7)).month() != at.month();
    let nth = |at: NaiveDateTime| (at.day() - 1) / 7 + 1;
    let which = if changes.iter().all(|change| last(change.at)) {
        "-1".to_owned()
    } else if changes.iter().all(|change| nth(change.at) == nth(first)) {
        nth(first).to_string()
    } else {
        return None;
    };
    let day = match first.weekday() {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    };
    Some(format!("FREQ=YEARLY;BYMONTH={};BYDAY={which}{day}", first.month()))
}

fn observance(out: &mut String, change: &Change, rule: Option<&str>) {
    let kind = if change.to.summer { "DAYLIGHT" } else { "STANDARD" };
    line(out, "BEGIN", kind);
    line(out, "DTSTART", &change.at.format("%Y%m%dT%H%M%S").to_string());
    line(out, "TZOFFSETFROM", &utc_offset(change.from));
    line(out, "TZOFFSETTO", &utc_offset(change.to.offset));
    line(out, "TZNAME", &change.to.name);
    if let Some(rule) = rule {
        line(out, "RRULE", rule);
    }
    line(out, "END", kind);
}

/// `-0600`; with seconds where there are some, as of old.
fn utc_offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let time = NaiveTime::MIN + TimeDelta::seconds(seconds.unsigned_abs().into());
    let form = if seconds % 60 == 0 { "%H%M" } else { "%H%M%S" };
    format!("{sign}{}", time.format(form))
}

/// The changes of the clocks between two moments, in order, to the second. What changes twice
/// within a day is not seen; no zone has done that.
fn changes(zone: Tz, begin: DateTime<Utc>, end: DateTime<Utc>) -> Vec<Change> {
    let mut changes = Vec::new();
    let (mut at, mut now) = (begin, Observance::at(zone, begin));
    while at < end {
        let next = at + TimeDelta::days(1);
        let then = Observance::at(zone, next);
        if then != now {
            let (mut before, mut after) = (at, next);
            while after - before > TimeDelta::seconds(1) {
                let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
                if Observance::at(zone, middle) == now { before = middle } else { after = middle }
            }
            let local = after.naive_utc() + TimeDelta::seconds(now.offset.into());
            changes.push(Change { at: local, from: now.offset, to: then.clone() });
            now = then;
        }
        at = next;
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str, year: i32) -> String {
        let mut out = String::new();
        let at = Utc.with_ymd_and_hms(year, 6, 1, 0, 0, 0).unwrap();
        zone(&mut out, name.parse().unwrap(), at, at);
        out
    }

    #[test]
    fn changes_that_follow_a_rule_are_written_as_one() {
        let madrid = written("Europe/Madrid", 2025);
        assert!(madrid.contains(
            "BEGIN:DAYLIGHT\r\nDTSTART:20240331T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
             TZNAME:CEST\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
        ));
        assert!(madrid.contains("DTSTART:20241027T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"));
        let york = written("America/New_York", 2025);
        assert!(york.contains("DTSTART:20240310T020000") && york.contains("BYMONTH=3;BYDAY=2SU"), "{york}");
        assert!(york.contains("BYMONTH=11;BYDAY=1SU"), "{york}");
    }

    #[test]
    fn changes_that_follow_none_stand_for_themselves() {
        // Mexico put its clocks forward for the last time in 2022.
        let mexico = written("America/Mexico_City", 2022);
        assert!(!mexico.contains("RRULE"), "{mexico}");
        assert_eq!(mexico.matches("BEGIN:DAYLIGHT").count(), 2, "{mexico}");
        assert!(mexico.contains("DTSTART:20221030T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0600\r\n"));
        let now = written("America/Mexico_City", 2025);
        assert_eq!(now.matches("BEGIN:STANDARD").count(), 1, "{now}");
        assert!(!now.contains("DAYLIGHT"), "{now}");
    }
}
