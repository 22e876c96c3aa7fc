//! A meeting, from its convocation to its withdrawal.

pub mod agenda;
pub mod calendar;
pub mod agreements;
pub mod course;
pub mod delegations;
pub mod documents;
pub mod people;
pub mod positions;
mod replay;
pub mod text;
pub mod proposals;

use serde_json::{Value, json};

use crate::{
    plans::{drafted, moved, released},
    stage::{Answer, Stage},
};

const CONVOKE: &str = "mutation ($input: ConvokeMeetingInput!) { convokeMeeting(input: $input) { \
    meeting { id startsAt } userErrors { code path message } } }";
const RELEASE: &str = "mutation ($input: ReleaseInput!) { releaseMeeting(input: $input) { \
    meeting { state } userErrors { code path message } } }";
const WITHDRAW: &str = "mutation ($input: RecallInput!) { withdrawMeeting(input: $input) { \
    meeting { id } userErrors { code path message } } }";
const AGENDA: &str = "{ meetings { totalCount nodes { startsAt endsOn delegations { country } \
    items { number title { es } minutes plans { plan { name { es } } } } } } }";

pub fn content(plans: &[&str]) -> Value {
    let links: Vec<_> = plans.iter().map(|plan| json!({ "id": plan })).collect();
    json!({
        "title": { "es": "Reunión ministerial", "en": "Ministerial meeting" },
        "level": "MINISTERIAL", "mode": "HYBRID", "place": { "es": "Ciudad de México" },
        "host": "MX",
        "sessions": [
            { "timeZone": "America/Mexico_City", "startsAt": "2025-01-16T09:00:00", "minutes": 480 },
            { "timeZone": "America/Mexico_City", "startsAt": "2025-01-17T09:00:00", "minutes": 240 },
        ],
        "delegations": [{ "country": "GT" }, { "country": "HN" }],
        "items": [
            { "title": { "es": "Adopción de la agenda" }, "kind": "ADOPTION", "minutes": 15 },
            { "title": { "es": "Planes" }, "kind": "DISCUSSION", "minutes": 90, "plans": links,
              "documents": [{ "es": "Nota conceptual" }] },
        ],
    })
}

pub async fn convokes(stage: &Stage, content: Value) -> Answer {
    let input = json!({ "handling": "GREEN", "content": content });
    stage.person("mx.test.secretary").asks(CONVOKE, json!({ "input": input })).await
}

/// Submitted, approved and released in its first revision.
pub async fn released_to(stage: &Stage, id: &str, audience: Value) {
    moved(stage, "mx.test.secretary", "submitMeeting", id, 1).await.well();
    moved(stage, "mx.test.minister", "approveMeeting", id, 1).await.well();
    let input = json!({ "id": id, "expectedRevision": 1, "audience": audience,
        "instrument": "Nota diplomática", "purpose": "Convocatoria" });
    stage.person("mx.test.focal").asks(RELEASE, json!({ "input": input })).await.well();
}

pub async fn invited(stage: &Stage, plans: &[&str]) -> String {
    let id = convokes(stage, content(plans)).await.well().text_at("convokeMeeting.meeting.id");
    released_to(stage, &id, json!({ "countries": ["GT", "HN"] })).await;
    id
}

/// A meeting whose agenda was adopted and that Guatemala attends.
pub async fn attended(stage: &Stage) {
    let id = invited(stage, &[]).await;
    course::takes(stage, "mx.test.focal", &id, "ADOPT_AGENDA", Value::Null).await.well();
    delegations::notes(stage, "gt.test.focal", &id, "GT", "ATTENDING", true).await.well();
}

#[tokio::test]
async fn delegations_see_the_agenda_with_the_links_that_are_theirs_to_see() {
    let stage = Stage::set().await;
    let plan = drafted(&stage, "mx.test.editor", "MX-SRE", "México te abraza", "GREEN").await;
    released(&stage, "mx", &plan, 1, json!({ "countries": ["GT"] })).await.well();
    invited(&stage, &[&plan]).await;

    let guatemala = stage.person("gt.test.focal").asks(AGENDA, json!({})).await.well();
    assert_eq!(guatemala.at("meetings.nodes.0.startsAt"), "2025-01-16T09:00:00-06:00");
    assert_eq!(guatemala.at("meetings.nodes.0.items.1.number"), "2");
    assert_eq!(
        guatemala.at("meetings.nodes.0.items.1.plans"),
        &json!([{ "plan": { "name": { "es": "México te abraza" } } }])
    );
    let honduras = stage.person("hn.test.focal").asks(AGENDA, json!({})).await.well();
    assert_eq!(honduras.at("meetings.nodes.0.items.1.plans"), &json!([]));
    let observer = stage.person("int.iom.observer").asks(AGENDA, json!({})).await.well();
    assert_eq!(observer.at("meetings.totalCount"), 0);
}

#[tokio::test]
async fn a_meeting_that_is_withdrawn_is_gone_and_the_delegations_are_told() {
    let stage = Stage::set().await;
    let id = invited(&stage, &[]).await;
    stage.person("mx.test.focal").asks(WITHDRAW, json!({ "input": { "id": id } })).await.well();
    let delegate = stage.person("hn.test.focal");
    assert_eq!(delegate.asks(AGENDA, json!({})).await.at("meetings.totalCount"), 0);
    let told = delegate.asks("{ ledger(last: 1) { nodes { event subject } } }", json!({})).await;
    assert_eq!(told.at("ledger.nodes.0"), &json!({ "event": "meeting.withdrawn", "subject": id }));
    assert_eq!(stage.person("mx.test.secretary").asks(AGENDA, json!({})).await.at("meetings.totalCount"), 1);
}

