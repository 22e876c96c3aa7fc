//! Answers as clients see them. Translation only.

use async_graphql::{Context, Enum, Object, SimpleObject, Union};

use super::{
    inputs::StatisticsMeasure,
    question::{Answered, Line},
};
use crate::{
    ask::{Ask, UserError},
    error::Result,
    ids::DatasetId,
    page::{Connection, Page},
    say,
    statistics::{
        figure,
        graphql::Dataset,
        measures::{self, Cell, Why},
        status::{Status, Statuses},
    },
    text::Lang,
};

/// The answer to a question, with the vintages it was drawn from.
pub struct StatisticsAnswer {
    pub answered: Answered,
    pub page: Page,
}

/// The answer to a question, with the vintages it was drawn from.
#[Object]
impl StatisticsAnswer {
    /// The dataset, with its definition and the vintage that answered; of several the first.
    async fn dataset(&self) -> Option<Dataset> {
        self.answered.sources.first().map(|source| Dataset(source.shown.clone()))
    }
    /// The datasets, each with its definition, its source and the vintage that answered.
    async fn datasets(&self) -> Vec<Dataset> {
        self.answered.sources.iter().map(|source| Dataset(source.shown.clone())).collect()
    }
    /// The dimensions that were grouped by, in the order of `codes`.
    async fn columns(&self) -> &[String] {
        &self.answered.columns
    }
    /// The measures, in the order of `cells`.
    async fn measures(&self) -> &[StatisticsMeasure] {
        &self.answered.measures
    }
    /// How many observations the question matched.
    async fn matched(&self) -> u64 {
        self.answered.matched
    }
    /// How many observations lie only partly within the time asked for, and were left out.
    async fn straddling(&self) -> u64 {
        self.answered.straddling
    }
    /// Whether nothing was added that should not be. Can only be false with `allowIncomparable`.
    async fn comparable(&self) -> bool {
        self.answered.reasons.is_empty()
    }
    /// Why not all is comparable.
    async fn incomparable_because(&self, ctx: &Context<'_>) -> Vec<UserError> {
        self.answered.reasons.iter().map(|problem| UserError::of(problem, ctx.lang())).collect()
    }
    /// A row a group, in the order asked for.
    async fn rows(&self, ctx: &Context<'_>) -> Result<Connection<StatisticsRow>> {
        let number = |cursor: &Option<Vec<u8>>| {
            cursor.as_ref().and_then(|key| Some(u32::from_be_bytes(key.as_slice().try_into().ok()?)))
        };
        let (after, before) = (number(&self.page.after), number(&self.page.before));
        let mut rows: Vec<_> = (0u32..)
            .zip(&self.answered.lines)
            .filter(|(at, _)| {
                after.is_none_or(|after| *at > after) && before.is_none_or(|before| *at < before)
            })
            .collect();
        if self.page.backward {
            rows.reverse();
        }
        rows.truncate(self.page.limit() as usize);
        let mut page = self.page.cut(rows, |(at, _)| at.to_be_bytes().to_vec());
        page.total_count = Some(self.answered.lines.len() as i64);
        let lang = ctx.lang();
        Ok(page.map(|(_, line)| self.row(line, lang)))
    }
}

impl StatisticsAnswer {
    fn row(&self, line: &Line, lang: Lang) -> StatisticsRow {
        let of = |at: &usize| self.answered.sources[*at].shown.record.id.into();
        StatisticsRow {
            datasets: line.sources.iter().map(of).collect(),
            codes: line.row.codes.clone(),
            period: line.row.period.clone(),
            cell: StatisticsCell::of(&measures::plain(&line.row, line.decimals), line.revised, lang),
            cells: line
                .cells
                .iter()
                .zip(&self.answered.measures)
                .map(|(cell, measure)| {
                    let revised = line.revised && *measure == StatisticsMeasure::Sum;
                    StatisticsCell::of(cell, revised, lang)
                })
                .collect(),
            observations: line.row.observations,
            incomparable: line.row.incomparable,
        }
    }
}

/// One group of an answer.
#[derive(SimpleObject)]
pub struct StatisticsRow {
    /// The datasets whose figures it holds.
    datasets: Vec<DatasetId>,
    /// The codes of the dimensions grouped by, in the order of `columns`.
    codes: Vec<String>,
    /// The period (ISO 8601; `FY2024` for a US fiscal year), where grouped by one.
    period: Option<String>,
    /// The sum, or why there is none.
    cell: StatisticsCell,
    /// The measures that were asked for, in their order.
    cells: Vec<StatisticsCell>,
    /// How many observations were added.
    observations: u64,
    /// Whether it adds what should not be added; only with `allowIncomparable`.
    incomparable: bool,
}

