//! The commands by everybody, held against the table of the policy and the chain of the country; and hostile input.

use api::access::{Action, Standing, allows};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{activated, activation, acts, goes_on, in_hand, timeline};
use crate::{
    access::{Attacker, everybody, trace::Trace},
    plans::{moved, released},
    stage::{Answer, Stage},
};

fn word(answer: &Answer) -> String {
    match answer.code() {
        "no error" => answer.mends().first().map_or("DONE".into(), |code| (*code).to_owned()),
        code => code.to_owned(),
    }
}

/// What the table and the chain say of somebody: a Mexican plan of the ministry, released to Guatemala, which the ministry
/// works on alone.
fn expected(who: &Attacker, action: Action) -> &'static str {
    let may = |standing| who.role.is_some_and(|role| allows(role, action, standing));
    match who.prefix.as_str() {
        _ if !Standing::ALL.iter().any(|standing| may(*standing)) => "FORBIDDEN",
        "mx.test" if may(Standing::Owner) => "DONE",
        "mx.test" | "gt.test" | "gt.agency" => "FORBIDDEN",
        _ => "NOT_FOUND",
    }
}

#[tokio::test]
async fn the_commands_are_for_whom_the_table_says_in_every_state() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    for stood_down in [false, true] {
        let plan = in_hand(&stage, json!([])).await;
        let id = activated(&stage, &plan, json!({})).await;
        if stood_down {
            goes_on(&stage, &id, 1, "STAND_DOWN", json!({})).await.well();
        }
        for who in everybody(&stage) {
            for (field, action) in [
                ("activatePlan", Action::DeclareForce),
                ("moveActivation", Action::DeclareForce),
                ("setActionState", Action::RunPlan),
            ] {
                let own =
                    timeline(&stage, "mx.test.focal", &plan, "").await["timeline"]["activations"][0].clone();
                let drill =
                    timeline(&stage, "mx.test.focal", &plan, "exercise: true").await["exercise"].clone();
                let last = own["lastStep"].as_i64().unwrap();
                let high = own["level"] == "RED";
                let input = match field {
                    "activatePlan" => activation(&stage, &plan, json!({ "exercise": true })),
                    "moveActivation" => json!({ "activation": id, "expectedStep": last, "from": stage.now(),
                        "step": if high { "DE_ESCALATE" } else { "ESCALATE" },
                        "level": if high { "ORANGE" } else { "RED" }, "reason": { "es": "Porque sí" } }),
                    _ => {
                        json!({ "activation": id, "action": "A1", "expectedNotes": own["actions"][0]["notes"],
                        "state": if own["actions"][0]["state"] == "IN_PROGRESS" { "DONE" } else { "IN_PROGRESS" } })
                    }
                };
                let right = match expected(&who, action) {
                    // What is allowed waits for the state: one exercise at a time, nothing after the end.
                    "DONE" if field == "activatePlan" && !drill.is_null() => "WRONG_STATE",
                    "DONE" if field != "activatePlan" && stood_down => "WRONG_STATE",
                    right => right,
                };
                let before = trace.now(&stage).await;
                let answer = acts(&stage, &who.login, field, input).await;
                assert_eq!(word(&answer), right, "{} does {field}: {}", who.login, answer.text);
                assert_eq!(trace.now(&stage).await != before, right == "DONE", "{} does {field}", who.login);
            }
        }
    }
}

