//! What is done to a text, as a table: in each state, each act, by each who might do it.

use api::{
    access::{Action, Role, Standing, allows},
    ids::{MeetingId, TextId},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{begun, does, in_session, put, text, words};
use crate::{
    access::{Attacker, everybody, trace::Trace},
    meetings::{course::takes, delegations::stage_with_costa_rica},
    stage::Stage,
};

pub const ATTACKED: [&str; 13] = [
    "beginText",
    "editText",
    "settleParagraph",
    "openSilence",
    "shareText",
    "putText",
    "reopenText",
    "adoptText",
    "proposeAlternative",
    "supportAlternative",
    "breakSilence",
    "takeStance",
    "attachStatement",
];

/// The states of a text, and those acts that are done in them. What does not stand here is refused.
const TABLE: [(&str, &[&str]); 4] = [
    (
        "OPEN",
        &[
            "beginText",
            "editText",
            "settleParagraph",
            "openSilence",
            "shareText",
            "proposeAlternative",
            "supportAlternative",
            "breakSilence",
        ],
    ),
    ("TO_ADOPT", &["beginText", "shareText", "reopenText", "adoptText", "takeStance", "attachStatement"]),
    ("ADOPTED", &["beginText", "shareText", "takeStance", "attachStatement"]),
    ("CLOSED", &["shareText", "takeStance", "attachStatement"]),
];

fn of_host(field: &str) -> bool {
    ATTACKED[..8].contains(&field)
}

struct Target {
    meeting: String,
    text: String,
    version: i64,
    hash: String,
}

/// A text that has come to a state. Where it is open, `acuerdan` has a bracket and `piden` is silent.
/// From the adoption on, Mexico has adopted; closed is the meeting, of an adopted text.
async fn come_to(stage: &Stage, state: &str) -> Target {
    let meeting = in_session(stage).await;
    let id = begun(stage, &meeting).await;
    let mut hash = "0".repeat(64);
    if state == "OPEN" {
        let input = json!({ "id": id, "expectedVersion": 1, "paragraph": "acuerdan",
            "at": { "words": { "es": "crear", "en": "create" } }, "alternative": { "es": "x", "en": "x" } });
        does(stage, "gt.test.focal", "proposeAlternative", input).await.well();
        let until = (stage.now() + TimeDelta::hours(1)).to_rfc3339();
        let input = json!({ "id": id, "expectedVersion": 2, "paragraphs": ["piden"], "until": until });
        does(stage, "mx.test.focal", "openSilence", input).await.well();
    } else {
        hash = put(stage, &meeting, &id).await;
        does(stage, "mx.agency.focal", "takeStance", json!({ "id": id, "hash": hash, "stance": "ADOPTS" }))
            .await
            .well();
    }
    if matches!(state, "ADOPTED" | "CLOSED") {
        does(stage, "mx.test.focal", "adoptText", json!({ "id": id, "hash": hash })).await.well();
    }
    if state == "CLOSED" {
        takes(stage, "mx.test.focal", &meeting, "CLOSE", Value::Null).await.well();
    }
    let version = text(stage, "mx.test.focal", &meeting).await["version"].as_i64().unwrap();
    Target { meeting, text: id, version, hash }
}

fn input(stage: &Stage, field: &str, target: &Target, who: &str) -> Value {
    let Target { meeting, text: id, version, hash } = target;
    match field {
        "beginText" => json!({ "meeting": meeting, "title": { "es": "Otra" }, "paragraphs": words() }),
        "editText" => {
            let mut said = words();
            said[0]["text"]["es"] = json!("Con otras palabras");
            said[1]["text"] =
                json!({ "es": "Acuerdan [b1] una red consular", "en": "Agree to [b1] a consular network" });
            json!({ "id": id, "expectedVersion": version, "title": { "es": "Otra" }, "paragraphs": said })
        }
        "settleParagraph" => {
            json!({ "id": id, "expectedVersion": version, "paragraph": "reconocen", "state": "AD_REFERENDUM" })
        }
        "openSilence" => {
            let until = (stage.now() + TimeDelta::hours(1)).to_rfc3339();
            json!({ "id": id, "expectedVersion": version, "paragraphs": ["reconocen"], "until": until })
        }
        "shareText" | "putText" | "reopenText" => json!({ "id": id, "expectedVersion": version }),
        "adoptText" => json!({ "id": id, "hash": hash }),
        "proposeAlternative" => json!({ "id": id, "expectedVersion": version, "paragraph": "acuerdan",
            "at": { "bracket": "b1" }, "alternative": { "es": "y", "en": "y" } }),
        "supportAlternative" => json!({ "id": id, "expectedVersion": version, "paragraph": "acuerdan",
            "choice": { "bracket": "b1", "alternative": "a0" } }),
        "breakSilence" => json!({ "id": id, "silence": "s1" }),
        // Mexico has adopted already, and stands aside; Guatemala has not.
        "takeStance" => {
            let stance = if who.starts_with("mx") { "STANDS_ASIDE" } else { "ADOPTS" };
            json!({ "id": id, "hash": hash, "stance": stance })
        }
        _ => json!({ "id": id, "hash": hash, "kind": "INTERPRETATIVE", "text": { "es": "x" } }),
    }
}

/// What must come back, by who they are: the code of the refusal, or none.
fn outcome(field: &str, who: &Attacker) -> Option<&'static str> {
    let may = |action, standing| who.role.is_some_and(|role| allows(role, action, standing));
    let action = if of_host(field) { Action::Conduct } else { Action::SpeakForDelegation };
    let ever = Standing::ALL.iter().any(|standing| may(action, *standing));
    // Honduras observes: of the text it knows nothing; of the meeting it does.
    let sees = matches!(who.country.as_str(), "MX" | "GT") || (field == "beginText" && who.country == "HN");
    let does = match of_host(field) {
        true => who.prefix == "mx.test" && may(action, Standing::Owner),
        false => may(action, Standing::Compatriot),
    };
    match () {
        () if !ever => Some("FORBIDDEN"),
        () if !sees => Some("NOT_FOUND"),
        () if !does => Some("FORBIDDEN"),
        () => None,
    }
}

