//! What surrounds every request: its id, its language, the headers of its answer, and the one line
//! of the log.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use futures::FutureExt;
use uuid::Uuid;

use super::{Front, form::Form, metrics::Metrics, refused::Refused};
use crate::{ids::AccountId, text::Lang};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the handlers know of the request besides its bytes.
#[derive(Clone)]
pub(super) struct Asked {
    /// Made here; a client's own is noted, not used.
    pub id: Arc<str>,
    pub lang: Lang,
}

/// What a handler tells the log and the metrics, beside its answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Noted {
    pub account: Option<AccountId>,
    /// `query`, `mutation`, or `batch`.
    pub kind: Option<&'static str>,
    /// The name of the operation, which is a GraphQL name and cut to a length.
    pub name: Option<String>,
    pub cost: u64,
    /// The code of the first error.
    pub code: Option<String>,
    /// Why the token was refused: nobody's business but the log's.
    pub token: Option<&'static str>,
}

pub(super) async fn boundary(State(front): State<Front>, mut request: Request, next: Next) -> Response {
    let asked = Asked { id: Uuid::now_v7().to_string().into(), lang: preferred(request.headers()) };
    let mut visit = Visit::begin(front.metrics.clone(), &asked, &request);
    request.extensions_mut().insert(asked.clone());

    let mut response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        // Of a panic within an operation the operation itself has told; this one is ours.
        Err(_) => Refused::internal(anyhow::anyhow!("panic")).answer(&asked, Form::Json),
    };
    dress(response.headers_mut(), &asked);
    visit.noted = response.extensions_mut().remove().unwrap_or_default();
    visit.status = Some(response.status());
    response
}

fn preferred(headers: &HeaderMap) -> Lang {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    wanted.map(Lang::preferred).unwrap_or_default()
}

/// What an answer carries whatever it says. A handler that has set one of them knows better.
fn dress(headers: &mut HeaderMap, asked: &Asked) {
    const ALWAYS: [(HeaderName, &str); 6] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::VARY, "Accept, Accept-Language, Authorization"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(&asked.id) {
        headers.insert(REQUEST_ID, id);
    }
}

/// One request from its first byte to its answer. It is counted and logged when it is dropped, so
/// that a client who leaves before the answer is not forgotten.
struct Visit {
    metrics: Arc<Metrics>,
    began: Instant,
    request_id: Arc<str>,
    client_request_id: Option<String>,
    method: &'static str,
    route: String,
    noted: Noted,
    status: Option<StatusCode>,
}

impl Visit {
    fn begin(metrics: Arc<Metrics>, asked: &Asked, request: &Request) -> Self {
        metrics.in_flight.inc();
        let route = request.extensions().get::<MatchedPath>();
        Self {
            metrics,
            began: Instant::now(),
            request_id: asked.id.clone(),
            client_request_id: request.headers().get(REQUEST_ID).and_then(their_id),
            method: known(request.method()),
            route: route.map_or("none", MatchedPath::as_str).to_owned(),
            noted: Noted::default(),
            status: None,
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let Noted { account, kind, name, cost, code, token } = std::mem::take(&mut self.noted);
        let took = self.began.elapsed();
        // As web servers have long noted a client that went away.
        let status = self.status.map_or(499, |status| status.as_u16());
        self.metrics.in_flight.dec();
        self.metrics.answered(self.method, &self.route, status, took);
        tracing::info!(
            target: "enlace::request",
            request_id = %self.request_id,
            client_request_id = self.client_request_id,
            method = self.method,
            route = self.route,
            status,
            kind,
            operation = name,
            cost,
            code,
            account = account.map(AccountId::global),
            token,
            ms = took.as_micros() as f64 / 1000.0,
            "answered"
        );
    }
}

/// A method as label: what a client may invent would make a new series each time.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// An id that a client gave, if it looks like one and not like anything else.
fn their_id(value: &HeaderValue) -> Option<String> {
    let id = value.to_str().ok().filter(|id| (1..=64).contains(&id.len()))?;
    id.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-').then(|| id.to_owned())
}
