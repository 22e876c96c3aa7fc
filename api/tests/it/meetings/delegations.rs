//! Invited, attending, adopting, reserving, observing: five facts about a delegation.

use api::directory::country;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{content, convokes, course::takes, released_to};
use crate::stage::{Answer, Stage};

pub async fn notes(stage: &Stage, login: &str, id: &str, country: &str, fact: &str, holds: bool) -> Answer {
    let document = "mutation($i: NoteDelegationInput!) { noteDelegation(input: $i) { meeting { id } \
                    userErrors { code path message } } }";
    let input = json!({ "id": id, "country": country, "fact": fact, "holds": holds });
    stage.person(login).asks(document, json!({ "i": input })).await
}

/// Guatemala and Costa Rica are invited, Honduras to observe; a quorum of two.
async fn meeting(stage: &Stage) -> String {
    let mut said = content(&[]);
    said["delegations"] =
        json!([{ "country": "GT" }, { "country": "HN", "observing": true }, { "country": "CR" }]);
    said["quorum"] = json!(2);
    let id = convokes(stage, said).await.well().text_at("convokeMeeting.meeting.id");
    released_to(stage, &id, json!({ "countries": ["GT", "HN"] })).await;
    takes(stage, "mx.test.focal", &id, "ADOPT_AGENDA", Value::Null).await.well();
    id
}

async fn facts(stage: &Stage, login: &str) -> Value {
    let asked = "{ meetings { nodes { delegations { country observing attending adopting reserving } } } }";
    stage.person(login).asks(asked, json!({})).await.well().at("meetings.nodes.0.delegations").clone()
}

#[tokio::test]
async fn one_may_attend_and_not_adopt_or_adopt_and_reserve() {
    let stage = stage_with_costa_rica().await;
    let id = meeting(&stage).await;
    notes(&stage, "gt.test.focal", &id, "GT", "ATTENDING", true).await.well();
    let early = takes(&stage, "mx.test.focal", &id, "BEGIN", Value::Null).await;
    assert_eq!(early.mends(), ["WRONG_STATE"], "one of two attends: {}", early.text);
    // Costa Rica is no member and has nobody here: the host notes it.
    notes(&stage, "mx.test.secretary", &id, "CR", "ATTENDING", true).await.well();
    notes(&stage, "hn.test.minister", &id, "HN", "ATTENDING", true).await.well();
    takes(&stage, "mx.test.focal", &id, "BEGIN", Value::Null).await.well();
    notes(&stage, "gt.test.minister", &id, "GT", "ADOPTING", true).await.well();
    notes(&stage, "gt.test.minister", &id, "GT", "RESERVING", true).await.well();
    takes(&stage, "mx.test.focal", &id, "CLOSE", Value::Null).await.well();
    let fact = |country: &str, observing, attending, adopting, reserving| {
        json!({ "country": country, "observing": observing, "attending": attending,
                "adopting": adopting, "reserving": reserving })
    };
    let told = json!([
        fact("GT", false, true, true, true),
        fact("HN", true, true, false, false),
        fact("CR", false, true, false, false),
    ]);
    for login in ["mx.test.analyst", "gt.test.analyst", "hn.agency.consular"] {
        assert_eq!(facts(&stage, login).await, told, "{login}");
    }
    let by = "{ meetings { nodes { delegations { noted { fact holds byHost } } } } }";
    let by = stage.person("gt.test.focal").asks(by, json!({})).await.well();
    assert_eq!(
        by.at("meetings.nodes.0.delegations.2.noted"),
        &json!([{ "fact": "ATTENDING", "holds": true, "byHost": true }])
    );
}

#[tokio::test]
async fn nobody_speaks_for_another_country() {
    let stage = stage_with_costa_rica().await;
    let id = meeting(&stage).await;
    for (login, country) in [
        ("gt.test.focal", "HN"),
        ("gt.test.minister", "MX"),
        ("gt.test.secretary", "CR"),
        ("hn.test.focal", "GT"),
        ("mx.test.minister", "GT"),
    ] {
        let answer = notes(&stage, login, &id, country, "ATTENDING", true).await;
        assert_eq!(answer.code(), "FORBIDDEN", "{login} for {country}: {}", answer.text);
    }
    for country in ["GT", "HN", "CR"] {
        notes(&stage, "mx.test.secretary", &id, country, "ATTENDING", true).await.well();
    }
    takes(&stage, "mx.test.focal", &id, "BEGIN", Value::Null).await.well();
    // The host notes that a member is there, never that it adopts.
    let answer = notes(&stage, "mx.test.secretary", &id, "GT", "ADOPTING", true).await;
    assert_eq!(answer.mends(), ["WRONG_STATE"], "{}", answer.text);
    notes(&stage, "mx.test.secretary", &id, "CR", "ADOPTING", true).await.well();
}

