//! The revisions of a record, for those who work on it. To whom it was released no number of a revision is told.

use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*};

use super::{
    content::Content,
    record,
    revision::{self, Column},
};
use crate::{
    access::{Audienced, Kind, Viewer},
    error::{Error, Result},
    ids::RecordId,
    page::{Connection, Page},
    say,
};

/// The record, for one who works on it.
pub async fn worked_on(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    kind: Kind,
    id: RecordId,
) -> Result<record::Model> {
    let seen = record::Entity::visible_to(kind, viewer).filter(record::Column::Id.eq(id)).one(db).await?;
    let record = seen.ok_or_else(|| Error::NotFound(kind.say()))?;
    if record.worked_on_by(viewer) { Ok(record) } else { Err(no_such()) }
}

/// What a revision says.
#[expect(clippy::disallowed_methods, reason = "a revision of a record that the viewer works on")]
pub async fn past<C: Content>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    id: RecordId,
    number: i32,
) -> Result<(revision::Model, C)> {
    let record = worked_on(db, viewer, C::KIND, id).await?;
    let revision = revision::Entity::find_by_id((record.id, number)).one(db).await?.ok_or_else(no_such)?;
    let content = serde_json::from_str(&revision.content).map_err(anyhow::Error::from)?;
    Ok((revision, content))
}

/// The revisions, newest first.
#[expect(clippy::disallowed_methods, reason = "revisions of a record that the viewer works on")]
pub async fn history(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    kind: Kind,
    id: RecordId,
    page: &Page,
) -> Result<Connection<revision::Model>> {
    let record = worked_on(db, viewer, kind, id).await?;
    let number = |cursor: &Option<Vec<u8>>| {
        cursor.as_ref().map(|key| i32::from_be_bytes(key.as_slice().try_into().unwrap_or_default()))
    };
    let mut rows = revision::Entity::find().filter(Column::RecordId.eq(record.id));
    if let Some(after) = number(&page.after) {
        rows = rows.filter(Column::Number.lt(after));
    }
    if let Some(before) = number(&page.before) {
        rows = rows.filter(Column::Number.gt(before));
    }
    rows = if page.backward { rows.order_by_asc(Column::Number) } else { rows.order_by_desc(Column::Number) };
    let found = rows.limit(page.limit()).all(db).await?;
    let mut connection = page.cut(found, |revision| revision.number.to_be_bytes().to_vec());
    connection.total_count = Some(record.head.into());
    Ok(connection)
}

fn no_such() -> Error {
    Error::NotFound(say!("una revisión de ese número", "revision of that number"))
}
