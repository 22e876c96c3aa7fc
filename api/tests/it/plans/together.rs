//! Writing a plan together: conflicts, differences in words, changes piece by piece, documents, translations.

mod importing;
mod translating;

use api::plans::{
    PlanContent,
    diff::{Change, apply, diff, tidy},
    document, words,
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use super::{DRAFT, REVISE, content, drafted, moved, released, whole::everything};
use crate::stage::{Answer, Stage};

const CHANGE: &str = "mutation($i: ChangePlanInput!) { changePlan(input: $i) { plan { id revision name { es en translation } } \
    userErrors { code path message } conflict { both current { revision name { es } } \
    theirs { path words { es en } } yours { path words { es } } } } }";
const IMPORT: &str = "mutation($i: ImportPlanInput!) { importPlan(input: $i) { plan { id revision hash } \
    userErrors { code path message } conflict { current { revision } theirs { path } } } }";
const DIFF: &str = "query($id: ID!, $from: Int!, $to: Int!) { planDiff(id: $id, from: $from, to: $to) { \
    path part kind words { es en } before after } }";

async fn whole_plan(stage: &Stage) -> String {
    let input = json!({ "handling": "GREEN", "content": everything(stage) });
    stage
        .person("mx.test.editor")
        .asks(DRAFT, json!({ "input": input }))
        .await
        .well()
        .text_at("draftPlan.plan.id")
}

async fn changes(stage: &Stage, login: &str, id: &str, expected: i32, changes: Value) -> Answer {
    let input = json!({ "id": id, "expectedRevision": expected, "changes": changes, "note": "Ajuste" });
    stage.person(login).asks(CHANGE, json!({ "i": input })).await
}

async fn differences(stage: &Stage, id: &str, from: i32, to: i32) -> Answer {
    stage.person("mx.test.analyst").asks(DIFF, json!({ "id": id, "from": from, "to": to })).await
}

#[tokio::test]
async fn of_two_who_save_at_once_one_is_shown_both_versions_and_nothing_is_lost() {
    let stage = Stage::set().await;
    let id = whole_plan(&stage).await;
    let one = json!([{ "path": "receptionPoints.MX-RP-NORTE.capacity", "value": 900 }, { "path": "acronym", "value": "UNO" }]);
    let other = json!([{ "path": "receptionPoints.MX-RP-NORTE.capacity", "value": 800 }, { "path": "services.S1", "value": null }]);
    let (one, other) = tokio::join!(
        changes(&stage, "mx.test.editor", &id, 1, one),
        changes(&stage, "mx.test.focal", &id, 1, other)
    );
    let (saved, late) = if one.mends().is_empty() { (one, other) } else { (other, one) };
    saved.well();
    assert_eq!(late.mends(), ["STALE_REVISION"], "{}", late.text);
    assert_eq!(late.at("changePlan.conflict.current.revision"), 2);
    let point = format!("receptionPoints.{}.capacity", stage.point("MX-RP-NORTE").global());
    let theirs = late.at("changePlan.conflict.theirs").as_array().unwrap();
    let yours = late.at("changePlan.conflict.yours").as_array().unwrap();
    assert_eq!((theirs.len(), yours.len()), (2, 2), "{}", late.text);
    assert!(theirs.iter().any(|change| change["path"] == point.as_str()));
    // What is theirs is saved, and what was not saved is told with its words.
    assert!(yours.iter().all(|change| change["words"]["es"].as_str().unwrap().contains(": ")));

    // Saved again upon what is there now, both stand.
    let again = json!([{ "path": "shortName.en", "value": "Again" }]);
    changes(&stage, "mx.test.focal", &id, 2, again).await.well();
    let shown =
        "query($id: ID!) { planHistory(id: $id) { totalCount nodes { number note authorPost { es } } } }";
    let told = stage.person("mx.test.editor").asks(shown, json!({ "id": id })).await.well();
    assert_eq!(told.at("planHistory.totalCount"), 3);
    let newest = json!({ "number": 3, "note": "Ajuste", "authorPost": { "es": "Puesto mx.test.focal" } });
    assert_eq!(told.at("planHistory.nodes.0"), &newest);
}

#[tokio::test]
async fn two_who_changed_the_same_are_told_where_they_meet() {
    let stage = Stage::set().await;
    let id = whole_plan(&stage).await;
    changes(&stage, "mx.test.editor", &id, 1, json!([{ "path": "actions.A1.startHours", "value": 48 }]))
        .await
        .well();
    let late = changes(
        &stage,
        "mx.test.focal",
        &id,
        1,
        json!([{ "path": "actions.A1", "value": null }, { "path": "contacts.C1.phone", "value": "+52 55 0000 0000" }]),
    )
    .await;
    assert_eq!(late.at("changePlan.conflict.both"), &json!(["actions.A1"]));
    // The same for the whole of a plan.
    let input = json!({ "id": id, "expectedRevision": 1, "content": content(&stage, "MX-SRE", "Otro") });
    let revise = REVISE.replace(
        "userErrors { code path message }",
        "userErrors { code } conflict { current { revision } both }",
    );
    let late = stage.person("mx.test.focal").asks(&revise, json!({ "input": input })).await;
    assert_eq!(late.at("revisePlan.conflict.current.revision"), 2);
    assert!(late.at("revisePlan.conflict.both").as_array().unwrap().contains(&json!("actions.A1")));
}

#[tokio::test]
async fn a_difference_is_told_in_words_that_an_official_reads() {
    let stage = Stage::set().await;
    let id = whole_plan(&stage).await;
    let edits = json!([
        { "path": "receptionPoints.MX-RP-NORTE.capacity", "value": 2500 },
        { "path": "receptionPoints.MX-RP-NORTE.areas", "value": ["MINORS"] },
        { "path": "services.S1.unitCost.amount", "value": "2500.00" },
        { "path": "services.S1.provider", "value": "MX-INM" },
        { "path": "triggers.D1.level", "value": "RED" },
        { "path": "actions.A2", "value": { "key": "A2", "sector": "HEALTH", "description": { "es": "Vacunar" } } },
        { "path": "contacts.C1", "value": null },
        { "path": "phases.$order", "value": ["F2", "F1"] },
        { "path": "name.es", "value": "Plan de retorno ordenado" },
        { "path": "validUntil", "value": null },
    ]);
    changes(&stage, "mx.test.editor", &id, 1, edits).await.well();
    let told = differences(&stage, &id, 1, 2).await.well();
    let told: Vec<(&str, &str)> = told
        .at("planDiff")
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["words"]["es"].as_str().unwrap(), change["words"]["en"].as_str().unwrap()))
        .collect::<Vec<_>>();
    for (es, en) in [
        (
            "Puntos de recepción, Punto NORTE, capacidad nominal: 1 200 a 2 500",
            "Reception points, Punto NORTE, nominal capacity: 1,200 to 2,500",
        ),
        (
            "Servicios, Apoyo único, costo unitario, monto: 2000.00 a 2500.00",
            "Services, One payment, unit cost, amount: 2000.00 to 2500.00",
        ),
        (
            "Detonadores, Quinientos al día, nivel de alerta: naranja a roja",
            "Triggers, Five hundred a day, level of alert: orange to red",
        ),
        ("Acciones, Vacunar: se agrega", "Actions, Vacunar: added"),
        ("Contactos 24/7, Guardia: se quita", "Round-the-clock contacts, Duty officer: removed"),
        ("Fases, orden: F1, F2 a F2, F1", "Phases, order: F1, F2 to F2, F1"),
        (
            "Identificación, nombre, español: «Plan de retorno» a «Plan de retorno ordenado»",
            "What the plan is: names, lead institution, name, Spanish: “Plan de retorno” to “Plan de retorno ordenado”",
        ),
        ("Vigencia, fin de vigencia: se quita 2025-07-20", "Validity, valid until: removed: 2025-07-20"),
        (
            "Servicios, Apoyo único, prestador: Institución SRE (SRE) a Institución INM (INM)",
            "Services, One payment, provider: Institution SRE (SRE) to Institution INM (INM)",
        ),
    ] {
        assert!(told.contains(&(es, en)), "no {es:?} / {en:?} in {told:#?}");
    }
    // The other way round it is told the other way round, and of one revision with itself nothing.
    assert_eq!(
        differences(&stage, &id, 2, 1).await.well().at("planDiff").as_array().unwrap().len(),
        told.len()
    );
    assert_eq!(differences(&stage, &id, 2, 2).await.well().at("planDiff"), &json!([]));
    assert_eq!(differences(&stage, &id, 1, 9).await.code(), "NOT_FOUND");
}

