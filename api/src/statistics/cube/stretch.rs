//! A stretch of a vintage: as many observations as stand in one row group of its file.

use std::ops::Range;

use super::{Frame, NO_VALUE, narrow::Narrow};
use crate::statistics::status::Status;

/// Observations in canonical order, their codes and periods numbered by a [`Frame`]. A series may go on in the next
/// stretch.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Of each dimension, the code of each series.
    pub(super) series: Vec<Box<[u32]>>,
    /// Where each series' observations begin, and after the last, where they end.
    starts: Box<[u32]>,
    pub(super) period_of: Narrow,
    /// In units of the last decimal.
    pub(super) values: Narrow,
    pub(super) statuses: Letters,
}

/// Mostly there is one status and no other.
#[derive(Clone, Debug)]
pub enum Letters {
    All(Status),
    Each(Box<[Status]>),
}

/// The parts of a stretch.
pub struct Parts {
    pub series: Vec<Vec<u32>>,
    pub starts: Vec<u32>,
    pub period_of: Vec<u32>,
    pub values: Vec<i64>,
    pub statuses: Vec<Status>,
}

impl Stretch {
    /// `None` if the parts are not in canonical order, or hold a figure twice.
    pub fn assemble(parts: Parts) -> Option<Self> {
        let Parts { series, starts, period_of, values, statuses } = parts;
        let rising = |at: usize| {
            at == 0 || series.iter().map(|codes| codes[at - 1]).lt(series.iter().map(|codes| codes[at]))
        };
        let sorted = (0..starts.len() - 1).all(|at| {
            rising(at) && period_of[starts[at] as usize..starts[at + 1] as usize].is_sorted_by(|a, b| a < b)
        });
        let letters = match statuses.first() {
            Some(first) if statuses.iter().all(|status| status == first) => Letters::All(*first),
            _ => Letters::Each(statuses.into()),
        };
        sorted.then(|| Self {
            series: series.into_iter().map(Into::into).collect(),
            starts: starts.into(),
            period_of: Narrow::of(period_of.iter().map(|number| i64::from(*number))),
            values: Narrow::of(values.iter().copied()),
            statuses: letters,
        })
    }

    pub fn series_count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The observations of a series.
    pub fn rows(&self, series: usize) -> Range<usize> {
        self.starts[series] as usize..self.starts[series + 1] as usize
    }

    /// The number of the series' code among those of the dimension.
    pub fn code(&self, dimension: usize, series: usize) -> u32 {
        self.series[dimension][series]
    }

    /// The number of the observation's period.
    pub fn period(&self, row: usize) -> usize {
        self.period_of.get(row) as usize
    }

    /// In units of the last decimal; `None` is unknown, never zero.
    pub fn value(&self, row: usize) -> Option<i64> {
        Some(self.values.get(row)).filter(|value| *value != NO_VALUE)
    }

    pub fn status(&self, row: usize) -> Status {
        match &self.statuses {
            Letters::All(status) => *status,
            Letters::Each(statuses) => statuses[row],
        }
    }

    /// How many observations it holds.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.values.len() == 0
    }

    /// Memory it takes.
    pub fn bytes(&self) -> usize {
        let letters = match &self.statuses {
            Letters::All(_) => 0,
            Letters::Each(statuses) => size_of_val(&**statuses),
        };
        size_of::<Self>()
            + (self.series.len() * self.series_count() + self.starts.len()) * 4
            + self.period_of.bytes()
            + self.values.bytes()
            + letters
    }

    /// Whether it may stand after another.
    pub fn follows(&self, before: &Self) -> bool {
        if self.is_empty() || before.is_empty() {
            return false;
        }
        let last = before.series.iter().map(|codes| codes[before.series_count() - 1]);
        let first = self.series.iter().map(|codes| codes[0]);
        match last.cmp(first) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => before.period(before.len() - 1) < self.period(0),
            std::cmp::Ordering::Greater => false,
        }
    }
}

impl Frame {
    /// The words of a series.
    pub fn codes_of<'a>(&'a self, stretch: &'a Stretch, series: usize) -> impl Iterator<Item = &'a str> {
        let codes = self.dictionaries.iter().zip(&stretch.series);
        codes.map(move |(dictionary, codes)| dictionary.codes[codes[series] as usize].as_str())
    }
}
