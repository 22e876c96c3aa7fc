//! What was approved is what is there: every revision is held against the hash that the ledger
//! keeps of it.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, ExprTrait, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{
    error::Result,
    ids::RecordId,
    ledger::{self, Body, sha256},
    records::{Revision, RevisionColumn as Column},
    say,
    text::Say,
};

/// Revisions read at a time.
const STRIDE: u64 = 500;

/// How many revisions hold what their entries say; or the first that does not.
#[expect(
    clippy::disallowed_methods,
    reason = "every revision is checked, whoever asks; only the verdict leaves"
)]
pub async fn altered_revision(db: &impl ConnectionTrait) -> Result<Result<u64, Say>> {
    let (mut checked, mut after) = (0, None);
    loop {
        let mut some =
            Revision::find().order_by_asc(Column::RecordId).order_by_asc(Column::Number).limit(STRIDE);
        if let Some((record, number)) = after {
            let later = Column::RecordId.eq(record).and(Column::Number.gt(number));
            some = some.filter(Column::RecordId.gt(record).or(later));
        }
        let some = some.all(db).await?;
        let Some(last) = some.last() else { return Ok(Ok(checked)) };
        after = Some((last.record_id, last.number));
        let told = told(db, some.iter().map(|revision| revision.record_id)).await?;
        for revision in &some {
            let id = revision.record_id.0.simple();
            let number = revision.number;
            if sha256(revision.content.as_bytes()) != revision.hash {
                return Ok(Err(say!(
                    "la revisión {number} de {id} fue alterada: su contenido no corresponde a su huella",
                    "revision {number} of {id} was altered: its content does not match its hash"
                )));
            }
            if told.get(&(revision.record_id, number)) != Some(&revision.hash) {
                return Ok(Err(say!(
                    "la revisión {number} de {id} no es la que se asentó en el registro",
                    "revision {number} of {id} is not the one that was entered in the ledger"
                )));
            }
            checked += 1;
        }
    }
}

/// The hashes that the ledger keeps of those records' revisions, as they were first entered.
#[expect(clippy::disallowed_methods, reason = "every entry of those records, whoever asks")]
async fn told(
    db: &impl ConnectionTrait,
    records: impl Iterator<Item = RecordId>,
) -> Result<HashMap<(RecordId, i32), String>> {
    let mut records: Vec<Uuid> = records.map(|record| record.0).collect();
    records.dedup();
    let entries = ledger::Entity::find()
        .filter(ledger::Column::Subject.is_in(records))
        .order_by_asc(ledger::Column::Number)
        .all(db)
        .await?;
    let mut told = HashMap::new();
    for entry in entries {
        let body: Body = serde_json::from_str(&entry.body).unwrap_or_default();
        if let (Some(revision), Some(hash)) = (body.revision, body.hash) {
            told.entry((RecordId(entry.subject), revision)).or_insert(hash);
        }
    }
    Ok(told)
}