#[tokio::test]
async fn who_declares_is_what_the_chain_says() {
    let stage = Stage::set().await;
    let step = |code: &str, declares: bool| json!({ "name": { "es": "Paso" }, "institution": stage.institution(code).global(), "declares": declares });
    let set = "mutation($i: SetApprovalChainInput!) { setApprovalChain(input: $i) { userErrors { code } } }";
    for (steps, declares, other) in [
        (json!([step("MX-INM", false), step("MX-SRE", false)]), "mx.test", "mx.agency"),
        (json!([step("MX-INM", true), step("MX-SRE", false)]), "mx.agency", "mx.test"),
    ] {
        stage.person("mx.test.admin").asks(set, json!({ "i": { "steps": steps } })).await.well();
        let plan = super::drafted(&stage, json!([])).await;
        moved(&stage, "mx.test.editor", "submitPlan", &plan, 1).await.well();
        moved(&stage, "mx.agency.minister", "approvePlan", &plan, 1).await.well();
        // Half the chain is not the whole.
        let tries = async |who: &str| {
            acts(&stage, &format!("{who}.focal"), "activatePlan", activation(&stage, &plan, json!({}))).await
        };
        assert_eq!(tries(declares).await.mends(), ["WRONG_STATE"]);
        moved(&stage, "mx.test.minister", "approvePlan", &plan, 1).await.well();
        let query = "query($id: ID!) { node(id: $id) { ... on Plan { approvals { declares institution { code } } } } }";
        let told = stage.person("mx.test.editor").asks(query, json!({ "id": plan })).await.well();
        let named: Vec<_> = told
            .at("node.approvals")
            .as_array()
            .unwrap()
            .iter()
            .map(|step| step["declares"] == true)
            .collect();
        assert_eq!(named, [declares == "mx.agency", declares == "mx.test"]);
        let refused = tries(other).await;
        assert_eq!(refused.mends(), ["WRONG_STATE"]);
        assert!(refused.text.contains("declares it, by the chain"), "{}", refused.text);
        tries(declares).await.well();
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_path_and_nothing_is_stored() {
    let stage = Stage::set().await;
    let plan = in_hand(&stage, json!([])).await;
    let elsewhere = super::super::drafted(&stage, "gt.test.editor", "GT-MINEX", "Otro", "GREEN").await;
    released(&stage, "gt", &elsewhere, 1, json!({ "countries": ["HN"] })).await.well();
    let trace = Trace::of(&stage).await;
    let before = trace.now(&stage).await;
    let year = TimeDelta::days(365);
    let nowhere = api::ids::DatasetId::new().global();
    let cases: [(Value, &[&str]); 12] = [
        (json!({ "phase": null }), &["REQUIRED input.phase"]),
        (json!({ "phase": "F9" }), &["UNKNOWN input.phase"]),
        (json!({ "trigger": "D9" }), &["UNKNOWN input.trigger"]),
        (json!({ "trigger": "D1", "observed": "mucho" }), &["NOT_A_NUMBER input.observed"]),
        (json!({ "observed": "5" }), &["REQUIRED input.trigger"]),
        (json!({ "trigger": "D1", "dataset": nowhere }), &["UNKNOWN input.dataset"]),
        (json!({ "reason": { "es": " " } }), &["REQUIRED input.reason.es"]),
        (json!({ "reason": { "es": "x".repeat(5_001) } }), &["TOO_LARGE input.reason.es"]),
        (json!({ "reason": { "es": "a\u{202E}b" } }), &["MALFORMED input.reason.es"]),
        (json!({ "from": stage.now() + year }), &["OUT_OF_RANGE input.from"]),
        (json!({ "from": stage.now() - year }), &["OUT_OF_RANGE input.from"]),
        (json!({ "from": stage.now() - TimeDelta::days(20) }), &["OUT_OF_RANGE input.from"]),
    ];
    for (more, right) in cases {
        let answer =
            acts(&stage, "mx.test.minister", "activatePlan", activation(&stage, &plan, more.clone())).await;
        let errors = answer.at("activatePlan.userErrors").as_array().unwrap().clone();
        let told: Vec<_> = errors
            .iter()
            .map(|error| format!("{} {}", error["code"].as_str().unwrap(), error["path"].as_str().unwrap()))
            .collect();
        assert_eq!(told, right, "{more}");
        assert!(errors.iter().all(|error| !error["message"].as_str().unwrap().is_empty()));
    }
    // Somebody else's plan is none.
    let answer =
        acts(&stage, "mx.test.minister", "activatePlan", activation(&stage, &elsewhere, json!({}))).await;
    assert_eq!(answer.code(), "NOT_FOUND");
    assert_eq!(trace.now(&stage).await, before);

    // A clock that runs back does not take a step before the last.
    let id = activated(&stage, &plan, json!({})).await;
    stage.pass(-TimeDelta::hours(5));
    let back = goes_on(&stage, &id, 1, "ESCALATE", json!({ "level": "RED" })).await;
    assert_eq!(back.mends(), ["OUT_OF_RANGE"]);
    for (step, more, right) in [
        ("ACTIVATE", json!({ "level": "RED" }), "WRONG_STATE"),
        ("ESCALATE", json!({ "level": "YELLOW" }), "WRONG_STATE"),
        ("ESCALATE", json!({}), "WRONG_STATE"),
        ("OPEN_PHASE", json!({}), "REQUIRED"),
        ("OPEN_PHASE", json!({ "phase": "F2" }), "REQUIRED"),
        ("STAND_DOWN", json!({ "phase": "F1" }), "WRONG_STATE"),
        ("STAND_DOWN", json!({ "level": "RED" }), "WRONG_STATE"),
        ("STAND_DOWN", json!({ "expectedStep": 7 }), "STALE_REVISION"),
    ] {
        let answer = goes_on(&stage, &id, 1, step, more).await;
        assert_eq!(answer.mends(), [right], "{step}: {}", answer.text);
    }
}
