//! A plan goes out as a document and comes back.

use super::*;

#[tokio::test]
async fn a_plan_goes_out_as_a_document_and_comes_back_as_the_same_plan() {
    let stage = Stage::set().await;
    let id = whole_plan(&stage).await;
    let query = "query($id: ID!) { node(id: $id) { ... on Plan { hash document } } }";
    let shown = stage.person("mx.test.editor").asks(query, json!({ "id": id })).await.well();
    let document = shown.at("node.document").clone();
    assert_eq!(document["plan"]["lead"], "MX-SRE");
    assert_eq!(document["plan"]["actions"][0]["point"], "MX-RP-NORTE");
    assert_eq!(document["hash"], shown.at("node.hash").clone());
    assert!(!document["plan"].to_string().contains("Institution:"), "{document}");

    let only = json!({ "format": document["format"], "plan": document["plan"] });
    let begun = json!({ "document": only, "handling": "GREEN" });
    let begun = stage.person("mx.test.editor").asks(IMPORT, json!({ "i": begun })).await.well();
    assert_eq!(begun.at("importPlan.plan.hash"), shown.at("node.hash"));

    let mut next = only.clone();
    next["plan"]["acronym"] = json!("NUEVO");
    let next = json!({ "document": next, "id": id, "expectedRevision": 1 });
    let revised = stage.person("mx.test.editor").asks(IMPORT, json!({ "i": next })).await.well();
    assert_eq!(revised.at("importPlan.plan.revision"), 2);
    let late = stage.person("mx.test.focal").asks(IMPORT, json!({ "i": next })).await;
    assert_eq!(late.mends(), ["STALE_REVISION"]);
    assert_eq!(late.at("importPlan.conflict.theirs.0.path"), "acronym");
}

#[tokio::test]
async fn a_document_that_is_not_of_the_form_is_told_where_and_nothing_is_stored() {
    let stage = Stage::set().await;
    let before = stage.entries().await.len();
    let plan = json!({ "name": { "es": "x" }, "lead": "MX-SRE" });
    let with = |field: &str, value: Value| {
        let mut plan = plan.clone();
        plan[field] = value;
        json!({ "format": "enlace-plan/1", "plan": plan })
    };
    for (document, expected) in [
        (json!(3), "MALFORMED input.document"),
        (json!({ "plan": plan }), "REQUIRED input.document.format"),
        (json!({ "format": "otro", "plan": plan }), "MALFORMED input.document.format"),
        (json!({ "format": "enlace-plan/1" }), "REQUIRED input.document.plan"),
        (with("lead", json!("MX-NADA")), "UNKNOWN input.document.plan.lead"),
        (with("lead", json!(7)), "MALFORMED input.document.plan.lead"),
        (with("nada", json!(1)), "UNKNOWN input.document.plan"),
        (with("phases", json!([{}])), "REQUIRED input.document.plan.phases.0.name"),
        (with("phases", json!({})), "MALFORMED input.document.plan.phases"),
        (with("validFrom", json!("mañana")), "MALFORMED input.document.plan.validFrom"),
        (with("targetGroups", json!(["TODOS"])), "UNKNOWN input.document.plan.targetGroups.0"),
        (
            with("phases", json!([{ "name": { "es": "x" }, "longestDays": 1.5 }])),
            "MALFORMED input.document.plan.phases.0.longestDays",
        ),
        (
            with("phases", json!([{ "name": { "es": "x" }, "longestDays": 1e12 }])),
            "MALFORMED input.document.plan.phases.0.longestDays",
        ),
        (
            with("phases", json!([{ "name": { "es": "x" }, "triggers": ["D1"] }])),
            "UNKNOWN input.content.phases.0.triggers.0",
        ),
        (with("acronym", json!("<b>")), "MALFORMED input.content.acronym"),
        (with("name", json!({ "es": "x".repeat(301) })), "TOO_LARGE input.content.name.es"),
    ] {
        let input = json!({ "document": document, "handling": "GREEN" });
        let answer = stage.person("mx.test.editor").asks(IMPORT, json!({ "i": input })).await;
        let errors = answer.at("importPlan.userErrors").as_array().unwrap();
        let told: Vec<_> = errors
            .iter()
            .map(|error| format!("{} {}", error["code"].as_str().unwrap(), error["path"].as_str().unwrap()))
            .collect();
        assert!(told.contains(&expected.to_owned()), "{expected}: {}", answer.text);
    }
    assert_eq!(stage.entries().await.len(), before);
}