#[tokio::test]
async fn to_whom_a_plan_was_released_its_revisions_are_nobodys_business() {
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Difundido", "GREEN").await;
    released(&stage, "mx", &id, 1, json!({ "countries": ["GT"] })).await.well();
    let partner = stage.person("gt.test.focal");
    let never = partner.asks(DIFF, json!({ "id": id, "from": 7, "to": 9 })).await;
    let there = partner.asks(DIFF, json!({ "id": id, "from": 1, "to": 1 })).await;
    assert_eq!((there.code(), &there.text), ("NOT_FOUND", &never.text));
    let history = "query($id: ID!) { planHistory(id: $id) { totalCount } }";
    assert_eq!(partner.asks(history, json!({ "id": id })).await.code(), "NOT_FOUND");
    let change =
        changes(&stage, "gt.test.editor", &id, 1, json!([{ "path": "acronym", "value": "X" }])).await;
    assert_eq!(change.code(), "FORBIDDEN");
    let unseen =
        changes(&stage, "hn.test.editor", &id, 1, json!([{ "path": "acronym", "value": "X" }])).await;
    assert_eq!(unseen.code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_change_that_leads_nowhere_or_makes_no_sense_is_refused_and_nothing_is_stored() {
    let stage = Stage::set().await;
    let id = whole_plan(&stage).await;
    let before = stage.entries().await.len();
    for (edit, code) in [
        (json!({ "path": "actions.A9.startHours", "value": 3 }), "UNKNOWN"),
        (json!({ "path": "actions.A9", "value": null }), "UNKNOWN"),
        (json!({ "path": "", "value": 3 }), "UNKNOWN"),
        (json!({ "path": "nada", "value": 3 }), "UNKNOWN"),
        (json!({ "path": "acronym.es.es", "value": "x" }), "UNKNOWN"),
        (json!({ "path": "actions.A1.startHours", "value": "pronto" }), "MALFORMED"),
        (json!({ "path": "actions.A1.sector", "value": "NADA" }), "UNKNOWN"),
        (
            json!({ "path": "actions.A2", "value": { "key": "A3", "sector": "HEALTH", "description": { "es": "x" } } }),
            "MALFORMED",
        ),
        (json!({ "path": "actions.A1.description", "value": null }), "REQUIRED"),
        (json!({ "path": "actions.A1.responsible", "value": "MX-NADA" }), "UNKNOWN"),
        (json!({ "path": "phases.F2", "value": null }), "UNKNOWN"),
        (json!({ "path": "receptionPoints.MX-RP-NORTE.surgeCapacity", "value": 1 }), "OUT_OF_RANGE"),
        (json!({ "path": "actions.$order", "value": ["A7"] }), "UNKNOWN"),
        (json!({ "path": "sections.#9.body", "value": { "es": "x" } }), "UNKNOWN"),
        (json!({ "path": "sections.#99999999999999999999", "value": { "es": "x" } }), "REQUIRED"),
        (json!({ "path": "x".repeat(301), "value": 1 }), "TOO_LARGE"),
    ] {
        let answer = changes(&stage, "mx.test.editor", &id, 1, json!([edit])).await;
        assert!(answer.mends().contains(&code), "{edit}: {}", answer.text);
        assert!(!answer.text.contains("INTERNAL"), "{}", answer.text);
    }
    let many = vec![json!({ "path": "acronym", "value": "x" }); 201];
    assert_eq!(changes(&stage, "mx.test.editor", &id, 1, json!(many)).await.mends(), ["TOO_LARGE"]);
    assert_eq!(changes(&stage, "mx.test.editor", &id, 1, json!([])).await.mends(), ["REQUIRED"]);
    assert_eq!(stage.entries().await.len(), before);
}

#[tokio::test]
async fn every_field_of_a_plan_has_a_word_for_differences() {
    let schema: Value = serde_json::from_str(include_str!("../../../../schema/plan.schema.json")).unwrap();
    for (name, form) in schema["$defs"].as_object().unwrap() {
        for field in form["properties"].as_object().into_iter().flatten().map(|(field, _)| field) {
            assert!(words::label(field).is_some(), "{name}.{field} has no word in plans/words.rs");
        }
    }
    // Of JSON Schema the form uses only what is understood.
    let known = [
        "$ref",
        "const",
        "enum",
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "format",
        "description",
        "$schema",
        "title",
        "$defs",
    ];
    fn words_used<'a>(value: &'a Value, at: &str, used: &mut Vec<&'a String>) {
        for (name, value) in value.as_object().into_iter().flatten() {
            if !matches!(at, "properties" | "$defs") {
                used.push(name);
            }
            words_used(value, if matches!(at, "properties" | "$defs") { "" } else { name }, used);
        }
    }
    let mut used = Vec::new();
    words_used(&schema, "", &mut used);
    assert!(used.iter().all(|word| known.contains(&word.as_str())), "{used:?}");
}

/// Items with or without names, and fields that come and go.
fn any_document() -> impl Strategy<Value = Value> {
    let item = (0..6_usize, 0..3_i32, any::<bool>());
    let names = prop::sample::subsequence((0..6_usize).collect::<Vec<_>>(), 0..6).prop_shuffle();
    (names, vec(item, 0..4), vec(0..4_i32, 0..3), prop::option::of(0..3_i32)).prop_map(|(names, loose, numbers, acronym)| {
        let named: Vec<Value> =
            names.iter().map(|name| json!({ "key": format!("A{name}"), "startHours": name % 2, "name": { "es": "x" } })).collect();
        let loose: Vec<Value> = loose
            .iter()
            .map(|(name, hours, keyed)| match keyed {
                true => json!({ "key": format!("A{name}"), "startHours": hours }),
                false => json!({ "heading": { "es": format!("h{hours}") } }),
            })
            .collect();
        let mut document = json!({ "actions": named, "sections": loose, "targetGroups": numbers, "unitCost": { "amount": "1" } });
        if let Some(acronym) = acronym {
            document["acronym"] = json!(acronym);
            document["unitCost"] = json!({ "amount": acronym.to_string(), "currency": "MXN" });
        }
        tidy(&mut document);
        document
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_difference_made_to_the_one_gives_the_other(from in any_document(), to in any_document()) {
        let changes: Vec<Change> = diff(&from, &to);
        let mut made = from.clone();
        prop_assert!(apply(&mut made, &changes).is_ok(), "{changes:?}");
        prop_assert_eq!(&made, &to, "{:?}", changes);
        prop_assert_eq!(changes.is_empty(), from == to);
    }
}

#[tokio::test]
async fn two_revisions_of_a_whole_plan_differ_by_what_makes_the_one_into_the_other() {
    let stage = Stage::set().await;
    let parse = |value: Value| -> PlanContent { document::parse(value).unwrap() };
    let from = document::plain(&parse(everything(&stage)));
    let mut to = everything(&stage);
    to["phases"].as_array_mut().unwrap().reverse();
    to["actions"] = json!([]);
    to["minorsProtocol"] = json!(null);
    to["receptionPoints"][0]["latitude"] = json!(19.5);
    to["scenarios"][0]["shares"].as_array_mut().unwrap().remove(0);
    to["legalInstruments"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "kind": "LAW", "citation": { "es": "Ley" } }));
    let to = document::plain(&parse(to));
    for (from, to) in [(&from, &to), (&to, &from)] {
        let mut made = from.clone();
        apply(&mut made, &diff(from, to)).unwrap();
        assert_eq!(&made, to);
    }
    assert_eq!(parse(from.clone()), parse(everything(&stage)));
    // A moved step of a released plan is no change of its content.
    let id = whole_plan(&stage).await;
    moved(&stage, "mx.test.editor", "submitPlan", &id, 1).await.well();
    assert_eq!(differences(&stage, &id, 1, 1).await.well().at("planDiff"), &json!([]));
}

/// The mutations that are attacked here.
pub const ATTACKED: [&str; 2] = ["changePlan", "importPlan"];

#[tokio::test]
async fn nobody_writes_in_a_plan_but_those_who_may_of_the_institution_it_belongs_to() {
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Cerrado", "GREEN").await;
    released(&stage, "mx", &id, 1, json!({ "countries": ["GT"] })).await.well();
    let before = stage.entries().await.len();
    let document = json!({ "format": "enlace-plan/1", "plan": { "name": { "es": "x" }, "lead": "MX-SRE" } });
    for login in
        stage.logins().into_iter().filter(|login| !["mx.test.editor", "mx.test.focal"].contains(login))
    {
        let changed = changes(&stage, login, &id, 1, json!([{ "path": "acronym", "value": "X" }])).await;
        let input = json!({ "document": document, "id": id, "expectedRevision": 1 });
        let imported = stage.person(login).asks(IMPORT, json!({ "i": input })).await;
        for answer in [changed, imported] {
            assert!(["FORBIDDEN", "NOT_FOUND"].contains(&answer.code()), "{login}: {}", answer.text);
        }
    }
    assert_eq!(stage.entries().await.len(), before);
}
