//! What an operation costs.

use serde_json::json;

use super::{admit, ministry::schema, refused, told};

fn cost(query: &str, variables: serde_json::Value) -> u64 {
    admit(query, variables).map_or_else(|refusal| panic!("{:?}", told(&refusal)), |admitted| admitted.cost)
}

#[test]
fn every_field_costs_one_and_lists_cost_what_they_hold() {
    assert_eq!(cost("{ plan { id title } }", json!({})), 3);
    assert_eq!(cost("{ __typename plan { __typename } }", json!({})), 3);
    assert_eq!(cost("{ list { id title } }", json!({})), 1 + 5 * 2);
    assert_eq!(cost("{ list { parts { id } } }", json!({})), 1 + 5 * (1 + 5));
    assert_eq!(cost("{ nodes(ids: [1, 2, 3]) { id } }", json!({})), 1 + 3);
}

#[test]
fn a_page_costs_its_real_size() {
    let query = "query ($n: Int) { plans(first: $n) { total nodes { id title } } }";
    assert_eq!(cost(query, json!({ "n": 50 })), 1 + 1 + 1 + 50 * 2);
    assert_eq!(cost(query, json!({})), 1 + 1 + 1 + 20 * 2);
    assert_eq!(cost(query, json!({ "n": 1_000_000 })), 1 + 1 + 1 + 100 * 2);
    assert_eq!(cost("{ plans(first: 2) { nodes { id } } }", json!({})), 1 + 1 + 2);
}

#[test]
fn a_fragment_weighs_the_same_as_what_it_stands_for() {
    let spread =
        "query ($n: Int) { plans(first: $n) { ...F } } fragment F on Connection { nodes { ...P } total }
        fragment P on Plan { id owner { title } }";
    assert_eq!(cost(spread, json!({ "n": 7 })), 1 + 2 + 7 * 3);
}

#[test]
fn what_is_left_out_costs_nothing() {
    let query = "query ($yes: Boolean!) { plan { id title @skip(if: $yes) ... @include(if: $yes) { owner { id } } } }";
    assert_eq!(cost(query, json!({ "yes": true })), 4);
    assert_eq!(cost(query, json!({ "yes": false })), 3);
}

#[test]
fn too_costly_is_refused_with_the_figure_and_the_limit_by_the_values_that_came() {
    let query =
        "query ($n: Int!) { plans(first: $n) { nodes { parts { parts { parts { parts { id } } } } } } }";
    assert!(admit(query, json!({ "n": 1 })).is_ok());
    let refusal = refused(query, json!({ "n": 100 }));
    assert_eq!((refusal.kind(), refusal.code()), ("limit", "LIMITED"));
    let errors = told(&refusal);
    let message = errors[0]["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("the operation costs 78102; the limit is 60000"), "{message}");
}

#[test]
fn depth_is_told_with_what_passes() {
    let admitted =
        admit("{ plan { owner { ...F } } } fragment F on Plan { owner { id } }", json!({})).expect("sound");
    assert_eq!(admitted.depth, 4);
}

#[tokio::test]
async fn the_introspection_query_of_the_usual_tools_passes_and_is_answered() {
    let admitted = admit(INTROSPECTION, json!({})).expect("sound");
    assert!(admitted.cost < 10_000, "{}", admitted.cost);
    let response = schema().execute(admitted.to_request()).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
}

const INTROSPECTION: &str = "query IntrospectionQuery { __schema { description queryType { name kind }
    mutationType { name kind } subscriptionType { name kind } types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
  fragment FullType on __Type { kind name description specifiedByURL isOneOf
    fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue }
      type { ...TypeRef } isDeprecated deprecationReason }
    inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
    possibleTypes { ...TypeRef } }
  fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated
    deprecationReason }
  fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name } } } } } } } } } }";
