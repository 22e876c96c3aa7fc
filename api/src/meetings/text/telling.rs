//! Whom what happens to a negotiated text is told to.

use super::rows::text;
use crate::{
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
    let mut told = record.chain();
    if text.observers_from.is_some() {
        told.extend(records::shown_to(work, record).await?.unwrap_or_default());
    } else {
        let negotiate = content.delegations.iter().filter(|delegation| !delegation.observing);
        let countries = negotiate.map(|delegation| &delegation.country).chain([&content.host]);
        for country in countries {
            told.extend(telling::of_country(work, record, country).await?);
        }
    }
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
    Ok(())
}
