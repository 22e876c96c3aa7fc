//! A plan from its draft to its recall, as the ministries live it.

pub mod approval;
pub mod documents;
pub mod force;
mod large;
pub mod parts;
mod real;
pub mod together;
pub mod whole;

use api::ids::RecordId;
use serde_json::{Value, json};

use crate::stage::{Answer, Stage};

pub const DRAFT: &str = "mutation ($input: DraftPlanInput!) { draftPlan(input: $input) { \
    plan { id revision state handling hash name { es en } } userErrors { code path message } } }";
pub const REVISE: &str = "mutation ($input: RevisePlanInput!) { revisePlan(input: $input) { \
    plan { id revision state hash name { es } } userErrors { code path message } } }";
const RELEASE: &str = "mutation ($input: ReleaseInput!) { releasePlan(input: $input) { \
    plan { state audience { everyone countries } shares { instrument purpose } } userErrors { code path message } } }";
const RECALL: &str = "mutation ($input: RecallInput!) { recallPlan(input: $input) { \
    plan { audience { everyone countries institutions } } userErrors { code path } } }";
const NAMES: &str = "{ plans { totalCount nodes { id state name { es } } } }";

/// What a plan of that name says, as input.
pub fn content(stage: &Stage, lead: &str, name: &str) -> Value {
    json!({ "name": { "es": name }, "lead": stage.institution(lead).global() })
}

pub async fn drafted(stage: &Stage, login: &str, lead: &str, name: &str, handling: &str) -> String {
    let input = json!({ "handling": handling, "content": content(stage, lead, name) });
    let answer = stage.person(login).asks(DRAFT, json!({ "input": input })).await.well();
    answer.text_at("draftPlan.plan.id")
}

pub async fn moved(stage: &Stage, login: &str, step: &str, id: &str, revision: i32) -> Answer {
    let mutation = format!(
        "mutation ($input: ChangeStateInput!) {{ {step}(input: $input) {{ userErrors {{ code path message }} }} }}"
    );
    let input = json!({ "id": id, "expectedRevision": revision });
    stage.person(login).asks(&mutation, json!({ "input": input })).await
}

pub async fn released(stage: &Stage, country: &str, id: &str, revision: i32, audience: Value) -> Answer {
    let login = |role: &str| format!("{country}.test.{role}");
    moved(stage, &login("editor"), "submitPlan", id, revision).await.well();
    moved(stage, &login("minister"), "approvePlan", id, revision).await.well();
    let input = json!({ "id": id, "expectedRevision": revision, "audience": audience,
        "instrument": "Memorándum", "purpose": "Coordinar" });
    stage.person(&login("focal")).asks(RELEASE, json!({ "input": input })).await
}

fn names(answer: &Answer) -> Vec<String> {
    let nodes = answer.at("plans.nodes").as_array().unwrap();
    nodes.iter().map(|node| node["name"]["es"].as_str().unwrap().into()).collect()
}

#[tokio::test]
async fn a_released_plan_reaches_its_recipients_and_nobody_else() {
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "México te abraza", "GREEN").await;
    assert_eq!(names(&stage.person("gt.test.focal").asks(NAMES, json!({})).await), Vec::<String>::new());

    let answer = released(&stage, "mx", &id, 1, json!({ "countries": ["GT"] })).await.well();
    assert_eq!(answer.at("releasePlan.plan.state"), "RELEASED");
    assert_eq!(answer.at("releasePlan.plan.audience.countries"), &json!(["GT"]));
    assert_eq!(
        answer.at("releasePlan.plan.shares"),
        &json!([{ "instrument": "Memorándum", "purpose": "Coordinar" }])
    );

    assert_eq!(names(&stage.person("gt.test.focal").asks(NAMES, json!({})).await), ["México te abraza"]);
    assert_eq!(names(&stage.person("gt.agency.analyst").asks(NAMES, json!({})).await), ["México te abraza"]);
    assert_eq!(names(&stage.person("hn.test.focal").asks(NAMES, json!({})).await), Vec::<String>::new());
    assert_eq!(names(&stage.person("int.iom.observer").asks(NAMES, json!({})).await), Vec::<String>::new());
    let told: Vec<_> = stage.entries().await.into_iter().map(|entry| entry.event).collect();
    assert!(
        told.ends_with(
            &["plan.drafted", "plan.submitted", "plan.approved", "plan.released"].map(String::from)
        )
    );
}

