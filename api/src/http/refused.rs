//! A request that is turned away before anything of it runs.

use std::sync::Arc;

use async_graphql::{Response as Told, ServerError};
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};

use super::{
    answer::{self, Answer},
    boundary::{Asked, Noted},
    form::Form,
};
use crate::{
    access::Viewer,
    error::{Error, present},
    text::Say,
};

pub(super) struct Refused {
    status: StatusCode,
    error: Error,
    with: Option<Box<(HeaderName, HeaderValue)>>,
    noted: Box<Noted>,
}

impl Refused {
    pub fn new(status: StatusCode, error: Error) -> Self {
        Self { status, error, with: None, noted: Box::default() }
    }

    /// What the house answered, with the status that says so.
    pub fn of(error: Error) -> Self {
        let status = match &error {
            Error::NotFound(_) => StatusCode::NOT_FOUND,
            Error::Conflict(_) => StatusCode::CONFLICT,
            Error::Limited(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Error::Forbidden(_) => StatusCode::FORBIDDEN,
            Error::Unauthenticated => StatusCode::UNAUTHORIZED,
            Error::Invalid(_) | Error::BadRequest(_) => StatusCode::BAD_REQUEST,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error)
    }

    /// Not a request that could be understood.
    pub fn request(say: Say) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Error::BadRequest(say))
    }

    /// A token that is not good. `why` goes to the log.
    pub fn token(why: &'static str) -> Self {
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        let mut refused = Self::new(StatusCode::UNAUTHORIZED, Error::Unauthenticated)
            .with(header::WWW_AUTHENTICATE, challenge);
        refused.noted.token = Some(why);
        refused
    }

    /// Nobody is asking, where somebody has to.
    pub fn stranger() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, Error::Unauthenticated)
            .with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    pub fn internal(cause: anyhow::Error) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, Error::Internal(cause))
    }

    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.with = Some(Box::new((name, value)));
        self
    }

    /// For the log: who it was that was turned away.
    pub fn by(mut self, viewer: Option<&Viewer>) -> Self {
        self.noted.account = viewer.map(|viewer| viewer.account);
        self
    }

    /// For the log: what was known when it was turned away; why its token was refused stays.
    pub fn noting(mut self, noted: Noted) -> Self {
        let token = self.noted.token;
        *self.noted = Noted { token, ..noted };
        self
    }

    pub fn answer(self, asked: &Asked, form: Form) -> Response {
        self.told(asked, |status, errors| answer::one(&Answer::refusal(status, errors), form, None))
    }

    /// For clients that expect another shape of message: `body` makes it of the sentence.
    pub fn answer_with(self, asked: &Asked, body: impl FnOnce(StatusCode, &str) -> Response) -> Response {
        self.told(asked, |status, errors| {
            body(status, errors.first().map_or("", |error| error.message.as_str()))
        })
    }

    fn told(self, asked: &Asked, body: impl FnOnce(StatusCode, Vec<ServerError>) -> Response) -> Response {
        let Self { status, error, with, mut noted } = self;
        noted.code = Some(error.code().into());
        let mut response = body(status, tell(vec![(error, Vec::new())], asked));
        if let Some(header) = with {
            response.headers_mut().insert(header.0, header.1);
        }
        response.extensions_mut().insert(*noted);
        response
    }
}

/// Errors as clients get them, each with the path it belongs to.
pub(super) fn tell(errors: Vec<(Error, Vec<async_graphql::PathSegment>)>, asked: &Asked) -> Vec<ServerError> {
    let errors = errors.into_iter().map(|(error, path)| ServerError {
        message: String::new(),
        source: Some(Arc::new(error)),
        locations: Vec::new(),
        path,
        extensions: None,
    });
    present(Told::from_errors(errors.collect()), asked.lang, &asked.id).errors
}
