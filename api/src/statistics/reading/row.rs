//! One line of figures.

use std::{borrow::Cow, collections::HashMap};

use super::{
    Report, RowProblem,
    header::{AcrossPeriod, PeriodPlace, Place, Places},
    sdmx::{self, Action, Amends, Deletion, MOST_DELETIONS},
    unfit::{absent, judge, unfit},
};
use crate::{
    error::{self, Reason},
    say,
    statistics::{
        cell,
        columns::Columns,
        figure,
        gathering::{Gathering, Settled},
        layout::Layout,
        period::{self, Period},
        status::Status,
    },
    text::Say,
    vault::Scratch,
};

/// Fields of one column that are judged once.
const MOST_REMEMBERED: usize = 1 << 16;

pub struct Rows<'a> {
    gathering: Gathering,
    columns: &'a Columns,
    /// Of each dimension, what stands in the file and its number, so that a code is judged once.
    codes: Vec<HashMap<String, u32>>,
    periods: HashMap<String, Period>,
    amends: Amends,
    /// Of an SDMX file, the structure that its first row is of.
    structure: Option<String>,
    /// Whether any row merges.
    merges: bool,
}

pub enum Taken {
    Accepted,
    Refused,
    /// Nothing after this line can be trusted either.
    Unreadable,
}

/// What is wrong with one field, and what was probably meant.
pub type Wrong = (Reason, Say, Option<String>);

/// A row that is read: where it stands, and its fields.
struct Row<'a> {
    record: &'a csv::ByteRecord,
    line: u64,
    places: &'a Places,
}

impl Row<'_> {
    /// Each field is known to be there and to be UTF-8.
    fn field(&self, at: usize) -> &str {
        let text = std::str::from_utf8(&self.record[at]).unwrap_or_default().trim();
        if self.places.labelled { sdmx::id(text).trim() } else { text }
    }

    /// The text of a code; a file that is not SDMX may guard it from spreadsheets.
    fn code(&self, at: usize) -> &str {
        let text = self.field(at);
        if self.places.sdmx.is_some() { text } else { cell::plain(text) }
    }

    fn tell(&self, at: usize, (reason, say, suggestion): Wrong, report: &mut Report) {
        let (column, value) = (self.places.headers[at].clone(), self.field(at).to_owned());
        report.tell(RowProblem { row: self.line, column, value, reason, say, suggestion });
    }
}

impl<'a> Rows<'a> {
    pub fn new(layout: &Layout, columns: &'a Columns, scratch: Scratch) -> Self {
        Self {
            gathering: Gathering::new(layout.clone(), scratch),
            columns,
            codes: vec![HashMap::new(); layout.dimensions.len()],
            periods: HashMap::new(),
            amends: Amends::default(),
            structure: None,
            merges: false,
        }
    }

    pub fn settle(self, most_told: usize) -> error::Result<(Settled, Amends)> {
        Ok((self.gathering.settle(most_told)?, self.amends))
    }

    pub fn take(
        &mut self,
        record: &csv::ByteRecord,
        line: u64,
        places: &Places,
        report: &mut Report,
    ) -> error::Result<Taken> {
        if let Some(taken) = unfit(record, line, places, report) {
            return Ok(taken);
        }
        let row = Row { record, line, places };
        let before = report.problem_count;
        match self.action(&row, report) {
            Some(Action::Delete) => self.delete(&row, report),
            Some(_) => self.write(&row, report)?,
            None => {}
        }
        Ok(if report.problem_count > before { Taken::Refused } else { Taken::Accepted })
    }

    /// What the row is for; a file that is not SDMX only writes.
    fn action(&mut self, row: &Row<'_>, report: &mut Report) -> Option<Action> {
        let Some(leading) = &row.places.sdmx else { return Some(Action::Merge) };
        let structure = row.field(leading.structure);
        if !["dataflow", "datastructure", "dataprovision"].contains(&structure) {
            let say = say!("escriba `dataflow`", "write `dataflow`");
            row.tell(leading.structure, (Reason::Unknown, say, None), report);
            return None;
        }
        let id = row.field(leading.structure_id);
        if self.structure.get_or_insert_with(|| id.to_owned()) != id {
            let say = say!(
                "un archivo trae las cifras de una sola estructura; la de arriba es otra",
                "a file brings figures of one structure only; the one above is another"
            );
            row.tell(leading.structure_id, (Reason::Malformed, say, None), report);
            return None;
        }
        let action = match leading.action {
            None => Action::Merge,
            Some(at) => sdmx::action(row.field(at)).map_err(|wrong| row.tell(at, wrong, report)).ok()?,
        };
        self.amends.keeps_status = row.places.status.is_none();
        self.amends.replaces |= action == Action::Replace;
        self.merges |= action == Action::Merge;
        if self.amends.keeps_status && self.amends.replaces && self.merges {
            let say = say!(
                "`R` junto a otras acciones necesita la columna OBS_STATUS: dice qué estado queda",
                "`R` beside other actions needs the column OBS_STATUS: it says which status stays"
            );
            row.tell(leading.action.unwrap_or_default(), (Reason::Required, say, None), report);
            return None;
        }
        Some(action)
    }

