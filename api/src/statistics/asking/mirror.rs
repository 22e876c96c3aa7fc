//! A corridor as both sides tell it: the figures of who sends and of who receives, side by side. Nothing is added, so
//! nothing is refused; what the two do not mean alike is said.

use std::collections::HashSet;

use async_graphql::{Context, Object};
use chrono::NaiveDate;

use super::{
    answer::StatisticsCell,
    inputs::DimensionFilterInput,
    selection,
    source::{Place, Source},
};
use crate::{
    ask::{Ask, UserError},
    bounds::Bounds,
    error::{Problem, Reason, Result},
    statistics::{
        code::TOTAL,
        cube::{ByPeriod, Periods, Question, Row},
        graphql::Dataset,
        measures::{self, Cell, Why},
        period::Period,
        together::{self, when},
    },
};

/// More periods than any series has.
const MOST_PERIODS: usize = 5_000;

/// From where to where.
pub struct Corridor {
    pub origin: String,
    pub destination: String,
}

/// The figures of one corridor as both sides tell them.
pub struct Mirror {
    sender: Source,
    receiver: Source,
    periods: Vec<Side>,
    reasons: Vec<Problem>,
}

/// A figure, and whether an earlier vintage said otherwise.
type Told = (Cell, bool);

/// One period, as both sides tell it.
pub struct Side {
    period: String,
    sender: Told,
    receiver: Told,
    difference: Cell,
    ratio: Cell,
}

impl Corridor {
    pub fn check(&self) -> Result<()> {
        let mut bounds = Bounds::default();
        bounds.text("origin", &self.origin, 64);
        bounds.text("destination", &self.destination, 64);
        bounds.done()
    }

    pub fn lay(
        self,
        sources: Vec<Source>,
        sides: [Vec<DimensionFilterInput>; 2],
        by: ByPeriod,
        (from, until): (Option<NaiveDate>, Option<NaiveDate>),
    ) -> Result<Mirror> {
        let mut sources = sources.into_iter();
        let (Some(sender), Some(receiver)) = (sources.next(), sources.next()) else {
            return Err(anyhow::anyhow!("a corridor has two sides").into());
        };
        let [sending, receiving] = sides;
        selection::check("sender.where", &sending)?;
        selection::check("receiver.where", &receiving)?;
        let days = Periods::Within(
            from.unwrap_or(NaiveDate::MIN),
            until.and_then(|until| until.succ_opt()).unwrap_or(NaiveDate::MAX),
        );
        let (one, revised) = rows(&sender, sending, (&self.origin, &self.destination), by, &days)?;
        let (other, also_revised) = rows(&receiver, receiving, (&self.destination, &self.origin), by, &days)?;
        let reasons = {
            let (a, b) = (sender.meaning(&[], |_: &Period| true)?, receiver.meaning(&[], |_: &Period| true)?);
            together::unlike(&a, &b).map(|say| Problem::new(Reason::Incomparable, "mirror", say))
        };
        let decimals = sender.decimals().max(receiver.decimals());
        let mut labels: Vec<Option<String>> =
            one.iter().chain(&other).map(|row| row.period.clone()).collect();
        labels.sort_by_key(when);
        labels.dedup();
        labels.truncate(MOST_PERIODS);
        let mut periods = Vec::with_capacity(labels.len());
        for label in labels {
            let find = |rows: &[Row], exact| {
                let found = rows.iter().find(|row| row.period == label);
                found.map(|row| together::scaled(row, exact, decimals)).transpose()
            };
            let (a, b) = (find(&one, sender.decimals())?, find(&other, receiver.decimals())?);
            let (difference, ratio) = measures::against(a.as_ref(), b.as_ref(), decimals);
            let plain = |row: Option<Row>, revised: &HashSet<Place>| {
                let none = Cell::Missing { why: Why::NotObserved, statuses: Default::default(), missing: 0 };
                let cell = row.map_or(none, |row| measures::plain(&row, decimals));
                (cell, revised.contains(&(Vec::new(), label.clone())))
            };
            let (sender, receiver) = (plain(a, &revised), plain(b, &also_revised));
            periods.push(Side { period: label.unwrap_or_default(), sender, receiver, difference, ratio });
        }
        Ok(Mirror { sender, receiver, periods, reasons: reasons.into_iter().collect() })
    }
}

/// What one side tells of the corridor, by period.
fn rows(
    source: &Source,
    mut filters: Vec<DimensionFilterInput>,
    (own, other): (&str, &str),
    by: ByPeriod,
    days: &Periods,
) -> Result<(Vec<Row>, HashSet<Place>)> {
    for (at, dimension) in source.cube.layout().dimensions.iter().enumerate() {
        if filters.iter().any(|filter| filter.dimension == dimension.code) {
            continue;
        }
        let present = source.cube.codes(at);
        let usual = match dimension.code.as_str() {
            "REF_AREA" => own,
            "COUNTERPART_AREA" => other,
            // The whole country, where parts of the country stand beside it.
            "AREA_ROLE" => "NATIONAL",
            _ => TOTAL,
        };
        if present.iter().any(|code| code == usual)
            || matches!(dimension.code.as_str(), "REF_AREA" | "COUNTERPART_AREA")
        {
            filters.push(DimensionFilterInput {
                dimension: dimension.code.clone(),
                codes: vec![usual.to_owned()],
                within: Vec::new(),
            });
        }
    }
    let question = Question {
        where_: selection::codes(&source.cube, &filters)?,
        periods: Some(days.clone()),
        group_by: Vec::new(),
        by_period: Some(by),
        allow_incomparable: false,
    };
    Ok((source.cube.ask(&question)?.rows, source.revised(&question)))
}

/// The figures of one corridor as both sides tell them.
#[Object]
impl Mirror {
    /// The sender's dataset, with its definition and the vintage that answered.
    async fn sender(&self) -> Dataset {
        Dataset(self.sender.shown.clone())
    }
    /// The receiver's dataset, with its definition and the vintage that answered.
    async fn receiver(&self) -> Dataset {
        Dataset(self.receiver.shown.clone())
    }
    /// Whether both count the same, by the same definition and in the same unit.
    async fn comparable(&self) -> bool {
        self.reasons.is_empty()
    }
    /// Why they are not comparable.
    async fn incomparable_because(&self, ctx: &Context<'_>) -> Vec<UserError> {
        self.reasons.iter().map(|problem| UserError::of(problem, ctx.lang())).collect()
    }
    /// The periods of which one side or both tell something, in the order of time; at most 5,000.
    async fn periods(&self) -> &[Side] {
        &self.periods
    }
}

/// One period, as both sides tell it.
#[Object(name = "MirrorPeriod")]
impl Side {
    /// The period (ISO 8601; `FY2024` for a US fiscal year).
    async fn period(&self) -> &str {
        &self.period
    }
    /// What the sender tells.
    async fn sender(&self, ctx: &Context<'_>) -> StatisticsCell {
        StatisticsCell::of(&self.sender.0, self.sender.1, ctx.lang())
    }
    /// What the receiver tells.
    async fn receiver(&self, ctx: &Context<'_>) -> StatisticsCell {
        StatisticsCell::of(&self.receiver.0, self.receiver.1, ctx.lang())
    }
    /// How much more the receiver tells.
    async fn difference(&self, ctx: &Context<'_>) -> StatisticsCell {
        StatisticsCell::of(&self.difference, false, ctx.lang())
    }
    /// The receiver's figure over the sender's.
    async fn ratio(&self, ctx: &Context<'_>) -> StatisticsCell {
        StatisticsCell::of(&self.ratio, false, ctx.lang())
    }
}
