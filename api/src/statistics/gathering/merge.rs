//! From sorted runs to the file.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    sync::mpsc::{SyncSender, sync_channel},
};

use anyhow::{Context, anyhow};

use super::{
    Settled, Summary, Twice, Twices,
    batch::Ranks,
    run::{Head, Row, Run},
};
use crate::statistics::{
    cube::NO_VALUE,
    period::Period,
    vintage::{GROUP_ROWS, Sheet, Writer},
};

/// What all runs together are read with.
const BUFFERS: usize = 32 << 20;
const LEAST_BUFFER: usize = 4 << 10;

/// Merges here while another thread writes.
pub fn merge(
    runs: Vec<Run>,
    dimensions: usize,
    ranks: &Ranks,
    mut writer: Writer<File>,
    most_told: usize,
) -> anyhow::Result<Settled> {
    let buffer = (BUFFERS / runs.len().max(1)).max(LEAST_BUFFER);
    let mut heads = Vec::with_capacity(runs.len());
    for run in runs {
        heads.extend(Head::of(run, dimensions, ranks, buffer)?);
    }
    std::thread::scope(|scope| {
        let (full, sheets) = sync_channel::<Sheet>(1);
        let writing = scope.spawn(move || -> anyhow::Result<_> {
            for sheet in sheets {
                writer.write(&sheet)?;
            }
            writer.finish()
        });
        let mut out = Out::new(dimensions, full, most_told);
        // If the writer stopped, its own error says why.
        let merged = all(&mut heads, ranks, &mut out).and_then(|()| out.finish());
        let file = writing.join().map_err(|_| anyhow!("the thread that writes panicked"))??;
        let (summary, twice) = merged?;
        Ok(Settled { file, summary, twice })
    })
}

/// Series by series: those of equal codes, in whatever runs they are, are one.
fn all(heads: &mut [Head], ranks: &Ranks, out: &mut Out) -> anyhow::Result<()> {
    let mut waiting = BinaryHeap::new();
    for (at, head) in heads.iter_mut().enumerate() {
        waiting.push(Reverse((std::mem::take(&mut head.series), at)));
    }
    let (mut same, mut left) = (Vec::new(), Vec::new());
    while let Some(Reverse((series, first))) = waiting.pop() {
        same.push((series, first));
        while waiting.peek().is_some_and(|Reverse((other, _))| *other == same[0].0) {
            same.extend(waiting.pop().map(|Reverse(other)| other));
        }
        left.extend(same.iter().map(|(_, at)| *at));
        one(&same[0].0, &mut left, heads, out)?;
        for (series, at) in same.drain(..) {
            heads[at].series = series;
            if heads[at].next_series(ranks)? {
                waiting.push(Reverse((std::mem::take(&mut heads[at].series), at)));
            }
        }
    }
    Ok(())
}

/// The rows of one series out of the runs that have it. A file is mostly in order of time, so a run is read on for as
/// long as no other comes before it.
fn one(series: &[u32], runs: &mut Vec<usize>, heads: &mut [Head], out: &mut Out) -> anyhow::Result<()> {
    let mut kept: Option<Row> = None;
    while !runs.is_empty() {
        let (mut least, mut next) = (0, None);
        for place in 1..runs.len() {
            let key = heads[runs[place]].row.key();
            if key < heads[runs[least]].row.key() {
                (least, next) = (place, Some(heads[runs[least]].row.key()));
            } else if next.is_none_or(|next| key < next) {
                next = Some(key);
            }
        }
        let head = &mut heads[runs[least]];
        loop {
            match kept {
                Some(first) if first.period == head.row.period => out.note(&head.row, first.line)?,
                _ => {
                    kept = Some(head.row);
                    out.push(series, &head.row)?;
                }
            }
            if !head.next_row()? {
                runs.swap_remove(least);
                break;
            }
            if next.is_some_and(|next| next < head.row.key()) {
                break;
            }
        }
    }
    Ok(())
}

/// Where merged rows go.
struct Out {
    full: SyncSender<Sheet>,
    sheet: Sheet,
    summary: Summary,
    twice: u64,
    /// The greatest line on top.
    told: BinaryHeap<(u32, u32, Period, i64)>,
    most_told: usize,
    /// The period that came last, and what it is when unpacked.
    last: Option<(u64, Period)>,
}

impl Out {
    fn new(dimensions: usize, full: SyncSender<Sheet>, most_told: usize) -> Self {
        Self {
            full,
            sheet: Sheet::new(dimensions),
            summary: Summary::default(),
            twice: 0,
            told: BinaryHeap::new(),
            most_told,
            last: None,
        }
    }

    fn push(&mut self, series: &[u32], row: &Row) -> anyhow::Result<()> {
        let period = match self.last {
            Some((packed, period)) if packed == row.period => period,
            _ => row.period()?,
        };
        self.last = Some((row.period, period));
        let summary = &mut self.summary;
        summary.observations += 1;
        summary.first = summary.first.or(Some(period)).min(Some(period));
        let later = |last: Period| (last.end(), last.start()) >= (period.end(), period.start());
        summary.last = summary.last.filter(|last| later(*last)).or(Some(period));
        if row.value != NO_VALUE {
            summary.total += i128::from(row.value);
        }
        self.sheet.push(series, period, row.value, row.status);
        if self.sheet.rows() == GROUP_ROWS {
            let sheet = std::mem::replace(&mut self.sheet, Sheet::new(series.len()));
            self.full.send(sheet).ok().context("the writer stopped")?;
        }
        Ok(())
    }

    fn note(&mut self, row: &Row, earlier: u32) -> anyhow::Result<()> {
        self.twice += 1;
        if self.told.len() < self.most_told || self.told.peek().is_some_and(|last| row.line < last.0) {
            self.told.push((row.line, earlier, row.period()?, row.value));
            if self.told.len() > self.most_told {
                self.told.pop();
            }
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<(Summary, Twices)> {
        if self.sheet.rows() > 0 {
            self.full.send(self.sheet).ok().context("the writer stopped")?;
        }
        let twice = |(line, earlier, period, value)| {
            let value = Some(value).filter(|value| *value != NO_VALUE);
            Twice { line, earlier, period, value }
        };
        let first = self.told.into_sorted_vec().into_iter().map(twice).collect();
        Ok((self.summary, Twices { count: self.twice, first }))
    }
}
