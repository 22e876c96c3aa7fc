//! Whether the process lives, and whether the node can serve.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use tokio::{sync::Mutex, time::timeout};

use super::{Front, boundary::Asked, form::Form, published::plain, refused::Refused};
use crate::{error::Error, node::Node, say};

/// How long the databases may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// For how long an answer serves whoever else asks: anybody may, and the writing pool is small.
const FRESH: Duration = Duration::from_millis(500);

#[derive(Default)]
pub(super) struct Readiness {
    stopping: AtomicBool,
    known: Mutex<Option<(Instant, bool)>>,
}

impl Readiness {
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    async fn ready(&self, node: &Node) -> bool {
        if self.stopping.load(Ordering::Relaxed) {
            return false;
        }
        let mut known = self.known.lock().await;
        if let Some((at, ready)) = *known
            && at.elapsed() < FRESH
        {
            return ready;
        }
        let answers = async { tokio::try_join!(node.reads.0.ping(), node.ledger.groundwork().ping()) };
        let ready = matches!(timeout(PATIENCE, answers).await, Ok(Ok(_)));
        *known = Some((Instant::now(), ready));
        ready
    }
}

pub(super) async fn livez() -> Response {
    plain("text/plain; charset=utf-8", "ok\n")
}

pub(super) async fn readyz(State(front): State<Front>, Extension(asked): Extension<Asked>) -> Response {
    if front.readiness.ready(&front.node).await {
        return plain("text/plain; charset=utf-8", "ready\n");
    }
    let not_ready = say!("el nodo no puede atender ahora", "the node cannot serve now");
    Refused::new(StatusCode::SERVICE_UNAVAILABLE, Error::Limited(not_ready)).answer(&asked, Form::Json)
}
