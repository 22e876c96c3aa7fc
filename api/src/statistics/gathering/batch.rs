//! Rows in memory, until they are sorted.

use std::io::{self, Write};

use indexmap::IndexSet;

use super::run::Row;
use crate::statistics::{cube::NO_VALUE, period::Period, status::Status};

/// What a series takes beside its codes: its place among the others, and what the allocator keeps.
const SERIES: usize = 64;

pub struct Batch {
    dimensions: usize,
    series: IndexSet<Box<[u32]>>,
    /// The series that came last; files mostly go on with it.
    last: usize,
    rows: Vec<Row>,
}

/// The place of each code among all of its dimension, sorted. It may grow later; the order of two codes stays.
pub struct Ranks(Vec<Vec<u32>>);

impl Ranks {
    pub fn of(codes: &[IndexSet<String>]) -> Self {
        let ranks = |codes: &IndexSet<String>| {
            let mut order: Vec<u32> = (0..codes.len() as u32).collect();
            order.sort_unstable_by_key(|at| &codes[*at as usize]);
            places(&order)
        };
        Self(codes.iter().map(ranks).collect())
    }

    pub fn rank(&self, dimension: usize, code: u32) -> u32 {
        self.0[dimension][code as usize]
    }

    /// The words in the order of their ranks.
    pub fn words(&self, codes: Vec<IndexSet<String>>) -> Vec<Vec<String>> {
        let sorted = |(codes, ranks): (IndexSet<String>, &Vec<u32>)| {
            let mut words = vec![String::new(); codes.len()];
            codes.into_iter().zip(ranks).for_each(|(code, rank)| words[*rank as usize] = code);
            words
        };
        codes.into_iter().zip(&self.0).map(sorted).collect()
    }
}

/// Where each stands in an order.
fn places(order: &[u32]) -> Vec<u32> {
    let mut places = vec![0; order.len()];
    (0..).zip(order).for_each(|(place, at)| places[*at as usize] = place);
    places
}

impl Batch {
    pub fn new(dimensions: usize) -> Self {
        Self { dimensions, series: IndexSet::new(), last: 0, rows: Vec::new() }
    }

    pub fn push(&mut self, codes: &[u32], period: Period, value: Option<i64>, status: Status, line: u32) {
        if self.series.get_index(self.last).is_none_or(|last| **last != *codes) {
            self.last = match self.series.get_index_of(codes) {
                Some(at) => at,
                None => self.series.insert_full(codes.into()).0,
            };
        }
        let (series, value) = (self.last as u32, value.unwrap_or(NO_VALUE));
        self.rows.push(Row { series, line, period: period.packed(), value, status });
    }

    /// Memory it takes.
    pub fn bytes(&self) -> usize {
        self.rows.len() * size_of::<Row>() + self.series.len() * (self.dimensions * 4 + SERIES)
    }

    pub fn clear(&mut self) {
        self.series.clear();
        self.rows.clear();
    }

    /// Sorts by series, period and line, and writes it as a [`Run`](super::run::Run).
    pub fn write(&mut self, ranks: &Ranks, to: &mut impl Write) -> io::Result<()> {
        let mut order: Vec<u32> = (0..self.series.len() as u32).collect();
        let ranked = |at: &u32| {
            let codes = self.series[*at as usize].iter().enumerate();
            codes.map(|(dimension, code)| ranks.rank(dimension, *code))
        };
        order.sort_unstable_by(|a, b| ranked(a).cmp(ranked(b)));
        let places = places(&order);
        self.rows.iter_mut().for_each(|row| row.series = places[row.series as usize]);
        self.rows.sort_unstable_by_key(|row| (row.series, row.period, row.line));
        for rows in self.rows.chunk_by(|a, b| a.series == b.series) {
            for code in &self.series[order[rows[0].series as usize] as usize] {
                to.write_all(&code.to_le_bytes())?;
            }
            to.write_all(&(rows.len() as u32).to_le_bytes())?;
            rows.iter().try_for_each(|row| to.write_all(&row.bytes()))?;
        }
        Ok(())
    }
}
