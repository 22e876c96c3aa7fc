//! The gate, in front of a small schema of its own.

mod answers;
mod bombs;
mod cost;
mod fuzz;
mod ministry;
mod values;

use api::{
    gate::{Admitted, Gate, Limits, Refusal},
    text::Lang,
};
use serde_json::{Map, Value, json};

use ministry::schema;

pub fn gate() -> Gate {
    Gate::new(&schema().sdl(), Limits::default()).expect("the schema is sound")
}

pub fn given(variables: Value) -> Map<String, Value> {
    variables.as_object().cloned().unwrap_or_default()
}

pub fn admit(query: &str, variables: Value) -> Result<Admitted, Refusal> {
    gate().admit(query, None, &given(variables))
}

pub fn refused(query: &str, variables: Value) -> Refusal {
    admit(query, variables).expect_err("this should not pass")
}

/// The errors of a refusal as clients get them, in English.
pub fn told(refusal: &Refusal) -> Value {
    json!(refusal.response(Lang::En))["errors"].clone()
}

/// Through the gate and through the schema, as the node does.
pub async fn ask(query: &str, variables: Value) -> Value {
    let admitted = admit(query, variables).unwrap_or_else(|refusal| panic!("{:?}", told(&refusal)));
    json!(schema().execute(admitted.to_request()).await)
}

#[test]
fn the_same_document_is_read_once() {
    let gate = gate();
    let query = "query ($id: ID) { plan(id: $id) { title } }";
    let first = gate.admit(query, None, &given(json!({ "id": "1" }))).expect("sound");
    let second = gate.admit(query, None, &given(json!({ "id": "2" }))).expect("sound");
    assert_eq!(first.document_hash(), second.document_hash());
    assert_eq!(first.document_hash().len(), 64);
    assert_eq!(gate.documents_read(), 1);
}

#[test]
fn a_refused_document_is_read_once_too() {
    let gate = gate();
    for _ in 0..3 {
        gate.admit("{ nothing }", None, &Map::new()).expect_err("no such field");
    }
    assert_eq!(gate.documents_read(), 1);
}

#[test]
fn an_unknown_field_is_refused_with_its_place_in_both_languages() {
    let refusal = refused("{\n  plan { titel }\n}", json!({}));
    assert_eq!(refusal.kind(), "validation");
    let errors = told(&refusal);
    assert_eq!(errors[0]["extensions"]["code"], "BAD_REQUEST");
    assert_eq!(errors.as_array().map(Vec::len), Some(1));
    assert_eq!(errors[0]["locations"], json!([{ "line": 2, "column": 10 }]));
    assert!(errors[0]["message"].as_str().is_some_and(|m| m.contains("titel")), "{errors}");
    let spanish = json!(refusal.response(Lang::Es));
    let message = spanish["errors"][0]["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("el documento no concuerda con el esquema"), "{message}");
}

#[test]
fn what_is_not_graphql_is_a_syntax_error() {
    for query in ["", "{", "hola", "{ plan { title } } }", "query { plan(id: ) { title } }", "\u{0}"] {
        let refusal = refused(query, json!({}));
        assert_eq!(refusal.code(), "BAD_REQUEST", "{query}");
    }
    assert_eq!(refused("{", json!({})).kind(), "syntax");
}

#[test]
fn only_the_first_errors_are_told() {
    let query = format!("{{ {} }}", (0..400).map(|n| format!("x{n} ")).collect::<String>());
    let refusal = refused(&query, json!({}));
    assert_eq!(told(&refusal).as_array().map(Vec::len), Some(10));
}

#[test]
fn the_operation_that_is_named_is_the_one_that_runs() {
    let query = "query A { plan { title } } query B { ...F } fragment F on Query { __typename plan { id } }";
    let gate = gate();
    let admitted = gate.admit(query, Some("B"), &Map::new()).expect("sound");
    assert_eq!(admitted.operation_name.as_deref(), Some("B"));
    assert_eq!(admitted.root_fields, ["__typename", "plan"]);
    assert_eq!(admitted.document().operations.iter().count(), 1);
    assert_eq!(admitted.document().fragments.len(), 1);
    let admitted = gate.admit(query, Some("A"), &Map::new()).expect("sound");
    assert!(admitted.document().fragments.is_empty());
}

#[test]
fn an_operation_that_is_not_there_or_not_chosen_is_refused_with_those_there_are() {
    let query = "query A { plan { title } } query B { plan { id } }";
    let gate = gate();
    for name in [None, Some("C"), Some("")] {
        let refusal = gate.admit(query, name, &Map::new()).expect_err("not clear");
        assert_eq!(refusal.kind(), "operation");
        assert!(told(&refusal)[0]["message"].as_str().is_some_and(|m| m.contains("A, B")));
    }
    let anonymous = gate.admit("{ plan { title } }", Some("A"), &Map::new()).expect_err("no name");
    assert_eq!(anonymous.code(), "BAD_REQUEST");
}

#[test]
fn root_fields_go_by_their_names() {
    let query = "mutation M($no: Boolean!) { a: save(input: {}) { title } ...F remove @include(if: $no) }
        fragment F on Mutation { b: remove }";
    let admitted = admit(query, json!({ "no": false })).expect("sound");
    assert_eq!(admitted.root_fields, ["save", "remove"]);
    assert_eq!(admitted.kind, api::gate::OperationKind::Mutation);
}

#[test]
fn a_subscription_with_its_field_in_a_fragment_is_refused_rather_than_silent() {
    assert!(admit("subscription { plans { title } }", json!({})).is_ok());
    let refusal = refused("subscription { ...F } fragment F on Subscription { plans { title } }", json!({}));
    assert_eq!(refusal.kind(), "validation");
}

#[test]
fn one_gate_serves_all_threads() {
    fn shared<T: Send + Sync>(_: T) {}
    shared(gate());
}
