//! Who sees what of a text, through every field.

use serde_json::json;

use super::{SHOWN, begun, does, in_session, text};
use crate::{
    access::{everybody, form::Form},
    equivalence::Renamed,
    meetings::delegations::stage_with_costa_rica,
    stage::Stage,
};

/// All that somebody can be told of the meeting, ids renamed.
async fn everything(stage: &Stage, login: &str, id: &str) -> Vec<serde_json::Value> {
    let form = Form::published();
    let node =
        format!("query($id: ID!) {{ node(id: $id) {{ ... on Meeting {} }} }}", form.selection("Meeting", 3));
    let person = stage.person(login);
    let mut renamed = Renamed::default();
    let mut answers = Vec::new();
    for document in [node.as_str(), SHOWN] {
        let answer = person.asks(document, json!({ "id": id })).await;
        assert_ne!(answer.code(), "LIMITED", "{}", answer.text);
        answers.push(renamed.of(answer.json));
    }
    for field in ["meetings", "ledger"] {
        let request = form.request(field, &|_| None);
        answers.push(renamed.of(person.asks(&request.plain(), request.variables.clone()).await.json));
    }
    answers
}

async fn worked_on(stage: &Stage, meeting: &str) -> String {
    let id = begun(stage, meeting).await;
    let input = json!({ "id": id, "expectedVersion": 1, "paragraph": "acuerdan",
        "at": { "words": { "es": "crear", "en": "create" } },
        "alternative": { "es": "xolotl", "en": "xolotl" } });
    does(stage, "gt.test.focal", "proposeAlternative", input).await.well();
    id
}

#[tokio::test]
async fn who_does_not_negotiate_finds_no_trace_of_a_text() {
    let (quiet, busy) = (stage_with_costa_rica().await, stage_with_costa_rica().await);
    let (one, other) = (in_session(&quiet).await, in_session(&busy).await);
    let id = worked_on(&busy, &other).await;
    let mut others = 0;
    for who in everybody(&busy) {
        let negotiates = ["MX", "GT"].contains(&who.country.as_str())
            && who.role.is_some_and(|role| {
                api::access::allows(role, api::access::Action::ReadTexts, api::access::Standing::Compatriot)
            });
        let told = everything(&busy, &who.login, &other).await;
        let shown = format!("{told:?}").contains("xolotl");
        assert_eq!(shown, negotiates, "{}", who.login);
        // The ledger of a country that negotiates tells that there was an act, and not what was said.
        if who.country == "MX" || who.country == "GT" {
            continue;
        }
        assert_eq!(told, everything(&quiet, &who.login, &one).await, "{}", who.login);
        others += 1;
        let diff = "query($id: ID!) { textDiff(id: $id, from: 1, to: 2) { path } }";
        let never = api::ids::TextId::new().global();
        let person = busy.person(&who.login);
        assert_eq!(
            person.asks(diff, json!({ "id": id })).await.text,
            person.asks(diff, json!({ "id": never })).await.text
        );
    }
    assert!(others > 20, "{others}");
}

#[tokio::test]
async fn what_is_shared_is_shown_from_then_on_without_who_holds_what() {
    let stage = stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    let id = worked_on(&stage, &meeting).await;
    does(&stage, "mx.test.focal", "shareText", json!({ "id": id, "expectedVersion": 2 })).await.well();
    for login in ["int.iom.observer", "hn.test.focal", "gt.test.observer"] {
        let seen = text(&stage, login, &meeting).await;
        let bracket = &seen["paragraphs"][1]["brackets"][0]["alternatives"][1];
        assert_eq!(
            bracket,
            &json!({ "key": "a1", "by": null, "supporters": [], "text": { "es": "xolotl" } }),
            "{login}"
        );
        assert_eq!(seen["history"], json!([{ "version": 2, "act": null, "country": null }]), "{login}");
        let whole = text(&stage, "gt.test.legal", &meeting).await;
        assert_ne!(seen["versionHash"], whole["versionHash"], "the whole's hash would tell");
        let earlier = "query($id: ID!) { textDiff(id: $id, from: 1, to: 2) { path } }";
        assert_eq!(
            stage.person(login).asks(earlier, json!({ "id": id })).await.code(),
            "NOT_FOUND",
            "{login}"
        );
        let earlier = "query($id: ID!) { node(id: $id) { ... on Meeting { texts { atVersion(number: 1) { number } } } } }";
        let seen = stage.person(login).asks(earlier, json!({ "id": meeting })).await.well();
        assert!(seen.at("node.texts.0.atVersion").is_null(), "{login}");
    }
    // What is done from then on changes the words for them too; of support there is no difference.
    let support = json!({ "id": id, "expectedVersion": 2, "paragraph": "acuerdan", "choice": { "bracket": "b1", "alternative": "a1" } });
    does(&stage, "mx.agency.focal", "supportAlternative", support).await.well();
    let diff = "query($id: ID!) { textDiff(id: $id, from: 2, to: 3) { path } }";
    let told = stage.person("int.iom.observer").asks(diff, json!({ "id": id })).await.well();
    assert_eq!(told.at("textDiff"), &json!([]));
    let told = stage.person("gt.test.legal").asks(diff, json!({ "id": id })).await.well();
    assert_eq!(told.at("textDiff").as_array().unwrap().len(), 1);
}
