//! The root fields that write datasets.

use std::{io::Cursor, sync::Arc};

use async_graphql::{Context, Object, SimpleObject};

use super::{
    commands::{Told, import, prepare},
    content::DatasetContent,
    graphql::{Dataset, ImportReport},
    inputs::{DeclareDatasetInput, ImportVintageInput, RetractVintageInput},
    reading::Limits,
};
use crate::{
    access::{Action, Kind},
    ask::{Ask, UserError},
    bounds::Bounds,
    clock::Moment,
    day::Day,
    error::{Error, Result},
    ids::{RecordId, RecordRef},
    ledger::What,
    records::{self, ChangeStateInput, Draft, RecallInput, ReleaseInput, Retraction},
    vault::Vault,
};

/// Longest CSV text of a mutation, in characters.
const LONGEST_CSV: usize = 500_000;

/// A dataset that was declared or moved along.
#[derive(Default, SimpleObject)]
pub struct DatasetPayload {
    /// The dataset as you see it now; none if there was something to mend.
    dataset: Option<Dataset>,
    /// What reading the file found, where one was imported.
    report: Option<ImportReport>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

async fn payload(ctx: &Context<'_>, done: Result<RecordId, Vec<UserError>>) -> Result<DatasetPayload> {
    Ok(match done {
        Ok(id) => DatasetPayload {
            dataset: Some(Dataset(Arc::new(records::one(ctx.db(), ctx.viewer()?, id).await?))),
            ..Default::default()
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

    /// Imports figures as a new vintage of a dataset of your institution: all of the file, or, if
    /// there is any problem in it, nothing but the report.
    async fn import_vintage(&self, ctx: &Context<'_>, input: ImportVintageInput) -> Result<DatasetPayload> {
        let viewer = ctx.viewer()?;
        let id: RecordId = input.dataset.into();
        let shown = Arc::new(records::one(ctx.db(), viewer, id).await?);
        let works = shown.record.worked_on_by(viewer);
        if !works || !viewer.may(Action::Draft(Kind::Dataset), shown.standing) {
            return Err(Error::Forbidden(Action::Draft(Kind::Dataset).say()));
        }
        let read = {
            let (shown, csv, columns) = (shown.clone(), input.csv, input.columns);
            let scratch = ctx.data_unchecked::<Vault>().scratch().clone();
            let reading = move || {
                let mut bounds = Bounds::default();
                bounds.count("input.csv", csv.chars().count(), LONGEST_CSV);
                bounds.done()?;
                let columns = columns.unwrap_or_default().columns()?;
                prepare(&shown.content, Cursor::new(csv), &columns, Limits::default(), &scratch)
            };
            tokio::task::spawn_blocking(reading).await.map_err(anyhow::Error::from)?
        };
        let lang = ctx.lang();
        let refused = |refused: Error| -> Result<DatasetPayload> {
            let user_errors =
                refused.mendable()?.iter().map(|problem| UserError::of(problem, lang)).collect();
            Ok(DatasetPayload { user_errors, ..Default::default() })
        };
        let prepared = match read {
            Ok(prepared) => prepared,
            Err(error) => return refused(error),
        };
        let report =
            Some(ImportReport::of(&prepared.report, shown.content.layout.decimals, input.dry_run, lang));
        if input.dry_run {
            return Ok(DatasetPayload { dataset: Some(Dataset(shown)), report, ..Default::default() });
        }
        let told = Told {
            source: input.source,
            extracted: input.extracted.map(|Day(day)| day),
            provisional: input.provisional,
            embargo_until: input.embargo_until.map(Moment::from),
            note: input.vintage_note.map(Into::into),
            revision_note: input.note,
        };
        let stored = match prepared.store(ctx.data_unchecked::<Vault>()).await {
            Ok(stored) => stored,
            Err(error) => return Ok(DatasetPayload { report, ..refused(error)? }),
        };
        let done = ctx
            .write(async move |work| import(work, id, input.expected_revision, stored, told).await)
            .await?;
        Ok(DatasetPayload { report, ..payload(ctx, done).await? })
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
