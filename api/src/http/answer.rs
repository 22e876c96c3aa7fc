//! What goes back: one GraphQL answer, or the answers of a batch.

use async_graphql::{ServerError, Value};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;

use super::form::Form;

/// The answer to one operation.
pub(super) struct Answer {
    /// The status in the form that has statuses.
    pub status: StatusCode,
    /// `None` if nothing was run: then there is no `data` in the answer.
    pub data: Option<Value>,
    /// Already presented.
    pub errors: Vec<ServerError>,
    /// What was spent on it.
    pub cost: u64,
}

impl Answer {
    pub fn refusal(status: StatusCode, errors: Vec<ServerError>) -> Self {
        Self { status, data: None, errors, cost: 0 }
    }

    /// The code of the first error.
    pub fn code(&self) -> Option<String> {
        let code = self.errors.first()?.extensions.as_ref()?.get("code")?;
        match code {
            Value::String(code) => Some(code.clone()),
            _ => None,
        }
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<Extensions>,
}

#[derive(Serialize)]
struct Extensions {
    cost: Cost,
}

#[derive(Serialize)]
struct Cost {
    used: u64,
    limit: u64,
}

impl<'a> Shown<'a> {
    fn of(answer: &'a Answer, limit: Option<u64>) -> Self {
        let Answer { data, errors, cost, .. } = answer;
        let extensions = limit.map(|limit| Extensions { cost: Cost { used: *cost, limit } });
        Self { errors, data: data.as_ref(), extensions }
    }
}

/// One answer. `limit` is that of its cost, where it has one.
pub(super) fn one(answer: &Answer, form: Form, limit: Option<u64>) -> Response {
    written(answer.status, form, &Shown::of(answer, limit))
}

/// The answers of a batch, in the order of its questions.
pub(super) fn many(answers: &[Answer], form: Form, limit: u64) -> Response {
    let shown: Vec<_> = answers.iter().map(|answer| Shown::of(answer, Some(limit))).collect();
    written(StatusCode::OK, form, &shown)
}

fn written(status: StatusCode, form: Form, shown: &impl Serialize) -> Response {
    let (status, text) = match serde_json::to_vec(shown) {
        Ok(text) => (status, text),
        Err(cause) => {
            tracing::error!(%cause, "an answer could not be written");
            (StatusCode::INTERNAL_SERVER_ERROR, Vec::new())
        }
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(form.media_type()));
    response
}
