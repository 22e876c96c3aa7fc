//! Reporting: one or several, all or none; corrections; what is refused.

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{built, regional, reported, reports, said, set, shared};
use crate::stage::Stage;

async fn stored(stage: &Stage) -> u64 {
    api::plans::capacity::ReportRow::find().count(&stage.node.reads.0).await.unwrap()
}

#[tokio::test]
async fn a_report_is_stored_as_it_was_made_and_the_ledger_tells_it_at_home() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    set(&stage, &points, "MX-RP-0", 60).await;
    let all = json!({ "free": 20, "surge": 150, "peopleIn": 7, "peopleOut": 3, "staff": 12 });
    let id = reported(&stage, &points, "MX-RP-0", 90, all).await;
    let known = regional(&stage, "mx.test.analyst", json!({})).await.well();
    let latest = known.at("regionalCapacity.points.nodes.0.latest").clone();
    let told =
        json!({ "id": id, "asOf": latest["asOf"], "occupied": 90, "free": 20, "nominal": 100, "surge": 150 });
    assert_eq!(latest, told);
    assert_eq!(known.at("regionalCapacity.points.nodes.0.stale"), false);

    let ledger = r#"{ ledger(last: 1, filter: { events: ["capacity-report.made"] }) { nodes { subject contentHash owner { code } } } }"#;
    let entry = stage.person("mx.test.analyst").asks(ledger, json!({})).await.well();
    assert_eq!(entry.at("ledger.nodes.0.subject"), &json!(id));
    assert_eq!(entry.at("ledger.nodes.0.owner.code"), "MX-INM");
    assert_eq!(entry.text_at("ledger.nodes.0.contentHash").len(), 64);
    for login in ["gt.test.analyst", "int.iom.observer", "mx.test.admin"] {
        let entry = stage.person(login).asks(ledger, json!({})).await.well();
        assert_eq!(entry.at("ledger.nodes"), &json!([]), "{login}");
    }
}

#[tokio::test]
async fn no_hash_tells_a_partner_what_a_report_said_and_no_error_that_there_is_one() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    set(&stage, &points, "MX-RP-0", 60).await;
    set(&stage, &points, "MX-RP-1", 60).await;
    shared(&stage, "MX", "DETAIL", None, json!({ "countries": ["GT"] })).await;
    let id = reported(&stage, &points, "MX-RP-0", 90, json!({})).await;
    // Few capacities are possible, so whoever has the hash can try them all, even after a recall.
    let ledger =
        r#"{ ledger(filter: { events: ["capacity-report.made"] }) { nodes { subject contentHash } } }"#;
    let told = stage.person("gt.test.analyst").asks(ledger, json!({})).await.well();
    assert_eq!(told.at("ledger.nodes"), &json!([{ "subject": id, "contentHash": null }]));

    let (long_ago, nowhere) =
        (stage.now() - TimeDelta::days(400), "CapacityReport:0192f0c37a5b7c3e8d2f4a6b8c0d2e4f");
    let mut answers = Vec::new();
    for replaces in [id.as_str(), nowhere] {
        let of_another = said(&points, "MX-RP-1", long_ago, 90, json!({ "replaces": replaces }));
        answers.push(reports(&stage, "mx.agency.editor", json!([of_another])).await.text);
    }
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].contains("replaces"), "{}", answers[0]);
}

