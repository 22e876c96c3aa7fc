//! A file on its way: pieces, each made when the one before was taken, so that a slow reader holds no thread. One who
//! takes none for a while, or who is no longer shown what goes out, gets no more of it.

use std::{
    fs::File,
    io::Read,
    sync::{Arc, Mutex, PoisonError},
};

use axum::body::Body;
use chrono::TimeDelta;

use super::leaving::{Leaving, Place};
use crate::{
    access::policy::route_need,
    clock::Moment,
    directory::viewer_by_account,
    error::{Error, Result},
    http::Front,
    ids::{AccountId, DocumentId, RecordId},
    meetings::documents,
    say,
    statistics::exports::{Export, Found},
};

/// A piece that nobody takes for so long is the last.
const WAITING: TimeDelta = TimeDelta::seconds(120);
/// So long at most goes by between two looks at whether the reader is still shown what goes out.
const LOOKING: TimeDelta = TimeDelta::seconds(1);
/// So much of a file is read at once.
const PART: usize = 1 << 18;

/// Where the pieces come from.
pub enum Origin {
    Export(Export),
    File(File),
}

/// What has to hold for as long as a file goes out.
pub struct Still {
    pub front: Front,
    pub account: AccountId,
    pub route: &'static str,
    pub shown: Watched,
}

/// What its reader has to be shown.
pub enum Watched {
    /// Datasets, as they were known at a moment.
    Datasets(Vec<RecordId>, Option<Moment>),
    Document(DocumentId),
}

struct Going {
    origin: Origin,
    still: Still,
    looked: Moment,
    _place: Place,
}

/// Where a file stands while its reader has the last piece.
pub struct Slot(Mutex<Standing>);

struct Standing {
    since: Moment,
    going: Option<Going>,
}

pub fn streamed(origin: Origin, place: Place, still: Still) -> Body {
    let leaving = still.front.leaving.clone();
    let now = still.now();
    let going = Going { origin, still, looked: now, _place: place };
    let slot = Arc::new(Slot(Mutex::new(Standing { since: now, going: Some(going) })));
    leaving.watch(&slot);
    Body::from_stream(futures::stream::unfold(Some((slot, leaving)), |begin| async {
        let (slot, leaving) = begin?;
        match next(&slot, &leaving).await {
            Ok(Some(piece)) => Some((Ok(piece), Some((slot, leaving)))),
            Ok(None) => None,
            Err(error) => Some((Err(broken(error)), None)),
        }
    }))
}

/// The next piece that is not empty; none at the end.
async fn next(slot: &Slot, leaving: &Leaving) -> Result<Option<Vec<u8>>> {
    let mut going = slot.take(leaving.now()).ok_or_else(late)?;
    going.look().await?;
    loop {
        let (piece, same) = going.piece(leaving).await?;
        going = same;
        match piece {
            Some(piece) if piece.is_empty() => {}
            Some(piece) => {
                slot.put(going, leaving.now());
                return Ok(Some(piece));
            }
            None => return Ok(None),
        }
    }
}

impl Slot {
    fn take(&self, now: Moment) -> Option<Going> {
        self.let_go_if_late(now);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).going.take()
    }

    fn put(&self, going: Going, now: Moment) {
        let mut standing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *standing = Standing { since: now, going: Some(going) };
    }

    /// Lets go of what waits for its reader for too long, and says whether it did. What is being made waits for nobody.
    pub fn let_go_if_late(&self, now: Moment) -> bool {
        let mut standing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let late = standing.going.is_some() && (now.0 - standing.since.0).abs() > WAITING;
        let gone = if late { standing.going.take() } else { None };
        drop(standing);
        gone.is_some()
    }
}

impl Going {
    async fn look(&mut self) -> Result<()> {
        let now = self.still.now();
        // Also where the clock was turned back.
        if (now.0 - self.looked.0).abs() >= LOOKING {
            self.still.holds().await?;
            self.looked = now;
        }
        Ok(())
    }

    async fn piece(self, leaving: &Leaving) -> Result<(Option<Vec<u8>>, Self)> {
        let turn = leaving.turn().await?;
        let Self { mut origin, still, looked, _place } = self;
        let making = move || {
            let piece = match &mut origin {
                Origin::Export(export) => export.next().transpose(),
                Origin::File(file) => part(file).map_err(|cause| Error::Internal(cause.into())),
            };
            drop(turn);
            (piece, origin)
        };
        let (piece, origin) = tokio::task::spawn_blocking(making).await.map_err(anyhow::Error::from)?;
        Ok((piece?, Self { origin, still, looked, _place }))
    }
}

/// None at its end.
fn part(file: &mut File) -> std::io::Result<Option<Vec<u8>>> {
    let mut part = Vec::with_capacity(PART);
    file.by_ref().take(PART as u64).read_to_end(&mut part)?;
    Ok((!part.is_empty()).then_some(part))
}

impl Still {
    fn now(&self) -> Moment {
        self.front.node.clock.now()
    }

    /// As it was when the file was asked for: by an account that is open and may, of what it is shown. A later vintage
    /// is no reason to stop.
    async fn holds(&self) -> Result<()> {
        let node = &self.front.node;
        let db = &node.reads.0;
        let viewer = viewer_by_account(db, self.account, node.clock.now()).await?;
        let viewer = viewer.ok_or(Error::Unauthenticated)?;
        if !route_need(self.route).is_some_and(|need| need.met_by(&viewer.roles)) {
            return Err(Error::Forbidden(say!("pedir esta dirección", "ask for this address")));
        }
        match &self.shown {
            Watched::Datasets(datasets, as_of) => {
                for dataset in datasets {
                    Found::one(db, &viewer, *dataset, *as_of).await?.vintage()?;
                }
            }
            Watched::Document(document) => {
                documents::seen(db, &viewer, *document).await?;
            }
        }
        Ok(())
    }
}

fn late() -> Error {
    let seconds = WAITING.num_seconds();
    Error::Limited(say!("nadie leyó en {seconds} s", "nobody read for {seconds} s"))
}

/// What goes wrong in the middle can only be logged: the connection is cut, so that nobody takes a part for the whole.
fn broken(error: Error) -> std::io::Error {
    match error {
        Error::Internal(cause) => tracing::error!(cause = %format!("{cause:#}"), "an export broke off"),
        // Not shown any more, or not read: no fault of the node's.
        other => tracing::info!(code = other.code(), "an export was broken off"),
    }
    std::io::Error::other("the export broke off")
}
