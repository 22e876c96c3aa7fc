//! From a file to a cube.

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use indexmap::IndexSet;
use parquet::{
    column::reader::ColumnReader,
    file::{
        reader::{FileReader, RowGroupReader},
        serialized_reader::SerializedFileReader,
    },
};

use super::{FORM, FORM_KEY, LAYOUT_KEY, MOST_ROWS, pages::Runs, writing::schema};
use crate::statistics::{
    code,
    cube::{Cube, NO_VALUE, Parts},
    layout::Layout,
    period::Period,
    status::Status,
};

pub fn open(file: Bytes) -> anyhow::Result<Cube> {
    let reader = SerializedFileReader::new(file)?;
    let layout = layout(&reader)?;
    let mut opening = Opening::new(layout.dimensions.len());
    for group in 0..reader.num_row_groups() {
        opening.take(&*reader.get_row_group(group)?)?;
    }
    let Opening { codes, periods, mut parts, .. } = opening;
    parts.starts.push(parts.values.len().try_into()?);
    parts.codes = codes.into_iter().map(|codes| codes.into_iter().collect()).collect();
    parts.periods = periods.into_iter().collect();
    Cube::assemble(layout, parts).context("rows out of order, or twice")
}

fn layout(reader: &SerializedFileReader<Bytes>) -> anyhow::Result<Layout> {
    let metadata = reader.metadata().file_metadata();
    let value = |key: &str| {
        let pairs = metadata.key_value_metadata()?;
        pairs.iter().find(|pair| pair.key == key)?.value.as_deref()
    };
    let form = value(FORM_KEY).context("not a vintage")?;
    ensure!(form == FORM, "a vintage of form {form}; this node reads form {FORM}");
    let layout: Layout = serde_json::from_str(value(LAYOUT_KEY).context("no layout")?)?;
    ensure!(layout.check("layout").is_ok(), "the layout is not sound");
    let names = |fields: &[parquet::schema::types::TypePtr]| -> Vec<String> {
        fields.iter().map(|field| format!("{field:?}")).collect()
    };
    ensure!(
        names(metadata.schema().get_fields()) == names(schema(&layout)?.get_fields()),
        "the columns are not those of the layout"
    );
    Ok(layout)
}

/// What has been read so far.
struct Opening {
    codes: Vec<IndexSet<String>>,
    periods: IndexSet<Period>,
    parts: Parts,
    /// The codes of the series that was read last.
    last: Vec<u32>,
}

impl Opening {
    fn new(dimensions: usize) -> Self {
        let parts = Parts {
            codes: Vec::new(),
            series: vec![Vec::new(); dimensions],
            starts: Vec::new(),
            periods: Vec::new(),
            period_of: Vec::new(),
            values: Vec::new(),
            statuses: Vec::new(),
        };
        Self { codes: vec![IndexSet::new(); dimensions], periods: IndexSet::new(), parts, last: Vec::new() }
    }

    fn take(&mut self, group: &dyn RowGroupReader) -> anyhow::Result<()> {
        let rows = usize::try_from(group.metadata().num_rows())?;
        ensure!(rows.saturating_add(self.parts.values.len()) <= MOST_ROWS, "more rows than a vintage has");
        let dimensions = self.codes.len();
        let mut columns = Vec::with_capacity(dimensions);
        for dimension in 0..dimensions {
            let mut column = Runs::read(group.get_column_page_reader(dimension)?, rows)?;
            let codes = &mut self.codes[dimension];
            let mut numbers = Vec::with_capacity(column.words.len());
            for word in column.words {
                ensure!(code::tidy(&word).is_ok_and(|tidy| tidy == word), "a code that is none");
                numbers.push(codes.insert_full(word).0 as u32);
            }
            column.runs.iter_mut().for_each(|(word, _)| *word = numbers[*word as usize]);
            columns.push(column.runs);
        }
        self.take_series(&columns, rows)?;
        self.take_periods(Runs::read(group.get_column_page_reader(dimensions)?, rows)?)?;
        self.take_values(group, dimensions + 1, rows)?;
        self.take_statuses(Runs::read(group.get_column_page_reader(dimensions + 2)?, rows)?)
    }

    /// A series begins wherever the run of some dimension ends and another code begins.
    fn take_series(&mut self, columns: &[Vec<(u32, u32)>], rows: usize) -> anyhow::Result<()> {
        let mut row = u32::try_from(self.parts.values.len())?;
        let end = row + u32::try_from(rows)?;
        let mut runs: Vec<_> = columns.iter().map(|column| column.iter().copied()).collect();
        let mut now = vec![(0, 0); columns.len()];
        let mut codes = vec![0; columns.len()];
        while row < end {
            let mut step = u32::MAX;
            for ((run, left), code) in now.iter_mut().zip(&mut runs).zip(&mut codes) {
                if run.1 == 0 {
                    *run = left.next().context("a dimension ends early")?;
                }
                *code = run.0;
                step = step.min(run.1);
            }
            if codes != self.last {
                self.last.clone_from(&codes);
                self.parts.starts.push(row);
                self.parts.series.iter_mut().zip(&codes).for_each(|(column, code)| column.push(*code));
            }
            now.iter_mut().for_each(|run| run.1 -= step);
            row += step;
        }
        Ok(())
    }

    fn take_periods(&mut self, column: Runs) -> anyhow::Result<()> {
        let mut numbers = Vec::with_capacity(column.words.len());
        for word in &column.words {
            let period: Period = word.parse().map_err(|say| anyhow::anyhow!("{say}"))?;
            ensure!(period.to_string() == *word, "a period not written as it should be");
            numbers.push(self.periods.insert_full(period).0 as u32);
        }
        for (word, count) in column.runs {
            self.parts.period_of.extend(std::iter::repeat_n(numbers[word as usize], count as usize));
        }
        Ok(())
    }

    fn take_statuses(&mut self, column: Runs) -> anyhow::Result<()> {
        let statuses: Vec<Status> = column
            .words
            .iter()
            .map(|word| Status::parse(word).map_err(|say| anyhow::anyhow!("{say}")))
            .collect::<Result<_, _>>()?;
        for (word, count) in column.runs {
            self.parts.statuses.extend(std::iter::repeat_n(statuses[word as usize], count as usize));
        }
        Ok(())
    }

    fn take_values(&mut self, group: &dyn RowGroupReader, column: usize, rows: usize) -> anyhow::Result<()> {
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
            self.parts.values.append(&mut present);
            return Ok(());
        }
        let mut present = present.into_iter();
        for level in levels {
            let value = if level == 0 { NO_VALUE } else { present.next().context("values end early")? };
            self.parts.values.push(value);
        }
        ensure!(self.parts.values.len() == self.parts.period_of.len(), "more values than rows");
        Ok(())
    }
}
