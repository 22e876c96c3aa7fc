//! From a cube to a file.

use std::sync::Arc;

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
use crate::statistics::{
    cube::{Cube, NO_VALUE},
    layout::{Layout, OBS_STATUS, OBS_VALUE, TIME_PERIOD},
    status::Status,
};

/// Rows handed to the library at once.
const BATCH: usize = 1 << 16;

pub fn write(cube: &Cube) -> anyhow::Result<Vec<u8>> {
    let layout = cube.layout();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema(layout)?, Arc::new(properties(layout)?))?;
    let series_of = series_of(cube);
    let periods: Vec<ByteArray> = cube.periods().iter().map(|period| word(period.to_string())).collect();
    let statuses: Vec<ByteArray> = (0..=u8::MAX).map(|letter| word(char::from(letter).to_string())).collect();
    let codes: Vec<Vec<ByteArray>> = (0..layout.dimensions.len())
        .map(|dimension| cube.codes(dimension).iter().map(|code| word(code.clone())).collect())
        .collect();
    for from in (0..cube.len()).step_by(GROUP_ROWS) {
        let rows = from..cube.len().min(from + GROUP_ROWS);
        let mut group = writer.next_row_group()?;
        for (column, words) in cube.series.iter().zip(&codes) {
            let word_of = |row: usize| words[column[series_of[row] as usize] as usize].clone();
            write_words(&mut group, rows.clone().map(word_of))?;
        }
        write_words(&mut group, rows.clone().map(|row| periods[cube.period_of[row] as usize].clone()))?;
        write_values(&mut group, &cube.values[rows.clone()])?;
        let letter = |status: &Status| statuses[u32::from(status.letter()) as usize].clone();
        write_words(&mut group, cube.statuses[rows].iter().map(letter))?;
        group.close()?;
    }
    Ok(writer.into_inner()?)
}

fn word(text: String) -> ByteArray {
    Bytes::from(text).into()
}

fn series_of(cube: &Cube) -> Vec<u32> {
    (0..)
        .zip(0..cube.series_count())
        .flat_map(|(number, series)| cube.rows(series).map(move |_| number))
        .collect()
}

fn write_words(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    words: impl Iterator<Item = ByteArray>,
) -> anyhow::Result<()> {
    let mut column = group.next_column()?.ok_or_else(|| anyhow::anyhow!("no column left"))?;
    let mut words = words.peekable();
    while words.peek().is_some() {
        let batch: Vec<ByteArray> = words.by_ref().take(BATCH).collect();
        column.typed::<ByteArrayType>().write_batch(&batch, None, None)?;
    }
    Ok(column.close()?)
}

fn write_values(group: &mut SerializedRowGroupWriter<'_, Vec<u8>>, values: &[i64]) -> anyhow::Result<()> {
    let mut column = group.next_column()?.ok_or_else(|| anyhow::anyhow!("no column left"))?;
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