#[tokio::test]
async fn every_act_on_a_text_in_every_state_is_for_whom_the_table_says() {
    let stage = stage_with_costa_rica().await;
    let trace = Trace::of(&stage).await;
    let nowhere = Target {
        meeting: MeetingId::new().global(),
        text: TextId::new().global(),
        version: 1,
        hash: "0".repeat(64),
    };
    let mut done = 0;
    for (state, acts) in TABLE {
        let still = come_to(&stage, state).await;
        for field in ATTACKED {
            for who in everybody(&stage) {
                // The other roles are refused at the door in every state alike.
                if state != "OPEN"
                    && !matches!(who.role, Some(Role::FocalPoint | Role::AgendaSecretary | Role::Minister))
                {
                    continue;
                }
                let told = format!("{} does {field} to one that is {state}", who.login);
                let before = trace.now(&stage).await;
                if let Some(code) = outcome(field, &who) {
                    let answer =
                        does(&stage, &who.login, field, input(&stage, field, &still, &who.login)).await;
                    assert_eq!(answer.code(), code, "{told}: {}", answer.text);
                    if code == "NOT_FOUND" {
                        let never =
                            does(&stage, &who.login, field, input(&stage, field, &nowhere, &who.login)).await;
                        assert_eq!(never.text, answer.text, "{told}");
                    }
                    assert_eq!(trace.now(&stage).await, before, "{told}");
                    continue;
                }
                // Who has adopted an adopted text has done so.
                let settled =
                    field == "takeStance" && who.country == "MX" && matches!(state, "ADOPTED" | "CLOSED");
                if !acts.contains(&field) || settled {
                    let answer =
                        does(&stage, &who.login, field, input(&stage, field, &still, &who.login)).await;
                    assert!(!answer.mends().is_empty(), "{told}: {}", answer.text);
                    assert!(
                        answer.mends().iter().all(|code| *code == "WRONG_STATE"),
                        "{told}: {}",
                        answer.text
                    );
                    assert_eq!(trace.now(&stage).await, before, "{told}");
                    continue;
                }
                // One of each post is enough to show that it is done.
                if who.prefix == "gt.agency" || who.prefix == "mx.agency" {
                    continue;
                }
                let fresh = come_to(&stage, state).await;
                does(&stage, &who.login, field, input(&stage, field, &fresh, &who.login)).await.well();
                done += 1;
            }
        }
    }
    // Two of the host do what the host does; of two countries three each what a delegation does.
    assert_eq!(done, (5 * 2 + 3 * 6) + (4 * 2 + 2 * 6) + (2 * 2 + 3 + 6) + (2 + 3 + 6));
}
