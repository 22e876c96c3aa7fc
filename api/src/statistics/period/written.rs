//! How a period is written and read.

use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate, Weekday};

use super::{Period, outside};
use crate::{say, text::Say};

/// `2024`, `2024-S1`, `2024-Q3`, `2024-09`, `2024-W35`, `2024-09-13`; anything else by its first day and its
/// length in days, `2024-01-01/P347D`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, year) = (self.start, self.start.year());
        let week = start.iso_week();
        let is = |form: Option<Period>| form == Some(*self);
        if self.days() == 1 {
            write!(f, "{start}")
        } else if is(Period::months(year, start.month(), 1)) {
            write!(f, "{year}-{:02}", start.month())
        } else if start.weekday() == Weekday::Mon && self.days() == 7 {
            write!(f, "{}-W{:02}", week.year(), week.week())
        } else if start.month0() % 3 == 0 && is(Period::months(year, start.month(), 3)) {
            write!(f, "{year}-Q{}", start.month0() / 3 + 1)
        } else if start.month0() % 6 == 0 && is(Period::months(year, start.month(), 6)) {
            write!(f, "{year}-S{}", start.month0() / 6 + 1)
        } else if is(Period::months(year, 1, 12)) {
            write!(f, "{year}")
        } else {
            write!(f, "{start}/P{}D", self.days())
        }
    }
}

/// Besides the forms it is written in: SDMX's `2024-A1` and `2024-M09`, and lengths in weeks, months and
/// years (`2024-10-01/P1Y`). Two dates with a bar between are refused: some mean the last day to be counted
/// and some do not.
impl FromStr for Period {
    type Err = Say;

    fn from_str(text: &str) -> Result<Self, Say> {
        let text = text.trim();
        match known(text) {
            Some(Some(period)) => Ok(period),
            Some(None) => Err(outside()),
            None => Err(unknown(text)),
        }
    }
}

/// `None`: no such form. `Some(None)`: a sound form of a day or a year that cannot be.
fn known(text: &str) -> Option<Option<Period>> {
    if text.len() > 32 || !text.is_ascii() {
        return None;
    }
    if let Some((start, length)) = text.split_once('/') {
        let start = day(start)?;
        let length = length.strip_prefix('P')?;
        let (count, unit) = length.split_at_checked(length.len().checked_sub(1)?)?;
        let count = number(count, 1..=6)?;
        return Some(match unit {
            "D" => Period::lasting(start, count.into()),
            "W" => Period::lasting(start, u64::from(count) * 7),
            "M" => reach(start, count),
            "Y" => reach(start, count.checked_mul(12)?),
            _ => return None,
        });
    }
    let (year, rest) = text.split_at_checked(4)?;
    let year = i32::try_from(number(year, 4..=4)?).ok()?;
    if rest.is_empty() {
        return Some(Period::months(year, 1, 12));
    }
    let rest = rest.strip_prefix('-')?;
    if let Some(month) = number(rest, 2..=2) {
        return (1..=12).contains(&month).then(|| Period::months(year, month, 1));
    }
    if let Some(day) = day(text) {
        return Some(Period::lasting(day, 1));
    }
    let (letter, count) = rest.split_at_checked(1)?;
    let digits = if matches!(letter, "M" | "W") { 2 } else { 1 };
    let count = number(count, digits..=digits)?;
    let months = |each: u32| {
        (1..=12 / each).contains(&count).then(|| Period::months(year, (count - 1) * each + 1, each))
    };
    match letter {
        "A" => months(12),
        "S" => months(6),
        "Q" => months(3),
        "M" => months(1),
        "W" => (1..=53).contains(&count).then(|| Period::week(year, count)),
        _ => None,
    }
}

/// Months from a day; none when the last one lacks that day (a month from 31 January).
fn reach(start: NaiveDate, months: u32) -> Option<Period> {
    let end = start.checked_add_months(chrono::Months::new(months))?;
    (end.day() == start.day()).then(|| Period::new(start, end))?
}

/// A day as `2024-09-13`, nothing else.
pub fn day(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let year = i32::try_from(number(year, 4..=4)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(month, 2..=2)?, number(day, 2..=2)?)
        .filter(|_| parts.next().is_none())
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
    (digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn unknown(text: &str) -> Say {
    if text.split_once("-T").is_some_and(|(_, count)| number(count, 1..=1).is_some()) {
        return say!(
            "`T` es un periodo de cuatro meses en SDMX; un trimestre se escribe `2024-Q3`",
            "`T` is a period of four months in SDMX; write a quarter as `2024-Q3`"
        );
    }
    say!(
        "no es un periodo: escriba `2024`, `2024-09`, `2024-Q3`, `2024-S1`, `2024-W35`, `2024-09-13`, o el primer día y los días que dura, `2024-01-01/P347D`",
        "not a period: write `2024`, `2024-09`, `2024-Q3`, `2024-S1`, `2024-W35`, `2024-09-13`, or the first day and the length in days, `2024-01-01/P347D`"
    )
}

impl Period {
    /// What was probably meant by a text that is not a period, where only one thing can be meant.
    pub fn probably(text: &str) -> Option<String> {
        let text = text.trim();
        if let Some((first, last)) = text.split_once('/')
            && let (Some(first), Some(last)) = (day(first), day(last))
        {
            return Self::between(first, last).ok().map(|period| period.to_string());
        }
        let parts: Vec<&str> = text.split(['-', '/', '.', ' ']).collect();
        if !parts.iter().all(|part| number(part, 1..=6).is_some()) {
            return None;
        }
        let guess = match parts.as_slice() {
            [run] if run.len() == 6 => format!("{}-{}", &run[..4], &run[4..]),
            [year, month] if year.len() == 4 => format!("{year}-{month:0>2}"),
            [month, year] if year.len() == 4 => format!("{year}-{month:0>2}"),
            [year, month, day] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
            // Which comes first is only sure when one of them cannot be a month.
            [day, month, year] if year.len() == 4 && number(day, 1..=2).is_some_and(|day| day > 12) => {
                format!("{year}-{month:0>2}-{day:0>2}")
            }
            _ => return None,
        };
        guess.parse::<Self>().ok().map(|period| period.to_string())
    }
}

impl serde::Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(|say: Say| serde::de::Error::custom(say.en))
    }
}
