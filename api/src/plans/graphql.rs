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
    plain::{Plain, Plains},
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
    async fn lead(&self, ctx: &Context<'_>) -> Result<Plain<Institution>> {
        let found = ctx.load(self.0.content.lead).await?;
        found
            .map(Institution)
            .map(Plain)
            .ok_or_else(|| Error::NotFound(say!("una institución", "institution")))
    }
    /// The institutions that take part.
    async fn participants(&self, ctx: &Context<'_>) -> Result<Plains<Institution>> {
        let found = ctx.load_all(self.0.content.participants.clone()).await?;
        Ok(Plains(found.into_iter().map(Institution).collect()))
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
    async fn sections(&self) -> Plains<&Section> {
        Plains(self.0.content.sections.iter().collect())
    }
    /// The phases, in order.
    async fn phases(&self) -> Plains<&Phase> {
        Plains(self.0.content.phases.iter().collect())
    }
    /// The reception points it uses, with the capacity it counts on.
    async fn reception_points(&self, ctx: &Context<'_>) -> Result<Plains<PlanPoint<'_>>> {
        let said = &self.0.content.reception_points;
        // All of a plan at once, before the points are answered: then they wait for nothing.
        let found = match ctx.wants("point") {
            true => ctx.load_all(said.iter().map(|said| said.point).collect()).await?,
            false => Vec::new(),
        };
        let mut found = found.into_iter().peekable();
        let mut with = |said: &Point| found.next_if(|point| point.id == said.point).map(ReceptionPoint);
        Ok(Plains(said.iter().map(|said| PlanPoint { said, point: with(said) }).collect()))
    }
}

/// A reception point as the plan uses it.
pub struct PlanPoint<'a> {
    said: &'a Point,
    /// Where it was asked for, and is still there.
    point: Option<ReceptionPoint>,
}

/// A reception point as the plan uses it.
#[Object]
impl PlanPoint<'_> {
    /// The reception point.
    async fn point(&self) -> Result<Plain<&ReceptionPoint>> {
        let found = self.point.as_ref().map(Plain);
        found.ok_or_else(|| Error::NotFound(say!("un punto de recepción", "reception point")))
    }
    /// Persons at a time that the plan counts on.
    async fn capacity(&self) -> Option<u32> {
        self.said.capacity
    }
    /// What else is said of it.
    async fn note(&self) -> Option<&Text> {
        self.said.note.as_ref()
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
