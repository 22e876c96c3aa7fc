//! The one pass that answers a question.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{
    Answer, Cube, Frame, Question, Row, Stretch,
    cells::Cells,
    narrow::{Narrow, Whole},
    plan::{Plan, STRADDLING},
    quick::Quick,
    watch::Watch,
};
use crate::{
    error::{Error, Problem, Reason, Result},
    say,
    statistics::{
        code::DimensionRole,
        layout::{Dimension, TIME_PERIOD},
    },
    text::Say,
};

/// Each thread takes the next stretch until there is none; what they counted is put together at the end.
pub fn tally(cube: &Cube, question: &Question, threads: usize) -> Result<Answer> {
    let plan = Plan::of(cube.frame(), question)?;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut tally = Tally::new(cube.frame(), &plan);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= cube.stretch_count() {
                return tally.settled();
            }
            let taken = cube.stretch(at).and_then(|stretch| tally.take(&stretch));
            if taken.is_err() {
                // The others need not go on.
                next.store(cube.stretch_count(), Ordering::Relaxed);
            }
            taken?;
        }
    };
    let whole = std::thread::scope(|scope| -> Result<_> {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut whole = work();
        for other in others {
            let panicked = |_| Error::Internal(anyhow::anyhow!("a thread that counts panicked"));
            let other = other.join().map_err(panicked).flatten();
            whole = whole.and_then(|mut whole| {
                let other = other?;
                whole.straddling += other.straddling;
                whole.cells.absorb(&other.cells)?;
                Ok(whole)
            });
        }
        whole
    });
    whole?.answer(question)
}

struct Tally<'a> {
    frame: &'a Frame,
    plan: &'a Plan,
    cells: Cells<'a>,
    /// Where it serves.
    quick: Option<Quick>,
    straddling: u64,
}

impl<'a> Tally<'a> {
    fn new(frame: &'a Frame, plan: &'a Plan) -> Self {
        let grouped = |dimension: &usize| plan.groups.iter().any(|group| group.dimension == *dimension);
        let watches: Vec<_> = (0..plan.counts.len())
            .filter(|dimension| !grouped(dimension))
            .filter_map(|dimension| {
                let (spans, counts) = (&frame.dictionaries[dimension].spans, &plan.counts[dimension]);
                let met = (0..).zip(spans).filter(|(code, _)| counts[*code as usize]);
                Watch::over(spans.len(), met.map(|(code, span)| (*span, code)))
                    .map(|watch| (dimension, watch))
            })
            .collect();
        let met = (0..).zip(&plan.bucket_of).filter(|(_, bucket)| **bucket < STRADDLING);
        let periods =
            Watch::over(frame.periods.len(), met.map(|(at, _)| (frame.periods[at as usize].span(), at)));
        let quick = (watches.is_empty() && periods.is_none()).then(|| Quick::of(plan)).flatten();
        Self { frame, plan, cells: Cells::new(plan, watches, periods), quick, straddling: 0 }
    }

    /// What was counted aside is put into its cells.
    fn settled(mut self) -> Result<Self> {
        if let Some(quick) = self.quick.take() {
            quick.settle(self.plan, &mut self.cells)?;
        }
        Ok(self)
    }

    /// Each width of numbers has a loop of its own.
    fn take(&mut self, stretch: &Stretch) -> Result<()> {
        if let Some(straddling) = self.quick.as_mut().and_then(|quick| quick.take(self.plan, stretch)) {
            self.straddling += straddling;
            return Ok(());
        }
        match &stretch.period_of {
            Narrow::Two(periods) => self.take_values(stretch, periods),
            Narrow::Four(periods) => self.take_values(stretch, periods),
            Narrow::Eight(periods) => self.take_values(stretch, periods),
        }
    }

    fn take_values(&mut self, stretch: &Stretch, periods: &[impl Whole]) -> Result<()> {
        match &stretch.values {
            Narrow::Two(values) => self.take_rows(stretch, periods, values),
            Narrow::Four(values) => self.take_rows(stretch, periods, values),
            Narrow::Eight(values) => self.take_rows(stretch, periods, values),
        }
    }

    fn take_rows(&mut self, stretch: &Stretch, periods: &[impl Whole], values: &[impl Whole]) -> Result<()> {
        let plan = self.plan;
        let mut group = vec![0; plan.groups.len()];
        for series in 0..stretch.series_count() {
            let counts =
                plan.counts.iter().zip(&stretch.series).all(|(counts, codes)| counts[codes[series] as usize]);
            if !counts {
                continue;
            }
            for (place, by) in group.iter_mut().zip(&plan.groups) {
                *place = by.place_of[stretch.code(by.dimension, series) as usize];
            }
            let base = self.cells.group(&group);
            let (mut bucket, mut cell) = (None, 0);
            for row in stretch.rows(series) {
                let period = periods[row].wide() as u32;
                let wanted = plan.bucket_of[period as usize];
                if wanted >= STRADDLING {
                    self.straddling += u64::from(wanted == STRADDLING);
                    continue;
                }
                if bucket != Some(wanted) {
                    bucket = Some(wanted);
                    cell = self.cells.enter(base, &group, wanted)?;
                    for (dimension, watch) in &mut self.cells.watches {
                        watch.note(cell, stretch.code(*dimension, series));
                    }
                }
                if let Some(watch) = &mut self.cells.periods {
                    watch.note(cell, period);
                }
                self.cells.cells[cell].add(values[row].wide(), stretch.status(row));
            }
        }
        Ok(())
    }

    fn answer(self, question: &Question) -> Result<Answer> {
        let mut order: Vec<usize> = (0..self.cells.cells.len()).collect();
        order.sort_unstable_by_key(|at| self.cells.key(*at));
        let mut rows = Vec::with_capacity(order.len());
        let mut problems: Vec<Problem> = Vec::new();
        let matched = self.cells.cells.iter().map(|cell| cell.observations).sum();
        for at in order {
            let cell = &self.cells.cells[at];
            let (group, bucket) = self.cells.key(at);
            let codes = self.codes(group);
            let incomparable = self.is_incomparable(at, &codes, question, &mut problems);
            rows.push(Row {
                codes,
                period: self.plan.buckets[bucket as usize].label.clone(),
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

    fn codes(&self, group: &[u32]) -> Vec<String> {
        let places = group.iter().zip(&self.plan.groups);
        places
            .map(|(place, group)| {
                self.frame.dictionaries[group.dimension].codes[group.codes[*place as usize] as usize].clone()
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
        for (dimension, watch) in &self.cells.watches {
            if let Some((a, b)) = watch.overlap(cell) {
                let words = &self.frame.dictionaries[*dimension].codes;
                let declared = &self.frame.layout.dimensions[*dimension];
                tell(&declared.code, &|group| {
                    codes_overlap(declared, &words[a as usize], &words[b as usize], group)
                });
            }
        }
        let bucket = self.cells.key(cell).1 as usize;
        if let (Some(misfit), Some(by)) = (self.plan.buckets[bucket].misfit, question.by_period) {
            let (es, en) = by.words();
            tell(TIME_PERIOD, &|group| {
                say!(
                    "`{misfit}` no cabe en un solo {es}{group}. Filtre los periodos, o pregunte por periodo exacto",
                    "`{misfit}` does not lie inside one {en}{group}. Filter the periods, or ask by exact period"
                )
            });
        } else if let Some((a, b)) = self.cells.periods.as_ref().and_then(|watch| watch.overlap(cell)) {
            let (a, b) = (self.frame.periods[a as usize], self.frame.periods[b as usize]);
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
