//! Datasets, as clients see them. Translation only.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Object, dataloader::Loader};
use chrono::{DateTime, Utc};

use super::{
    content::{DatasetContent, Vintage},
    indicator::{Indicator, Unit},
    inputs::DimensionOverlap,
    layout::Dimension,
    reference,
    totals::{CrossTotal, Override},
};
use crate::{
    access::{Action, Kind},
    ask::{Ask, Loads, Missed},
    clock::Moment,
    day::Day,
    directory::Institution,
    error::{Error, Result},
    ids::DatasetId,
    page::{Connection, Page},
    records::{self, RecordFields, Shown, State, Wanted},
    say,
    text::Text,
};

/// A dataset of case statistics, in the vintage you see. Each vintage is a revision; once released
/// it never changes.
pub struct Dataset(pub Arc<Shown<DatasetContent>>);

/// A dataset of case statistics, in the vintage you see. Each vintage is a revision; once released
/// it never changes.
#[Object]
impl Dataset {
    /// The global id.
    pub async fn id(&self) -> DatasetId {
        self.0.record.id.into()
    }
    #[graphql(flatten)]
    async fn fields(&self) -> RecordFields<'_> {
        self.0.fields()
    }
    /// What its owner calls it, such as `MX-UPMRIP-RETURN-EVENTS`.
    async fn code(&self) -> &str {
        &self.0.content.code
    }
    /// Its name.
    async fn name(&self) -> &Text {
        &self.0.content.name
    }
    /// The institution that compiles the figures.
    async fn compiler(&self, ctx: &Context<'_>) -> Result<Institution> {
        let found = ctx.load(self.0.content.compiler).await?;
        found.map(Institution).ok_or_else(|| Error::NotFound(say!("una institución", "institution")))
    }
    /// What is counted.
    async fn indicator(&self) -> Result<&Indicator> {
        reference::of(&self.0.content)
    }
    /// What is counted, as it is defined for this dataset: by itself, else by its country's offices,
    /// else by the indicator.
    async fn definition(&self) -> Result<&Text> {
        reference::defined(&self.0.content, self.0.record.owner_country.as_deref())
    }
    /// What a figure is a number of.
    async fn unit(&self) -> Unit {
        self.0.content.unit()
    }
    /// How often figures come: a code of `CL_FREQ`.
    async fn frequency(&self) -> Option<&str> {
        self.0.content.frequency.as_deref()
    }
    /// Decimals of every figure.
    async fn decimals(&self) -> u8 {
        self.0.content.layout.decimals
    }
    /// The dimensions, in order.
    async fn dimensions(&self) -> Vec<DatasetDimension<'_>> {
        self.0.content.layout.dimensions.iter().map(DatasetDimension).collect()
    }
    /// Totals that must be the sum of their parts, by name: `SEX: _T = F + M`.
    async fn cross_totals(&self) -> Vec<String> {
        self.0.content.cross_totals.iter().map(CrossTotal::name).collect()
    }
    /// The vintage you see; none while the dataset is only declared.
    async fn vintage(&self, ctx: &Context<'_>) -> Result<Option<DatasetVintage<'_>>> {
        let at_home = ctx.viewer()?.may(Action::SeeAudience(Kind::Dataset), self.0.standing);
        Ok(self.0.content.vintage.as_ref().map(|vintage| DatasetVintage { vintage, at_home }))
    }
}

/// A dimension of a dataset.
pub struct DatasetDimension<'a>(&'a Dimension);

/// A dimension of a dataset.
#[Object]
impl DatasetDimension<'_> {
    /// Names it in files and questions.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// Its name for people.
    async fn name(&self) -> &Text {
        &self.0.name
    }
    /// How its codes may overlap.
    async fn role(&self) -> DimensionOverlap {
        self.0.role.into()
    }
    /// The list of its codes, with its version, such as `CL_SEX(1.0)`; `codeLists` tells it.
    async fn list(&self) -> Option<&str> {
        self.0.list.as_deref()
    }
    /// The only codes it may have; any of its list, or any at all, if none are given.
    async fn codes(&self) -> Option<&[String]> {
        self.0.codes.as_deref()
    }
}

