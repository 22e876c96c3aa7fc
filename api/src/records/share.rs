//! One release of a record: to whom, under which instrument, for what purpose.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::{ConnectionTrait, QueryOrder, entity::prelude::*};

use crate::{
    access::{Party, Viewer, audience},
    ask::{Loads, Missed},
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
    /// When it opens, if not at once.
    pub opens_at: Option<Moment>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A revision of a record, asked when it was first released to one of the viewer's parties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReleaseToMe(pub RecordId, pub i32);

impl Loader<ReleaseToMe> for Loads {
    type Value = Moment;
    type Error = Missed;

    async fn load(&self, asked: &[ReleaseToMe]) -> Result<HashMap<ReleaseToMe, Moment>, Missed> {
        let records: Vec<RecordId> = asked.iter().map(|ReleaseToMe(record, _)| *record).collect();
        Ok(released_to_me(&self.db, &self.viewer, &records).await?)
    }
}

/// When each revision of those records was first released to one of the viewer's parties, of what is open to them.
pub async fn released_to_me(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    records: &[RecordId],
) -> Result<HashMap<ReleaseToMe, Moment>, DbErr> {
    let mine = viewer.parties();
    let mut shares = of(db, records).await?;
    shares.retain(|share| share.parties().iter().any(|party| mine.contains(party)));
    let mut first = HashMap::new();
    for share in shares.iter().filter(|share| share.opened() <= viewer.at) {
        let at = first.entry(ReleaseToMe(share.record_id, share.revision)).or_insert(share.opened());
        *at = share.opened().min(*at);
    }
    Ok(first)
}

/// The shares of those records, in the order in which they were made.
#[expect(clippy::disallowed_methods, reason = "for records that are shown, and of them the viewer's own")]
pub(super) async fn of(db: &impl ConnectionTrait, records: &[RecordId]) -> Result<Vec<Model>, DbErr> {
    let of_records = Entity::find().filter(Column::RecordId.is_in(records.iter().copied()));
    of_records.order_by_asc(Column::At).order_by_asc(Column::Id).all(db).await
}

/// What the party of an audience row has been shown up to a moment, and since when, since it has been
/// shown the record without a break. A release that did not open before the next one never was shown.
pub(super) fn timeline(shares: &[Model], row: &audience::Model, until: Moment) -> Vec<(Moment, i32)> {
    let mine = |share: &&Model| {
        let begun = row.since.is_none_or(|since| share.opened() >= since);
        begun && share.at <= until && share.parties().contains(&row.party)
    };
    let mine: Vec<&Model> = shares.iter().filter(mine).collect();
    let mut shown = Vec::new();
    for (at, share) in mine.iter().enumerate() {
        let next = mine.get(at + 1);
        let ends = next.map_or(until, |next| next.at);
        // At the same moment the next one counts, unless that opens later or is the end of what is asked for.
        let next_waits = next.is_none_or(|next| next.opened() > next.at);
        let opened = share.opened() < ends || (next_waits && share.opened() <= ends);
        if opened {
            shown.push((share.opened(), share.revision));
        }
    }
    shown
}

impl Model {
    /// When it opened to those to whom it was released.
    pub fn opened(&self) -> Moment {
        self.opens_at.map_or(self.at, |opens| opens.max(self.at))
    }

    pub fn parties(&self) -> Vec<Party> {
        serde_json::from_str(&self.parties).unwrap_or_default()
    }
}
