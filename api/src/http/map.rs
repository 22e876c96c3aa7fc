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
use std::time::Duration;
use tokio::time::timeout;

use super::{
    Front, bearer,
    boundary::{Asked, Noted},
    form::Form,
    published::plain,
    refused::Refused,
    transport::not_cross_site,
};
use crate::{
    access::{
        Viewer,
        policy::{Need, route_need},
    },
    error::Error,
    ledger::sha256,
    plans::capacity::geojson,
    say,
};

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
    let answered = match wanted {
        Ok(wanted) => answered(&front, &headers, wanted, &mut noted).await,
        Err(refused) => Err(refused),
    };
    match answered {
        Ok(mut response) => {
            response.extensions_mut().insert(noted);
            response
        }
        Err(refused) => refused.noting(noted).answer(&asked, Form::Json),
    }
}

async fn answered(
    front: &Front,
    headers: &HeaderMap,
    wanted: Wanted,
    noted: &mut Noted,
) -> Result<Response, Refused> {
    not_cross_site(headers)?;
    let viewer = bearer::viewer(front, headers).await?.ok_or_else(|| {
        Refused::new(StatusCode::UNAUTHORIZED, Error::Unauthenticated)
            .with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    })?;
    noted.account = Some(viewer.account);
    permitted(&viewer)?;
    let country = wanted.country.as_deref();
    if country.is_some_and(|country| country.len() != 2 || !country.bytes().all(|c| c.is_ascii_uppercase())) {
        return Err(Refused::request(say!(
            "`country` es un código ISO 3166-1 alfa-2, como `MX`",
            "`country` is an ISO 3166-1 alpha-2 code, such as `MX`"
        )));
    }
    let seconds = front.node.config.request_seconds;
    let read = timeout(Duration::from_secs(seconds), geojson(&front.node.reads.0, &viewer, country)).await;
    let text = read
        .map_err(|_| {
            Refused::new(
                StatusCode::REQUEST_TIMEOUT,
                Error::Limited(say!("tardó más de {seconds} s", "took longer than {seconds} s")),
            )
        })?
        .map_err(|error| match error {
            Error::Internal(cause) => Refused::internal(cause),
            other => Refused::new(StatusCode::BAD_REQUEST, other),
        })?;
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

fn permitted(viewer: &Viewer) -> Result<(), Refused> {
    match route_need("GET /reception-points.geojson") {
        Some(need) if need.met_by(&viewer.roles) => Ok(()),
        Some(Need::May(action)) => Err(Refused::new(StatusCode::FORBIDDEN, Error::Forbidden(action.say()))),
        Some(Need::Token) | None => {
            Err(Refused::new(StatusCode::FORBIDDEN, Error::Forbidden(say!("ver el mapa", "see the map"))))
        }
    }
}
