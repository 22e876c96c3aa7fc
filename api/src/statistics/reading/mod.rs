//! A ministry's CSV, read against the layout of its dataset. Everything wrong is told with the line it stands
//! in and what would be right, so that a file is mended once and not once for every error.

mod report;
mod source;
mod header;
mod row;

use std::io::Read;

use super::{columns::Columns, figure, layout::Layout};
use crate::{
    error::Reason,
    error::Result,
    say,
    vault::{Scratch, Sealed},
};

pub use report::{MOST_TOLD, Report, RowProblem};

/// The longest field, in bytes.
pub const LONGEST_FIELD: usize = 1024;

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub max_rows: u32,
    pub max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_rows: 5_000_000, max_bytes: 512 << 20 }
    }
}

/// What was accepted, and what was not. Whoever publishes looks at the report first: the vintage of a file with
/// problems lacks the refused rows.
#[derive(Debug)]
pub struct Reading {
    /// The vintage's file.
    pub file: Sealed,
    pub report: Report,
}

/// Reads UTF-8 with `,` `;` or tab between fields. Memory does not grow with the file: what passes the bound of
/// `scratch` goes to its disk. Fails only when the source does, or the disk, or where there is more than a vintage may
/// hold.
pub fn read(
    source: impl Read,
    layout: &Layout,
    columns: &Columns,
    limits: Limits,
    scratch: &Scratch,
) -> Result<Reading> {
    let mut report = Report::default();
    let mut lines = source::open(source, limits.max_bytes).map_err(anyhow::Error::from)?;
    let mut rows = row::Rows::new(layout, scratch.clone());
    let mut record = csv::ByteRecord::new();
    if let Some(places) = header::read(&mut lines, &mut record, layout, columns, &mut report)? {
        while let Some(line) = lines.next(&mut record)? {
            if report.rows_read == u64::from(limits.max_rows) {
                let most = limits.max_rows;
                report.tell(RowProblem::of_line(
                    line,
                    Reason::TooLarge,
                    say!(
                        "el archivo tiene más de {most} filas; divídalo",
                        "the file has more than {most} rows; split it"
                    ),
                ));
                break;
            }
            report.rows_read += 1;
            match rows.take(&record, line, &places, &mut report)? {
                row::Taken::Accepted => {}
                row::Taken::Refused => report.refused += 1,
                row::Taken::Unreadable => {
                    report.refused += 1;
                    break;
                }
            }
        }
        if lines.was_cut() {
            let line = lines.line();
            let most = limits.max_bytes;
            report.tell(RowProblem::of_line(
                line,
                Reason::TooLarge,
                say!(
                    "el archivo tiene más de {most} bytes; divídalo",
                    "the file has more than {most} bytes; split it"
                ),
            ));
        }
    }
    let settled = rows.settle(MOST_TOLD)?;
    let decimals = layout.decimals;
    report.refused += settled.twice.count;
    let told = settled.twice.first.into_iter().map(|twice| {
        let (earlier, period) = (twice.earlier, twice.period);
        RowProblem {
            row: twice.line.into(),
            column: columns.value.clone(),
            value: twice.value.map_or_else(String::new, |value| figure::write(value, decimals)),
            reason: Reason::Duplicate,
            say: say!(
                "la misma serie y el mismo periodo ({period}) ya están en la fila {earlier}; deje una sola, o publique la corrección como otra entrega",
                "the same series and period ({period}) are already in row {earlier}; keep one, or publish the correction as another vintage"
            ),
            suggestion: None,
        }
    });
    report.tell_late(settled.twice.count, told);
    report.describe(&settled.summary);
    Ok(Reading { file: settled.file, report })
}
