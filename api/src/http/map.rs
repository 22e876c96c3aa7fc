//! `GET /reception-points.geojson`: the reception points as a map (RFC 7946), with the capacity that
//! whoever asks may see. `?country=MX` narrows it. An `ETag` saves sending again what has not changed
//! for them.

use axum::{
    Extension,
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Deserialize;

use super::{
    Front,
    admission::{admitted, finish, in_time},
    boundary::{Asked, Noted},
    published::plain,
    refused::Refused,
};
use crate::{ledger::sha256, plans::capacity::geojson, say};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    country: Option<String>,
}

pub(super) async fn get(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let mut noted = Noted { kind: Some("map"), ..Noted::default() };
    let wanted = wanted.map(|Query(wanted)| wanted).map_err(|_| {
        Refused::request(say!("solo se admite `?country=MX`", "only `?country=MX` is understood"))
    });
    let answered = in_time(&front, async { answered(&front, &headers, wanted?, &mut noted).await }).await;
    finish(answered, noted, &asked)
}

async fn answered(
    front: &Front,
    headers: &HeaderMap,
    wanted: Wanted,
    noted: &mut Noted,
) -> Result<Response, Refused> {
    let viewer = admitted(front, headers, "GET /reception-points.geojson", noted).await?;
    let country = wanted.country.as_deref();
    if country.is_some_and(|country| country.len() != 2 || !country.bytes().all(|c| c.is_ascii_uppercase())) {
        return Err(Refused::request(say!(
            "`country` es un código ISO 3166-1 alfa-2, como `MX`",
            "`country` is an ISO 3166-1 alpha-2 code, such as `MX`"
        )));
    }
    let text = geojson(&front.node.reads.0, &viewer, country).await.map_err(Refused::of)?;
    let tag = HeaderValue::from_str(&format!("\"{}\"", sha256(text.as_bytes())))
        .map_err(|cause| Refused::internal(cause.into()))?;
    let mut response = if matches(headers, &tag) {
        let mut unchanged = Response::new(Body::empty());
        *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
        unchanged
    } else {
        plain("application/geo+json", text)
    };
    let dress = response.headers_mut();
    dress.insert(header::ETAG, tag);
    // It is theirs alone, and is asked for again each time.
    dress.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    dress.insert(header::VARY, HeaderValue::from_static("authorization"));
    Ok(response)
}

/// Whether the client holds what it would be sent (RFC 9110, 13.1.2).
fn matches(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let held = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let tag = tag.to_str().unwrap_or_default();
    held.flat_map(|held| held.split(',')).any(|held| {
        let held = held.trim();
        held == "*" || held.trim_start_matches("W/") == tag
    })
}
