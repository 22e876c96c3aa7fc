//! The answer to a question in the shape of SDMX, which knows observations and no sums: each row is an observation
//! whose codes say what was added.
//!
//! A dimension that is not grouped by has the one code that was counted, or `_T` where all were. A sum of some of
//! them has no code and is refused; so is what adds what should not be added, and what has no period.

use std::collections::BTreeSet;

use super::{Figures, Observed, Series};
use crate::{
    error::{Problem, Reason, Result},
    say,
    statistics::{
        asking::{Answered, Source, Wanted, selection},
        code::TOTAL,
        period::Period,
        status::{Status, Statuses},
    },
    text::Say,
};

/// Where the code of each dimension comes from.
pub struct Shape(Vec<Place>);

enum Place {
    /// A column of the answer.
    Column(usize),
    Constant(String),
}

pub struct Sums {
    codes: Vec<Vec<String>>,
    periods: Vec<Period>,
    series: Option<Vec<Series>>,
}

fn refused(say: Say) -> crate::error::Error {
    Problem::new(Reason::Malformed, "format", say).into()
}

impl Shape {
    pub fn of(wanted: &Wanted, sources: &[Source]) -> Result<Self> {
        let [source] = sources else {
            return Err(refused(say!(
                "en SDMX sale un solo conjunto; pida CSV o Parquet",
                "in SDMX one dataset goes out; ask for CSV or Parquet"
            )));
        };
        if !wanted.measures.is_empty() {
            return Err(refused(say!(
                "en SDMX salen sumas, sin medidas; pida CSV o Parquet",
                "in SDMX sums go out, without measures; ask for CSV or Parquet"
            )));
        }
        if wanted.by_period.is_none() {
            return Err(refused(say!(
                "en SDMX toda cifra tiene su periodo: agrupe con `byPeriod`",
                "in SDMX every figure has its period: group with `byPeriod`"
            )));
        }
        let cube = &source.cube;
        let narrowed = selection::codes(cube, &wanted.filters)?;
        let mut places = Vec::new();
        for (at, dimension) in cube.layout().dimensions.iter().enumerate() {
            let name = &dimension.code;
            if let Some(column) = wanted.group_by.iter().position(|grouped| grouped == name) {
                places.push(Place::Column(column));
                continue;
            }
            let present = cube.codes(at);
            let counts =
                |code: &&String| narrowed.iter().all(|(of, codes)| of != name || codes.contains(code));
            let counted: Vec<&String> = present.iter().filter(counts).collect();
            places.push(Place::Constant(match counted.as_slice() {
                [one] => (*one).clone(),
                all if all.len() == present.len() => TOTAL.to_owned(),
                _ => {
                    return Err(refused(say!(
                        "una suma de algunos códigos de {name} no tiene código en SDMX: agrupe por {name}, o pida CSV",
                        "a sum of some codes of {name} has no code in SDMX: group by {name}, or ask for CSV"
                    )));
                }
            }));
        }
        Ok(Self(places))
    }

    pub fn sums(self, answered: &Answered) -> Result<Sums> {
        let mut rows = Vec::with_capacity(answered.lines.len());
        for line in &answered.lines {
            if line.row.incomparable {
                return Err(refused(say!(
                    "en SDMX no sale lo que suma lo que no se suma; pida CSV o Parquet",
                    "what adds what should not be added does not go out in SDMX; ask for CSV or Parquet"
                )));
            }
            let codes: Vec<&str> = self.0.iter().map(|place| place.code(&line.row.codes)).collect();
            let period = span(line.row.period.as_deref().unwrap_or_default())?;
            // At least so much is less than is known: what is not whole is missing.
            let value = line.row.sum.filter(|_| line.row.missing == 0);
            rows.push((codes, period, value, least(line.row.statuses, value.is_some())));
        }
        rows.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        let codes: Vec<Vec<String>> = (0..self.0.len())
            .map(|at| {
                let all: BTreeSet<&str> = rows.iter().map(|row| row.0[at]).collect();
                all.into_iter().map(str::to_owned).collect()
            })
            .collect();
        let periods: Vec<Period> =
            rows.iter().map(|row| row.1).collect::<BTreeSet<_>>().into_iter().collect();
        let mut series: Vec<Series> = Vec::new();
        for (words, period, value, status) in rows {
            let number = |(at, word): (usize, &&str)| {
                codes[at].binary_search_by(|known| known.as_str().cmp(word)).unwrap_or_default() as u32
            };
            let numbers: Vec<u32> = words.iter().enumerate().map(number).collect();
            let period = periods.binary_search(&period).unwrap_or_default() as u32;
            let observed = Observed { period, value, status };
            match series.last_mut() {
                Some(last) if last.codes == numbers => last.figures.push(observed),
                _ => series.push(Series { codes: numbers, figures: vec![observed] }),
            }
        }
        Ok(Sums { codes, periods, series: Some(series).filter(|series| !series.is_empty()) })
    }
}

impl Place {
    fn code<'a>(&'a self, columns: &'a [String]) -> &'a str {
        match self {
            Place::Column(at) => &columns[*at],
            Place::Constant(code) => code,
        }
    }
}

impl Figures for Sums {
    fn codes(&self, dimension: usize) -> &[String] {
        &self.codes[dimension]
    }

    fn periods(&self) -> &[Period] {
        &self.periods
    }

    fn next(&mut self) -> Result<Option<Vec<Series>>> {
        Ok(self.series.take())
    }
}

/// The days of a row's period. A US fiscal year is twelve months from October.
fn span(label: &str) -> Result<Period> {
    let text = match label.strip_prefix("FY").and_then(|year| year.parse::<i32>().ok()) {
        Some(year) => format!("{}-10-01/P1Y", year - 1),
        None => label.to_owned(),
    };
    text.parse().map_err(|_| anyhow::anyhow!("`{label}` is no period").into())
}

/// The one status of a sum: the least of what was added.
pub fn least(statuses: Statuses, has_value: bool) -> Status {
    let any = |letters: &str| statuses.iter().find(|status| letters.contains(status.letter()));
    if !has_value {
        return any("Q").or_else(|| any("LMHO")).unwrap_or(Status::MISSING);
    }
    let mut all = statuses.iter().filter(|status| !status.denies_value());
    match (all.next(), all.next()) {
        (Some(one), None) => one,
        _ => any("E")
            .or_else(|| any("IFG"))
            .or_else(|| any("PVU"))
            .or_else(|| any("BD"))
            .unwrap_or(Status::NORMAL),
    }
}
