//! Who is shown what: nobody beyond the country by default; points, or a total and not the points.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{built, does, recalled, regional, reported, seen, set, shared};
use crate::stage::Stage;

/// A partner's row of a country: when it is of, and what it says.
async fn row(stage: &Stage, login: &str, asked: Value) -> Option<Value> {
    let known = regional(stage, login, asked).await.well();
    let rows = known.at("regionalCapacity.countries").as_array().unwrap().clone();
    rows.into_iter().find(|row| row["country"] == "MX")
}

#[tokio::test]
async fn nobody_beyond_the_country_sees_anything_until_it_is_shared_and_nothing_after_a_recall() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    for code in ["MX-RP-0", "MX-RP-1"] {
        set(&stage, &points, code, 60).await;
        reported(&stage, &points, code, 10, json!({})).await;
    }
    let partners = ["gt.test.analyst", "gt.agency.focal", "hn.test.minister", "int.iom.observer"];
    for login in partners {
        assert_eq!(row(&stage, login, json!({})).await, None, "{login}");
        assert!(seen(&stage, login).await.is_empty(), "{login}");
    }
    assert_eq!(seen(&stage, "mx.test.legal").await, ["MX-RP-0", "MX-RP-1"]);

    let one =
        shared(&stage, "MX", "DETAIL", Some(vec![points.id("MX-RP-1")]), json!({ "countries": ["GT"] }))
            .await;
    let iom = json!({ "institutions": [stage.institution("INT-IOM").global()] });
    let all = shared(&stage, "MX", "DETAIL", None, iom).await;
    assert_eq!(seen(&stage, "gt.test.analyst").await, ["MX-RP-1"]);
    assert_eq!(seen(&stage, "int.iom.observer").await, ["MX-RP-0", "MX-RP-1"]);
    assert!(seen(&stage, "hn.test.minister").await.is_empty());
    // Of a point that is not shown, the sum tells nothing.
    let told = row(&stage, "gt.test.analyst", json!({})).await.unwrap();
    assert_eq!((&told["total"]["points"], &told["total"]["occupied"]), (&json!(1), &json!(10)));
    // A point that is put in service later is part of all.
    set(&stage, &points, "MX-RP-4", 60).await;
    assert_eq!(seen(&stage, "int.iom.observer").await.len(), 3);
    // What is reported from now on is told to whom it is shown.
    stage.pass(TimeDelta::minutes(1));
    let id = reported(&stage, &points, "MX-RP-1", 11, json!({ "nominal": 12 })).await;
    let ledger = r#"{ ledger(last: 9, filter: { events: ["capacity-report.made"] }) { nodes { subject } } }"#;
    for (login, told) in [("gt.test.analyst", json!([{ "subject": id }])), ("hn.test.analyst", json!([]))] {
        let entries = stage.person(login).asks(ledger, json!({})).await.well();
        assert_eq!(entries.at("ledger.nodes"), &told, "{login}");
    }

    let cursor =
        r#"{ ledger(last: 1, filter: { events: ["capacity-report.made"] }) { pageInfo { endCursor } } }"#;
    let cursor = stage.person("gt.test.analyst").asks(cursor, json!({})).await.well();
    let cursor = cursor.at("ledger.pageInfo.endCursor").clone();
    let recall = recalled(&stage, "mx.test.minister", &one).await.well();
    // What was told then is told no more, and its cursor is that of an entry that is not.
    for (login, told) in [("gt.test.analyst", json!([])), ("int.iom.observer", json!([{ "subject": id }]))] {
        let entries = stage.person(login).asks(ledger, json!({})).await.well();
        assert_eq!(entries.at("ledger.nodes"), &told, "{login}");
    }
    let home = stage.person("mx.test.analyst").asks(ledger, json!({})).await.well();
    assert_eq!(home.at("ledger.nodes").as_array().unwrap().len(), 3);
    let count = r#"{ ledger(first: 1, filter: { events: ["capacity-report.made"] }) { totalCount } }"#;
    let count = stage.person("gt.test.analyst").asks(count, json!({})).await.well();
    assert_eq!(count.at("ledger.totalCount"), 0);
    let after = "query($after: String) { ledger(first: 1, after: $after) { nodes { event } } }";
    let after = stage.person("gt.test.analyst").asks(after, json!({ "after": cursor })).await;
    assert_eq!(after.code(), "NOT_FOUND", "{}", after.text);
    assert!(!recall.at("recallCapacity.share.endedAt").is_null());
    assert_eq!(recalled(&stage, "mx.test.focal", &one).await.mends(), ["WRONG_STATE"]);
    assert!(seen(&stage, "gt.test.analyst").await.is_empty());
    // Of what was known when it was shared, too.
    let past = json!({ "asOf": stage.now() - TimeDelta::seconds(1) });
    assert_eq!(row(&stage, "gt.test.analyst", past).await, None);
    recalled(&stage, "mx.test.focal", &all).await.well();
    assert!(seen(&stage, "int.iom.observer").await.is_empty());
    let told = r#"{ ledger(last: 1, filter: { events: ["capacity-share.recalled"] }) { nodes { subject to { countries } } } }"#;
    let told = stage.person("gt.test.analyst").asks(told, json!({})).await.well();
    assert_eq!(told.at("ledger.nodes"), &json!([{ "subject": one, "to": { "countries": ["GT"] } }]));

    let mine = "{ capacityShares(first: 5) { totalCount nodes { id level points endedAt audience { countries } instrument } } }";
    let kept = stage.person("mx.test.analyst").asks(mine, json!({})).await.well();
    assert_eq!(kept.at("capacityShares.totalCount"), 2);
    assert_eq!(kept.at("capacityShares.nodes.1.id"), &json!(one));
    let others = stage.person("gt.test.focal").asks(mine, json!({})).await.well();
    assert_eq!(others.at("capacityShares.nodes"), &json!([]));
}

