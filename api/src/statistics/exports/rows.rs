//! The answer to a question as a table: a row a group, with its sum and its measures.

use std::sync::Arc;

use ::parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical},
    data_type::{BoolType, ByteArray, ByteArrayType, Int64Type},
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::{Type, TypePtr},
};
use anyhow::Context;

use super::{Pieces, parquet::Pending, sums::least, table::lines};
use crate::{
    error::{Error, Result},
    ids::DatasetId,
    say,
    statistics::{
        asking::{Answered, Line, StatisticsMeasure},
        cell, figure,
        layout::{OBS_STATUS, OBS_VALUE, TIME_PERIOD},
        measures::Cell,
    },
};

/// So many rows at once.
const PIECE: usize = 1 << 14;
/// Digits of what a Parquet column of whole numbers of 64 bits holds.
const DIGITS: i32 = 18;

const DATASET: &str = "DATASET";
const OBSERVATIONS: &str = "OBSERVATIONS";
const MISSING: &str = "MISSING";
const INCOMPARABLE: &str = "INCOMPARABLE";

/// As the API names it.
fn name(measure: StatisticsMeasure) -> String {
    async_graphql::resolver_utils::enum_value(measure).to_string().trim_matches('"').to_owned()
}

struct Table {
    answered: Arc<Answered>,
    /// What was asked. Of several, rows say of which they are.
    datasets: Vec<DatasetId>,
    timed: bool,
    at: usize,
}

impl Table {
    fn new(answered: Arc<Answered>, datasets: Vec<DatasetId>) -> Self {
        let timed = answered.lines.iter().any(|line| line.row.period.is_some());
        Self { answered, datasets, timed, at: 0 }
    }

    fn several(&self) -> bool {
        self.datasets.len() > 1
    }

    fn texts(&self) -> Vec<String> {
        let dataset = self.several().then_some(DATASET).into_iter();
        let columns = self.answered.columns.iter().map(String::as_str);
        let names = dataset.chain(columns).chain(self.timed.then_some(TIME_PERIOD));
        names.map(str::to_owned).collect()
    }

    fn texts_of(&self, line: &Line) -> Vec<String> {
        let of = |at: &usize| self.datasets[*at].global();
        let dataset = self.several().then(|| line.sources.iter().map(of).collect::<Vec<_>>().join(" "));
        let period = self.timed.then(|| line.row.period.clone().unwrap_or_default());
        dataset.into_iter().chain(line.row.codes.iter().cloned()).chain(period).collect()
    }

    fn measures(&self) -> Vec<String> {
        self.answered.measures.iter().map(|measure| name(*measure)).collect()
    }

    /// The lines of the next piece.
    fn following(&mut self) -> std::ops::Range<usize> {
        let from = self.at;
        self.at = (from + PIECE).min(self.answered.lines.len());
        from..self.at
    }
}

pub struct Csv {
    table: Table,
    begun: bool,
}

impl Csv {
    pub fn new(answered: Arc<Answered>, datasets: Vec<DatasetId>) -> Self {
        Self { table: Table::new(answered, datasets), begun: false }
    }
}

impl Pieces for Csv {
    fn piece(&mut self) -> Result<Option<Vec<u8>>> {
        let mut out = Vec::new();
        let mut lines = lines(&mut out);
        if !self.begun {
            let rest = [OBS_VALUE, OBS_STATUS, OBSERVATIONS, MISSING, INCOMPARABLE].map(str::to_owned);
            let header = self.table.texts().into_iter().chain(rest).chain(self.table.measures());
            lines.line(header);
            self.begun = true;
        } else if self.table.at == self.table.answered.lines.len() {
            return Ok(None);
        }
        for at in self.table.following() {
            let line = &self.table.answered.lines[at];
            let row = &line.row;
            let mut fields: Vec<String> =
                self.table.texts_of(line).iter().map(|text| cell::guarded(text).into_owned()).collect();
            fields.push(row.sum.map(|sum| figure::write(sum, line.decimals)).unwrap_or_default());
            fields.push(least(row.statuses, row.sum.is_some()).to_string());
            fields.extend([row.observations, row.missing].map(|count| count.to_string()));
            fields.push(row.incomparable.to_string());
            let cell = |cell| figure_of(cell).map(|(value, decimals)| figure::write(value, decimals));
            fields.extend(line.cells.iter().map(|one| cell(one).unwrap_or_default()));
            lines.line(fields);
        }
        Ok(Some(out))
    }
}

