//! How an office writes its numbers, its dates and its letters. All of it is said, nothing is guessed: `1.234` is
//! one number in Mexico City and another in Madrid, and `03/04/2024` is two days.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{figure::NotAFigure, period::Period};
use crate::{
    error::Reason,
    say,
    text::{Say, fold},
};

/// The marks in a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Numbers {
    pub decimal: char,
    /// None: digits are not grouped.
    pub thousands: Option<char>,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { decimal: '.', thousands: None }
    }
}

impl Numbers {
    pub fn check(self) -> Result<(), Say> {
        let sound = matches!(self.decimal, '.' | ',')
            && self
                .thousands
                .is_none_or(|mark| matches!(mark, '.' | ',' | ' ' | '\'') && mark != self.decimal);
        if sound {
            return Ok(());
        }
        Err(say!(
            "la marca decimal es `.` o `,`; la de miles, otra de `.` `,` `'` o un espacio",
            "the decimal mark is `.` or `,`; that of thousands another of `.` `,` `'` or a space"
        ))
    }

    /// The number in digits with a point, as [`figure`](super::figure) reads it.
    pub fn plain(self, text: &str) -> Result<String, NotAFigure> {
        self.digits(text).ok_or_else(|| NotAFigure {
            reason: Reason::NotANumber,
            say: {
                let example = self.example();
                say!(
                    "no es un número como se dijo que se escriben: `{example}`",
                    "not a number as they were said to be written: `{example}`"
                )
            },
            suggestion: None,
        })
    }

    fn digits(self, text: &str) -> Option<String> {
        let (sign, unsigned) = match text.strip_prefix(['-', '−']) {
            Some(rest) => ("-", rest),
            None => ("", text),
        };
        let (whole, fraction) = match unsigned.split_once(self.decimal) {
            Some((_, "")) => return None,
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (unsigned, None),
        };
        let numeric = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let groups: Vec<&str> = match self.thousands {
            Some(' ') => whole.split([' ', '\u{a0}', '\u{202f}']).collect(),
            Some(mark) => whole.split(mark).collect(),
            None => vec![whole],
        };
        let grouped =
            groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
        if !grouped || !groups.iter().all(|group| numeric(group)) || !fraction.is_none_or(numeric) {
            return None;
        }
        let whole = groups.concat();
        Some(
            fraction.map_or_else(|| format!("{sign}{whole}"), |fraction| format!("{sign}{whole}.{fraction}")),
        )
    }

    fn example(self) -> String {
        let thousands = self.thousands.map_or(String::new(), String::from);
        format!("1{thousands}234{}5", self.decimal)
    }
}

/// The one form in which dates or months are written: `DD/MM/YYYY`, `MM/YYYY`, `MMMM YYYY`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DateForm {
    written: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Month,
    /// In Spanish or English, whole or its first three letters.
    MonthName,
    Day,
    Other(char),
}

const MONTHS: [[&str; 2]; 12] = [
    ["enero", "january"],
    ["febrero", "february"],
    ["marzo", "march"],
    ["abril", "april"],
    ["mayo", "may"],
    ["junio", "june"],
    ["julio", "july"],
    ["agosto", "august"],
    ["septiembre", "september"],
    ["octubre", "october"],
    ["noviembre", "november"],
    ["diciembre", "december"],
];

impl TryFrom<String> for DateForm {
    type Error = Say;

    fn try_from(written: String) -> Result<Self, Say> {
        let mut parts = Vec::new();
        let mut rest = written.as_str();
        while let Some(first) = rest.chars().next() {
            let known =
                [("YYYY", Part::Year), ("MMMM", Part::MonthName), ("MM", Part::Month), ("DD", Part::Day)];
            let found = known.into_iter().find_map(|(word, part)| Some((rest.strip_prefix(word)?, part)));
            let (after, part) = found.unwrap_or((&rest[first.len_utf8()..], Part::Other(first)));
            rest = after;
            parts.push(part);
        }
        let count = |is: fn(&Part) -> bool| parts.iter().filter(|part| is(part)).count();
        let (years, days) = (count(|p| *p == Part::Year), count(|p| *p == Part::Day));
        let months = count(|p| matches!(p, Part::Month | Part::MonthName));
        let letters = parts.iter().any(|part| matches!(part, Part::Other('Y' | 'M' | 'D')));
        if years == 1 && months <= 1 && days <= months && !letters && written.len() <= 40 {
            return Ok(Self { written, parts });
        }
        Err(say!(
            "diga la forma con `YYYY`, `MM` o `MMMM`, y `DD`: `DD/MM/YYYY`, `MM/YYYY`, `MMMM YYYY`",
            "say the form with `YYYY`, `MM` or `MMMM`, and `DD`: `DD/MM/YYYY`, `MM/YYYY`, `MMMM YYYY`"
        ))
    }
}

