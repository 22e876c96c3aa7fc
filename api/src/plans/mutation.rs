//! The root fields that write plans.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::{
    approval,
    content::PlanContent,
    exchange::{self, Edit, Meant},
    graphql::Plan,
    inputs::{ChangePlanInput, DraftPlanInput, ImportPlanInput, RevisePlanInput},
    revisions::{self, Json, PlanConflict, PlanEditInput},
};
use crate::{
    access::Kind,
    ask::{Ask, UserError},
    error::{Error, Reason, Result},
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
    /// If somebody else has saved since you read (`STALE_REVISION`): both versions, and what each changed.
    conflict: Option<PlanConflict>,
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

/// The payload, and if it was refused for being late, both versions.
async fn with_conflict(
    ctx: &Context<'_>,
    mut payload: PlanPayload,
    id: RecordId,
    read: i32,
    meant: Meant,
) -> Result<PlanPayload> {
    if payload.user_errors.iter().any(|error| error.code == Reason::StaleRevision.code()) {
        payload.conflict = revisions::conflict(ctx.db(), ctx.viewer()?, id, read, meant).await?;
    }
    Ok(payload)
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
                approval::begin(work, Draft { content, handling, chain, accounts, note }).await
            })
            .await?;
        payload(ctx, done).await
    }

    /// Saves a new revision of a plan of your institution. What was released before stays as it was.
    async fn revise_plan(&self, ctx: &Context<'_>, input: RevisePlanInput) -> Result<PlanPayload> {
        let RevisePlanInput { id, expected_revision, content, note } = input;
        let mine = content.clone();
        let done = ctx
            .write(async move |work| records::revise(work, id.into(), expected_revision, content, note).await)
            .await?;
        let payload = payload(ctx, done).await?;
        with_conflict(ctx, payload, id.into(), expected_revision, Meant::Whole(Box::new(mine))).await
    }

    /// Changes a plan of your institution piece by piece, as a new revision.
    async fn change_plan(&self, ctx: &Context<'_>, input: ChangePlanInput) -> Result<PlanPayload> {
        let ChangePlanInput { id, expected_revision, changes, note } = input;
        let edits = || {
            let edit = |edit: &PlanEditInput| Edit {
                path: edit.path.clone(),
                value: edit.value.clone().map(|Json(value)| value),
            };
            changes.iter().map(edit).collect::<Vec<_>>()
        };
        let mine = edits();
        let done = ctx
            .write(async move |work| exchange::change(work, id.into(), expected_revision, mine, note).await)
            .await?;
        let payload = payload(ctx, done).await?;
        with_conflict(ctx, payload, id.into(), expected_revision, Meant::Changed(edits())).await
    }

    /// Begins a plan with a document, or makes it the next revision of one.
    async fn import_plan(&self, ctx: &Context<'_>, input: ImportPlanInput) -> Result<PlanPayload> {
        let ImportPlanInput { document: Json(document), id, expected_revision, handling, chain, note } =
            input;
        let expected = expected_revision.unwrap_or_default();
        let mine = document.clone();
        let into = match id {
            Some(id) => exchange::Into::Revision { id: id.into(), expected },
            None => exchange::Into::New { handling, chain },
        };
        let done = ctx.write(async move |work| exchange::import(work, document, into, note).await).await?;
        let payload = payload(ctx, done).await?;
        match id {
            Some(id) => with_conflict(ctx, payload, id.into(), expected, Meant::Imported(mine)).await,
            None => Ok(payload),
        }
    }

    /// Hands the newest revision to whoever approves.
    async fn submit_plan(&self, ctx: &Context<'_>, input: ChangeStateInput) -> Result<PlanPayload> {
        let id = plan(input.id)?;
        let done = ctx
            .write(async move |work| records::submit(work, Kind::Plan, id, input.expected_revision).await)
            .await?;
        payload(ctx, done).await
    }

    /// Signs the next step of the country's chain for the newest revision; with the last step it is approved. Its
    /// author cannot, and nobody signs two steps.
    async fn approve_plan(&self, ctx: &Context<'_>, input: ChangeStateInput) -> Result<PlanPayload> {
        let id = plan(input.id)?;
        let done =
            ctx.write(async move |work| approval::approve(work, id, input.expected_revision).await).await?;
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
