//! Imports that go on without their request, as clients see them. Translation only.

use std::collections::HashMap;

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject, dataloader::Loader};
use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use super::{
    Jobs,
    row::{Model, State, seen},
};
use crate::{
    ask::{Ask, Loads, Missed, UserError},
    clock::Moment,
    error::{Error, Result},
    ids::{DatasetId, ImportJobId},
    say,
    statistics::{graphql::Dataset, importing::ImportReport},
};

/// An import that goes on without the request that asked for it. Its asker sees it, and whoever else of their
/// institution may import into the dataset; it is known for a week.
pub struct ImportJob(pub Model);

/// How an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub enum ImportState {
    /// Others are before it.
    Waiting,
    /// It is being read, checked or stored.
    Running,
    /// It is a vintage now; of a dry run, the report is there.
    Done,
    /// Nothing was stored: `report` and `userErrors` say what to mend.
    Refused,
    /// Nothing was stored: it was given up.
    Cancelled,
    /// Nothing was stored: the node stopped meanwhile. Ask for it again; the file is kept for a day.
    Interrupted,
    /// Nothing was stored, by a defect on our side: quote the job's id.
    Failed,
}

/// An import that goes on without the request that asked for it. Its asker sees it, and whoever else of their
/// institution may import into the dataset; it is known for a week.
#[Object]
impl ImportJob {
    /// The global id.
    pub async fn id(&self) -> ImportJobId {
        self.0.id
    }
    /// How it stands.
    async fn state(&self, ctx: &Context<'_>) -> ImportState {
        ctx.data_unchecked::<Jobs>().state(&self.0).into()
    }
    /// The dataset as you see it now.
    async fn dataset(&self, ctx: &Context<'_>) -> Result<Option<Dataset>> {
        Ok(ctx.load(DatasetId::from(self.0.dataset_id)).await?.map(Dataset))
    }
    /// Whether nothing was to be stored.
    async fn dry_run(&self) -> bool {
        self.0.dry_run
    }
    /// Rows of figures that have been read so far.
    async fn rows_read(&self, ctx: &Context<'_>) -> u64 {
        match ctx.data_unchecked::<Jobs>().course(self.0.id) {
            Some(course) if self.0.finished.is_none() => course.rows(),
            _ => self.0.rows_read.unsigned_abs(),
        }
    }
    /// Rows of figures in all; none until the file has been read to its end.
    async fn rows_total(&self, ctx: &Context<'_>) -> Option<u64> {
        match ctx.data_unchecked::<Jobs>().course(self.0.id) {
            Some(course) => course.rows_in_all(),
            None => (self.0.state == State::Done).then_some(self.0.rows_read.unsigned_abs()),
        }
    }
    /// How much of the file has been read so far, by its bytes: from 0 to 1. None once the node has forgotten.
    async fn progress(&self, ctx: &Context<'_>) -> Option<f64> {
        let course = ctx.data_unchecked::<Jobs>().course(self.0.id)?;
        Some((course.bytes() as f64 / self.0.bytes.max(1) as f64).min(1.0))
    }
    /// When it was asked for.
    async fn asked(&self) -> DateTime<Utc> {
        self.0.at.0
    }
    /// When its turn came.
    async fn started(&self) -> Option<DateTime<Utc>> {
        self.0.started.map(|Moment(at)| at)
    }
    /// When it ended; none also where the node stopped meanwhile.
    async fn finished(&self) -> Option<DateTime<Utc>> {
        self.0.finished.map(|Moment(at)| at)
    }
    /// What reading the file found, once it was read.
    async fn report(&self, ctx: &Context<'_>) -> Result<Option<ImportReport>> {
        let found = self.0.found()?;
        Ok(found.map(|found| {
            ImportReport::of(&found.report, found.decimals, found.before, self.0.dry_run, ctx.lang())
        }))
    }
    /// What you can mend.
    async fn user_errors(&self, ctx: &Context<'_>) -> Result<Vec<UserError>> {
        Ok(self.0.problems()?.iter().map(|problem| UserError::of(problem, ctx.lang())).collect())
    }
}

impl Loader<ImportJobId> for Loads {
    type Value = Model;
    type Error = Missed;

    async fn load(&self, ids: &[ImportJobId]) -> Result<HashMap<ImportJobId, Model>, Missed> {
        let mut found = HashMap::new();
        for id in ids {
            let job = seen(&self.db, &self.viewer, *id).await;
            found.extend(job.map_err(|error| DbErr::Custom(error.to_string()))?.map(|job| (*id, job)));
        }
        Ok(found)
    }
}

/// The job as the viewer sees it.
pub async fn one(ctx: &Context<'_>, id: ImportJobId) -> Result<ImportJob> {
    let job = seen(ctx.db(), ctx.viewer()?, id).await?;
    job.map(ImportJob).ok_or_else(|| Error::NotFound(say!("una importación", "import job")))
}

#[derive(Default)]
pub struct JobQuery;

#[Object]
impl JobQuery {
    /// An import that goes on without the request that asked for it.
    async fn import_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job, as `importStatistics` gave it.")] id: ImportJobId,
    ) -> Result<ImportJob> {
        one(ctx, id).await
    }
}

/// An import that is given up.
#[derive(InputObject)]
pub struct CancelImportInput {
    /// The job.
    pub job: ImportJobId,
}

/// An import that was given up.
#[derive(Default, SimpleObject)]
pub struct CancelImportPayload {
    /// The job as it is now; none if there was something to mend.
    job: Option<ImportJob>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct JobMutation;

#[Object]
impl JobMutation {
    /// Gives an import up: nothing of it is stored from here on. One that has ended is `WRONG_STATE`.
    async fn cancel_import(
        &self,
        ctx: &Context<'_>,
        input: CancelImportInput,
    ) -> Result<CancelImportPayload> {
        if let Err(refused) = ctx.data_unchecked::<Jobs>().cancel(ctx.viewer()?, input.job).await {
            let problems = refused.mendable()?;
            let user_errors = problems.iter().map(|problem| UserError::of(problem, ctx.lang())).collect();
            return Ok(CancelImportPayload { user_errors, ..Default::default() });
        }
        Ok(CancelImportPayload { job: Some(one(ctx, input.job).await?), ..Default::default() })
    }
}
