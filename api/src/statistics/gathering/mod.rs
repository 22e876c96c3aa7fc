//! Observations as they come, in any order, on their way to a vintage's file.
//!
//! They are held in memory up to a bound. What passes it is sorted and put aside as a run; at the end the runs are
//! merged straight into the file. So memory does not grow with what comes in, and equal content gives equal bytes
//! whatever the order it came in and whatever the bound.

mod batch;
mod run;
mod merge;

use std::{fs::File, sync::Arc, thread::JoinHandle};

use anyhow::anyhow;
use indexmap::IndexSet;

use super::{
    layout::Layout,
    period::Period,
    status::Status,
    vintage::{self, MOST_ROWS},
};
use crate::{
    error::{Error, Result},
    say,
    vault::{Scratch, Sealed},
};

use batch::{Batch, Ranks};
use run::{Run, Spilling};

/// Different codes of all dimensions together: they are held in memory.
pub const MOST_CODES: usize = 250_000;

pub struct Gathering {
    layout: Layout,
    scratch: Scratch,
    codes: Vec<IndexSet<String>>,
    code_count: usize,
    count: usize,
    batch: Batch,
    /// The file of the runs; none as long as all fits in memory.
    spilled: Option<Arc<File>>,
    runs: Vec<Run>,
    /// The run that is being written, beside which more rows are taken.
    writing: Option<JoinHandle<anyhow::Result<(Batch, Run)>>>,
}

/// All that came in, once.
pub struct Settled {
    /// In canonical order, in the form of a [`vintage`].
    pub file: Sealed,
    pub summary: Summary,
    pub twice: Twices,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub observations: u64,
    /// The earliest period, and the one that ends last.
    pub first: Option<Period>,
    pub last: Option<Period>,
    /// Of all values, in units of the last decimal.
    pub total: i128,
}

/// What stood there twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Twices {
    pub count: u64,
    /// The first by line.
    pub first: Vec<Twice>,
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
    pub fn new(layout: Layout, scratch: Scratch) -> Self {
        let dimensions = layout.dimensions.len();
        Self {
            scratch,
            codes: vec![IndexSet::new(); dimensions],
            code_count: 0,
            count: 0,
            batch: Batch::new(dimensions),
            spilled: None,
            runs: Vec::new(),
            writing: None,
            layout,
        }
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The number by which a tidy code of a dimension goes here.
    pub fn code(&mut self, dimension: usize, code: &str) -> u32 {
        let codes = &mut self.codes[dimension];
        let at = codes.get_index_of(code).unwrap_or_else(|| {
            self.code_count += 1;
            codes.insert_full(code.to_owned()).0
        });
        at.try_into().expect("no more codes than MOST_CODES")
    }

    /// One observation, its codes numbered by [`code`](Self::code); `line` is where it came from. Fails when there is
    /// more than a vintage may hold, or no room on the disk.
    pub fn push(
        &mut self,
        codes: &[u32],
        period: Period,
        value: Option<i64>,
        status: Status,
        line: u32,
    ) -> Result<()> {
        self.count += 1;
        if self.code_count > MOST_CODES || self.count > MOST_ROWS {
            return Err(Error::Limited(say!(
                "una entrega tiene a lo más {MOST_ROWS} observaciones y {MOST_CODES} códigos distintos",
                "a vintage has at most {MOST_ROWS} observations and {MOST_CODES} different codes"
            )));
        }
        self.batch.push(codes, period, value, status, line);
        // While one batch is put aside, the next is taken in.
        if self.batch.bytes() > self.scratch.memory() / 2 {
            self.put_aside().map_err(|cause| Error::Internal(cause.context("putting figures aside")))?;
        }
        Ok(())
    }

    fn put_aside(&mut self) -> anyhow::Result<()> {
        let file = match &self.spilled {
            Some(file) => file.clone(),
            None => self.spilled.insert(Arc::new(self.scratch.file()?)).clone(),
        };
        let next = self.written()?.unwrap_or_else(|| Batch::new(self.codes.len()));
        let mut full = std::mem::replace(&mut self.batch, next);
        let (ranks, from) = (Ranks::of(&self.codes), self.runs.last().map_or(0, Run::end));
        self.writing = Some(std::thread::spawn(move || {
            let mut spilling = Spilling::new(file, from);
            full.write(&ranks, &mut spilling)?;
            full.clear();
            Ok((full, spilling.finish()?))
        }));
        Ok(())
    }

    /// Waits for the run that is being written; gives its batch to be filled again.
    fn written(&mut self) -> anyhow::Result<Option<Batch>> {
        let Some(writing) = self.writing.take() else { return Ok(None) };
        let (batch, run) = writing.join().map_err(|_| anyhow!("the thread that sorts panicked"))??;
        self.runs.push(run);
        Ok(Some(batch))
    }

    /// The file of all that came in, and what stood there twice: all are counted, the first `most_told` are told.
    pub fn settle(self, most_told: usize) -> Result<Settled> {
        self.settled(most_told).map_err(|cause| Error::Internal(cause.context("writing a vintage")))
    }

    fn settled(mut self, most_told: usize) -> anyhow::Result<Settled> {
        drop(self.written()?);
        let ranks = Ranks::of(&self.codes);
        let mut last = std::mem::replace(&mut self.batch, Batch::new(self.codes.len()));
        let mut held = Vec::new();
        last.write(&ranks, &mut held)?;
        drop(last);
        self.runs.push(Run::held(held));
        let writer = vintage::Writer::new(self.scratch.file()?, &self.layout, ranks.words(self.codes))?;
        merge::merge(self.runs, self.layout.dimensions.len(), &ranks, writer, most_told)
    }
}
