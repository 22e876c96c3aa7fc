//! After a recall nothing of it is left to those it was recalled from, but that it was recalled.

use api::access::Kind;
use serde_json::{Value, json};

use super::{
    account_id,
    sight::{LISTS, sees},
};
use crate::{
    acts::{Carried, content},
    stage::Stage,
};

/// Whom Guatemala is, in three ways.
async fn guatemala(stage: &Stage) -> Value {
    json!({
        "countries": ["GT"],
        "institutions": [stage.institution("GT-IGM").global(), stage.institution("GT-MINEX").global()],
        "accounts": [account_id(stage, "gt.test.focal").await, account_id(stage, "gt.agency.focal").await],
    })
}

#[tokio::test]
async fn a_country_that_a_record_is_recalled_from_finds_nothing_of_it_anywhere() {
    let stage = Stage::set().await;
    for (kind, field) in LISTS {
        let older = Carried::begun(&stage, kind, "mx.test", "CLEAR", "mas antiguo").await;
        older.shared(&stage, json!({ "countries": ["GT", "HN"] })).await;
        let record = Carried::begun(&stage, kind, "mx.test", "GREEN", "Tonatiuh").await;
        record.shared(&stage, guatemala(&stage).await).await;
        record.released(&stage, json!({ "countries": ["HN"] })).await.well();
        let newer = Carried::begun(&stage, kind, "mx.test", "CLEAR", "mas nuevo").await;
        newer.shared(&stage, json!({ "countries": ["GT", "HN"] })).await;
        let mut said = content(&stage, Kind::Meeting, "reunion", 1);
        if kind != Kind::Meeting {
            said["items"][0][field] = json!([{ "id": record.global() }]);
        }
        let meeting = Carried::begun_with(&stage, Kind::Meeting, "mx.test", "CLEAR", said, json!({})).await;
        meeting.shared(&stage, json!({ "everyone": true })).await;

        let page = format!(
            "query($after: String, $before: String) {{ {field}(first: 100, after: $after, before: $before) \
             {{ totalCount edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage }} }} }}"
        );
        let reader = if kind == Kind::Meeting { "secretary" } else { "analyst" };
        let gt = format!("gt.test.{reader}");
        let before = stage.person(&gt).asks(&page, json!({})).await.well();
        let edges = before.at(&format!("{field}.edges")).as_array().unwrap().clone();
        let cursor =
            edges.iter().find(|edge| edge["node"]["id"] == json!(record.global())).unwrap()["cursor"].clone();
        record.recalled(&stage, Some(json!({ "countries": ["GT"] }))).await.well();

        for person in
            ["focal", "minister", "analyst", "secretary", "statistics", "editor", "observer", "nobody"]
        {
            for institution in ["test", "agency"] {
                if (institution, person) != ("agency", "nobody") {
                    assert!(
                        !sees(&stage, &format!("gt.{institution}.{person}"), &record).await,
                        "gt.{institution}.{person}"
                    );
                }
            }
        }
        assert!(
            sees(&stage, &format!("hn.test.{reader}"), &record).await,
            "it was recalled from Guatemala only"
        );

        // Its cursor still stands between its neighbours, and shows nothing.
        let id = |record: &Carried| json!(record.global());
        let after = stage.person(&gt).asks(&page, json!({ "after": cursor })).await.well();
        let first = after.at(&format!("{field}.edges.0.node.id")).clone();
        assert_eq!(first, id(&older));
        let ahead = stage.person(&gt).asks(&page, json!({ "before": cursor })).await.well();
        let ahead = ahead.at(&format!("{field}.edges")).as_array().unwrap().clone();
        assert_eq!(ahead.last().unwrap()["node"]["id"], id(&newer));

        // No filter finds it.
        let filters = match kind {
            Kind::Plan => {
                vec!["text: \"tonatiuh\"", "country: \"MX\"", "validOn: \"2025-03-01\"", "state: RELEASED"]
            }
            Kind::Dataset => vec!["text: \"tonatiuh\"", "country: \"MX\"", "state: RELEASED"],
            Kind::Meeting => {
                vec!["text: \"tonatiuh\"", "country: \"MX\"", "from: \"2025-01-01\", until: \"2025-12-31\""]
            }
        };
        for filter in filters {
            for count in ["first: 100", "last: 100"] {
                let query = format!("{{ {field}({filter}, {count}) {{ totalCount nodes {{ id }} }} }}");
                let answer = stage.person(&gt).asks(&query, json!({})).await.well();
                assert!(!answer.text.contains(&record.global()), "{query}: {}", answer.text);
                let nodes = answer.at(&format!("{field}.nodes")).as_array().unwrap().len();
                assert_eq!(answer.at(&format!("{field}.totalCount")), &json!(nodes), "{query}");
            }
        }
        if kind != Kind::Meeting {
            let link = format!(
                "query($id: ID!) {{ node(id: $id) {{ ... on Meeting {{ items {{ {field} {{ pinned }} }} }} }} }}"
            );
            let links =
                stage.person("gt.test.focal").asks(&link, json!({ "id": meeting.global() })).await.well();
            assert_eq!(links.at(&format!("node.items.0.{field}")), &json!([]));
        }
        if kind == Kind::Dataset {
            let ask = "query($d: ID!) { statistics(dataset: $d) { matched } }";
            let answer = stage.person(&gt).asks(ask, json!({ "d": record.global() })).await;
            assert_eq!(answer.code(), "NOT_FOUND");
        }

        // The ledger: that it was released to them and recalled, and nothing that came after.
        record.revised(&stage, "despues", 5).await.well();
        record.ready(&stage).await;
        record.released(&stage, json!({ "countries": ["HN"] })).await.well();
        let told = "query($s: ID!) { ledger(filter: { subject: $s }) { totalCount nodes { event revision to { everyone countries institutions accounts } } } }";
        let answer = stage.person(&gt).asks(told, json!({ "s": record.global() })).await.well();
        let events: Vec<_> = answer
            .at("ledger.nodes")
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["event"].as_str().unwrap())
            .collect();
        let recalled = if kind == Kind::Meeting { "withdrawn" } else { "recalled" };
        assert_eq!(events, [format!("{}.released", kind.code()), format!("{}.{recalled}", kind.code())]);
        assert!(
            !answer.text.contains("HN") && !answer.text.contains(&stage.institution("GT-IGM").global()),
            "{}",
            answer.text
        );
        assert!(answer.text.contains("\"revision\":null"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_recall_leaves_no_other_way_to_whom_it_names() {
    let stage = Stage::set().await;
    let focal = account_id(&stage, "gt.test.focal").await;
    let minex = stage.institution("GT-MINEX").global();
    let account = json!({ "accounts": [focal] });
    let institution = json!({ "institutions": [minex] });
    let country = json!({ "countries": ["GT"] });

    // With an institution its accounts lose it, as with a country.
    let plan = Carried::begun(&stage, Kind::Plan, "mx.test", "CLEAR", "uno").await;
    plan.shared(&stage, institution.clone()).await;
    plan.released(&stage, account.clone()).await.well();
    plan.recalled(&stage, Some(institution.clone())).await.well();
    assert!(
        !sees(&stage, "gt.test.focal", &plan).await,
        "recalled from the institution, seen by its account"
    );

    // From one who would go on seeing it through a wider release it is not recalled in appearance only.
    for (wide, narrow) in [(&country, &institution), (&country, &account), (&institution, &account)] {
        let plan = Carried::begun(&stage, Kind::Plan, "mx.test", "CLEAR", "otro").await;
        plan.shared(&stage, wide.clone()).await;
        plan.released(&stage, narrow.clone()).await.well();
        let before = stage.entries().await.len();
        let answer = plan.recalled(&stage, Some(narrow.clone())).await;
        assert_eq!(answer.mends(), ["WRONG_STATE"], "{wide} and {narrow}: {}", answer.text);
        assert_eq!(stage.entries().await.len(), before);
        let mut both = wide.clone();
        both.as_object_mut().unwrap().extend(narrow.as_object().unwrap().clone());
        plan.recalled(&stage, Some(both)).await.well();
        assert!(!sees(&stage, "gt.test.focal", &plan).await);
    }
}
