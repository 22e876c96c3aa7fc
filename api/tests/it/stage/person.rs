use api::ids::AccountId;
use axum::{
    body::Body,
    http::{Request, request},
};
use serde_json::{Value, json};

use super::{Answer, Stage};

/// Somebody with an account.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    stage: &'a Stage,
    pub account: AccountId,
}

impl<'a> Person<'a> {
    pub(super) fn of(stage: &'a Stage, account: AccountId) -> Self {
        Self { stage, account }
    }

    /// A token that is good for an hour from now.
    pub fn token(&self) -> String {
        self.stage.node.tokens.issue(self.account, 3600).unwrap()
    }

    /// A request of this person, to be told how.
    pub fn asking(&self) -> Asking<'a> {
        Asking::new(self.stage, Some(self.token()))
    }

    pub async fn asks(&self, query: &str, variables: Value) -> Answer {
        self.asking().asks(query, variables).await
    }
}

/// A request in the making. Unless told otherwise it is a POST of JSON that wants English and the
/// newer form of answer.
pub struct Asking<'a> {
    stage: &'a Stage,
    headers: Vec<(&'static str, String)>,
}

impl<'a> Asking<'a> {
    pub(super) fn new(stage: &'a Stage, token: Option<String>) -> Self {
        let mut headers = vec![
            ("content-type", "application/json".into()),
            ("accept", "application/graphql-response+json".into()),
            ("accept-language", "en".into()),
        ];
        headers.extend(token.map(|token| ("authorization", format!("Bearer {token}"))));
        Self { stage, headers }
    }

    /// With this header instead of the usual one.
    pub fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        let mut plain = self.without(name);
        plain.headers.push((name, value.into()));
        plain
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    /// In Spanish.
    pub fn in_spanish(self) -> Self {
        self.with("accept-language", "es")
    }

    /// To be carried out once, however often it is sent.
    pub fn once(self, key: &str) -> Self {
        self.with("idempotency-key", key)
    }

    pub async fn asks(self, query: &str, variables: Value) -> Answer {
        self.posts(json!({ "query": query, "variables": variables }).to_string()).await
    }

    /// Posts this body to `/graphql`.
    pub async fn posts(self, body: impl Into<Body>) -> Answer {
        self.sends_to("/graphql", body).await
    }

    /// Posts this body to another place.
    pub async fn sends_to(self, path: &str, body: impl Into<Body>) -> Answer {
        let request = self.head(Request::post(path)).body(body.into()).unwrap();
        self.stage.sends(request).await
    }

    pub async fn gets(self, path: &str) -> Answer {
        let request = self.without("content-type");
        let sent = request.head(Request::get(path)).body(Body::empty()).unwrap();
        request.stage.sends(sent).await
    }

    fn head(&self, request: request::Builder) -> request::Builder {
        self.headers.iter().fold(request, |request, (name, value)| request.header(*name, value))
    }
}
