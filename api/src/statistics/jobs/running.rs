//! A job, from its turn to its end.

use std::{io::Read, panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryFilter};

use super::{
    Jobs, open,
    row::{self, Entity, Found, State},
};
use crate::{
    access::Viewer,
    clock::Moment,
    directory::viewer_by_account,
    error::{Error, Problem, Reason, Result},
    ids::ImportJobId,
    ledger::Once,
    records::{Expected, Shown},
    statistics::{
        columns::Columns,
        commands::{Told, import, imported_before, prepare},
        content::DatasetContent,
        course::{Course, Waiting},
        reading::Limits,
        totals::Override,
    },
    text::{Lang, Say},
};

/// All that an import needs to know, so that nobody has to be asked.
pub struct Order {
    /// The dataset, as it was when the order was given.
    pub shown: Arc<Shown<DatasetContent>>,
    pub expected: Expected,
    pub source: Box<dyn Read + Send>,
    /// How many there are to be read.
    pub bytes: u64,
    pub columns: Columns,
    pub limits: Limits,
    pub overrides: Vec<Override>,
    pub told: Told,
    pub dry_run: bool,
}

/// What became of a job.
struct End {
    state: State,
    found: Option<Found>,
    problems: Vec<Problem>,
}

impl Jobs {
    #[expect(
        clippy::disallowed_methods,
        reason = "a job outlives the request that began it: this is the place"
    )]
    pub(super) async fn start(
        &self,
        id: ImportJobId,
        viewer: Viewer,
        once: Option<Once>,
        order: Order,
        waiting: Waiting,
    ) {
        let (jobs, finishing) = (self.clone(), self.0.finishing.clone().read_owned().await);
        tokio::spawn(async move {
            let _finishing = finishing;
            let course = &waiting.0;
            let carried = AssertUnwindSafe(jobs.carry_out(id, &viewer, once, order, &waiting)).catch_unwind();
            let end = match carried.await {
                Ok(Ok(end)) => end,
                Ok(Err(_)) if course.is_stopped() => End::without(State::Interrupted),
                Ok(Err(Error::Internal(cause))) => {
                    tracing::error!(job = %id, cause = %format!("{cause:#}"), "an import failed");
                    End::without(State::Failed)
                }
                Ok(Err(refused)) => End::refused(None, refused),
                Err(_) => {
                    tracing::error!(job = %id, "an import panicked");
                    End::without(State::Failed)
                }
            };
            if let Err(cause) = jobs.end(id, end, course).await {
                tracing::error!(job = %id, cause = %format!("{cause:#}"), "the end of an import could not be kept");
            }
            course.end();
        });
    }

    async fn carry_out(
        &self,
        id: ImportJobId,
        viewer: &Viewer,
        once: Option<Once>,
        order: Order,
        waiting: &Waiting,
    ) -> Result<End> {
        let (inner, course) = (&self.0, &waiting.0);
        let _turn = inner.turns.acquire().await.map_err(anyhow::Error::from)?;
        course.go_on()?;
        let started = row::ActiveModel {
            state: Set(State::Running),
            started: Set(Some(inner.clock.now())),
            ..Default::default()
        };
        inner.ledger.keep::<Entity>()?.change(started, open(id)).await?;
        let Order { shown, expected, source, columns, limits, overrides, told, dry_run, .. } = order;
        let before = match &shown.content.vintage {
            Some(vintage) => Some(inner.vault.open(&vintage.file).await?),
            None => None,
        };
        let (dataset, decimals) = (shown.record.id, shown.content.layout.decimals);
        let reading = {
            let (scratch, course) = (inner.vault.scratch().clone(), course.clone());
            let source = waiting.over(source);
            move || prepare(&shown.content, before, source, &columns, limits, &scratch, &course)
        };
        let prepared = tokio::task::spawn_blocking(reading).await.map_err(anyhow::Error::from)??;
        let before = imported_before(&inner.db, dataset, &prepared.imported).await?;
        let found = Found { report: prepared.report.clone(), before, decimals };
        if dry_run {
            return Ok(End { state: State::Done, found: Some(found), problems: Vec::new() });
        }
        course.go_on()?;
        let stored = match prepared.store(&inner.vault, overrides).await {
            Ok(stored) => stored,
            Err(Error::Internal(cause)) => return Err(Error::Internal(cause)),
            Err(refused) => return Ok(End::refused(Some(found), refused)),
        };
        // Who they are by now: a role that was taken away since counts no more.
        let asker = viewer_by_account(&inner.db, viewer.account, inner.clock.now()).await?;
        let asker = asker.ok_or(Error::Unauthenticated)?;
        let done = End { state: State::Done, found: Some(found), problems: Vec::new() };
        let row = done.row(course, inner.clock.now())?;
        let writing = inner.ledger.write(&asker, once.as_ref(), async move |work| {
            let record = import(work, dataset, expected, stored, told).await?;
            // With the vintage or not at all; and not at all, if it was given up.
            match ends(&work.db, id, row).await? {
                true => Ok(record),
                false => Err(Error::Internal(anyhow::anyhow!("the import was given up"))),
            }
        });
        match writing.await {
            Ok(_) => Ok(done),
            Err(Error::Internal(cause)) => Err(Error::Internal(cause)),
            Err(refused) => Ok(End::refused(done.found, refused)),
        }
    }

    /// Unless it has ended already.
    async fn end(&self, id: ImportJobId, end: End, course: &Course) -> Result<()> {
        let row = end.row(course, self.0.clock.now())?;
        self.0.ledger.keep::<Entity>()?.change(row, open(id)).await?;
        Ok(())
    }
}

/// Whether the job was still open.
async fn ends(db: &impl ConnectionTrait, id: ImportJobId, row: row::ActiveModel) -> Result<bool> {
    Ok(Entity::update_many().set(row).filter(open(id)).exec(db).await?.rows_affected > 0)
}

impl End {
    fn without(state: State) -> Self {
        Self { state, found: None, problems: Vec::new() }
    }

    fn refused(found: Option<Found>, refused: Error) -> Self {
        let problems = match refused {
            Error::Invalid(problems) => problems,
            Error::Conflict(problem) => vec![*problem],
            other => {
                let say = Say { es: other.told(Lang::Es), en: other.told(Lang::En) };
                let reason = match other {
                    Error::Limited(_) => Reason::TooLarge,
                    _ => Reason::WrongState,
                };
                vec![Problem::new(reason, "input.dataset", say)]
            }
        };
        Self { state: State::Refused, found, problems }
    }

    fn row(&self, course: &Course, now: Moment) -> Result<row::ActiveModel> {
        let found =
            self.found.as_ref().map(serde_json::to_string).transpose().map_err(anyhow::Error::from)?;
        let problems = serde_json::to_string(&self.problems).map_err(anyhow::Error::from)?;
        Ok(row::ActiveModel {
            state: Set(self.state),
            finished: Set(Some(now)),
            rows_read: Set(i64::try_from(course.rows()).unwrap_or(i64::MAX)),
            found: Set(found),
            problems: Set(Some(problems).filter(|_| !self.problems.is_empty())),
            ..Default::default()
        })
    }
}