    fn write(&mut self, row: &Row<'_>, report: &mut Report) -> error::Result<()> {
        let before = report.problem_count;
        let places = row.places;
        let mut codes = Vec::with_capacity(places.dimensions.len());
        for (dimension, place) in places.dimensions.iter().enumerate() {
            match place {
                Place::Constant(constant) => codes.push(self.gathering.code(dimension, constant)),
                Place::Across => codes.push(u32::MAX),
                Place::Column(at) => match self.code(dimension, row.code(*at), report.has_room()) {
                    Ok(code) => codes.push(code),
                    Err(wrong) => row.tell(*at, wrong, report),
                },
                Place::Absent => {
                    let name = self.gathering.layout().dimensions[dimension].code.clone();
                    report.tell(absent(row.line, name));
                }
            }
        }
        let period = match &places.period {
            Some(PeriodPlace::One(_)) => None,
            Some(PeriodPlace::Days(first, last)) => self.days(row, *first, *last, report),
            None => None,
        };
        let status = match places.status {
            Some(at) if !row.field(at).is_empty() => match Status::parse(row.field(at)) {
                Ok(status) => Some(status),
                Err(say) => {
                    row.tell(at, (Reason::Unknown, say, None), report);
                    return Ok(());
                }
            },
            _ => None,
        };
        if places.values.is_empty() {
            report.tell(absent(row.line, self.columns.value.clone()));
        }
        let mut figures = Vec::with_capacity(places.values.len());
        for place in &places.values {
            if self.columns.skip_blank && row.field(place.at).is_empty() && status.is_none() {
                continue;
            }
            let period = match (&place.period, &places.period) {
                (Some(AcrossPeriod::Whole(period)), _) => Some(*period),
                (rest, Some(PeriodPlace::One(at))) => {
                    let text = match rest {
                        Some(AcrossPeriod::Rest(rest)) => Cow::Owned(format!("{}{rest}", row.field(*at))),
                        _ => Cow::Borrowed(row.field(*at)),
                    };
                    self.period(&text).map_err(|wrong| row.tell(*at, wrong, report)).ok()
                }
                (_, Some(PeriodPlace::Days(..))) => period,
                (_, None) => {
                    report.tell(absent(row.line, crate::statistics::layout::TIME_PERIOD.into()));
                    None
                }
            };
            match self.value(row.field(place.at), status, places.sdmx.is_some()) {
                Ok((value, status)) => figures.push((place, period, value, status)),
                Err(wrong) => row.tell(place.at, wrong, report),
            }
            // One wrong period is told once, not once for each column.
            if period.is_none() {
                break;
            }
        }
        let (false, Ok(line)) = (report.problem_count > before, u32::try_from(row.line)) else {
            return Ok(());
        };
        for (place, period, value, status) in figures {
            let Some(period) = period else { continue };
            for (dimension, code) in &place.codes {
                codes[*dimension] = self.gathering.code(*dimension, code);
            }
            self.gathering.push(&codes, period, value, status, line)?;
        }
        Ok(())
    }

