//! Asking: of one dataset or several, as they are shown now or were on a day, and what is derived from the sums.
//!
//! Every question begins with the filter: a dataset that the viewer does not see does not exist. What is asked is
//! then the cube's business; what is derived stands in [`measures`](super::measures), what is added across datasets
//! in [`together`](super::together).

mod answer;
mod inputs;
mod mirror;
mod order;
mod question;
pub(super) mod selection;
mod sides;
mod source;

use async_graphql::{Context, Lookahead, Object};

use answer::StatisticsAnswer;
use inputs::MirrorSideInput;
use mirror::Mirror;

pub use inputs::{DimensionFilterInput, StatisticsMeasure, StatisticsOrderInput};
pub use question::{Answered, Line, MOST_DATASETS, Wanted, measures};
pub use source::{Source, all_at, end_of};

use super::{cubes::Cubes, inputs::PeriodGrouping};
use crate::{ask::Ask, day::Day, error::Result, ids::DatasetId, page::Page};

/// Whether the client wants to know what the figures of the rows are worth.
fn asks_for_worth(ctx: &Context<'_>) -> bool {
    let rows = ctx.look_ahead().field("rows");
    let of =
        |row: Lookahead<'_>| ["cell", "cells"].iter().any(|cell| row.field(cell).field("status").exists());
    of(rows.field("nodes")) || of(rows.field("edges").field("node"))
}

#[derive(Default)]
pub struct StatisticsQuery;

#[Object]
impl StatisticsQuery {
    /// Asks of one dataset or several: sums of the observations that match, a row a group, and what is
    /// derived from them. Sums that would count the same twice (a total and its parts, a country and
    /// its states, overlapping periods), or add what is unlike, are refused, with what to filter or to
    /// group by. What is divided is rounded half to even to 6 decimals; all else is exact.
    #[expect(clippy::too_many_arguments, reason = "a question has many sides")]
    async fn statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset; the vintage that you see answers.")] dataset: Option<DatasetId>,
        #[graphql(desc = "Several datasets instead, at most 10; each has rows of its own.")] datasets: Option<
            Vec<DatasetId>,
        >,
        #[graphql(
            desc = "Add the figures of all datasets; only where they count the same of different people.",
            default = false
        )]
        add_datasets: bool,
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
        #[graphql(
            desc = "As it was known to you at the end of this day (UTC). A dataset that was recalled from you has no past either."
        )]
        as_of: Option<Day>,
        #[graphql(desc = "What each row tells in its `cells`, in this order; at most 8.", default)] measures: Vec<
            StatisticsMeasure,
        >,
        #[graphql(desc = "Over how many periods the moving average goes; 2 to 36.", default = 3)] window: i32,
        #[graphql(
            desc = "The order of the rows; by codes, then by period, if left out. At most 4.",
            default
        )]
        order_by: Vec<StatisticsOrderInput>,
        #[graphql(desc = "Add also what should not be added; the answer then says so.", default = false)]
        allow_incomparable: bool,
        #[graphql(desc = "The first rows; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last rows instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<StatisticsAnswer> {
        let page = Page::new(first, after, last, before)?;
        let datasets = question::datasets(dataset, datasets)?;
        let wanted = Wanted {
            add_datasets,
            filters,
            from: from.map(|Day(day)| day),
            until: until.map(|Day(day)| day),
            group_by,
            by_period: by_period.map(Into::into),
            measures: question::measures(measures, window)?,
            order_by,
            allow_incomparable,
        };
        wanted.check()?;
        let cubes = ctx.data_unchecked::<Cubes>();
        let sources =
            source::all(ctx.db(), ctx.viewer()?, cubes, &datasets, as_of, asks_for_worth(ctx)).await?;
        let answered = tokio::task::spawn_blocking(move || wanted.ask(sources));
        Ok(StatisticsAnswer { answered: answered.await.map_err(anyhow::Error::from)??, page })
    }

    /// The figures of one corridor as both sides tell them, period by period: of who sends and of who
    /// receives. Where a dataset has `COUNTERPART_AREA` and `REF_AREA` and nothing else is said of
    /// them, they are the other side and the own; in every other dimension the total counts, where
    /// there is one.
    #[expect(clippy::too_many_arguments, reason = "a question has many sides")]
    async fn mirror(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The country that people are sent from, as the datasets name it: `US`.")]
        origin: String,
        #[graphql(desc = "The country that they are sent to.")] destination: String,
        #[graphql(desc = "Where the sender's figures stand.")] sender: MirrorSideInput,
        #[graphql(desc = "Where the receiver's figures stand.")] receiver: MirrorSideInput,
        #[graphql(desc = "The periods that are laid side by side.", default_with = "PeriodGrouping::Year")]
        by_period: PeriodGrouping,
        #[graphql(desc = "Only periods that begin on this day or later.")] from: Option<Day>,
        #[graphql(desc = "Only periods that end on this day or earlier.")] until: Option<Day>,
        #[graphql(desc = "As it was known to you at the end of this day (UTC).")] as_of: Option<Day>,
    ) -> Result<Mirror> {
        let corridor = mirror::Corridor { origin, destination };
        corridor.check()?;
        let cubes = ctx.data_unchecked::<Cubes>();
        let asked = sides::Asked { db: ctx.db(), viewer: ctx.viewer()?, cubes, as_of };
        let ids = asked.sides(&corridor, &sender, &receiver).await?;
        let sources = source::all(ctx.db(), ctx.viewer()?, cubes, &ids, as_of, true).await?;
        let days = (from.map(|Day(day)| day), until.map(|Day(day)| day));
        let sides = [sender.filters, receiver.filters];
        let laid = tokio::task::spawn_blocking(move || corridor.lay(sources, sides, by_period.into(), days));
        laid.await.map_err(anyhow::Error::from)?
    }
}
