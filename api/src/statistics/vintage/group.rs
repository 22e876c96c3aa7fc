//! One row group, read.

use anyhow::{Context, bail, ensure};
use parquet::{column::reader::ColumnReader, file::reader::RowGroupReader};

use super::pages::{self, Runs};
use crate::statistics::{code, cube::NO_VALUE, period::Period, status::Status};

/// The rows of one row group, series by series. Words and periods are numbered as they come in this group.
pub struct Group {
    pub words: Vec<Vec<String>>,
    /// Of each dimension, the code of each series.
    pub series: Vec<Vec<u32>>,
    /// Where each series begins, and after the last, where it ends.
    pub starts: Vec<u32>,
    pub periods: Vec<Period>,
    pub period_of: Vec<u32>,
    pub values: Vec<i64>,
    pub statuses: Vec<Status>,
}

impl Group {
    pub fn read(group: &dyn RowGroupReader, dimensions: usize) -> anyhow::Result<Self> {
        let rows = usize::try_from(group.metadata().num_rows())?;
        let mut words = Vec::with_capacity(dimensions);
        let mut columns = Vec::with_capacity(dimensions);
        for dimension in 0..dimensions {
            let column = Runs::read(group.get_column_page_reader(dimension)?, rows)?;
            words.push(sound(column.words)?);
            columns.push(column.runs);
        }
        let (series, starts) = series(&columns, rows)?;
        let column = Runs::read(group.get_column_page_reader(dimensions)?, rows)?;
        let periods = column.words.iter().map(|word| period(word)).collect::<Result<_, _>>()?;
        let period_of = spread(&column.runs, |number| number);
        let values = values(group, dimensions + 1, rows)?;
        let column = Runs::read(group.get_column_page_reader(dimensions + 2)?, rows)?;
        let letters: Vec<Status> = column
            .words
            .iter()
            .map(|word| Status::parse(word).map_err(|say| anyhow::anyhow!("{say}")))
            .collect::<Result<_, _>>()?;
        let statuses = spread(&column.runs, |number| letters[number as usize]);
        Ok(Self { words, series, starts, periods, period_of, values, statuses })
    }
}

/// The codes of a dimension that occur in a row group, without its rows.
pub fn codes(group: &dyn RowGroupReader, dimension: usize) -> anyhow::Result<Vec<String>> {
    sound(pages::words(group.get_column_page_reader(dimension)?)?)
}

/// Its periods, likewise.
pub fn periods(group: &dyn RowGroupReader, column: usize) -> anyhow::Result<Vec<Period>> {
    pages::words(group.get_column_page_reader(column)?)?.iter().map(|word| period(word)).collect()
}

fn sound(words: Vec<String>) -> anyhow::Result<Vec<String>> {
    let sound = |word: &String| code::tidy(word).is_ok_and(|tidy| tidy == *word);
    ensure!(words.iter().all(sound), "a code that is none");
    Ok(words)
}

fn period(word: &str) -> anyhow::Result<Period> {
    let period: Period = word.parse().map_err(|say| anyhow::anyhow!("{say}"))?;
    ensure!(period.to_string() == *word, "a period not written as it should be");
    Ok(period)
}

fn spread<T: Copy>(runs: &[(u32, u32)], of: impl Fn(u32) -> T) -> Vec<T> {
    runs.iter().flat_map(|(number, count)| std::iter::repeat_n(of(*number), *count as usize)).collect()
}

/// A series begins wherever the run of some dimension ends and another code begins.
fn series(columns: &[Vec<(u32, u32)>], rows: usize) -> anyhow::Result<(Vec<Vec<u32>>, Vec<u32>)> {
    let (mut row, end) = (0, u32::try_from(rows)?);
    let (mut series, mut starts) = (vec![Vec::new(); columns.len()], Vec::new());
    let mut runs: Vec<_> = columns.iter().map(|column| column.iter().copied()).collect();
    let mut now = vec![(0, 0); columns.len()];
    let (mut codes, mut last) = (vec![0; columns.len()], Vec::new());
    while row < end {
        let mut step = u32::MAX;
        for ((run, left), code) in now.iter_mut().zip(&mut runs).zip(&mut codes) {
            if run.1 == 0 {
                *run = left.next().context("a dimension ends early")?;
            }
            *code = run.0;
            step = step.min(run.1);
        }
        if codes != last {
            last.clone_from(&codes);
            starts.push(row);
            series.iter_mut().zip(&codes).for_each(|(column, code)| column.push(*code));
        }
        now.iter_mut().for_each(|run| run.1 -= step);
        row += step;
    }
    starts.push(end);
    Ok((series, starts))
}

fn values(group: &dyn RowGroupReader, column: usize, rows: usize) -> anyhow::Result<Vec<i64>> {
    let ColumnReader::Int64ColumnReader(mut reader) = group.get_column_reader(column)? else {
        bail!("values that are not whole numbers");
    };
    let (mut present, mut levels) = (Vec::new(), Vec::new());
    let mut left = rows;
    while left > 0 {
        let (count, ..) = reader.read_records(left, Some(&mut levels), None, &mut present)?;
        ensure!(count > 0, "values end early");
        left = left.checked_sub(count).context("more values than rows")?;
    }
    ensure!(present.iter().all(|value| *value >= 0), "a negative count");
    if present.len() == rows {
        return Ok(present);
    }
    let mut present = present.into_iter();
    let mut values = Vec::with_capacity(rows);
    for level in levels {
        values.push(if level == 0 { NO_VALUE } else { present.next().context("values end early")? });
    }
    ensure!(values.len() == rows, "more values than rows");
    Ok(values)
}
