//! From a file to a cube: first the codes and periods of all row groups, then the rows.

use std::{collections::BTreeSet, fs::File};

use anyhow::{Context, ensure};
use parquet::file::{
    reader::{ChunkReader, FileReader},
    serialized_reader::SerializedFileReader,
};

use super::{
    FORM, FORM_KEY, LAYOUT_KEY, MOST_ROWS, group, group::Group, guarded, shared::Shared, writing::schema,
};
use crate::{
    error::Result,
    statistics::{
        cube::{Cube, Frame, Parts, Source, Stretch},
        layout::Layout,
    },
};

/// An observation takes at least so many bytes in a cube: two for its period, two for its value.
const LEAST: usize = 4;

/// A vintage's file.
struct Stored(SerializedFileReader<Shared>);

/// The cube in memory if it takes at most so many bytes, otherwise one that reads the file. `grown` is told how much
/// it takes already.
pub fn open(file: File, most: usize, grown: impl Fn(usize)) -> anyhow::Result<Cube> {
    let stored = Stored(SerializedFileReader::new(Shared::new(file)?)?);
    let frame = stored.frame()?;
    let groups = stored.0.num_row_groups();
    let rows = usize::try_from(stored.0.metadata().file_metadata().num_rows())?;
    let mut taken = frame.bytes().saturating_add(rows.saturating_mul(LEAST));
    if taken <= most {
        taken = frame.bytes();
        let mut stretches = Vec::with_capacity(groups);
        for at in 0..groups {
            let stretch = stored.stretch(&frame, at)?;
            taken += stretch.bytes();
            stretches.push(stretch);
            if taken > most {
                break;
            }
            grown(taken);
        }
        if taken <= most {
            return Cube::held(frame, stretches).context("rows out of order, or twice");
        }
    }
    Ok(Cube::read(frame, Box::new(stored), groups, rows))
}

impl Stored {
    /// The codes and periods of all row groups.
    fn frame(&self) -> anyhow::Result<Frame> {
        let layout = layout(&self.0)?;
        let dimensions = layout.dimensions.len();
        let (mut codes, mut periods) = (vec![BTreeSet::new(); dimensions], BTreeSet::new());
        for at in 0..self.0.num_row_groups() {
            let group = self.0.get_row_group(at)?;
            for (dimension, codes) in codes.iter_mut().enumerate() {
                codes.extend(group::codes(&*group, dimension)?);
            }
            periods.extend(group::periods(&*group, dimensions)?);
        }
        let codes = codes.into_iter().map(|codes| codes.into_iter().collect()).collect();
        Ok(Frame::new(layout, codes, periods.into_iter().collect()))
    }

    fn stretch(&self, frame: &Frame, at: usize) -> anyhow::Result<Stretch> {
        let group = Group::read(&*self.0.get_row_group(at)?, frame.layout().dimensions.len())?;
        let mut series = group.series;
        for ((dimension, words), column) in group.words.iter().enumerate().zip(&mut series) {
            let number = |word| frame.codes(dimension).binary_search(word).ok().context("a code of no group");
            let numbers: Vec<usize> = words.iter().map(number).collect::<Result<_, _>>()?;
            column.iter_mut().for_each(|code| *code = numbers[*code as usize] as u32);
        }
        let number = |period| frame.periods().binary_search(period).ok().context("a period of no group");
        let numbers: Vec<usize> = group.periods.iter().map(number).collect::<Result<_, _>>()?;
        let period_of = group.period_of.into_iter().map(|at| numbers[at as usize] as u32).collect();
        let (starts, values, statuses) = (group.starts, group.values, group.statuses);
        let parts = Parts { series, starts, period_of, values, statuses };
        Stretch::assemble(parts).context("rows out of order, or twice")
    }
}

impl Source for Stored {
    fn stretch(&self, frame: &Frame, at: usize) -> Result<Stretch> {
        guarded(|| self.stretch(frame, at))
    }
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
