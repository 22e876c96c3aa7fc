//! Files that were sent and wait to be imported.
//!
//! An upload belongs to the account that sent it, in the institution it then belonged to: to everybody else
//! there is no such file. It lies in a folder of its own under its id, never under its hash, so that the same
//! bytes from two senders are two files and one's expiry is not the other's loss. It is no part of the record:
//! the vintage that is made of it names its SHA-256, and after a day the file is gone.

mod tray;
mod upload;

use chrono::TimeDelta;
use sea_orm::{Condition, DatabaseConnection, QueryOrder, QuerySelect, entity::prelude::*};

pub use tray::{Arriving, Tray};
pub use upload::{Entity as UploadEntity, Model as Upload};

use crate::{
    access::Viewer,
    clock::{Clock, Moment},
    error::{Error, Result},
    ids::FileId,
    ledger::Ledger,
    say,
};

/// How long an upload waits to be imported.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(24);
/// So many uploads of an account are kept; the oldest goes when another arrives.
pub const MOST_KEPT: u64 = 8;

/// Enters a file that has arrived whole, and clears away what is over.
pub async fn enter(
    ledger: &Ledger,
    tray: &Tray,
    clock: &Clock,
    viewer: &Viewer,
    file: Arriving,
) -> Result<Upload> {
    clear(ledger, tray, clock).await?;
    let arrived = file.whole().await?;
    let upload = Upload {
        id: arrived.id(),
        account_id: viewer.account,
        institution_id: viewer.institution,
        sha256: arrived.sha256().into(),
        bytes: i64::try_from(arrived.bytes()).unwrap_or(i64::MAX),
        at: clock.now(),
    };
    let books = ledger.keep::<UploadEntity>()?;
    books.add(upload.clone()).await?;
    arrived.keep();
    Ok(upload)
}

/// The upload of that id, if this viewer sent it and it has not expired.
pub async fn find(db: &DatabaseConnection, viewer: &Viewer, id: FileId, now: Moment) -> Result<Upload> {
    let found = theirs(viewer).filter(upload::Column::Id.eq(id)).one(db).await?;
    found
        .filter(|upload| upload.at.0 + KEPT_FOR > now.0)
        .ok_or_else(|| Error::NotFound(say!("un archivo", "file")))
}

/// Takes away those of the account beyond the newest [`MOST_KEPT`] less one, to make room.
pub async fn make_room(db: &DatabaseConnection, ledger: &Ledger, tray: &Tray, viewer: &Viewer) -> Result<()> {
    let kept = theirs(viewer)
        .order_by_desc(upload::Column::At)
        .order_by_desc(upload::Column::Id)
        .offset(MOST_KEPT - 1)
        .limit(MOST_KEPT)
        .all(db)
        .await?;
    for upload in kept {
        discard(ledger, tray, upload.id).await?;
    }
    Ok(())
}

pub async fn discard(ledger: &Ledger, tray: &Tray, id: FileId) -> Result<()> {
    ledger.keep::<UploadEntity>()?.remove(Condition::all().add(upload::Column::Id.eq(id))).await?;
    tray.remove(id);
    Ok(())
}

/// Takes away what has expired, and what a crash has left lying.
async fn clear(ledger: &Ledger, tray: &Tray, clock: &Clock) -> Result<()> {
    let over = Moment::from(clock.now().0 - KEPT_FOR);
    ledger.keep::<UploadEntity>()?.remove(Condition::all().add(upload::Column::At.lt(over))).await?;
    tray.clear(over);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "an upload is its sender's alone: this is the filter")]
fn theirs(viewer: &Viewer) -> Select<UploadEntity> {
    UploadEntity::find()
        .filter(upload::Column::AccountId.eq(viewer.account))
        .filter(upload::Column::InstitutionId.eq(viewer.institution))
}
