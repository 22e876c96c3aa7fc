//! A revision of a record. What it says is fixed once written; how far it has come is not.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::{
    access::Handling,
    clock::Moment,
    ids::{AccountId, RecordId},
    text::Text,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "revision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: RecordId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub state: State,
    pub handling: Handling,
    /// Canonical JSON: the text that `hash` is over.
    pub content: String,
    /// SHA-256 of `content`, hexadecimal.
    pub hash: String,
    /// Folded text for filters.
    pub search: String,
    /// The first and the last day that the content speaks of.
    pub starts: Option<NaiveDate>,
    pub ends: Option<NaiveDate>,
    /// What the author says of this revision.
    pub note: Option<String>,
    pub author_id: AccountId,
    pub at: Moment,
    pub approver_id: Option<AccountId>,
    pub approved_at: Option<Moment>,
    pub releaser_id: Option<AccountId>,
    pub released_at: Option<Moment>,
    pub retracted_at: Option<Moment>,
    pub retractor_id: Option<AccountId>,
    /// Why it was retracted: a [`Text`], as JSON.
    pub retraction: Option<String>,
}

impl Model {
    pub fn retraction(&self) -> Option<Text> {
        serde_json::from_str(self.retraction.as_deref()?).ok()
    }
}

/// How far a revision has come.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
#[graphql(name = "RevisionState")]
pub enum State {
    /// Being written.
    Draft,
    /// Waiting for approval.
    Submitted,
    /// Approved by a second person, not yet released.
    Approved,
    /// Released to an audience.
    Released,
    /// Released, and then found to be wrong. It stays to be seen, and is not to be used.
    Retracted,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