impl From<DateForm> for String {
    fn from(form: DateForm) -> Self {
        form.written
    }
}

impl fmt::Display for DateForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl DateForm {
    /// The day, month or year that a text in this form names.
    pub fn period(&self, text: &str) -> Result<Period, Say> {
        let found = self.found(text).and_then(|(year, month, day)| {
            match (month, day) {
                (Some(month), Some(day)) => NaiveDate::from_ymd_opt(year, month, day)?.to_string(),
                (Some(month), None) => format!("{year:04}-{month:02}"),
                _ => format!("{year:04}"),
            }
            .parse()
            .ok()
        });
        found.ok_or_else(|| {
            let form = &self.written;
            say!(
                "no es una fecha en la forma `{form}` que se dijo",
                "not a date in the form `{form}` that was said"
            )
        })
    }

    /// A day, as a cell of a spreadsheet holds it, in this form.
    pub fn write(&self, day: NaiveDate) -> String {
        let part = |part: &Part| match part {
            Part::Year => format!("{:04}", day.year()),
            Part::Month => format!("{:02}", day.month()),
            Part::MonthName => MONTHS[day.month0() as usize][0].to_owned(),
            Part::Day => format!("{:02}", day.day()),
            Part::Other(c) => c.to_string(),
        };
        self.parts.iter().map(part).collect()
    }

    fn found(&self, text: &str) -> Option<(i32, Option<u32>, Option<u32>)> {
        let (mut year, mut month, mut day) = (None, None, None);
        let mut rest = text;
        for (at, part) in self.parts.iter().enumerate() {
            // Two digits where what stands beside is digits too; otherwise one will do.
            let digits = |part: Option<&Part>| matches!(part, Some(Part::Year | Part::Month | Part::Day));
            let tight = digits(self.parts.get(at + 1)) || (at > 0 && digits(self.parts.get(at - 1)));
            match part {
                Part::Year => year = Some(i32::try_from(number(&mut rest, 4, 4)?).ok()?),
                Part::Month => month = Some(number(&mut rest, if tight { 2 } else { 1 }, 2)?),
                Part::Day => day = Some(number(&mut rest, if tight { 2 } else { 1 }, 2)?),
                Part::MonthName => {
                    let end = rest.find(|c: char| !c.is_alphabetic() && c != '.').unwrap_or(rest.len());
                    let (name, after) = rest.split_at(end);
                    month = Some(month_named(name)?);
                    rest = after;
                }
                Part::Other(c) => rest = rest.strip_prefix(*c)?,
            }
        }
        rest.is_empty().then_some((year?, month, day))
    }
}

fn number(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    let (number, after) = rest.split_at(digits);
    *rest = after;
    number.parse().ok()
}

fn month_named(name: &str) -> Option<u32> {
    let name = fold(name.trim_end_matches('.'));
    let is = |whole: &str| name == whole || (name.len() == 3 && whole.starts_with(&name));
    let at = MONTHS.iter().position(|names| names.iter().any(|whole| is(whole)));
    at.or((name == "setiembre").then_some(8)).and_then(|at| u32::try_from(at + 1).ok())
}

/// Which bytes stand for which letters. What is not said is UTF-8, and a file that is not is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "FileEncoding")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    #[graphql(name = "UTF_8")]
    Utf8,
    /// Windows-1252, which holds all of Latin-1.
    #[graphql(name = "WINDOWS_1252")]
    Windows1252,
    /// UTF-16, little end first, as Windows writes it.
    #[graphql(name = "UTF_16LE")]
    Utf16Le,
    /// UTF-16, big end first.
    #[graphql(name = "UTF_16BE")]
    Utf16Be,
}

impl Encoding {
    /// None for UTF-8, which is read as it is.
    pub fn known(self) -> Option<&'static encoding_rs::Encoding> {
        match self {
            Encoding::Utf8 => None,
            Encoding::Windows1252 => Some(encoding_rs::WINDOWS_1252),
            Encoding::Utf16Le => Some(encoding_rs::UTF_16LE),
            Encoding::Utf16Be => Some(encoding_rs::UTF_16BE),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Windows1252 => "Windows-1252",
            Encoding::Utf16Le => "UTF-16LE",
            Encoding::Utf16Be => "UTF-16BE",
        }
    }

    /// As it is given at the console.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Encoding::Utf8, Encoding::Windows1252, Encoding::Utf16Le, Encoding::Utf16Be];
        all.into_iter().find(|encoding| encoding.name().eq_ignore_ascii_case(text))
    }
}
