//! Plans as documents over the routes and at the console.

use api::access::{Role, policy::route_need};
use axum::body::Body;
use futures::stream;
use serde_json::{Value, json};

use super::{drafted, released, whole::everything};
use crate::{
    cli::{enlace, said},
    stage::Stage,
};

/// The routes of this file, all of which are attacked in it.
pub const ATTACKED: &[&str] = &["GET /plans/{id}", "POST /plans", "POST /plans/{id}"];

fn document(stage: &Stage) -> String {
    json!({ "format": "enlace-plan/1", "plan": everything(stage) }).to_string()
}

#[tokio::test]
async fn a_ministry_takes_a_plan_home_as_a_file_and_brings_it_back() {
    let stage = Stage::set().await;
    let editor = stage.person("mx.test.editor");
    let begun = editor.asking().sends_to("/plans?handling=GREEN&note=Primera", document(&stage)).await;
    assert_eq!(begun.status, 201, "{}", begun.text);
    let id = begun.json["id"].as_str().unwrap().to_owned();
    assert_eq!(begun.json["revision"], 1);

    let taken = stage.person("mx.test.analyst").asking().gets(&format!("/plans/{id}")).await;
    assert_eq!(taken.header("cache-control"), "private, no-store");
    assert_eq!(taken.json["hash"], begun.json["hash"]);
    let mut plan = taken.json.clone();
    plan["plan"]["acronym"] = json!("CASA");
    plan.as_object_mut().unwrap().retain(|name, _| matches!(name.as_str(), "format" | "plan"));
    let back = format!("/plans/{id}?expectedRevision=1");
    let saved = editor.asking().sends_to(&back, plan.to_string()).await;
    assert_eq!((saved.status.as_u16(), &saved.json["revision"]), (201, &json!(2)), "{}", saved.text);
    let late = editor.asking().sends_to(&back, plan.to_string()).await;
    assert_eq!((late.status.as_u16(), late.code()), (409, "CONFLICT"), "{}", late.text);
}

#[tokio::test]
async fn an_exported_plan_comes_back_with_what_was_told_about_it() {
    let stage = Stage::set().await;
    let editor = stage.person("mx.test.editor");
    let begun = editor.asking().sends_to("/plans?handling=GREEN", document(&stage)).await;
    let id = begun.json["id"].as_str().unwrap();
    let taken = editor.asking().gets(&format!("/plans/{id}")).await;
    // As it went out it says nothing new, and no other revision of it is made.
    let back = format!("/plans/{id}?expectedRevision=1");
    let same = editor.asking().sends_to(&back, taken.text.clone()).await;
    assert_eq!((same.status.as_u16(), same.code()), (400, "BAD_USER_INPUT"), "{}", same.text);
    assert_eq!(same.json["errors"][0]["extensions"]["problems"][0]["code"], "DUPLICATE", "{}", same.text);
    let mut plan = taken.json.clone();
    plan["plan"]["acronym"] = json!("CASA");
    let saved = editor.asking().sends_to(&back, plan.to_string()).await;
    assert_eq!((saved.status.as_u16(), &saved.json["revision"]), (201, &json!(2)), "{}", saved.text);
}