    fn delete(&mut self, row: &Row<'_>, report: &mut Report) {
        let (before, places) = (report.problem_count, row.places);
        for at in places.values.iter().map(|place| place.at).chain(places.status) {
            if !row.field(at).is_empty() {
                let say = say!(
                    "se elimina la observación entera: deje vacío este campo; para quitar solo la cifra, escriba `M` con el estado `O`",
                    "the whole observation is deleted: leave this field empty; to take away the figure alone, write `M` with status `O`"
                );
                row.tell(at, (Reason::Malformed, say, None), report);
            }
        }
        let mut codes = Vec::with_capacity(places.dimensions.len());
        for (dimension, place) in places.dimensions.iter().enumerate() {
            codes.push(match place {
                Place::Constant(code) => Some(code.clone()),
                Place::Column(at) if !row.field(*at).is_empty() => {
                    let declared = &self.gathering.layout().dimensions[dimension];
                    let text = self.columns.translation(&declared.code, row.field(*at));
                    judge(declared, text, true).map_err(|wrong| row.tell(*at, wrong, report)).ok()
                }
                _ => None,
            });
        }
        let period = match places.period {
            Some(PeriodPlace::One(at)) if !row.field(at).is_empty() => {
                self.period(row.field(at)).map_err(|wrong| row.tell(at, wrong, report)).ok()
            }
            _ => None,
        };
        if self.amends.deletions.len() == MOST_DELETIONS {
            let say = say!(
                "a lo sumo {MOST_DELETIONS} eliminaciones en un archivo",
                "at most {MOST_DELETIONS} deletions in one file"
            );
            report.tell(RowProblem::of_line(row.line, Reason::TooLarge, say));
        } else if report.problem_count == before {
            self.amends.deletions.push(Deletion { line: row.line, codes, period });
        }
    }

    fn code(&mut self, dimension: usize, text: &str, suggest: bool) -> Result<u32, Wrong> {
        if let Some(code) = self.codes[dimension].get(text) {
            return Ok(*code);
        }
        let declared = &self.gathering.layout().dimensions[dimension];
        let code = judge(declared, self.columns.translation(&declared.code, text), suggest)?;
        let number = self.gathering.code(dimension, &code);
        remember(&mut self.codes[dimension], text, number);
        Ok(number)
    }

    fn period(&mut self, text: &str) -> Result<Period, Wrong> {
        if let Some(period) = self.periods.get(text) {
            return Ok(*period);
        }
        let period = match &self.columns.dates {
            Some(form) => form.period(text).map_err(|say| (Reason::NotAPeriod, say, None)),
            None => text.parse().map_err(|say| (Reason::NotAPeriod, say, Period::probably(text))),
        }?;
        remember(&mut self.periods, text, period);
        Ok(period)
    }

    /// The first and the last day, both included.
    fn days(&self, row: &Row<'_>, first: usize, last: usize, report: &mut Report) -> Option<Period> {
        let mut day = |at: usize| {
            let text = row.field(at);
            let found = match &self.columns.dates {
                Some(form) => form.period(text).and_then(|period| match period.days() {
                    1 => Ok(period.start()),
                    _ => Err(say!("no es un día", "not a day")),
                }),
                None => period::day(text).ok_or_else(|| {
                    say!("no es un día: escriba `2024-09-13`", "not a day: write `2024-09-13`")
                }),
            };
            let wrong = |say| (Reason::NotAPeriod, say, Period::probably(text));
            found.map_err(|say| row.tell(at, wrong(say), report)).ok()
        };
        let (first, until) = (day(first)?, day(last)?);
        let whole = Period::between(first, until);
        whole.map_err(|say| row.tell(last, (Reason::NotAPeriod, say, None), report)).ok()
    }

    /// No value is one only when the status says why, or when it is written as SDMX writes it, `NaN`. Never zero.
    fn value(&self, text: &str, status: Option<Status>, sdmx: bool) -> Result<(Option<i64>, Status), Wrong> {
        let missing = text == "NaN" || (sdmx && text == "#N/A");
        let absent = text.is_empty() || missing;
        match status {
            Some(status) if absent && status.excuses_value() => Ok((None, status)),
            None if missing => Ok((None, Status::MISSING)),
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
            _ => self
                .figure(text)
                .map(|value| (Some(value), status.unwrap_or(Status::NORMAL)))
                .map_err(|not| (not.reason, not.say, not.suggestion)),
        }
    }

    fn figure(&self, text: &str) -> Result<i64, figure::NotAFigure> {
        let decimals = self.gathering.layout().decimals;
        match self.columns.numbers == Default::default() {
            true => figure::parse(text, decimals),
            false => figure::parse(&self.columns.numbers.plain(text)?, decimals),
        }
    }
}

/// A field that never comes twice must not fill the memory.
fn remember<T>(known: &mut HashMap<String, T>, text: &str, value: T) {
    if known.len() == MOST_REMEMBERED {
        known.clear();
    }
    known.insert(text.to_owned(), value);
}
