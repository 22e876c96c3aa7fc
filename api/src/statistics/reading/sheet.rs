//! The rows of a workbook's sheet.

use std::{
    io::{Cursor, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Reader, Xlsx, XlsxCellReader, XlsxError};
use chrono::NaiveDate;

use super::{
    Into, LONGEST_FIELD, RowProblem,
    table::Table,
    workbook::{self, MOST_PACKED},
};
use crate::{
    error::{Reason, Result},
    say,
    statistics::{columns::Columns, nearest::nearest},
    text::Say,
};

/// More columns than a table has; a cell beyond is a slip of the hand or an attack.
const MOST_COLUMNS: u32 = 1_024;

type Bytes = Cursor<Vec<u8>>;

/// Reads the one sheet that is meant. A workbook is not trusted: it is weighed first, and where the library that
/// reads it panics, it is damaged.
pub fn read(source: impl Read, into: &mut Into<'_, '_>) -> Result<()> {
    let mut bytes = Vec::new();
    source.take(MOST_PACKED + 1).read_to_end(&mut bytes).map_err(anyhow::Error::from)?;
    if let Err((reason, say)) = workbook::check(&bytes) {
        into.report.tell(RowProblem::of_line(1, reason, say));
        return Ok(());
    }
    let read = catch_unwind(AssertUnwindSafe(|| open(bytes, into)));
    let (reason, say) = match read {
        Ok(Ok(Ok(()))) => return Ok(()),
        Ok(Ok(Err(refused))) => refused,
        Ok(Err(error)) => return Err(error),
        Err(_) => workbook::damaged(),
    };
    into.report.tell(RowProblem::of_line(1, reason, say));
    Ok(())
}

fn open(bytes: Vec<u8>, into: &mut Into<'_, '_>) -> Result<Result<(), (Reason, Say)>> {
    let Ok(mut book) = Xlsx::new(Cursor::new(bytes)) else { return Ok(Err(workbook::damaged())) };
    let columns = into.columns;
    let name = match sheet(book.sheet_names(), columns.sheet.as_deref()) {
        Ok(name) => name,
        Err(refused) => return Ok(Err(refused)),
    };
    let Ok(cells) = book.worksheet_cells_reader(&name) else { return Ok(Err(workbook::damaged())) };
    let mut rows = Cells {
        cells,
        columns,
        ahead: None,
        row: 0,
        ended: false,
        width: None,
        computed: Vec::new(),
        broken: None,
    };
    into.read(&mut rows).map(Ok)
}

fn sheet(names: Vec<String>, wanted: Option<&str>) -> Result<String, (Reason, Say)> {
    let known = names.iter().take(20).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match (wanted, names.as_slice()) {
        (_, []) => Err(workbook::damaged()),
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err((
            Reason::Required,
            say!(
                "el libro tiene varias hojas; diga cuál: {known}",
                "the workbook has several sheets; say which: {known}"
            ),
        )),
        (Some(wanted), _) => names.iter().find(|name| *name == wanted).cloned().ok_or_else(|| {
            let near = nearest(wanted, names.iter().map(String::as_str)).unwrap_or(&known);
            (
                Reason::Unknown,
                say!("no hay hoja `{wanted}`; quizá {near}", "there is no sheet `{wanted}`; perhaps {near}"),
            )
        }),
    }
}

/// A cell that a formula computes, where its value was not asked for.
pub fn formula(row: u64, header: Option<&String>, value: Option<&[u8]>) -> RowProblem {
    RowProblem {
        row,
        column: header.cloned().unwrap_or_default(),
        value: String::from_utf8_lossy(value.unwrap_or_default()).into_owned(),
        reason: Reason::Malformed,
        say: say!(
            "la celda es una fórmula: pegue su valor, o diga que se tome el último calculado (`cachedValues`)",
            "the cell is a formula: paste its value, or say that the last one computed is taken (`cachedValues`)"
        ),
        suggestion: None,
    }
}

struct Cells<'a> {
    cells: XlsxCellReader<'a, Bytes>,
    columns: &'a Columns,
    /// The first cell of the next row.
    ahead: Option<Cell>,
    row: u64,
    ended: bool,
    width: Option<usize>,
    computed: Vec<usize>,
    broken: Option<(Reason, Say)>,
}

