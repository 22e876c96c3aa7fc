//! The register: commitments across meetings, of those meetings in which the viewer takes part.

use sea_orm::ConnectionTrait;

use super::{
    promise::{self, Promise},
    state::{Base, Course},
    step,
};
use crate::{
    access::Viewer,
    clock::Moment,
    error::Result,
    ids::RecordId,
    meetings::{content::MeetingContent, text::negotiates},
    records::{self, Shown},
};

/// A commitment, and what has become of it.
#[derive(Clone)]
pub struct Kept {
    pub row: promise::Model,
    pub promise: Promise,
    pub steps: Vec<step::Model>,
    pub course: Course,
}

/// What the commitments of a list must match.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub meeting: Option<RecordId>,
    /// For which a country is responsible, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub states: Option<Vec<Base>>,
    /// Only of meetings of this series.
    pub series: Option<String>,
}

/// Commitments are for those who negotiate.
pub fn sees(viewer: &Viewer, meeting: &Shown<MeetingContent>) -> bool {
    negotiates(viewer, meeting)
}

/// The commitments that the viewer sees, the latest made first.
pub async fn found(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    wanted: &Wanted,
    now: Moment,
) -> Result<Vec<Kept>> {
    let mut ids = promise::meetings(db).await?;
    ids.retain(|id| wanted.meeting.is_none_or(|meeting| meeting == *id));
    let mut meetings = Vec::new();
    for some in ids.chunks(500) {
        for shown in records::all_shown::<MeetingContent>(db, viewer, some).await? {
            let of_series = wanted.series.is_none() || wanted.series == shown.content.series;
            if of_series && sees(viewer, &shown) {
                meetings.push(shown.record.id);
            }
        }
    }
    let mut kept = of(db, &meetings).await?;
    let today = now.0.date_naive();
    kept.retain(|one| {
        let responsible =
            |country: &String| one.promise.responsible.iter().any(|all| all.country == *country);
        wanted.country.as_ref().is_none_or(responsible)
            && wanted.states.as_ref().is_none_or(|states| states.contains(&one.course.state(today)))
    });
    Ok(kept)
}

async fn of(db: &impl ConnectionTrait, meetings: &[RecordId]) -> Result<Vec<Kept>> {
    let mut rows = Vec::new();
    for some in meetings.chunks(500) {
        rows.extend(promise::of_meetings(db, some).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut steps = step::of(db, &ids).await?;
    let read = rows.into_iter().map(|row| {
        let promise: Promise = serde_json::from_str(&row.content).map_err(anyhow::Error::from)?;
        let steps = steps.remove(&row.id).unwrap_or_default();
        let course = step::course(promise.due, &steps);
        Ok(Kept { row, promise, steps, course })
    });
    read.collect()
}

/// What is still owed from earlier meetings of the same series, the oldest first: it stands on the
/// agenda of each later one until it is kept or dropped.
pub async fn carried_to(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    meeting: &Shown<MeetingContent>,
) -> Result<Vec<Kept>> {
    let (Some(series), Some(starts)) = (&meeting.content.series, meeting.content.starts()) else {
        return Ok(Vec::new());
    };
    let ids = promise::meetings(db).await?;
    let mut earlier = Vec::new();
    for some in ids.chunks(500) {
        for shown in records::all_shown::<MeetingContent>(db, viewer, some).await? {
            let before = shown.content.starts().is_some_and(|other| other < starts);
            if before && shown.content.series.as_ref() == Some(series) && sees(viewer, &shown) {
                earlier.push(shown.record.id);
            }
        }
    }
    let mut kept = of(db, &earlier).await?;
    kept.retain(|one| one.course.is_open());
    kept.reverse();
    Ok(kept)
}
