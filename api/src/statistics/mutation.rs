//! The root fields that write datasets.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::{
    content::DatasetContent,
    graphql::Dataset,
    inputs::{DeclareDatasetInput, RetractVintageInput},
};
use crate::{
    access::Kind,
    ask::{Ask, UserError},
    error::{Error, Result},
    ids::{RecordId, RecordRef},
    ledger::What,
    records::{self, ChangeStateInput, Draft, RecallInput, ReleaseInput, Retraction},
};

/// A dataset that was declared or moved along.
#[derive(Default, SimpleObject)]
pub struct DatasetPayload {
    /// The dataset as you see it now; none if there was something to mend.
    dataset: Option<Dataset>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

async fn payload(ctx: &Context<'_>, done: Result<RecordId, Vec<UserError>>) -> Result<DatasetPayload> {
    Ok(match done {
        Ok(id) => DatasetPayload {
            dataset: Some(Dataset(Arc::new(records::one(ctx.db(), ctx.viewer()?, id).await?))),
            user_errors: Vec::new(),
        },
        Err(user_errors) => DatasetPayload { user_errors, ..Default::default() },
    })
}

fn dataset(id: RecordRef) -> Result<RecordId> {
    id.of(Kind::Dataset.code()).ok_or_else(|| Error::NotFound(Kind::Dataset.say()))
}

#[derive(Default)]
pub struct DatasetMutation;

#[Object]
impl DatasetMutation {
    /// Declares a dataset that only your institution, the foreign ministry and whom you name can see.
    async fn declare_dataset(&self, ctx: &Context<'_>, input: DeclareDatasetInput) -> Result<DatasetPayload> {
        let DeclareDatasetInput { content, handling, chain, accounts, note } = input;
        let done = ctx
            .write(async move |work| {
                let content = content.content()?;
                records::draft(work, Draft { content, handling, chain, accounts, note }).await
            })
            .await?;
        payload(ctx, done).await
    }

    /// Hands the newest vintage to whoever approves.
    async fn submit_vintage(&self, ctx: &Context<'_>, input: ChangeStateInput) -> Result<DatasetPayload> {
        let id = dataset(input.id)?;
        let expected = input.expected_revision;
        payload(
            ctx,
            ctx.write(async move |work| records::submit(work, Kind::Dataset, id, expected).await).await?,
        )
        .await
    }

    /// Approves the newest vintage. Its author cannot.
    async fn approve_vintage(&self, ctx: &Context<'_>, input: ChangeStateInput) -> Result<DatasetPayload> {
        let id = dataset(input.id)?;
        let expected = input.expected_revision;
        payload(
            ctx,
            ctx.write(async move |work| records::approve(work, Kind::Dataset, id, expected).await).await?,
        )
        .await
    }

    /// Shows the approved vintage to an audience. A vintage never changes; a correction is a new
    /// one. Its author cannot release it.
    async fn release_vintage(&self, ctx: &Context<'_>, input: ReleaseInput) -> Result<DatasetPayload> {
        let (id, release) = input.parts();
        let id = dataset(id)?;
        payload(
            ctx,
            ctx.write(async move |work| records::release::<DatasetContent>(work, id, release).await).await?,
        )
        .await
    }

    /// Says that a vintage that was released is wrong. It stays, with its hash, and whoever could see
    /// it is told; but its figures answer nobody any more. For the time before, `asOf` still tells
    /// what was known.
    async fn retract_vintage(&self, ctx: &Context<'_>, input: RetractVintageInput) -> Result<DatasetPayload> {
        let RetractVintageInput { dataset, revision, reason } = input;
        let retraction = Retraction { revision, reason: reason.into() };
        let done = ctx
            .write(async move |work| {
                records::retract(work, Kind::Dataset, dataset.into(), What::DatasetRetracted, retraction)
                    .await
            })
            .await?;
        payload(ctx, done).await
    }

    /// Takes a dataset back, all its vintages. From then on nothing of it is theirs to see; what
    /// they have copied elsewhere cannot be taken back. They are told that it was recalled.
    async fn recall_dataset(&self, ctx: &Context<'_>, input: RecallInput) -> Result<DatasetPayload> {
        let id = dataset(input.id)?;
        let from = input.audience.map(|audience| audience.named());
        payload(ctx, ctx.write(async move |work| records::recall(work, Kind::Dataset, id, from).await).await?)
            .await
    }
}
