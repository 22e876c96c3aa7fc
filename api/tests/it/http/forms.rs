//! Media types, statuses, languages, headers.

use serde_json::json;

use super::{ADD_INSTITUTION, facts};
use crate::stage::Stage;

const GRAPHQL: &str = "application/graphql-response+json; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

#[tokio::test]
async fn the_form_of_the_answer_is_what_the_client_accepts() {
    let stage = Stage::set().await;
    let accepts = [
        (None, JSON),
        (Some(""), JSON),
        (Some("*/*"), JSON),
        (Some("application/*"), JSON),
        (Some("application/json"), JSON),
        (Some("application/graphql-response+json"), GRAPHQL),
        (Some("application/graphql-response+json; charset=utf-8"), GRAPHQL),
        (Some("Application/GraphQL-Response+JSON, application/json;q=0.9"), GRAPHQL),
        (Some("application/json, application/graphql-response+json"), JSON),
        (Some("application/graphql-response+json, application/json"), GRAPHQL),
        (Some("application/json;q=0.5, application/graphql-response+json;q=0.8"), GRAPHQL),
        (Some("text/html, application/graphql-response+json, */*"), GRAPHQL),
        (Some("application/json;q=0, */*"), GRAPHQL),
        (Some("text/html, application/json;q=0.1"), JSON),
    ];
    for (accept, expected) in accepts {
        let asking = stage.stranger().without("accept");
        let asking = match accept {
            Some(accept) => asking.with("accept", accept),
            None => asking,
        };
        let answer = asking.asks("{ __typename }", json!({})).await.well();
        assert_eq!(answer.header("content-type"), expected, "{accept:?}");
    }
    for accept in
        ["text/html", "image/*", "application/json;q=0", "application/json; charset=latin1", ";;,;q"]
    {
        let answer = stage.stranger().with("accept", accept).asks("{ __typename }", json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (406, "BAD_REQUEST"), "{accept}");
    }
}

#[tokio::test]
async fn the_newer_form_has_statuses_and_the_older_says_200() {
    let stage = Stage::set().await;
    let analyst = stage.person("gt.test.analyst");
    let cases = [
        ("{", json!({}), 400, "BAD_REQUEST"),
        ("{ nothing }", json!({}), 400, "BAD_REQUEST"),
        (
            "query ($n: Int!) { countries(first: $n) { nodes { code } } }",
            json!({ "n": "x" }),
            400,
            "BAD_USER_INPUT",
        ),
        (ADD_INSTITUTION, facts("GT-X"), 403, "FORBIDDEN"),
        ("{ countries(first: 1000) { nodes { code } } }", json!({}), 200, "BAD_USER_INPUT"),
        ("{ viewer { login } }", json!({}), 200, "no error"),
    ];
    for (query, variables, status, code) in cases {
        let newer = analyst.asks(query, variables.clone()).await;
        assert_eq!((newer.status.as_u16(), newer.code()), (status, code), "{query} {}", newer.text);
        assert_eq!(newer.json.get("data").is_some(), status == 200);
        let older = analyst.asking().with("accept", "application/json").asks(query, variables).await;
        assert_eq!((older.status.as_u16(), older.code()), (200, code), "{query}");
    }
}

#[tokio::test]
async fn what_is_no_graphql_request_is_a_bad_request_in_either_form() {
    let stage = Stage::set().await;
    let deep = "[".repeat(5000);
    let bodies = [
        "",
        "{",
        "null",
        "7",
        "\"{ __typename }\"",
        "{}",
        "[]",
        "[7]",
        "[[]]",
        &deep,
        r#"{"query": 7}"#,
        r#"{"query": null}"#,
        r#"{"query": "{ __typename }", "variables": []}"#,
        r#"{"query": "{ __typename }", "variables": "{}"}"#,
        r#"{"query": "{ __typename }", "operationName": 1}"#,
        r#"{"query": "{ __typename }", "extensions": 1}"#,
    ];
    for body in bodies {
        for accept in [GRAPHQL, JSON] {
            let answer = stage.stranger().with("accept", accept).posts(body.to_owned()).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code()),
                (400, "BAD_REQUEST"),
                "{body} {}",
                answer.text
            );
        }
    }
    let latin1 = stage.stranger().posts(b"{\"query\": \"{ __typename } # \xf1\"}".to_vec()).await;
    assert_eq!(latin1.code(), "BAD_REQUEST");
}

