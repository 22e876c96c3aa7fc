//! The first line: which column is what.

use std::io::Read;

use super::{Report, RowProblem, source};
use crate::{
    error::{Reason, Result},
    say,
    statistics::{
        code,
        columns::{Columns, PeriodColumns},
        layout::Layout,
        nearest::nearest,
    },
    text::Say,
};

/// Where in a line each thing stands.
pub struct Places {
    pub headers: Vec<String>,
    pub dimensions: Vec<Place>,
    pub period: PeriodPlace,
    pub value: usize,
    pub status: Option<usize>,
}

pub enum Place {
    Column(usize),
    Constant(String),
}

pub enum PeriodPlace {
    One(usize),
    Days(usize, usize),
}

/// `None` when the header does not do; the report says why.
pub fn read<R: Read>(
    lines: &mut source::Lines<R>,
    record: &mut csv::ByteRecord,
    layout: &Layout,
    columns: &Columns,
    report: &mut Report,
) -> Result<Option<Places>> {
    if lines.next(record)?.is_none() {
        report.tell(RowProblem::of_line(
            1,
            Reason::WrongHeader,
            say!("el archivo está vacío", "the file is empty"),
        ));
        return Ok(None);
    }
    if record.get(0).is_some_and(|first| first.starts_with(&[0xff, 0xfe]) || first.starts_with(&[0xfe, 0xff]))
    {
        let say = say!(
            "el archivo está en UTF-16; guárdelo como \"CSV UTF-8\"",
            "the file is UTF-16; save it as \"CSV UTF-8\""
        );
        report.tell(RowProblem::of_line(1, Reason::Malformed, say));
        return Ok(None);
    }
    let headers: Result<Vec<String>, Say> =
        record.iter().map(|field| source::utf8(field).map(|text| text.trim().to_owned())).collect();
    match headers {
        Ok(headers) => Ok(Header { headers, used: Vec::new(), report }.places(layout, columns)),
        Err(say) => {
            report.tell(RowProblem::of_line(1, Reason::Malformed, say));
            Ok(None)
        }
    }
}

struct Header<'a> {
    headers: Vec<String>,
    used: Vec<usize>,
    report: &'a mut Report,
}

impl Header<'_> {
    fn places(mut self, layout: &Layout, columns: &Columns) -> Option<Places> {
        let before = self.report.problem_count;
        self.check_mapping(layout, columns);
        let dimensions: Vec<Option<Place>> = layout
            .dimensions
            .iter()
            .map(|dimension| match columns.constants.get(&dimension.code) {
                Some(code) => Some(Place::Constant(code.clone())),
                None => {
                    let header = columns.dimensions.get(&dimension.code).unwrap_or(&dimension.code);
                    self.need(header).map(Place::Column)
                }
            })
            .collect();
        let period = match &columns.period {
            PeriodColumns::One(header) => self.need(header).map(PeriodPlace::One),
            PeriodColumns::Days { first, last } => {
                let (first, last) = (self.need(first), self.need(last));
                first.zip(last).map(|(first, last)| PeriodPlace::Days(first, last))
            }
        };
        let value = self.need(&columns.value);
        let (status, must) = columns.status();
        let status = if must || self.find(status).is_some() { self.need(status) } else { None };
        self.check_others(layout, columns);
        if self.report.problem_count > before {
            return None;
        }
        let dimensions = dimensions.into_iter().collect::<Option<_>>()?;
        Some(Places { dimensions, period: period?, value: value?, status, headers: self.headers })
    }

    fn find(&self, header: &str) -> Option<usize> {
        self.headers.iter().position(|own| same(own, header))
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
        for name in columns.dimensions.keys().chain(columns.constants.keys()) {
            if layout.position(name).is_none() {
                let near = nearest(name, layout.codes()).map(str::to_owned);
                let say = say!("no hay dimensión `{name}`", "there is no dimension `{name}`");
                self.tell(name, say, near);
            }
        }
        for (name, code) in &columns.constants {
            if columns.dimensions.contains_key(name) {
                let say = say!(
                    "`{name}` tiene a la vez columna y constante",
                    "`{name}` has both a column and a constant"
                );
                self.tell(name, say, None);
            }
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
            row: 1,
            column: column.to_owned(),
            value: self.find(column).map_or_else(String::new, |at| self.headers[at].clone()),
            reason: Reason::WrongHeader,
            say,
            suggestion,
        });
    }
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}