#[tokio::test]
async fn a_total_is_shared_without_its_points_and_tells_of_three_at_least() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    for at in 0..6 {
        set(&stage, &points, &format!("MX-RP-{at}"), 120).await;
    }
    shared(&stage, "MX", "TOTAL", None, json!({ "countries": ["GT"] })).await;
    shared(&stage, "MX", "MODES", None, json!({ "countries": ["HN"] })).await;
    let partner = "gt.test.analyst";
    let start = stage.now();
    let at = |minutes: i64| stage.set_time(start + TimeDelta::minutes(minutes));
    let total = async |login: &str| {
        let row = row(&stage, login, json!({})).await.unwrap();
        row["total"]["occupied"].clone()
    };

    at(5);
    reported(&stage, &points, "MX-RP-0", 10, json!({})).await;
    reported(&stage, &points, "MX-RP-1", 20, json!({})).await;
    at(65);
    // Two have reported: their sum less the one that somebody knows is the other.
    assert_eq!(total(partner).await, Value::Null);
    let told = row(&stage, partner, json!({})).await.unwrap();
    assert_eq!(told, json!({ "country": "MX", "knownAt": told["knownAt"], "total": null, "modes": null }));
    reported(&stage, &points, "MX-RP-2", 40, json!({})).await;
    // Until the hour is full nothing moves.
    assert_eq!(total(partner).await, Value::Null);
    at(125);
    assert_eq!(total(partner).await, 70);
    assert!(seen(&stage, partner).await.is_empty());
    // One more report: of its change nothing is told, until two others have reported too.
    reported(&stage, &points, "MX-RP-3", 500, json!({ "nominal": 1000 })).await;
    at(185);
    assert_eq!(total(partner).await, 70);
    assert_eq!(row(&stage, partner, json!({})).await.unwrap()["total"]["reported"], 3);
    reported(&stage, &points, "MX-RP-4", 1, json!({})).await;
    reported(&stage, &points, "MX-RP-5", 2, json!({})).await;
    at(240);
    let told = row(&stage, partner, json!({})).await.unwrap();
    assert_eq!((&told["total"]["occupied"], &told["total"]["reported"]), (&json!(573), &json!(6)));
    assert_eq!(&told["knownAt"].as_str().unwrap()[11..19], "19:00:00");
    // By mode it is told only where it is shared so, and a mode that is asked for is of it.
    assert_eq!(told["modes"], Value::Null);
    assert_eq!(row(&stage, partner, json!({ "mode": "AIR" })).await.unwrap()["total"], Value::Null);
    let modes = row(&stage, "hn.test.analyst", json!({})).await.unwrap();
    // By mode it stands where three of each mode that reports at all have: since 17:00 nobody by air has.
    let told = ["17:00:00", "AIR 70 of 3", "LAND 0 of 3"];
    let mode = |at: usize| {
        let (mode, sum) = (&modes["modes"][at]["mode"], &modes["modes"][at]["sum"]);
        format!("{} {} of {}", mode.as_str().unwrap(), sum["occupied"], sum["points"])
    };
    assert_eq!([&modes["knownAt"].as_str().unwrap()[11..19], &mode(0), &mode(1)], told);
    let air = row(&stage, "hn.test.analyst", json!({ "mode": "AIR" })).await.unwrap();
    assert_eq!((&air["total"]["occupied"], air["modes"].as_array().unwrap().len()), (&json!(70), 1));
    // The owner's country sees all of it at once.
    assert_eq!(row(&stage, "mx.test.analyst", json!({})).await.unwrap()["total"]["occupied"], 573);
}

