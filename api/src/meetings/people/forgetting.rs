//! The names of participants are deleted when their time is over.

use chrono::TimeDelta;
use sea_orm::{QuerySelect, entity::prelude::*};

use super::rows::{ParticipantRow, participant};
use crate::{
    access::Viewer,
    clock::Moment,
    error::Result,
    ids::RecordId,
    ledger::{Body, Event, Ledger, Reach, What, Work},
    meetings::{
        content::MeetingContent,
        phase::{self, Phase},
    },
    records::{self, RecordRow},
};

/// How long after the meeting names are kept: for the minutes to be written, and no longer.
pub const KEPT_FOR: TimeDelta = TimeDelta::days(30);

/// Deletes the participants of the meetings that are over for so long, and tells it. Says of how many meetings. One
/// that was closed or cancelled ended then; one that was never closed ended with its last session; one that is
/// postponed has not ended.
pub async fn forget(ledger: &Ledger, db: &impl ConnectionTrait) -> Result<usize> {
    let now = ledger.now();
    let mut forgotten = 0;
    for meeting in with_participants(db).await? {
        let Some((record, content)) = records::newest_unseen::<MeetingContent>(db, meeting).await? else {
            continue;
        };
        let last = phase::taken(db, &[meeting]).await?.pop();
        if ended(&content, last.as_ref()).is_some_and(|ended| ended.0 + KEPT_FOR <= now.0) {
            ledger.write(&Viewer::operator(now), None, async move |work| clear(work, record).await).await?;
            forgotten += 1;
        }
    }
    Ok(forgotten)
}

#[expect(clippy::disallowed_methods, reason = "the node's own housekeeping: for nobody to see")]
async fn with_participants(db: &impl ConnectionTrait) -> Result<Vec<RecordId>> {
    let meetings = ParticipantRow::find().select_only().column(participant::Column::MeetingId).distinct();
    Ok(meetings.into_tuple().all(db).await?)
}

/// When a meeting ended.
fn ended(content: &MeetingContent, last: Option<&phase::Model>) -> Option<Moment> {
    match last {
        Some(step) if step.phase.is_over() => Some(step.at),
        Some(step) if step.phase == Phase::Postponed => None,
        _ => {
            let ends = content.sessions.iter().filter_map(|session| session.ends()).max();
            ends.map(|ends| Moment::from(ends.to_utc()))
        }
    }
}

async fn clear(work: &mut Work, record: RecordRow) -> Result<RecordId> {
    ParticipantRow::delete_many().filter(participant::Column::MeetingId.eq(record.id)).exec(&work.db).await?;
    work.record(Event {
        what: What::MeetingParticipantsForgotten,
        subject: record.id.0,
        owner: record.owner_id,
        owner_country: record.owner_country.clone(),
        reach: Reach::Owner,
        told: record.chain(),
        body: Body::default(),
    });
    Ok(record.id)
}