/// One state of the figures, immutable.
pub struct DatasetVintage<'a> {
    vintage: &'a Vintage,
    at_home: bool,
}

/// One state of the figures, immutable.
#[Object]
impl DatasetVintage<'_> {
    /// 1 for the first. Only for the owner's country: to others it would tell how many were never
    /// released. They know a vintage by its `fileHash`.
    async fn number(&self) -> Option<u32> {
        self.at_home.then_some(self.vintage.number)
    }
    /// SHA-256 of its Parquet file: the name of exactly these figures.
    async fn file_hash(&self) -> &str {
        &self.vintage.file
    }
    /// How many observations it holds.
    async fn observations(&self) -> u64 {
        self.vintage.observations
    }
    /// The period of the earliest observation (ISO 8601).
    async fn first_period(&self) -> Option<&str> {
        self.vintage.first.as_deref()
    }
    /// The period of the latest observation (ISO 8601).
    async fn last_period(&self) -> Option<&str> {
        self.vintage.last.as_deref()
    }
    /// Where the figures were published or drawn from.
    async fn source(&self) -> Option<&str> {
        self.vintage.source.as_deref()
    }
    /// The day on which they were drawn from there.
    async fn extracted(&self) -> Option<Day> {
        self.vintage.extracted.map(Day)
    }
    /// Whether the compiler means to revise them.
    async fn provisional(&self) -> bool {
        self.vintage.provisional
    }
    /// Nobody to whom it is released sees it before this moment.
    async fn embargo_until(&self) -> Option<DateTime<Utc>> {
        self.vintage.embargo_until.map(|Moment(at)| at)
    }
    /// How many figures are below the disclosure threshold. While there are any, it is not released
    /// beyond its own country, unless they are public already. Only for the owner's country.
    async fn below_threshold(&self) -> Option<u64> {
        self.at_home.then(|| self.vintage.small.as_ref().map_or(0, |small| small.cells))
    }
    /// What readers should know of it.
    async fn note(&self) -> Option<&Text> {
        self.vintage.note.as_ref()
    }
    /// Totals that do not add up, and why they stand all the same.
    async fn overrides(&self) -> Vec<VintageOverride<'_>> {
        self.vintage.overrides.iter().map(VintageOverride).collect()
    }
}

/// Why a total that is not the sum of its parts stands all the same.
pub struct VintageOverride<'a>(&'a Override);

/// Why a total that is not the sum of its parts stands all the same.
#[Object]
impl VintageOverride<'_> {
    /// The name of the rule, such as `SEX: _T = F + M`.
    async fn rule(&self) -> &str {
        &self.0.rule
    }
    /// The publisher's reason.
    async fn reason(&self) -> &Text {
        &self.0.reason
    }
}

impl Loader<DatasetId> for Loads {
    type Value = Arc<Shown<DatasetContent>>;
    type Error = Missed;

    async fn load(&self, ids: &[DatasetId]) -> Result<HashMap<DatasetId, Self::Value>, Missed> {
        records::load(self, ids).await
    }
}

#[derive(Default)]
pub struct DatasetQuery;

#[Object]
impl DatasetQuery {
    /// The datasets you see, newest first: your own in their latest revision, those of others in
    /// the latest vintage released to you.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn datasets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of owners of this country, ISO 3166-1 alpha-2.")] country: Option<String>,
        #[graphql(desc = "Only codes, names and indicators with this text, whatever its case and accents.")]
        text: Option<String>,
        #[graphql(desc = "Only where the revision you see has come this far.")] state: Option<State>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Dataset>> {
        let page = Page::new(first, after, last, before)?;
        let wanted = Wanted { country, text, state, ..Default::default() };
        let shown = records::page(ctx.db(), ctx.viewer()?, &page, &wanted, ctx.wants("totalCount")).await?;
        Ok(shown.map(|shown| Dataset(Arc::new(shown))))
    }
}
