//! A question of one dataset or several, and the lines that answer it. Knows no database.

use std::collections::HashSet;

use chrono::{Datelike, Months, NaiveDate};

use super::{
    inputs::{DimensionFilterInput, StatisticsMeasure, StatisticsOrderInput},
    order, selection,
    source::{Place, Source},
};
use crate::{
    bounds::Bounds,
    error::{Error, Problem, Reason, Result},
    ids::DatasetId,
    say,
    statistics::{
        cube::{ByPeriod, Cube, MOST_ROWS, Periods, Question, Row},
        layout::TIME_PERIOD,
        measures::{Basis, Cell, Measure, WIDEST},
        period::Period,
        together::{self, Meaning},
    },
};

pub const MOST_DATASETS: usize = 10;
const MOST_MEASURES: usize = 8;

/// A measure, as it was asked for.
#[derive(Clone, Copy)]
pub struct Asked {
    pub name: StatisticsMeasure,
    measure: Measure,
}

pub struct Wanted {
    pub add_datasets: bool,
    pub filters: Vec<DimensionFilterInput>,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub group_by: Vec<String>,
    pub by_period: Option<ByPeriod>,
    pub measures: Vec<Asked>,
    pub order_by: Vec<StatisticsOrderInput>,
    pub allow_incomparable: bool,
}

/// One row: of which sources, the sum, and a cell for each measure.
pub struct Line {
    pub sources: Vec<usize>,
    pub row: Row,
    pub decimals: u8,
    pub cells: Vec<Cell>,
    /// Whether an earlier vintage said otherwise.
    pub revised: bool,
}

pub struct Answered {
    pub sources: Vec<Source>,
    pub columns: Vec<String>,
    pub measures: Vec<StatisticsMeasure>,
    pub matched: u64,
    pub straddling: u64,
    pub lines: Vec<Line>,
    /// Why not all is comparable, where that was allowed.
    pub reasons: Vec<Problem>,
}

/// What one set of figures answers: the rows, those of earlier periods, and the whole.
#[derive(Default)]
struct Rows {
    rows: Vec<Row>,
    before: Vec<Row>,
    whole: Vec<Row>,
    revised: HashSet<Place>,
    matched: u64,
    straddling: u64,
}

/// The datasets that are asked of, each once.
pub fn datasets(one: Option<DatasetId>, several: Option<Vec<DatasetId>>) -> Result<Vec<DatasetId>> {
    let mut bounds = Bounds::default();
    let datasets = match (one, several) {
        (Some(one), None) => vec![one],
        (None, Some(several)) if !several.is_empty() => several,
        _ => {
            let say = say!("diga `dataset`, o bien `datasets`", "name either `dataset` or `datasets`");
            return Err(Problem::new(Reason::Required, "dataset", say).into());
        }
    };
    bounds.count("datasets", datasets.len(), MOST_DATASETS);
    bounds.distinct("datasets", &datasets);
    bounds.done()?;
    Ok(datasets)
}

/// The measures with what they need to know.
pub fn measures(names: Vec<StatisticsMeasure>, window: i32) -> Result<Vec<Asked>> {
    let mut bounds = Bounds::default();
    bounds.count("measures", names.len(), MOST_MEASURES);
    bounds.distinct("measures", &names);
    let width = u32::try_from(window).ok().filter(|width| (2..=WIDEST).contains(width));
    if width.is_none() {
        bounds.add(Reason::OutOfRange, "window", say!("de 2 a {WIDEST} periodos", "2 to {WIDEST} periods"));
    }
    bounds.done()?;
    let measure = |name| match name {
        StatisticsMeasure::Sum => Measure::Sum,
        StatisticsMeasure::Share => Measure::Share,
        StatisticsMeasure::Change => Measure::Change,
        StatisticsMeasure::ChangeRate => Measure::ChangeRate,
        StatisticsMeasure::YearChange => Measure::YearChange,
        StatisticsMeasure::YearChangeRate => Measure::YearChangeRate,
        StatisticsMeasure::MovingAverage => Measure::MovingAverage(width.unwrap_or(2)),
        StatisticsMeasure::Cumulative => Measure::Cumulative,
    };
    Ok(names.into_iter().map(|name| Asked { name, measure: measure(name) }).collect())
}

impl Wanted {
    /// What can be said of the question without looking at any figures.
    pub fn check(&self) -> Result<()> {
        selection::check("where", &self.filters)?;
        let mut bounds = Bounds::default();
        bounds.count("groupBy", self.group_by.len(), 16);
        bounds.count("orderBy", self.order_by.len(), 4);
        for (at, by) in self.order_by.iter().enumerate() {
            let path = format!("orderBy.{at}");
            match (by.measure, by.dimension.as_deref()) {
                (Some(measure), None) if self.measures.iter().any(|asked| asked.name == measure) => {}
                (None, Some(TIME_PERIOD)) if self.by_period.is_some() => {}
                (None, Some(dimension)) if self.group_by.iter().any(|known| known == dimension) => {}
                _ => bounds.add(
                    Reason::Unknown,
                    path,
                    say!(
                        "ordene por una medida de `measures`, por una dimensión de `groupBy`, o por `TIME_PERIOD`",
                        "order by a measure of `measures`, by a dimension of `groupBy`, or by `TIME_PERIOD`"
                    ),
                ),
            }
        }
        if self.looks_back() {
            self.check_time(&mut bounds);
        }
        bounds.done()
    }

