//! The root fields that write plans.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::{
    content::PlanContent,
    graphql::Plan,
    inputs::{DraftPlanInput, RevisePlanInput},
};
use crate::{
    access::Kind,
    ask::{Ask, UserError},
    error::{Error, Result},
    ids::{RecordId, RecordRef},
    records::{self, ChangeStateInput, Draft, RecallInput, ReleaseInput},
};

/// A plan that was written or moved along.
#[derive(Default, SimpleObject)]
pub struct PlanPayload {
    /// The plan as you see it now; none if there was something to mend.
    plan: Option<Plan>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

async fn payload(ctx: &Context<'_>, done: Result<RecordId, Vec<UserError>>) -> Result<PlanPayload> {
    Ok(match done {
        Ok(id) => PlanPayload {
            plan: Some(Plan(Arc::new(records::one(ctx.db(), ctx.viewer()?, id).await?))),
            ..Default::default()
        },
        Err(user_errors) => PlanPayload { user_errors, ..Default::default() },
    })
}

fn plan(id: RecordRef) -> Result<RecordId> {
    id.of(Kind::Plan.code()).ok_or_else(|| Error::NotFound(Kind::Plan.say()))
}

#[derive(Default)]
pub struct PlanMutation;

#[Object]
impl PlanMutation {
    /// Begins a plan that only your institution, the foreign ministry and whom you name can see.
    async fn draft_plan(&self, ctx: &Context<'_>, input: DraftPlanInput) -> Result<PlanPayload> {
        let DraftPlanInput { content, handling, chain, accounts, note } = input;
        let done = ctx
            .write(async move |work| {
                records::draft(work, Draft { content, handling, chain, accounts, note }).await
            })
            .await?;
        payload(ctx, done).await
    }

    /// Saves a new revision of a plan of your institution. What was released before stays as it was.
    async fn revise_plan(&self, ctx: &Context<'_>, input: RevisePlanInput) -> Result<PlanPayload> {
        let RevisePlanInput { id, expected_revision, content, note } = input;
        let done = ctx
            .write(async move |work| records::revise(work, id.into(), expected_revision, content, note).await)
            .await?;
        payload(ctx, done).await
    }

    /// Hands the newest revision to whoever approves.
    async fn submit_plan(&self, ctx: &Context<'_>, input: ChangeStateInput) -> Result<PlanPayload> {
        let id = plan(input.id)?;
        let done = ctx
            .write(async move |work| records::submit(work, Kind::Plan, id, input.expected_revision).await)
            .await?;
        payload(ctx, done).await
    }

    /// Approves the newest revision. Its author cannot.
    async fn approve_plan(&self, ctx: &Context<'_>, input: ChangeStateInput) -> Result<PlanPayload> {
        let id = plan(input.id)?;
        let done = ctx
            .write(async move |work| records::approve(work, Kind::Plan, id, input.expected_revision).await)
            .await?;
        payload(ctx, done).await
    }

    /// Shows the approved revision to an audience. What was released stays as it is; a correction
    /// is a new revision. Its author cannot release it.
    async fn release_plan(&self, ctx: &Context<'_>, input: ReleaseInput) -> Result<PlanPayload> {
        let (id, release) = input.parts();
        let id = plan(id)?;
        let done =
            ctx.write(async move |work| records::release::<PlanContent>(work, id, release).await).await?;
        payload(ctx, done).await
    }

    /// Takes a plan back. From then on nothing of it is theirs to see; what they have copied
    /// elsewhere cannot be taken back. They are told that it was recalled.
    async fn recall_plan(&self, ctx: &Context<'_>, input: RecallInput) -> Result<PlanPayload> {
        let id = plan(input.id)?;
        let from = input.audience.map(|audience| audience.named());
        let done = ctx.write(async move |work| records::recall(work, Kind::Plan, id, from).await).await?;
        payload(ctx, done).await
    }
}