#[tokio::test]
async fn several_reports_are_stored_together_or_none_and_each_problem_has_its_path() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    for code in ["MX-RP-0", "MX-RP-1"] {
        set(&stage, &points, code, 60).await;
    }
    let now = stage.now();
    let (year, minute) = (TimeDelta::days(365), TimeDelta::minutes(1));
    let entries = stage.entries().await.len();
    let many = json!([
        said(&points, "MX-RP-0", now, 90, json!({})),
        said(&points, "MX-RP-1", now, -1, json!({})),
        said(&points, "MX-RP-1", now + year, 1, json!({})),
        said(&points, "MX-RP-1", now - year, 1, json!({})),
        said(&points, "MX-RP-1", now - minute, 1, json!({ "surge": 99 })),
        said(&points, "MX-RP-1", now - minute * 2, 90, json!({ "free": 11 })),
        said(&points, "GT-RP-0", now, 1, json!({})),
        said(&points, "MX-RP-2", now, 1, json!({})),
        said(&points, "MX-RP-0", now, 91, json!({})),
        said(
            &points,
            "MX-RP-0",
            now - minute,
            91,
            json!({ "staff": 2_000_000, "replaces": "CapacityReport:0192f0c37a5b7c3e8d2f4a6b8c0d2e4f" })
        ),
    ]);
    let refused = reports(&stage, "mx.agency.editor", many).await;
    let problems: Vec<String> = refused
        .at("reportCapacity.userErrors")
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| format!("{} {}", problem["code"].as_str().unwrap(), problem["path"].as_str().unwrap()))
        .collect();
    assert_eq!(
        problems,
        [
            "OUT_OF_RANGE input.reports.1.occupied",
            "OUT_OF_RANGE input.reports.2.asOf",
            "OUT_OF_RANGE input.reports.3.asOf",
            "OUT_OF_RANGE input.reports.4.surge",
            "OUT_OF_RANGE input.reports.5.free",
            "UNKNOWN input.reports.6.point",
            "UNKNOWN input.reports.7.point",
            "DUPLICATE input.reports.8.asOf",
            "OUT_OF_RANGE input.reports.9.staff",
            "UNKNOWN input.reports.9.replaces",
        ]
    );
    assert_eq!((stored(&stage).await, stage.entries().await.len()), (0, entries));

    // In Spanish the mend is told in Spanish.
    let late = json!({ "reports": [said(&points, "MX-RP-0", now + year, 1, json!({}))] });
    let document =
        "mutation($i: ReportCapacityInput!) { reportCapacity(input: $i) { userErrors { message } } }";
    let told =
        stage.person("mx.agency.editor").asking().in_spanish().asks(document, json!({ "i": late })).await;
    assert!(told.text.contains("revise su reloj"), "{}", told.text);

    let both = json!([
        said(&points, "MX-RP-0", now - minute, 90, json!({})),
        said(&points, "MX-RP-1", now, 120, json!({ "surge": 150 }))
    ]);
    let made = reports(&stage, "mx.agency.focal", both).await.well();
    let rows = made.at("reportCapacity.reports").as_array().unwrap();
    let short = |row: &Value| format!("{} {} {}", row["point"]["code"], row["occupied"], row["free"]);
    // What is free follows from the nominal capacity where it is not said.
    assert_eq!(rows.iter().map(short).collect::<Vec<_>>(), ["\"MX-RP-0\" 90 10", "\"MX-RP-1\" 120 0"]);
    let too_many: Vec<Value> = (0..501)
        .map(|at| said(&points, "MX-RP-0", now - TimeDelta::seconds(at + 120), 1, json!({})))
        .collect();
    assert_eq!(reports(&stage, "mx.agency.editor", json!(too_many)).await.mends(), ["TOO_LARGE"]);
    assert_eq!(reports(&stage, "mx.agency.editor", json!([])).await.mends(), ["REQUIRED"]);
    let most = json!(too_many[..500].to_vec());
    reports(&stage, "mx.agency.editor", most).await.well();
    assert_eq!(stored(&stage).await, 502);
}

#[tokio::test]
async fn a_correction_names_what_it_replaces_and_the_past_is_told_as_it_was_known() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    set(&stage, &points, "MX-RP-0", 60).await;
    let as_of = stage.now();
    let wrong = reported(&stage, &points, "MX-RP-0", 900, json!({ "nominal": 1000 })).await;
    let before = stage.now();
    stage.pass(TimeDelta::days(30));
    // Long after, but of a report that was made in time.
    let right = said(&points, "MX-RP-0", as_of, 90, json!({ "replaces": wrong }));
    let made = reports(&stage, "mx.agency.editor", json!([right])).await.well();
    let corrected = made.text_at("reportCapacity.reports.0.id");
    assert_eq!(made.text_at("reportCapacity.reports.0.replaces"), wrong);
    let again = said(&points, "MX-RP-0", as_of, 91, json!({ "replaces": wrong }));
    assert_eq!(reports(&stage, "mx.agency.editor", json!([again])).await.mends(), ["DUPLICATE", "DUPLICATE"]);
    let again = said(&points, "MX-RP-0", as_of, 92, json!({ "replaces": corrected }));
    reports(&stage, "mx.agency.editor", json!([again])).await.well();

    let occupied = async |at: Value| {
        let known = regional(&stage, "mx.test.analyst", json!({ "asOf": at })).await.well();
        known.at("regionalCapacity.total.occupied").clone()
    };
    assert_eq!(occupied(json!(before)).await, 900);
    assert_eq!(occupied(Value::Null).await, 92);
    let ahead =
        regional(&stage, "mx.test.analyst", json!({ "asOf": stage.now() + TimeDelta::seconds(1) })).await;
    assert_eq!(ahead.code(), "BAD_USER_INPUT", "{}", ahead.text);

    // What was reported cannot be changed behind the ledger's back either.
    let db = stage.node.ledger.groundwork();
    for change in ["UPDATE capacity_report SET occupied = 1", "DELETE FROM capacity_report"] {
        let refused = db.execute_unprepared(change).await.unwrap_err().to_string();
        assert!(refused.contains("fixed once made"), "{change}: {refused}");
    }
}

