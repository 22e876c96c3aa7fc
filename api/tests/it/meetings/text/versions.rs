//! Versions of a text: compared in words, and refused out of bounds.

use serde_json::{Value, json};

use super::{begun, does, in_session, paragraph, text, words};
use crate::meetings::delegations::stage_with_costa_rica;

#[tokio::test]
async fn two_versions_are_compared_in_words() {
    let stage = stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    let id = begun(&stage, &meeting).await;
    let mut said = words();
    said[1]["text"]["es"] = json!("Acuerdan crear cuanto antes una red");
    said.as_array_mut().unwrap().pop();
    let edit = json!({ "id": id, "expectedVersion": 1, "title": { "es": "Declaración", "en": "Declaration" }, "paragraphs": said });
    does(&stage, "mx.test.focal", "editText", edit).await.well();
    let asked = "query($id: ID!, $f: Int!, $t: Int!) { textDiff(id: $id, from: $f, to: $t) { path words { es en } segments { kind words } before after } }";
    let diff = stage.person("gt.test.legal").asks(asked, json!({ "id": id, "f": 1, "t": 2 })).await.well();
    assert_eq!(diff.at("textDiff.0.path"), "paragraphs.acuerdan.text.es");
    assert_eq!(
        diff.at("textDiff.0.words"),
        &json!({ "es": "párrafo 1: cambia en español", "en": "paragraph 1: changes in Spanish" })
    );
    let segment = |kind: &str, words: &str| json!({ "kind": kind, "words": words });
    assert_eq!(
        diff.at("textDiff.0.segments"),
        &json!([
            segment("SAME", "Acuerdan crear"),
            segment("IN", "cuanto antes"),
            segment("SAME", "una red"),
            segment("OUT", "consular")
        ])
    );
    assert_eq!(diff.at("textDiff.1.words.en"), "paragraph 2: is taken out");
    assert_eq!(diff.at("textDiff").as_array().unwrap().len(), 2);
    let same = stage.person("gt.test.legal").asks(asked, json!({ "id": id, "f": 2, "t": 2 })).await.well();
    assert_eq!(same.at("textDiff"), &json!([]));
    let none = stage.person("gt.test.legal").asks(asked, json!({ "id": id, "f": 1, "t": 9 })).await;
    assert_eq!(none.code(), "NOT_FOUND");
}

#[tokio::test]
async fn words_out_of_bounds_are_refused_each_with_its_place_and_nothing_is_stored() {
    let stage = stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    let before = stage.entries().await.len();
    let paragraphs = json!([
        paragraph("uno", "OPERATIVE", "Con [corchete", "x"),
        paragraph("uno", "PREAMBULAR", "bien", "well"),
        paragraph("Dos!", "OPERATIVE", &"x".repeat(3_001), "a [b9] b"),
        paragraph("tres", "OPERATIVE", "al rev\u{202E}és", " "),
    ]);
    let input = json!({ "meeting": meeting, "title": { "es": "" }, "paragraphs": paragraphs });
    let refused = does(&stage, "mx.test.focal", "beginText", input).await;
    let mut paths: Vec<_> = refused
        .at("beginText.userErrors")
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["path"].as_str().unwrap())
        .collect();
    paths.sort();
    assert_eq!(
        paths,
        [
            "input.paragraphs.0.text.es",
            "input.paragraphs.1",
            "input.paragraphs.1.kind",
            "input.paragraphs.2.key",
            "input.paragraphs.2.text.en",
            "input.paragraphs.2.text.es",
            "input.paragraphs.3.text.en",
            "input.paragraphs.3.text.es",
            "input.title.es",
        ]
    );
    assert_eq!(stage.entries().await.len(), before);
    assert_eq!(text(&stage, "mx.test.focal", &meeting).await, Value::Null);
}
