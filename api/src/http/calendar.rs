//! `GET /calendars/{address}`: a calendar (RFC 5545) at its private address. The address says who
//! asks; what is not a calendar, was revoked, or belongs to an account that is closed or may read no
//! meetings, is one and the same `NOT_FOUND`.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use chrono::TimeDelta;

use super::{
    Front,
    admission::{finish, in_time},
    boundary::{Asked, Noted},
    exports::matches,
    published::plain,
    refused::Refused,
};
use crate::{
    access::policy::route_need,
    clock::Moment,
    directory::viewer_by_account,
    error::Error,
    ids::CalendarId,
    meetings::calendar::{self, Feed},
    say,
};

/// How often one calendar is read within [`WINDOW`]: programs ask once in some minutes.
const READS: u32 = 60;
const WINDOW: TimeDelta = TimeDelta::minutes(10);
/// Calendars that are counted at once.
const COUNTED: usize = 10_000;

/// How often each calendar was read lately. Only those that exist are counted.
#[derive(Default)]
pub(super) struct Rates(Mutex<HashMap<CalendarId, (Moment, u32)>>);

impl Rates {
    /// Whether it may be read once more.
    fn admits(&self, calendar: CalendarId, now: Moment) -> bool {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was put back begins a new count too.
        let over = |since: Moment| now < since || since.0 + WINDOW <= now.0;
        if counted.len() >= COUNTED {
            counted.retain(|_, (since, _)| !over(*since));
        }
        let (since, reads) = counted.entry(calendar).or_insert((now, 0));
        if over(*since) {
            (*since, *reads) = (now, 0);
        }
        *reads = reads.saturating_add(1);
        *reads <= READS
    }
}

pub(super) async fn get(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    Path(address): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut noted = Noted { kind: Some("calendar"), ..Noted::default() };
    let read = in_time(&front, found(&front, &address, &mut noted)).await;
    let answered = read.and_then(|feed| sent(&headers, feed));
    finish(answered, noted, &asked)
}

fn nowhere() -> Refused {
    Refused::of(Error::NotFound(say!("un calendario en esta dirección", "calendar at this address")))
}

async fn found(front: &Front, address: &str, noted: &mut Noted) -> Result<Feed, Refused> {
    let (db, now) = (&front.node.reads.0, front.node.clock.now());
    let secret = address.strip_suffix(".ics").unwrap_or(address);
    let calendar = calendar::of_secret(db, secret).await.map_err(Refused::of)?.ok_or_else(nowhere)?;
    let viewer = viewer_by_account(db, calendar.account_id, now).await;
    let viewer = viewer.map_err(|cause| Refused::internal(cause.into()))?.ok_or_else(nowhere)?;
    noted.account = Some(viewer.account);
    if !route_need("GET /calendars/{address}").is_some_and(|need| need.met_by(&viewer.roles)) {
        return Err(nowhere());
    }
    if !front.rates.admits(calendar.id, now) {
        let minutes = WINDOW.num_minutes();
        let say = say!(
            "este calendario se lee a lo sumo {READS} veces en {minutes} minutos",
            "this calendar is read at most {READS} times in {minutes} minutes"
        );
        return Err(Refused::new(StatusCode::TOO_MANY_REQUESTS, Error::Limited(say))
            .with(header::RETRY_AFTER, HeaderValue::from_static("600")));
    }
    calendar::read(db, &viewer, &calendar).await.map_err(Refused::of)
}

fn sent(headers: &HeaderMap, feed: Feed) -> Result<Response, Refused> {
    let Feed { text, tag } = feed;
    let mut response = if matches(headers, &tag) {
        let mut unchanged = Response::new(Body::empty());
        *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
        unchanged
    } else {
        plain("text/calendar; charset=utf-8", text)
    };
    let dress = response.headers_mut();
    let tag =
        HeaderValue::from_str(&format!("\"{tag}\"")).map_err(|cause| Refused::internal(cause.into()))?;
    dress.insert(header::ETAG, tag);
    // It is asked for again each time: what was recalled is gone then.
    dress.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}
