//! Translations, and what becomes of them when their original changes.

use super::*;

#[tokio::test]
async fn a_translation_is_stale_once_its_original_changed_and_a_plan_may_require_official_ones() {
    let stage = Stage::set().await;
    let lead = stage.institution("MX-SRE").global();
    let name = json!({ "es": "Plan", "en": "Plan (en)", "translation": "OFFICIAL" });
    let input = json!({ "handling": "GREEN", "content": { "name": name, "lead": lead, "officialTranslations": true,
        "sections": [{ "key": "a", "heading": { "es": "Uno", "en": "One" }, "body": { "es": "Texto" } }] } });
    let id = stage
        .person("mx.test.editor")
        .asks(DRAFT, json!({ "input": input }))
        .await
        .well()
        .text_at("draftPlan.plan.id");
    let state = async || {
        let query = "query($id: ID!) { node(id: $id) { ... on Plan { name { translation original } \
                     sections { heading { translation } body { translation } } } } }";
        stage.person("mx.test.editor").asks(query, json!({ "id": id })).await.well().at("node").clone()
    };
    let told = state().await;
    assert_eq!(told["name"], json!({ "translation": "OFFICIAL", "original": "ES" }));
    assert_eq!(told["sections"][0]["heading"]["translation"], "WORKING");
    assert_eq!(told["sections"][0]["body"]["translation"], Value::Null);

    let released = released(&stage, "mx", &id, 1, json!({ "countries": ["GT"] })).await;
    let missing: Vec<_> = released
        .at("releasePlan.userErrors")
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["path"])
        .collect();
    assert_eq!(missing, ["content.sections.a.body", "content.sections.a.heading"]);

    // The original changes, the translation does not; said anew, it is right again.
    changes(&stage, "mx.test.editor", &id, 1, json!([{ "path": "name.es", "value": "Plan nuevo" }]))
        .await
        .well();
    assert_eq!(state().await["name"]["translation"], "STALE");
    changes(
        &stage,
        "mx.test.editor",
        &id,
        2,
        json!([{ "path": "name.translation", "value": "OFFICIAL" },
        { "path": "sections.a.heading.translation", "value": "OFFICIAL" },
        { "path": "sections.a.body", "value": { "es": "Texto", "en": "Text", "translation": "OFFICIAL" } }]),
    )
    .await
    .well();
    assert_eq!(state().await["name"]["translation"], "OFFICIAL");
    // Written in English first, the Spanish is the translation.
    let original = json!({ "es": "Dos", "en": "Two", "original": "EN", "translation": "OFFICIAL" });
    changes(&stage, "mx.test.editor", &id, 3, json!([{ "path": "sections.a.heading", "value": original }]))
        .await
        .well();
    changes(
        &stage,
        "mx.test.editor",
        &id,
        4,
        json!([{ "path": "sections.a.heading.es", "value": "Segundo" }]),
    )
    .await
    .well();
    assert_eq!(state().await["sections"][0]["heading"]["translation"], "OFFICIAL");
    super::released(&stage, "mx", &id, 5, json!({ "countries": ["GT"] })).await.well();
}
