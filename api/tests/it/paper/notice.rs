//! The notice of an activation on paper.

use serde_json::{Value, json};

use super::{hash, paper, run, stage_with_plan};
use crate::{
    plans::{
        force::{activated, goes_on, notes},
        released,
    },
    stage::Stage,
};

fn at(id: &str) -> String {
    format!("/plans/{id}/activation.pdf?lang=es")
}

async fn said(stage: &Stage, login: &str, path: &str) -> String {
    run(&paper(stage.person(login), path).await.join(" "))
}

#[tokio::test]
async fn a_notice_says_what_is_in_force_since_when_and_what_is_due() {
    let (stage, id) = stage_with_plan(json!([])).await;
    released(&stage, "mx", &id, 1, json!({ "countries": ["GT"] })).await.well();
    // The plan is valid from the 20th on.
    stage.pass(chrono::TimeDelta::days(5));
    let none = stage.person("gt.test.focal").asking().gets(&at(&id)).await;
    assert_eq!((none.status.as_u16(), none.code()), (404, "NOT_FOUND"), "{}", none.text);
    let activation = activated(&stage, &id, json!({})).await;
    for login in ["mx.test.analyst", "gt.test.focal"] {
        let pages = paper(stage.person(login), &at(&id)).await;
        let shown = hash(stage.person(login), &id).await;
        assert!(
            pages.iter().all(|page| run(page).contains(&shown) && run(page).contains("TLP:GREEN")),
            "{login}"
        );
        let all = run(&pages.join(" "));
        for words in [
            "Aviso de activación",
            "en vigor",
            "naranja",
            "Recepción",
            "Quinientos retornados en un día",
            "A1",
            "T+24h",
            "Registrar",
            "pendiente",
        ] {
            assert!(all.contains(&run(words)), "{login}: no {words} in {all}");
        }
        assert!(!all.contains("SIMULACRO") && !all.contains("Seretienen"), "{all}");
        assert_eq!(all.contains("Revisión1"), login.starts_with("mx"), "{login}");
    }
    stage.pass(chrono::TimeDelta::hours(25));
    assert!(said(&stage, "gt.test.focal", &at(&id)).await.contains("vencida"));
    notes(&stage, "mx.test.editor", &activation, 0, "DONE").await.well();
    assert!(said(&stage, "gt.test.focal", &at(&id)).await.contains("hecha"));
    goes_on(&stage, &activation, 1, "STAND_DOWN", json!({})).await.well();
    let ended = said(&stage, "gt.test.focal", &at(&id)).await;
    assert!(ended.contains("desactivado") && ended.contains(&run("Por STAND_DOWN")), "{ended}");
    assert_eq!(stage.person("hn.test.focal").asking().gets(&at(&id)).await.code(), "NOT_FOUND");
}

#[tokio::test]
async fn an_exercise_says_so_across_each_page_and_is_named_by_its_id() {
    let (stage, id) = stage_with_plan(json!([])).await;
    released(&stage, "mx", &id, 1, json!({ "countries": ["GT"] })).await.well();
    // The plan is valid from the 20th on.
    stage.pass(chrono::TimeDelta::days(5));
    let real = activated(&stage, &id, json!({})).await;
    let drill = activated(&stage, &id, json!({ "exercise": true })).await;
    for page in paper(stage.person("gt.test.focal"), &format!("{}&activation={drill}", at(&id))).await {
        assert!(run(&page).matches("SIMULACRO").count() >= 2 && !run(&page).contains("envigor:"), "{page}");
    }
    let of_real = said(&stage, "gt.test.focal", &format!("{}&activation={real}", at(&id))).await;
    assert!(!of_real.contains("SIMULACRO") && of_real.contains("envigor"), "{of_real}");
    let nothing = stage.person("gt.test.focal").asking().gets(&format!("{}&activation=nada", at(&id))).await;
    assert_eq!(nothing.code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_notice_has_no_phase_and_no_action_that_is_withheld() {
    let marks: Value = json!([
        { "part": "PHASES", "audience": { "countries": ["HN"] } },
        { "part": "ACTIONS", "audience": { "countries": ["HN"] } },
        { "part": "TRIGGERS", "audience": { "countries": ["HN"] } },
    ]);
    let (stage, id) = stage_with_plan(marks).await;
    released(&stage, "mx", &id, 1, json!({ "countries": ["GT", "HN"] })).await.well();
    // The plan is valid from the 20th on.
    stage.pass(chrono::TimeDelta::days(5));
    activated(&stage, &id, json!({})).await;
    let (guatemala, honduras) =
        (said(&stage, "gt.test.focal", &at(&id)).await, said(&stage, "hn.test.focal", &at(&id)).await);
    for gone in ["Registrar", "T+24h", "Fase", "Detonador", "F2"] {
        assert!(!guatemala.contains(gone), "{gone} in {guatemala}");
    }
    assert!(honduras.contains("Registrar") && honduras.contains("T+24h"), "{honduras}");
    assert!(guatemala.contains("naranja") && guatemala.contains("envigor"), "{guatemala}");
}
