//! A commitment as it was made. It is never changed.

use chrono::NaiveDate;
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};
use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use crate::{
    clock::Moment,
    ids::{AccountId, AgreementId, InstitutionId, RecordId},
    text::Text,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "meeting_commitment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgreementId,
    pub meeting_id: RecordId,
    /// Its number in the meeting, from 1 on.
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

/// How far a commitment binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "CommitmentNature")]
pub enum Nature {
    /// A political will.
    Political,
    /// Work between services.
    Technical,
    /// An obligation under law.
    LegallyBinding,
}

/// Who is responsible in a country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Responsible {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub institutions: Vec<InstitutionId>,
}

/// What a commitment says. The order of the fields is part of what is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    pub text: Text,
    pub nature: Nature,
    pub responsible: Vec<Responsible>,
    pub due: NaiveDate,
    /// By what one sees that it was kept.
    pub indicator: Option<Text>,
    pub evidence: Option<Evidence>,
}

/// The meetings that have commitments, whosever.
#[expect(clippy::disallowed_methods, reason = "ids only, which are then looked up through the filter")]
pub async fn meetings(db: &impl ConnectionTrait) -> Result<Vec<RecordId>, DbErr> {
    let ids = Entity::find().select_only().column(Column::MeetingId).distinct();
    ids.into_tuple().all(db).await
}

/// The commitments of some meetings, the latest made first.
#[expect(clippy::disallowed_methods, reason = "of meetings in which the viewer takes part")]
pub async fn of_meetings(db: &impl ConnectionTrait, meetings: &[RecordId]) -> Result<Vec<Model>, DbErr> {
    let of = Column::MeetingId.is_in(meetings.iter().copied());
    Entity::find().filter(of).order_by_desc(Column::Id).all(db).await
}

/// The commitment of this id, whosever: what of it is for the viewer is for the caller to see to.
#[expect(clippy::disallowed_methods, reason = "the meeting it belongs to is looked up through the filter")]
pub async fn by_id(db: &impl ConnectionTrait, id: AgreementId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}
