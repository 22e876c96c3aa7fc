//! A calendar, read: what its account is shown at this moment.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sea_orm::DatabaseConnection;

use super::{
    events::{Held, events},
    lines::{line, text},
    row, zone,
};
use crate::{
    access::{Handling, Viewer},
    clock::Moment,
    error::Result,
    ids::RecordId,
    ledger::sha256,
    meetings::{MeetingContent, Phase, phase},
    page::Page,
    records::{self, ReleaseToMe, State, Wanted},
    text::Lang,
};

/// How long a meeting that is over stays in a calendar.
const LOOKING_BACK: TimeDelta = TimeDelta::days(366);
/// The most meetings of a calendar: the latest convoked.
const MOST: usize = 1_000;
/// Where it ends, in bytes, and whoever subscribes is told nothing further back.
const LARGEST: usize = 8 * 1024 * 1024;

/// A calendar as it goes out.
pub struct Feed {
    pub text: String,
    /// SHA-256 of the text.
    pub tag: String,
}

/// What stands in the calendar for whoever it belongs to.
pub async fn read(db: &DatabaseConnection, viewer: &Viewer, calendar: &row::Model) -> Result<Feed> {
    let lang = calendar.lang();
    let wanted = Wanted { from: Some((viewer.at.0 - LOOKING_BACK).date_naive()), ..Wanted::default() };
    let mut page = Page::new(Some(100), None, None, None)?;
    let mut zones: BTreeMap<&'static str, (Tz, DateTime<Utc>, DateTime<Utc>)> = BTreeMap::new();
    let (mut body, mut meetings) = (String::new(), 0);
    loop {
        let shown = records::page::<MeetingContent>(db, viewer, &page, &wanted, false).await?;
        let more = shown.page_info.has_next_page;
        let shown: Vec<_> = shown.edges.into_iter().map(|edge| edge.node).collect();
        let ids: Vec<RecordId> = shown.iter().map(|shown| shown.record.id).collect();
        let steps = phase::taken(db, &ids).await?;
        // In order: the last row of each holds.
        let steps: HashMap<RecordId, phase::Model> =
            steps.into_iter().map(|step| (step.meeting_id, step)).collect();
        let opened = records::released_to_me(db, viewer, &ids).await?;
        for one in shown {
            if one.revision.handling == Handling::Red || !concerns(calendar, viewer, &one.content) {
                continue;
            }
            let step = steps.get(&one.record.id);
            // Whoever works on it is shown each revision from when it was written, everybody else from
            // when it was opened to them.
            let (shown, revisions) = match one.record.worked_on_by(viewer) {
                true => {
                    let revision = &one.revision;
                    let at = revision.released_at.map_or(revision.at, |at| at.max(revision.at));
                    (at, usize::try_from(revision.number).unwrap_or_default())
                }
                false => {
                    let own = |(release, _): &(&ReleaseToMe, &Moment)| release.0 == one.record.id;
                    let at = opened.get(&ReleaseToMe(one.record.id, one.revision.number)).copied();
                    (at.unwrap_or(one.revision.at), opened.iter().filter(own).count())
                }
            };
            let changed = step.map_or(shown, |step| step.at.max(shown));
            let held = Held {
                id: one.record.id,
                content: &one.content,
                phase: step.map_or(Phase::Convoked, |step| step.phase),
                handling: one.revision.handling,
                released: one.revision.state == State::Released,
                changed: changed.0,
                changes: revisions + step.map_or(0, |step| usize::try_from(step.number).unwrap_or_default()),
            };
            for (zone, at) in events(&mut body, &held, lang) {
                let known = zones.entry(zone.name()).or_insert((zone, at, at));
                (known.1, known.2) = (known.1.min(at), known.2.max(at));
            }
            meetings += 1;
        }
        if !more || meetings >= MOST || body.len() >= LARGEST {
            break;
        }
        page.after = ids.last().map(|id| id.0.as_bytes().to_vec());
    }

    let mut whole = String::with_capacity(body.len() + 4_096);
    line(&mut whole, "BEGIN", "VCALENDAR");
    line(&mut whole, "VERSION", "2.0");
    line(&mut whole, "PRODID", "-//Enlace//Enlace//ES");
    line(&mut whole, "CALSCALE", "GREGORIAN");
    let name = name(calendar, viewer, lang);
    // The two names of each: of RFC 7986, and as calendars knew them before.
    text(&mut whole, "NAME", &name);
    text(&mut whole, "X-WR-CALNAME", &name);
    line(&mut whole, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    line(&mut whole, "X-PUBLISHED-TTL", "PT1H");
    for (zone, first, last) in zones.into_values() {
        zone::zone(&mut whole, zone, first, last);
    }
    whole.push_str(&body);
    line(&mut whole, "END", "VCALENDAR");
    let tag = sha256(whole.as_bytes());
    Ok(Feed { text: whole, tag })
}

/// A calendar of the delegation is of the meetings that the own country hosts or is invited to.
fn concerns(calendar: &row::Model, viewer: &Viewer, content: &MeetingContent) -> bool {
    let ours = |country: &String| content.host == *country || content.delegation(country).is_some();
    !calendar.of_delegation || viewer.country.as_ref().is_some_and(ours)
}

fn name(calendar: &row::Model, viewer: &Viewer, lang: Lang) -> String {
    let of = match (calendar.of_delegation, lang) {
        (true, Lang::Es) => "delegación",
        (true, Lang::En) => "delegation",
        (false, Lang::Es) => "reuniones",
        (false, Lang::En) => "meetings",
    };
    match &viewer.country {
        Some(country) => format!("Enlace · {of} · {country}"),
        None => format!("Enlace · {of}"),
    }
}
