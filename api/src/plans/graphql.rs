//! Plans, as clients see them. Translation only.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Object, dataloader::Loader};

use super::content::{Phase, PlanContent, Point, Section, TargetGroup};
use crate::{
    ask::{Ask, Loads, Missed},
    day::Day,
    directory::{Institution, ReceptionPoint},
    error::{Error, Result},
    ids::PlanId,
    page::{Connection, Page},
    records::{self, RecordFields, Shown, State, Wanted},
    say,
    text::Text,
};

/// A contingency plan: what a country will do when many people are returned at once.
pub struct Plan(pub Arc<Shown<PlanContent>>);

/// A contingency plan: what a country will do when many people are returned at once.
#[Object]
impl Plan {
    /// The global id.
    pub async fn id(&self) -> PlanId {
        self.0.record.id.into()
    }
    #[graphql(flatten)]
    async fn fields(&self) -> RecordFields<'_> {
        self.0.fields()
    }
    /// The official name.
    async fn name(&self) -> &Text {
        &self.0.content.name
    }
    /// The acronym or short name it goes by.
    async fn acronym(&self) -> Option<&str> {
        self.0.content.acronym.as_deref()
    }
    /// The institution in charge (institución rectora).
    async fn lead(&self, ctx: &Context<'_>) -> Result<Institution> {
        let found = ctx.load(self.0.content.lead).await?;
        found.map(Institution).ok_or_else(|| Error::NotFound(say!("una institución", "institution")))
    }
    /// The institutions that take part.
    async fn participants(&self, ctx: &Context<'_>) -> Result<Vec<Institution>> {
        let found = ctx.load_all(self.0.content.participants.clone()).await?;
        Ok(found.into_iter().map(Institution).collect())
    }
    /// The decree, agreement or article it rests on (fundamento jurídico).
    async fn legal_basis(&self) -> Option<&Text> {
        self.0.content.legal_basis.as_ref()
    }
    /// The first day it holds.
    async fn valid_from(&self) -> Option<Day> {
        self.0.content.valid_from.map(Day)
    }
    /// The last day it holds; open if none.
    async fn valid_until(&self) -> Option<Day> {
        self.0.content.valid_until.map(Day)
    }
    /// Whom it is for (población objetivo).
    async fn target_groups(&self) -> &[TargetGroup] {
        &self.0.content.target_groups
    }
    /// The narrative sections.
    async fn sections(&self) -> &[Section] {
        &self.0.content.sections
    }
    /// The phases, in order.
    async fn phases(&self) -> &[Phase] {
        &self.0.content.phases
    }
    /// The reception points it uses, with the capacity it counts on.
    async fn reception_points(&self) -> Vec<PlanPoint<'_>> {
        self.0.content.reception_points.iter().map(PlanPoint).collect()
    }
}

/// A reception point as the plan uses it.
pub struct PlanPoint<'a>(&'a Point);

/// A reception point as the plan uses it.
#[Object]
impl PlanPoint<'_> {
    /// The reception point.
    async fn point(&self, ctx: &Context<'_>) -> Result<ReceptionPoint> {
        let found = ctx.load(self.0.point).await?;
        found
            .map(ReceptionPoint)
            .ok_or_else(|| Error::NotFound(say!("un punto de recepción", "reception point")))
    }
    /// Persons at a time that the plan counts on.
    async fn capacity(&self) -> Option<u32> {
        self.0.capacity
    }
    /// What else is said of it.
    async fn note(&self) -> Option<&Text> {
        self.0.note.as_ref()
    }
}

impl Loader<PlanId> for Loads {
    type Value = Arc<Shown<PlanContent>>;
    type Error = Missed;

    async fn load(&self, ids: &[PlanId]) -> Result<HashMap<PlanId, Self::Value>, Missed> {
        records::load(self, ids).await
    }
}

#[derive(Default)]
pub struct PlanQuery;

#[Object]
impl PlanQuery {
    /// The contingency plans you see, newest first: your own in their latest revision, those of
    /// others in the latest revision released to you.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn plans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of owners of this country, ISO 3166-1 alpha-2.")] country: Option<String>,
        #[graphql(desc = "Only names with this text, whatever its case and accents.")] text: Option<String>,
        #[graphql(desc = "Only plans that hold on this day.")] valid_on: Option<Day>,
        #[graphql(desc = "Only where the revision you see has come this far.")] state: Option<State>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Plan>> {
        let page = Page::new(first, after, last, before)?;
        let day = valid_on.map(|Day(day)| day);
        let wanted = Wanted { country, text, from: day, until: day, state };
        let shown = records::page(ctx.db(), ctx.viewer()?, &page, &wanted, ctx.wants("totalCount")).await?;
        Ok(shown.map(|shown| Plan(Arc::new(shown))))
    }
}
