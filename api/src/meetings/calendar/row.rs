//! A private address of a calendar.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Moment,
    ids::{AccountId, CalendarId},
    text::Lang,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "calendar")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CalendarId,
    pub account_id: AccountId,
    /// Only meetings that the account's country hosts or is invited to.
    pub of_delegation: bool,
    /// `es` or `en`.
    pub lang: String,
    /// SHA-256 of the secret in the address.
    pub secret_hash: String,
    pub at: Moment,
    pub revoked_at: Option<Moment>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn lang(&self) -> Lang {
        if self.lang == "en" { Lang::En } else { Lang::Es }
    }
}
