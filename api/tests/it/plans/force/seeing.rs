//! What a recipient is told of a plan in force: as much as they are shown of the plan, and nothing that betrays the rest.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{TOLD, activated, drafted, goes_on, in_hand, notes, timeline, told};
use crate::{
    plans::{REVISE, released, whole::everything},
    stage::Stage,
};

#[tokio::test]
async fn nothing_betrays_a_phase_a_trigger_or_an_action_that_is_withheld() {
    let stage = Stage::set().await;
    let only = |part: &str| json!({ "part": part, "audience": { "countries": ["HN"] } });
    for part in ["PHASES", "TRIGGERS", "ACTIONS"] {
        let plan = drafted(&stage, json!([only(part)])).await;
        released(&stage, "mx", &plan, 1, json!({ "countries": ["GT", "HN"] })).await.well();
        let noted = json!({ "trigger": "D1", "observed": "512.25" });
        let id = activated(&stage, &plan, noted).await;
        goes_on(&stage, &id, 1, "ESCALATE", json!({ "level": "RED" })).await.well();
        let before = timeline(&stage, "gt.test.focal", &plan, "").await;
        stage.pass(TimeDelta::hours(1));
        goes_on(&stage, &id, 2, "OPEN_PHASE", json!({ "phase": "F1" })).await.well();
        notes(&stage, "mx.test.editor", &id, 0, "DONE").await.well();
        let after = timeline(&stage, "gt.test.focal", &plan, "").await;
        let seen = &after["timeline"]["holding"];
        let events = told(&stage, "gt.test.focal", &plan).await;
        assert_eq!((&seen["level"], seen["steps"][0]["reason"].is_null()), (&json!("RED"), false));
        let text = after.to_string();
        match part {
            "PHASES" => {
                assert!(!text.contains("\"F1\"") && !text.contains("\"F2\""), "{text}");
                assert_eq!(seen["actions"], json!([]));
                assert_eq!(events, ["plan.released", "plan.activated", "plan.escalated"]);
                // Not even that something happened.
                let (mut before, mut after) = (before, after);
                for one in [&mut before, &mut after] {
                    one["timeline"]["asOf"] = Value::Null;
                }
                assert_eq!(before, after);
            }
            "TRIGGERS" => {
                assert!(!text.contains("D1") && !text.contains("512.25"), "{text}");
                assert_eq!(seen["actions"][0]["state"], "DONE");
            }
            _ => {
                assert_eq!(seen["actions"], json!([]));
                assert!(!text.contains("A1") && !events.contains(&"plan.action-moved".into()), "{text}");
                assert!(events.contains(&"plan.phase-opened".into()));
            }
        }
        // Honduras is shown all of it.
        let whole = timeline(&stage, "hn.test.focal", &plan, "").await["timeline"]["holding"].clone();
        assert_eq!((&whole["phase"]["key"], &whole["actions"][0]["state"]), (&json!("F1"), &json!("DONE")));
        assert_eq!(whole["steps"][0]["trigger"]["key"], "D1");
        let events = told(&stage, "hn.test.focal", &plan).await;
        assert_eq!(events[3..], ["plan.phase-opened", "plan.action-moved"]);
    }
}

#[tokio::test]
async fn what_was_declared_before_a_release_is_told_without_its_reason_and_what_had_ended_is_not_told() {
    let stage = Stage::set().await;
    let plan = in_hand(&stage, json!([])).await;
    let ended = activated(&stage, &plan, json!({})).await;
    stage.pass(TimeDelta::hours(1));
    goes_on(&stage, &ended, 1, "STAND_DOWN", json!({})).await.well();
    let open = activated(&stage, &plan, json!({ "trigger": "D1" })).await;
    goes_on(&stage, &open, 1, "ESCALATE", json!({ "level": "RED" })).await.well();
    stage.pass(TimeDelta::hours(1));
    let audience = json!({ "id": plan, "expectedRevision": 1, "audience": { "countries": ["HN"] },
        "instrument": "Memorándum", "purpose": "Coordinar" });
    let release = "mutation ($i: ReleaseInput!) { releasePlan(input: $i) { userErrors { code } } }";
    stage.person("mx.test.focal").asks(release, json!({ "i": audience })).await.well();
    stage.pass(TimeDelta::hours(1));
    goes_on(&stage, &open, 2, "DE_ESCALATE", json!({ "level": "YELLOW" })).await.well();
    let seen = timeline(&stage, "hn.test.focal", &plan, "").await["timeline"]["activations"].clone();
    assert_eq!(seen.as_array().unwrap().len(), 1);
    let steps = seen[0]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 2);
    assert_eq!(
        (&steps[0]["level"], &steps[0]["reason"], &steps[0]["trigger"]),
        (&json!("RED"), &Value::Null, &Value::Null)
    );
    assert_eq!(steps[1]["reason"]["es"], "Por DE_ESCALATE");
    // The clocks are those of everybody.
    let own = timeline(&stage, "mx.test.focal", &plan, "").await["timeline"]["activations"][0].clone();
    assert_eq!(seen[0]["actions"][0]["due"], own["actions"][0]["due"]);
    assert!(!own["actions"][0]["due"].is_null());
    let list = "{ activations { totalCount nodes { id } } }";
    let told = stage.person("hn.test.focal").asks(list, json!({})).await.well();
    assert_eq!(told.at("activations"), &json!({ "totalCount": 1, "nodes": [{ "id": open }] }));
    let told = stage.person("gt.test.focal").asks(list, json!({})).await.well();
    assert_eq!(told.at("activations.totalCount"), 2);
}

