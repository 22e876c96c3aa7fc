//! Gaps and support: stated by one country, asked of another, offered, promised, delivered.

mod flow;
mod seeing;
mod table;

use serde_json::{Value, json};

use crate::{
    capacity::does,
    stage::{Answer, Stage},
};

pub const ATTACKED: [&str; 8] = [
    "stateGap",
    "closeGap",
    "draftSupportRequests",
    "moveSupportRequest",
    "writeOnSupportRequest",
    "offerSupport",
    "moveSupportOffer",
    "moveCommitment",
];

pub const GAP: &str = "gap { id amount unit currency service closedAt offersShared lacking { es } requests { id state \
    asked { countries institutions } words { es } messages { number fromPartner words { es } } } offers { id amount due \
    state terms { es } institution { code } commitment { id state amount due overdue owner { code } } } }";

pub async fn acts(stage: &Stage, login: &str, field: &str, input: Value) -> Answer {
    let ty = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    does(stage, login, field, &ty, GAP, input).await
}

/// What is stated of a gap; `more` goes before.
pub fn lacking(more: Value) -> Value {
    let mut said = json!({ "service": "LODGING", "lacking": { "es": "Camas para familias" }, "from": "2025-01-20",
        "amount": "300", "unit": "PLACES" });
    for (key, value) in more.as_object().into_iter().flatten() {
        said[key] = value.clone();
    }
    said
}

/// A gap of the Mexican agency. Gives its id.
pub async fn stated(stage: &Stage, more: Value) -> String {
    acts(stage, "mx.agency.editor", "stateGap", lacking(more)).await.well().text_at("stateGap.gap.id")
}

/// The agency drafts a request to a party. Gives the id of the newest.
pub async fn drafted(stage: &Stage, gap: &str, to: Value) -> String {
    let mut input = json!({ "gap": gap, "words": { "es": "¿Pueden recibir a familias?" } });
    for (key, value) in to.as_object().unwrap() {
        input[key] = value.clone();
    }
    let drafted = acts(stage, "mx.agency.editor", "draftSupportRequests", input).await.well();
    let requests = drafted.at("draftSupportRequests.gap.requests").as_array().unwrap().clone();
    requests.last().unwrap()["id"].as_str().unwrap().to_owned()
}

pub async fn moves(stage: &Stage, login: &str, request: &str, step: &str) -> Answer {
    acts(stage, login, "moveSupportRequest", json!({ "request": request, "step": step })).await
}

/// A request to a party that was sent by a second person. Gives its id.
pub async fn sent(stage: &Stage, gap: &str, to: Value) -> String {
    let request = drafted(stage, gap, to).await;
    moves(stage, "mx.agency.focal", &request, "SEND").await.well();
    request
}

pub async fn offers(stage: &Stage, login: &str, request: &str, amount: &str) -> Answer {
    let input =
        json!({ "request": request, "amount": amount, "due": "2025-02-01", "terms": { "es": "Sin costo" } });
    acts(stage, login, "offerSupport", input).await
}

/// A Guatemalan offer on a request. Gives its id.
pub async fn offered(stage: &Stage, request: &str, amount: &str) -> String {
    let made = offers(stage, "gt.test.focal", request, amount).await.well();
    let offers = made.at("offerSupport.gap.offers").as_array().unwrap().clone();
    offers.last().unwrap()["id"].as_str().unwrap().to_owned()
}

pub async fn answers(stage: &Stage, login: &str, offer: &str, step: &str) -> Answer {
    acts(stage, login, "moveSupportOffer", json!({ "offer": offer, "step": step })).await
}

/// An offer that the Mexican ministry accepts. Gives the id of the commitment.
pub async fn promised(stage: &Stage, request: &str, amount: &str) -> String {
    let offer = offered(stage, request, amount).await;
    let done = answers(stage, "mx.test.minister", &offer, "ACCEPT").await.well();
    let offers = done.at("moveSupportOffer.gap.offers").as_array().unwrap().clone();
    let accepted = offers.iter().find(|one| one["id"] == json!(offer)).unwrap();
    assert_eq!(accepted["state"], "ACCEPTED");
    accepted["commitment"]["id"].as_str().unwrap().to_owned()
}

pub async fn keeps(stage: &Stage, login: &str, commitment: &str, step: &str) -> Answer {
    acts(stage, login, "moveCommitment", json!({ "commitment": commitment, "step": step })).await
}

/// The gaps that somebody sees, with all that they see of them.
pub async fn gaps(stage: &Stage, login: &str) -> Value {
    let query = format!("{{ gaps(first: 100) {{ totalCount nodes {{ {} }} }} }}", &GAP[6..GAP.len() - 2]);
    let seen = stage.person(login).asks(&query, json!({})).await.well();
    let nodes = seen.at("gaps.nodes").clone();
    assert_eq!(seen.at("gaps.totalCount"), &json!(nodes.as_array().unwrap().len()));
    nodes
}
