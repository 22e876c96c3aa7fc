//! Observations as they come, in any order, on their way to a cube.

use indexmap::IndexSet;

use super::{Cube, NO_VALUE, Parts};
use crate::statistics::{layout::Layout, period::Period, status::Status};

pub struct Gathering {
    layout: Layout,
    codes: Vec<IndexSet<String>>,
    series: IndexSet<Box<[u32]>>,
    rows: Vec<Row>,
}

#[derive(Clone, Copy)]
struct Row {
    series: u32,
    line: u32,
    period: Period,
    value: i64,
    status: Status,
}

/// A second figure for the same series and period, at a later line. The first was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twice {
    pub line: u32,
    pub earlier: u32,
    pub period: Period,
    /// What the later line said; `None` if it had no value.
    pub value: Option<i64>,
}

impl Gathering {
    pub fn new(layout: Layout) -> Self {
        let codes = vec![IndexSet::new(); layout.dimensions.len()];
        Self { layout, codes, series: IndexSet::new(), rows: Vec::new() }
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The number by which a tidy code of a dimension goes here.
    pub fn code(&mut self, dimension: usize, code: &str) -> u32 {
        let codes = &mut self.codes[dimension];
        let at = codes.get_index_of(code).unwrap_or_else(|| codes.insert_full(code.to_owned()).0);
        at.try_into().expect("fewer codes than lines, which are u32")
    }

    /// One observation, its codes numbered by [`code`](Self::code); `line` is where it came from.
    pub fn push(&mut self, codes: &[u32], period: Period, value: Option<i64>, status: Status, line: u32) {
        let at = self.series.get_index_of(codes).unwrap_or_else(|| self.series.insert_full(codes.into()).0);
        let series = at.try_into().expect("fewer series than lines, which are u32");
        self.rows.push(Row { series, line, period, value: value.unwrap_or(NO_VALUE), status });
    }

    /// The cube, and what stood there twice, by line.
    pub fn settle(mut self) -> (Cube, Vec<Twice>) {
        let ranks: Vec<Vec<u32>> = self.codes.iter().map(|codes| ranks(codes.as_slice())).collect();
        let ranked: Vec<Vec<u32>> = self
            .series
            .iter()
            .map(|series| series.iter().zip(&ranks).map(|(code, rank)| rank[*code as usize]).collect())
            .collect();
        let series_ranks = ranks_of(&ranked);
        for row in &mut self.rows {
            row.series = series_ranks[row.series as usize];
        }
        self.rows.sort_unstable_by_key(|row| (row.series, row.period, row.line));
        let mut twice = Vec::new();
        let mut kept: Option<Row> = None;
        self.rows.retain(|row| match kept {
            Some(first) if (first.series, first.period) == (row.series, row.period) => {
                let value = Some(row.value).filter(|value| *value != NO_VALUE);
                twice.push(Twice { line: row.line, earlier: first.line, period: row.period, value });
                false
            }
            _ => {
                kept = Some(*row);
                true
            }
        });
        twice.sort_unstable_by_key(|twice| twice.line);
        (self.assemble(&series_ranks), twice)
    }

    fn assemble(self, series_ranks: &[u32]) -> Cube {
        let mut order = vec![0; series_ranks.len()];
        for (old, rank) in series_ranks.iter().enumerate() {
            order[*rank as usize] = old;
        }
        let column = |d: usize| order.iter().map(|old| self.series[*old][d]).collect();
        let mut starts = vec![0; series_ranks.len() + 1];
        for row in &self.rows {
            starts[row.series as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut periods = IndexSet::new();
        let number = |row: &Row| periods.insert_full(row.period).0 as u32;
        let parts = Parts {
            series: (0..self.codes.len()).map(column).collect(),
            starts,
            period_of: self.rows.iter().map(number).collect(),
            periods: periods.into_iter().collect(),
            values: self.rows.iter().map(|row| row.value).collect(),
            statuses: self.rows.iter().map(|row| row.status).collect(),
            codes: self.codes.into_iter().map(|codes| codes.into_iter().collect()).collect(),
        };
        Cube::assemble(self.layout, parts).expect("sorted, and nothing twice")
    }
}

fn ranks(words: &indexmap::set::Slice<String>) -> Vec<u32> {
    ranks_of(&words.iter().collect::<Vec<_>>())
}

/// The place of each word among all, sorted.
fn ranks_of<T: Ord>(words: &[T]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..).zip(words).map(|(at, _)| at).collect();
    order.sort_unstable_by(|a, b| words[*a as usize].cmp(&words[*b as usize]));
    let mut ranks = vec![0; words.len()];
    for (rank, at) in (0..).zip(order) {
        ranks[at as usize] = rank;
    }
    ranks
}
