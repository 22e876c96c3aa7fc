//! Root fields, held against the policy before anything runs.

use serde_json::json;

use super::{ADD_INSTITUTION, facts};
use crate::stage::Stage;

#[tokio::test]
async fn a_field_that_no_role_of_mine_is_for_is_refused_with_the_words_for_it() {
    let stage = Stage::set().await;
    let analyst = stage.person("mx.test.analyst");
    let refused = analyst.asks(ADD_INSTITUTION, facts("MX-CONAPRED")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "FORBIDDEN"));
    assert_eq!(
        refused.message(),
        "none of your roles allows you to manage the institutions of the own country"
    );
    assert_eq!(refused.json["errors"][0]["path"], json!(["addInstitution"]));
    assert_eq!(refused.json.get("data"), None);
    let spanish = analyst.asking().in_spanish().asks(ADD_INSTITUTION, facts("MX-CONAPRED")).await;
    assert_eq!(
        spanish.message(),
        "ninguna de sus funciones permite administrar las instituciones del propio país"
    );
}

#[tokio::test]
async fn one_refused_field_refuses_the_whole_operation() {
    let stage = Stage::set().await;
    let before = stage.entries().await.len();
    let both = "mutation ($input: AddInstitutionInput!, $plan: RecallInput!) {
        addInstitution(input: $input) { institution { id } }
        no: recallPlan(input: $plan) { userErrors { code } }
        recallPlan(input: $plan) { userErrors { code } }
    }";
    let mut variables = facts("MX-CONAPRED");
    variables["plan"] = json!({ "id": "Plan:0192f0c37a5b7c3e8d2f4a6b8c0d2e4f" });
    let refused = stage.person("mx.test.admin").asks(both, variables).await;
    assert_eq!(refused.code(), "FORBIDDEN", "{}", refused.text);
    let paths: Vec<_> =
        refused.json["errors"].as_array().unwrap().iter().map(|e| e["path"].clone()).collect();
    assert_eq!(paths, [json!(["no"]), json!(["recallPlan"])]);
    assert_eq!(stage.entries().await.len(), before);
}

#[tokio::test]
async fn a_refused_field_in_a_fragment_is_found_and_one_that_is_left_out_is_not_missed() {
    let stage = Stage::set().await;
    let nobody = stage.person("mx.test.nobody");
    let query = "query ($no: Boolean = false) { ...F ... on Query { b: plans { nodes { id } } } }
        fragment F on Query { a: plans @include(if: $no) { nodes { id } } viewer { login } }";
    let refused = nobody.asks(query, json!({})).await;
    assert_eq!(refused.code(), "FORBIDDEN");
    assert_eq!(refused.json["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(refused.json["errors"][0]["path"], json!(["b"]));
    let fine =
        nobody.asks("{ viewer { login } plans @skip(if: true) { nodes { id } } }", json!({})).await.well();
    assert_eq!(fine.at("viewer.login"), "mx.test.nobody");
}

#[tokio::test]
async fn every_role_meets_the_policy_at_every_field_it_may_not_ask_for() {
    let stage = Stage::set().await;
    let fields = [
        ("plans", "{ plans { nodes { id } } }"),
        ("countries", "{ countries { nodes { code } } }"),
        ("accounts", "{ accounts { nodes { login } } }"),
    ];
    for login in stage.logins() {
        let viewer = stage.viewer(login).await;
        for (field, query) in fields {
            let need = api::access::policy::need(field).unwrap();
            let answer = stage.person(login).asks(query, json!({})).await;
            let expected = if need.met_by(&viewer.roles) { "no error" } else { "FORBIDDEN" };
            assert_eq!(answer.code(), expected, "{login} {field} {}", answer.text);
        }
    }
}
