//! The figures of one vintage in memory.
//!
//! A series is one combination of codes; its observations are its figures by period. Codes and periods are
//! numbered in sorted order, series are sorted by their codes and observations by period, so equal content is
//! an equal cube, whatever order it came in.

mod question;
mod plan;
mod watch;
mod index;
mod tally;

use std::ops::Range;

use super::{
    code::{Span, spans},
    layout::Layout,
    period::Period,
    status::Status,
};

pub use question::{Answer, ByPeriod, Periods, Question, Row};

/// In [`Cube::values`]: there is no figure. A count is never negative.
pub(super) const NO_VALUE: i64 = i64::MIN;

/// One dimension's codes, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dictionary {
    pub codes: Vec<String>,
    /// Of each code; see [`Span`].
    pub spans: Vec<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cube {
    layout: Layout,
    dictionaries: Vec<Dictionary>,
    /// Of each dimension, the code of each series.
    pub(super) series: Vec<Vec<u32>>,
    /// Where each series' observations begin, and after the last, where they end.
    starts: Vec<u32>,
    periods: Vec<Period>,
    pub(super) period_of: Vec<u32>,
    /// In units of the last decimal.
    pub(super) values: Vec<i64>,
    pub(super) statuses: Vec<Status>,
}

/// One figure as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation<'a> {
    /// In the order of the layout's dimensions.
    pub codes: Vec<&'a str>,
    pub period: Period,
    /// In units of the last decimal; `None` is unknown, never zero.
    pub value: Option<i64>,
    pub status: Status,
}

/// The parts of a cube in any numbering of codes and periods.
pub(super) struct Parts {
    pub codes: Vec<Vec<String>>,
    pub series: Vec<Vec<u32>>,
    pub starts: Vec<u32>,
    pub periods: Vec<Period>,
    pub period_of: Vec<u32>,
    pub values: Vec<i64>,
    pub statuses: Vec<Status>,
}

impl Cube {
    /// `None` if the parts are not in canonical order, or hold a figure twice.
    pub(super) fn assemble(layout: Layout, mut parts: Parts) -> Option<Self> {
        let mut dictionaries = Vec::with_capacity(parts.codes.len());
        for ((dimension, codes), column) in layout.dimensions.iter().zip(parts.codes).zip(&mut parts.series) {
            let codes = renumber(codes, column)?;
            let spans = spans(dimension.role, codes.iter().map(String::as_str));
            dictionaries.push(Dictionary { codes, spans });
        }
        let periods = renumber(parts.periods, &mut parts.period_of)?;
        let cube = Self {
            layout,
            dictionaries,
            series: parts.series,
            starts: parts.starts,
            periods,
            period_of: parts.period_of,
            values: parts.values,
            statuses: parts.statuses,
        };
        let rising = |series: usize| {
            series == 0 || cube.series.iter().map(|c| c[series - 1]).lt(cube.series.iter().map(|c| c[series]))
        };
        let sorted = (0..cube.series_count())
            .all(|series| rising(series) && cube.period_of[cube.rows(series)].is_sorted_by(|a, b| a < b));
        sorted.then_some(cube)
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The codes that occur in a dimension, sorted.
    pub fn codes(&self, dimension: usize) -> &[String] {
        self.dictionaries.get(dimension).map_or(&[], |dictionary| &dictionary.codes)
    }

    /// The periods that occur, sorted.
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    pub fn series_count(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// How many observations it holds.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Of all values, in units of the last decimal.
    pub fn total(&self) -> i128 {
        self.values.iter().filter(|value| **value != NO_VALUE).map(|value| i128::from(*value)).sum()
    }

    /// Memory it takes.
    pub fn bytes(&self) -> usize {
        let words =
            |codes: &[String]| codes.iter().map(|code| code.capacity() + size_of::<String>()).sum::<usize>();
        self.dictionaries.iter().map(|d| words(&d.codes) + d.spans.len() * size_of::<Span>()).sum::<usize>()
            + self.series.iter().map(|column| column.len() * 4).sum::<usize>()
            + self.starts.len() * 4
            + self.periods.len() * size_of::<Period>()
            + self.values.len() * (4 + 8 + size_of::<Status>())
    }

    /// Every observation, by series and period.
    pub fn observations(&self) -> impl Iterator<Item = Observation<'_>> {
        (0..self.series_count()).flat_map(move |series| {
            self.rows(series).map(move |row| Observation {
                codes: self.codes_of(series).collect(),
                period: self.periods[self.period_of[row] as usize],
                value: Some(self.values[row]).filter(|value| *value != NO_VALUE),
                status: self.statuses[row],
            })
        })
    }

    pub(super) fn rows(&self, series: usize) -> Range<usize> {
        self.starts[series] as usize..self.starts[series + 1] as usize
    }

    pub(super) fn codes_of(&self, series: usize) -> impl Iterator<Item = &str> {
        self.series.iter().zip(&self.dictionaries).map(move |(c, d)| d.codes[c[series] as usize].as_str())
    }
}

/// Numbers the words that are used in sorted order, here and wherever they are used. `None` if one stands twice,
/// or is used and not there.
fn renumber<T: Ord>(words: Vec<T>, used: &mut [u32]) -> Option<Vec<T>> {
    let mut occurs = vec![false; words.len()];
    for word in used.iter() {
        *occurs.get_mut(*word as usize)? = true;
    }
    let mut sorted: Vec<(T, u32)> =
        words.into_iter().zip(0..).filter(|(_, at)| occurs[*at as usize]).collect();
    sorted.sort_unstable();
    let mut ranks = vec![0; occurs.len()];
    for (rank, (_, at)) in (0..).zip(&sorted) {
        ranks[*at as usize] = rank;
    }
    for word in used {
        *word = ranks[*word as usize];
    }
    let words: Vec<T> = sorted.into_iter().map(|(word, _)| word).collect();
    words.is_sorted_by(|a, b| a < b).then_some(words)
}