#[tokio::test]
async fn a_revision_in_force_that_was_never_shown_tells_neither_phase_nor_actions() {
    let stage = Stage::set().await;
    let plan = in_hand(&stage, json!([])).await;
    let id = activated(&stage, &plan, json!({})).await;
    let mut content = everything(&stage);
    content["phases"][1]["name"] = json!({ "es": "Recepción secreta" });
    let input = json!({ "id": plan, "expectedRevision": 1, "content": content });
    stage.person("mx.test.editor").asks(REVISE, json!({ "input": input })).await.well();
    crate::plans::moved(&stage, "mx.test.editor", "submitPlan", &plan, 2).await.well();
    crate::plans::moved(&stage, "mx.test.minister", "approvePlan", &plan, 2).await.well();
    // Guatemala goes on seeing the first, and it is the one that is in force.
    let seen = timeline(&stage, "gt.test.focal", &plan, "").await["timeline"]["holding"].clone();
    assert_eq!((&seen["asShown"], &seen["phase"]["key"]), (&json!(true), &json!("F2")));
    goes_on(&stage, &id, 1, "TAKE_REVISION", json!({ "expectedRevision": 2 })).await.well();
    let seen = timeline(&stage, "gt.test.focal", &plan, "").await["timeline"]["holding"].clone();
    assert_eq!(
        (&seen["asShown"], &seen["phase"], &seen["hash"]),
        (&json!(false), &Value::Null, &Value::Null)
    );
    assert_eq!((&seen["level"], &seen["actions"]), (&json!("ORANGE"), &json!([])));
    assert_eq!(seen["steps"].as_array().unwrap().len(), 1);
    assert!(!told(&stage, "gt.test.focal", &plan).await.contains(&"plan.force-revised".into()));
    assert!(told(&stage, "mx.test.focal", &plan).await.contains(&"plan.force-revised".into()));
    // What happens in phases and actions that were never shown to them is not told to them either.
    stage.pass(TimeDelta::hours(1));
    goes_on(&stage, &id, 2, "OPEN_PHASE", json!({ "phase": "F1" })).await.well();
    notes(&stage, "mx.test.editor", &id, 0, "DONE").await.well();
    assert_eq!(told(&stage, "gt.test.focal", &plan).await, ["plan.released", "plan.activated"]);
    assert_eq!(timeline(&stage, "gt.test.focal", &plan, "").await["timeline"]["holding"], seen);
}

#[tokio::test]
async fn after_a_recall_nothing_of_it_is_left() {
    let stage = Stage::set().await;
    let plan = in_hand(&stage, json!([])).await;
    let id = activated(&stage, &plan, json!({})).await;
    let recall = "mutation ($i: RecallInput!) { recallPlan(input: $i) { userErrors { code } } }";
    stage.person("mx.test.focal").asks(recall, json!({ "i": { "id": plan } })).await.well();
    goes_on(&stage, &id, 1, "ESCALATE", json!({ "level": "RED" })).await.well();
    let partner = stage.person("gt.test.focal");
    let query = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on Plan {{ timeline {{ holding {{ {TOLD} }} }} }} }} }}"
    );
    let gone = partner.asks(&query, json!({ "id": plan })).await;
    let never = partner.asks(&query, json!({ "id": api::ids::PlanId::new().global() })).await;
    assert_eq!((gone.code(), &gone.text), ("NOT_FOUND", &never.text));
    let list = "{ activations { totalCount nodes { id } } }";
    assert_eq!(partner.asks(list, json!({})).await.well().at("activations.totalCount"), 0);
    let gone = super::acts(
        &stage,
        "gt.test.focal",
        "moveActivation",
        json!({ "activation": id, "expectedStep": 2,
        "step": "STAND_DOWN", "from": stage.now(), "reason": { "es": "x" } }),
    )
    .await;
    let other = api::ids::ActivationId::new().global();
    let never = super::acts(
        &stage,
        "gt.test.focal",
        "moveActivation",
        json!({ "activation": other, "expectedStep": 2,
        "step": "STAND_DOWN", "from": stage.now(), "reason": { "es": "x" } }),
    )
    .await;
    assert_eq!((gone.code(), &gone.text), ("NOT_FOUND", &never.text));
    // What happened after it is not told; that it was recalled is.
    let events = told(&stage, "gt.test.focal", &plan).await;
    assert_eq!(events, ["plan.released", "plan.activated", "plan.recalled"]);
}
