//! An account holds a post from one day to another.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, AppointmentId, PostId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "appointment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppointmentId,
    pub account_id: AccountId,
    pub post_id: PostId,
    /// The first day.
    pub since: NaiveDate,
    /// The first day no more; none while it lasts.
    pub until: Option<NaiveDate>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