#[tokio::test]
async fn what_does_not_follow_from_what_is_noted_is_refused_and_leaves_nothing() {
    let stage = stage_with_costa_rica().await;
    let id = meeting(&stage).await;
    let before = stage.entries().await.len();
    let refused = async |login: &str, country: &str, fact: &str, holds: bool, reason: &str| {
        let answer = notes(&stage, login, &id, country, fact, holds).await;
        assert_eq!(answer.mends(), [reason], "{country} {fact} {holds}: {}", answer.text);
    };
    refused("gt.test.focal", "GT", "ATTENDING", false, "WRONG_STATE").await;
    refused("gt.test.focal", "GT", "ADOPTING", true, "WRONG_STATE").await;
    // Invited neither, known or not.
    refused("mx.test.secretary", "BZ", "ATTENDING", true, "UNKNOWN").await;
    refused("mx.test.secretary", "no es un país", "ATTENDING", true, "UNKNOWN").await;
    assert_eq!(stage.entries().await.len(), before);

    for (login, country) in [("gt.test.focal", "GT"), ("hn.test.focal", "HN"), ("mx.test.focal", "CR")] {
        notes(&stage, login, &id, country, "ATTENDING", true).await.well();
    }
    takes(&stage, "mx.test.focal", &id, "BEGIN", Value::Null).await.well();
    let before = stage.entries().await.len();
    refused("gt.test.focal", "GT", "ATTENDING", true, "WRONG_STATE").await;
    refused("gt.test.focal", "GT", "RESERVING", true, "WRONG_STATE").await;
    // Who observes does not adopt.
    refused("hn.test.focal", "HN", "ADOPTING", true, "WRONG_STATE").await;
    assert_eq!(stage.entries().await.len(), before);
    notes(&stage, "gt.test.focal", &id, "GT", "ADOPTING", true).await.well();
    refused("gt.test.focal", "GT", "ATTENDING", false, "WRONG_STATE").await;
    takes(&stage, "mx.test.focal", &id, "CLOSE", Value::Null).await.well();
    refused("hn.test.focal", "HN", "ATTENDING", false, "WRONG_STATE").await;
}

#[tokio::test]
async fn a_meeting_that_was_recalled_takes_what_was_noted_with_it() {
    let stage = stage_with_costa_rica().await;
    let id = meeting(&stage).await;
    notes(&stage, "gt.test.focal", &id, "GT", "ATTENDING", true).await.well();
    let input = json!({ "id": id, "audience": { "countries": ["GT"] } });
    stage.person("mx.test.focal").asks(super::WITHDRAW, json!({ "input": input })).await.well();
    let answer = notes(&stage, "gt.test.focal", &id, "GT", "ATTENDING", false).await;
    assert_eq!(answer.code(), "NOT_FOUND", "{}", answer.text);
    let seen = stage.person("gt.test.focal").asks("{ meetings { totalCount } }", json!({})).await.well();
    assert_eq!(seen.at("meetings.totalCount"), 0);
}

#[tokio::test]
async fn what_happened_to_a_meeting_is_not_changed_behind_the_ledger_either() {
    let stage = stage_with_costa_rica().await;
    let id = meeting(&stage).await;
    notes(&stage, "gt.test.focal", &id, "GT", "ATTENDING", true).await.well();
    let db = stage.node.ledger.groundwork();
    for statement in [
        "UPDATE meeting_phase SET phase = 'closed'",
        "DELETE FROM meeting_phase",
        "UPDATE delegation_fact SET holds = NOT holds",
        "DELETE FROM delegation_fact",
    ] {
        let refused = db.execute_unprepared(statement).await.unwrap_err().to_string();
        assert!(refused.contains("only added to"), "{statement}: {refused}");
    }
}

/// A stage that knows Costa Rica, which is no member.
pub async fn stage_with_costa_rica() -> Stage {
    stage_with(&["CR"]).await
}

/// A stage that knows these countries, which are no members.
pub async fn stage_with(codes: &[&str]) -> Stage {
    let stage = Stage::set().await;
    for code in codes {
        let country = country::Model {
            code: (*code).into(),
            name_es: (*code).into(),
            name_en: (*code).into(),
            member: false,
            search: code.to_lowercase(),
        };
        let row = country.into_active_model().reset_all();
        country::Entity::insert(row).exec_without_returning(stage.node.ledger.groundwork()).await.unwrap();
    }
    stage
}
