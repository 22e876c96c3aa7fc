//! A full activation, and the clocks of its actions.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{activated, activation, acts, goes_on, in_hand, notes, timeline, told};
use crate::{
    plans::{REVISE, moved, whole::everything},
    stage::Stage,
};

fn states(told: &Value) -> Vec<(String, String)> {
    let actions = told["actions"].as_array().unwrap().iter();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    actions.map(|one| (word(&one["action"]["key"]), word(&one["state"]))).collect()
}

#[tokio::test]
async fn a_full_activation_reads_the_same_in_the_timeline_and_the_ledger() {
    let stage = Stage::set().await;
    let plan = in_hand(&stage, json!([])).await;
    let began = stage.now();
    let noted = json!({ "trigger": "D1", "observed": "512.5" });
    let id = activated(&stage, &plan, noted).await;

    // The partner is told at once, with the reason, the trigger and who declares it.
    let seen = timeline(&stage, "gt.test.analyst", &plan, "").await;
    assert_eq!(seen["inForce"]["level"], "ORANGE");
    assert_eq!(seen["exercise"], Value::Null);
    let holding = &seen["timeline"]["holding"];
    assert_eq!((&holding["phase"]["key"], &holding["asShown"]), (&json!("F2"), &json!(true)));
    let first = &holding["steps"][0];
    assert_eq!((&first["trigger"]["key"], &first["observed"]), (&json!("D1"), &json!("512.5")));
    assert_eq!(first["trigger"]["declaredBy"]["code"], "MX-SRE");
    assert_eq!(first["declaredBy"]["code"], "MX-SRE");
    assert_eq!(first["reason"]["es"], "Quinientos retornados en un día");
    // Numbers are for those who work on the plan.
    assert_eq!(
        (&first["number"], &first["revision"], &holding["lastStep"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert!(told(&stage, "gt.test.analyst", &plan).await.ends_with(&["plan.activated".into()]));
    assert!(told(&stage, "hn.test.analyst", &plan).await.is_empty());

    // T+24h: pending until then, overdue after.
    let a1 = &holding["actions"][0];
    assert_eq!(a1["due"], json!((began + TimeDelta::hours(24)).to_rfc3339()));
    assert_eq!(states(holding), [("A1".into(), "PENDING".into())]);
    stage.pass(TimeDelta::hours(25));
    let late = timeline(&stage, "gt.test.analyst", &plan, "").await["timeline"]["holding"].clone();
    assert_eq!(states(&late), [("A1".into(), "OVERDUE".into())]);
    notes(&stage, "mx.test.editor", &id, 0, "IN_PROGRESS").await.well();
    notes(&stage, "mx.test.editor", &id, 1, "DONE").await.well();
    let done = timeline(&stage, "gt.test.analyst", &plan, "").await["timeline"]["holding"].clone();
    assert_eq!(states(&done), [("A1".into(), "DONE".into())]);
    assert_eq!((&done["actions"][0]["note"], &done["actions"][0]["notes"]), (&Value::Null, &Value::Null));
    let own = timeline(&stage, "mx.test.analyst", &plan, "").await["timeline"]["holding"].clone();
    assert_eq!(
        (&own["actions"][0]["note"]["es"], &own["actions"][0]["notes"]),
        (&json!("Con doce agentes"), &json!(2))
    );

    stage.pass(TimeDelta::hours(1));
    goes_on(&stage, &id, 1, "ESCALATE", json!({ "level": "RED" })).await.well();
    stage.pass(TimeDelta::hours(1));
    goes_on(&stage, &id, 2, "DE_ESCALATE", json!({ "level": "YELLOW", "phase": "F1" })).await.well();
    stage.pass(TimeDelta::hours(1));
    goes_on(&stage, &id, 3, "OPEN_PHASE", json!({ "phase": "F2" })).await.well();
    stage.pass(TimeDelta::hours(1));
    goes_on(&stage, &id, 4, "STAND_DOWN", json!({})).await.well();

    // Nothing is in force, and nothing is deleted.
    let after = timeline(&stage, "gt.test.analyst", &plan, "").await;
    assert_eq!((&after["inForce"], &after["timeline"]["holding"]), (&Value::Null, &Value::Null));
    let steps = after["timeline"]["activations"][0]["steps"].as_array().unwrap().clone();
    let steps: Vec<_> =
        steps.iter().map(|step| format!("{} {}", step["step"], step["level"]).replace('"', "")).collect();
    assert_eq!(
        steps,
        ["ACTIVATE ORANGE", "ESCALATE RED", "DE_ESCALATE YELLOW", "OPEN_PHASE YELLOW", "STAND_DOWN YELLOW"]
    );
    let events = told(&stage, "gt.test.analyst", &plan).await;
    assert_eq!(
        events,
        [
            "plan.released",
            "plan.activated",
            "plan.action-moved",
            "plan.action-moved",
            "plan.escalated",
            "plan.de-escalated",
            "plan.phase-opened",
            "plan.stood-down"
        ]
    );
    // What was in force when.
    for (hours, level) in [
        (-1, Value::Null),
        (2, json!("ORANGE")),
        (26, json!("RED")),
        (28, json!("YELLOW")),
        (40, Value::Null),
    ] {
        let at = format!("asOf: \"{}\"", (began + TimeDelta::hours(hours)).to_rfc3339());
        let then = timeline(&stage, "gt.test.analyst", &plan, &at).await;
        assert_eq!(then["timeline"]["holding"]["level"], level, "{hours} h");
    }
    // No written text is in the ledger.
    for entry in stage.entries().await {
        assert!(!entry.body.contains("retornados") && !entry.body.contains("agentes"), "{}", entry.body);
    }
}

#[tokio::test]
async fn only_the_newest_approved_revision_is_put_into_force_and_stays_until_another_is_taken_up() {
    let stage = Stage::set().await;
    let plan = super::drafted(&stage, json!([])).await;
    let tries = async |revision: i32| {
        let more = json!({ "expectedRevision": revision });
        let answer = acts(&stage, "mx.test.minister", "activatePlan", activation(&stage, &plan, more)).await;
        let error = answer.at("activatePlan.userErrors.0").clone();
        (error["code"].as_str().unwrap().to_owned(), error["path"].as_str().unwrap().to_owned())
    };
    let path = || "input.expectedRevision".to_owned();
    // Drafted, submitted: not approved.
    assert_eq!(tries(1).await, ("WRONG_STATE".into(), path()));
    moved(&stage, "mx.test.editor", "submitPlan", &plan, 1).await.well();
    assert_eq!(tries(1).await, ("WRONG_STATE".into(), path()));
    moved(&stage, "mx.test.minister", "approvePlan", &plan, 1).await.well();
    let revised = async |revision: i32, name: &str| {
        let mut content = everything(&stage);
        content["name"] = json!({ "es": name });
        let input = json!({ "id": plan, "expectedRevision": revision, "content": content });
        stage.person("mx.test.editor").asks(REVISE, json!({ "input": input })).await.well();
    };
    revised(1, "Segunda").await;
    // What is being drafted stands in nobody's way, and is not put into force.
    assert_eq!(tries(2).await, ("WRONG_STATE".into(), path()));
    let id = activated(&stage, &plan, json!({})).await;
    moved(&stage, "mx.test.editor", "submitPlan", &plan, 2).await.well();
    moved(&stage, "mx.test.minister", "approvePlan", &plan, 2).await.well();
    // Stale: a later one is approved by now.
    assert_eq!(tries(1).await, ("STALE_REVISION".into(), path()));
    let seen = timeline(&stage, "mx.test.editor", &plan, "").await["timeline"]["holding"].clone();
    assert_eq!((&seen["steps"][0]["revision"], &seen["asShown"]), (&json!(1), &json!(false)));
    let taken = goes_on(&stage, &id, 1, "TAKE_REVISION", json!({})).await;
    assert_eq!(taken.mends(), ["REQUIRED"]);
    let taken = goes_on(&stage, &id, 1, "TAKE_REVISION", json!({ "expectedRevision": 1 })).await;
    assert_eq!(taken.mends(), ["STALE_REVISION"]);
    let taken = goes_on(&stage, &id, 1, "TAKE_REVISION", json!({ "expectedRevision": 2 })).await.well();
    let taken = taken.at("moveActivation.activation").clone();
    assert_eq!(taken["asShown"], true);
    let counted: Vec<_> =
        taken["steps"].as_array().unwrap().iter().map(|step| step["revision"].clone()).collect();
    assert_eq!(counted, [1, 2]);
    assert_ne!(taken["steps"][0]["hash"], taken["steps"][1]["hash"]);
}

#[tokio::test]
async fn a_drill_never_shows_as_real_force() {
    let stage = Stage::set().await;
    let plan = in_hand(&stage, json!([])).await;
    let drill = activated(&stage, &plan, json!({ "exercise": true, "level": "RED" })).await;
    let seen = timeline(&stage, "gt.test.focal", &plan, "").await;
    assert_eq!(seen["inForce"], Value::Null);
    assert_eq!(seen["exercise"]["id"], json!(drill));
    assert_eq!(seen["timeline"]["activations"], json!([]));
    let events = told(&stage, "gt.test.focal", &plan).await;
    assert_eq!(events, ["plan.released", "plan.exercise-begun"]);

    // Really in force while the drill goes on; the second of each sort is refused.
    let real = activated(&stage, &plan, json!({})).await;
    for exercise in [true, false] {
        let again = activation(&stage, &plan, json!({ "exercise": exercise }));
        assert_eq!(acts(&stage, "mx.test.focal", "activatePlan", again).await.mends(), ["WRONG_STATE"]);
    }
    goes_on(&stage, &drill, 1, "DE_ESCALATE", json!({ "level": "YELLOW" })).await.well();
    notes(&stage, "mx.test.editor", &drill, 0, "DONE").await.well();
    let seen = timeline(&stage, "gt.test.focal", &plan, "").await;
    assert_eq!((&seen["inForce"]["id"], &seen["inForce"]["level"]), (&json!(real), &json!("ORANGE")));
    assert_eq!(seen["timeline"]["holding"]["actions"][0]["state"], "PENDING");
    let drills = timeline(&stage, "gt.test.focal", &plan, "exercise: true").await;
    assert_eq!(drills["timeline"]["holding"]["actions"][0]["state"], "DONE");
    goes_on(&stage, &drill, 2, "STAND_DOWN", json!({})).await.well();
    assert_eq!(timeline(&stage, "gt.test.focal", &plan, "").await["inForce"]["id"], json!(real));

    let list = async |arguments: &str| {
        let query =
            format!("{{ activations{arguments} {{ totalCount nodes {{ id exercise plan {{ id }} }} }} }}");
        let told = stage.person("gt.test.focal").asks(&query, json!({})).await.well();
        let ids: Vec<_> =
            told.at("activations.nodes").as_array().unwrap().iter().map(|node| node["id"].clone()).collect();
        assert_eq!(told.at("activations.totalCount"), &json!(ids.len()));
        ids
    };
    assert_eq!(list("").await, [json!(real)]);
    assert_eq!(list("(exercise: true)").await, [json!(drill)]);
    assert!(list("(exercise: true, open: true)").await.is_empty());
    assert_eq!(list("(open: true, country: \"MX\")").await, [json!(real)]);
    assert!(list("(country: \"HN\")").await.is_empty());
    let events: Vec<_> = told(&stage, "gt.test.focal", &plan).await;
    let real: Vec<_> = events.iter().filter(|event| !event.contains("exercise")).collect();
    assert_eq!(real, ["plan.released", "plan.activated"]);
}

#[tokio::test]
async fn a_mistake_is_stood_down_from_before_it_began_and_stays_in_the_record() {
    let stage = Stage::set().await;
    let plan = in_hand(&stage, json!([])).await;
    let began = stage.now();
    let id = activated(&stage, &plan, json!({})).await;
    notes(&stage, "mx.test.editor", &id, 0, "DROPPED").await.well();
    stage.pass(TimeDelta::hours(2));
    goes_on(&stage, &id, 1, "STAND_DOWN", json!({ "from": began })).await.well();
    let at = format!("asOf: \"{}\"", (began + TimeDelta::hours(1)).to_rfc3339());
    let seen = timeline(&stage, "gt.test.focal", &plan, &at).await["timeline"].clone();
    assert_eq!(seen["holding"], Value::Null);
    assert_eq!(seen["activations"][0]["steps"].as_array().unwrap().len(), 2);
    use sea_orm::ConnectionTrait;
    let db = stage.node.ledger.groundwork();
    for sql in [
        "DELETE FROM activation",
        "UPDATE activation SET exercise = (NOT exercise)",
        "DELETE FROM force_step",
        "UPDATE force_step SET level = 'RED'",
        "UPDATE force_reason SET words = 'x'",
        "DELETE FROM force_reason",
        "DELETE FROM action_progress",
        "UPDATE action_progress SET state = 'pending'",
    ] {
        let refused = db.execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refused.contains("in force is fixed"), "{sql}: {refused}");
    }
    // Anew it can be activated.
    activated(&stage, &plan, json!({})).await;
}

#[tokio::test]
async fn of_two_activations_at_once_one_is_refused() {
    let stage = Stage::set().await;
    let plan = in_hand(&stage, json!([])).await;
    let go = |login: &'static str| acts(&stage, login, "activatePlan", activation(&stage, &plan, json!({})));
    let (one, other) = tokio::join!(go("mx.test.minister"), go("mx.test.focal"));
    assert_eq!([one.mends(), other.mends()].concat(), ["WRONG_STATE"], "{} {}", one.text, other.text);
    // And of two steps, and of two notes.
    let seen = timeline(&stage, "mx.test.focal", &plan, "").await;
    let id = seen["inForce"]["id"].as_str().unwrap().to_owned();
    let raise = || goes_on(&stage, &id, 1, "ESCALATE", json!({ "level": "RED" }));
    let (one, other) = tokio::join!(raise(), raise());
    assert_eq!([one.mends(), other.mends()].concat(), ["STALE_REVISION"]);
    let done = || notes(&stage, "mx.test.editor", &id, 0, "DONE");
    let (one, other) = tokio::join!(done(), done());
    assert_eq!([one.mends(), other.mends()].concat(), ["STALE_REVISION"]);
    assert_eq!(
        timeline(&stage, "mx.test.focal", &plan, "").await["timeline"]["activations"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