#[tokio::test]
async fn a_document_comes_back_under_no_lower_mark_and_takes_nothing_away_that_was_withheld() {
    let stage = Stage::set().await;
    let editor = stage.person("mx.test.editor");
    let mut plan = everything(&stage);
    plan["parts"] = json!([{ "part": "BUDGET", "audience": { "countries": ["HN"] } }]);
    let sent = json!({ "format": "enlace-plan/1", "plan": plan }).to_string();
    let begun = editor.asking().sends_to("/plans?handling=GREEN", sent).await;
    assert_eq!(begun.status, 201, "{}", begun.text);
    let id = begun.json["id"].as_str().unwrap().to_owned();
    let taken = editor.asking().gets(&format!("/plans/{id}")).await;
    let lower = editor.asking().sends_to("/plans?handling=CLEAR", taken.text.clone()).await;
    assert_eq!((lower.status.as_u16(), lower.code()), (400, "BAD_USER_INPUT"), "{}", lower.text);
    let mut higher = taken.json.clone();
    higher["handling"] = json!("AMBER");
    let again = editor.asking().sends_to("/plans", higher.to_string()).await;
    let copy = again.json["id"].as_str().unwrap_or_else(|| panic!("{}", again.text)).to_owned();
    assert_eq!(editor.asking().gets(&format!("/plans/{copy}")).await.json["handling"], "AMBER");

    // Another plan's document, and one that was cut, are no revision.
    let other =
        editor.asking().sends_to(&format!("/plans/{copy}?expectedRevision=1"), taken.text.clone()).await;
    assert_eq!((other.status.as_u16(), other.code()), (400, "BAD_USER_INPUT"), "{}", other.text);
    released(&stage, "mx", &id, 1, json!({ "countries": ["GT", "HN"] })).await.well();
    let cut = stage.person("gt.test.focal").asking().gets(&format!("/plans/{id}")).await;
    assert_eq!(cut.json["portionsWithheld"], true);
    let erased = editor.asking().sends_to(&format!("/plans/{id}?expectedRevision=1"), cut.text.clone()).await;
    assert_eq!((erased.status.as_u16(), erased.code()), (409, "CONFLICT"), "{}", erased.text);
    assert_eq!(editor.asking().gets(&format!("/plans/{id}")).await.text, taken.text);
}

#[tokio::test]
async fn a_document_holds_the_sections_that_are_for_its_reader_and_no_others() {
    let stage = Stage::set().await;
    let mut plan = everything(&stage);
    plan["parts"] = json!([{ "part": "BUDGET", "audience": { "countries": ["HN"] } }]);
    let sent = json!({ "format": "enlace-plan/1", "plan": plan }).to_string();
    let begun = stage.person("mx.test.editor").asking().sends_to("/plans?handling=GREEN", sent).await;
    let id = begun.json["id"].as_str().unwrap();
    released(&stage, "mx", id, 1, json!({ "countries": ["GT", "HN"] })).await.well();
    let read = async |login: &str| stage.person(login).asking().gets(&format!("/plans/{id}")).await;
    let (guatemala, honduras) = (read("gt.test.focal").await, read("hn.test.focal").await);
    assert_eq!(guatemala.json["portionsWithheld"], true);
    assert!(guatemala.json["plan"].get("budget").is_none() && !guatemala.text.contains("115.90"));
    assert!(guatemala.json["plan"].get("parts").is_none() && !honduras.text.contains("audience"));
    assert_eq!(honduras.json["plan"]["budget"].as_array().unwrap().len(), 3);
    assert_eq!(read("int.iom.observer").await.code(), "NOT_FOUND");
}

