//! Capacity: every command by everybody, held against the table; and that nothing of it is told to
//! whom it is not shared with.

use api::access::{Action, Standing, allows};
use serde_json::json;

use super::{Attacker, everybody, trace::Trace};
use crate::{
    capacity::{Points, built, does, reported, said, set, shared},
    stage::{Answer, Stage},
};

pub const ATTACKED: [&str; 4] = ["setCapacityPoint", "reportCapacity", "shareCapacity", "recallCapacity"];

/// What somebody is answered, in one word.
fn word(answer: &Answer) -> String {
    match answer.code() {
        "no error" => answer.mends().first().map_or("DONE".into(), |code| (*code).to_owned()),
        code => code.to_owned(),
    }
}

fn may(who: &Attacker, action: Action, standing: Standing) -> bool {
    who.role.is_some_and(|role| allows(role, action, standing))
}

fn ever(who: &Attacker, action: Action) -> bool {
    Standing::ALL.iter().any(|standing| may(who, action, *standing))
}

async fn attempted(
    stage: &Stage,
    trace: &Trace,
    who: &Attacker,
    expected: &str,
    answer: impl Future<Output = Answer>,
) {
    let before = trace.now(stage).await;
    let answer = answer.await;
    assert_eq!(word(&answer), expected, "{}: {}", who.login, answer.text);
    assert_eq!(trace.now(stage).await != before, expected == "DONE", "{}", who.login);
}

async fn begun() -> (Stage, Points, Trace) {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    set(&stage, &points, "MX-RP-0", 60).await;
    let trace = Trace::of(&stage).await;
    (stage, points, trace)
}

#[tokio::test]
async fn capacity_is_reported_by_the_operators_institution_alone() {
    let (stage, points, trace) = begun().await;
    shared(&stage, "MX", "DETAIL", None, json!({ "countries": ["HN"] })).await;
    for who in everybody(&stage) {
        let standing = match who.prefix.as_str() {
            "mx.agency" => Standing::Owner,
            "mx.test" => Standing::Compatriot,
            _ => Standing::Partner,
        };
        let action = Action::ReportCapacity;
        let expected = match () {
            _ if !ever(&who, action) => "FORBIDDEN",
            // Guatemala does not see the point, so it is none; Honduras sees it.
            _ if who.country == "GT" => "UNKNOWN",
            _ if may(&who, action, standing) => "DONE",
            _ => "FORBIDDEN",
        };
        stage.pass(chrono::TimeDelta::minutes(1));
        let reports = json!({ "reports": [said(&points, "MX-RP-0", stage.now(), 1, json!({}))] });
        let sent =
            does(&stage, &who.login, "reportCapacity", "ReportCapacityInput", "reports { id }", reports);
        attempted(&stage, &trace, &who, expected, sent).await;
    }
}

#[tokio::test]
async fn a_point_is_put_in_service_by_its_own_country() {
    let (stage, points, trace) = begun().await;
    for (at, who) in everybody(&stage).into_iter().enumerate() {
        let input = json!({ "point": points.id("MX-RP-1"), "operator": stage.institution("MX-INM").global(),
            "staleAfterMinutes": 60 + at });
        let at_home = who.country == "MX" && may(&who, Action::ManagePoints, Standing::Compatriot);
        let sent = does(
            &stage,
            &who.login,
            "setCapacityPoint",
            "SetCapacityPointInput",
            "capacityPoint { staleAfterMinutes }",
            input,
        );
        attempted(&stage, &trace, &who, if at_home { "DONE" } else { "FORBIDDEN" }, sent).await;
    }
}

#[tokio::test]
async fn capacity_is_shared_and_recalled_by_its_own_country() {
    let (stage, _, trace) = begun().await;
    for who in everybody(&stage) {
        let input = json!({ "level": "TOTAL", "handling": "GREEN", "audience": { "countries": ["GT"] },
            "instrument": "x", "purpose": "x" });
        let expected =
            if may(&who, Action::ShareCapacity, Standing::Compatriot) { "DONE" } else { "FORBIDDEN" };
        let sent = does(&stage, &who.login, "shareCapacity", "ShareCapacityInput", "share { id }", input);
        attempted(&stage, &trace, &who, expected, sent).await;

        let share = shared(&stage, "MX", "TOTAL", None, json!({ "countries": ["GT", "HN"] })).await;
        let expected = match () {
            _ if !ever(&who, Action::ShareCapacity) => "FORBIDDEN",
            _ if who.country == "MX" => "DONE",
            // Guatemala was told of it, and may not touch it.
            _ => "NOT_FOUND",
        };
        let sent = does(
            &stage,
            &who.login,
            "recallCapacity",
            "RecallCapacityInput",
            "share { id }",
            json!({ "share": share }),
        );
        attempted(&stage, &trace, &who, expected, sent).await;
    }
}

#[tokio::test]
async fn nothing_of_capacity_is_told_to_whom_it_is_not_shared_with() {
    let (stage, points, _) = begun().await;
    let share = shared(
        &stage,
        "MX",
        "DETAIL",
        None,
        json!({ "institutions": [stage.institution("HN-SRECI").global()] }),
    )
    .await;
    let id = reported(&stage, &points, "MX-RP-0", 87_654, json!({ "nominal": 98_765 })).await;
    let query = "query($p: ID!) { regionalCapacity { total { occupied } countries { country total { occupied nominal } } \
        points { totalCount nodes { latest { id occupied nominal } } } } capacityHistory(point: $p, by: DAY) { totalCount nodes { \
        mostOccupied last { id } } } capacityShares { totalCount nodes { id } } ledger(first: 100) { totalCount nodes { subject } } }";
    let mut seen = 0;
    for who in everybody(&stage) {
        let reads = may(&who, Action::ReadCapacity, Standing::Partner);
        let sees = reads && (who.country == "MX" || who.prefix == "hn.test");
        let answer = stage.person(&who.login).asks(query, json!({ "p": points.id("MX-RP-0") })).await;
        let map = stage.person(&who.login).asking().gets("/reception-points.geojson").await;
        let audits = who.country == "MX" && who.role == Some(api::access::Role::Auditor);
        for (told, of) in [
            (answer.text.contains("87654"), "figures"),
            (answer.text.contains(&id), "report"),
            (map.text.contains("87654"), "map"),
        ] {
            assert_eq!(told, sees, "{}: {of}: {} {}", who.login, answer.text, map.text);
        }
        let alone =
            stage.person(&who.login).asks("{ ledger(first: 100) { nodes { subject } } }", json!({})).await;
        assert_eq!(alone.text.contains(&id), sees || audits, "{}: {}", who.login, alone.text);
        assert_eq!(alone.text.contains(&share), sees || audits, "{}: {}", who.login, alone.text);
        if !sees && reads {
            assert_eq!(answer.code(), "NOT_FOUND", "{}", answer.text);
            let known =
                "{ regionalCapacity { total { points } countries { country } points { totalCount } } }";
            let known = stage.person(&who.login).asks(known, json!({})).await.well();
            let nothing = json!({ "total": { "points": 0 }, "countries": [], "points": { "totalCount": 0 } });
            assert_eq!(known.at("regionalCapacity"), &nothing, "{}", who.login);
        }
        seen += usize::from(sees);
    }
    assert!(seen > 15, "only {seen} saw anything");
}
