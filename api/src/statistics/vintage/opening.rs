//! From a file to a cube.

use anyhow::{Context, ensure};
use indexmap::IndexSet;
use parquet::file::{
    reader::{ChunkReader, FileReader},
    serialized_reader::SerializedFileReader,
};

use super::{FORM, FORM_KEY, LAYOUT_KEY, MOST_ROWS, group::Group, writing::schema};
use crate::statistics::{
    cube::{Cube, Parts},
    layout::Layout,
    period::Period,
};

pub fn open(file: impl ChunkReader + 'static) -> anyhow::Result<Cube> {
    let reader = SerializedFileReader::new(file)?;
    let layout = layout(&reader)?;
    let mut opening = Opening::new(layout.dimensions.len());
    for group in 0..reader.num_row_groups() {
        opening.take(Group::read(&*reader.get_row_group(group)?, layout.dimensions.len())?)?;
    }
    let Opening { codes, periods, mut parts, .. } = opening;
    parts.starts.push(parts.values.len().try_into()?);
    parts.codes = codes.into_iter().map(|codes| codes.into_iter().collect()).collect();
    parts.periods = periods.into_iter().collect();
    Cube::assemble(layout, parts).context("rows out of order, or twice")
}

/// What the file says of itself, if it is a vintage.
pub fn layout(reader: &SerializedFileReader<impl ChunkReader + 'static>) -> anyhow::Result<Layout> {
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
    let rows: i64 = reader.metadata().row_groups().iter().map(|group| group.num_rows()).sum();
    ensure!(usize::try_from(rows).is_ok_and(|rows| rows <= MOST_ROWS), "more rows than a vintage has");
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

    fn take(&mut self, mut group: Group) -> anyhow::Result<()> {
        let before = u32::try_from(self.parts.values.len())?;
        let numbers: Vec<Vec<u32>> = std::mem::take(&mut group.words)
            .into_iter()
            .zip(&mut self.codes)
            .map(|(words, codes)| words.into_iter().map(|word| codes.insert_full(word).0 as u32).collect())
            .collect();
        for at in 0..group.series_count() {
            let codes =
                group.series.iter().zip(&numbers).map(|(column, numbers)| numbers[column[at] as usize]);
            // A series may go on from one group to the next.
            if self.last.iter().copied().eq(codes.clone()) && !self.parts.starts.is_empty() {
                continue;
            }
            self.last.clear();
            self.last.extend(codes);
            self.parts.starts.push(before + group.starts[at]);
            self.parts.series.iter_mut().zip(&self.last).for_each(|(column, code)| column.push(*code));
        }
        let numbers: Vec<u32> =
            group.periods.into_iter().map(|period| self.periods.insert_full(period).0 as u32).collect();
        self.parts.period_of.extend(group.period_of.into_iter().map(|at| numbers[at as usize]));
        self.parts.values.extend(group.values);
        self.parts.statuses.extend(group.statuses);
        Ok(())
    }
}
