//! Reports from a CSV file, for the console: one line a report.

use std::{collections::HashMap, io::Read};

use chrono::{DateTime, Utc};

use super::report::Facts;
use crate::{
    bounds::Bounds,
    error::{Problem, Reason, Result},
    ids::{CapacityReportId, ReceptionPointId},
    say,
};

/// The columns that a file must have.
const NEEDED: [&str; 4] = ["point", "as_of", "occupied", "nominal"];
/// The columns that it may have.
const KNOWN: [&str; 6] = ["free", "surge", "people_in", "people_out", "staff", "replaces"];
/// The most lines of a file: they are stored together, or none of them.
const MOST_LINES: usize = 5_000;

/// Reads UTF-8 with commas and a line of headers. `points` are the points by their code. What is wrong
/// with a line is told with its number, that of the headers being 1.
pub fn read_csv(source: impl Read, points: &HashMap<String, ReceptionPointId>) -> Result<Vec<Facts>> {
    let mut table = ::csv::ReaderBuilder::new().trim(::csv::Trim::All).from_reader(source);
    let mut bounds = Bounds::default();
    let headers: Vec<String> = table
        .headers()
        .map_err(unreadable)?
        .iter()
        .map(|header| header.trim_start_matches('\u{feff}').into())
        .collect();
    for needed in NEEDED.iter().filter(|needed| !headers.iter().any(|header| header == *needed)) {
        bounds.add(
            Reason::WrongHeader,
            "line 1",
            say!("falta la columna `{needed}`", "the column `{needed}` is missing"),
        );
    }
    for (at, header) in headers.iter().enumerate() {
        if !NEEDED.contains(&header.as_str()) && !KNOWN.contains(&header.as_str()) {
            let (column, known) =
                (at + 1, NEEDED.iter().chain(&KNOWN).copied().collect::<Vec<_>>().join(", "));
            bounds.add(
                Reason::WrongHeader,
                "line 1",
                say!(
                    "no se conoce la columna {column}; las columnas son {known}",
                    "column {column} is not known; the columns are {known}"
                ),
            );
        }
    }
    bounds.distinct("line 1", &headers);
    bounds.done()?;

    let mut bounds = Bounds::default();
    let mut read = Vec::new();
    for record in table.records() {
        let record = record.map_err(unreadable)?;
        if read.len() == MOST_LINES {
            return Err(Problem::new(
                Reason::TooLarge,
                "file",
                say!(
                    "a lo sumo {MOST_LINES} líneas; divida el archivo",
                    "at most {MOST_LINES} lines; split the file"
                ),
            )
            .into());
        }
        let line = record.position().map_or(0, ::csv::Position::line);
        let cells: HashMap<&str, &str> = headers
            .iter()
            .map(String::as_str)
            .zip(record.iter())
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        read.push(Row { path: format!("line {line}"), cells }.facts(points, &mut bounds));
    }
    bounds.done()?;
    Ok(read)
}

fn unreadable(cause: ::csv::Error) -> Problem {
    let line = cause.position().map_or(1, ::csv::Position::line);
    Problem::new(
        Reason::Malformed,
        format!("line {line}"),
        say!(
            "no es una línea de CSV en UTF-8 con tantas celdas como el encabezado",
            "is no line of CSV in UTF-8 with as many cells as the headers"
        ),
    )
}

struct Row<'a> {
    path: String,
    cells: HashMap<&'a str, &'a str>,
}

impl Row<'_> {
    fn facts(&self, points: &HashMap<String, ReceptionPointId>, bounds: &mut Bounds) -> Facts {
        let nobody = || ReceptionPointId(uuid::Uuid::nil());
        let point = self.needed("point", bounds, |text| points.get(text).copied()).unwrap_or_else(nobody);
        let moment = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc));
        let number = |text: &str| text.parse::<i32>().ok();
        Facts {
            point,
            as_of: self.needed("as_of", bounds, moment).unwrap_or_default(),
            occupied: self.needed("occupied", bounds, number).unwrap_or_default(),
            nominal: self.needed("nominal", bounds, number).unwrap_or_default(),
            free: self.cell("free", bounds, number),
            surge: self.cell("surge", bounds, number),
            people_in: self.cell("people_in", bounds, number),
            people_out: self.cell("people_out", bounds, number),
            staff: self.cell("staff", bounds, number),
            replaces: self.cell("replaces", bounds, CapacityReportId::parse_global),
            path: self.path.clone(),
        }
    }

    fn needed<T>(&self, name: &str, bounds: &mut Bounds, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        if !self.cells.contains_key(name) {
            bounds.add(
                Reason::Required,
                format!("{}.{name}", self.path),
                say!("no puede quedar en blanco", "must not be blank"),
            );
        }
        self.cell(name, bounds, parse)
    }

    fn cell<T>(&self, name: &str, bounds: &mut Bounds, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.cells.get(name)?;
        let parsed = parse(text);
        if parsed.is_none() {
            let (reason, say) = match name {
                "point" => (
                    Reason::Unknown,
                    say!(
                        "no es el código de un punto de recepción, como `MX-RP-TIJUANA`",
                        "is no code of a reception point, such as `MX-RP-TIJUANA`"
                    ),
                ),
                "as_of" => (
                    Reason::Malformed,
                    say!(
                        "una hora con su desfase, como `2025-01-16T09:00:00-06:00`",
                        "a time with its offset, such as `2025-01-16T09:00:00-06:00`"
                    ),
                ),
                "replaces" => (
                    Reason::Malformed,
                    say!(
                        "el id de un informe, `CapacityReport:` y 32 cifras",
                        "the id of a report, `CapacityReport:` and 32 digits"
                    ),
                ),
                _ => (Reason::NotANumber, say!("un número entero", "a whole number")),
            };
            bounds.add(reason, format!("{}.{name}", self.path), say);
        }
        parsed
    }
}
