//! The root field that imports a file.

use std::{
    io::{BufReader, Cursor, Read},
    sync::Arc,
};

use async_graphql::{Context, Object, SimpleObject};

use super::{
    columns::ColumnsInput,
    inputs::{ImportStatisticsInput, OverrideInput},
    told::ImportReport,
};
use crate::{
    access::{Action, Kind, Viewer},
    ask::{Ask, UserError},
    bounds::Bounds,
    clock::{Clock, Moment},
    day::Day,
    error::{Error, Problem, Reason, Result},
    ids::{FileId, RecordId},
    ledger::Once,
    records::{self, Shown},
    say,
    statistics::{
        columns::Columns,
        commands::{Prepared, Told, import, imported_before, prepare},
        content::DatasetContent,
        course::Waiting,
        graphql::Dataset,
        jobs::{self, ImportJob, Jobs, Order},
        mapping::by_name,
        reading::Limits,
        uploads::{self, Tray},
    },
    vault::Vault,
};

/// A file of more bytes is a job, unless it was said otherwise.
const LONG: u64 = 32 << 20;
/// Longest text of a file within a mutation, in characters.
const LONGEST_CSV: usize = 500_000;

/// A file that was read, and perhaps imported.
#[derive(Default, SimpleObject)]
pub struct ImportPayload {
    /// The dataset as you see it now; none if there was something to mend.
    dataset: Option<Dataset>,
    /// What reading the file found.
    report: Option<ImportReport>,
    /// The job that carries it out; none if it was done at once.
    job: Option<ImportJob>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct ImportMutation;

#[Object]
impl ImportMutation {
    /// Imports a file of figures as a new vintage of a dataset of your institution: all of the file, or,
    /// if there is any problem in it, nothing but the report.
    async fn import_statistics(
        &self,
        ctx: &Context<'_>,
        input: ImportStatisticsInput,
    ) -> Result<ImportPayload> {
        let viewer = ctx.viewer()?;
        let id: RecordId = input.dataset.into();
        let shown: Arc<Shown<DatasetContent>> = Arc::new(records::one(ctx.db(), viewer, id).await?);
        let works = shown.record.worked_on_by(viewer);
        if !works || !viewer.may(Action::Draft(Kind::Dataset), shown.standing) {
            return Err(Error::Forbidden(Action::Draft(Kind::Dataset).say()));
        }
        let as_job = input.as_job;
        let order = match order(ctx, viewer, shown, input).await {
            Ok(order) => order,
            Err(error) => return refused(ctx, error),
        };
        if as_job.unwrap_or(order.bytes > LONG) {
            return begin(ctx, viewer, order).await;
        }
        let Order { shown, expected, source, columns, limits, overrides, told, dry_run, .. } = order;
        let waiting = Waiting::default();
        let vault = ctx.data_unchecked::<Vault>();
        let before = match &shown.content.vintage {
            Some(vintage) => Some(vault.open(&vintage.file).await?),
            None => None,
        };
        let reading = {
            let (shown, scratch, course) = (shown.clone(), vault.scratch().clone(), waiting.0.clone());
            let source = waiting.over(source);
            move || prepare(&shown.content, before, source, &columns, limits, &scratch, &course)
        };
        let read = tokio::task::spawn_blocking(reading).await.map_err(anyhow::Error::from)?;
        let prepared: Prepared = match read {
            Ok(prepared) => prepared,
            Err(error) => return refused(ctx, error),
        };
        let known = imported_before(ctx.db(), id, &prepared.imported).await?;
        let decimals = shown.content.layout.decimals;
        let report = Some(ImportReport::of(&prepared.report, decimals, known, dry_run, ctx.lang()));
        if dry_run {
            return Ok(ImportPayload { dataset: Some(Dataset(shown)), report, ..Default::default() });
        }
        let stored = match prepared.store(vault, overrides).await {
            Ok(stored) => stored,
            Err(error) => return Ok(ImportPayload { report, ..refused(ctx, error)? }),
        };
        let done = ctx.write(async move |work| import(work, id, expected, stored, told).await).await?;
        Ok(match done {
            Ok(id) => {
                let dataset = Dataset(Arc::new(records::one(ctx.db(), viewer, id).await?));
                ImportPayload { dataset: Some(dataset), report, ..Default::default() }
            }
            Err(user_errors) => ImportPayload { report, user_errors, ..Default::default() },
        })
    }
}

/// All that was said of the file, and the file.
async fn order(
    ctx: &Context<'_>,
    viewer: &Viewer,
    shown: Arc<Shown<DatasetContent>>,
    input: ImportStatisticsInput,
) -> Result<Order> {
    let limits = if input.file.is_some() { Limits::WHOLE } else { Limits::default() };
    let (source, bytes) = source(ctx, viewer, input.file, input.csv).await?;
    let columns = columns(ctx, viewer, input.mapping, input.columns).await?;
    let told = Told {
        source: input.source,
        extracted: input.extracted.map(|Day(day)| day),
        provisional: input.provisional,
        embargo_until: input.embargo_until.map(Moment::from),
        again: input.again,
        note: input.vintage_note.map(Into::into),
        revision_note: input.note,
    };
    Ok(Order {
        shown,
        expected: input.expected_revision,
        source,
        bytes,
        columns,
        limits,
        overrides: input.overrides.into_iter().map(OverrideInput::told).collect(),
        told,
        dry_run: input.dry_run,
    })
}

async fn begin(ctx: &Context<'_>, viewer: &Viewer, order: Order) -> Result<ImportPayload> {
    match ctx.data_unchecked::<Jobs>().begin(viewer, ctx.data_opt::<Once>(), order).await {
        Ok(id) => Ok(ImportPayload { job: Some(jobs::one(ctx, id).await?), ..Default::default() }),
        Err(error) => refused(ctx, error),
    }
}

fn refused(ctx: &Context<'_>, error: Error) -> Result<ImportPayload> {
    let problems = error.mendable()?;
    let user_errors = problems.iter().map(|problem| UserError::of(problem, ctx.lang())).collect();
    Ok(ImportPayload { user_errors, ..Default::default() })
}

/// How the file is read: as it is said here, or as it is saved.
async fn columns(
    ctx: &Context<'_>,
    viewer: &Viewer,
    mapping: Option<String>,
    columns: Option<ColumnsInput>,
) -> Result<Columns> {
    match (mapping, columns) {
        (None, None) => Ok(Columns::default()),
        (None, Some(columns)) => columns.columns(),
        (Some(name), None) => by_name(ctx.db(), viewer, &name).await?.columns(),
        (Some(_), Some(_)) => Err(Problem::new(
            Reason::Malformed,
            "input.mapping",
            say!("diga `mapping` o `columns`, no los dos", "give `mapping` or `columns`, not both"),
        )
        .into()),
    }
}

/// The bytes of what is to be imported, and how many there are.
async fn source(
    ctx: &Context<'_>,
    viewer: &Viewer,
    file: Option<FileId>,
    csv: Option<String>,
) -> Result<(Box<dyn Read + Send>, u64)> {
    match (file, csv) {
        (Some(file), None) => {
            let now = ctx.data_unchecked::<Clock>().now();
            let upload = uploads::find(ctx.db(), viewer, file, now).await?;
            let file = ctx.data_unchecked::<Tray>().open(upload.id)?;
            Ok((Box::new(BufReader::with_capacity(1 << 18, file)), upload.bytes.unsigned_abs()))
        }
        (None, Some(csv)) => {
            let mut bounds = Bounds::default();
            bounds.count("input.csv", csv.chars().count(), LONGEST_CSV);
            bounds.done()?;
            let bytes = csv.len() as u64;
            Ok((Box::new(Cursor::new(csv)), bytes))
        }
        _ => Err(Problem::new(
            Reason::Malformed,
            "input.file",
            say!("diga `file` o `csv`, uno de los dos", "give either `file` or `csv`"),
        )
        .into()),
    }
}
