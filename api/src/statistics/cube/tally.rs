//! The one pass that answers a question.

use super::{
    Answer, Cube, NO_VALUE, Question, Row,
    index::Index,
    plan::{Plan, STRADDLING},
    watch::{MOST_WORDS, Watch},
};
use crate::{
    error::{Error, Problem, Reason, Result},
    say,
    statistics::{
        code::{DimensionRole, Span},
        layout::{Dimension, OBS_VALUE, TIME_PERIOD},
        period::Period,
        status::{Status, Statuses},
    },
    text::Say,
};

/// The most rows of an answer.
pub const MOST_ROWS: usize = 50_000;

pub fn tally(cube: &Cube, question: &Question) -> Result<Answer> {
    let plan = Plan::of(cube, question)?;
    let mut tally = Tally::new(cube, &plan);
    tally.run()?;
    tally.answer(question)
}

/// One row in the making.
struct Cell {
    /// Places of the grouped codes, then the bucket.
    key: Box<[u32]>,
    sum: i128,
    observations: u64,
    missing: u64,
    statuses: Statuses,
}

struct Tally<'a> {
    cube: &'a Cube,
    plan: &'a Plan,
    index: Index,
    cells: Vec<Cell>,
    /// Of the dimensions that are added over.
    watches: Vec<(usize, Watch)>,
    periods: Option<Watch>,
    straddling: u64,
}

impl<'a> Tally<'a> {
    fn new(cube: &'a Cube, plan: &'a Plan) -> Self {
        let index = Index::of(plan);
        let grouped = |dimension: &usize| plan.groups.iter().any(|group| group.dimension == *dimension);
        let watches = (0..plan.counts.len())
            .filter(|dimension| !grouped(dimension))
            .filter_map(|dimension| {
                let (spans, counts) = (&cube.dictionaries[dimension].spans, &plan.counts[dimension]);
                let met = (0..).zip(spans).filter(|(code, _)| counts[*code as usize]);
                Watch::over(spans.len(), met.map(|(code, span)| (*span, code)))
                    .map(|watch| (dimension, watch))
            })
            .collect();
        let met = (0..).zip(&plan.bucket_of).filter(|(_, bucket)| **bucket < STRADDLING);
        let periods =
            Watch::over(cube.periods.len(), met.map(|(at, _)| (days(cube.periods[at as usize]), at)));
        Self { cube, plan, index, cells: Vec::new(), watches, periods, straddling: 0 }
    }

    fn run(&mut self) -> Result<()> {
        let (cube, plan) = (self.cube, self.plan);
        let mut group = vec![0; plan.groups.len()];
        for series in 0..cube.series_count() {
            let counts =
                plan.counts.iter().zip(&cube.series).all(|(counts, codes)| counts[codes[series] as usize]);
            if !counts {
                continue;
            }
            for (place, by) in group.iter_mut().zip(&plan.groups) {
                *place = by.place_of[cube.series[by.dimension][series] as usize];
            }
            let base = self.index.group(&group, plan);
            let (mut bucket, mut cell) = (None, 0);
            for row in cube.rows(series) {
                let period = cube.period_of[row];
                let wanted = plan.bucket_of[period as usize];
                if wanted >= STRADDLING {
                    self.straddling += u64::from(wanted == STRADDLING);
                    continue;
                }
                if bucket != Some(wanted) {
                    bucket = Some(wanted);
                    cell = self.enter(base, &group, wanted)?;
                    for (dimension, watch) in &mut self.watches {
                        watch.note(cell, cube.series[*dimension][series]);
                    }
                }
                if let Some(watch) = &mut self.periods {
                    watch.note(cell, period);
                }
                self.cells[cell].add(cube.values[row], cube.statuses[row]);
            }
        }
        Ok(())
    }

    fn enter(&mut self, base: usize, group: &[u32], bucket: u32) -> Result<usize> {
        let place = self.index.cell(base, bucket);
        if *place == 0 {
            if self.cells.len() == MOST_ROWS {
                return Err(Error::Limited(say!(
                    "la respuesta pasaría de {MOST_ROWS} filas; filtre más o agrupe por menos",
                    "the answer would pass {MOST_ROWS} rows; filter more or group by less"
                )));
            }
            let key = group.iter().copied().chain([bucket]).collect();
            self.cells.push(Cell { key, sum: 0, observations: 0, missing: 0, statuses: Statuses::default() });
            *place = self.cells.len() as u32;
            let watches = self.watches.iter_mut().map(|(_, watch)| watch).chain(&mut self.periods);
            let words: usize = watches.map(|watch| (watch.add_cell(), watch.words()).1).sum();
            if words > MOST_WORDS {
                return Err(Error::Limited(say!(
                    "la pregunta suma demasiados códigos en demasiadas filas; filtre o agrupe por menos",
                    "the question adds too many codes in too many rows; filter or group by less"
                )));
            }
        }
        Ok(*place as usize - 1)
    }