/// Values are decimals, not whole numbers of their last decimal as in a vintage.
pub struct Parquet {
    table: Table,
    pending: Pending,
    writer: Option<SerializedFileWriter<Pending>>,
    decimals: u8,
    /// The decimals of each measure.
    scales: Vec<u8>,
}

impl Parquet {
    pub fn new(answered: Arc<Answered>, datasets: Vec<DatasetId>) -> Result<Self> {
        let decimals = answered.lines.iter().map(|line| line.decimals).max().unwrap_or(0);
        let scale = |at: usize| {
            let scales = answered.lines.iter().filter_map(|line| figure_of(&line.cells[at]));
            scales.map(|(_, scale)| scale).max().unwrap_or(decimals)
        };
        let scales: Vec<u8> = (0..answered.measures.len()).map(scale).collect();
        let fits = |line: &Line| {
            let sum = line.row.sum.is_none_or(|sum| scaled(sum, line.decimals, decimals).is_some());
            let cells = line.cells.iter().zip(&scales);
            let mut cells = cells.filter_map(|(cell, to)| Some((figure_of(cell)?, to)));
            sum && cells.all(|((value, from), to)| scaled(value, from, *to).is_some())
        };
        if !answered.lines.iter().all(fits) {
            return Err(Error::Limited(say!(
                "una cifra tiene más de {DIGITS} dígitos y no cabe en Parquet; pida CSV",
                "a figure has more than {DIGITS} digits and does not fit into Parquet; ask for CSV"
            )));
        }
        let table = Table::new(answered, datasets);
        let schema = schema(&table, decimals, &scales).map_err(anyhow::Error::from)?;
        let properties = WriterProperties::builder()
            .set_created_by("enlace".into())
            .set_compression(Compression::SNAPPY)
            .set_dictionary_enabled(true);
        let pending = Pending::default();
        let writer = SerializedFileWriter::new(pending.clone(), schema, Arc::new(properties.build()));
        Ok(Self { table, pending, writer: Some(writer.map_err(anyhow::Error::from)?), decimals, scales })
    }

    fn group(&mut self, writer: &mut SerializedFileWriter<Pending>) -> anyhow::Result<()> {
        let range = self.table.following();
        let lines = &self.table.answered.lines[range];
        let mut group = writer.next_row_group()?;
        let texts: Vec<Vec<String>> = lines.iter().map(|line| self.table.texts_of(line)).collect();
        for column in 0..self.table.texts().len() {
            write_texts(&mut group, texts.iter().map(|row| row[column].as_str()))?;
        }
        let exact = |value: i64, decimals: u8| scaled(value, decimals, self.decimals);
        write_numbers(
            &mut group,
            lines.iter().map(|line| line.row.sum.map(|sum| exact(sum, line.decimals))),
        )?;
        let letters: Vec<String> =
            lines.iter().map(|line| least(line.row.statuses, line.row.sum.is_some()).to_string()).collect();
        write_texts(&mut group, letters.iter().map(String::as_str))?;
        write_numbers(&mut group, lines.iter().map(|line| Some(Some(line.row.observations as i64))))?;
        write_numbers(&mut group, lines.iter().map(|line| Some(Some(line.row.missing as i64))))?;
        let flags: Vec<bool> = lines.iter().map(|line| line.row.incomparable).collect();
        let mut column = group.next_column()?.context("no column left")?;
        column.typed::<BoolType>().write_batch(&flags, None, None)?;
        column.close()?;
        for (at, to) in self.scales.iter().enumerate() {
            let value =
                |line: &Line| figure_of(&line.cells[at]).map(|(value, from)| scaled(value, from, *to));
            write_numbers(&mut group, lines.iter().map(value))?;
        }
        group.close()?;
        Ok(())
    }
}