#[tokio::test]
async fn meetings_are_found_by_the_days_they_are_held_on() {
    let stage = Stage::set().await;
    convokes(&stage, content(&[])).await.well();
    let count = async |days: &str| {
        let query = format!("{{ meetings({days}) {{ totalCount }} }}");
        stage
            .person("mx.test.secretary")
            .asks(&query, json!({}))
            .await
            .well()
            .at("meetings.totalCount")
            .clone()
    };
    assert_eq!(count("from: \"2025-01-17\"").await, 1);
    assert_eq!(count("from: \"2025-01-18\"").await, 0);
    assert_eq!(count("until: \"2025-01-16\"").await, 1);
    assert_eq!(count("until: \"2025-01-15\"").await, 0);
}

#[tokio::test]
async fn a_convocation_out_of_bounds_is_refused_with_each_place() {
    let stage = Stage::set().await;
    let unseen = drafted(&stage, "gt.test.editor", "GT-MINEX", "Borrador ajeno", "GREEN").await;
    let mut wrong = content(&[&unseen, &api::ids::PlanId::new().global()]);
    wrong["sessions"][0]["timeZone"] = json!("Mexico/DF");
    wrong["sessions"][1]["minutes"] = json!(0);
    wrong["delegations"] =
        json!([{ "country": "GT" }, { "country": "ZZ" }, { "country": "HN", "observing": true }]);
    wrong["host"] = json!("México");
    wrong["chair"] = json!({ "country": "HN" });
    wrong["quorum"] = json!(3);
    wrong["languages"] = json!(["es", "español"]);
    wrong["presidencies"] =
        json!([{ "of": { "es": "CELAC" }, "country": "HN", "since": "2025-01-02", "until": "2025-01-01" }]);
    wrong["items"][0]["minutes"] = json!(0);
    let answer = convokes(&stage, wrong).await;
    let errors = answer.at("convokeMeeting.userErrors").as_array().unwrap().clone();
    let mut paths: Vec<_> = errors.iter().map(|error| error["path"].as_str().unwrap()).collect();
    paths.sort();
    assert_eq!(
        paths,
        [
            "input.content.chair.country",
            "input.content.delegations.1.country",
            "input.content.host",
            "input.content.items.0.minutes",
            "input.content.items.1.plans.0.id",
            "input.content.items.1.plans.1.id",
            "input.content.languages.1",
            "input.content.presidencies.0.until",
            "input.content.quorum",
            "input.content.sessions.0.timeZone",
            "input.content.sessions.1.minutes",
        ]
    );
    // A plan that exists unseen and one that never did are refused in the same words.
    let of = |path: &str| errors.iter().find(|error| error["path"] == path).unwrap()["message"].clone();
    assert_eq!(of("input.content.items.1.plans.0.id"), of("input.content.items.1.plans.1.id"));
}

#[tokio::test]
async fn an_hour_that_the_clocks_skip_is_refused() {
    let stage = Stage::set().await;
    let mut skipped = content(&[]);
    skipped["sessions"] =
        json!([{ "timeZone": "America/New_York", "startsAt": "2025-03-09T02:30:00", "minutes": 60 }]);
    skipped["items"] = json!([]);
    assert_eq!(convokes(&stage, skipped).await.mends(), ["OUT_OF_RANGE"]);
}

#[tokio::test]
async fn sessions_that_overlap_are_refused_whatever_their_zones() {
    let stage = Stage::set().await;
    let mut said = content(&[]);
    // Ends at 17:00 in Mexico City, which is midnight in Madrid.
    said["sessions"][1] =
        json!({ "timeZone": "Europe/Madrid", "startsAt": "2025-01-16T23:30:00", "minutes": 60 });
    let answer = convokes(&stage, said.clone()).await;
    assert_eq!(answer.at("convokeMeeting.userErrors.0.path"), "input.content.sessions.1.startsAt");
    said["sessions"][1]["startsAt"] = json!("2025-01-17T00:00:00");
    convokes(&stage, said.clone()).await.well();
    said["sessions"] = json!([]);
    said["items"] = json!([]);
    assert_eq!(convokes(&stage, said).await.mends(), ["REQUIRED"]);
}

#[tokio::test]
async fn each_session_is_told_in_the_time_of_its_own_place() {
    let stage = Stage::set().await;
    let mut said = content(&[]);
    // The clocks of New York are put forward in the night of the first session.
    said["sessions"] = json!([
        { "timeZone": "America/New_York", "startsAt": "2025-03-08T23:00:00", "minutes": 300 },
        { "timeZone": "America/Guatemala", "startsAt": "2025-03-10T09:00:00", "minutes": 60 },
    ]);
    convokes(&stage, said).await.well();
    let asked = "{ meetings { nodes { startsAt endsOn sessions { startsAt endsAt } } } }";
    let answer = stage.person("mx.test.secretary").asks(asked, json!({})).await.well();
    assert_eq!(
        answer.at("meetings.nodes.0"),
        &json!({
            "startsAt": "2025-03-08T23:00:00-05:00", "endsOn": "2025-03-10",
            "sessions": [
                { "startsAt": "2025-03-08T23:00:00-05:00", "endsAt": "2025-03-09T05:00:00-04:00" },
                { "startsAt": "2025-03-10T09:00:00-06:00", "endsAt": "2025-03-10T10:00:00-06:00" },
            ],
        })
    );
}
