//! Whose an uploaded file is.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Moment,
    ids::{AccountId, FileId, InstitutionId},
    ledger::Kept,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FileId,
    pub account_id: AccountId,
    pub institution_id: InstitutionId,
    pub sha256: String,
    pub bytes: i64,
    pub at: Moment,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Kept for Entity {}