struct Cell {
    row: u32,
    column: u32,
    text: String,
    computed: bool,
}

impl Cells<'_> {
    /// The next cell with something in it.
    fn cell(&mut self) -> Result<Option<Cell>, XlsxError> {
        if let Some(cell) = self.ahead.take() {
            return Ok(Some(cell));
        }
        // Past its end the library finds the sheet cut off.
        while !self.ended
            && let Some(found) = self.cells.next_cell_with_formula_metadata()?
        {
            let text = text(&found.value, self.columns);
            let computed = found.formula.is_some();
            if !text.is_empty() || computed {
                let (row, column) = found.pos;
                return Ok(Some(Cell { row, column, text, computed }));
            }
        }
        self.ended = true;
        Ok(None)
    }

    /// The cells of one row, into fields. `None` at the end.
    fn fields(&mut self) -> Result<Option<Vec<String>>, XlsxError> {
        let Some(first) = self.cell()? else { return Ok(None) };
        let row = first.row;
        let (mut fields, mut next) = (Vec::new(), Some(first));
        self.computed.clear();
        while let Some(cell) = next {
            if cell.row != row {
                self.ahead = Some(cell);
                break;
            }
            let at = cell.column as usize;
            if cell.column >= MOST_COLUMNS || at < fields.len() {
                return Err(XlsxError::Unexpected("columns"));
            }
            fields.resize(at, String::new());
            if cell.computed {
                self.computed.push(at);
            }
            fields.push(cell.text);
            next = self.cell()?;
        }
        if u64::from(row) < self.row {
            return Err(XlsxError::Unexpected("rows"));
        }
        self.row = u64::from(row) + 1;
        if let Some(width) = self.width {
            fields.resize(fields.len().max(width), String::new());
        }
        Ok(Some(fields))
    }
}

impl Table for Cells<'_> {
    fn next(&mut self, record: &mut csv::ByteRecord) -> Result<Option<u64>> {
        record.clear();
        match self.fields() {
            Ok(None) => Ok(None),
            Ok(Some(fields)) => {
                record.extend(fields);
                Ok(Some(self.row))
            }
            Err(_) => {
                self.broken = Some(workbook::damaged());
                Ok(None)
            }
        }
    }

    fn line(&self) -> u64 {
        self.row.max(1)
    }

    fn broken(&self) -> Option<(Reason, Say)> {
        self.broken.clone()
    }

    fn computed(&self) -> &[usize] {
        &self.computed
    }

    fn settle_width(&mut self, width: usize) {
        self.width = Some(width);
    }
}

/// What a cell says, as it would be written in a CSV of the same office.
fn text(value: &DataRef<'_>, columns: &Columns) -> String {
    let day = |day: NaiveDate| columns.dates.as_ref().map_or_else(|| day.to_string(), |form| form.write(day));
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => shortened(text),
        DataRef::SharedString(text) => shortened(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number, columns),
        DataRef::Bool(said) => if *said { "TRUE" } else { "FALSE" }.into(),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, date, hour, minute, second, milli) = moment.to_ymd_hms_milli();
            let found = NaiveDate::from_ymd_opt(year.into(), month.into(), date.into());
            match found {
                Some(found) if (hour, minute, second, milli) == (0, 0, 0, 0) => day(found),
                _ => format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}"),
            }
        }
        DataRef::DateTime(span) => number_text(span.as_f64(), columns),
        DataRef::DateTimeIso(text) => {
            let date = text.strip_suffix("T00:00:00").unwrap_or(text);
            date.parse().map_or_else(|_| shortened(text), day)
        }
        DataRef::DurationIso(text) => shortened(text),
        DataRef::Error(error) => error.to_string(),
    }
}

/// A text that is too long is told as such; more of it than that is not needed.
fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_FIELD + 1).collect()
}

/// As Excel shows it: at most 15 digits that count.
fn number_text(number: f64, columns: &Columns) -> String {
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    let text = if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() };
    text.replace('.', &columns.numbers.decimal.to_string())
}
