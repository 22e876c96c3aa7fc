//! One operation: admitted by the gate, held against the policy, run within its time.

use std::{any::Any, panic::AssertUnwindSafe, sync::Arc};

use anyhow::anyhow;
use axum::http::StatusCode;
use futures::FutureExt;
use tokio::time::{Instant, timeout_at};

use super::{Front, answer::Answer, boundary::Asked, door, question::Question, refused::tell};
use crate::{
    access::Viewer,
    ask::{self, Turns},
    error::{Error, present},
    gate::{Admitted, OperationKind},
    ledger::Once,
    say,
};

/// Asks the gate.
pub(super) fn admit(front: &Front, asked: &Asked, question: &Question) -> Result<Admitted, Answer> {
    let Question { query, operation_name, variables } = question;
    front.node.gate.admit(query, operation_name.as_deref(), variables).map_err(|refusal| {
        front.metrics.refused(refusal.kind());
        Answer::refusal(StatusCode::BAD_REQUEST, refusal.response(asked.lang).errors)
    })
}

/// Asks the policy. The operation runs whole or not at all.
pub(super) fn permit(asked: &Asked, admitted: &Admitted, viewer: Option<&Viewer>) -> Result<(), Answer> {
    let refusals = door::refusals(admitted, viewer);
    if refusals.is_empty() {
        return Ok(());
    }
    let status = if viewer.is_none() { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN };
    Err(Answer::refusal(status, tell(refusals, asked)))
}

pub(super) async fn run(
    front: &Front,
    asked: &Asked,
    admitted: Admitted,
    viewer: Option<Arc<Viewer>>,
    once: Option<Once>,
    deadline: Instant,
) -> Answer {
    let (cost, kind) = (admitted.cost, admitted.kind);
    let prepared = || {
        let mut request = admitted.to_request().data(asked.lang);
        let mut turns = Turns::default();
        if let Some(viewer) = viewer.clone() {
            let loads;
            (loads, turns) = ask::loads(&front.node.reads, viewer.clone());
            request = request.data(loads).data(viewer);
        }
        if let Some(once) = once.clone() {
            request = request.data(once);
        }
        (request, turns)
    };
    let running = AssertUnwindSafe(async {
        // Errors are the exception, and to tell them well costs each field of every answer. So a
        // query, which changes nothing, runs plainly first, and once more if anything failed.
        if kind == OperationKind::Query {
            let (request, turns) = prepared();
            let plain = AssertUnwindSafe(turns.run(front.node.plain.execute(request))).catch_unwind().await;
            if let Ok(response) = plain
                && response.errors.is_empty()
            {
                return response;
            }
        }
        let (request, turns) = prepared();
        turns.run(front.node.schema.execute(request)).await
    })
    .catch_unwind();
    let failed =
        |status, error| Answer { cost, ..Answer::refusal(status, tell(vec![(error, Vec::new())], asked)) };
    match timeout_at(deadline, running).await {
        Ok(Ok(response)) => {
            let told = present(response, asked.lang, &asked.id);
            Answer { status: StatusCode::OK, data: Some(told.data), errors: told.errors, cost }
        }
        Ok(Err(panic)) => failed(StatusCode::INTERNAL_SERVER_ERROR, Error::Internal(panicked(&*panic))),
        Err(_) => failed(StatusCode::SERVICE_UNAVAILABLE, too_slow(front, kind)),
    }
}

fn too_slow(front: &Front, kind: OperationKind) -> Error {
    let seconds = front.node.config.request_seconds;
    Error::Limited(match kind {
        // What was under way is taken back, unless it had just been written when the time ran out.
        OperationKind::Mutation => say!(
            "la operación no terminó en {seconds} s; repítala con la misma `Idempotency-Key`",
            "the operation did not finish within {seconds} s; repeat it with the same `Idempotency-Key`"
        ),
        _ => say!(
            "la operación no terminó en {seconds} s; pida menos o inténtelo más tarde",
            "the operation did not finish within {seconds} s; ask for less or try again later"
        ),
    })
}

fn panicked(panic: &(dyn Any + Send)) -> anyhow::Error {
    let said = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    anyhow!("panic: {}", said.unwrap_or("without words"))
}

/// As a label and in the log.
pub(super) fn word(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Query => "query",
        OperationKind::Mutation => "mutation",
        OperationKind::Subscription => "subscription",
    }
}
