//! The versions of the minutes, and who approved which. Rows are added only.

use sea_orm::{QueryOrder, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    clock::Moment,
    ids::{AccountId, RecordId},
    text::Text,
};

pub use approval::Entity as ApprovalRow;
pub use version::Entity as VersionRow;

pub mod version {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "minutes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub meeting_id: RecordId,
        /// From 1 on.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// What it says, as canonical JSON.
        pub content: String,
        /// SHA-256 of `content`.
        pub hash: String,
        pub account_id: AccountId,
        pub at: Moment,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod approval {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "minutes_approval")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub meeting_id: RecordId,
        /// The version that was approved.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub country: String,
        pub hash: String,
        pub by_host: bool,
        pub account_id: AccountId,
        pub at: Moment,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What the minutes say. The order of the fields is part of what is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub items: Vec<Entry>,
    /// What was corrected and why, where somebody had approved the version before.
    pub correction: Option<Text>,
}

/// What happened on one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The key of the item.
    pub item: String,
    pub summary: Text,
    pub decisions: Vec<Text>,
}

/// The versions of a meeting's minutes, in order.
#[expect(clippy::disallowed_methods, reason = "of a meeting in which the viewer takes part")]
pub async fn versions(db: &impl ConnectionTrait, meeting: RecordId) -> Result<Vec<version::Model>, DbErr> {
    let of = version::Column::MeetingId.eq(meeting);
    VersionRow::find().filter(of).order_by_asc(version::Column::Number).all(db).await
}

/// Every approval of any version of a meeting's minutes.
#[expect(clippy::disallowed_methods, reason = "of a meeting in which the viewer takes part")]
pub async fn approvals(db: &impl ConnectionTrait, meeting: RecordId) -> Result<Vec<approval::Model>, DbErr> {
    let of = approval::Column::MeetingId.eq(meeting);
    let rows = ApprovalRow::find().filter(of).order_by_asc(approval::Column::Number);
    rows.order_by_asc(approval::Column::Country).all(db).await
}
