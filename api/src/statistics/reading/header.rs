//! The first line: which column is what.

use super::{
    Report, RowProblem,
    sdmx::{self, Leading},
    source,
    table::Table,
};
use crate::{
    error::{Reason, Result},
    say,
    statistics::{
        code,
        columns::{Across, Columns, PeriodColumns},
        layout::Layout,
        nearest::nearest,
        period::Period,
    },
    text::Say,
};

/// Where in a line each thing stands.
pub struct Places {
    pub headers: Vec<String>,
    pub dimensions: Vec<Place>,
    pub period: Option<PeriodPlace>,
    /// The columns of figures; one, unless there are several side by side.
    pub values: Vec<ValuePlace>,
    pub status: Option<usize>,
    pub sdmx: Option<Leading>,
    /// Whether fields are written `M: Men`.
    pub labelled: bool,
    /// Columns of which something is read.
    pub used: Vec<usize>,
}

pub enum Place {
    Column(usize),
    Constant(String),
    /// Each column of figures tells its own.
    Across,
    /// Not in the file: a deletion of any.
    Absent,
}

pub enum PeriodPlace {
    One(usize),
    Days(usize, usize),
}

pub struct ValuePlace {
    pub at: usize,
    pub period: Option<AcrossPeriod>,
    pub codes: Vec<(usize, String)>,
}

pub enum AcrossPeriod {
    Whole(Period),
    /// Added to what the row's own column says.
    Rest(String),
}

/// `None` when the header does not do; the report says why.
pub fn read(
    table: &mut dyn Table,
    record: &mut csv::ByteRecord,
    layout: &Layout,
    columns: &Columns,
    report: &mut Report,
) -> Result<Option<Places>> {
    let row = u64::from(columns.header_row);
    loop {
        match table.next(record)? {
            Some(line) if line < row => {}
            Some(line) if line == row => break,
            // Why there is no header is told by whoever knows it.
            None if table.broken().is_some() => return Ok(None),
            _ => {
                let say = match row {
                    1 => say!("el archivo está vacío", "the file is empty"),
                    _ => say!("en la fila {row} no hay encabezado", "there is no header in row {row}"),
                };
                report.tell(RowProblem::of_line(row, Reason::WrongHeader, say));
                return Ok(None);
            }
        }
    }
    let headers: Result<Vec<String>, Say> =
        record.iter().map(|field| source::utf8(field).map(|text| text.trim().to_owned())).collect();
    match headers {
        Ok(headers) => {
            table.settle_width(headers.len());
            let sdmx = sdmx::begins(&headers);
            let labelled = sdmx && headers.iter().any(|header| header.contains(": "));
            let own = |header: String| if labelled { sdmx::id(&header).to_owned() } else { header };
            let headers = headers.into_iter().map(own).collect();
            Ok(Header { headers, used: Vec::new(), report, row, sdmx, labelled }.places(layout, columns))
        }
        Err(say) => {
            report.tell(RowProblem::of_line(row, Reason::Malformed, say));
            Ok(None)
        }
    }
}

struct Header<'a> {
    headers: Vec<String>,
    used: Vec<usize>,
    report: &'a mut Report,
    row: u64,
    sdmx: bool,
    labelled: bool,
}

