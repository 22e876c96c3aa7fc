//! The pass over a stretch where nothing has to be watched and the cells of the answer are few: they all stand in one
//! array, group by group, and a series adds into a slice of it. Sums are kept in 64 bits, which as many numbers of 32 bits
//! as a vintage may hold cannot fill.

use super::{
    NO_VALUE, Stretch,
    cells::Cells,
    narrow::{Narrow, Whole},
    plan::{Plan, STRADDLING},
    stretch::Letters,
};
use crate::{
    error::Result,
    statistics::status::{Status, Statuses},
};

/// More cells than this are not held ready for each thread (1.5 MB).
const MOST: usize = 1 << 16;

pub struct Quick {
    slots: Vec<Slot>,
    /// How many buckets there are: the slots of a group.
    width: usize,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    sum: i64,
    observations: u32,
    missing: u32,
    statuses: Statuses,
}

impl Slot {
    fn add(&mut self, value: i64, status: Statuses) {
        self.observations += 1;
        self.statuses.add(status);
        if value == NO_VALUE {
            self.missing += 1;
        } else {
            self.sum += value;
        }
    }
}

impl Quick {
    /// None if there are too many cells.
    pub fn of(plan: &Plan) -> Option<Self> {
        let width = plan.buckets.len();
        let groups = plan.groups.iter().map(|group| group.codes.len());
        let size = groups.into_iter().try_fold(width, usize::checked_mul).filter(|size| *size <= MOST)?;
        Some(Self { slots: vec![Slot::default(); size], width })
    }

    /// Takes a stretch in, and says how many observations straddle an edge. None if its values are too wide.
    pub fn take(&mut self, plan: &Plan, stretch: &Stretch) -> Option<u64> {
        match &stretch.period_of {
            Narrow::Two(periods) => self.take_values(plan, stretch, periods),
            Narrow::Four(periods) => self.take_values(plan, stretch, periods),
            Narrow::Eight(_) => None,
        }
    }

    fn take_values(&mut self, plan: &Plan, stretch: &Stretch, periods: &[impl Whole]) -> Option<u64> {
        match &stretch.values {
            Narrow::Two(values) => Some(self.take_series(plan, stretch, periods, values)),
            Narrow::Four(values) => Some(self.take_series(plan, stretch, periods, values)),
            Narrow::Eight(_) => None,
        }
    }

    fn take_series(
        &mut self,
        plan: &Plan,
        stretch: &Stretch,
        periods: &[impl Whole],
        values: &[impl Whole],
    ) -> u64 {
        let mut straddling = 0;
        for series in 0..stretch.series_count() {
            let counts =
                plan.counts.iter().zip(&stretch.series).all(|(counts, codes)| counts[codes[series] as usize]);
            if !counts {
                continue;
            }
            let place = |group, by: &super::plan::Group| {
                group * by.codes.len() + by.place_of[stretch.code(by.dimension, series) as usize] as usize
            };
            let slots = &mut self.slots[plan.groups.iter().fold(0, place) * self.width..][..self.width];
            let rows = stretch.rows(series);
            let (periods, values) = (&periods[rows.clone()], &values[rows.clone()]);
            straddling += match &stretch.statuses {
                Letters::All(status) => {
                    let statuses = std::iter::repeat(status);
                    add(slots, plan, periods, values, statuses)
                }
                Letters::Each(statuses) => add(slots, plan, periods, values, statuses[rows].iter()),
            };
        }
        straddling
    }

    /// Moves what was counted into the cells of the answer.
    pub fn settle(self, plan: &Plan, cells: &mut Cells<'_>) -> Result<()> {
        let mut group = vec![0; plan.groups.len()];
        for (at, slot) in self.slots.iter().enumerate().filter(|(_, slot)| slot.observations > 0) {
            let mut rest = at / self.width;
            for (place, by) in group.iter_mut().zip(&plan.groups).rev() {
                (*place, rest) = ((rest % by.codes.len()) as u32, rest / by.codes.len());
            }
            let base = cells.group(&group);
            let cell = cells.enter(base, &group, (at % self.width) as u32)?;
            let cell = &mut cells.cells[cell];
            cell.sum += i128::from(slot.sum);
            cell.observations += u64::from(slot.observations);
            cell.missing += u64::from(slot.missing);
            cell.statuses.add(slot.statuses);
        }
        Ok(())
    }
}

/// The inner loop: a bucket that is none of the slots' is one that is not asked for.
fn add<'a>(
    slots: &mut [Slot],
    plan: &Plan,
    periods: &[impl Whole],
    values: &[impl Whole],
    statuses: impl Iterator<Item = &'a Status>,
) -> u64 {
    let (bucket_of, mut straddling) = (plan.bucket_of.as_slice(), 0);
    for ((period, value), status) in periods.iter().zip(values).zip(statuses) {
        let bucket = bucket_of[period.place()];
        match slots.get_mut(bucket as usize) {
            Some(slot) => slot.add(value.wide(), Statuses::of(*status)),
            None => straddling += u64::from(bucket == STRADDLING),
        }
    }
    straddling
}
