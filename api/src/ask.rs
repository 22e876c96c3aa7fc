//! What a resolver may ask of its context: who is asking, a read, a load, a write, the
//! language. Nothing else.

use std::{
    future::poll_fn,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::Duration,
};

use async_graphql::{
    Context, SimpleObject,
    dataloader::{DataLoader, Loader},
    runtime::Timer,
};
use futures::{
    FutureExt, StreamExt,
    future::{self, BoxFuture},
    stream::FuturesUnordered,
    task::{FutureObj, Spawn, SpawnError},
};
use sea_orm::{DatabaseConnection, DbErr};

use crate::{
    access::Viewer,
    clock::Moment,
    error::{Error, Problem, Result},
    ledger::{Answer, Ledger, Once, Work},
    text::Lang,
};

/// The pool that resolvers read through. It cannot write: the database refuses.
#[derive(Clone)]
pub struct Reads(pub DatabaseConnection);

/// Batches the to-one edges of a single request. Each capability implements [`Loader`] on it for
/// its own ids; one is made per request, because what it finds depends on who is asking.
pub struct Loads {
    pub db: DatabaseConnection,
    pub viewer: Arc<Viewer>,
}

/// The loader of one request, and its turns: nothing is loaded but while [`Turns::run`] runs.
pub fn loads(reads: &Reads, viewer: Arc<Viewer>) -> (DataLoader<Loads>, Turns) {
    let turns = Turns::default();
    (DataLoader::new(Loads { db: reads.0.clone(), viewer }, turns.clone(), AtOnce), turns)
}

/// The batches of one request. A batch is read when everything else of the request waits, so that
/// each field has had its turn to join it: never by a timer, and never too early by a thread that
/// happens to be idle.
#[derive(Clone, Default)]
pub struct Turns(Arc<Mutex<Vec<FutureObj<'static, ()>>>>);

impl Spawn for Turns {
    fn spawn_obj(&self, batch: FutureObj<'static, ()>) -> std::result::Result<(), SpawnError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
        Ok(())
    }
}

impl Turns {
    /// Runs a request, and its batches in between.
    pub async fn run<T>(&self, request: impl Future<Output = T>) -> T {
        // Each stands in a set of its own, which asks it again only when it was itself woken: what
        // arrives for a batch must not walk through all the fields that wait for it.
        let mut request = FuturesUnordered::from_iter([request]);
        let mut batches = FuturesUnordered::new();
        poll_fn(|ctx| {
            loop {
                if let Poll::Ready(Some(done)) = request.poll_next_unpin(ctx) {
                    return Poll::Ready(done);
                }
                batches.extend(self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..));
                // Whoever waited for the batch that was read goes on.
                if !matches!(batches.poll_next_unpin(ctx), Poll::Ready(Some(()))) {
                    return Poll::Pending;
                }
            }
        })
        .await
    }
}

/// The turn is what a batch waits for.
struct AtOnce;

impl Timer for AtOnce {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        future::ready(()).boxed()
    }
}

/// What an async-graphql loader needs as error: shared among all who waited for the batch.
pub type Missed = Arc<DbErr>;

pub(crate) trait Ask {
    fn viewer(&self) -> Result<&Viewer>;
    fn db(&self) -> &DatabaseConnection;
    fn lang(&self) -> Lang;
    /// The present moment, by the node's clock.
    fn now(&self) -> Moment;
    /// Whether the client asked for this field of what is being resolved.
    fn wants(&self, field: &str) -> bool;
    async fn load<K>(&self, key: K) -> Result<Option<<Loads as Loader<K>>::Value>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Loads: Loader<K, Error = Missed>;
    async fn load_all<K>(&self, keys: Vec<K>) -> Result<Vec<<Loads as Loader<K>>::Value>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Loads: Loader<K, Error = Missed>;
    /// Carries out a command. What the person can mend comes back as problems.
    async fn write<T: Answer>(
        &self,
        command: impl AsyncFnOnce(&mut Work) -> Result<T>,
    ) -> Result<std::result::Result<T, Vec<UserError>>>;
}

impl Ask for Context<'_> {
    fn viewer(&self) -> Result<&Viewer> {
        self.data_opt::<Arc<Viewer>>().map(AsRef::as_ref).ok_or(Error::Unauthenticated)
    }
    fn db(&self) -> &DatabaseConnection {
        &self.data_unchecked::<Reads>().0
    }
    fn lang(&self) -> Lang {
        self.data_opt::<Lang>().copied().unwrap_or_default()
    }
    fn now(&self) -> Moment {
        self.data_unchecked::<Ledger>().now()
    }
    fn wants(&self, field: &str) -> bool {
        self.look_ahead().field(field).exists()
    }
    async fn load<K>(&self, key: K) -> Result<Option<<Loads as Loader<K>>::Value>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Loads: Loader<K, Error = Missed>,
    {
        let loads = self.data_opt::<DataLoader<Loads>>().ok_or(Error::Unauthenticated)?;
        // In a box: a field is as large as the largest of its type, and each is moved into its place.
        Box::pin(loads.load_one(key)).await.map_err(|cause| Error::Internal(cause.into()))
    }
    async fn load_all<K>(&self, keys: Vec<K>) -> Result<Vec<<Loads as Loader<K>>::Value>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Loads: Loader<K, Error = Missed>,
    {
        let loads = self.data_opt::<DataLoader<Loads>>().ok_or(Error::Unauthenticated)?;
        let found = Box::pin(loads.load_many(keys.clone())).await;
        let mut found = found.map_err(|cause| Error::Internal(cause.into()))?;
        Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
    }
    async fn write<T: Answer>(
        &self,
        command: impl AsyncFnOnce(&mut Work) -> Result<T>,
    ) -> Result<std::result::Result<T, Vec<UserError>>> {
        let once = self.data_opt::<Once>();
        match self.data_unchecked::<Ledger>().write(self.viewer()?, once, command).await {
            Ok(done) => Ok(Ok(done)),
            Err(refused) => {
                let lang = self.lang();
                refused
                    .mendable()
                    .map(|problems| Err(problems.iter().map(|p| UserError::of(p, lang)).collect()))
            }
        }
    }
}

/// Something in the input that you can mend.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// A stable code, listed in `schema/errors.txt`.
    pub code: &'static str,
    /// What is wrong and what would be right, in your language.
    pub message: String,
    /// The place in the input, such as `input.phases.2.name`.
    pub path: String,
}

impl UserError {
    pub fn of(problem: &Problem, lang: Lang) -> Self {
        Self { code: problem.reason.code(), message: problem.say.to(lang).into(), path: problem.path.clone() }
    }
}
