//! What the log says, and what it does not.

use std::{
    io,
    sync::{Arc, Mutex},
};

use api::http::logging;
use serde_json::{Value, json};

use super::{ADD_INSTITUTION, facts};
use crate::stage::Stage;

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl io::Write for Page {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(text)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Page {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
    fn requests(&self) -> Vec<Value> {
        let lines = self.text();
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["target"] == "enlace::request").collect()
    }
}

/// Logs as much as can be asked for, on this test's thread.
fn logged(stage: &Stage) -> (Page, tracing::subscriber::DefaultGuard) {
    let page = Page::default();
    let config = api::config::Config { log: "trace".into(), ..(*stage.node.config).clone() };
    let writer = page.clone();
    let dispatch = logging::dispatch(&config, move || writer.clone()).unwrap();
    (page, tracing::dispatcher::set_default(&dispatch))
}

#[tokio::test]
async fn one_line_tells_of_a_request() {
    let stage = Stage::set().await;
    let person = stage.person("mx.test.focal");
    let (page, _guard) = logged(&stage);
    let query = "query Mine { viewer { login } }";
    let answer = person.asking().with("x-request-id", "client-7").asks(query, json!({})).await.well();
    person.asking().with("x-request-id", "x\" y").gets("/nothing/at/all").await;
    let lines = page.requests();
    assert_eq!(lines.len(), 2, "{}", page.text());
    let line = &lines[0];
    assert_eq!(line["request_id"], answer.header("x-request-id"));
    assert_eq!(line["client_request_id"], "client-7");
    assert_eq!(
        json!([line["method"], line["route"], line["status"], line["kind"], line["operation"]]),
        json!(["POST", "/graphql", 200, "query", "Mine"])
    );
    assert_eq!(line["account"], person.account.global());
    assert!(line["ms"].as_f64().is_some_and(|ms| ms > 0.0) && line["cost"].as_u64() == Some(2), "{line}");
    assert_eq!(lines[1]["route"], "none");
    assert_eq!(lines[1].get("client_request_id"), None);
}

#[tokio::test]
async fn the_log_holds_no_secret_and_no_value_even_at_its_most_talkative() {
    let stage = Stage::set().await;
    let (page, _guard) = logged(&stage);
    let admin = stage.person("mx.test.admin");
    let token = admin.token();
    let asking = stage.stranger().with("authorization", format!("Bearer {token}")).once("KeyOfMine");
    asking.asks(ADD_INSTITUTION, facts("MX-CONAPRED")).await.well();
    let forged = format!("{token}x");
    stage
        .stranger()
        .with("authorization", format!("Bearer {forged}"))
        .asks("{ __typename }", json!({}))
        .await;
    admin.asks("{ countries(text: \"SecretWord\") { nodes { code } } }", json!({})).await.well();
    admin.asks("{ nothing(secret: \"SecretWord\") }", json!({})).await;
    admin.asking().gets("/graphql?query={__typename}&variables=%7B%22a%22:%22SecretWord%22%7D").await;
    let nowhere = "Dataset:0192f0c37a5b7c3e8d2f4a6b8c0d2e4f";
    for path in [format!("/exports/{nowhere}?"), format!("/statistics?dataset={nowhere}&")] {
        let analyst = stage.person("mx.test.analyst").asking().without("accept");
        assert_eq!(analyst.gets(&format!("{path}where.SEX=SecretWord")).await.status, 404);
    }
    let text = page.text();
    for secret in [
        &token,
        "Bearer",
        "CONAPRED",
        "Consejo",
        "SecretWord",
        "addInstitution",
        "KeyOfMine",
        "mx.test",
        nowhere,
    ] {
        assert!(!text.contains(secret), "{secret} is in the log:\n{text}");
    }
    let refused = page.requests().into_iter().find(|line| line["status"] == 401).unwrap();
    assert_eq!(refused["token"], "forged or foreign");
}

#[tokio::test]
async fn the_name_of_an_operation_is_cut_to_a_length() {
    let stage = Stage::set().await;
    let (page, _guard) = logged(&stage);
    let name = "N".repeat(5000);
    stage.stranger().asks(&format!("query {name} {{ __typename }}"), json!({})).await.well();
    assert_eq!(page.requests()[0]["operation"], "N".repeat(64));
}

#[tokio::test]
async fn a_client_that_leaves_before_the_answer_is_not_forgotten() {
    let stage = Stage::set().await;
    let (page, _guard) = logged(&stage);
    let never = axum::body::Body::from_stream(futures::stream::pending::<Result<Vec<u8>, io::Error>>());
    let mut leaving = Box::pin(stage.stranger().posts(never));
    assert!(futures::poll!(leaving.as_mut()).is_pending());
    drop(leaving);
    assert_eq!(page.requests()[0]["status"], 499);
}
