//! Imports that go on without the request that asked for them, so that no request's time bounds them.
//!
//! A job is bookkeeping, like an upload: what it brings about, a vintage, is written through a `Work` like any other,
//! in the name of who asked, with the roles they have by then. The job's own end is written in that same transaction, so
//! a job that says "done" has a vintage, and one that was cancelled never gets one.
//!
//! A node that is killed leaves its jobs as they were. Each names the run that carries it out, and a run holds a lock as
//! long as it lives: of a run that is dead nothing more comes, and its jobs say so.

mod graphql;
mod row;
mod running;
mod runs;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use chrono::TimeDelta;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseConnection};
use tokio::sync::{RwLock, Semaphore};
use uuid::Uuid;

pub use graphql::{ImportJob, JobMutation, JobQuery, one};
pub use row::{Entity as ImportJobEntity, State as ImportJobState, seen};
pub use running::Order;

use row::{Column, Entity, Model, State};
use runs::Runs;

use super::course::{Course, Waiting};
use crate::{
    access::Viewer,
    clock::{Clock, Moment},
    error::{Error, Problem, Reason, Result},
    ids::ImportJobId,
    ledger::{Ledger, Once},
    say,
    vault::Vault,
};

/// How long is known what became of a job.
const KEPT_FOR: TimeDelta = TimeDelta::days(7);
/// So many are carried out at once; the others wait. Each takes the memory of an import.
const AT_ONCE: usize = 2;
/// So many of an account may be unfinished.
const MOST_OPEN: u64 = 8;
/// So many courses are remembered of jobs that have ended.
const MOST_ENDED: usize = 64;

#[derive(Clone)]
pub struct Jobs(Arc<Inner>);

struct Inner {
    db: DatabaseConnection,
    ledger: Ledger,
    vault: Vault,
    clock: Clock,
    runs: Runs,
    courses: Mutex<BTreeMap<ImportJobId, Arc<Course>>>,
    turns: Semaphore,
    /// Held by every job that has begun.
    finishing: Arc<RwLock<()>>,
    closed: AtomicBool,
}

impl Jobs {
    /// Jobs of a node on its folder.
    pub fn new(db: DatabaseConnection, ledger: Ledger, vault: Vault, clock: Clock, folder: &Path) -> Self {
        Self(Arc::new(Inner {
            db,
            ledger,
            vault,
            clock,
            runs: Runs::in_folder(folder),
            courses: Mutex::default(),
            turns: Semaphore::new(AT_ONCE),
            finishing: Arc::default(),
            closed: AtomicBool::new(false),
        }))
    }

    /// Takes an order on: it is carried out from now on, whoever goes away. The same request sent again with its key
    /// gives the job that it began.
    pub async fn begin(&self, viewer: &Viewer, once: Option<&Once>, order: Order) -> Result<ImportJobId> {
        let inner = &self.0;
        let run = inner.runs.own()?;
        self.clear(run).await?;
        if let Some(once) = once
            && let Some(known) = row::of_key(&inner.db, viewer.account, &once.key).await?
        {
            return begun_by(&known, once);
        }
        if inner.closed.load(Relaxed) {
            return Err(Error::Limited(say!(
                "el nodo se está deteniendo; repita después",
                "the node is stopping; repeat later"
            )));
        }
        if row::open_of(&inner.db, viewer.account, run, MOST_OPEN).await? >= MOST_OPEN {
            return Err(Error::Limited(say!(
                "tiene {MOST_OPEN} importaciones sin terminar; espere, o cancele alguna",
                "you have {MOST_OPEN} imports that have not ended; wait, or cancel one"
            )));
        }
        let id = ImportJobId::new();
        let waiting = Waiting::default();
        // Before anybody can read of it.
        self.remember(id, waiting.0.clone());
        let job = Model {
            id,
            account_id: viewer.account,
            institution_id: viewer.institution,
            dataset_id: order.shown.record.id,
            run,
            state: State::Waiting,
            dry_run: order.dry_run,
            bytes: i64::try_from(order.bytes).unwrap_or(i64::MAX),
            rows_read: 0,
            at: inner.clock.now(),
            started: None,
            finished: None,
            found: None,
            problems: None,
            key: once.map(|once| once.key.clone()),
            request: once.map(|once| once.request.clone()),
        };
        match (inner.ledger.keep::<Entity>()?.add(job).await, once) {
            (Ok(()), _) => {}
            // Another request of this key was quicker.
            (Err(error), Some(once)) => {
                let known = row::of_key(&inner.db, viewer.account, &once.key).await?;
                return known.map_or(Err(error), |known| begun_by(&known, once));
            }
            (Err(error), None) => return Err(error),
        }
        self.start(id, viewer.clone(), once.cloned(), order, waiting).await;
        Ok(id)
    }

