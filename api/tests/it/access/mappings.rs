//! Saved mappings: who saves them, and that they are their institution's alone.

use api::access::{Action, Kind, Standing, allows};
use serde_json::json;

use super::{everybody, trace::Trace};
use crate::stage::Stage;

pub const ATTACKED: [&str; 1] = ["saveMapping"];

const SAVE: &str =
    "mutation($i: SaveMappingInput!) { saveMapping(input: $i) { mapping { id name } userErrors { code } } }";

#[tokio::test]
async fn a_mapping_is_saved_by_whom_the_table_says_and_seen_in_its_institution_only() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    let mut saved = Vec::new();
    for who in everybody(&stage) {
        let before = trace.now(&stage).await;
        let input = json!({ "name": format!("de {}", who.login), "columns": { "value": "Xolotl" } });
        let answer = stage.person(&who.login).asks(SAVE, json!({ "i": input })).await;
        let may = who.role.is_some_and(|role| allows(role, Action::Draft(Kind::Dataset), Standing::Owner));
        if may {
            saved.push((who.login.clone(), answer.well().text_at("saveMapping.mapping.id")));
            continue;
        }
        assert_eq!(answer.code(), "FORBIDDEN", "{}: {}", who.login, answer.text);
        assert_eq!(trace.now(&stage).await, before, "{}", who.login);
    }
    assert!(saved.len() >= 4, "{saved:?}");
    for (login, id) in &saved {
        let seen = stage.person(login).asks("{ mappings { nodes { id } } }", json!({})).await.well();
        assert_eq!(seen.at("mappings.nodes"), &json!([{ "id": id }]), "{login}");
        // What others have saved is not in their ledger either.
        let ledger = "{ ledger(first: 100, filter: { events: [\"mapping.saved\"] }) { nodes { subject } } }";
        let told = stage.person(login).asks(ledger, json!({})).await.well();
        assert_eq!(told.at("ledger.nodes"), &json!([{ "subject": id }]), "{login}");
    }
}
