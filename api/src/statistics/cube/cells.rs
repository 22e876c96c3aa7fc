//! The rows of an answer in the making.

use super::{
    NO_VALUE,
    index::Index,
    plan::Plan,
    watch::{MOST_WORDS, Watch},
};
use crate::{
    error::{Error, Problem, Reason, Result},
    say,
    statistics::{
        layout::OBS_VALUE,
        status::{Status, Statuses},
    },
};

/// The most rows of an answer.
pub const MOST_ROWS: usize = 50_000;

/// One row in the making.
#[derive(Default)]
pub struct Cell {
    pub sum: i128,
    pub observations: u64,
    pub missing: u64,
    pub statuses: Statuses,
}

impl Cell {
    pub fn add(&mut self, value: i64, status: Status) {
        self.observations += 1;
        self.statuses.insert(status);
        if value == NO_VALUE {
            self.missing += 1;
        } else {
            self.sum += i128::from(value);
        }
    }

    fn absorb(&mut self, other: &Self) {
        self.sum += other.sum;
        self.observations += other.observations;
        self.missing += other.missing;
        self.statuses.add(other.statuses);
    }

    pub fn total(&self) -> Result<Option<i64>> {
        if self.missing == self.observations {
            return Ok(None);
        }
        let too_large = || {
            let say = say!(
                "la suma es mayor que lo que se puede representar",
                "the sum is larger than can be represented"
            );
            Problem::new(Reason::OutOfRange, OBS_VALUE, say).into()
        };
        self.sum.try_into().map(Some).map_err(|_| too_large())
    }
}

/// All rows, and what went into each.
pub struct Cells<'a> {
    plan: &'a Plan,
    index: Index,
    /// Of each cell, the places of its grouped codes and its bucket.
    keys: Vec<u32>,
    pub cells: Vec<Cell>,
    /// Of the dimensions that are added over.
    pub watches: Vec<(usize, Watch)>,
    pub periods: Option<Watch>,
}

impl<'a> Cells<'a> {
    pub fn new(plan: &'a Plan, watches: Vec<(usize, Watch)>, periods: Option<Watch>) -> Self {
        Self { plan, index: Index::of(plan), keys: Vec::new(), cells: Vec::new(), watches, periods }
    }

    /// The group's number, to [enter](Self::enter) its cells by.
    pub fn group(&mut self, group: &[u32]) -> usize {
        self.index.group(group, self.plan)
    }

    /// The number of the cell of a group and a bucket.
    pub fn enter(&mut self, base: usize, group: &[u32], bucket: u32) -> Result<usize> {
        let place = self.index.cell(base, bucket);
        if *place != 0 {
            return Ok(*place as usize - 1);
        }
        if self.cells.len() == MOST_ROWS {
            return Err(Error::Limited(say!(
                "la respuesta pasaría de {MOST_ROWS} filas; filtre más o agrupe por menos",
                "the answer would pass {MOST_ROWS} rows; filter more or group by less"
            )));
        }
        self.keys.extend(group.iter().copied().chain([bucket]));
        self.cells.push(Cell::default());
        *place = self.cells.len() as u32;
        let watches = self.watches.iter_mut().map(|(_, watch)| watch).chain(&mut self.periods);
        let words: usize = watches.map(|watch| (watch.add_cell(), watch.words()).1).sum();
        if words > MOST_WORDS {
            return Err(Error::Limited(say!(
                "la pregunta suma demasiados códigos en demasiadas filas; filtre o agrupe por menos",
                "the question adds too many codes in too many rows; filter or group by less"
            )));
        }
        Ok(self.cells.len() - 1)
    }

    /// The places of the cell's grouped codes, and its bucket.
    pub fn key(&self, cell: usize) -> (&[u32], u32) {
        let width = self.plan.groups.len() + 1;
        let key = &self.keys[cell * width..][..width];
        (&key[..width - 1], key[width - 1])
    }

    /// Takes in what another counted elsewhere. No order of the parts changes the whole.
    pub fn absorb(&mut self, other: &Self) -> Result<()> {
        for (theirs, cell) in other.cells.iter().enumerate() {
            let (group, bucket) = other.key(theirs);
            let base = self.group(group);
            let own = self.enter(base, group, bucket)?;
            self.cells[own].absorb(cell);
            let (watches, others) = (self.watches.iter_mut(), &other.watches);
            watches.zip(others).for_each(|((_, watch), (_, other))| watch.absorb(own, other, theirs));
            if let (Some(watch), Some(other)) = (&mut self.periods, &other.periods) {
                watch.absorb(own, other, theirs);
            }
        }
        Ok(())
    }
}