#[tokio::test]
async fn recipients_go_on_seeing_what_was_released_to_them_while_the_owner_writes_on() {
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Primera", "GREEN").await;
    released(&stage, "mx", &id, 1, json!({ "countries": ["GT", "HN"] })).await.well();
    let input = json!({ "id": id, "expectedRevision": 1, "content": content(&stage, "MX-SRE", "Segunda") });
    stage.person("mx.test.editor").asks(REVISE, json!({ "input": input })).await.well();

    assert_eq!(names(&stage.person("mx.test.analyst").asks(NAMES, json!({})).await), ["Segunda"]);
    assert_eq!(names(&stage.person("gt.test.focal").asks(NAMES, json!({})).await), ["Primera"]);
    let by_text = "query ($text: String) { plans(text: $text) { totalCount nodes { name { es } } } }";
    let partner = stage.person("gt.test.focal");
    assert_eq!(partner.asks(by_text, json!({ "text": "SEGUNDA" })).await.at("plans.totalCount"), 0);
    assert_eq!(partner.asks(by_text, json!({ "text": "primera" })).await.at("plans.totalCount"), 1);

    released(&stage, "mx", &id, 2, json!({ "countries": ["GT"] })).await.well();
    assert_eq!(names(&partner.asks(NAMES, json!({})).await), ["Segunda"]);
    assert_eq!(names(&stage.person("hn.test.focal").asks(NAMES, json!({})).await), ["Primera"]);
}

#[tokio::test]
async fn what_was_recalled_is_gone_in_every_query_and_the_recalled_are_told() {
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Retirado", "GREEN").await;
    let agency = stage.institution("GT-IGM").global();
    released(&stage, "mx", &id, 1, json!({ "countries": ["GT", "HN"], "institutions": [agency] }))
        .await
        .well();
    let partner = stage.person("gt.agency.analyst");
    let before = partner.asks("{ plans(first: 1) { pageInfo { endCursor } } }", json!({})).await;
    let cursor = before.text_at("plans.pageInfo.endCursor");

    let input = json!({ "id": id, "audience": { "countries": ["GT"] } });
    let answer = stage.person("mx.test.focal").asks(RECALL, json!({ "input": input })).await.well();
    let left = json!({ "everyone": false, "countries": ["HN"], "institutions": [] });
    assert_eq!(answer.at("recallPlan.plan.audience"), &left);

    let node = "query ($id: ID!) { node(id: $id) { id } }";
    let gone = partner.asks(node, json!({ "id": id })).await;
    let never = partner.asks(node, json!({ "id": api::ids::PlanId::new().global() })).await;
    assert_eq!(gone.code(), "NOT_FOUND");
    assert_eq!(gone.text, never.text);
    assert_eq!(
        partner.asks("{ plans { totalCount nodes { id } } }", json!({})).await.at("plans.totalCount"),
        0
    );
    let from_cursor = "query ($after: String) { plans(after: $after) { nodes { id } } }";
    assert_eq!(partner.asks(from_cursor, json!({ "after": cursor })).await.at("plans.nodes"), &json!([]));
    let told =
        partner.asks("{ ledger(last: 1) { nodes { event subject to { countries } } } }", json!({})).await;
    assert_eq!(
        told.at("ledger.nodes.0"),
        &json!({ "event": "plan.recalled", "subject": id, "to": { "countries": ["GT"] } })
    );
    assert_eq!(names(&stage.person("hn.test.focal").asks(NAMES, json!({})).await), ["Retirado"]);
}

#[tokio::test]
async fn nobody_is_recalled_from_what_everybody_has() {
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Abierto", "CLEAR").await;
    released(&stage, "mx", &id, 1, json!({ "everyone": true, "countries": ["GT"] })).await.well();
    let recall = async |audience: Value| {
        let input = json!({ "id": id, "audience": audience });
        stage.person("mx.test.minister").asks(RECALL, json!({ "input": input })).await
    };
    assert_eq!(recall(json!({ "countries": ["GT"] })).await.mends(), ["WRONG_STATE"]);
    assert_eq!(recall(json!({ "everyone": true, "countries": ["HN"] })).await.mends(), ["UNKNOWN"]);
    recall(json!({ "everyone": true, "countries": ["GT"] })).await.well();
    assert_eq!(names(&stage.person("gt.test.focal").asks(NAMES, json!({})).await), Vec::<String>::new());
}

#[tokio::test]
async fn an_audience_wider_than_the_handling_is_refused_and_says_which_would_be_right() {
    let stage = Stage::set().await;
    for (handling, audience, refused) in [
        ("GREEN", json!({ "everyone": true }), true),
        ("AMBER", json!({ "countries": ["GT"] }), false),
        ("AMBER_STRICT", json!({ "countries": ["GT"] }), true),
        ("AMBER_STRICT", json!({ "institutions": [stage.institution("GT-IGM").global()] }), false),
    ] {
        let id = drafted(&stage, "mx.test.editor", "MX-SRE", handling, handling).await;
        let answer = released(&stage, "mx", &id, 1, audience).await;
        match refused {
            true => assert_eq!(answer.mends(), ["WIDER_THAN_HANDLING"], "{handling}: {}", answer.text),
            false => drop(answer.well()),
        }
    }
}

