//! Plans, as clients see them. Translation only.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Object, SimpleObject, dataloader::Loader};
use chrono::{DateTime, Utc};

use super::{
    approval::{PlanApproval, approvals},
    content::PlanContent,
    course::{Action, Phase, Section},
    exchange,
    force::{self, PlanActivation, PlanTimeline},
    legend::Legend,
    means::{
        BilateralInstrument, BudgetLine, Contact, LegalInstrument, MinorsProtocol, Participation, Staff,
    },
    outlook::{Scenario, Trigger},
    parts::{self, PartAudience},
    places::{Point, Service, Transport},
    revisions::Json,
    terms::{self, Part, TargetGroup, Term},
    totals::{BudgetTotal, totals},
};
use crate::{
    access::Handling,
    ask::{Ask, Loads, Missed},
    day::Day,
    directory::{Institution, ReceptionPoint},
    error::{Error, Result},
    ids::{InstitutionId, PlanId, ReceptionPointId},
    page::{Connection, Page},
    plain::{Plain, Plains},
    records::{self, Audience, RecordFields, Shown, State, Wanted},
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
    /// The acronym it goes by.
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
    /// The institutions that take part, in whatever role.
    async fn participants(&self, ctx: &Context<'_>) -> Result<Plains<Institution>> {
        let mut named = self.0.content.participants.clone();
        let more = self.0.content.participation.iter().map(|one| one.institution);
        named.extend(more.filter(|id| !self.0.content.participants.contains(id)));
        Ok(Plains(institutions(ctx, named).await?))
    }
    /// The institutions that take part and whose role is said.
    async fn participation(&self) -> &[Participation] {
        &self.0.content.participation
    }
    /// The short name it goes by.
    async fn short_name(&self) -> Option<&Text> {
        self.0.content.short_name.as_ref()
    }
    /// The body that coordinates it (instancia de coordinación).
    async fn coordination_body(&self) -> Option<&Text> {
        self.0.content.coordination_body.as_ref()
    }
    /// Its sections that say something and that you are shown, in order, each with its handling mark.
    async fn parts(&self) -> Vec<PlanPart> {
        let Shown { content, own_mark, .. } = &*self.0;
        let there = parts::all().filter(|part| content.holds(*part));
        there.map(|part| PlanPart::of(content, part, *own_mark)).collect()
    }
    /// The decree, agreement or article it rests on (fundamento jurídico).
    async fn legal_basis(&self) -> Option<&Text> {
        self.0.content.legal_basis.as_ref()
    }
    /// The first day it holds.
    async fn valid_from(&self) -> Option<Day> {
        self.0.content.valid_from
    }
    /// The last day it holds; open if none.
    async fn valid_until(&self) -> Option<Day> {
        self.0.content.valid_until
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
    /// The legal instruments it rests on.
    async fn legal_instruments(&self) -> Plains<&LegalInstrument> {
        Plains(self.0.content.legal_instruments.iter().collect())
    }
    /// How it is extended beyond its last day (prórroga).
    async fn extension(&self) -> Option<&Text> {
        self.0.content.extension.as_ref()
    }
    /// The situations it reckons with.
    async fn scenarios(&self) -> Plains<&Scenario> {
        Plains(self.0.content.scenarios.iter().collect())
    }
    /// What shows that it is needed.
    async fn triggers(&self) -> &[Trigger] {
        &self.0.content.triggers
    }
    /// What is done.
    async fn actions(&self) -> &[Action] {
        &self.0.content.actions
    }
    /// What is given.
    async fn services(&self) -> &[Service] {
        &self.0.content.services
    }
    /// How people are taken on.
    async fn transport(&self) -> &[Transport] {
        &self.0.content.transport
    }
    /// The money, line by line.
    async fn budget(&self) -> Plains<&BudgetLine> {
        Plains(self.0.content.budget.iter().collect())
    }
    /// The money in all, a total for each currency: two currencies are never added. Lines that are part of others
    /// count with those.
    async fn budget_totals(&self) -> Vec<BudgetTotal> {
        totals(&self.0.content.budget)
    }
    /// The people who work for it.
    async fn staff(&self) -> &[Staff] {
        &self.0.content.staff
    }
    /// What is done for children and adolescents.
    async fn minors_protocol(&self) -> Option<&MinorsProtocol> {
        self.0.content.minors_protocol.as_ref()
    }
    /// What was agreed with other countries.
    async fn bilateral_instruments(&self) -> &[BilateralInstrument] {
        &self.0.content.bilateral_instruments
    }
    /// Whether it is released only with an official translation of every text.
    async fn official_translations(&self) -> bool {
        self.0.content.official_translations
    }
    /// The legend that the law of its country requires on it.
    async fn legend(&self) -> Option<&Legend> {
        self.0.content.legend.as_ref()
    }
    /// The plan as a document to work on offline, as far as you are shown it; `importPlan` takes it back. Its form is
    /// published as `plan.schema.json`.
    async fn document(&self, ctx: &Context<'_>) -> Result<Json> {
        Ok(Json(Box::pin(exchange::export(ctx.db(), ctx.viewer()?, &self.0)).await?))
    }
    /// The chain by which it is approved, and how far the newest revision has come in it. Only for those who work on it.
    async fn approvals(&self, ctx: &Context<'_>) -> Result<Option<Vec<PlanApproval>>> {
        let Shown { record, revision, .. } = &*self.0;
        if !record.worked_on_by(ctx.viewer()?) {
            return Ok(None);
        }
        let told = approvals(ctx, record.owner_country.as_deref(), record.id, revision.number);
        Ok(Some(Box::pin(told).await?))
    }
    /// By what it is in force now; null if it is not. Exercises are never told here.
    async fn in_force(&self, ctx: &Context<'_>) -> Result<Option<PlanActivation>> {
        Box::pin(force::holding(ctx, &self.0, false, ctx.now())).await
    }
    /// The exercise of it that goes on now; null if none does.
    async fn exercise(&self, ctx: &Context<'_>) -> Result<Option<PlanActivation>> {
        Box::pin(force::holding(ctx, &self.0, true, ctx.now())).await
    }
    /// What was in force when, and which actions were due.
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The moment; now if left out.")] as_of: Option<DateTime<Utc>>,
        #[graphql(desc = "Of the exercises instead of what was really in force.", default)] exercise: bool,
    ) -> Result<PlanTimeline> {
        let at = as_of.map_or(ctx.now(), Into::into);
        Box::pin(force::timeline(ctx, &self.0, exercise, at)).await
    }
    /// Who answers at any hour, by post.
    async fn contacts(&self) -> &[Contact] {
        &self.0.content.contacts
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
    #[graphql(flatten)]
    async fn said(&self) -> &Point {
        self.said
    }
}

/// A section of a plan, as far as it is for you.
#[derive(SimpleObject)]
pub struct PlanPart {
    /// Which section.
    part: Part,
    /// What it is called.
    label: Text,
    /// Its handling mark: its own, or that of the plan.
    handling: Handling,
    /// Whom it is for, where not for all to whom the plan is released. Only for those who work on the plan.
    audience: Option<Audience>,
}

impl PlanPart {
    fn of(content: &PlanContent, part: Part, plan: Handling) -> Self {
        let mark = content.mark(part);
        let audience = mark.and_then(|mark| mark.audience.clone());
        Self {
            part,
            label: part.label(),
            handling: mark.and_then(|mark| mark.handling).unwrap_or(plan),
            audience: audience.map(|PartAudience(parties)| Audience::of(parties)),
        }
    }
}

/// A list of the words that plans are written with.
#[derive(SimpleObject)]
pub struct PlanTermList {
    /// What the list is called in the schema.
    name: &'static str,
    /// Its words.
    terms: Vec<PlanTerm>,
}

/// A word from a list.
#[derive(SimpleObject)]
pub struct PlanTerm {
    /// Its code.
    code: &'static str,
    /// What it is called.
    label: Text,
}

/// The institution, if one is named.
pub(super) async fn institution(ctx: &Context<'_>, id: Option<InstitutionId>) -> Result<Option<Institution>> {
    match id {
        Some(id) => Ok(ctx.load(id).await?.map(Institution)),
        None => Ok(None),
    }
}

pub(super) async fn institutions(ctx: &Context<'_>, ids: Vec<InstitutionId>) -> Result<Vec<Institution>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(ctx.load_all(ids).await?.into_iter().map(Institution).collect())
}

/// The reception point, if one is named.
pub(super) async fn point(ctx: &Context<'_>, id: Option<ReceptionPointId>) -> Result<Option<ReceptionPoint>> {
    match id {
        Some(id) => Ok(ctx.load(id).await?.map(ReceptionPoint)),
        None => Ok(None),
    }
}

pub(super) async fn points(ctx: &Context<'_>, ids: Vec<ReceptionPointId>) -> Result<Vec<ReceptionPoint>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(ctx.load_all(ids).await?.into_iter().map(ReceptionPoint).collect())
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

    /// The words that plans are written with, list by list, each with its label in both languages.
    async fn plan_terms(&self) -> Vec<PlanTermList> {
        let list = |list: terms::TermList| PlanTermList {
            name: list.name,
            terms: list.terms.into_iter().map(|(code, label)| PlanTerm { code, label }).collect(),
        };
        terms::lists().into_iter().map(list).collect()
    }
}
