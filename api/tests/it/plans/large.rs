//! Plans as large as a plan may be: they come and go whole, and nothing takes time beyond their size.

use std::time::{Duration, Instant};

use api::{
    bounds::Bounds,
    plans::{
        diff::diff,
        words::{Known, sentence},
    },
};
use serde_json::{Value, json};

use super::{real::institution, whole::everything};
use crate::stage::Stage;

/// The least that it took, of five times: whatever else the machine does only adds.
fn least(mut work: impl FnMut()) -> Duration {
    let timed = (0..5).map(|_| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    });
    timed.min().unwrap_or_default()
}

/// Four times as much takes four times as long, and not sixteen.
fn grows_with_its_size(what: &str, mut work: impl FnMut(usize), size: usize) {
    let (small, large) = (least(|| work(size)), least(|| work(size * 4)));
    assert!(large < small * 9, "{what}: {size} in {small:?}, {} in {large:?}", size * 4);
}

#[test]
fn differences_and_lists_take_time_by_their_size() {
    let plan = |count: usize, word: &str| -> Value {
        let action = |at: usize| json!({ "key": format!("A{at}"), "description": { "es": word } });
        json!({ "actions": (0..count).map(action).collect::<Vec<_>>() })
    };
    let differ = |count: usize| {
        let (from, to) = (plan(count, "Uno"), plan(count, "Dos"));
        let changes = diff(&from, &to);
        let known = (Known::of(&from), Known::of(&to));
        let said: Vec<_> =
            changes.iter().map(|change| sentence(change, (&known.0, &known.1), &|_, _| None)).collect();
        assert_eq!(said.len(), count);
        assert!(
            said[count - 1].es.ends_with(", Dos, descripción, español: Uno a Dos"),
            "{}",
            said[count - 1].es
        );
    };
    grows_with_its_size("differences in words", differ, 500);
    let distinct = |count: usize| {
        let mut bounds = Bounds::default();
        bounds.distinct("list", &(0..count).collect::<Vec<_>>());
        bounds.done().unwrap();
    };
    grows_with_its_size("a list without doubles", distinct, 10_000);
}

#[tokio::test]
async fn a_plan_as_large_as_a_plan_may_be_goes_out_and_comes_back() {
    let stage = Stage::set().await;
    let mut supporting = Vec::new();
    for number in 0..16 {
        let (code, acronym) = (format!("MX-APOYO-{number}"), format!("A{number}"));
        supporting
            .push(institution(&stage, "mx.test.admin", &code, &acronym, &format!("Apoyo {number}")).await);
    }
    let mut plan = everything(&stage);
    let action = |number: usize| {
        json!({ "key": format!("A{number}"), "sector": "REGISTRATION", "description": { "es": "Registrar" },
            "responsible": "MX-INM", "supporting": supporting })
    };
    plan["actions"] = (0..2_000).map(action).collect();
    let editor = stage.person("mx.test.editor");
    let sent = json!({ "format": "enlace-plan/1", "plan": plan }).to_string();
    let begun = editor.asking().sends_to("/plans?handling=GREEN", sent).await;
    assert_eq!(begun.status, 201, "{}", &begun.text[..begun.text.len().min(400)]);
    let id = begun.json["id"].as_str().unwrap();
    // 34,000 codes go out, more than SQLite takes in one statement (32,766); they are 17.
    let taken = editor.asking().gets(&format!("/plans/{id}")).await;
    assert_eq!(taken.text.matches("MX-APOYO-7\"").count(), 2_000);
    // With a word changed: what is as it was is no new revision.
    let changed = taken.text.replacen("Registrar", "Inscribir", 1);
    let revise = format!("/plans/{id}?expectedRevision=1");
    let back = editor.asking().sends_to(&revise, changed).await;
    assert_eq!(back.status, 201, "{}", &back.text[..back.text.len().min(400)]);
    let taken = editor.asking().gets(&format!("/plans/{id}")).await;
    assert_eq!(back.json["hash"], taken.json["hash"]);
    assert_eq!(taken.text.matches("MX-APOYO-7\"").count(), 2_000);
    assert_eq!(taken.text.matches("Inscribir").count(), 1);
}

#[tokio::test]
async fn a_document_of_forty_thousand_unknown_codes_is_told_what_is_wrong() {
    let stage = Stage::set().await;
    let mut plan = everything(&stage);
    let action = |number: usize| {
        let codes: Vec<String> = (0..40).map(|nth| format!("XX-{number}-{nth}")).collect();
        json!({ "key": format!("A{number}"), "sector": "REGISTRATION", "description": { "es": "Nada" },
            "supporting": codes })
    };
    plan["actions"] = (0..1_000).map(action).collect();
    let sent = json!({ "format": "enlace-plan/1", "plan": plan }).to_string();
    let refused = stage.person("mx.test.editor").asking().sends_to("/plans", sent).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (400, "BAD_USER_INPUT"));
    let told = refused.json["errors"][0]["extensions"]["problems"].as_array().unwrap();
    assert_eq!(told.len(), 100, "no more are told than a person reads");
    assert!(refused.text.contains("input.document.plan.actions.0.supporting.0"), "{}", refused.text);
}