    /// A period of which only a part is asked for would be held against a whole one.
    fn check_time(&self, bounds: &mut Bounds) {
        let Some(by) = self.by_period else {
            let say = say!(
                "esta medida compara periodos: agrupe con `byPeriod`",
                "this measure compares periods: group with `byPeriod`"
            );
            return bounds.add(Reason::Required, "byPeriod", say);
        };
        let ends = self.until.and_then(|until| until.succ_opt());
        for (path, edge) in [("from", self.from), ("until", ends)] {
            if edge.is_some_and(|edge| !is_edge(by, edge)) {
                bounds.add(
                    Reason::OutOfRange,
                    path,
                    say!(
                        "parte un periodo en dos, y esta medida compara periodos enteros",
                        "cuts a period in two, and this measure compares whole periods"
                    ),
                );
            }
        }
    }

    fn looks_back(&self) -> bool {
        self.measures.iter().any(|asked| !matches!(asked.measure, Measure::Sum | Measure::Share))
    }

    pub fn ask(self, sources: Vec<Source>) -> Result<Answered> {
        let mut reasons = Vec::new();
        let mut each = Vec::with_capacity(sources.len());
        for source in &sources {
            known_too_many(&source.cube, &self)?;
            each.push(self.ask_one(source, &mut reasons)?);
        }
        let (matched, straddling) =
            each.iter().fold((0, 0), |(a, b), rows| (a + rows.matched, b + rows.straddling));
        let adds = self.add_datasets && sources.len() > 1;
        let mut lines = match adds {
            true => self.add(&sources, &each, &mut reasons)?,
            false => {
                let all = each.iter().zip(&sources).enumerate();
                all.flat_map(|(at, (rows, source))| self.lines(rows, source.decimals(), vec![at])).collect()
            }
        };
        if lines.len() > MOST_ROWS {
            return Err(too_many());
        }
        let Self { measures, group_by, order_by, .. } = self;
        order::sort(&mut lines, &order_by, &group_by, &measures);
        reasons.sort_by(|a, b| a.path.cmp(&b.path));
        reasons.dedup_by(|a, b| (&a.path, &a.say) == (&b.path, &b.say));
        let measures = measures.iter().map(|asked| asked.name).collect();
        Ok(Answered { sources, columns: group_by, measures, matched, straddling, lines, reasons })
    }

    fn ask_one(&self, source: &Source, reasons: &mut Vec<Problem>) -> Result<Rows> {
        let cube = &source.cube;
        let where_ = selection::codes(cube, &self.filters)?;
        let question = Question {
            where_,
            periods: self.days(),
            group_by: self.group_by.clone(),
            by_period: self.by_period,
            allow_incomparable: false,
        };
        let answer = self.allowing(cube, &question, reasons)?;
        let mut rows = Rows { matched: answer.matched, straddling: answer.straddling, ..Rows::default() };
        rows.rows = answer.rows;
        rows.revised = source.revised(&question);
        if self.measures.iter().any(|asked| asked.measure == Measure::Share) {
            let whole = Question { group_by: Vec::new(), ..question.clone() };
            rows.whole = self.allowing(cube, &whole, reasons)?.rows;
        }
        if let Some((from, by)) = self.from.zip(self.by_period).filter(|_| self.looks_back()) {
            let earlier = Periods::Within(self.reaches(from, by), from);
            // What should not be added there is marked, and nothing is built upon it.
            let before = Question { periods: Some(earlier), allow_incomparable: true, ..question };
            rows.before = cube.ask(&before)?.rows;
        }
        Ok(rows)
    }

    /// Asks strictly first: so it is known what is not comparable in an answer that allows it.
    fn allowing(
        &self,
        cube: &Cube,
        question: &Question,
        reasons: &mut Vec<Problem>,
    ) -> Result<crate::statistics::cube::Answer> {
        match cube.ask(question) {
            Err(Error::Invalid(problems))
                if self.allow_incomparable
                    && problems.iter().all(|problem| problem.reason == Reason::Incomparable) =>
            {
                reasons.extend(problems);
                cube.ask(&Question { allow_incomparable: true, ..question.clone() })
            }
            answer => answer,
        }
    }

    fn days(&self) -> Option<Periods> {
        if self.from.is_none() && self.until.is_none() {
            return None;
        }
        let until = self.until.and_then(|until| until.succ_opt()).unwrap_or(NaiveDate::MAX);
        Some(Periods::Within(self.from.unwrap_or(NaiveDate::MIN), until))
    }