#[tokio::test]
async fn the_routes_of_plans_ask_who_comes_and_refuse_what_is_no_document() {
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Reservado", "GREEN").await;
    let (own, begin) = (format!("/plans/{id}"), "/plans?handling=GREEN".to_owned());
    let revise = format!("/plans/{id}?expectedRevision=1");
    for path in [&begin, &revise] {
        assert_eq!(stage.stranger().sends_to(path, document(&stage)).await.code(), "UNAUTHENTICATED");
    }
    assert_eq!(stage.stranger().gets(&own).await.code(), "UNAUTHENTICATED");
    let before = stage.entries().await.len();
    for login in stage.logins() {
        let person = stage.person(login);
        let may = |route: &str| {
            let role = Role::ALL.iter().find(|role| login.ends_with(crate::stage::named(**role)));
            role.is_some_and(|role| route_need(route).unwrap().met_by(&[*role]))
        };
        let works = login.starts_with("mx.test.");
        let read = person.asking().gets(&own).await;
        let expected = if !may(ATTACKED[0]) {
            "FORBIDDEN"
        } else if works {
            "no error"
        } else {
            "NOT_FOUND"
        };
        assert_eq!(read.code(), expected, "{login}: {}", read.text);
        if !(works && may(ATTACKED[2])) {
            let refused = person.asking().sends_to(&revise, document(&stage)).await;
            assert!(["FORBIDDEN", "NOT_FOUND"].contains(&refused.code()), "{login}: {}", refused.text);
        }
        if !may(ATTACKED[1]) {
            assert_eq!(
                person.asking().sends_to(&begin, document(&stage)).await.code(),
                "FORBIDDEN",
                "{login}"
            );
        }
    }
    let editor = stage.person("mx.test.editor");
    let deep = format!("{{\"plan\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let long = json!({ "format": "enlace-plan/1", "plan": { "name": { "es": "x".repeat(10 << 20) }, "lead": "MX-SRE" } });
    for (path, body, status, code) in [
        (begin.as_str(), "{".to_owned(), 400, "BAD_USER_INPUT"),
        (&begin, deep, 400, "BAD_USER_INPUT"),
        (&begin, long.to_string(), 413, "LIMITED"),
        (&begin, "[]".to_owned(), 400, "BAD_USER_INPUT"),
        ("/plans?handling=ROJO", document(&stage), 400, "BAD_USER_INPUT"),
        ("/plans?nada=1", document(&stage), 400, "BAD_USER_INPUT"),
        (&own, document(&stage), 400, "BAD_USER_INPUT"),
        (&format!("{own}?expectedRevision=uno"), document(&stage), 400, "BAD_USER_INPUT"),
        ("/plans/Plan:0?expectedRevision=1", document(&stage), 404, "NOT_FOUND"),
    ] {
        let refused = editor.asking().sends_to(path, body).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (status, code), "{path}: {}", refused.text);
    }
    let announced = editor.asking().with("content-length", "209715200").sends_to(&begin, "{}").await;
    assert_eq!((announced.status.as_u16(), announced.code()), (413, "LIMITED"));
    let form = editor.asking().with("content-type", "text/plain").sends_to(&begin, document(&stage)).await;
    assert_eq!(form.status, 415);
    assert_eq!(stage.entries().await.len(), before);
}

#[tokio::test]
async fn a_document_that_drips_is_waited_for_no_longer_than_a_request_may_take() {
    let stage = Stage::set_with(|config| config.request_seconds = 1).await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    for path in ["/plans".to_owned(), format!("/plans/{id}?expectedRevision=1")] {
        let never = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
        let answer = stage.person("mx.test.editor").asking().sends_to(&path, never).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (408, "LIMITED"), "{path}");
    }
}

#[tokio::test]
async fn the_console_takes_plans_out_and_in() {
    let stage = Stage::set_now().await;
    let folder = stage.node.config.folder.clone();
    let file = folder.join("plan.json");
    let path = file.to_str().unwrap();
    std::fs::write(&file, document(&stage)).unwrap();
    let begun = enlace(&stage, &["plan", "import", path, "--as", "mx.test.editor", "--handling", "GREEN"]);
    assert!(begun.status.success(), "{}", said(&begun));
    let id = said(&begun).split_whitespace().next().unwrap().to_owned();

    let taken = enlace(&stage, &["plan", "export", "--as", "mx.test.analyst", "--plan", &id]);
    let plan: Value = serde_json::from_slice(&taken.stdout).unwrap();
    assert_eq!(plan["plan"]["lead"], "MX-SRE");
    assert!(!enlace(&stage, &["plan", "export", "--as", "gt.test.focal", "--plan", &id]).status.success());

    let mut changed = plan.clone();
    changed["plan"]["acronym"] = json!("CASA");
    std::fs::write(&file, changed.to_string()).unwrap();
    let next = ["plan", "import", path, "--as", "mx.test.editor", "--plan", &id, "--expected-revision", "1"];
    let revised = enlace(&stage, &next);
    assert!(said(&revised).contains("revision 2"), "{}", said(&revised));
    let late = enlace(&stage, &next);
    assert!(!late.status.success() && said(&late).contains("STALE_REVISION"), "{}", said(&late));
    std::fs::write(&file, "{ \"format\": \"otro\" }").unwrap();
    let refused = enlace(&stage, &["plan", "import", path, "--as", "mx.test.editor"]);
    assert!(said(&refused).contains("input.document.format"), "{}", said(&refused));
}
