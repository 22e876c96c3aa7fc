//! `/graphql`: POST for everything, GET for queries.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use tokio::time::{Instant, timeout_at};

use super::{
    Front,
    answer::{self, Answer},
    bearer, body,
    boundary::{Asked, Noted},
    form::Form,
    idempotency, operation,
    question::{Question, Questions},
    refused::Refused,
};
use crate::{
    access::Viewer,
    error::Error,
    gate::{Admitted, OperationKind},
    say,
};

/// Characters of an operation's name that are logged.
const NAME: usize = 64;

/// One request to `/graphql`, and what was found out about it.
struct Call {
    front: Front,
    asked: Asked,
    form: Form,
    viewer: Option<Arc<Viewer>>,
    /// When the time for the whole request is over.
    deadline: Instant,
}

pub(super) async fn post(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    request: Request,
) -> Response {
    answered(front, asked, request).await
}

pub(super) async fn get(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    request: Request,
) -> Response {
    answered(front, asked, request).await
}

async fn answered(front: Front, asked: Asked, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let form = match Form::accepted(&head.headers) {
        Ok(form) => form,
        Err(refused) => return refused.answer(&asked, Form::Json),
    };
    let deadline = Instant::now() + Duration::from_secs(front.node.config.request_seconds);
    let mut call = Call { front, asked, form, viewer: None, deadline };
    match call.answer(head, body).await {
        Ok(response) => response,
        Err(refused) => refused.by(call.viewer.as_deref()).answer(&call.asked, form),
    }
}

impl Call {
    async fn answer(&mut self, head: Parts, body: Body) -> Result<Response, Refused> {
        not_cross_site(&head.headers)?;
        let limit = self.front.node.config.body_limit;
        let posted = head.method == Method::POST;
        if posted {
            body::check(&head.headers, limit)?;
        }
        self.viewer = self.in_time(bearer::viewer(&self.front, &head.headers)).await??;
        let key = idempotency::key(&head.headers)?;
        if !posted {
            return self.one(Question::from_address(&head.uri)?, key, false).await;
        }
        let body = self.in_time(body::read(body, limit)).await??;
        match Questions::from_body(&body)? {
            Questions::One(question) => self.one(question, key, true).await,
            Questions::Batch(_) if key.is_some() => Err(idempotency::not_here()),
            Questions::Batch(questions) => self.batch(questions).await,
        }
    }

    async fn one(&self, question: Question, key: Option<&str>, posted: bool) -> Result<Response, Refused> {
        let mut noted = self.noted();
        let answer = match operation::admit(&self.front, &self.asked, &question) {
            Err(refusal) => refusal,
            Ok(admitted) => {
                noted.kind = Some(operation::word(admitted.kind));
                noted.name = shortened(&admitted);
                if !posted && admitted.kind != OperationKind::Query {
                    return Err(only_queries());
                }
                match operation::permit(&self.asked, &admitted, self.viewer.as_deref()) {
                    Err(refusal) => refusal,
                    Ok(()) => {
                        let once = key.map(|key| idempotency::once(key, &question, &admitted)).transpose()?;
                        let (viewer, deadline) = (self.viewer.clone(), self.deadline);
                        operation::run(&self.front, &self.asked, admitted, viewer, once, deadline).await
                    }
                }
            }
        };
        Ok(self.closed(answer, noted))
    }

    /// The questions of a batch are admitted together, so that their costs can be added up, and
    /// then run one after the other, each with its own answer.
    async fn batch(&self, questions: Vec<Question>) -> Result<Response, Refused> {
        let mut admitted = Vec::with_capacity(questions.len());
        for question in &questions {
            admitted.push(operation::admit(&self.front, &self.asked, question));
        }
        let (cost, limit) = (admitted.iter().flatten().map(|one| one.cost).sum::<u64>(), self.limit());
        if cost > limit {
            return Err(Refused::new(
                StatusCode::BAD_REQUEST,
                Error::Limited(say!(
                    "el lote cuesta {cost}; el máximo es {limit}, como para una sola petición",
                    "the batch costs {cost}; the limit is {limit}, as for a single request"
                )),
            ));
        }
        let mut answers = Vec::with_capacity(admitted.len());
        for one in admitted {
            let kind = one.as_ref().ok().map(|admitted| operation::word(admitted.kind));
            let permitted = one.and_then(|admitted| {
                operation::permit(&self.asked, &admitted, self.viewer.as_deref()).map(|()| admitted)
            });
            let answer = match permitted {
                Err(refusal) => refusal,
                Ok(admitted) => {
                    let (viewer, deadline) = (self.viewer.clone(), self.deadline);
                    operation::run(&self.front, &self.asked, admitted, viewer, None, deadline).await
                }
            };
            self.front.metrics.operated(kind, answer.code());
            answers.push(answer);
        }
        let mut noted = Noted { kind: Some("batch"), ..self.noted() };
        noted.cost = answers.iter().map(|answer| answer.cost).sum();
        noted.code = answers.iter().find_map(Answer::code);
        let mut response = answer::many(&answers, self.form, limit);
        response.extensions_mut().insert(noted);
        Ok(response)
    }

    fn closed(&self, mut answer: Answer, mut noted: Noted) -> Response {
        noted.cost = answer.cost;
        noted.code = answer.code();
        self.front.metrics.operated(noted.kind, noted.code.clone());
        answer.status = self.form.status(answer.status);
        let mut response = answer::one(&answer, self.form, Some(self.limit()));
        if answer.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(noted);
        response
    }

    fn noted(&self) -> Noted {
        Noted { account: self.viewer.as_deref().map(|viewer| viewer.account), ..Noted::default() }
    }

    fn limit(&self) -> u64 {
        self.front.node.gate.limits().cost
    }

    /// Before anything runs the time of the request is already passing.
    async fn in_time<T>(&self, doing: impl Future<Output = T>) -> Result<T, Refused> {
        timeout_at(self.deadline, doing)
            .await
            .map_err(|_| body::too_slow(self.front.node.config.request_seconds))
    }
}

/// A browser says when a page of another site makes it ask. Nobody's client does that.
pub(super) fn not_cross_site(headers: &HeaderMap) -> Result<(), Refused> {
    match headers.get("sec-fetch-site") {
        Some(site) if site == "cross-site" => Err(Refused::new(
            StatusCode::FORBIDDEN,
            Error::BadRequest(say!(
                "no se responde a páginas de otros sitios",
                "pages of other sites are not answered"
            )),
        )),
        _ => Ok(()),
    }
}

fn only_queries() -> Refused {
    Refused::new(
        StatusCode::METHOD_NOT_ALLOWED,
        Error::BadRequest(say!(
            "por GET solo se consulta; envíe las mutaciones por POST",
            "GET is for queries only; send mutations by POST"
        )),
    )
    .with(header::ALLOW, HeaderValue::from_static("POST"))
}

/// The gate has read the name, so it is a GraphQL name; only its length is the client's choice.
fn shortened(admitted: &Admitted) -> Option<String> {
    admitted.operation_name.as_deref().map(|name| name.chars().take(NAME).collect())
}