#[tokio::test]
async fn a_total_with_a_few_withheld_points_is_not_told_beside_the_others() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    for at in 0..5 {
        let code = format!("GT-RP-{at}");
        set(&stage, &points, &code, 120).await;
        reported(&stage, &points, &code, 10 + at, json!({})).await;
    }
    shared(&stage, "GT", "TOTAL", None, json!({ "countries": ["HN"] })).await;
    let three = (0..3).map(|at| points.id(&format!("GT-RP-{at}"))).collect();
    stage.pass(TimeDelta::hours(1));
    let known = regional(&stage, "hn.test.analyst", json!({})).await.well();
    assert_eq!(known.at("regionalCapacity.total.occupied"), 60);
    // Three of the five shown: the rest would be a sum of two.
    shared(&stage, "GT", "DETAIL", Some(three), json!({ "countries": ["HN"] })).await;
    let known = regional(&stage, "hn.test.analyst", json!({})).await.well();
    assert_eq!(known.at("regionalCapacity.countries.0.total"), &Value::Null);
    assert_eq!(known.at("regionalCapacity.points.totalCount"), 3);
    let all = shared(&stage, "GT", "DETAIL", None, json!({ "countries": ["HN"] })).await;
    let known = regional(&stage, "hn.test.analyst", json!({})).await.well();
    assert_eq!(known.at("regionalCapacity.total.occupied"), 60);
    recalled(&stage, "gt.test.focal", &all).await.well();
}

#[tokio::test]
async fn what_cannot_be_shared_is_refused_and_nothing_is_stored() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    set(&stage, &points, "MX-RP-0", 60).await;
    let entries = stage.entries().await.len();
    let share = async |changes: Value| {
        let mut input = json!({ "level": "DETAIL", "handling": "GREEN", "audience": { "countries": ["GT"] },
            "instrument": "Convenio", "purpose": "Coordinar" });
        for (key, value) in changes.as_object().unwrap() {
            input[key] = value.clone();
        }
        let refused =
            does(&stage, "mx.test.focal", "shareCapacity", "ShareCapacityInput", "share { id }", input).await;
        let paths = refused.at("shareCapacity.userErrors").as_array().unwrap().clone();
        let path = |problem: &Value| format!("{} {}", problem["code"], problem["path"]).replace('"', "");
        paths.iter().map(path).collect::<Vec<_>>().join(", ")
    };
    for (changes, told) in [
        (json!({ "audience": { "everyone": true } }), "WIDER_THAN_HANDLING input.audience.everyone"),
        (json!({ "audience": { "countries": ["US"] } }), "UNKNOWN input.audience.countries.0"),
        (json!({ "audience": {} }), "REQUIRED input.audience"),
        (json!({ "instrument": " " }), "REQUIRED input.instrument"),
        (json!({ "purpose": "x\u{7}" }), "MALFORMED input.purpose"),
        (json!({ "points": [] }), "REQUIRED input.points"),
        (json!({ "points": [points.id("MX-RP-1")] }), "UNKNOWN input.points.0"),
        (json!({ "points": [points.id("GT-RP-1")] }), "UNKNOWN input.points.0"),
        (json!({ "points": [points.id("MX-RP-0"), points.id("MX-RP-0")] }), "DUPLICATE input.points.1"),
        (json!({ "level": "TOTAL", "points": [points.id("MX-RP-0")] }), "OUT_OF_RANGE input.points"),
    ] {
        assert_eq!(share(changes.clone()).await, told, "{changes}");
    }
    assert_eq!(stage.entries().await.len(), entries);
}

#[tokio::test]
async fn a_point_is_put_in_service_with_an_operator_of_its_country_and_a_bearable_time() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    let entries = stage.entries().await.len();
    for (operator, minutes, told) in [
        ("GT-IGM", 60, "UNKNOWN input.operator"),
        ("INT-IOM", 60, "UNKNOWN input.operator"),
        ("MX-INM", 14, "OUT_OF_RANGE input.staleAfterMinutes"),
        ("MX-INM", 10_081, "OUT_OF_RANGE input.staleAfterMinutes"),
    ] {
        let input = json!({ "point": points.id("MX-RP-0"), "operator": stage.institution(operator).global(),
            "staleAfterMinutes": minutes });
        let select = "capacityPoint { staleAfterMinutes }";
        let refused =
            does(&stage, "mx.test.focal", "setCapacityPoint", "SetCapacityPointInput", select, input).await;
        let problem = refused.at("setCapacityPoint.userErrors.0");
        assert_eq!(format!("{} {}", problem["code"], problem["path"]).replace('"', ""), told);
    }
    assert_eq!(stage.entries().await.len(), entries);
    set(&stage, &points, "MX-RP-0", 60).await;
    set(&stage, &points, "MX-RP-0", 15).await;
    assert_eq!(seen(&stage, "mx.agency.consular").await, ["MX-RP-0"]);
}