    /// Gives a job up: nothing of it is stored from here on. One that was given up before stays so.
    pub async fn cancel(&self, viewer: &Viewer, id: ImportJobId) -> Result<()> {
        let missing = || Error::NotFound(say!("una importación", "import job"));
        let job = seen(&self.0.db, viewer, id).await?.ok_or_else(missing)?;
        let over = || {
            let say =
                say!("ya terminó: no hay qué cancelar", "it has ended already: there is nothing to cancel");
            Problem::new(Reason::WrongState, "input.job", say).into()
        };
        match self.state(&job) {
            State::Cancelled => return Ok(()),
            State::Waiting | State::Running => {}
            _ => return Err(over()),
        }
        let course = self.course(id);
        let rows_read = course.as_ref().map_or(0, |course| course.rows());
        let cancelled = row::ActiveModel {
            state: Set(State::Cancelled),
            finished: Set(Some(self.0.clock.now())),
            rows_read: Set(rows_read as i64),
            ..Default::default()
        };
        if self.0.ledger.keep::<Entity>()?.change(cancelled, open(id)).await? == 0 {
            return Err(over());
        }
        if let Some(course) = course {
            course.stop();
        }
        Ok(())
    }

    /// How a job stands, whatever was written of it: of a run that is dead nothing more comes.
    pub fn state(&self, job: &Model) -> State {
        let goes_on = match self.0.runs.is_own(job.run) {
            true => self.course(job.id).is_some(),
            false => self.0.runs.is_alive(job.run),
        };
        if State::OPEN.contains(&job.state) && !goes_on { State::Interrupted } else { job.state }
    }

    /// How far a job of this running node has come.
    pub fn course(&self, id: ImportJobId) -> Option<Arc<Course>> {
        self.0.courses.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn remember(&self, id: ImportJobId, course: Arc<Course>) {
        let mut courses = self.0.courses.lock().unwrap_or_else(PoisonError::into_inner);
        while courses.values().filter(|course| course.has_ended()).count() > MOST_ENDED {
            let oldest = courses.iter().find(|(_, course)| course.has_ended()).map(|(id, _)| *id);
            oldest.and_then(|id| courses.remove(&id));
        }
        courses.insert(id, course);
    }

    /// Takes away what is over, and not what still runs here, whatever the clock says.
    async fn clear(&self, own: Uuid) -> Result<()> {
        let over = Moment::from(self.0.clock.now().0 - KEPT_FOR);
        let runs = Condition::all().add(Column::Run.eq(own)).add(Column::State.is_in(State::OPEN));
        let old = Condition::all().add(Column::At.lt(over)).add(runs.not());
        self.0.ledger.keep::<Entity>()?.remove(old).await?;
        self.0.runs.clear(KEPT_FOR);
        Ok(())
    }

    /// Stops what runs, and waits until that is written down.
    pub async fn close(&self) {
        self.0.closed.store(true, Relaxed);
        let courses: Vec<_> =
            self.0.courses.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        courses.iter().for_each(|course| course.stop());
        drop(self.0.finishing.write().await);
    }
}

fn begun_by(known: &Model, once: &Once) -> Result<ImportJobId> {
    if known.request.as_deref() == Some(once.request.as_str()) {
        return Ok(known.id);
    }
    let say = say!(
        "esta clave ya se usó para otra petición; use una nueva",
        "this key was used for another request; use a new one"
    );
    Err(Problem::new(Reason::KeyReused, "Idempotency-Key", say).into())
}

/// The job, as long as something may come of it.
fn open(id: ImportJobId) -> Condition {
    Condition::all().add(Column::Id.eq(id)).add(Column::State.is_in(State::OPEN))
}