impl Pieces for Parquet {
    fn piece(&mut self) -> Result<Option<Vec<u8>>> {
        let Some(mut writer) = self.writer.take() else { return Ok(None) };
        if self.table.at < self.table.answered.lines.len() {
            self.group(&mut writer)?;
            self.writer = Some(writer);
        } else {
            writer.close().map_err(anyhow::Error::from)?;
        }
        Ok(Some(self.pending.take()))
    }
}

fn schema(table: &Table, decimals: u8, scales: &[u8]) -> Result<TypePtr, ::parquet::errors::ParquetError> {
    let text = |name: &str| {
        Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_logical_type(Some(LogicalType::String))
            .with_repetition(Repetition::REQUIRED)
            .build()
    };
    let whole = |name: &str| {
        Type::primitive_type_builder(name, Physical::INT64).with_repetition(Repetition::OPTIONAL).build()
    };
    let decimal = |name: &str, decimals: u8| {
        let scale = i32::from(decimals);
        Type::primitive_type_builder(name, Physical::INT64)
            .with_logical_type(Some(LogicalType::decimal(scale, DIGITS)))
            .with_precision(DIGITS)
            .with_scale(scale)
            .with_repetition(Repetition::OPTIONAL)
            .build()
    };
    let flag = Type::primitive_type_builder(INCOMPARABLE, Physical::BOOLEAN)
        .with_repetition(Repetition::REQUIRED)
        .build();
    let mut fields = table.texts().iter().map(|name| text(name)).collect::<Result<Vec<_>, _>>()?;
    fields.extend([decimal(OBS_VALUE, decimals)?, text(OBS_STATUS)?]);
    fields.extend([whole(OBSERVATIONS)?, whole(MISSING)?, flag?]);
    for (measure, scale) in table.measures().iter().zip(scales) {
        fields.push(decimal(measure, *scale)?);
    }
    let fields = fields.into_iter().map(Arc::new).collect();
    Ok(Arc::new(Type::group_type_builder("answer").with_fields(fields).build()?))
}

/// The value in a cell, and its decimals.
fn figure_of(cell: &Cell) -> Option<(i64, u8)> {
    match cell {
        Cell::Value { value, decimals, .. } => Some((*value, *decimals)),
        Cell::Suppressed { .. } | Cell::Missing { .. } => None,
    }
}

/// In units of another last decimal; `None` if it is larger than the column holds.
fn scaled(value: i64, from: u8, to: u8) -> Option<i64> {
    let wider = value.checked_mul(10_i64.checked_pow(u32::from(to.checked_sub(from)?))?)?;
    (wider.unsigned_abs() < 10_u64.pow(DIGITS as u32)).then_some(wider)
}

fn write_texts<'a>(
    group: &mut SerializedRowGroupWriter<'_, Pending>,
    texts: impl Iterator<Item = &'a str>,
) -> anyhow::Result<()> {
    let texts: Vec<ByteArray> = texts.map(ByteArray::from).collect();
    let mut column = group.next_column()?.context("no column left")?;
    column.typed::<ByteArrayType>().write_batch(&texts, None, None)?;
    Ok(column.close()?)
}

/// `Some(None)`: there is a value, and it does not fit.
fn write_numbers(
    group: &mut SerializedRowGroupWriter<'_, Pending>,
    values: impl Iterator<Item = Option<Option<i64>>>,
) -> anyhow::Result<()> {
    let (mut present, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        if let Some(value) = value {
            present.push(value.context("a figure of more than 18 digits, with its decimals")?);
        }
    }
    let mut column = group.next_column()?.context("no column left")?;
    column.typed::<Int64Type>().write_batch(&present, Some(&levels), None)?;
    Ok(column.close()?)
}
