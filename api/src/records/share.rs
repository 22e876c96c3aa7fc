//! One release of a record: to whom, under which instrument, for what purpose.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::entity::prelude::*;

use crate::{
    access::Party,
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

    #[expect(
        clippy::disallowed_methods,
        reason = "only of records that are shown, and only the viewer's own"
    )]
    async fn load(&self, asked: &[ReleaseToMe]) -> Result<HashMap<ReleaseToMe, Moment>, Missed> {
        let mine = self.viewer.parties();
        let records = asked.iter().map(|ReleaseToMe(record, _)| *record);
        let shares = Entity::find().filter(Column::RecordId.is_in(records)).all(&self.db).await?;
        let mut first = HashMap::new();
        for share in shares.iter().filter(|share| share.parties().iter().any(|party| mine.contains(party))) {
            let at = first.entry(ReleaseToMe(share.record_id, share.revision)).or_insert(share.at);
            *at = share.at.min(*at);
        }
        Ok(first)
    }
}

impl Model {
    pub fn parties(&self) -> Vec<Party> {
        serde_json::from_str(&self.parties).unwrap_or_default()
    }
}
