//! Whom what happens to a negotiated text is told to.

use super::rows::text;
use crate::{
    access::Party,
    error::Result,
    ledger::{Body, Event, Reach, What, Work},
    meetings::{content::MeetingContent, telling},
    records::{self, RecordRow},
};

/// Told to the host and to the delegations that negotiate; to all who are shown the meeting, once the
/// text is shared with them.
pub async fn tell(
    work: &mut Work,
    what: What,
    record: &RecordRow,
    content: &MeetingContent,
    text: &text::Model,
    hash: Option<String>,
) -> Result<()> {
    if text.observers_from.is_none() {
        return tell_negotiators(work, what, record, content, hash).await;
    }
    let shown = records::shown_to(work, record).await?.unwrap_or_default();
    let told = record.chain().into_iter().chain(shown).collect();
    tell_those(work, what, record, told, hash);
    Ok(())
}

/// Told to the host and to the delegations that negotiate.
pub async fn tell_negotiators(
    work: &mut Work,
    what: What,
    record: &RecordRow,
    content: &MeetingContent,
    hash: Option<String>,
) -> Result<()> {
    let mut told = record.chain();
    let negotiate = content.delegations.iter().filter(|delegation| !delegation.observing);
    for country in negotiate.map(|delegation| &delegation.country).chain([&content.host]) {
        told.extend(telling::of_country(work, record, country).await?);
    }
    tell_those(work, what, record, told, hash);
    Ok(())
}

fn tell_those(work: &mut Work, what: What, record: &RecordRow, told: Vec<Party>, hash: Option<String>) {
    let mut distinct = Vec::new();
    for party in told {
        if !distinct.contains(&party) {
            distinct.push(party);
        }
    }
    work.record(Event {
        what,
        subject: record.id.0,
        owner: record.owner_id,
        owner_country: record.owner_country.clone(),
        reach: Reach::Named,
        told: distinct,
        body: Body { hash, ..Body::default() },
    });
}
