//! How the node is doing, for Prometheus. Labels are our own words, never a client's.

use std::{net::SocketAddr, time::Duration};

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use axum::{
    Extension,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use super::{Front, bearer, boundary::Asked, form::Form, published::plain, refused::Refused};
use crate::{
    error::Error,
    say,
    statistics::{Counts, Cubes},
};

pub(super) struct Metrics {
    registry: Registry,
    pub in_flight: Gauge,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram>,
    operations: Family<Operated, Counter>,
    refusals: Family<Question, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operated {
    kind: &'static str,
    code: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Question {
    kind: &'static str,
}

fn seconds() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0])
}

impl Metrics {
    /// Those of the requests, and those that the cubes keep themselves.
    pub fn beside(cubes: &Cubes) -> Self {
        let metrics = Self {
            registry: Registry::with_prefix("enlace"),
            in_flight: Gauge::default(),
            requests: Family::default(),
            seconds: Family::new_with_constructor(seconds),
            operations: Family::default(),
            refusals: Family::default(),
        };
        metrics.registered(cubes.counts().clone())
    }

    fn registered(mut self, cubes: Counts) -> Self {
        let to = &mut self.registry;
        to.register("http_requests_in_flight", "Requests being answered", self.in_flight.clone());
        to.register("http_requests", "Requests answered; status 499: the client left", self.requests.clone());
        to.register("http_request_seconds", "Time to the answer", self.seconds.clone());
        to.register("graphql_operations", "Operations by kind and first error code", self.operations.clone());
        to.register("gate_refusals", "Documents refused, by what was wrong", self.refusals.clone());
        to.register("cube_hits", "Questions answered from a cube in memory", cubes.hits);
        to.register("cube_built", "Cubes built from their file, for the first time or again", cubes.built);
        to.register("cube_scans", "Questions for which a file too large for a cube was read", cubes.scans);
        to.register("cube_evictions", "Cubes that went to make room", cubes.evictions);
        to.register("cube_bytes", "Memory that the cubes take", cubes.bytes);
        to.register("cube_build_seconds", "Time to build a cube", cubes.seconds);
        self
    }

    pub fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        self.seconds.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Answered { method, route, status: status.into() }).inc();
    }

    /// `kind` is none where the gate could not tell.
    pub fn operated(&self, kind: Option<&'static str>, code: Option<String>) {
        let (kind, code) = (kind.unwrap_or("none"), code.unwrap_or_else(|| "OK".into()));
        self.operations.get_or_create(&Operated { kind, code }).inc();
    }

    pub fn refused(&self, kind: &'static str) {
        self.refusals.get_or_create(&Question { kind }).inc();
    }
}

pub(super) async fn metrics(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    request: Request,
) -> Response {
    let secret = front.node.config.metrics_token.as_deref();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let permitted = match secret {
        Some(secret) => bears(request.headers(), secret),
        None => peer.is_some_and(|peer| peer.0.ip().is_loopback()) && !was_passed_on(request.headers()),
    };
    if !permitted {
        let metrics = Error::Forbidden(say!("leer las métricas", "read the metrics"));
        return Refused::new(StatusCode::FORBIDDEN, metrics).answer(&asked, Form::Json);
    }
    let mut text = String::new();
    match encode(&mut text, &front.metrics.registry) {
        Ok(()) => plain("application/openmetrics-text; version=1.0.0; charset=utf-8", text),
        Err(cause) => Refused::internal(cause.into()).answer(&asked, Form::Json),
    }
}

/// Compared as hashes and in constant time, so that no answer's duration tells how near a guess was.
fn bears(headers: &HeaderMap, secret: &str) -> bool {
    let Ok(Some(token)) = bearer::token(headers) else { return false };
    let (given, wanted) = (digest(&SHA256, token.as_bytes()), digest(&SHA256, secret.as_bytes()));
    verify_slices_are_equal(given.as_ref(), wanted.as_ref()).is_ok()
}

/// Behind a proxy on this machine everybody looks like a neighbour.
fn was_passed_on(headers: &HeaderMap) -> bool {
    ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name))
}
