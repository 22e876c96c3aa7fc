//! Two persons, and the roles that they have today.

use api::{
    access::{Action, Kind},
    ids::RecordId,
};
use serde_json::{Value, json};

use super::{
    account_id,
    administrators::{account_and_posts, appointment_of},
    trace::Trace,
};
use crate::{
    acts::{Carried, beginning, command, content},
    stage::Stage,
};

#[tokio::test]
async fn the_author_neither_approves_nor_releases() {
    let stage = Stage::set().await;
    // One account that may do everything: author, minister and focal point in one.
    let db = &stage.node.reads.0;
    let (account, posts) = account_and_posts(
        db,
        "mx.test.editor",
        &["mx.test.minister", "mx.test.focal", "mx.test.statistics", "mx.test.secretary"],
    )
    .await;
    for post in posts {
        let input = json!({ "i": { "account": account, "post": post } });
        let appoint =
            "mutation($i: AppointInput!) { appoint(input: $i) { appointment userErrors { code } } }";
        stage.person("mx.test.admin").asks(appoint, input).await.well();
    }
    let trace = Trace::of(&stage).await;
    for kind in Kind::ALL {
        let (field, input) = beginning(*kind);
        let content = content(&stage, *kind, "propio", 1);
        let begun = stage
            .person("mx.test.editor")
            .asks(&command(field, input, *kind), json!({ "i": { "handling": "GREEN", "content": content } }))
            .await
            .well();
        let id = begun.text_at(&format!("{field}.{}.id", kind.code()));
        let id = RecordId(id.split_once(':').unwrap().1.parse().unwrap());
        let own = Carried { kind: *kind, id, by: "mx.test" };
        own.does(&stage, "mx.test.editor", Action::Submit(*kind), json!({})).await.well();
        for action in [Action::Approve(*kind), Action::Release(*kind)] {
            let before = trace.now(&stage).await;
            let answer = own.does(&stage, "mx.test.editor", action, json!({})).await;
            assert_eq!(answer.mends(), ["SAME_PERSON"], "{action:?}: {}", answer.text);
            assert_eq!(trace.now(&stage).await, before);
            if action == Action::Approve(*kind) {
                own.does(&stage, "mx.test.minister", action, json!({})).await.well();
            }
        }
        own.released(&stage, json!({ "countries": ["GT"] })).await.well();
    }
}

#[tokio::test]
async fn a_role_and_an_account_are_gone_with_the_next_request() {
    let stage = Stage::set().await;
    let plan = Carried::begun(&stage, Kind::Plan, "mx.test", "GREEN", "plan").await;
    let held = stage.person("mx.test.editor").asking();
    let same = stage.person("mx.test.editor").asking();
    let read = "query($id: ID!) { node(id: $id) { id } plans { totalCount } }";
    let id: Value = json!({ "id": plan.global() });
    let appointment = appointment_of(&stage, "mx.test.editor").await;
    let end = "mutation($i: EndAppointmentInput!) { endAppointment(input: $i) { appointment userErrors { code } } }";
    stage.person("mx.test.admin").asks(end, json!({ "i": { "appointment": appointment } })).await.well();
    assert_eq!(held.asks(read, id.clone()).await.code(), "FORBIDDEN");
    let close = "mutation($i: CloseAccountInput!) { closeAccount(input: $i) { userErrors { code } } }";
    let account = account_id(&stage, "mx.test.editor").await;
    stage.person("mx.test.admin").asks(close, json!({ "i": { "account": account } })).await.well();
    assert_eq!(same.asks(read, id).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_remembered_answer_is_given_to_those_only_who_may_still_ask() {
    let stage = Stage::set().await;
    let plan = Carried::begun(&stage, Kind::Plan, "mx.test", "GREEN", "plan").await;
    let input = plan.input(&stage, Action::Submit(Kind::Plan)).await;
    let submit = "mutation($i: ChangeStateInput!) { submitPlan(input: $i) { plan { id name { es } } userErrors { code } } }";
    let asks =
        async || stage.person("mx.test.editor").asking().once("k1").asks(submit, json!({ "i": input })).await;
    let first = asks().await.well();
    assert_eq!(asks().await.well().at("submitPlan"), first.at("submitPlan"));
    let end = "mutation($i: EndAppointmentInput!) { endAppointment(input: $i) { userErrors { code } } }";
    let held = appointment_of(&stage, "mx.test.editor").await;
    stage.person("mx.test.admin").asks(end, json!({ "i": { "appointment": held } })).await.well();
    assert_eq!(asks().await.code(), "FORBIDDEN");
}
