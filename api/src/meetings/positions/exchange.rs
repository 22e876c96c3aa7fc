//! A sealed exchange of positions: between whom, and when it opens.

use sea_orm::{QueryOrder, entity::prelude::*};

use crate::{
    clock::Moment,
    ids::{AccountId, ExchangeId, RecordId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "position_exchange")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExchangeId,
    pub meeting_id: RecordId,
    /// The delegations, ISO 3166-1 alpha-2, as JSON.
    pub countries: String,
    /// When it opens, if it does not before.
    pub opens_at: Option<Moment>,
    /// When the last delegation of the list handed in, if all did in time.
    pub complete_at: Option<Moment>,
    pub account_id: AccountId,
    pub at: Moment,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn countries(&self) -> Vec<String> {
        serde_json::from_str(&self.countries).unwrap_or_default()
    }

    pub fn is_between(&self, country: &str) -> bool {
        self.countries().iter().any(|one| one == country)
    }

    /// Since when it is open, if it is by now. Nothing has to happen for that: it is the clock.
    pub fn opened(&self, now: Moment) -> Option<Moment> {
        let by_time = self.opens_at.filter(|at| *at <= now);
        [self.complete_at, by_time].into_iter().flatten().min()
    }
}

/// The exchanges of some meetings, in the order in which they were called.
#[expect(clippy::disallowed_methods, reason = "of meetings that are shown")]
pub async fn of_meetings(db: &impl ConnectionTrait, meetings: &[RecordId]) -> Result<Vec<Model>, DbErr> {
    let of = Column::MeetingId.is_in(meetings.iter().copied());
    Entity::find().filter(of).order_by_asc(Column::Id).all(db).await
}

/// The exchange of this id, whosever: what of it is for the viewer is for the caller to see to.
#[expect(clippy::disallowed_methods, reason = "the meeting it belongs to is looked up through the filter")]
pub async fn by_id(db: &impl ConnectionTrait, id: ExchangeId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}
