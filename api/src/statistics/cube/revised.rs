//! What a vintage says otherwise than one before it: a small cube of those observations, to be asked like any other.

use std::{borrow::Cow, collections::BTreeSet};

use super::{Cube, Frame, Parts, Stretch};
use crate::{
    error::Result,
    statistics::{period::Period, status::Status},
};

/// So many observations stand in a stretch of what is made here.
const ROWS: usize = 1 << 16;

/// The observations that had a figure in `before` and have another in `after`, or none, or are not there any more.
/// Nothing, if the dimensions are others.
pub fn revised(before: &Cube, after: &Cube) -> Result<Cube> {
    let codes = |dimension: usize| {
        let all: BTreeSet<&String> = before.codes(dimension).iter().chain(after.codes(dimension)).collect();
        all.into_iter().cloned().collect::<Vec<_>>()
    };
    let alike = before.layout().codes().eq(after.layout().codes());
    let dimensions = 0..after.layout().dimensions.len();
    let periods: BTreeSet<Period> = before.periods().iter().chain(after.periods()).copied().collect();
    let frame =
        Frame::new(after.layout().clone(), dimensions.map(codes).collect(), periods.into_iter().collect());
    let mut found = Found::new(after.layout().dimensions.len());
    if alike {
        walk(Cursor::over(before, &frame)?, Cursor::over(after, &frame)?, &mut found)?;
    }
    let stretches = found.stretches();
    Ok(Cube::held(frame, stretches).expect("what was walked in order stands in order"))
}

fn walk(mut before: Cursor<'_>, mut after: Cursor<'_>, found: &mut Found) -> Result<()> {
    while let Some(period) = before.period() {
        let order = match after.period() {
            None => std::cmp::Ordering::Less,
            Some(theirs) => before.codes.cmp(&after.codes).then(period.cmp(&theirs)),
        };
        if order.is_gt() {
            after.next()?;
            continue;
        }
        let now = if order.is_eq() { after.value() } else { None };
        if before.value().is_some_and(|value| now != Some(value)) {
            found.push(&before.codes, period);
        }
        before.next()?;
        if order.is_eq() {
            after.next()?;
        }
    }
    Ok(())
}

/// A place in a cube, its codes and periods numbered by a frame that holds them all.
struct Cursor<'a> {
    cube: &'a Cube,
    /// Of each dimension, the number of each code in the frame.
    numbers: Vec<Vec<u32>>,
    periods: Vec<u32>,
    at: usize,
    stretch: Option<Cow<'a, Stretch>>,
    series: usize,
    row: usize,
    codes: Vec<u32>,
}

impl<'a> Cursor<'a> {
    fn over(cube: &'a Cube, frame: &Frame) -> Result<Self> {
        let place = |found: Result<usize, usize>| found.map_or(u32::MAX, |at| at as u32);
        let numbers = (0..cube.layout().dimensions.len())
            .map(|at| cube.codes(at).iter().map(|code| place(frame.codes(at).binary_search(code))).collect());
        let periods = cube.periods().iter().map(|period| place(frame.periods().binary_search(period)));
        let mut cursor = Self {
            cube,
            numbers: numbers.collect(),
            periods: periods.collect(),
            at: 0,
            stretch: None,
            series: 0,
            row: 0,
            codes: Vec::new(),
        };
        cursor.enter(0)?;
        Ok(cursor)
    }

    /// The beginning of a stretch.
    fn enter(&mut self, at: usize) -> Result<()> {
        (self.at, self.series, self.row) = (at, 0, 0);
        self.stretch = match at < self.cube.stretch_count() {
            true => Some(self.cube.stretch(at)?),
            false => None,
        };
        self.read_codes();
        Ok(())
    }

    fn read_codes(&mut self) {
        let Some(stretch) = &self.stretch else { return };
        let codes = self.numbers.iter().enumerate();
        self.codes.clear();
        self.codes.extend(codes.map(|(at, numbers)| numbers[stretch.code(at, self.series) as usize]));
    }

    /// None at the end.
    fn period(&self) -> Option<u32> {
        self.stretch.as_ref().map(|stretch| self.periods[stretch.period(self.row)])
    }

    fn value(&self) -> Option<i64> {
        self.stretch.as_ref().and_then(|stretch| stretch.value(self.row))
    }

    fn next(&mut self) -> Result<()> {
        let Some(stretch) = &self.stretch else { return Ok(()) };
        self.row += 1;
        if self.row == stretch.len() {
            return self.enter(self.at + 1);
        }
        if self.row == stretch.rows(self.series).end {
            self.series += 1;
            self.read_codes();
        }
        Ok(())
    }
}

/// What was found, in order.
struct Found {
    done: Vec<Parts>,
    parts: Parts,
}

impl Found {
    fn new(dimensions: usize) -> Self {
        let parts = Parts {
            series: vec![Vec::new(); dimensions],
            starts: Vec::new(),
            period_of: Vec::new(),
            values: Vec::new(),
            statuses: Vec::new(),
        };
        Self { done: Vec::new(), parts }
    }

    fn push(&mut self, codes: &[u32], period: u32) {
        let parts = &mut self.parts;
        let goes_on = !parts.starts.is_empty()
            && parts.series.iter().zip(codes).all(|(series, code)| series.last() == Some(code));
        if !goes_on {
            parts.starts.push(parts.values.len() as u32);
            parts.series.iter_mut().zip(codes).for_each(|(series, code)| series.push(*code));
        }
        parts.period_of.push(period);
        // How much it was does not matter: that it was another is what is asked.
        parts.values.push(0);
        parts.statuses.push(Status::NORMAL);
        if parts.values.len() == ROWS {
            let next = Self::new(codes.len()).parts;
            self.done.push(std::mem::replace(&mut self.parts, next));
        }
    }

    fn stretches(mut self) -> Vec<Stretch> {
        if !self.parts.values.is_empty() {
            self.done.push(self.parts);
        }
        let whole = |mut parts: Parts| {
            parts.starts.push(parts.values.len() as u32);
            Stretch::assemble(parts).expect("in order")
        };
        self.done.into_iter().map(whole).collect()
    }
}
