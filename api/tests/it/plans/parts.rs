//! Sections with a handling mark and an audience of their own: who is shown which, and that nothing tells of the rest.

use api::{
    access::{Handling, Party},
    ids::{InstitutionId, ReceptionPointId},
    plans::{
        Action, Money, Phase, PlanContent, Point, Section, Service, Trigger,
        parts::{PartAudience, PartMark, all, cut},
        terms::{ActionStatus, Part, Sector, ServiceKind, TargetGroup},
    },
    records::Content,
    text::Text,
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    DRAFT, moved, released,
    whole::{EVERYTHING, everything},
};
use crate::stage::{Answer, Stage};

pub async fn drafted_with(stage: &Stage, handling: &str, parts: Value) -> Answer {
    let mut content = everything(stage);
    content["parts"] = parts;
    let input = json!({ "handling": handling, "content": content });
    stage.person("mx.test.editor").asks(DRAFT, json!({ "input": input })).await
}

async fn reads(stage: &Stage, login: &str, id: &str) -> Value {
    let query = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on Plan {{ {EVERYTHING} hash handling portionsWithheld \
         budgetTotals {{ currency }} parts {{ part handling audience {{ countries institutions }} }} }} }} }}"
    );
    stage.person(login).asks(&query, json!({ "id": id })).await.well().at("node").clone()
}

