use std::{path::PathBuf, sync::Arc};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait, IntoActiveModel,
    QueryOrder, QuerySelect, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{RwLock, watch};

use super::{
    entry::{self, GENESIS},
    event::Event,
    head::{Head, Seal},
    once::{self, Answer, Once},
};
use crate::{
    access::{Action, Keys, Standing, Viewer},
    clock::{Clock, Moment},
    error::{Error, Result},
};

/// Hands out units of work, and tells followers when the ledger has grown. Holds the only pool
/// that can write.
#[derive(Clone)]
pub struct Ledger {
    db: DatabaseConnection,
    clock: Clock,
    seal: Arc<Seal>,
    grown: watch::Sender<i64>,
    /// Held by every commit that has begun.
    finishing: Arc<RwLock<()>>,
}

/// One actor, one transaction, and what it will say in the ledger.
pub struct Work {
    pub db: DatabaseTransaction,
    pub viewer: Viewer,
    pub clock: Clock,
    events: Vec<Event>,
}

impl Ledger {
    pub fn new(db: DatabaseConnection, clock: Clock, keys: Keys, head: PathBuf) -> Self {
        Self {
            db,
            clock,
            seal: Arc::new(Seal::new(keys, head)),
            grown: watch::Sender::new(0),
            finishing: Arc::default(),
        }
    }

    /// The same ledger by another clock, for a play that is set in the past.
    pub fn by(&self, clock: Clock) -> Self {
        Self { clock, ..self.clone() }
    }

    /// The present moment, by the node's clock.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Wakes whenever entries were added here; what they are is read from the ledger.
    pub fn follow(&self) -> watch::Receiver<i64> {
        self.grown.subscribe()
    }

    /// Carries out one command: all of it, entries included, or nothing.
    pub async fn write<T: Answer>(
        &self,
        viewer: &Viewer,
        once: Option<&Once>,
        command: impl AsyncFnOnce(&mut Work) -> Result<T>,
    ) -> Result<T> {
        let db = self.begin().await?;
        if let Some(once) = once
            && let Some(answer) = once::claim(&db, viewer, once, self.clock.now()).await?
        {
            return Ok(answer);
        }
        let mut work = Work { db, viewer: viewer.clone(), clock: self.clock.clone(), events: Vec::new() };
        let answer = command(&mut work).await?;
        if let Some(once) = once {
            once::remember(&work.db, viewer, once, &answer).await?;
        }
        self.finish(work).await?;
        Ok(answer)
    }

    /// Commits and seals, to the end: a caller that goes away in the middle does not leave a commit
    /// without its head.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    async fn finish(&self, work: Work) -> Result<()> {
        let (ledger, finishing) = (self.clone(), self.finishing.clone().read_owned().await);
        let finish = async move {
            let _finishing = finishing;
            let head = work.commit().await?;
            // The commit stands: a head that cannot be written is the operator's concern, not the caller's.
            if let Err(cause) = ledger.seal.set(&head) {
                tracing::error!(cause = %format!("{cause:#}"), "the head of the ledger could not be written");
            }
            ledger.grown.send_if_modified(|number| {
                let grown = *number < head.number;
                *number = head.number.max(*number);
                grown
            });
            Ok(())
        };
        tokio::spawn(finish).await.map_err(anyhow::Error::from)?
    }

    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(self.db.begin_with_options(options).await?)
    }

    /// The head as it is kept outside the database.
    pub fn head(&self) -> anyhow::Result<Option<Head>> {
        self.seal.get()
    }

    /// Signs the head anew after a change of keys.
    pub fn renew_head(&self) -> anyhow::Result<()> {
        self.seal.renew()
    }

    /// Closes the writing pool, once what runs has finished.
    pub async fn close(&self) -> Result<()> {
        let _finished = self.finishing.write().await;
        Ok(self.db.clone().close().await?)
    }

    /// The pool that can write, for bookkeeping.
    pub(super) fn books(&self) -> &DatabaseConnection {
        &self.db
    }

    /// The pool that can write, for migrations and for a restore into an empty database.
    pub fn groundwork(&self) -> &DatabaseConnection {
        &self.db
    }
}

impl Work {
    /// May the viewer do this to a record that stands so to them?
    pub fn permit(&self, action: Action, standing: Standing) -> Result<()> {
        if self.viewer.may(action, standing) { Ok(()) } else { Err(Error::Forbidden(action.say())) }
    }

    pub fn record(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Appends under a lock, so that the number is the order of commit and a follower who has seen
    /// entry 7 can never later meet a new entry 6. A number is head + 1: a serial would leave gaps.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    async fn commit(self) -> Result<Head> {
        if self.events.is_empty() {
            return Err(anyhow::anyhow!("a command changed something and recorded nothing").into());
        }
        if self.db.get_database_backend() == DbBackend::Postgres {
            self.db.execute_unprepared("SELECT pg_advisory_xact_lock(4919)").await?;
        }
        let newest: Option<(i64, String)> = entry::Entity::find()
            .select_only()
            .columns([entry::Column::Number, entry::Column::Hash])
            .order_by_desc(entry::Column::Number)
            .limit(1)
            .into_tuple()
            .one(&self.db)
            .await?;
        let mut newest = newest.unwrap_or((0, GENESIS.into()));
        let at = self.clock.now();
        let (mut entries, mut parties) = (Vec::new(), Vec::new());
        for event in &self.events {
            let entry = entry::Model::next(event, self.viewer.account, at, &newest);
            newest = (entry.number, entry.hash.clone());
            parties.extend(entry::told(event).iter().map(|party| entry::party_row(party, entry.number)));
            entries.push(entry.into_active_model());
        }
        // A statement takes only so many values.
        for some in entries.chunks(500) {
            entry::Entity::insert_many(some.to_vec()).exec_without_returning(&self.db).await?;
        }
        for some in parties.chunks(2_000) {
            entry::party::Entity::insert_many(some.to_vec()).exec_without_returning(&self.db).await?;
        }
        self.db.commit().await?;
        Ok(Head { number: newest.0, hash: newest.1, at })
    }
}
