//! Queries run plainly first (see `api::plain`). What is answered on the spot is what the executor answers.

use api::{demo, directory::viewer_by_login};
use serde_json::{Value, json};

use crate::stage::Stage;

/// All that may stand between the braces of an object.
const ASKED: [&str; 7] = [
    "{ plans { nodes { name { es en } phases { name { en es } } owner { id name { es } } } } }",
    "{ plans { nodes { receptionPoints { __typename capacity point { __typename code note { es } } note { en } } \
     participants { acronym } lead { active kind country } sections { heading { es } body { en } } } } }",
    // Under other names, and the same field under two.
    "{ plans { nodes { a: name { x: es y: es __typename } b: name { es } phases { t: __typename n: name { es } } } } }",
    // A field twice, and its selections in two parts.
    "{ plans { nodes { name { es es } owner { name { es } name { en } acronym } phases { name { es } name { en } } } } }",
    // Fragments, with and without a name or a type.
    "{ plans { nodes { name { ...W } owner { ... { code } ... on Institution { name { ...W } } } \
     receptionPoints { ...P } } } } fragment W on Text { es en } fragment P on PlanPoint { point { code } capacity }",
    // Directives.
    "query($no: Boolean!) { plans { nodes { name { es @include(if: true) en @skip(if: $no) } \
     owner @skip(if: $no) { code @include(if: $no) name @include(if: true) { es } } \
     receptionPoints { capacity @include(if: $no) point @skip(if: $no) { code } note { es } } } } }",
    "{ meetings { nodes { title { es } owner { name { en } } } } datasets { nodes { name { es en } } } \
     countries { nodes { name { en } } } }",
];

async fn asked(stage: &Stage, login: &str) -> Vec<Value> {
    let now = stage.node.clock.now();
    let viewer = viewer_by_login(&stage.node.reads.0, login, now).await.unwrap().unwrap();
    let mut answers = Vec::new();
    for query in ASKED {
        for no in [true, false] {
            let variables = if query.contains("$no") { json!({ "no": no }) } else { json!({}) };
            let answer = stage.newcomer(viewer.account).asks(query, variables).await;
            assert!(answer.json["errors"].is_null() && answer.json["data"].is_object(), "{}", answer.text);
            answers.push(answer.json["data"].clone());
        }
    }
    answers
}

#[tokio::test]
async fn what_is_answered_on_the_spot_is_what_the_executor_answers() {
    let mut stage = Stage::set_empty().await;
    assert!(demo::fill(&stage.node, |_| {}).await.unwrap());
    let mut plainly = Vec::new();
    for login in ["mx.sre.focal", "gt.minex.focal", "int.iom.observer"] {
        plainly.push(asked(&stage, login).await);
    }
    assert!(plainly[0][0].pointer("/plans/nodes/0/name/es").is_some());
    stage.refit(|node| node.plain = node.schema.clone());
    for (login, plainly) in ["mx.sre.focal", "gt.minex.focal", "int.iom.observer"].iter().zip(plainly) {
        assert_eq!(asked(&stage, login).await, plainly, "as {login}");
    }
}