/// A figure, or why there is none: never a silent zero.
#[derive(Union)]
pub enum StatisticsCell {
    /// There is a figure.
    Value(StatisticsValue),
    /// There is one, and it is withheld.
    Suppressed(StatisticsSuppressed),
    /// There is none.
    Missing(StatisticsMissing),
}

/// A figure.
#[derive(SimpleObject)]
pub struct StatisticsValue {
    /// An exact decimal as text: `27087`, `12.50`. Shares, rates and averages have 6 decimals.
    value: String,
    /// What it is worth: as much as the least of what was added. A figure that an earlier vintage gave otherwise is
    /// revised, whatever else it is; `statuses` tells that.
    status: StatisticsStatus,
    /// The statuses of what was added (SDMX OBS_STATUS): `A` normal, `P` provisional, `E` estimated.
    statuses: Vec<String>,
    /// How many of the observations had no value: the sum is then at least so much.
    missing: u64,
}

/// What a figure is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum StatisticsStatus {
    /// As published.
    Normal,
    /// To be revised.
    Provisional,
    /// Estimated, imputed or forecast, in whole or in part.
    Estimated,
    /// Something that is added here has another figure than in an earlier vintage, or none any more: of the last
    /// eight that were released to you, to anybody where you work on the dataset, and not retracted.
    Revised,
}

/// There is a figure, and it is withheld.
#[derive(SimpleObject)]
pub struct StatisticsSuppressed {
    /// Why, in your language.
    reason: String,
    /// The statuses of the observations (SDMX OBS_STATUS).
    statuses: Vec<String>,
    /// How many observations have no value.
    missing: u64,
}

/// There is no figure.
#[derive(SimpleObject)]
pub struct StatisticsMissing {
    /// Why.
    because: MissingReason,
    /// Why, in your language.
    reason: String,
    /// The statuses of the observations (SDMX OBS_STATUS): `O` missing.
    statuses: Vec<String>,
    /// How many observations have no value.
    missing: u64,
}

/// Why there is no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Why")]
pub enum MissingReason {
    /// No observation has a value.
    NotObserved,
    /// Some observations that belong to it have no value.
    Incomplete,
    /// There is nothing that it could be measured against.
    NoBase,
    /// What it is measured against is zero.
    ZeroBase,
    /// There is no such period: an odd range of days has none before it.
    NoSuchPeriod,
    /// It would rest on a sum that adds what should not be added.
    Incomparable,
    /// It is larger than can be represented.
    TooLarge,
}

impl StatisticsCell {
    pub fn of(cell: &Cell, revised: bool, lang: Lang) -> Self {
        match cell {
            Cell::Value { value, decimals, statuses, missing } => Self::Value(StatisticsValue {
                value: figure::write(*value, *decimals),
                status: if revised { StatisticsStatus::Revised } else { worth(*statuses) },
                statuses: letters(*statuses),
                missing: *missing,
            }),
            Cell::Suppressed { statuses, missing } => Self::Suppressed(StatisticsSuppressed {
                reason: say!("quien la publica la reserva", "its publisher withholds it").to(lang).into(),
                statuses: letters(*statuses),
                missing: *missing,
            }),
            Cell::Missing { why, statuses, missing } => Self::Missing(StatisticsMissing {
                because: (*why).into(),
                reason: told(*why, lang),
                statuses: letters(*statuses),
                missing: *missing,
            }),
        }
    }
}

fn letters(statuses: Statuses) -> Vec<String> {
    statuses.iter().map(|status| status.to_string()).collect()
}

fn worth(statuses: Statuses) -> StatisticsStatus {
    let any = |letters: &str| statuses.iter().any(|status: Status| letters.contains(status.letter()));
    match () {
        () if any("EFGI") => StatisticsStatus::Estimated,
        () if any("PVU") => StatisticsStatus::Provisional,
        () => StatisticsStatus::Normal,
    }
}

fn told(why: Why, lang: Lang) -> String {
    let say = match why {
        Why::NotObserved => say!("ninguna observación tiene cifra", "no observation has a figure"),
        Why::Incomplete => {
            say!(
                "faltan cifras de las que le corresponden",
                "some of the figures that belong to it are missing"
            )
        }
        Why::NoBase => say!("no hay con qué compararla", "there is nothing to measure it against"),
        Why::ZeroBase => say!("se compara con cero", "it is measured against zero"),
        Why::NoSuchPeriod => say!("no hay tal periodo anterior", "there is no such earlier period"),
        Why::Incomparable => {
            say!("descansa en una suma de lo que no se suma", "it rests on a sum of what should not be added")
        }
        Why::TooLarge => {
            say!("es mayor que lo que se puede representar", "it is larger than can be represented")
        }
    };
    say.to(lang).into()
}
