//! A plan put into force: activated, escalated, its actions done, stood down; and what each is told of it.

mod attack;
mod course;
mod seeing;
mod table;

use serde_json::{Value, json};

use super::{DRAFT, released, whole::everything};
use crate::stage::{Answer, Stage};

/// The mutations that are attacked here.
pub const ATTACKED: [&str; 3] = ["activatePlan", "moveActivation", "setActionState"];

pub const TOLD: &str = "id exercise holds level from asShown hash lastStep phase { key } steps { number step level from \
    declaredAt revision hash phase { key } reason { es } observed declaredBy { code } dataset { id } trigger { key \
    declaredBy { code } } } actions { action { key } opened due state notes note { es } notedBy { code } }";

pub async fn acts(stage: &Stage, login: &str, field: &str, input: Value) -> Answer {
    let ty = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    let query = format!(
        "mutation($i: {ty}!) {{ {field}(input: $i) {{ activation {{ {TOLD} }} userErrors {{ code path message }} }} }}"
    );
    stage.person(login).asks(&query, json!({ "i": input })).await
}

fn with(mut input: Value, more: Value) -> Value {
    for (key, value) in more.as_object().into_iter().flatten() {
        input[key] = value.clone();
    }
    input
}

/// What is said to activate the first revision of a plan; `more` goes before.
pub fn activation(stage: &Stage, plan: &str, more: Value) -> Value {
    let input = json!({ "plan": plan, "expectedRevision": 1, "phase": "F2", "level": "ORANGE", "from": stage.now(),
        "reason": { "es": "Quinientos retornados en un día" } });
    with(input, more)
}

/// Puts a plan into force as the Mexican minister. Gives the id of the activation.
pub async fn activated(stage: &Stage, plan: &str, more: Value) -> String {
    let input = activation(stage, plan, more);
    acts(stage, "mx.test.minister", "activatePlan", input).await.well().text_at("activatePlan.activation.id")
}

/// A further step, as the Mexican minister.
pub async fn goes_on(stage: &Stage, activation: &str, last: i32, step: &str, more: Value) -> Answer {
    let input = json!({ "activation": activation, "expectedStep": last, "step": step, "from": stage.now(),
        "reason": { "es": format!("Por {step}") } });
    acts(stage, "mx.test.minister", "moveActivation", with(input, more)).await
}

pub async fn notes(stage: &Stage, login: &str, activation: &str, before: i32, state: &str) -> Answer {
    let input = json!({ "activation": activation, "action": "A1", "expectedNotes": before, "state": state,
        "note": { "es": "Con doce agentes" } });
    acts(stage, login, "setActionState", input).await
}

/// A whole Mexican plan of which these parts are marked, drafted.
pub async fn drafted(stage: &Stage, parts: Value) -> String {
    let mut content = everything(stage);
    content["validFrom"] = json!("2025-01-01");
    content["validUntil"] = json!("2026-12-31");
    content["parts"] = parts;
    let input = json!({ "handling": "GREEN", "content": content });
    let drafted = stage.person("mx.test.editor").asks(DRAFT, json!({ "input": input })).await.well();
    drafted.text_at("draftPlan.plan.id")
}

/// The same, released to Guatemala.
pub async fn in_hand(stage: &Stage, parts: Value) -> String {
    let id = drafted(stage, parts).await;
    released(stage, "mx", &id, 1, json!({ "countries": ["GT"] })).await.well();
    id
}

/// The timeline of a plan as somebody sees it.
pub async fn timeline(stage: &Stage, login: &str, plan: &str, arguments: &str) -> Value {
    let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
    let query = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on Plan {{ inForce {{ id level }} exercise {{ id }} \
         timeline{arguments} {{ asOf holding {{ {TOLD} }} activations {{ {TOLD} }} }} }} }} }}"
    );
    stage.person(login).asks(&query, json!({ "id": plan })).await.well().at("node").clone()
}

/// The events that somebody is told of a plan, in order.
pub async fn told(stage: &Stage, login: &str, plan: &str) -> Vec<String> {
    let query = "query($id: ID!) { ledger(first: 100, filter: { subject: $id }) { nodes { event } } }";
    let told = stage.person(login).asks(query, json!({ "id": plan })).await.well();
    let nodes = told.at("ledger.nodes").as_array().unwrap().clone();
    nodes.iter().map(|node| node["event"].as_str().unwrap().to_owned()).collect()
}
