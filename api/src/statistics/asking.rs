//! Asking of a vintage: where, grouped by what, for which time.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject, Union};
use chrono::NaiveDate;

use super::{
    content::DatasetContent,
    cube::{Answer, Periods, Question, Row},
    cubes::Cubes,
    figure,
    graphql::Dataset,
    inputs::{DimensionFilterInput, PeriodGrouping},
};
use crate::{
    ask::Ask,
    bounds::Bounds,
    day::Day,
    error::{Error, Problem, Reason, Result},
    ids::DatasetId,
    page::{Connection, Page},
    records::{self, Shown},
    say,
};

/// The answer to a question, with the vintage it was drawn from.
pub struct StatisticsAnswer {
    dataset: Arc<Shown<DatasetContent>>,
    answer: Answer,
    page: Page,
}

/// The answer to a question, with the vintage it was drawn from.
#[Object]
impl StatisticsAnswer {
    /// The dataset, with its definitions and the vintage that answered.
    async fn dataset(&self) -> Dataset {
        Dataset(self.dataset.clone())
    }
    /// The dimensions that were grouped by, in the order of `codes`.
    async fn columns(&self) -> &[String] {
        &self.answer.columns
    }
    /// How many observations the question matched.
    async fn matched(&self) -> u64 {
        self.answer.matched
    }
    /// How many observations lie only partly within the time asked for, and were left out.
    async fn straddling(&self) -> u64 {
        self.answer.straddling
    }
    /// A row a group, in the order of the codes and the periods.
    async fn rows(&self) -> Connection<StatisticsRow> {
        let decimals = self.dataset.content.layout.decimals;
        let number = |cursor: &Option<Vec<u8>>| {
            cursor.as_ref().and_then(|key| Some(u32::from_be_bytes(key.as_slice().try_into().ok()?)))
        };
        let (after, before) = (number(&self.page.after), number(&self.page.before));
        let mut rows: Vec<_> = (0u32..)
            .zip(&self.answer.rows)
            .filter(|(at, _)| {
                after.is_none_or(|after| *at > after) && before.is_none_or(|before| *at < before)
            })
            .collect();
        if self.page.backward {
            rows.reverse();
        }
        rows.truncate(self.page.limit() as usize);
        let mut page = self.page.cut(rows, |(at, _)| at.to_be_bytes().to_vec());
        page.total_count = Some(self.answer.rows.len() as i64);
        page.map(|(_, row)| StatisticsRow::of(row, decimals))
    }
}

/// One group of an answer.
#[derive(SimpleObject)]
pub struct StatisticsRow {
    /// The codes of the dimensions grouped by, in the order of `columns`.
    codes: Vec<String>,
    /// The period (ISO 8601; `FY2024` for a US fiscal year), where grouped by one.
    period: Option<String>,
    /// The figure, or why there is none.
    cell: StatisticsCell,
    /// How many observations were added.
    observations: u64,
    /// Whether it adds what should not be added; only with `allowIncomparable`.
    incomparable: bool,
}

/// A figure, or why there is none: never a silent zero.
#[derive(Union)]
pub enum StatisticsCell {
    /// There is a figure.
    Figure(StatisticsFigure),
    /// There is none.
    Missing(StatisticsMissing),
}

/// A figure.
#[derive(SimpleObject)]
pub struct StatisticsFigure {
    /// The sum, an exact decimal as text: `27087`, `12.50`.
    value: String,
    /// The statuses of what was added (SDMX OBS_STATUS): `A` normal, `P` provisional, `E` estimated.
    statuses: Vec<String>,
    /// How many of the observations had no value: the sum is then at least so much.
    missing: u64,
}

/// There are observations, but none has a value.
#[derive(SimpleObject)]
pub struct StatisticsMissing {
    /// Why (SDMX OBS_STATUS): `O` missing, `Q` suppressed.
    statuses: Vec<String>,
    /// How many observations have no value.
    missing: u64,
}

impl StatisticsRow {
    fn of(row: &Row, decimals: u8) -> Self {
        let statuses = row.statuses.iter().map(|status| status.to_string()).collect();
        let cell = match row.sum {
            Some(sum) => StatisticsCell::Figure(StatisticsFigure {
                value: figure::write(sum, decimals),
                statuses,
                missing: row.missing,
            }),
            None => StatisticsCell::Missing(StatisticsMissing { statuses, missing: row.missing }),
        };
        Self {
            codes: row.codes.clone(),
            period: row.period.clone(),
            cell,
            observations: row.observations,
            incomparable: row.incomparable,
        }
    }
}

#[derive(Default)]
pub struct StatisticsQuery;

#[Object]
impl StatisticsQuery {
    /// Asks of a dataset: sums of the observations that match, a row a group. Sums that would count
    /// the same twice (a total and its parts, a country and its states, overlapping periods) are
    /// refused, with what to filter or to group by.
    #[expect(clippy::too_many_arguments, reason = "a question has many sides")]
    async fn statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset; the vintage that you see answers.")] dataset: DatasetId,
        #[graphql(
            name = "where",
            desc = "Only observations with these codes; at most one filter a dimension.",
            default
        )]
        filters: Vec<DimensionFilterInput>,
        #[graphql(desc = "Only periods that begin on this day or later.")] from: Option<Day>,
        #[graphql(desc = "Only periods that end on this day or earlier.")] until: Option<Day>,
        #[graphql(desc = "The dimensions to group by.", default)] group_by: Vec<String>,
        #[graphql(desc = "The periods to group by; all time in one if left out.")] by_period: Option<
            PeriodGrouping,
        >,
        #[graphql(desc = "Add also what should not be added; the row then says so.", default = false)]
        allow_incomparable: bool,
        #[graphql(desc = "The first rows; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last rows instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<StatisticsAnswer> {
        let page = Page::new(first, after, last, before)?;
        let mut bounds = Bounds::default();
        bounds.count("where", filters.len(), 16);
        bounds.count("groupBy", group_by.len(), 16);
        for (at, filter) in filters.iter().enumerate() {
            bounds.count(format!("where.{at}.codes"), filter.codes.len(), 1_000);
        }
        bounds.done()?;
        let dataset: Arc<Shown<DatasetContent>> =
            Arc::new(records::one(ctx.db(), ctx.viewer()?, dataset.into()).await?);
        let Some(vintage) = &dataset.content.vintage else {
            return Err(Error::from(Problem::new(
                Reason::WrongState,
                "dataset",
                say!("el conjunto aún no tiene cifras", "the dataset has no figures yet"),
            )));
        };
        let periods = match (from, until) {
            (None, None) => None,
            (from, until) => Some(Periods::Within(
                from.map_or(NaiveDate::MIN, |Day(day)| day),
                until.and_then(|Day(day)| day.succ_opt()).unwrap_or(NaiveDate::MAX),
            )),
        };
        let question = Question {
            where_: filters.into_iter().map(|filter| (filter.dimension, filter.codes)).collect(),
            periods,
            group_by,
            by_period: by_period.map(Into::into),
            allow_incomparable,
        };
        let cube = ctx.data_unchecked::<Cubes>().get(&vintage.file).await?;
        let answer =
            tokio::task::spawn_blocking(move || cube.ask(&question)).await.map_err(anyhow::Error::from)??;
        Ok(StatisticsAnswer { dataset, answer, page })
    }
}
