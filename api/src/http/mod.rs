//! The outermost layer: bytes to GraphQL and back.
//!
//! A request to `/graphql` meets these questions in this order, each cheaper to ask than what it
//! guards:
//!
//! 1. Which form of answer is wanted? (`form`)
//! 2. Does a page of another site send it, unseen by the person, and is the body JSON of a bearable
//!    size? (`transport`, `body`)
//! 3. Who is asking? No token is a stranger; a token that is not good is refused. (`bearer`)
//! 4. Is it a GraphQL request, and may its document run? (`question`, and the gate)
//! 5. May this viewer ask for each of its root fields at all? (`door`)
//! 6. Was it answered before, under an `Idempotency-Key`? (`idempotency`)
//!
//! Only then is something run (`operation`), within a time. A file to be imported comes by
//! `POST /files` (`files`), past the first three and the policy (`admission`); so do figures go out by `exports`, to
//! those who know SDMX by `sdmx`, and the reception points by `map`, what is printed by `paper`,
//! meetings as a calendar by `calendar`, whose address says who asks,
//! and their documents come and go by `documents`. Around all routes stands the
//! `boundary`: it gives the request its id, catches what panics, sets the headers, counts, and
//! writes the one line of the log. Whatever goes wrong, on whichever route, is told in the one
//! shape of a GraphQL error, through `error::present`.

mod accept;
mod admission;
mod answer;
mod bearer;
mod body;
mod boundary;
mod calendar;
mod documents;
mod door;
mod exports;
mod files;
mod form;
mod health;
mod idempotency;
pub mod logging;
mod map;
mod metrics;
mod operation;
mod paper;
mod plans;
mod published;
mod question;
mod refused;
mod sdmx;
mod serve;
mod transport;

use std::{ops::Deref, sync::Arc};

use axum::{
    Router, middleware,
    routing::{get, post},
};

use crate::{node::Node, schema};

use health::Readiness;
use metrics::Metrics;

pub use serve::serve;

/// What the routes share.
#[derive(Clone)]
struct Front(Arc<Shared>);

struct Shared {
    node: Node,
    metrics: Arc<Metrics>,
    readiness: Arc<Readiness>,
    /// How many files go out at once.
    leaving: exports::Leaving,
    /// How often each calendar is read.
    rates: calendar::Rates,
    /// The schema's text, printed once.
    sdl: Arc<str>,
}

/// The routes of a node.
pub fn router(node: Node) -> Router {
    Front::new(node).router()
}

impl Deref for Front {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Front {
    fn new(node: Node) -> Self {
        let sdl = schema::sdl(&node.schema).into();
        let metrics = Arc::new(Metrics::beside(&node.cubes));
        let leaving = exports::Leaving::new(node.clock.clone());
        let rates = calendar::Rates::default();
        Self(Arc::new(Shared { node, metrics, readiness: Arc::default(), leaving, rates, sdl }))
    }

    fn router(self) -> Router {
        Router::new()
            .route("/", get(published::welcome))
            .route("/graphql", get(transport::get).post(transport::post))
            .route("/files", post(files::post))
            .route("/exports/{dataset}", get(exports::vintage))
            .route("/statistics", get(exports::statistics))
            .route("/reception-points.geojson", get(map::get))
            .route("/sdmx/v2/{*query}", get(sdmx::get))
            .route("/plans", post(plans::begin))
            .route("/plans/{id}", get(plans::get).post(plans::revise))
            .route("/plans/{id}/plan.pdf", get(paper::plan))
            .route("/plans/{id}/activation.pdf", get(paper::activation))
            .route("/plans/{id}/difference.pdf", get(paper::difference))
            .route("/meetings/{id}/agenda.pdf", get(paper::agenda))
            .route("/meetings/{id}/delegations.pdf", get(paper::delegations))
            .route("/meetings/{id}/minutes.pdf", get(paper::minutes))
            .route("/meetings/{id}/declaration.pdf", get(paper::declaration))
            .route("/meetings/{id}/documents", post(documents::post))
            .route("/documents/{id}", get(documents::get))
            .route("/calendars/{address}", get(calendar::get))
            .route("/schema.graphql", get(published::schema))
            .route("/.well-known/jwks.json", get(published::jwks))
            .route("/livez", get(health::livez))
            .route("/readyz", get(health::readyz))
            .route("/metrics", get(metrics::metrics))
            .fallback(published::no_such_page)
            .method_not_allowed_fallback(published::no_such_method)
            .layer(middleware::from_fn_with_state(self.clone(), boundary::boundary))
            .with_state(self)
    }
}
