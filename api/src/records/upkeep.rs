//! Records for the node's own housekeeping: nothing that is read here goes to anybody.

use sea_orm::entity::prelude::*;

use super::{Content, record, revision};
use crate::{error::Result, ids::RecordId};

/// A record, with what its newest revision says.
#[expect(clippy::disallowed_methods, reason = "the node's own housekeeping: for nobody to see")]
pub async fn newest_unseen<C: Content>(
    db: &impl ConnectionTrait,
    id: RecordId,
) -> Result<Option<(record::Model, C)>> {
    let Some(record) = record::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let Some(newest) = revision::Entity::find_by_id((id, record.head)).one(db).await? else {
        return Ok(None);
    };
    Ok(Some((record, serde_json::from_str(&newest.content).map_err(anyhow::Error::from)?)))
}
