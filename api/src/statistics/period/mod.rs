//! When a figure holds: a range of days, and the one way it is written.

mod steps;
mod written;

pub use written::day;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::code::Span;
use crate::{say, text::Say};

/// The years a period may touch: before, no state of the region published counts; after, a typing error.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// A half-open range of whole days. Two periods are equal when they cover the same days, however they were
/// written; the written form ([`Display`](std::fmt::Display)) is the shortest that ISO 8601 or SDMX has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    start: NaiveDate,
    end: NaiveDate,
}

impl Period {
    /// From the first to the last day, both included.
    pub fn between(first: NaiveDate, last: NaiveDate) -> Result<Self, Say> {
        if last < first {
            return Err(say!(
                "el periodo termina ({last}) antes de empezar ({first})",
                "the period ends ({last}) before it starts ({first})"
            ));
        }
        last.succ_opt().and_then(|end| Self::new(first, end)).ok_or_else(outside)
    }

    /// `None` when empty or outside [`YEARS`].
    fn new(start: NaiveDate, end: NaiveDate) -> Option<Self> {
        let last = end.pred_opt()?;
        (start < end && YEARS.contains(&start.year()) && YEARS.contains(&last.year()))
            .then_some(Self { start, end })
    }

    fn lasting(start: NaiveDate, days: u64) -> Option<Self> {
        Self::new(start, start.checked_add_days(Days::new(days))?)
    }

    fn months(year: i32, first: u32, count: u32) -> Option<Self> {
        let start = NaiveDate::from_ymd_opt(year, first, 1)?;
        Self::new(start, start.checked_add_months(chrono::Months::new(count))?)
    }

    fn week(year: i32, week: u32) -> Option<Self> {
        Self::lasting(NaiveDate::from_isoywd_opt(year, week, Weekday::Mon)?, 7)
    }

    pub fn start(self) -> NaiveDate {
        self.start
    }

    /// The first day after it.
    pub fn end(self) -> NaiveDate {
        self.end
    }

    /// As a number in the order of periods: year and day of the year of the start, then of the end.
    pub(super) fn packed(self) -> u64 {
        let pack = |day: NaiveDate| (day.year() as u64) << 9 | u64::from(day.ordinal());
        pack(self.start) << 32 | pack(self.end)
    }

    /// From what [`packed`](Self::packed) made.
    pub(super) fn unpacked(number: u64) -> Option<Self> {
        let day = |number: u64| NaiveDate::from_yo_opt((number >> 9) as i32, (number & 0x1ff) as u32);
        Self::new(day(number >> 32)?, day(number & 0xffff_ffff)?)
    }

    pub fn days(self) -> i64 {
        (self.end - self.start).num_days()
    }

    /// As a stretch of days.
    pub fn span(self) -> Span {
        let day = |day: NaiveDate| u32::try_from(day.num_days_from_ce()).unwrap_or_default();
        Span { from: day(self.start), to: day(self.end) }
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The calendar month it lies wholly inside, if there is one.
    pub fn month(self) -> Option<Self> {
        self.inside(Self::months(self.start.year(), self.start.month(), 1))
    }

    pub fn quarter(self) -> Option<Self> {
        self.inside(Self::months(self.start.year(), self.start.month0() / 3 * 3 + 1, 3))
    }

    pub fn year(self) -> Option<Self> {
        self.inside(Self::months(self.start.year(), 1, 12))
    }

    /// The fiscal year of the United States that it lies wholly inside: 2020 is October 2019 to September
    /// 2020 (31 USC 1102), by which CBP and ICE publish.
    pub fn us_fiscal_year(self) -> Option<i32> {
        let last = self.end.pred_opt()?;
        (fiscal_year(self.start) == fiscal_year(last)).then(|| fiscal_year(self.start))
    }

    fn inside(self, wider: Option<Self>) -> Option<Self> {
        wider.filter(|wider| wider.contains(self))
    }
}

fn fiscal_year(day: NaiveDate) -> i32 {
    day.year() + i32::from(day.month() >= 10)
}

fn outside() -> Say {
    let (first, last) = (YEARS.start(), YEARS.end());
    say!("los años van de {first} a {last}", "years run from {first} to {last}")
}
