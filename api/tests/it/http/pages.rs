//! The other addresses.

use serde_json::json;

use crate::stage::Stage;

#[tokio::test]
async fn the_keys_the_schema_and_a_welcome_are_for_everybody() {
    let stage = Stage::set().await;
    let keys = stage.stranger().gets("/.well-known/jwks.json").await;
    assert_eq!(keys.header("cache-control"), "public, max-age=300");
    assert_eq!(keys.json["keys"][0]["crv"], "Ed25519");
    assert_eq!(keys.json["keys"][0]["kid"], json!(stage.node.keys.signing().unwrap().kid));
    let schema = stage.stranger().gets("/schema.graphql").await;
    assert!(schema.text.contains("type Query"), "{}", schema.text);
    let welcome = stage.stranger().gets("/").await;
    assert!(welcome.text.contains("/graphql") && welcome.text.contains("lang=\"en\""));
}

#[tokio::test]
async fn a_node_that_runs_says_so() {
    let stage = Stage::set().await;
    assert_eq!(stage.stranger().gets("/livez").await.text, "ok\n");
    assert_eq!(stage.stranger().gets("/readyz").await.text, "ready\n");
}

#[tokio::test]
async fn a_node_without_its_database_lives_and_is_not_ready() {
    let stage = Stage::set().await;
    stage.node.ledger.close().await.unwrap();
    let answer = stage.stranger().gets("/readyz").await;
    assert_eq!((answer.status.as_u16(), answer.code()), (503, "LIMITED"));
    assert_eq!(stage.stranger().gets("/livez").await.status.as_u16(), 200);
}

#[tokio::test]
async fn there_is_no_other_page_and_no_other_method() {
    let stage = Stage::set().await;
    for path in ["/graphiql", "/graphql/", "/.env", "//graphql", "/metrics/x", "/%00"] {
        let answer = stage.stranger().gets(path).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "NOT_FOUND"), "{path}");
    }
    for (method, path) in [("DELETE", "/graphql"), ("OPTIONS", "/graphql"), ("POST", "/livez"), ("BREW", "/")]
    {
        let request = axum::http::Request::builder().method(method).uri(path);
        let answer = stage.sends(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (405, "BAD_REQUEST"), "{method} {path}");
        assert!(answer.header("allow").contains("GET"), "{method} {path}");
    }
}

#[tokio::test]
async fn metrics_are_not_for_strangers() {
    let secret = "a secret of the operator";
    let stage = Stage::set_with(|config| config.metrics_token = Some(secret.into())).await;
    for token in
        [None, Some("Bearer a guess of a stranger"), Some("Bearer "), Some("Bearer a secret of the operato")]
    {
        let asking = stage.stranger();
        let asking = match token {
            Some(token) => asking.with("authorization", token),
            None => asking,
        };
        let answer = asking.gets("/metrics").await;
        assert_eq!((answer.status.as_u16(), answer.code()), (403, "FORBIDDEN"));
    }
    let token = stage.person("mx.test.admin").token();
    let answer = stage.stranger().with("authorization", format!("Bearer {token}")).gets("/metrics").await;
    assert_eq!(answer.status.as_u16(), 403);

    stage.stranger().asks("{ nothing }", json!({})).await;
    stage.stranger().asks("query Q { __typename }", json!({})).await.well();
    stage.stranger().gets("/a/path/of/a/client").await;
    let answer = stage.stranger().with("authorization", format!("Bearer {secret}")).gets("/metrics").await;
    assert_eq!(answer.status.as_u16(), 200);
    for line in [
        "enlace_http_requests_total{method=\"POST\",route=\"/graphql\",status=\"200\"} 1",
        "enlace_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "enlace_graphql_operations_total{kind=\"query\",code=\"OK\"} 1",
        "enlace_graphql_operations_total{kind=\"none\",code=\"BAD_REQUEST\"} 1",
        "enlace_gate_refusals_total{kind=\"validation\"} 1",
        "enlace_http_requests_in_flight 1",
    ] {
        assert!(answer.text.contains(line), "{line} is not in\n{}", answer.text);
    }
    assert!(answer.text.ends_with("# EOF\n") && !answer.text.contains("/a/path"));
}
