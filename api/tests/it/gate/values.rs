//! Variables and literals, fitted to their types before anything runs.

use serde_json::{Value, json};

use super::{admit, ask, refused, told};

const SAVE: &str = "mutation ($input: Save!) { save(input: $input) { id } }";

fn problems(query: &str, variables: Value) -> Value {
    let refusal = refused(query, variables);
    assert_eq!((refusal.kind(), refusal.code()), ("variables", "BAD_USER_INPUT"));
    told(&refusal)[0]["extensions"]["problems"].clone()
}

#[test]
fn a_wrong_value_is_told_with_its_path_and_what_would_be_right() {
    let input = json!({ "phases": [{ "name": "a" }, { "name": "b" }, { "name": 3, "order": "x" }, {}] });
    let problems = problems(SAVE, json!({ "input": input }));
    let message = |n: usize| problems[n]["message"].as_str().unwrap_or_default().to_owned();
    assert_eq!(problems[0]["path"], "input.phases.2.name");
    assert_eq!(problems[0]["code"], "MALFORMED");
    assert_eq!(message(0), "expected a string, found a number");
    assert_eq!(problems[1]["path"], "input.phases.2.order");
    assert_eq!(problems[2]["path"], "input.phases.3.name");
    assert_eq!(problems[2]["code"], "REQUIRED");
}

#[test]
fn unknown_fields_and_numbers_out_of_range_are_told() {
    let problems = problems(SAVE, json!({ "input": { "titel": "x", "days": 3_000_000_000_u64 } }));
    assert_eq!(
        (problems[0]["path"].as_str(), problems[0]["code"].as_str()),
        (Some("input.titel"), Some("UNKNOWN"))
    );
    assert_eq!(
        (problems[1]["path"].as_str(), problems[1]["code"].as_str()),
        (Some("input.days"), Some("OUT_OF_RANGE"))
    );
}

#[test]
fn a_required_variable_that_is_missing_is_told() {
    assert_eq!(problems(SAVE, json!({}))[0]["path"], "input");
    assert_eq!(problems(SAVE, json!({ "input": null }))[0]["code"], "REQUIRED");
    assert_eq!(problems(SAVE, json!({ "input": [] }))[0]["code"], "MALFORMED");
}

#[test]
fn values_without_a_variable_are_ignored() {
    let admitted = admit("{ plan { id } }", json!({ "extra": 1 })).expect("sound");
    assert!(admitted.variables.is_empty());
}

#[tokio::test]
async fn one_value_stands_for_a_list_of_one_and_a_number_for_an_id() {
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    assert_eq!(ask(query, json!({ "ids": 3 })).await["data"]["nodes"], json!([{ "id": 3 }]));
    assert_eq!(ask(query, json!({ "ids": ["4"] })).await["data"]["nodes"], json!([{ "id": 4 }]));
}

#[tokio::test]
async fn one_of_holds_exactly_one_in_a_variable() {
    let query = "query ($by: By!) { find(by: $by) }";
    assert_eq!(ask(query, json!({ "by": { "code": "MX" } })).await["data"]["find"], "MX");
    for by in [
        json!({}),
        json!({ "id": null }),
        json!({ "id": "1", "code": "MX" }),
        json!({ "id": "1", "code": null }),
    ] {
        assert_eq!(problems(query, json!({ "by": by }))[0]["path"], "by");
    }
}

#[test]
fn one_of_holds_exactly_one_in_a_literal() {
    assert!(admit(r#"{ find(by: { id: "1" }) }"#, json!({})).is_ok());
    assert!(admit("query ($c: String!) { find(by: { code: $c }) }", json!({ "c": "MX" })).is_ok());
    for query in [
        "{ find(by: {}) }",
        "{ find(by: { id: null }) }",
        r#"{ find(by: { id: "1", code: "MX" }) }"#,
        "query ($c: String) { find(by: { code: $c }) }",
        "query ($by: By = { id: 1, code: 2 }) { plan { id } }",
    ] {
        assert_eq!(refused(query, json!({ "c": "MX" })).kind(), "validation", "{query}");
    }
}

#[test]
fn a_variable_stands_only_where_its_type_fits() {
    for query in [
        "query ($n: String) { limited(n: $n) }",
        "query ($n: Int) { limited(n: $n) }",
        "query ($id: [ID]) { plan(id: $id) { id } }",
        "query ($id: ID) { nodes(ids: [$id]) { id } }",
        "mutation ($n: String) { save(input: { phases: [{ name: $n }] }) { id } }",
        "mutation ($n: [Int]) { save(input: { phases: [{ name: \"x\", order: $n }] }) { id } }",
        "query ($n: Int!) { ...F } fragment F on Query { plan(id: $n) { id } }",
    ] {
        assert_eq!(refused(query, json!({ "n": null, "id": null })).kind(), "validation", "{query}");
    }
    assert!(admit("query ($n: Int = 3) { limited(n: $n) }", json!({})).is_ok());
}

#[tokio::test]
async fn defaults_of_variables_are_applied_in_their_own_form() {
    let query = r#"query ($v: JSON = { a: [1, 2.5, "x", true, null] }) { echo(value: $v) }"#;
    assert_eq!(ask(query, json!({})).await["data"]["echo"], r#"{a: [1, 2.5, "x", true, null]}"#);
}

#[tokio::test]
async fn literals_reach_the_resolver_as_they_were_checked() {
    let query = "{ echo(value: { t: \"\"\"\n    uno\n      dos\n  \"\"\", u: \"\\u{1F1F2}\\u00e9\\n\", e: ABC, n: -7, f: 1e3 }) }";
    let answer = ask(query, json!({})).await;
    assert_eq!(answer["data"]["echo"], "{t: \"uno\\n  dos\", u: \"🇲é\\n\", e: \"ABC\", n: -7, f: 1000.0}");
}
