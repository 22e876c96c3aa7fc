//! A point over time: by hour and by day, paged and bounded, for whom the point is shown to.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Points, built, regional, reports, said, set, shared};
use crate::stage::{Answer, Stage};

async fn history(stage: &Stage, login: &str, variables: Value) -> Answer {
    let query = "query($point: ID!, $from: DateTime, $until: DateTime, $by: CapacityBucketSize!, $first: Int, $after: String, \
        $last: Int, $before: String) { capacityHistory(point: $point, from: $from, until: $until, by: $by, first: $first, \
        after: $after, last: $last, before: $before) { totalCount pageInfo { hasNextPage endCursor startCursor hasPreviousPage } \
        nodes { from reports leastOccupied mostOccupied leastFree mostFree peopleIn peopleOut last { occupied } } } }";
    stage.person(login).asks(query, variables).await
}

/// Forty reports of one point, one each 31 minutes; the second was wrong.
async fn reported(stage: &Stage, points: &Points) {
    set(stage, points, "MX-RP-0", 60).await;
    set(stage, points, "MX-RP-1", 60).await;
    let start = stage.now();
    stage.pass(TimeDelta::hours(30));
    let many: Vec<Value> = (0..40)
        .map(|at| {
            let more = json!({ "peopleIn": 2, "peopleOut": at % 2 });
            let wrong = if at == 1 { 99 } else { at };
            said(points, "MX-RP-0", start + TimeDelta::minutes(31 * i64::from(at)), wrong, more)
        })
        .collect();
    let made = reports(stage, "mx.agency.editor", json!(many)).await.well();
    let wrong = made.text_at("reportCapacity.reports.1.id");
    let right = json!({ "replaces": wrong, "peopleIn": 2 });
    let right = said(points, "MX-RP-0", start + TimeDelta::minutes(31), 1, right);
    reports(stage, "mx.agency.editor", json!([right])).await.well();
}

#[tokio::test]
async fn a_history_is_told_by_hour_and_by_day_without_what_was_corrected() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    reported(&stage, &points).await;
    let point = points.id("MX-RP-0");
    let days = history(&stage, "mx.test.analyst", json!({ "point": point, "by": "DAY" })).await.well();
    // Of the day on which the play begins, nine hours: 15:00, 15:31 and so on until 23:47.
    assert_eq!(days.at("capacityHistory.totalCount"), 2);
    let first = days.at("capacityHistory.nodes.0");
    let told = ["reports", "leastOccupied", "mostOccupied", "leastFree", "mostFree", "peopleIn", "peopleOut"];
    let figures = |node: &Value| told.map(|name| node[name].as_i64().unwrap());
    assert_eq!(figures(first), [18, 0, 17, 83, 100, 36, 8]);
    assert_eq!(first["last"]["occupied"], 17);
    assert!(first["from"].as_str().unwrap().starts_with("2025-01-16T00:00:00"), "{first}");
    assert_eq!(figures(days.at("capacityHistory.nodes.1")), [22, 18, 39, 61, 82, 44, 11]);

    // By hour, in steps, forwards and backwards: the same hours.
    let (mut forwards, mut backwards) = (Vec::new(), Vec::new());
    let mut cursor = Value::Null;
    loop {
        let asked = json!({ "point": point, "by": "HOUR", "first": 7, "after": cursor });
        let page = history(&stage, "mx.test.analyst", asked).await.well();
        forwards.extend(page.at("capacityHistory.nodes").as_array().unwrap().clone());
        cursor = page.at("capacityHistory.pageInfo.endCursor").clone();
        if page.at("capacityHistory.pageInfo.hasNextPage") == false {
            break;
        }
    }
    cursor = Value::Null;
    loop {
        let asked = json!({ "point": point, "by": "HOUR", "last": 4, "before": cursor });
        let page = history(&stage, "mx.test.analyst", asked).await.well();
        let mut nodes = page.at("capacityHistory.nodes").as_array().unwrap().clone();
        nodes.extend(backwards);
        backwards = nodes;
        cursor = page.at("capacityHistory.pageInfo.startCursor").clone();
        if page.at("capacityHistory.pageInfo.hasPreviousPage") == false {
            break;
        }
    }
    assert_eq!(forwards, backwards);
    assert_eq!(forwards.iter().map(|node| node["reports"].as_i64().unwrap()).sum::<i64>(), 40);
    assert_eq!(forwards.len(), 21);
}

#[tokio::test]
async fn a_history_is_for_whom_the_point_is_shown_and_bounded() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    reported(&stage, &points).await;
    shared(&stage, "MX", "TOTAL", None, json!({ "countries": ["GT"] })).await;
    let one = vec![points.id("MX-RP-1")];
    shared(&stage, "MX", "DETAIL", Some(one), json!({ "countries": ["GT"] })).await;
    let by_day = |code: &str| json!({ "point": points.id(code), "by": "DAY" });
    let refused = history(&stage, "gt.test.analyst", by_day("MX-RP-0")).await;
    let never = json!({ "point": api::ids::ReceptionPointId::new().global(), "by": "DAY" });
    let never = history(&stage, "gt.test.analyst", never).await;
    assert_eq!((refused.code(), refused.message()), ("NOT_FOUND", never.message()));
    let none = history(&stage, "gt.test.analyst", by_day("MX-RP-1")).await.well();
    assert_eq!(none.at("capacityHistory.totalCount"), 0);
    let not_in_service = history(&stage, "mx.test.analyst", by_day("MX-RP-3")).await;
    assert_eq!(not_in_service.code(), "NOT_FOUND");

    for (from, until) in
        [("2023-01-01T00:00:00Z", "2025-01-01T00:00:00Z"), ("2025-01-02T00:00:00Z", "2025-01-01T00:00:00Z")]
    {
        let mut asked = by_day("MX-RP-0");
        asked["from"] = json!(from);
        asked["until"] = json!(until);
        assert_eq!(history(&stage, "mx.test.analyst", asked).await.code(), "BAD_USER_INPUT");
    }
    // A clock that is wrong by a great deal.
    for far in
        ["-262143-01-01T00:00:00Z", "+262142-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"]
    {
        for path in ["from", "until"] {
            let mut asked = by_day("MX-RP-0");
            asked[path] = json!(far);
            let refused = history(&stage, "mx.test.analyst", asked).await;
            assert!(matches!(refused.code(), "BAD_USER_INPUT" | "BAD_REQUEST"), "{far}: {}", refused.text);
        }
        let refused = regional(&stage, "mx.test.analyst", json!({ "asOf": far })).await;
        assert!(matches!(refused.code(), "BAD_USER_INPUT" | "BAD_REQUEST"), "{far}: {}", refused.text);
        let report = json!([said(&points, "MX-RP-1", stage.now(), 1, json!({ "asOf": far }))]);
        let refused = reports(&stage, "mx.agency.editor", report).await;
        assert!(
            refused.mends() == ["OUT_OF_RANGE"] || refused.code() == "BAD_REQUEST",
            "{far}: {}",
            refused.text
        );
    }
    let countries: Vec<String> = (0..51).map(|_| "MX".to_owned()).collect();
    let many = regional(&stage, "mx.test.analyst", json!({ "countries": countries })).await;
    assert_eq!(many.code(), "BAD_USER_INPUT");
}
