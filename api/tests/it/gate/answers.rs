//! What async-graphql leaves to us while a document runs.

use api::{error::present, text::Lang};
use async_graphql::Response;
use futures::StreamExt;
use serde_json::{Value, json};

use super::{Map, ask, gate, ministry::schema};

async fn presented(query: &str) -> Value {
    let admitted = gate().admit(query, None, &Map::new()).expect("sound");
    let response: Response = schema().execute(admitted.to_request()).await;
    json!(present(response, Lang::En, "r1"))
}

#[tokio::test]
async fn an_omitted_variable_stays_undefined_and_null_stays_null() {
    let query =
        "mutation ($title: String, $days: Int) { save(input: { title: $title, days: $days }) { id } }";
    let id = |answer: Value| answer["data"]["save"]["id"].clone();
    assert_eq!(id(ask(query, json!({})).await), 7);
    assert_eq!(id(ask(query, json!({ "title": null })).await), 107);
    assert_eq!(id(ask(query, json!({ "title": "x", "days": 3 })).await), 203);
    let whole = "mutation ($input: Save!) { save(input: $input) { id } }";
    assert_eq!(id(ask(whole, json!({ "input": {} })).await), 7);
    assert_eq!(id(ask(whole, json!({ "input": { "title": null } })).await), 107);
}

#[tokio::test]
async fn an_omitted_variable_leaves_the_default_of_its_argument() {
    let query = "query ($n: Int) { plans(first: $n) { total } ...F } fragment F on Query { b: plans(first: $n) { total } }";
    let answer = ask(query, json!({})).await;
    assert_eq!(answer, json!({ "data": { "plans": { "total": 20 }, "b": { "total": 20 } } }));
    assert_eq!(ask(query, json!({ "n": 4 })).await["data"]["plans"]["total"], 4);
}

#[tokio::test]
async fn fields_keep_the_order_of_the_query() {
    let admitted =
        gate().admit("{ slow plan { id } a: slow limited(n: 2) }", None, &Map::new()).expect("sound");
    let response = schema().execute(admitted.to_request()).await;
    let text = serde_json::to_string(&response.data).expect("JSON");
    assert_eq!(text, r#"{"slow":1,"plan":{"id":1},"a":1,"limited":2}"#);
}

#[tokio::test]
async fn an_error_in_a_nullable_field_makes_that_field_null() {
    let answer = presented("{ before: limited(n: 1) no: refuse guarded plan { id sometimes } }").await;
    assert_eq!(
        answer["data"],
        json!({ "before": 1, "no": null, "guarded": null, "plan": { "id": 1, "sometimes": null } })
    );
    let mut paths: Vec<_> =
        answer["errors"].as_array().into_iter().flatten().map(|e| e["path"].clone()).collect();
    paths.sort_by_key(Value::to_string);
    assert_eq!(paths, [json!(["guarded"]), json!(["no"]), json!(["plan", "sometimes"])]);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    assert_eq!(answer["errors"][0]["extensions"]["problems"][0]["code"], "UNKNOWN");
}

#[tokio::test]
async fn an_error_in_a_required_field_makes_the_parent_null_and_is_told_once() {
    let answer = presented("{ limited(n: 1) plan { id no: sometimesRequired } }").await;
    assert_eq!(answer["data"], json!({ "limited": 1, "plan": null }));
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["errors"][0]["path"], json!(["plan", "no"]));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

#[tokio::test]
async fn an_error_that_nothing_can_hold_makes_the_whole_answer_null() {
    let answer = presented("{ limited(n: 1) required { sometimesRequired } }").await;
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["errors"][0]["path"], json!(["required", "sometimesRequired"]));
}

#[tokio::test]
async fn the_path_of_an_error_goes_through_lists() {
    let answer = presented("{ list { owner { x: sometimes } } }").await;
    assert_eq!(answer["data"]["list"][1], json!({ "owner": { "x": null } }));
    assert_eq!(answer["data"]["list"][2], json!({ "owner": { "x": 2 } }));
    assert_eq!(answer["errors"][0]["path"], json!(["list", 1, "owner", "x"]));

    let answer = presented("{ plan { parts { sometimesRequired } } }").await;
    assert_eq!(answer["data"], json!({ "plan": { "parts": null } }));
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["errors"][0]["path"], json!(["plan", "parts", 1, "sometimesRequired"]));
}

#[tokio::test]
async fn an_item_that_may_be_null_fails_alone() {
    let answer = presented("{ some nodes(ids: [0, 1, 2]) { sometimesRequired } }").await;
    assert_eq!(answer["data"]["some"], json!([0, null, null]));
    let nodes = json!([{ "sometimesRequired": 0 }, null, { "sometimesRequired": 2 }]);
    assert_eq!(answer["data"]["nodes"], nodes);
    let mut paths: Vec<_> =
        answer["errors"].as_array().into_iter().flatten().map(|e| e["path"].clone()).collect();
    paths.sort_by_key(Value::to_string);
    assert_eq!(paths, [json!(["nodes", 1, "sometimesRequired"]), json!(["some", 1])]);
}

#[tokio::test]
async fn a_failed_mutation_field_does_not_keep_the_next_from_running() {
    let answer = presented("mutation { remove save(input: {}) { id } }").await;
    assert_eq!(answer["data"], json!({ "remove": null, "save": { "id": 7 } }));
    assert_eq!(answer["errors"][0]["path"], json!(["remove"]));
}

#[tokio::test]
async fn a_panic_is_an_internal_error_of_its_field() {
    let answer = presented("{ limited(n: 1) burst }").await;
    assert_eq!(answer["data"], json!({ "limited": 1, "burst": null }));
    assert_eq!(answer["errors"][0]["path"], json!(["burst"]));
    assert_eq!(answer["errors"][0]["extensions"], json!({ "code": "INTERNAL", "requestId": "r1" }));
    assert!(!answer.to_string().contains("defect"), "{answer}");
}

#[tokio::test]
async fn each_event_of_a_subscription_tells_its_own_errors() {
    let query = "subscription { plans { id sometimes owner { no: sometimesRequired } } }";
    let admitted = gate().admit(query, None, &Map::new()).expect("sound");
    let events: Vec<Value> =
        schema().execute_stream(admitted.to_request()).map(|event| json!(event)).collect().await;
    assert_eq!(events.len(), 3);
    assert_eq!(events[0].get("errors"), None);
    assert_eq!(events[1]["data"], json!({ "plans": { "id": 1, "sometimes": null, "owner": null } }));
    assert_eq!(events[1]["errors"].as_array().map(Vec::len), Some(2));
    assert_eq!(events[2].get("errors"), None);
}

#[tokio::test]
async fn the_deepest_nesting_that_passes_also_runs() {
    // The selection set of `plan` is the first level.
    let query = |n: usize| format!("{{ plan {{ {} id {} }} }}", "... { ".repeat(n - 1), "}".repeat(n - 1));
    let admitted = gate().admit(&query(32), None, &Map::new());
    let response = schema().execute(admitted.expect("within the limit").to_request()).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    assert_eq!(gate().admit(&query(33), None, &Map::new()).expect_err("beyond it").kind(), "limit");
}
