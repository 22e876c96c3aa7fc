//! A stage for a test to play on: a whole node on a fresh database, three countries with their
//! institutions, and people who ask it things over the real router.
//!
//! `ENLACE_TEST_DATABASE` says where: `sqlite` (the default), or the URL of a PostgreSQL superuser.
//! The tables are made and the people appointed once per process; each stage is a copy of that.
#![expect(clippy::disallowed_methods, reason = "a test may look behind the curtain")]
#![allow(dead_code, reason = "not every test needs every prop")]

mod answer;
mod cast;
mod person;
mod template;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use api::{
    access::Viewer,
    clock::Clock,
    config::Config,
    directory::{account, institution, reception_point, viewer_by_login},
    http::router,
    ids::{AccountId, InstitutionId, ReceptionPointId},
    ledger,
    node::{Node, writing_pool},
};
use axum::{Router, body::Body, http::Request};
use chrono::{DateTime, TimeDelta, Utc};
use http_body_util::BodyExt;
use sea_orm::{EntityTrait, QueryOrder};
use tower::ServiceExt;

pub use answer::Answer;
pub use cast::named;
pub use person::{Asking, Person};
use template::Place;

pub struct Stage {
    pub node: Node,
    router: Router,
    now: Arc<Mutex<DateTime<Utc>>>,
    accounts: HashMap<String, AccountId>,
    institutions: HashMap<String, InstitutionId>,
    points: HashMap<String, ReceptionPointId>,
    /// Last, so that the database goes after what uses it.
    _place: Place,
}

impl Stage {
    pub async fn set() -> Self {
        Self::set_with(|_| {}).await
    }

    /// A stage whose node has other settings.
    pub async fn set_with(change: impl FnOnce(&mut Config)) -> Self {
        let place = Place::fresh().await;
        let mut config = place.config();
        change(&mut config);
        Self::at(place, config).await
    }

    /// A stage on which it is today: for the binary, which asks the system's clock.
    pub async fn set_now() -> Self {
        let stage = Self::set().await;
        stage.set_time(Utc::now());
        stage
    }

    /// A stage with nobody on it: tables and nothing in them.
    pub async fn set_empty() -> Self {
        let place = Place::empty().await;
        let config = place.config();
        Self::at(place, config).await
    }

    async fn at(place: Place, config: Config) -> Self {
        let now = Arc::new(Mutex::new(opening()));
        let clock = {
            let now = now.clone();
            Clock::of(move || *now.lock().unwrap())
        };
        let writes = writing_pool(&config).await.unwrap();
        let node = Node::on(config, clock, writes).await.unwrap();
        let db = &node.reads.0;
        let accounts = account::Entity::find().all(db).await.unwrap();
        let institutions = institution::Entity::find().all(db).await.unwrap();
        let points = reception_point::Entity::find().all(db).await.unwrap();
        Self {
            router: router(node.clone()),
            now,
            accounts: accounts.into_iter().map(|row| (row.login, row.id)).collect(),
            institutions: institutions.into_iter().map(|row| (row.code, row.id)).collect(),
            points: points.into_iter().map(|row| (row.code, row.id)).collect(),
            node,
            _place: place,
        }
    }

    /// Changes the node, such as its schema, before anybody asks.
    pub fn refit(&mut self, change: impl FnOnce(&mut Node)) {
        change(&mut self.node);
        self.router = router(self.node.clone());
    }

    /// Someone of the cast (see `cast.rs`), such as `mx.test.focal`.
    pub fn person(&self, login: &str) -> Person<'_> {
        let account = *self.accounts.get(login).unwrap_or_else(|| panic!("there is no {login}"));
        Person::of(self, account)
    }

    /// Somebody who opened an account after the curtain rose.
    pub fn newcomer(&self, account: AccountId) -> Person<'_> {
        Person::of(self, account)
    }

    /// Somebody without a token.
    pub fn stranger(&self) -> Asking<'_> {
        Asking::new(self, None)
    }

    /// Everybody with an account, by login.
    pub fn logins(&self) -> Vec<&str> {
        let mut logins: Vec<_> = self.accounts.keys().map(String::as_str).collect();
        logins.sort();
        logins
    }

    /// An institution by its code, such as `MX-SRE`.
    pub fn institution(&self, code: &str) -> InstitutionId {
        *self.institutions.get(code).unwrap_or_else(|| panic!("there is no {code}"))
    }

    /// A reception point by its code, such as `MX-RP-NORTE`.
    pub fn point(&self, code: &str) -> ReceptionPointId {
        *self.points.get(code).unwrap_or_else(|| panic!("there is no {code}"))
    }

    /// Who an account is today, for tests below the API.
    pub async fn viewer(&self, login: &str) -> Viewer {
        viewer_by_login(&self.node.reads.0, login, self.node.clock.now()).await.unwrap().unwrap()
    }

    pub fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    /// Lets time pass, or turns it back.
    pub fn pass(&self, time: TimeDelta) {
        *self.now.lock().unwrap() += time;
    }

    pub fn set_time(&self, now: DateTime<Utc>) {
        *self.now.lock().unwrap() = now;
    }

    /// The whole ledger, in order.
    pub async fn entries(&self) -> Vec<ledger::Model> {
        ledger::Entity::find().order_by_asc(ledger::Column::Number).all(&self.node.reads.0).await.unwrap()
    }

    /// Only as far as the head of the answer; its body goes on for as long as it is held.
    pub async fn opens(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn sends(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        Answer::new(head.status, head.headers, body.collect().await.unwrap().to_bytes())
    }
}

/// When every play begins: the morning of the ministerial meeting.
pub fn opening() -> DateTime<Utc> {
    "2025-01-16T15:00:00Z".parse().unwrap()
}