#[tokio::test]
async fn a_red_plan_is_seen_by_the_accounts_it_names_and_not_by_their_colleagues() {
    let stage = Stage::set().await;
    let minister = stage.person("mx.test.minister").account.global();
    let focal = stage.person("mx.test.focal").account.global();
    let input = json!({ "handling": "RED", "accounts": [minister, focal], "content": content(&stage, "MX-SRE", "Rojo") });
    let answer = stage.person("mx.test.editor").asks(DRAFT, json!({ "input": input })).await.well();
    let id = answer.text_at("draftPlan.plan.id");
    assert_eq!(names(&stage.person("mx.test.analyst").asks(NAMES, json!({})).await), Vec::<String>::new());
    assert_eq!(names(&stage.person("mx.test.minister").asks(NAMES, json!({})).await), ["Rojo"]);

    let partner = stage.person("gt.test.minister").account.global();
    assert_eq!(
        released(&stage, "mx", &id, 1, json!({ "institutions": [stage.institution("GT-IGM").global()] }))
            .await
            .mends(),
        ["WIDER_THAN_HANDLING"]
    );
    let input = json!({ "id": id, "expectedRevision": 1, "audience": { "accounts": [partner] },
        "instrument": "Memorándum", "purpose": "Coordinar" });
    stage.person("mx.test.focal").asks(RELEASE, json!({ "input": input })).await.well();
    assert_eq!(names(&stage.person("gt.test.minister").asks(NAMES, json!({})).await), ["Rojo"]);
    assert_eq!(names(&stage.person("gt.test.focal").asks(NAMES, json!({})).await), Vec::<String>::new());
}

#[tokio::test]
async fn whoever_wrote_a_revision_neither_approves_nor_releases_it() {
    let stage = Stage::set().await;
    // The focal point may both draft and release, but not the same revision.
    let id = drafted(&stage, "mx.test.focal", "MX-SRE", "Propio", "GREEN").await;
    moved(&stage, "mx.test.focal", "submitPlan", &id, 1).await.well();
    assert_eq!(moved(&stage, "mx.test.focal", "approvePlan", &id, 1).await.code(), "FORBIDDEN");
    moved(&stage, "mx.test.minister", "approvePlan", &id, 1).await.well();
    let input = json!({ "id": id, "expectedRevision": 1, "audience": { "countries": ["GT"] },
        "instrument": "Memorándum", "purpose": "Coordinar" });
    let refused = stage.person("mx.test.focal").asks(RELEASE, json!({ "input": input })).await;
    assert_eq!(refused.mends(), ["SAME_PERSON"]);
    stage.person("mx.test.minister").asks(RELEASE, json!({ "input": input })).await.well();
}

#[tokio::test]
async fn two_who_save_at_once_do_not_overwrite_each_other() {
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Original", "GREEN").await;
    let save = async |login: &str, name: &str| {
        let input = json!({ "id": id, "expectedRevision": 1, "content": content(&stage, "MX-SRE", name) });
        stage.person(login).asks(REVISE, json!({ "input": input })).await
    };
    let (one, other) = tokio::join!(save("mx.test.editor", "Uno"), save("mx.test.focal", "Otro"));
    let mut mends = [one.mends(), other.mends()];
    mends.sort();
    assert_eq!(mends, [vec![], vec!["STALE_REVISION"]]);
    let now = stage.person("mx.test.analyst").asks("{ plans { nodes { revision } } }", json!({})).await;
    assert_eq!(now.at("plans.nodes.0.revision"), 2);
}

#[tokio::test]
async fn steps_are_taken_in_their_order_only() {
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Orden", "GREEN").await;
    assert_eq!(moved(&stage, "mx.test.minister", "approvePlan", &id, 1).await.mends(), ["WRONG_STATE"]);
    moved(&stage, "mx.test.editor", "submitPlan", &id, 1).await.well();
    assert_eq!(moved(&stage, "mx.test.editor", "submitPlan", &id, 1).await.mends(), ["WRONG_STATE"]);
    assert_eq!(moved(&stage, "mx.test.minister", "approvePlan", &id, 2).await.mends(), ["STALE_REVISION"]);
    let input = json!({ "id": id, "expectedRevision": 1, "audience": { "countries": ["GT"] },
        "instrument": "Memorándum", "purpose": "Coordinar" });
    let early = stage.person("mx.test.focal").asks(RELEASE, json!({ "input": input })).await;
    assert_eq!(early.mends(), ["WRONG_STATE"]);
    let nobody = json!({ "id": id });
    assert_eq!(
        stage.person("mx.test.focal").asks(RECALL, json!({ "input": nobody })).await.mends(),
        ["WRONG_STATE"]
    );
}

