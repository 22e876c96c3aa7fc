//! A request that is sent twice is carried out once: what an `Idempotency-Key` was answered with.

use sea_orm::{DatabaseTransaction, QuerySelect, Set, entity::prelude::*, sea_query::OnConflict};

use crate::{
    access::Viewer,
    clock::Moment,
    error::{Problem, Reason, Result},
    say,
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "answered")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of the request, so that a key is not used for two.
    pub request: String,
    /// The global id of the record that the command made or changed.
    pub answer: String,
    pub at: Moment,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How long a key is remembered.
const REMEMBERED: chrono::TimeDelta = chrono::TimeDelta::hours(24);

/// The key a client gave, and the hash of what it came with.
#[derive(Clone, Debug)]
pub struct Once {
    pub key: String,
    pub request: String,
}

/// What a command answers with, in a form that can be remembered.
pub trait Answer: Sized {
    fn remembered(&self) -> String;
    fn recalled(text: &str) -> Option<Self>;
}

/// Claims the key for this transaction, or gives what it was answered with before. A second
/// request with the same key waits here until the first has committed.
#[expect(clippy::disallowed_methods, reason = "bookkeeping: nobody's record")]
pub(super) async fn claim<T: Answer>(
    db: &DatabaseTransaction,
    viewer: &Viewer,
    once: &Once,
    now: Moment,
) -> Result<Option<T>> {
    Entity::delete_many().filter(Column::At.lt(Moment::from(now.0 - REMEMBERED))).exec(db).await?;
    let claim = ActiveModel {
        account_id: Set(viewer.account.0),
        key: Set(once.key.clone()),
        request: Set(once.request.clone()),
        answer: Set(String::new()),
        at: Set(now),
    };
    let nothing = OnConflict::columns([Column::AccountId, Column::Key]).do_nothing().to_owned();
    if Entity::insert(claim).on_conflict(nothing).exec_without_returning(db).await? > 0 {
        return Ok(None);
    }
    let known = Entity::find()
        .filter(Column::AccountId.eq(viewer.account.0))
        .filter(Column::Key.eq(&once.key))
        .lock_shared()
        .one(db)
        .await?;
    match known {
        Some(known) if known.request == once.request => Ok(T::recalled(&known.answer)),
        _ => Err(Problem::new(
            Reason::KeyReused,
            "Idempotency-Key",
            say!(
                "esta clave ya se usó para otra petición; use una nueva",
                "this key was used for another request; use a new one"
            ),
        )
        .into()),
    }
}

pub(super) async fn remember<T: Answer>(
    db: &DatabaseTransaction,
    viewer: &Viewer,
    once: &Once,
    answer: &T,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Answer, Expr::value(answer.remembered()))
        .filter(Column::AccountId.eq(viewer.account.0))
        .filter(Column::Key.eq(&once.key))
        .exec(db)
        .await?;
    Ok(())
}

macro_rules! answers {
    ($($id:ident),+) => {$(
        impl Answer for crate::ids::$id {
            fn remembered(&self) -> String {
                self.global()
            }
            fn recalled(text: &str) -> Option<Self> {
                Self::parse_global(text)
            }
        }
    )+};
}

answers!(
    InstitutionId,
    PostId,
    AccountId,
    AppointmentId,
    RecordId,
    MappingId,
    ReceptionPointId,
    CapacityReportId,
    CapacityShareId,
    GapId,
    ActivationId,
    CalendarId,
    DocumentId
);