    /// From which day on earlier periods are needed.
    fn reaches(&self, from: NaiveDate, by: ByPeriod) -> NaiveDate {
        let width = self.measures.iter().map(|asked| match asked.measure {
            Measure::MovingAverage(width) => width,
            _ => 1,
        });
        let months = width.max().unwrap_or(1) * if by == ByPeriod::Month { 1 } else { 12 };
        from.checked_sub_months(Months::new(months.max(12))).unwrap_or(NaiveDate::MIN)
    }

    fn lines(&self, rows: &Rows, decimals: u8, sources: Vec<usize>) -> Vec<Line> {
        let basis = Basis { rows: &rows.rows, before: &rows.before, whole: &rows.whole, decimals };
        let columns: Vec<Vec<Cell>> = self.measures.iter().map(|asked| basis.cells(asked.measure)).collect();
        let is_revised = |row: &Row| {
            !rows.revised.is_empty() && rows.revised.contains(&(row.codes.clone(), row.period.clone()))
        };
        let line = |(at, row): (usize, &Row)| Line {
            revised: is_revised(row),
            sources: sources.clone(),
            row: row.clone(),
            decimals,
            cells: columns.iter().map(|cells| cells[at].clone()).collect(),
        };
        rows.rows.iter().enumerate().map(line).collect()
    }

    /// Adds what several datasets answered, if they may be added.
    fn add(&self, sources: &[Source], each: &[Rows], reasons: &mut Vec<Problem>) -> Result<Vec<Line>> {
        let mut meanings: Vec<Meaning<'_>> = Vec::with_capacity(sources.len());
        for source in sources {
            let narrowed = selection::codes(&source.cube, &self.filters)?;
            let counts = |period: &Period| {
                self.from.is_none_or(|from| from <= period.start())
                    && self
                        .until
                        .is_none_or(|until| period.end().pred_opt().is_some_and(|last| last <= until))
            };
            meanings.push(source.meaning(&narrowed, counts)?);
        }
        let mut problems = Vec::new();
        for (at, a) in meanings.iter().enumerate() {
            let others = meanings[at + 1..].iter().filter_map(|b| together::not_added(a, b));
            problems.extend(others.map(|say| Problem::new(Reason::Incomparable, "datasets", say)));
        }
        if !problems.is_empty() && !self.allow_incomparable {
            return Err(Error::Invalid(problems));
        }
        let unlike = !problems.is_empty();
        reasons.extend(problems);
        let of = |part: fn(&Rows) -> &Vec<Row>| {
            let answers: Vec<(&[Row], u8)> = each
                .iter()
                .zip(sources)
                .map(|(rows, source)| (part(rows).as_slice(), source.decimals()))
                .collect();
            together::add(&answers, unlike)
        };
        let (rows, decimals) = of(|rows| &rows.rows)?;
        let (before, whole) = (of(|rows| &rows.before)?.0, of(|rows| &rows.whole)?.0);
        let revised = each.iter().flat_map(|rows| rows.revised.iter().cloned()).collect();
        let added = Rows { rows, before, whole, revised, ..Rows::default() };
        Ok(self.lines(&added, decimals, (0..sources.len()).collect()))
    }
}

fn is_edge(by: ByPeriod, day: NaiveDate) -> bool {
    let month = day.month0();
    match by {
        ByPeriod::Exact => true,
        ByPeriod::Month => day.day() == 1,
        ByPeriod::Quarter => day.day() == 1 && month.is_multiple_of(3),
        ByPeriod::Year => day.day() == 1 && month == 0,
        ByPeriod::UsFiscalYear => day.day() == 1 && month == 9,
    }
}

fn too_many() -> Error {
    Error::Limited(say!(
        "la respuesta pasaría de {MOST_ROWS} filas; filtre más o agrupe por menos",
        "the answer would pass {MOST_ROWS} rows; filter more or group by less"
    ))
}

/// Refuses before any work a question whose rows are too many for sure: where nothing is filtered, each code of a
/// dimension that is grouped by has a row at least, and each observation one where all is told apart.
fn known_too_many(cube: &Cube, wanted: &Wanted) -> Result<()> {
    if !wanted.filters.is_empty() || wanted.days().is_some() {
        return Ok(());
    }
    let layout = cube.layout();
    let grouped = wanted.group_by.iter().filter_map(|name| layout.position(name));
    let least = grouped.map(|at| cube.codes(at).len()).max().unwrap_or(1);
    let all = layout.codes().all(|code| wanted.group_by.iter().any(|name| name == code));
    let least = match wanted.by_period {
        Some(ByPeriod::Exact) if all => cube.len(),
        Some(ByPeriod::Exact) => least.max(cube.periods().len()),
        // Of each series there is a row, and no more observations than periods.
        _ if all => least.max(cube.len().div_ceil(cube.periods().len().max(1))),
        _ => least,
    };
    if least > MOST_ROWS { Err(too_many()) } else { Ok(()) }
}
