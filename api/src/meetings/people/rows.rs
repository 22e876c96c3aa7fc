//! Participants, and the order in which delegations speak on an item.

use sea_orm::{QueryOrder, entity::prelude::*};

use crate::{
    clock::Moment,
    ids::{AccountId, ParticipantId, RecordId},
    text::Text,
};

pub use order::Entity as OrderRow;
pub use participant::Entity as ParticipantRow;

pub mod participant {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "participant")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ParticipantId,
        pub meeting_id: RecordId,
        /// Whose it is, ISO 3166-1 alpha-2.
        pub country: String,
        /// From 1 on, of that country; no number is given twice.
        pub number: i32,
        pub name: String,
        /// A [`Text`] as JSON.
        pub post: String,
        pub account_id: AccountId,
        pub at: Moment,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        pub fn post(&self) -> Text {
            serde_json::from_str(&self.post).unwrap_or_else(|_| Text::spanish(""))
        }

        /// What stands on the badge: `GT-3`.
        pub fn badge(&self) -> String {
            format!("{}-{}", self.country, self.number)
        }
    }
}

pub mod order {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "speaking_order")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub meeting_id: RecordId,
        /// The key of the item.
        #[sea_orm(primary_key, auto_increment = false)]
        pub item: String,
        /// Countries, as a JSON list.
        pub countries: String,
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
    }
}

/// The participants of a meeting, by country and number.
#[expect(
    clippy::disallowed_methods,
    reason = "of a meeting that is shown; whose are for whom is cut by the fields"
)]
pub async fn participants(
    db: &impl ConnectionTrait,
    meeting: RecordId,
    country: Option<&str>,
) -> Result<Vec<participant::Model>, DbErr> {
    let mut rows = ParticipantRow::find().filter(participant::Column::MeetingId.eq(meeting));
    if let Some(country) = country {
        rows = rows.filter(participant::Column::Country.eq(country));
    }
    rows.order_by_asc(participant::Column::Country).order_by_asc(participant::Column::Number).all(db).await
}

#[expect(clippy::disallowed_methods, reason = "whose it is is asked before anything is told of it")]
pub async fn participant(
    db: &impl ConnectionTrait,
    id: ParticipantId,
) -> Result<Option<participant::Model>, DbErr> {
    ParticipantRow::find_by_id(id).one(db).await
}

/// The speaking orders of a meeting.
#[expect(clippy::disallowed_methods, reason = "of a meeting in which the viewer takes part")]
pub async fn orders(db: &impl ConnectionTrait, meeting: RecordId) -> Result<Vec<order::Model>, DbErr> {
    OrderRow::find().filter(order::Column::MeetingId.eq(meeting)).all(db).await
}