fn parts_of(plan: &Value) -> Vec<String> {
    let parts = plan["parts"].as_array().unwrap().iter();
    parts
        .map(|part| format!("{} {}", part["part"].as_str().unwrap(), part["handling"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_partner_is_shown_a_plan_of_mixed_handling_section_by_section() {
    let stage = Stage::set().await;
    let agency = stage.institution("GT-IGM").global();
    let marks = json!([
        { "part": "CONTACTS", "handling": "AMBER" },
        { "part": "BUDGET", "audience": { "countries": ["HN"] } },
        { "part": "RECEPTION_POINTS", "handling": "AMBER_STRICT", "audience": { "institutions": [agency] } },
        { "part": "PHASES", "audience": { "countries": ["HN"] } },
    ]);
    let id = drafted_with(&stage, "GREEN", marks).await.well().text_at("draftPlan.plan.id");
    released(&stage, "mx", &id, 1, json!({ "countries": ["GT", "HN"], "institutions": [agency] }))
        .await
        .well();

    // Who works on it reads all, and to whom each section goes.
    let owner = reads(&stage, "mx.test.analyst", &id).await;
    assert_eq!(owner["portionsWithheld"], false);
    assert_eq!(owner["handling"], "AMBER_STRICT");
    let budget =
        owner["parts"].as_array().unwrap().iter().find(|part| part["part"] == "BUDGET").unwrap().clone();
    assert_eq!(
        budget,
        json!({ "part": "BUDGET", "handling": "GREEN", "audience": { "countries": ["HN"], "institutions": [] } })
    );

    // The ministry of Guatemala: no budget, no points, no phases, and nothing that refers to them.
    let ministry = reads(&stage, "gt.test.focal", &id).await;
    assert_eq!(ministry["portionsWithheld"], true);
    assert_eq!(ministry["handling"], "AMBER");
    for gone in ["budget", "budgetTotals", "receptionPoints", "phases"] {
        assert_eq!(ministry[gone], json!([]), "{gone}");
    }
    let shown = parts_of(&ministry);
    assert!(shown.contains(&"CONTACTS AMBER".into()) && shown.contains(&"ACTIONS GREEN".into()));
    assert!(
        !shown.iter().any(|part| ["BUDGET", "RECEPTION", "PHASES"].iter().any(|gone| part.starts_with(gone)))
    );
    assert!(ministry["parts"].as_array().unwrap().iter().all(|part| part["audience"].is_null()));
    assert_eq!(ministry["actions"][0]["phase"], Value::Null);
    assert_eq!(ministry["actions"][0]["point"], Value::Null);
    assert_eq!(ministry["services"][0]["points"], json!([]));
    assert_eq!(ministry["triggers"][0]["opens"], Value::Null);
    assert_eq!(ministry["bilateralInstruments"][0]["points"], json!([]));
    assert_eq!(ministry["contacts"], owner["contacts"]);

    // Its agency has the points besides, Honduras the budget and the phases.
    let agency = reads(&stage, "gt.agency.analyst", &id).await;
    assert_eq!(agency["receptionPoints"], owner["receptionPoints"]);
    assert_eq!((&agency["budget"], &agency["phases"]), (&json!([]), &json!([])));
    assert_eq!(agency["handling"], "AMBER_STRICT");
    let honduras = reads(&stage, "hn.test.analyst", &id).await;
    assert_eq!(honduras["budget"], owner["budget"]);
    assert_eq!(honduras["phases"], owner["phases"]);
    assert_eq!(honduras["receptionPoints"], json!([]));

    // Whoever is in the audience of a section and not of the plan is shown nothing.
    let nobody = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(stage.person("int.iom.observer").asks(nobody, json!({ "id": id })).await.code(), "NOT_FOUND");
    let hashes = [&owner, &ministry, &agency, &honduras].map(|plan| plan["hash"].as_str().unwrap());
    assert!(hashes.iter().enumerate().all(|(at, hash)| !hashes[..at].contains(hash)), "{hashes:?}");
}

#[tokio::test]
async fn the_hash_told_to_a_recipient_is_that_of_a_plan_without_what_was_withheld() {
    let stage = Stage::set().await;
    let marks = json!([{ "part": "BUDGET", "audience": { "countries": ["HN"] } }]);
    let mixed = drafted_with(&stage, "GREEN", marks).await.well().text_at("draftPlan.plan.id");
    let mut content = everything(&stage);
    content["budget"] = json!([]);
    let input = json!({ "handling": "GREEN", "content": content });
    let bare = stage.person("mx.test.editor").asks(DRAFT, json!({ "input": input })).await.well();
    let bare = bare.text_at("draftPlan.plan.id");
    for id in [&mixed, &bare] {
        released(&stage, "mx", id, 1, json!({ "countries": ["GT"] })).await.well();
    }
    let (mixed_seen, bare_seen) =
        (reads(&stage, "gt.test.focal", &mixed).await, reads(&stage, "gt.test.focal", &bare).await);
    assert_eq!(mixed_seen["hash"], bare_seen["hash"]);
    assert_ne!(mixed_seen["hash"], reads(&stage, "mx.test.focal", &mixed).await["hash"]);
    // The ledger keeps the hash of the whole for those who work on it.
    let ledger = "{ ledger(last: 2) { nodes { event contentHash } } }";
    let told = stage.person("gt.test.focal").asks(ledger, json!({})).await.well();
    assert!(told.at("ledger.nodes").as_array().unwrap().iter().all(|entry| entry["contentHash"].is_null()));
    // And the told difference is one word.
    assert_eq!(
        (&mixed_seen["portionsWithheld"], &bare_seen["portionsWithheld"]),
        (&json!(true), &json!(false))
    );
}

#[tokio::test]
async fn marks_and_audiences_of_sections_keep_within_those_of_the_plan() {
    let stage = Stage::set().await;
    let account = stage.person("gt.test.focal").account.global();
    let before = stage.entries().await.len();
    for (handling, mark, expected) in [
        ("AMBER", json!({ "part": "BUDGET", "handling": "GREEN" }), "OUT_OF_RANGE parts.0.handling"),
        ("GREEN", json!({ "part": "BUDGET", "handling": "AMBER_STRICT" }), "REQUIRED parts.0.audience"),
        ("CLEAR", json!({ "part": "BUDGET", "handling": "GREEN" }), "REQUIRED parts.0.audience"),
        ("GREEN", json!({ "part": "BUDGET", "audience": {} }), "REQUIRED parts.0.audience"),
        (
            "GREEN",
            json!({ "part": "BUDGET", "audience": { "everyone": true } }),
            "WIDER_THAN_HANDLING parts.0.audience",
        ),
        (
            "GREEN",
            json!({ "part": "BUDGET", "handling": "AMBER_STRICT", "audience": { "countries": ["GT"] } }),
            "WIDER_THAN_HANDLING parts.0.audience",
        ),
        (
            "GREEN",
            json!({ "part": "BUDGET", "audience": { "countries": ["ZZ"] } }),
            "UNKNOWN parts.0.audience",
        ),
        (
            "GREEN",
            json!({ "part": "IDENTITY", "audience": { "countries": ["GT"] } }),
            "OUT_OF_RANGE parts.0.audience",
        ),
        (
            "GREEN",
            json!({ "part": "VALIDITY", "audience": { "countries": ["GT"] } }),
            "OUT_OF_RANGE parts.0.audience",
        ),
        (
            "GREEN",
            json!({ "part": "BUDGET", "handling": "RED", "audience": { "accounts": [account] } }),
            "OUT_OF_RANGE parts.0.handling",
        ),
    ] {
        let answer = drafted_with(&stage, handling, json!([mark])).await;
        let error = answer.at("draftPlan.userErrors.0");
        let path = error["path"].as_str().unwrap().replace("input.content.", "");
        assert_eq!(format!("{} {path}", error["code"].as_str().unwrap()), expected, "{}", answer.text);
    }
    let twice = json!([{ "part": "BUDGET", "handling": "AMBER" }, { "part": "BUDGET" }]);
    assert_eq!(drafted_with(&stage, "GREEN", twice).await.mends(), ["DUPLICATE"]);
    assert_eq!(stage.entries().await.len(), before);
}

#[tokio::test]
async fn who_approves_reads_every_section_and_the_hash_of_the_whole() {
    let stage = Stage::set().await;
    let marks =
        json!([{ "part": "BUDGET", "audience": { "institutions": [stage.institution("GT-IGM").global()] } }]);
    let id = drafted_with(&stage, "GREEN", marks).await.well().text_at("draftPlan.plan.id");
    moved(&stage, "mx.test.editor", "submitPlan", &id, 1).await.well();
    moved(&stage, "mx.test.minister", "approvePlan", &id, 1).await.well();
    let minister = reads(&stage, "mx.test.minister", &id).await;
    assert_ne!(minister["budget"], json!([]));
    let approved = stage.entries().await.into_iter().rfind(|entry| entry.event == "plan.approved").unwrap();
    assert!(approved.body.contains(minister["hash"].as_str().unwrap()));
}

/// A word that stands in one section only.
pub fn word(part: Part) -> String {
    format!("palabra-{part:?}-fin")
}

/// A plan that says its word in every section that can be kept from somebody, and refers from each to each.
pub fn spoken() -> PlanContent {
    let (institution, point) = (InstitutionId(Uuid::from_u128(1)), ReceptionPointId(Uuid::from_u128(2)));
    let text = |part| Text::spanish(word(part));
    let mut plan = PlanContent::named(Text::spanish("Plan"), institution);
    plan.coordination_body = Some(text(Part::Institutions));
    plan.legal_basis = Some(text(Part::LegalBasis));
    plan.target_groups = vec![TargetGroup::Returned];
    plan.sections = vec![Section { heading: text(Part::Narrative), body: text(Part::Narrative), key: None }];
    plan.triggers = vec![Trigger {
        key: word(Part::Triggers),
        name: text(Part::Triggers),
        indicator: text(Part::Triggers),
        indicator_code: None,
        comparison: None,
        threshold: None,
        window_days: None,
        level: None,
        opens: Some(word(Part::Phases)),
        declared_by: None,
        ends: None,
    }];
    plan.phases = vec![Phase {
        name: text(Part::Phases),
        description: None,
        key: Some(word(Part::Phases)),
        entry: None,
        exit: None,
        longest_days: None,
        triggers: vec![word(Part::Triggers)],
    }];
    plan.reception_points =
        vec![Point { note: Some(text(Part::ReceptionPoints)), ..Point::of(point, Some(7)) }];
    plan.actions = vec![Action {
        key: word(Part::Actions),
        phase: Some(word(Part::Phases)),
        sector: Sector::Health,
        description: text(Part::Actions),
        responsible: None,
        supporting: Vec::new(),
        point: Some(point),
        place: None,
        resources: None,
        start_hours: Some(24),
        status: ActionStatus::Planned,
    }];
    plan.services = vec![Service {
        key: word(Part::Services),
        kind: ServiceKind::Cash,
        description: None,
        provider: None,
        unit_cost: Some(Money { amount: "1".into(), currency: "MXN".into() }),
        eligibility: None,
        points: vec![point],
        phase: Some(word(Part::Phases)),
    }];
    plan
}

pub fn party(number: usize) -> Party {
    match number {
        0 => Party::Country("GT".into()),
        1 => Party::Country("HN".into()),
        _ => Party::Institution(InstitutionId(Uuid::from_u128(number as u128))),
    }
}

pub fn any_marks() -> impl Strategy<Value = Vec<PartMark>> {
    let one = (any::<bool>(), prop::option::of(vec(0..5_usize, 1..3)));
    vec((one, any::<bool>()), all().count()).prop_map(|drawn| {
        let marks = all().zip(drawn).filter(|(_, (_, marked))| *marked);
        marks
            .map(|(part, ((amber, audience), _))| PartMark {
                part,
                handling: amber.then_some(Handling::Amber),
                audience: audience.map(|to| PartAudience(to.into_iter().map(party).collect())),
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// For random marks nobody receives a section outside its audience: not its words, not its keys, not a
    /// reference to it; and what is left is what would be left had the section never been written.
    #[test]
    fn nobody_receives_a_section_that_is_not_for_them(marks in any_marks(), who in vec(0..5_usize, 1..3)) {
        let mine: Vec<Party> = who.into_iter().map(party).collect();
        let mut plan = spoken();
        plan.parts = marks.clone();
        let kept = |part: Part| {
            let audience = marks.iter().find(|mark| mark.part == part).and_then(|mark| mark.audience.as_ref());
            let outside = audience.is_some_and(|to| !to.0.iter().any(|party| mine.contains(party)));
            outside && !matches!(part, Part::Identity | Part::Validity)
        };
        let shown = cut(plan.clone(), &mine);
        let text = serde_json::to_string(&shown.content).unwrap();
        for part in all() {
            if kept(part) {
                prop_assert!(!text.contains(&word(part)), "{part:?} in {text}");
                prop_assert!(!shown.content.holds(part) && shown.content.mark(part).is_none());
            } else {
                prop_assert_eq!(shown.content.holds(part), plan.holds(part), "{:?}", part);
            }
        }
        prop_assert_eq!(shown.withheld, all().any(|part| kept(part) && plan.holds(part)));
        prop_assert!(!shown.content.in_portions());

        // Never written: neither the sections nor what refers to them.
        let mut never = cut(plan, &mine).content;
        never.parts.clear();
        let again = cut(PlanContent { parts: shown.content.parts.clone(), ..never.clone() }, &mine);
        prop_assert_eq!(&again.content, &shown.content);
        prop_assert!(!again.withheld);
        let highest = shown.content.parts.iter().filter_map(|mark| mark.handling).max();
        prop_assert_eq!(shown.content.highest_mark(), highest);
    }
}
