//! To a file, row group by row group.

use std::{collections::HashMap, fs::File, io::Write, sync::Arc};

use anyhow::Context;
use bytes::Bytes;
use parquet::{
    basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical},
    data_type::{ByteArray, ByteArrayType, Int64Type},
    file::{
        metadata::{KeyValue, SortingColumn},
        properties::{EnabledStatistics, WriterProperties},
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::{ColumnPath, Type, TypePtr},
};

use super::{FORM, FORM_KEY, GROUP_ROWS, LAYOUT_KEY};
use crate::{
    statistics::{
        cube::NO_VALUE,
        layout::{Layout, OBS_STATUS, OBS_VALUE, TIME_PERIOD},
        period::Period,
        status::Status,
    },
    vault::{Hashed, Sealed},
};

/// Rows handed to the library at once.
const BATCH: usize = 1 << 16;

/// The rows of one row group, column by column.
pub struct Sheet {
    /// Of each dimension, the code of each row.
    codes: Vec<Vec<u32>>,
    periods: Vec<Period>,
    values: Vec<i64>,
    statuses: Vec<Status>,
}

impl Sheet {
    pub fn new(dimensions: usize) -> Self {
        Self {
            codes: vec![Vec::new(); dimensions],
            periods: Vec::new(),
            values: Vec::new(),
            statuses: Vec::new(),
        }
    }

    pub fn rows(&self) -> usize {
        self.values.len()
    }

    pub fn push(&mut self, codes: &[u32], period: Period, value: i64, status: Status) {
        self.codes.iter_mut().zip(codes).for_each(|(column, code)| column.push(*code));
        self.periods.push(period);
        self.values.push(value);
        self.statuses.push(status);
    }
}

/// Writes a vintage from its rows in canonical order, [`GROUP_ROWS`] at a time and the rest last.
pub struct Writer<W: Write + Send> {
    inner: SerializedFileWriter<Hashed<W>>,
    /// Of each dimension, the words of its codes.
    words: Vec<Vec<ByteArray>>,
    statuses: Vec<ByteArray>,
}

impl<W: Write + Send> Writer<W> {
    pub fn new(to: W, layout: &Layout, words: Vec<Vec<String>>) -> anyhow::Result<Self> {
        let properties = Arc::new(properties(layout)?);
        Ok(Self {
            inner: SerializedFileWriter::new(Hashed::new(to), schema(layout)?, properties)?,
            words: words.into_iter().map(|words| words.into_iter().map(word).collect()).collect(),
            statuses: (0..=u8::MAX).map(|letter| word(char::from(letter).to_string())).collect(),
        })
    }

    pub fn write(&mut self, sheet: &Sheet) -> anyhow::Result<()> {
        let mut group = self.inner.next_row_group()?;
        for (codes, words) in sheet.codes.iter().zip(&self.words) {
            write_words(&mut group, codes.iter().map(|code| words[*code as usize].clone()))?;
        }
        let mut written = HashMap::new();
        let mut text = |period: &Period| -> ByteArray {
            written.entry(*period).or_insert_with(|| word(period.to_string())).clone()
        };
        write_words(&mut group, sheet.periods.iter().map(&mut text))?;
        write_values(&mut group, &sheet.values)?;
        let letter = |status: &Status| self.statuses[u32::from(status.letter()) as usize].clone();
        write_words(&mut group, sheet.statuses.iter().map(letter))?;
        group.close()?;
        Ok(())
    }

    /// Writes what ends the file.
    pub fn close(self) -> anyhow::Result<()> {
        self.inner.close()?;
        Ok(())
    }
}

impl Writer<File> {
    pub fn finish(self) -> anyhow::Result<Sealed> {
        Ok(self.inner.into_inner()?.seal())
    }
}

fn word(text: String) -> ByteArray {
    Bytes::from(text).into()
}

fn write_words<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, Hashed<W>>,
    words: impl Iterator<Item = ByteArray>,
) -> anyhow::Result<()> {
    let mut column = group.next_column()?.context("no column left")?;
    let mut words = words.peekable();
    while words.peek().is_some() {
        let batch: Vec<ByteArray> = words.by_ref().take(BATCH).collect();
        column.typed::<ByteArrayType>().write_batch(&batch, None, None)?;
    }
    Ok(column.close()?)
}

fn write_values<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, Hashed<W>>,
    values: &[i64],
) -> anyhow::Result<()> {
    let mut column = group.next_column()?.context("no column left")?;
    for batch in values.chunks(BATCH) {
        let levels: Vec<i16> = batch.iter().map(|value| i16::from(*value != NO_VALUE)).collect();
        let present: Vec<i64> = batch.iter().copied().filter(|value| *value != NO_VALUE).collect();
        column.typed::<Int64Type>().write_batch(&present, Some(&levels), None)?;
    }
    Ok(column.close()?)
}

pub fn schema(layout: &Layout) -> anyhow::Result<TypePtr> {
    let text = |name: &str| {
        Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_logical_type(Some(LogicalType::String))
            .with_repetition(Repetition::REQUIRED)
            .build()
            .map(Arc::new)
    };
    let value =
        Type::primitive_type_builder(OBS_VALUE, Physical::INT64).with_repetition(Repetition::OPTIONAL);
    let mut fields = layout.codes().chain([TIME_PERIOD]).map(text).collect::<Result<Vec<_>, _>>()?;
    fields.push(Arc::new(value.build()?));
    fields.push(text(OBS_STATUS)?);
    Ok(Arc::new(Type::group_type_builder("vintage").with_fields(fields).build()?))
}

/// Everything that decides the bytes is said here rather than left to the library's defaults.
fn properties(layout: &Layout) -> anyhow::Result<WriterProperties> {
    let values = ColumnPath::from(OBS_VALUE);
    let sorted_by = layout.codes().chain([TIME_PERIOD]).zip(0..);
    let metadata = vec![
        KeyValue::new(FORM_KEY.into(), FORM.to_owned()),
        KeyValue::new(LAYOUT_KEY.into(), serde_json::to_string(layout)?),
    ];
    Ok(WriterProperties::builder()
        .set_created_by("enlace".into())
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_dictionary_enabled(true)
        // A column of words never falls back to another encoding: `pages` reads this one only.
        .set_dictionary_page_size_limit(1 << 30)
        .set_data_page_row_count_limit(GROUP_ROWS)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_column_dictionary_enabled(values.clone(), false)
        .set_column_encoding(values, Encoding::DELTA_BINARY_PACKED)
        .set_sorting_columns(Some(
            sorted_by
                .map(|(_, column_idx)| SortingColumn { column_idx, descending: false, nulls_first: false })
                .collect(),
        ))
        .set_key_value_metadata(Some(metadata))
        .build())
}