    fn answer(self, question: &Question) -> Result<Answer> {
        let mut order: Vec<usize> = (0..self.cells.len()).collect();
        order.sort_unstable_by(|a, b| self.cells[*a].key.cmp(&self.cells[*b].key));
        let mut rows = Vec::with_capacity(order.len());
        let mut problems: Vec<Problem> = Vec::new();
        let matched = self.cells.iter().map(|cell| cell.observations).sum();
        for at in order {
            let cell = &self.cells[at];
            let codes: Vec<String> = self.codes(cell);
            let incomparable = self.is_incomparable(at, &codes, question, &mut problems);
            let bucket = cell.key[codes.len()] as usize;
            rows.push(Row {
                codes,
                period: self.plan.buckets[bucket].label.clone(),
                sum: cell.total()?,
                observations: cell.observations,
                missing: cell.missing,
                statuses: cell.statuses,
                incomparable,
            });
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        Ok(Answer { columns: question.group_by.clone(), rows, matched, straddling: self.straddling })
    }

    fn codes(&self, cell: &Cell) -> Vec<String> {
        let places = cell.key.iter().zip(&self.plan.groups);
        places
            .map(|(place, group)| {
                self.cube.dictionaries[group.dimension].codes[group.codes[*place as usize] as usize].clone()
            })
            .collect()
    }

    /// Whether the cell adds what must not be added. Unless that is allowed, the first such cell of each
    /// dimension is told.
    fn is_incomparable(
        &self,
        cell: usize,
        codes: &[String],
        question: &Question,
        told: &mut Vec<Problem>,
    ) -> bool {
        let mut found = false;
        let mut tell = |path: &str, say: &dyn Fn(&str) -> Say| {
            found = true;
            if !question.allow_incomparable && told.iter().all(|problem| problem.path != path) {
                let group = if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
                told.push(Problem::new(Reason::Incomparable, path, say(&group)));
            }
        };
        for (dimension, watch) in &self.watches {
            if let Some((a, b)) = watch.overlap(cell) {
                let words = &self.cube.dictionaries[*dimension].codes;
                let declared = &self.cube.layout.dimensions[*dimension];
                tell(&declared.code, &|group| {
                    codes_overlap(declared, &words[a as usize], &words[b as usize], group)
                });
            }
        }
        let bucket = self.cells[cell].key[codes.len()] as usize;
        if let (Some(misfit), Some(by)) = (self.plan.buckets[bucket].misfit, question.by_period) {
            let (es, en) = by.words();
            tell(TIME_PERIOD, &|group| {
                say!(
                    "`{misfit}` no cabe en un solo {es}{group}. Filtre los periodos, o pregunte por periodo exacto",
                    "`{misfit}` does not lie inside one {en}{group}. Filter the periods, or ask by exact period"
                )
            });
        } else if let Some((a, b)) = self.periods.as_ref().and_then(|watch| watch.overlap(cell)) {
            let (a, b) = (self.cube.periods[a as usize], self.cube.periods[b as usize]);
            tell(TIME_PERIOD, &|group| {
                say!(
                    "no se suman `{a}` y `{b}`: tienen días en común{group}. Filtre los periodos, o pregunte por periodo exacto",
                    "`{a}` and `{b}` are not to be added: they have days in common{group}. Filter the periods, or ask by exact period"
                )
            });
        }
        found
    }
}

fn codes_overlap(declared: &Dimension, a: &str, b: &str, group: &str) -> Say {
    let name = &declared.code;
    let (es, en) = match declared.role {
        DimensionRole::Apart => ("son cosas distintas", "they are different things"),
        _ => ("cuentan en parte lo mismo", "they count in part the same"),
    };
    say!(
        "no se suman `{a}` y `{b}`: {es}{group}. Filtre {name} a códigos que se puedan sumar, o agrupe por {name}",
        "`{a}` and `{b}` are not to be added: {en}{group}. Filter {name} to codes that can be added, or group by {name}"
    )
}

impl Cell {
    fn add(&mut self, value: i64, status: Status) {
        self.observations += 1;
        self.statuses.insert(status);
        if value == NO_VALUE {
            self.missing += 1;
        } else {
            self.sum += i128::from(value);
        }
    }

    fn total(&self) -> Result<Option<i64>> {
        if self.missing == self.observations {
            return Ok(None);
        }
        let too_large = || {
            let say = say!(
                "la suma es mayor que lo que se puede representar",
                "the sum is larger than can be represented"
            );
            Problem::new(Reason::OutOfRange, OBS_VALUE, say).into()
        };
        self.sum.try_into().map(Some).map_err(|_| too_large())
    }
}

/// A period as a stretch of days.
fn days(period: Period) -> Span {
    use chrono::Datelike;
    let from = u32::try_from(period.start().num_days_from_ce()).unwrap_or_default();
    let to = u32::try_from(period.end().num_days_from_ce()).unwrap_or_default();
    Span { from, to }
}