#[tokio::test]
async fn every_value_out_of_bounds_is_named_with_its_place_and_nothing_is_stored() {
    let stage = Stage::set().await;
    let before = stage.entries().await.len();
    let input = json!({ "handling": "GREEN", "content": {
        "name": { "es": " ", "en": "x\u{202E}y" },
        "acronym": "x".repeat(41),
        "lead": api::ids::InstitutionId::new().global(),
        "participants": [stage.institution("MX-INM").global(), stage.institution("MX-INM").global()],
        "validFrom": "2025-02-01", "validUntil": "2025-01-01",
        "phases": [{ "name": { "es": "Recepción" } }, { "name": { "es": "" } }],
        "receptionPoints": [{ "point": api::ids::ReceptionPointId::new().global(), "capacity": 2_000_000 }],
    } });
    let answer = stage.person("mx.test.editor").asks(DRAFT, json!({ "input": input })).await;
    let mut found: Vec<_> = answer
        .at("draftPlan.userErrors")
        .as_array()
        .unwrap()
        .iter()
        .map(|error| format!("{} {}", error["code"].as_str().unwrap(), error["path"].as_str().unwrap()))
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "DUPLICATE input.content.participants.1",
            "MALFORMED input.content.name.en",
            "OUT_OF_RANGE input.content.receptionPoints.0.capacity",
            "OUT_OF_RANGE input.content.validUntil",
            "REQUIRED input.content.name.es",
            "REQUIRED input.content.phases.1.name.es",
            "TOO_LARGE input.content.acronym",
            "UNKNOWN input.content.lead",
            "UNKNOWN input.content.receptionPoints.0.point",
        ]
    );
    assert_eq!(stage.entries().await.len(), before);
    assert_eq!(names(&stage.person("mx.test.editor").asks(NAMES, json!({})).await), Vec::<String>::new());
}

#[tokio::test]
async fn a_list_is_walked_forwards_and_backwards_without_missing_or_repeating() {
    let stage = Stage::set().await;
    for n in 0..7 {
        drafted(&stage, "mx.test.editor", "MX-SRE", &format!("Plan {n}"), "GREEN").await;
    }
    let reader = stage.person("mx.test.analyst");
    let walk = async |arguments: &str, next: &str, more: &str| {
        let query = format!(
            "query ($cursor: String) {{ plans({arguments}, {next}: $cursor) {{ nodes {{ name {{ es }} }} \
             pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }}"
        );
        let (mut cursor, mut seen) = (Value::Null, Vec::new());
        loop {
            let page = reader.asks(&query, json!({ "cursor": cursor })).await.well();
            seen.push(names(&page));
            if page.at(&format!("plans.pageInfo.{more}")) == false {
                return seen;
            }
            let edge = if next == "after" { "endCursor" } else { "startCursor" };
            cursor = page.at(&format!("plans.pageInfo.{edge}")).clone();
        }
    };
    let forwards = walk("first: 3", "after", "hasNextPage").await;
    assert_eq!(
        forwards,
        [vec!["Plan 6", "Plan 5", "Plan 4"], vec!["Plan 3", "Plan 2", "Plan 1"], vec!["Plan 0"]]
    );
    let backwards = walk("last: 3", "before", "hasPreviousPage").await;
    assert_eq!(
        backwards,
        [vec!["Plan 2", "Plan 1", "Plan 0"], vec!["Plan 5", "Plan 4", "Plan 3"], vec!["Plan 6"]]
    );
}

#[tokio::test]
async fn what_a_revision_says_cannot_be_changed_even_in_the_database() {
    use sea_orm::ConnectionTrait;
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Fijo", "GREEN").await;
    assert!(api::ids::PlanId::parse_global(&id).map(RecordId::from).is_some());
    let db = stage.node.ledger.groundwork();
    for sql in
        ["UPDATE revision SET content = '{}'", "UPDATE revision SET hash = 'x'", "DELETE FROM revision"]
    {
        let refused = db.execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refused.contains("fixed once written"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn what_resolvers_read_through_cannot_write() {
    use sea_orm::ConnectionTrait;
    let stage = Stage::set().await;
    for sql in [
        "DELETE FROM audience",
        "UPDATE record SET head = 9",
        "INSERT INTO country VALUES ('XX','x','x',true,'x')",
    ] {
        assert!(stage.node.reads.0.execute_unprepared(sql).await.is_err(), "{sql} was carried out");
    }
}
