//! The two forms of an answer, after the draft of GraphQL over HTTP: the newer one has statuses
//! that mean something, the older one says 200 to every request it understood.

use axum::http::{HeaderMap, StatusCode, header};

use super::refused::Refused;
use crate::{error::Error, say};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `application/graphql-response+json`
    Graphql,
    /// `application/json`, also for clients that do not say
    Json,
}

/// How well a range of an `Accept` header fits: its weight, how exactly it names the form, and
/// how early it stands.
type Fit = (f32, u8, i32);

impl Form {
    pub fn media_type(self) -> &'static str {
        match self {
            Form::Graphql => "application/graphql-response+json; charset=utf-8",
            Form::Json => "application/json; charset=utf-8",
        }
    }

    /// The status of a refusal of a request that was understood.
    pub fn status(self, status: StatusCode) -> StatusCode {
        match self {
            Form::Json if status.is_client_error() => StatusCode::OK,
            _ => status,
        }
    }

    /// The form the client prefers (RFC 9110, 12.5.1).
    pub fn accepted(headers: &HeaderMap) -> Result<Self, Refused> {
        let wanted: Vec<_> =
            headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        let wanted = wanted.join(",");
        if wanted.trim().is_empty() {
            return Ok(Form::Json);
        }
        let graphql = fit(&wanted, "application/graphql-response+json").filter(|fit| fit.0 > 0.0);
        let json = fit(&wanted, "application/json").filter(|fit| fit.0 > 0.0);
        match (graphql, json) {
            (Some(graphql), Some(json)) if graphql > json => Ok(Form::Graphql),
            (Some(_), None) => Ok(Form::Graphql),
            (_, Some(_)) => Ok(Form::Json),
            (None, None) => Err(Refused::new(
                StatusCode::NOT_ACCEPTABLE,
                Error::BadRequest(say!(
                    "acepte `application/graphql-response+json` o `application/json`: no hay otra forma",
                    "accept `application/graphql-response+json` or `application/json`: there is no other form"
                )),
            )),
        }
    }
}

/// How the most exact range for a media type fits it. A range for another charset is none.
fn fit(accept: &str, media_type: &str) -> Option<Fit> {
    let ranges = accept.split(',').take(64).enumerate().filter_map(|(at, range)| {
        let mut parts = range.split(';').map(|part| part.trim().to_ascii_lowercase());
        let exactness = match parts.next()?.as_str() {
            "*/*" => 0,
            "application/*" => 1,
            named if named == media_type => 2,
            _ => return None,
        };
        let mut weight = 1.0;
        for part in parts {
            match part.split_once('=') {
                Some(("q", q)) => weight = q.parse().ok().filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0),
                Some(("charset", charset)) if charset.trim_matches('"') != "utf-8" => return None,
                _ => {}
            }
        }
        // Among wildcards the place says nothing.
        let place = if exactness == 2 { -(at as i32) } else { 0 };
        Some((weight, exactness, place))
    });
    ranges.max_by_key(|(_, exactness, place)| (*exactness, *place))
}