#[tokio::test]
async fn a_later_report_of_an_earlier_hour_is_not_the_latest() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    set(&stage, &points, "MX-RP-0", 60).await;
    reported(&stage, &points, "MX-RP-0", 50, json!({})).await;
    let earlier = said(&points, "MX-RP-0", stage.now() - TimeDelta::hours(2), 40, json!({}));
    stage.pass(TimeDelta::minutes(5));
    reports(&stage, "mx.agency.editor", json!([earlier])).await.well();
    let known = regional(&stage, "mx.test.analyst", json!({})).await.well();
    assert_eq!(known.at("regionalCapacity.total.occupied"), 50);
}

#[tokio::test]
async fn a_report_is_stale_after_the_time_of_its_point_and_a_missing_one_at_once() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    set(&stage, &points, "MX-RP-0", 60).await;
    set(&stage, &points, "MX-RP-1", 120).await;
    set(&stage, &points, "MX-RP-2", 60).await;
    reported(&stage, &points, "MX-RP-0", 50, json!({})).await;
    reported(&stage, &points, "MX-RP-1", 50, json!({})).await;
    let stale = async || {
        let known = regional(&stage, "mx.test.analyst", json!({})).await.well();
        let total = known.at("regionalCapacity.total");
        format!(
            "{} of {}, {} reported, {}",
            total["stale"], total["points"], total["reported"], total["staleShare"]
        )
    };
    stage.pass(TimeDelta::minutes(60));
    assert_eq!(stale().await, "1 of 3, 2 reported, 0.3333333333333333");
    stage.pass(TimeDelta::milliseconds(1));
    assert_eq!(stale().await, "2 of 3, 2 reported, 0.6666666666666666");
    stage.pass(TimeDelta::minutes(60));
    assert_eq!(stale().await, "3 of 3, 2 reported, 1.0");
    reported(&stage, &points, "MX-RP-2", 1, json!({})).await;
    assert_eq!(stale().await, "2 of 3, 3 reported, 0.6666666666666666");
}

#[tokio::test]
async fn two_who_report_the_same_at_once_make_one_report() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    set(&stage, &points, "MX-RP-0", 60).await;
    let now = stage.now();
    let one = reports(&stage, "mx.agency.editor", json!([said(&points, "MX-RP-0", now, 1, json!({}))]));
    let other = reports(&stage, "mx.agency.focal", json!([said(&points, "MX-RP-0", now, 2, json!({}))]));
    let (one, other) = tokio::join!(one, other);
    let mends = [one.mends(), other.mends()].concat();
    assert_eq!(mends, ["DUPLICATE"], "{} {}", one.text, other.text);
    assert_eq!(stored(&stage).await, 1);
    // And of two corrections of the same report one counts.
    let id = regional(&stage, "mx.test.analyst", json!({}))
        .await
        .text_at("regionalCapacity.points.nodes.0.latest.id");
    let correct = |occupied| json!([said(&points, "MX-RP-0", now, occupied, json!({ "replaces": id }))]);
    let (one, other) = tokio::join!(
        reports(&stage, "mx.agency.editor", correct(3)),
        reports(&stage, "mx.agency.focal", correct(4))
    );
    assert!(one.mends().is_empty() != other.mends().is_empty(), "{} {}", one.text, other.text);
    assert_eq!(stored(&stage).await, 2);
}

#[tokio::test]
async fn a_report_that_is_sent_twice_under_one_key_is_made_once_and_answered_alike() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    set(&stage, &points, "MX-RP-0", 60).await;
    set(&stage, &points, "MX-RP-1", 60).await;
    let two = json!([
        said(&points, "MX-RP-0", stage.now(), 1, json!({})),
        said(&points, "MX-RP-1", stage.now(), 2, json!({}))
    ]);
    let document =
        "mutation($i: ReportCapacityInput!) { reportCapacity(input: $i) { reports { id occupied } } }";
    let variables = json!({ "i": { "reports": two } });
    let person = stage.person("mx.agency.editor");
    let first = person.asking().once("k-1").asks(document, variables.clone()).await.well();
    stage.pass(TimeDelta::minutes(1));
    let again = person.asking().once("k-1").asks(document, variables).await.well();
    assert_eq!(first.json["data"], again.json["data"]);
    assert_eq!(stored(&stage).await, 2);
}