#[tokio::test]
async fn a_page_of_another_site_cannot_ask_in_the_name_of_its_visitor() {
    let stage = Stage::set().await;
    let body = json!({ "query": "{ viewer { login } }" }).to_string();
    let person = stage.person("mx.test.focal");
    let types = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "application/jsonp",
        "text/plain; application/json",
    ];
    for kind in types {
        let answer = person.asking().with("content-type", kind).posts(body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (415, "BAD_REQUEST"), "{kind}");
    }
    let untyped = person.asking().without("content-type").posts(body.clone()).await;
    assert_eq!(untyped.status.as_u16(), 415);
    let packed = person.asking().with("content-encoding", "gzip").posts(body.clone()).await;
    assert_eq!(packed.status.as_u16(), 415);
    let from_afar = person.asking().with("sec-fetch-site", "cross-site").posts(body.clone()).await;
    assert_eq!((from_afar.status.as_u16(), from_afar.code()), (403, "BAD_REQUEST"));
    let got = person.asking().with("sec-fetch-site", "cross-site").gets("/graphql?query={__typename}").await;
    assert_eq!(got.status.as_u16(), 403);
    person.asking().with("sec-fetch-site", "same-origin").posts(body.clone()).await.well();
    person.asking().with("content-type", "Application/JSON;charset=\"UTF-8\"").posts(body).await.well();
}

#[tokio::test]
async fn get_is_for_queries_only() {
    let stage = Stage::set().await;
    let person = stage.person("mx.test.admin");
    let got = person.asking().gets("/graphql?query=query+A($n:Int){countries(first:$n){nodes{code}}}&operationName=A&variables=%7B%22n%22:1%7D").await;
    assert_eq!(got.well().at("countries.nodes"), &json!([{ "code": "GT" }]));
    for accept in [GRAPHQL, JSON] {
        let mutation =
            person.asking().with("accept", accept).gets("/graphql?query=mutation{__typename}").await;
        assert_eq!((mutation.status.as_u16(), mutation.code()), (405, "BAD_REQUEST"));
        assert_eq!(mutation.header("allow"), "POST");
    }
    for address in [
        "/graphql",
        "/graphql?query",
        "/graphql?query={__typename}&query={__typename}",
        "/graphql?query={__typename}&variables=x",
        "/graphql?query={__typename}&variables=[]",
        "/graphql?query={__typename}&extensions=7",
        "/graphql?query=%ff",
    ] {
        let answer = person.asking().gets(address).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "BAD_REQUEST"),
            "{address} {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn answers_speak_the_language_that_is_preferred() {
    let stage = Stage::set().await;
    for (accept, expected) in [
        ("es", "falta una credencial"),
        ("en-GB, es;q=0.5", "no valid token"),
        ("fr", "falta una credencial"),
        ("es;q=0.1, en", "no valid token"),
        ("", "falta una credencial"),
    ] {
        let asking = stage.stranger().with("accept-language", accept);
        let answer = asking.asks("{ viewer { login } }", json!({})).await;
        assert!(answer.message().starts_with(expected), "{accept}: {}", answer.message());
    }
    let page = stage.stranger().with("accept-language", "es").gets("/nothing").await;
    assert_eq!(page.message(), "no existe: una página en esta dirección");
}

#[tokio::test]
async fn every_answer_is_dressed_for_the_road() {
    let stage = Stage::set().await;
    let mut ids = std::collections::HashSet::new();
    for path in ["/", "/graphql", "/graphql?query={__typename}", "/livez", "/nothing", "/metrics"] {
        let answer = stage.stranger().with("x-request-id", "mine").gets(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("vary"), "Accept, Accept-Language, Authorization");
        let id = uuid::Uuid::try_parse(answer.header("x-request-id")).unwrap();
        assert_eq!(id.get_version_num(), 7);
        assert!(ids.insert(id));
    }
}
