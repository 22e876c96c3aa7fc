//! One release of a record: to whom, under which instrument, for what purpose.

use sea_orm::entity::prelude::*;

use crate::{
    access::Party,
    clock::Moment,
    ids::{AccountId, RecordId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "share")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub record_id: RecordId,
    pub revision: i32,
    /// The parties, as JSON.
    pub parties: String,
    pub instrument: String,
    pub purpose: String,
    pub account_id: AccountId,
    pub at: Moment,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn parties(&self) -> Vec<Party> {
        serde_json::from_str(&self.parties).unwrap_or_default()
    }
}
