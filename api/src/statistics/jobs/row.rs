//! What is kept of an import that goes on without its request.

use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    access::{Action, Kind, Viewer},
    clock::Moment,
    error::{Problem, Result},
    ids::{AccountId, ImportJobId, InstitutionId, RecordId},
    ledger::Kept,
    records,
    statistics::reading::Report,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportJobId,
    pub account_id: AccountId,
    pub institution_id: InstitutionId,
    pub dataset_id: RecordId,
    /// Which running node carries it out.
    pub run: Uuid,
    pub state: State,
    pub dry_run: bool,
    /// Of the file.
    pub bytes: i64,
    /// When it ended; while it runs, its course knows.
    pub rows_read: i64,
    pub at: Moment,
    pub started: Option<Moment>,
    pub finished: Option<Moment>,
    /// [`Found`], as JSON.
    pub found: Option<String>,
    /// [`Problem`]s, as JSON.
    pub problems: Option<String>,
    /// The key of the request, and the request's hash: sent again, it is the same job.
    pub key: Option<String>,
    pub request: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Kept for Entity {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
pub enum State {
    Waiting,
    Running,
    Done,
    Refused,
    Cancelled,
    Interrupted,
    Failed,
}

impl State {
    /// Of which something may still come.
    pub const OPEN: [Self; 2] = [Self::Waiting, Self::Running];
}

/// What reading the file found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Found {
    pub report: Report,
    /// The vintage that was made of this very file before.
    pub before: Option<u32>,
    pub decimals: u8,
}

impl Model {
    pub fn found(&self) -> Result<Option<Found>> {
        read(self.found.as_deref())
    }

    pub fn problems(&self) -> Result<Vec<Problem>> {
        Ok(read(self.problems.as_deref())?.unwrap_or_default())
    }
}

fn read<T: serde::de::DeserializeOwned>(text: Option<&str>) -> Result<Option<T>> {
    Ok(text.map(serde_json::from_str).transpose().map_err(anyhow::Error::from)?)
}

/// The job of that id: for who asked for it, and for whoever of their institution may import into a dataset that they
/// see.
#[expect(clippy::disallowed_methods, reason = "a job is its institution's alone: this is the filter")]
pub async fn seen(db: &impl ConnectionTrait, viewer: &Viewer, id: ImportJobId) -> Result<Option<Model>> {
    if !viewer.may_ever(Action::Draft(Kind::Dataset)) {
        return Ok(None);
    }
    let of_institution = Entity::find()
        .filter(Column::Id.eq(id))
        .filter(Column::InstitutionId.eq(viewer.institution))
        .one(db)
        .await?;
    let Some(job) = of_institution else { return Ok(None) };
    let sees = job.account_id == viewer.account
        || !records::held(db, Kind::Dataset, viewer, &[job.dataset_id]).await?.is_empty();
    Ok(sees.then_some(job))
}

/// The job that the account's request of this key began.
#[expect(clippy::disallowed_methods, reason = "the account's own")]
pub async fn of_key(db: &impl ConnectionTrait, account: AccountId, key: &str) -> Result<Option<Model>> {
    let own = Entity::find().filter(Column::AccountId.eq(account)).filter(Column::Key.eq(key));
    Ok(own.one(db).await?)
}

/// How many of the account's jobs this running node has not ended yet.
#[expect(clippy::disallowed_methods, reason = "the account's own")]
pub async fn open_of(db: &impl ConnectionTrait, account: AccountId, run: Uuid, most: u64) -> Result<u64> {
    let own = Entity::find()
        .filter(Column::AccountId.eq(account))
        .filter(Column::Run.eq(run))
        .filter(Column::State.is_in(State::OPEN))
        .order_by_asc(Column::Id)
        .limit(most);
    Ok(own.all(db).await?.len() as u64)
}
