//! A ministry's file, read against the layout of its dataset. Everything wrong is told with the line it stands
//! in and what would be right, so that a file is mended once and not once for every error.
//!
//! A file is CSV, SDMX-CSV 2.0 or an Excel workbook. Which it is, its first bytes say; how its columns, numbers,
//! dates and letters are to be read, [`Columns`] say. Row by row it goes to the cube: the file is never whole in
//! memory, except a workbook, which is bounded.

mod report;
mod table;
mod decoding;
mod sdmx;
mod source;
mod workbook;
mod sheet;
mod header;
mod unfit;
mod row;

use std::io::{Cursor, Read};

use super::{columns::Columns, course::Course, figure, gathering::Summary, layout::Layout};
use crate::{
    error::{Reason, Result},
    say,
    vault::{Scratch, Sealed},
};

pub use report::{MOST_TOLD, Report, RowProblem};
pub use sdmx::{Amends, Deletion};

use row::{Rows, Taken};
use table::Table;

/// The longest field, in bytes.
pub const LONGEST_FIELD: usize = 1024;

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub max_rows: u32,
    pub max_bytes: u64,
}

impl Limits {
    /// Of a file on the disk.
    pub const WHOLE: Self = Self { max_rows: 100_000_000, max_bytes: u64::MAX };
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
    pub summary: Summary,
    pub report: Report,
    /// What the file does to the figures of before, if it does not say all of them anew.
    pub amends: Option<Amends>,
}

/// Reads a file of whichever sort. Memory does not grow with it: what passes the bound of `scratch` goes to its disk.
/// Fails only when the source does, or the disk, or where there is more than a vintage may hold.
pub fn read(
    source: impl Read,
    layout: &Layout,
    columns: &Columns,
    limits: Limits,
    scratch: &Scratch,
) -> Result<Reading> {
    read_on(source, layout, columns, limits, scratch, &Course::default())
}

/// The same, telling how far it has come; it fails once nobody waits.
pub fn read_on(
    mut source: impl Read,
    layout: &Layout,
    columns: &Columns,
    limits: Limits,
    scratch: &Scratch,
    course: &Course,
) -> Result<Reading> {
    let mut report = Report::default();
    let mut rows = Rows::new(layout, columns, scratch.clone());
    let mut head = Vec::new();
    source.by_ref().take(8).read_to_end(&mut head).map_err(anyhow::Error::from)?;
    let is_workbook = workbook::is_one(&head);
    let source = Cursor::new(head).chain(source);
    let mut amends = false;
    let mut into =
        Into { layout, columns, limits, rows: &mut rows, report: &mut report, amends: &mut amends, course };
    if is_workbook {
        sheet::read(source, &mut into)?;
    } else {
        match source::open(source, columns, limits.max_bytes).map_err(anyhow::Error::from)? {
            Ok(mut lines) => into.read(&mut lines)?,
            Err(say) => into.report.tell(RowProblem::of_line(1, Reason::Malformed, say)),
        }
    }
    course.all_read();
    let (settled, amended) = rows.settle(MOST_TOLD)?;
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
    let amends = amends.then_some(amended);
    Ok(Reading { file: settled.file, summary: settled.summary, report, amends })
}

/// Where the rows of a table go.
struct Into<'a, 'b> {
    layout: &'a Layout,
    columns: &'a Columns,
    limits: Limits,
    rows: &'b mut Rows<'a>,
    report: &'b mut Report,
    amends: &'b mut bool,
    course: &'a Course,
}

impl Into<'_, '_> {
    fn read(&mut self, table: &mut dyn Table) -> Result<()> {
        let Self { layout, columns, limits, rows, report, amends, course } = self;
        let mut record = csv::ByteRecord::new();
        if let Some(places) = header::read(table, &mut record, layout, columns, report)? {
            **amends = places.sdmx.is_some();
            while let Some(line) = table.next(&mut record)? {
                if report.rows_read == u64::from(limits.max_rows) {
                    let most = limits.max_rows;
                    let say = say!(
                        "el archivo tiene más de {most} filas; divídalo",
                        "the file has more than {most} rows; split it"
                    );
                    report.tell(RowProblem::of_line(line, Reason::TooLarge, say));
                    break;
                }
                report.rows_read += 1;
                course.row()?;
                let by_formula = table.computed().iter().find(|at| places.used.contains(at)).copied();
                if let Some(at) = by_formula.filter(|_| !columns.cached_values) {
                    report.refused += 1;
                    report.tell(sheet::formula(line, places.headers.get(at), record.get(at)));
                    continue;
                }
                match rows.take(&record, line, &places, report)? {
                    Taken::Accepted => {}
                    Taken::Refused => report.refused += 1,
                    Taken::Unreadable => {
                        report.refused += 1;
                        break;
                    }
                }
            }
        }
        if let Some((reason, say)) = table.broken() {
            report.tell(RowProblem::of_line(table.line(), reason, say));
        }
        Ok(())
    }
}
