//! One line of figures.

use std::collections::HashMap;

use super::{
    LONGEST_FIELD, Report, RowProblem,
    header::{PeriodPlace, Place, Places},
    source,
};
use crate::{
    error::{self, Reason},
    say,
    statistics::{
        code, figure,
        gathering::{Gathering, Settled},
        layout::{Dimension, Layout},
        period::{self, Period},
        status::Status,
    },
    text::Say,
    vault::Scratch,
};

/// Fields of one column that are judged once.
const MOST_REMEMBERED: usize = 1 << 16;

pub struct Rows {
    gathering: Gathering,
    /// Of each dimension, what stands in the file and its number, so that a code is judged once.
    codes: Vec<HashMap<String, u32>>,
    periods: HashMap<String, Period>,
}

pub enum Taken {
    Accepted,
    Refused,
    /// Nothing after this line can be trusted either.
    Unreadable,
}

/// What is wrong with one field, and what was probably meant.
type Wrong = (Reason, Say, Option<String>);

impl Rows {
    pub fn new(layout: &Layout, scratch: Scratch) -> Self {
        Self {
            gathering: Gathering::new(layout.clone(), scratch),
            codes: vec![HashMap::new(); layout.dimensions.len()],
            periods: HashMap::new(),
        }
    }

    pub fn settle(self, most_told: usize) -> error::Result<Settled> {
        self.gathering.settle(most_told)
    }

    pub fn take(
        &mut self,
        record: &csv::ByteRecord,
        line: u64,
        places: &Places,
        report: &mut Report,
    ) -> error::Result<Taken> {
        let before = report.problem_count;
        if let Some(taken) = unfit(record, line, places, report) {
            return Ok(taken);
        }
        // `unfit` has seen that each field is there and is UTF-8.
        let field = |at: usize| std::str::from_utf8(&record[at]).unwrap_or_default().trim();
        let tell = |at: usize, (reason, say, suggestion): Wrong, report: &mut Report| {
            let (column, value) = (places.headers[at].clone(), field(at).to_owned());
            report.tell(RowProblem { row: line, column, value, reason, say, suggestion });
        };
        let mut codes = Vec::with_capacity(places.dimensions.len());
        for (dimension, place) in places.dimensions.iter().enumerate() {
            match place {
                Place::Constant(constant) => codes.push(self.gathering.code(dimension, constant)),
                Place::Column(at) => match self.code(dimension, field(*at), report.has_room()) {
                    Ok(code) => codes.push(code),
                    Err(wrong) => tell(*at, wrong, report),
                },
            }
        }
        let period = match places.period {
            PeriodPlace::One(at) => self.period(field(at)).map_err(|wrong| tell(at, wrong, report)).ok(),
            PeriodPlace::Days(first, last) => days(field(first), field(last))
                .map_err(|(at_last, wrong)| tell(if at_last { last } else { first }, wrong, report))
                .ok(),
        };
        let status = match places.status {
            Some(at) if !field(at).is_empty() => match Status::parse(field(at)) {
                Ok(status) => Some(status),
                Err(say) => {
                    tell(at, (Reason::Unknown, say, None), report);
                    return Ok(Taken::Refused);
                }
            },
            _ => None,
        };
        let decimals = self.gathering.layout().decimals;
        let figure =
            value(field(places.value), status, decimals).map_err(|wrong| tell(places.value, wrong, report));
        let (Some(period), Ok((value, status)), Ok(line)) = (period, figure, u32::try_from(line)) else {
            return Ok(Taken::Refused);
        };
        if report.problem_count > before {
            return Ok(Taken::Refused);
        }
        self.gathering.push(&codes, period, value, status, line)?;
        Ok(Taken::Accepted)
    }

    fn code(&mut self, dimension: usize, text: &str, suggest: bool) -> Result<u32, Wrong> {
        if let Some(code) = self.codes[dimension].get(text) {
            return Ok(*code);
        }
        let declared = &self.gathering.layout().dimensions[dimension];
        let code = judge(declared, text, suggest)?;
        let number = self.gathering.code(dimension, &code);
        remember(&mut self.codes[dimension], text, number);
        Ok(number)
    }

    fn period(&mut self, text: &str) -> Result<Period, Wrong> {
        if let Some(period) = self.periods.get(text) {
            return Ok(*period);
        }
        let period = text.parse().map_err(|say| (Reason::NotAPeriod, say, Period::probably(text)))?;
        remember(&mut self.periods, text, period);
        Ok(period)
    }
}

