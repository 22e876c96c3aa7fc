//! The SDMX paths: what SDMX clients find of the datasets, and what they do not.

mod attack;
mod data;
mod pure;
mod structure;

use serde_json::Value;

use crate::stage::{Answer, Stage};

/// Routes that are tried here by everybody.
pub const ATTACKED: &[&str] = &["GET /sdmx/v2/{*query}"];

pub async fn gets(stage: &Stage, login: &str, path: &str) -> Answer {
    stage.person(login).asking().without("accept").gets(&format!("/sdmx/v2/{path}")).await
}

/// As XML.
pub async fn gets_xml(stage: &Stage, login: &str, path: &str) -> Answer {
    let asking = stage.person(login).asking();
    asking
        .with("accept", "application/vnd.sdmx.structure+xml;version=3.0.0")
        .gets(&format!("/sdmx/v2/{path}"))
        .await
}

/// The status and the code of an error of SDMX.
pub fn failure(answer: &Answer) -> (u16, i64) {
    (answer.status.as_u16(), answer.json["errors"][0]["code"].as_i64().unwrap_or_default())
}

/// `type AGENCY:ID(VERSION)` of all that is in a structure message, in order.
pub fn names(answer: &Answer) -> Vec<String> {
    let mut names = Vec::new();
    for (list, artefacts) in answer.json["data"].as_object().into_iter().flatten() {
        for artefact in artefacts.as_array().unwrap() {
            let text = |name: &str| artefact[name].as_str().unwrap_or("1.0").to_owned();
            names.push(format!("{list} {}:{}({})", text("agencyID"), text("id"), text("version")));
        }
    }
    names.sort();
    names
}

/// What an answer says, but for when it was made.
pub fn said(answer: &Answer) -> (u16, Value) {
    let mut json = answer.json.clone();
    if let Some(object) = json.as_object_mut() {
        object.remove("meta");
    }
    (answer.status.as_u16(), json)
}
