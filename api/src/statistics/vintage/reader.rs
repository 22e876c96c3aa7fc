//! A file read from its beginning to its end, a row group at a time.

use std::{fs::File, sync::Arc};

use parquet::file::{reader::FileReader, serialized_reader::SerializedFileReader};

use super::{group::Group, guarded, opening};
use crate::{
    error::Result,
    statistics::{cube::NO_VALUE, layout::Layout, period::Period, status::Status},
};

/// One observation of a vintage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The codes, in the order of the layout's dimensions. All figures of a series share them.
    pub series: Arc<[Arc<str>]>,
    pub period: Period,
    /// In units of the last decimal; `None` is unknown, never zero.
    pub value: Option<i64>,
    pub status: Status,
}

/// Gives every observation of a vintage, by series (its codes compared as text) and period. However large the file,
/// one row group of it is in memory.
pub struct Reader {
    file: SerializedFileReader<File>,
    layout: Layout,
    next: usize,
    group: Option<Reading>,
}

/// A row group, and how far it was given out.
struct Reading {
    group: Group,
    words: Vec<Vec<Arc<str>>>,
    series: Arc<[Arc<str>]>,
    /// The series that comes next, and the row.
    at: usize,
    row: usize,
}

impl Reader {
    pub fn open(file: File) -> Result<Self> {
        guarded(|| {
            let file = SerializedFileReader::new(file)?;
            Ok(Self { layout: opening::layout(&file)?, file, next: 0, group: None })
        })
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    fn following(&mut self) -> Option<Result<Reading>> {
        let at = self.next;
        (at < self.file.num_row_groups()).then(|| {
            self.next += 1;
            let (file, dimensions) = (&self.file, self.layout.dimensions.len());
            let mut group = guarded(|| Group::read(&*file.get_row_group(at)?, dimensions))?;
            let words = std::mem::take(&mut group.words);
            let words = words.into_iter().map(|words| words.into_iter().map(Into::into).collect()).collect();
            Ok(Reading { group, words, series: [].into(), at: 0, row: 0 })
        })
    }
}

impl Iterator for Reader {
    type Item = Result<Figure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(figure) = self.group.as_mut().and_then(Reading::next) {
                return Some(Ok(figure));
            }
            match self.following()? {
                Ok(group) => self.group = Some(group),
                Err(error) => {
                    // What follows a damaged group is not to be mistaken for the rest.
                    (self.group, self.next) = (None, usize::MAX);
                    return Some(Err(error));
                }
            }
        }
    }
}

impl Reading {
    fn next(&mut self) -> Option<Figure> {
        let (group, row) = (&self.group, self.row);
        let value = *group.values.get(row)?;
        if group.starts[self.at] as usize == row {
            let codes = group.series.iter().zip(&self.words);
            self.series = codes.map(|(codes, words)| words[codes[self.at] as usize].clone()).collect();
            self.at += 1;
        }
        self.row += 1;
        Some(Figure {
            series: self.series.clone(),
            period: group.periods[group.period_of[row] as usize],
            value: Some(value).filter(|value| *value != NO_VALUE),
            status: group.statuses[row],
        })
    }
}
