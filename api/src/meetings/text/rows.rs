//! The rows of a negotiated text: what it is, and its versions, which are only added.

use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

use crate::{
    clock::Moment,
    error::Result,
    ids::{AccountId, RecordId, TextId},
};

pub use text::Entity as TextRow;
pub use version::Entity as VersionRow;

pub mod text {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "negotiated_text")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: TextId,
        pub meeting_id: RecordId,
        /// The number of the newest version.
        pub newest: i32,
        /// SHA-256 of the words, while they are put to adoption and after.
        pub hash: Option<String>,
        pub adopted_at: Option<Moment>,
        /// From which version on those see it who negotiate nothing.
        pub observers_from: Option<i32>,
        pub at: Moment,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod version {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "text_version")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub text_id: TextId,
        /// From 1 on.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// What was done.
        pub act: Act,
        /// By or for which country, ISO 3166-1 alpha-2.
        pub country: String,
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

/// What led to a version of a text.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
#[graphql(name = "TextAct")]
pub enum Act {
    /// The host began or edited it.
    Edited,
    /// A delegation proposed an alternative.
    Proposed,
    /// A delegation supported an alternative, or did so no longer.
    Supported,
    /// The host settled a paragraph.
    Settled,
    /// The host opened a silence procedure.
    SilenceOpened,
    /// A delegation broke a silence.
    SilenceBroken,
    /// The host put it to adoption.
    Put,
}

/// The texts of some meetings, in the order in which they were begun.
#[expect(
    clippy::disallowed_methods,
    reason = "of meetings that are shown; what of it is for whom is in `sight`"
)]
pub async fn of_meetings(
    db: &impl ConnectionTrait,
    meetings: &[RecordId],
) -> Result<Vec<text::Model>, DbErr> {
    let of = text::Column::MeetingId.is_in(meetings.iter().copied());
    TextRow::find().filter(of).order_by_asc(text::Column::Id).all(db).await
}

/// The text of this id, whosever: what of it is for the viewer is for the caller to see to.
#[expect(clippy::disallowed_methods, reason = "the meeting it belongs to is looked up through the filter")]
pub async fn by_id(db: &impl ConnectionTrait, id: TextId) -> Result<Option<text::Model>, DbErr> {
    TextRow::find_by_id(id).one(db).await
}

#[expect(clippy::disallowed_methods, reason = "a version is reached through its text")]
pub async fn versions(
    db: &impl ConnectionTrait,
    wanted: impl IntoIterator<Item = (TextId, i32)>,
) -> Result<Vec<version::Model>, DbErr> {
    let mut any = sea_orm::Condition::any();
    for (text, number) in wanted {
        let one = sea_orm::Condition::all().add(version::Column::TextId.eq(text));
        any = any.add(one.add(version::Column::Number.eq(number)));
    }
    if any.is_empty() {
        return Ok(Vec::new());
    }
    VersionRow::find().filter(any).all(db).await
}

/// What is told of a version without its content: number, act, country, when.
pub type Step = (i32, Act, String, Moment);

/// How a text came about, from a version on.
#[expect(clippy::disallowed_methods, reason = "a version is reached through its text")]
pub async fn steps(db: &impl ConnectionTrait, text: TextId, from: i32) -> Result<Vec<Step>> {
    use version::Column;
    Ok(VersionRow::find()
        .filter(Column::TextId.eq(text))
        .filter(Column::Number.gte(from))
        .order_by_asc(Column::Number)
        .select_only()
        .columns([Column::Number, Column::Act, Column::Country, Column::At])
        .into_tuple()
        .all(db)
        .await?)
}
