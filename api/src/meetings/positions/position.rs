//! What a delegation writes for its own country on an item: its position, what is said, and where it
//! does not yield. Each saving is a row; the latest holds.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::{QueryOrder, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    access::{Action, Standing, Viewer},
    ask::{Loads, Missed},
    clock::Moment,
    ids::{AccountId, MeetingId, RecordId},
    text::Text,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "position")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub meeting_id: RecordId,
    /// Whose it is, ISO 3166-1 alpha-2.
    #[sea_orm(primary_key, auto_increment = false)]
    pub country: String,
    /// The key of the item.
    #[sea_orm(primary_key, auto_increment = false)]
    pub item: String,
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

/// What a position says. The order of the fields is part of what is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub position: Text,
    /// What is said in the room (líneas discursivas).
    pub lines_to_take: Option<Text>,
    /// Where the delegation does not yield (líneas rojas).
    pub red_lines: Option<Text>,
}

/// The country whose positions the viewer reads: their own, and none if no role of theirs does.
pub fn country_of(viewer: &Viewer) -> Option<&str> {
    viewer.country.as_deref().filter(|_| viewer.may(Action::ReadPositions, Standing::Compatriot))
}

/// The latest positions of the viewer's country in some meetings, by meeting and item.
#[expect(clippy::disallowed_methods, reason = "of meetings that are shown, and of the own country only")]
pub async fn of_own_country(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    meetings: &[RecordId],
) -> Result<Vec<Model>, DbErr> {
    let Some(country) = country_of(viewer) else { return Ok(Vec::new()) };
    let rows = Entity::find()
        .filter(Column::MeetingId.is_in(meetings.iter().copied()))
        .filter(Column::Country.eq(country))
        .order_by_asc(Column::MeetingId)
        .order_by_asc(Column::Item)
        .order_by_asc(Column::Number)
        .all(db)
        .await?;
    let mut latest: Vec<Model> = Vec::new();
    for row in rows {
        match latest.last_mut() {
            Some(before) if before.meeting_id == row.meeting_id && before.item == row.item => *before = row,
            _ => latest.push(row),
        }
    }
    Ok(latest)
}

/// A meeting, asked for the positions of the viewer's own country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PositionsOf(pub MeetingId);

impl Loader<PositionsOf> for Loads {
    type Value = Vec<Model>;
    type Error = Missed;

    async fn load(&self, asked: &[PositionsOf]) -> Result<HashMap<PositionsOf, Vec<Model>>, Missed> {
        let ids: Vec<RecordId> = asked.iter().map(|PositionsOf(id)| (*id).into()).collect();
        let mut positions: HashMap<_, Vec<Model>> = HashMap::new();
        for row in of_own_country(&self.db, &self.viewer, &ids).await? {
            positions.entry(PositionsOf(row.meeting_id.into())).or_default().push(row);
        }
        Ok(positions)
    }
}
