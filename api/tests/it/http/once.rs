//! A command that is sent twice is carried out once.

use serde_json::json;

use super::{ADD_INSTITUTION, facts};
use crate::stage::Stage;

#[tokio::test]
async fn the_same_key_twice_is_one_entry_and_the_same_record() {
    let stage = Stage::set().await;
    let admin = stage.person("mx.test.admin");
    let before = stage.entries().await.len();
    let first = admin.asking().once("k-1").asks(ADD_INSTITUTION, facts("MX-CONAPRED")).await.well();
    let again = admin.asking().once("k-1").asks(ADD_INSTITUTION, facts("MX-CONAPRED")).await.well();
    assert_eq!(first.at("addInstitution.institution.id"), again.at("addInstitution.institution.id"));
    assert_eq!(stage.entries().await.len(), before + 1);
    // Without the key it is a second command.
    let plain = admin.asks(ADD_INSTITUTION, facts("MX-CONAPRED")).await;
    assert_eq!(plain.mends(), ["DUPLICATE"]);
}

#[tokio::test]
async fn the_order_of_the_variables_does_not_matter_and_their_values_do() {
    let stage = Stage::set().await;
    let admin = stage.person("mx.test.admin");
    let body = |input: &str| {
        let query = json!(ADD_INSTITUTION);
        format!(r#"{{"query": {query}, "variables": {{"input": {input}}}}}"#)
    };
    let one = body(r#"{"code":"MX-A","acronym":"A","name":{"es":"a","en":"b"},"kind":"COUNCIL"}"#);
    let same = body(r#"{"kind":"COUNCIL","name":{"en":"b","es":"a"},"acronym":"A","code":"MX-A"}"#);
    let other = body(r#"{"code":"MX-B","acronym":"A","name":{"es":"a","en":"b"},"kind":"COUNCIL"}"#);
    let first = admin.asking().once("k").posts(one).await.well();
    let again = admin.asking().once("k").posts(same).await.well();
    assert_eq!(first.json["data"], again.json["data"]);
    let reused = admin.asking().once("k").posts(other).await;
    assert_eq!(reused.mends(), ["KEY_REUSED"], "{}", reused.text);
}

#[tokio::test]
async fn two_at_once_are_one_command() {
    let stage = Stage::set().await;
    let admin = stage.person("mx.test.admin");
    let before = stage.entries().await.len();
    let send = || admin.asking().once("k").asks(ADD_INSTITUTION, facts("MX-CONAPRED"));
    let (one, two) = tokio::join!(send(), send());
    assert_eq!(one.well().json["data"], two.well().json["data"]);
    assert_eq!(stage.entries().await.len(), before + 1);
}

#[tokio::test]
async fn a_key_is_its_accounts_own() {
    let stage = Stage::set().await;
    let theirs =
        stage.person("gt.test.admin").asking().once("k").asks(ADD_INSTITUTION, facts("GT-A")).await.well();
    let ours =
        stage.person("mx.test.admin").asking().once("k").asks(ADD_INSTITUTION, facts("MX-A")).await.well();
    assert_eq!(theirs.at("addInstitution.institution.code"), "GT-A");
    assert_eq!(ours.at("addInstitution.institution.code"), "MX-A");
}

#[tokio::test]
async fn what_had_to_be_mended_may_be_sent_again_under_its_key() {
    let stage = Stage::set().await;
    let admin = stage.person("mx.test.admin");
    let wrong = admin.asking().once("k").asks(ADD_INSTITUTION, facts("GT-A")).await;
    assert_eq!(wrong.mends(), ["MALFORMED"]);
    admin.asking().once("k").asks(ADD_INSTITUTION, facts("MX-A")).await.well();
}

#[tokio::test]
async fn a_key_goes_with_one_command_and_nothing_else() {
    let stage = Stage::set().await;
    let admin = stage.person("mx.test.admin");
    let two = "mutation ($input: AddInstitutionInput!) {
        a: addInstitution(input: $input) { userErrors { code } }
        b: addInstitution(input: $input) { userErrors { code } }
    }";
    let refused = [
        admin.asking().once("k").asks("{ viewer { login } }", json!({})).await,
        admin.asking().once("k").asks("mutation { __typename }", json!({})).await,
        admin.asking().once("k").asks(two, facts("MX-A")).await,
        admin.asking().once("k").posts(json!([{ "query": "mutation { __typename }" }]).to_string()).await,
        admin.asking().once("k").gets("/graphql?query={__typename}").await,
    ];
    for answer in refused {
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "BAD_REQUEST"));
        assert!(answer.message().contains("Idempotency-Key"), "{}", answer.text);
    }
    for key in ["", " ", "a b", "ñ", &"k".repeat(65)] {
        let answer = admin.asking().once(key).asks(ADD_INSTITUTION, facts("MX-A")).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "BAD_REQUEST"), "{key}");
    }
    admin.asking().once(&"~".repeat(64)).asks(ADD_INSTITUTION, facts("MX-A")).await.well();
}