/// A field that never comes twice must not fill the memory.
fn remember<T>(known: &mut HashMap<String, T>, text: &str, value: T) {
    if known.len() == MOST_REMEMBERED {
        known.clear();
    }
    known.insert(text.to_owned(), value);
}

/// What makes a line unfit to be looked at field by field.
fn unfit(record: &csv::ByteRecord, line: u64, places: &Places, report: &mut Report) -> Option<Taken> {
    if let Some(at) = record.iter().position(|field| field.len() > LONGEST_FIELD) {
        let column = places.headers.get(at).cloned().unwrap_or_default();
        let value = String::from_utf8_lossy(&record[at][..LONGEST_FIELD]).into_owned();
        let say = say!(
            "el campo pasa de {LONGEST_FIELD} bytes; ¿falta cerrar unas comillas?",
            "the field has more than {LONGEST_FIELD} bytes; is a quotation mark left open?"
        );
        report.tell(RowProblem { row: line, column, value, reason: Reason::TooLarge, say, suggestion: None });
        return Some(Taken::Refused);
    }
    let (has, wants) = (record.len(), places.headers.len());
    if has != wants {
        let say = say!(
            "la fila tiene {has} campos y el encabezado {wants}; ¿hay un separador sin comillas en un texto?",
            "the row has {has} fields and the header {wants}; is there a separator without quotes in a text?"
        );
        report.tell(RowProblem::of_line(line, Reason::Malformed, say));
        return Some(Taken::Refused);
    }
    let (at, say) =
        record.iter().enumerate().find_map(|(at, field)| Some((at, source::utf8(field).err()?)))?;
    let value = String::from_utf8_lossy(&record[at]).into_owned();
    let column = places.headers[at].clone();
    report.tell(RowProblem { row: line, column, value, reason: Reason::Malformed, say, suggestion: None });
    Some(Taken::Unreadable)
}

fn judge(declared: &Dimension, text: &str, suggest: bool) -> Result<String, Wrong> {
    let reason = if text.is_empty() { Reason::Required } else { Reason::Malformed };
    let code = code::tidy(text).map_err(|say| (reason, say, None))?;
    if !declared.takes(&code) {
        let near = suggest.then(|| declared.probably(&code)).flatten();
        let name = &declared.code;
        let say = say!("`{code}` no está en la lista de {name}", "`{code}` is not in the list of {name}");
        return Err((Reason::Unknown, say, near.map(str::to_owned)));
    }
    code::suits(declared.role, &code).map_err(|say| (Reason::Malformed, say, None))?;
    Ok(code)
}

/// The first and the last day, both included. An error says whether it is about the last.
fn days(first: &str, last: &str) -> Result<Period, (bool, Wrong)> {
    let day = |text: &str| {
        period::day(text).ok_or_else(|| {
            let say = say!("no es un día: escriba `2024-09-13`", "not a day: write `2024-09-13`");
            (Reason::NotAPeriod, say, Period::probably(text))
        })
    };
    let first = day(first).map_err(|wrong| (false, wrong))?;
    let last = day(last).map_err(|wrong| (true, wrong))?;
    Period::between(first, last).map_err(|say| (true, (Reason::NotAPeriod, say, None)))
}

/// No value is one only when the status says why, or when it is written as SDMX writes it, `NaN`. Never zero.
fn value(text: &str, status: Option<Status>, decimals: u8) -> Result<(Option<i64>, Status), Wrong> {
    let absent = text.is_empty() || text == "NaN";
    match status {
        Some(status) if absent && status.excuses_value() => Ok((None, status)),
        None if text == "NaN" => Ok((None, Status::MISSING)),
        _ if absent => Err((
            Reason::NotANumber,
            say!(
                "falta la cifra: escriba 0 si no hubo nadie; si no se sabe, el estado `O`; si se reserva, `Q`",
                "the figure is missing: write 0 if there was nobody; if it is not known, status `O`; if withheld, `Q`"
            ),
            None,
        )),
        Some(status) if status.denies_value() => Err((
            Reason::Malformed,
            say!(
                "el estado `{status}` dice que no hay cifra, y aquí hay una",
                "status `{status}` says that there is no figure, and here is one"
            ),
            None,
        )),
        _ => figure::parse(text, decimals)
            .map(|value| (Some(value), status.unwrap_or(Status::NORMAL)))
            .map_err(|not| (not.reason, not.say, not.suggestion)),
    }
}