impl Header<'_> {
    fn places(mut self, layout: &Layout, columns: &Columns) -> Option<Places> {
        let before = self.report.problem_count;
        self.check_mapping(layout, columns);
        let sdmx = self.sdmx.then(|| self.leading());
        let dimensions: Vec<Option<Place>> = layout
            .dimensions
            .iter()
            .map(|dimension| match columns.constants.get(&dimension.code) {
                Some(code) => Some(Place::Constant(code.clone())),
                None if columns.is_across(&dimension.code) => Some(Place::Across),
                None => {
                    let header = columns.dimensions.get(&dimension.code).unwrap_or(&dimension.code);
                    self.needs_unless_deleting(header).map(|at| at.map_or(Place::Absent, Place::Column))
                }
            })
            .collect();
        let period = match &columns.period {
            _ if !columns.has_period_column() => Some(None),
            PeriodColumns::One(header) => {
                self.needs_unless_deleting(header).map(|at| at.map(PeriodPlace::One))
            }
            PeriodColumns::Days { first, last } => {
                let (first, last) = (self.need(first), self.need(last));
                first.zip(last).map(|(first, last)| Some(PeriodPlace::Days(first, last)))
            }
        };
        let values = if columns.across.is_empty() {
            let at = self.needs_unless_deleting(&columns.value);
            let place = |at| ValuePlace { at, period: None, codes: Vec::new() };
            at.map(|at| at.map(place).into_iter().collect())
        } else {
            let across = columns.across.iter().map(|across| self.across(across, layout));
            across.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>()
        };
        let (status, must) = columns.status();
        let status = if must || self.find(status).is_some() { self.need(status) } else { None };
        let used = self.used.clone();
        if self.sdmx {
            let twice: Vec<_> = sdmx::SPOKEN_TWICE.iter().filter_map(|name| self.find(name)).collect();
            self.used.extend(twice);
        }
        self.check_others(layout, columns);
        if self.report.problem_count > before {
            return None;
        }
        let dimensions = dimensions.into_iter().collect::<Option<_>>()?;
        Some(Places {
            dimensions,
            period: period?,
            values: values?,
            status,
            sdmx,
            labelled: self.labelled,
            used,
            headers: self.headers,
        })
    }

    fn leading(&mut self) -> Leading {
        let structure_id = self.need(sdmx::STRUCTURE_ID).unwrap_or(1);
        let action = self.find(sdmx::ACTION).and_then(|_| self.need(sdmx::ACTION));
        self.used.push(0);
        Leading { structure: 0, structure_id, action }
    }

    fn across(&mut self, across: &Across, layout: &Layout) -> Option<ValuePlace> {
        let at = self.need(&across.header);
        let period = match across.period.as_deref() {
            None => None,
            Some(rest) if rest.starts_with('-') => Some(AcrossPeriod::Rest(rest.to_owned())),
            Some(whole) => match whole.parse() {
                Ok(period) => Some(AcrossPeriod::Whole(period)),
                Err(say) => {
                    self.tell(&across.header, say, Period::probably(whole));
                    return None;
                }
            },
        };
        let codes = across.codes.iter().map(|(name, code)| Some((layout.position(name)?, code.clone())));
        Some(ValuePlace { at: at?, period, codes: codes.collect::<Option<_>>()? })
    }

    fn find(&self, header: &str) -> Option<usize> {
        self.headers.iter().position(|own| same(own, header))
    }

    /// In a file that may delete, a column that is not there stands for any.
    fn needs_unless_deleting(&mut self, header: &str) -> Option<Option<usize>> {
        if self.sdmx && self.find(header).is_none() && self.find(sdmx::ACTION).is_some() {
            return Some(None);
        }
        self.need(header).map(Some)
    }

    fn need(&mut self, header: &str) -> Option<usize> {
        let Some(at) = self.find(header) else {
            let near = nearest(header, self.headers.iter().map(String::as_str)).map(str::to_owned);
            let say = say!("falta la columna `{header}`", "the column `{header}` is missing");
            self.tell(header, say, near);
            return None;
        };
        if self.headers[at + 1..].iter().any(|own| same(own, header)) {
            let say =
                say!("la columna `{header}` está dos veces", "the column `{header}` stands there twice");
            self.tell(header, say, None);
        } else if self.used.contains(&at) {
            let say = say!(
                "la columna `{header}` se usa para dos cosas",
                "the column `{header}` is used for two things"
            );
            self.tell(header, say, None);
        }
        self.used.push(at);
        Some(at)
    }

    fn check_mapping(&mut self, layout: &Layout, columns: &Columns) {
        let across = || columns.across.iter().flat_map(|across| &across.codes);
        let named = columns.dimensions.keys().chain(columns.constants.keys());
        for name in named.chain(columns.translations.keys()).chain(across().map(|(name, _)| name)) {
            if layout.position(name).is_none() {
                let near = nearest(name, layout.codes()).map(str::to_owned);
                let say = say!("no hay dimensión `{name}`", "there is no dimension `{name}`");
                self.tell(name, say, near);
            }
        }
        for name in columns.constants.keys() {
            if columns.dimensions.contains_key(name) || columns.is_across(name) {
                let say = say!(
                    "`{name}` tiene a la vez columna y constante",
                    "`{name}` has both a column and a constant"
                );
                self.tell(name, say, None);
            }
        }
        for dimension in layout.codes().filter(|code| columns.is_across(code)) {
            let told = columns.across.iter().filter(|across| across.codes.contains_key(dimension)).count();
            if told < columns.across.len() || columns.dimensions.contains_key(dimension) {
                let say = say!(
                    "`{dimension}` lo dice cada columna de cifras, o lo dice una columna suya",
                    "`{dimension}` is told by each column of figures, or by a column of its own"
                );
                self.tell(dimension, say, None);
            }
        }
        for (name, code) in columns.constants.iter().chain(across()) {
            let Some(dimension) = layout.position(name).map(|at| &layout.dimensions[at]) else { continue };
            if let Err(say) = code::tidy(code).and_then(|code| code::suits(dimension.role, &code)) {
                self.tell(name, say, None);
            } else if !dimension.takes(code) {
                let say =
                    say!("`{code}` no está en la lista de {name}", "`{code}` is not in the list of {name}");
                self.tell(name, say, dimension.probably(code).map(str::to_owned));
            }
        }
    }

    /// Columns without a header are what spreadsheets leave at the end of a line.
    fn check_others(&mut self, layout: &Layout, columns: &Columns) {
        if columns.ignore_others {
            return;
        }
        for at in 0..self.headers.len() {
            let header = self.headers[at].clone();
            let known =
                self.used.contains(&at) || self.used.iter().any(|used| same(&self.headers[*used], &header));
            if known || header.is_empty() || columns.ignored.iter().any(|ignored| same(ignored, &header)) {
                continue;
            }
            let near = nearest(&header, layout.codes()).map(str::to_owned);
            let say = say!(
                "la columna `{header}` no está declarada; asígnela o diga que se ignora",
                "the column `{header}` is not declared; map it or say that it is ignored"
            );
            self.tell(&header, say, near);
        }
    }

    fn tell(&mut self, column: &str, say: Say, suggestion: Option<String>) {
        self.report.tell(RowProblem {
            row: self.row,
            column: column.to_owned(),
            value: self.find(column).map_or_else(String::new, |at| self.headers[at].clone()),
            reason: Reason::WrongHeader,
            say,
            suggestion,
        });
    }
}

pub fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}
