//! Figures of several datasets in one sum: only where it means something.
//!
//! Two datasets may be added where they count the same, by the same definition and in the same unit, of people who
//! differ: some dimension that both have, or the time, keeps them apart. Or where the list says that their indicators
//! exclude one another. In doubt they may not.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::{
    code::{self, DimensionRole, Span},
    cube::Row,
    indicator::{Indicator, Unit},
    period::Period,
};
use crate::{
    error::{Error, Problem, Reason, Result},
    say,
    statistics::layout::OBS_VALUE,
    text::{Say, Text},
};

/// What the figures of a dataset mean, and which of them are asked for.
pub struct Meaning<'a> {
    /// What its owner calls the dataset.
    pub name: &'a str,
    pub indicator: &'a Indicator,
    pub definition: &'a Text,
    /// Of each dimension, the codes that count.
    pub codes: Vec<(&'a str, DimensionRole, Vec<&'a str>)>,
    pub periods: Vec<Period>,
}

/// Why the figures of two datasets must not be compared, if they must not: what is counted differs.
pub fn unlike(a: &Meaning<'_>, b: &Meaning<'_>) -> Option<Say> {
    let (one, other) = (a.name, b.name);
    if a.indicator.unit != b.indicator.unit {
        let ((this_es, this_en), (that_es, that_en)) = (words(a.indicator.unit), words(b.indicator.unit));
        return Some(say!(
            "{one} cuenta {this_es} y {other} cuenta {that_es}",
            "{one} counts {this_en} and {other} counts {that_en}"
        ));
    }
    if a.indicator.code != b.indicator.code {
        let (this, that) = (&a.indicator.code, &b.indicator.code);
        return (!a.indicator.adds_to(b.indicator)).then(|| {
            say!("{one} es de {this} y {other} es de {that}", "{one} is of {this} and {other} is of {that}")
        });
    }
    (a.definition != b.definition).then(|| {
        say!(
            "{one} y {other} definen distinto lo que cuentan",
            "{one} and {other} define differently what they count"
        )
    })
}

/// Why the figures of two datasets must not be added, if they must not.
pub fn not_added(a: &Meaning<'_>, b: &Meaning<'_>) -> Option<Say> {
    unlike(a, b).or_else(|| {
        let (one, other) = (a.name, b.name);
        let exclude = a.indicator.adds_to(b.indicator) || apart(a, b);
        (!exclude).then(|| {
            say!(
                "{one} y {other} pueden contar a las mismas personas: nada los separa",
                "{one} and {other} may count the same people: nothing keeps them apart"
            )
        })
    })
}

fn words(unit: Unit) -> (&'static str, &'static str) {
    match unit {
        Unit::Event => ("eventos", "events"),
        Unit::Person => ("personas", "persons"),
        Unit::Vehicle => ("vehículos", "vehicles"),
        Unit::Money => ("dinero", "money"),
        Unit::Other => ("otra cosa", "something else"),
    }
}

/// Whether a dimension that both have, or the time, keeps their figures apart.
fn apart(a: &Meaning<'_>, b: &Meaning<'_>) -> bool {
    let by_code = a.codes.iter().any(|(name, role, mine)| {
        let theirs = b.codes.iter().find(|(other, other_role, _)| other == name && other_role == role);
        theirs.is_some_and(|(_, _, theirs)| {
            let spans = code::spans(*role, mine.iter().chain(theirs).copied());
            none_meet(&spans[..mine.len()], &spans[mine.len()..])
        })
    });
    let days = |periods: &[Period]| periods.iter().map(|period| period.span()).collect::<Vec<_>>();
    by_code || none_meet(&days(&a.periods), &days(&b.periods))
}

/// Whether no stretch of one side meets one of the other: in one sweep.
fn none_meet(one: &[Span], other: &[Span]) -> bool {
    let mut all: Vec<(Span, usize)> = one.iter().map(|span| (*span, 0)).collect();
    all.extend(other.iter().map(|span| (*span, 1)));
    all.sort_unstable_by_key(|(span, _)| span.from);
    let mut reach = [0; 2];
    all.iter().all(|(span, side)| {
        reach[*side] = span.to.max(reach[*side]);
        span.from >= reach[1 - *side]
    })
}

/// The rows of several answers, those of the same codes and period added: with the decimals of the most exact.
pub fn add(answers: &[(&[Row], u8)], incomparable: bool) -> Result<(Vec<Row>, u8)> {
    let decimals = answers.iter().map(|(_, decimals)| *decimals).max().unwrap_or_default();
    // A group that a dataset tells of in other periods, and not in this one, lacks in the sum of this one.
    let told: Vec<HashSet<&[String]>> =
        answers.iter().map(|(rows, _)| rows.iter().map(|row| row.codes.as_slice()).collect()).collect();
    let mut parts: HashMap<(&[String], Option<&str>), usize> = HashMap::new();
    for row in answers.iter().flat_map(|(rows, _)| rows.iter()) {
        *parts.entry((row.codes.as_slice(), row.period.as_deref())).or_default() += 1;
    }
    let mut all: HashMap<(Vec<String>, Option<String>), Row> = HashMap::new();
    for (rows, exact) in answers {
        for row in *rows {
            let mut row = scaled(row, *exact, decimals)?;
            row.incomparable |= incomparable && answers.len() > 1;
            let place = (row.codes.clone(), row.period.clone());
            let Some(sum) = all.get_mut(&place) else {
                all.insert(place, row);
                continue;
            };
            sum.sum = match (sum.sum, row.sum) {
                (Some(a), Some(b)) => Some(a.checked_add(b).ok_or_else(too_large)?),
                (a, b) => a.or(b),
            };
            sum.observations += row.observations;
            sum.missing += row.missing;
            sum.statuses = sum.statuses.iter().chain(row.statuses.iter()).collect();
        }
    }
    let mut rows: Vec<Row> = all.into_values().collect();
    for row in &mut rows {
        let meant = told.iter().filter(|codes| codes.contains(row.codes.as_slice())).count();
        let found = parts.get(&(row.codes.as_slice(), row.period.as_deref())).copied().unwrap_or_default();
        row.missing += (meant - found.min(meant)) as u64;
    }
    rows.sort_unstable_by(|a, b| (&a.codes, when(&a.period)).cmp(&(&b.codes, when(&b.period))));
    Ok((rows, decimals))
}

/// The row in units of a later decimal.
pub fn scaled(row: &Row, from: u8, to: u8) -> Result<Row> {
    let factor = 10_i64.pow(to.saturating_sub(from).into());
    let sum = row.sum.map(|sum| sum.checked_mul(factor).ok_or_else(too_large)).transpose()?;
    Ok(Row { sum, ..row.clone() })
}

fn too_large() -> Error {
    let say =
        say!("la suma es mayor que lo que se puede representar", "the sum is larger than can be represented");
    Problem::new(Reason::OutOfRange, OBS_VALUE, say).into()
}

/// The place of a row's period in time.
pub fn when(label: &Option<String>) -> Option<(NaiveDate, NaiveDate)> {
    let label = label.as_deref()?;
    if let Some(year) = label.strip_prefix("FY") {
        let first = |year| NaiveDate::from_ymd_opt(year, 10, 1);
        let year: i32 = year.parse().ok()?;
        return Some((first(year - 1)?, first(year)?));
    }
    let period: Period = label.parse().ok()?;
    Some((period.start(), period.end()))
}
