//! Minutes, and what a meeting agreed to do.

use api::{
    access::{Action, Role, Standing, allows},
    ids::{DatasetId, MeetingId, ReceptionPointId},
    meetings::{CommitmentBase as Base, CommitmentStep as Step, Course},
};
use chrono::{NaiveDate, TimeDelta};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{
    content, convokes,
    course::takes,
    delegations::{notes, stage_with_costa_rica},
    released_to,
    text::in_session,
};
use crate::{
    access::{Attacker, everybody, trace::Trace},
    stage::{Answer, Stage},
};

pub const ATTACKED: [&str; 4] = ["writeMinutes", "approveMinutes", "makeCommitment", "moveMeetingCommitment"];

async fn does(stage: &Stage, login: &str, field: &str, input: Value) -> Answer {
    let ty = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    let document = format!(
        "mutation($i: {ty}!) {{ {field}(input: $i) {{ meeting {{ id }} userErrors {{ code path message }} }} }}"
    );
    stage.person(login).asks(&document, json!({ "i": input })).await
}

fn minutes(meeting: &str, expected: i32, summary: &str, correction: Value) -> Value {
    json!({ "meeting": meeting, "expectedVersion": expected, "correction": correction,
        "items": [{ "item": "uno", "summary": { "es": summary }, "decisions": [{ "es": "Se crea una red" }] }] })
}

async fn minutes_of(stage: &Stage, login: &str, meeting: &str) -> Value {
    let asked = "query($id: ID!) { node(id: $id) { ... on Meeting { minutes { version hash approved awaited \
        items { item summary { es } decisions { es } } approvals { country byHost } \
        versions { number approvedBy correction { es } } } } } }";
    stage.person(login).asks(asked, json!({ "id": meeting })).await.well().at("node.minutes").clone()
}

#[tokio::test]
async fn minutes_are_approved_by_every_delegation_that_was_there_and_corrected_in_the_open() {
    let stage = stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    does(&stage, "mx.test.secretary", "writeMinutes", minutes(&meeting, 0, "Se habló", Value::Null))
        .await
        .well();
    let stale =
        does(&stage, "mx.test.focal", "writeMinutes", minutes(&meeting, 0, "Otra", Value::Null)).await;
    assert_eq!(stale.mends(), ["STALE_REVISION"]);
    let written = minutes_of(&stage, "gt.test.analyst", &meeting).await;
    assert_eq!((&written["awaited"], &written["approved"]), (&json!(["MX", "GT", "CR"]), &json!(false)));
    let approve =
        |hash: &Value, country: Value| json!({ "meeting": meeting, "hash": hash, "country": country });
    let hash = written["hash"].clone();
    does(&stage, "gt.test.minister", "approveMinutes", approve(&hash, Value::Null)).await.well();
    let twice = does(&stage, "gt.agency.focal", "approveMinutes", approve(&hash, Value::Null)).await;
    assert_eq!(twice.mends(), ["WRONG_STATE"]);
    // Corrected after somebody approved: it says why, and is approved anew.
    let silent =
        does(&stage, "mx.test.secretary", "writeMinutes", minutes(&meeting, 1, "Se acordó", Value::Null))
            .await;
    assert_eq!(silent.mends(), ["REQUIRED"]);
    let why = json!({ "es": "Fue un acuerdo" });
    does(&stage, "mx.test.secretary", "writeMinutes", minutes(&meeting, 1, "Se acordó", why)).await.well();
    let old = does(&stage, "gt.test.focal", "approveMinutes", approve(&hash, Value::Null)).await;
    assert_eq!(old.mends(), ["NOT_AS_SEALED"]);
    let hash = minutes_of(&stage, "gt.test.focal", &meeting).await["hash"].clone();
    does(&stage, "gt.test.focal", "approveMinutes", approve(&hash, Value::Null)).await.well();
    does(&stage, "mx.agency.minister", "approveMinutes", approve(&hash, Value::Null)).await.well();
    assert_eq!(minutes_of(&stage, "gt.test.legal", &meeting).await["approved"], false);
    does(&stage, "mx.test.secretary", "approveMinutes", approve(&hash, json!("CR"))).await.well();
    let whole = minutes_of(&stage, "gt.test.legal", &meeting).await;
    assert_eq!((&whole["approved"], &whole["awaited"]), (&json!(true), &json!([])));
    assert_eq!(
        whole["versions"],
        json!([{ "number": 1, "approvedBy": ["GT"], "correction": null },
               { "number": 2, "approvedBy": ["CR", "GT", "MX"], "correction": { "es": "Fue un acuerdo" } }])
    );
    // Honduras only observes: it sees none and approves none.
    assert_eq!(minutes_of(&stage, "hn.test.focal", &meeting).await, Value::Null);
    assert_eq!(minutes_of(&stage, "gt.test.observer", &meeting).await, Value::Null);
    let db = api::node::writing_pool(&stage.node.config).await.unwrap();
    for table in ["minutes", "minutes_approval"] {
        assert!(db.execute_unprepared(&format!("UPDATE {table} SET hash = 'x'")).await.is_err(), "{table}");
        assert!(db.execute_unprepared(&format!("DELETE FROM {table}")).await.is_err(), "{table}");
    }
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_delegation_that_was_not_present_approves_nothing() {
    let stage = Stage::set().await;
    let mut said = content(&[]);
    said["items"][0]["key"] = json!("uno");
    let id = convokes(&stage, said).await.well().text_at("convokeMeeting.meeting.id");
    released_to(&stage, &id, json!({ "countries": ["GT", "HN"] })).await;
    takes(&stage, "mx.test.focal", &id, "ADOPT_AGENDA", Value::Null).await.well();
    notes(&stage, "gt.test.focal", &id, "GT", "ATTENDING", true).await.well();
    takes(&stage, "mx.test.focal", &id, "BEGIN", Value::Null).await.well();
    does(&stage, "mx.test.secretary", "writeMinutes", minutes(&id, 0, "Se habló", Value::Null)).await.well();
    let hash = minutes_of(&stage, "hn.test.focal", &id).await["hash"].clone();
    let before = stage.entries().await.len();
    let absent =
        does(&stage, "hn.test.focal", "approveMinutes", json!({ "meeting": id, "hash": hash })).await;
    assert_eq!(absent.mends(), ["WRONG_STATE"]);
    assert_eq!(stage.entries().await.len(), before);
}

fn promise(meeting: &str, due: &str, evidence: Value) -> Value {
    json!({ "meeting": meeting, "text": { "es": "Ampliar la capacidad" }, "nature": "TECHNICAL", "due": due,
        "responsible": [{ "country": "GT" }], "indicator": { "es": "Plazas" }, "evidence": evidence })
}

async fn register(stage: &Stage, login: &str, filter: Value) -> Vec<Value> {
    let asked = "query($f: CommitmentFilter) { commitments(filter: $f) { totalCount nodes { id meeting number state reported \
        step due firstDue since evidence { outcome point dataset places by } steps { step country } responsible { country institutions { code } } } } }";
    let told = stage.person(login).asks(asked, json!({ "f": filter })).await.well();
    let nodes = told.at("commitments.nodes").as_array().unwrap().clone();
    assert_eq!(told.at("commitments.totalCount"), nodes.len());
    nodes
}

async fn moves(stage: &Stage, login: &str, id: &Value, expected: i32, step: &str, due: Value) -> Answer {
    let input = json!({ "id": id, "expectedStep": expected, "step": step, "due": due });
    does(stage, login, "moveMeetingCommitment", input).await
}

#[tokio::test]
async fn whoever_reports_is_not_the_one_who_confirms() {
    let stage = stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    does(&stage, "mx.test.secretary", "makeCommitment", promise(&meeting, "2025-06-01", Value::Null))
        .await
        .well();
    let id = register(&stage, "gt.test.focal", json!({})).await[0]["id"].clone();
    let foreign = moves(&stage, "mx.test.focal", &id, 0, "BEGIN", Value::Null).await;
    assert_eq!(foreign.mends(), ["WRONG_STATE"], "who is responsible reports");
    moves(&stage, "gt.test.focal", &id, 0, "BEGIN", Value::Null).await.well();
    let stale = moves(&stage, "gt.test.minister", &id, 0, "REPORT_KEPT", Value::Null).await;
    assert_eq!(stale.mends(), ["STALE_REVISION"]);
    moves(&stage, "gt.test.minister", &id, 1, "REPORT_KEPT", Value::Null).await.well();
    // Not the one who reported, and nobody of that country.
    for login in ["gt.test.minister", "gt.test.focal", "gt.agency.secretary"] {
        assert_eq!(
            moves(&stage, login, &id, 2, "CONFIRM", Value::Null).await.mends(),
            ["SAME_PERSON"],
            "{login}"
        );
    }
    let waiting = register(&stage, "mx.test.focal", json!({})).await[0].clone();
    assert_eq!((&waiting["state"], &waiting["reported"]), (&json!("IN_PROGRESS"), &json!("KEPT")));
    moves(&stage, "mx.agency.focal", &id, 2, "CONFIRM", Value::Null).await.well();
    let kept = register(&stage, "mx.test.focal", json!({ "states": ["KEPT"] })).await[0].clone();
    assert_eq!((&kept["state"], &kept["reported"]), (&json!("KEPT"), &Value::Null));
    assert_eq!(moves(&stage, "mx.test.focal", &id, 3, "CANCEL", Value::Null).await.mends(), ["WRONG_STATE"]);
}

#[tokio::test]
async fn a_date_that_has_passed_is_overdue_by_the_clock_and_can_be_moved() {
    let stage = stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    let early =
        does(&stage, "mx.test.focal", "makeCommitment", promise(&meeting, "2025-01-15", Value::Null)).await;
    assert_eq!(early.at("makeCommitment.userErrors.0.path"), "input.due", "before the meeting");
    does(&stage, "mx.test.focal", "makeCommitment", promise(&meeting, "2025-01-16", Value::Null))
        .await
        .well();
    let state = async || register(&stage, "gt.test.analyst", json!({})).await[0]["state"].clone();
    assert_eq!(state().await, "PENDING");
    stage.pass(TimeDelta::days(1));
    assert_eq!(state().await, "OVERDUE");
    assert_eq!(
        register(&stage, "gt.test.analyst", json!({ "states": ["OVERDUE"], "country": "GT" })).await.len(),
        1
    );
    assert_eq!(register(&stage, "gt.test.analyst", json!({ "country": "MX" })).await.len(), 0);
    let id = register(&stage, "gt.test.analyst", json!({})).await[0]["id"].clone();
    assert_eq!(
        moves(&stage, "mx.test.focal", &id, 0, "RESCHEDULE", json!("2025-01-16")).await.mends(),
        ["OUT_OF_RANGE"]
    );
    moves(&stage, "mx.test.focal", &id, 0, "RESCHEDULE", json!("2025-03-01")).await.well();
    let moved = register(&stage, "gt.test.analyst", json!({})).await[0].clone();
    assert_eq!(
        (&moved["state"], &moved["due"], &moved["firstDue"]),
        (&json!("RESCHEDULED"), &json!("2025-03-01"), &json!("2025-01-16"))
    );
}

/// A course of a state, on the day before it is due.
fn in_state(base: Base, reported: Option<Base>) -> Course {
    Course { base, due: "2025-06-01".parse().unwrap(), reported }
}

#[test]
fn every_step_from_every_state_leads_where_the_table_says() {
    use Base::*;
    let due = Some("2025-07-01".parse::<NaiveDate>().unwrap());
    // From, what waits, the step, where it leads and what waits then. What does not stand here is refused.
    let table = [
        (Pending, None, Step::Begin, InProgress, None),
        (Rescheduled, None, Step::Begin, InProgress, None),
        (Pending, None, Step::ReportKept, Pending, Some(Kept)),
        (InProgress, None, Step::ReportKept, InProgress, Some(Kept)),
        (Rescheduled, None, Step::ReportKept, Rescheduled, Some(Kept)),
        (PartlyKept, None, Step::ReportKept, PartlyKept, Some(Kept)),
        (Pending, None, Step::ReportPartlyKept, Pending, Some(PartlyKept)),
        (InProgress, None, Step::ReportPartlyKept, InProgress, Some(PartlyKept)),
        (Rescheduled, None, Step::ReportPartlyKept, Rescheduled, Some(PartlyKept)),
        (InProgress, Some(Kept), Step::Confirm, Kept, None),
        (InProgress, Some(PartlyKept), Step::Confirm, PartlyKept, None),
        (InProgress, Some(Kept), Step::Reject, InProgress, None),
        (InProgress, Some(PartlyKept), Step::Reject, InProgress, None),
        (Pending, None, Step::Reschedule, Rescheduled, None),
        (InProgress, None, Step::Reschedule, Rescheduled, None),
        (Rescheduled, None, Step::Reschedule, Rescheduled, None),
        (PartlyKept, None, Step::Reschedule, Rescheduled, None),
        (Pending, None, Step::Cancel, Cancelled, None),
        (InProgress, None, Step::Cancel, Cancelled, None),
        (Rescheduled, None, Step::Cancel, Cancelled, None),
        (PartlyKept, None, Step::Cancel, Cancelled, None),
        (InProgress, Some(Kept), Step::Cancel, Cancelled, None),
        (InProgress, Some(PartlyKept), Step::Cancel, Cancelled, None),
    ];
    let steps = [
        Step::Begin,
        Step::ReportKept,
        Step::ReportPartlyKept,
        Step::Confirm,
        Step::Reject,
        Step::Reschedule,
        Step::Cancel,
    ];
    let states = [
        (Pending, None),
        (InProgress, None),
        (InProgress, Some(Kept)),
        (InProgress, Some(PartlyKept)),
        (Rescheduled, None),
        (PartlyKept, None),
        (Kept, None),
        (Cancelled, None),
    ];
    let mut led = 0;
    for (base, reported) in states {
        for step in steps {
            let due = due.filter(|_| step == Step::Reschedule);
            let next = in_state(base, reported).after(step, due).map(|next| (next.base, next.reported));
            let row = table.iter().find(|row| (row.0, row.1, row.2) == (base, reported, step));
            assert_eq!(next, row.map(|row| (row.3, row.4)), "{base:?} {reported:?} {step:?}");
            led += usize::from(next.is_some());
        }
    }
    assert_eq!(led, table.len());
}

/// What must come back of a meeting of Mexico's in which Guatemala takes part and Honduras observes.
fn outcome(field: &str, who: &Attacker) -> Option<&'static str> {
    let may = |action, standing| who.role.is_some_and(|role| allows(role, action, standing));
    let of_host = matches!(field, "writeMinutes" | "makeCommitment");
    let action = if of_host { Action::Conduct } else { Action::SpeakForDelegation };
    let ever = Standing::ALL.iter().any(|standing| may(action, *standing));
    let does = match of_host {
        true => who.prefix == "mx.test" && may(action, Standing::Owner),
        false => matches!(who.country.as_str(), "MX" | "GT"),
    };
    match () {
        () if !ever => Some("FORBIDDEN"),
        // Of a commitment nothing is known to who only observes; of the meeting it is.
        () if who.country == "HN" && field == "moveMeetingCommitment" => Some("NOT_FOUND"),
        () if !does => Some("FORBIDDEN"),
        () => None,
    }
}

#[tokio::test]
async fn minutes_and_commitments_are_for_whom_the_table_says() {
    let stage = stage_with_costa_rica().await;
    let trace = Trace::of(&stage).await;
    let meeting = in_session(&stage).await;
    does(&stage, "mx.test.secretary", "writeMinutes", minutes(&meeting, 0, "xolotl", Value::Null))
        .await
        .well();
    does(&stage, "mx.test.secretary", "makeCommitment", promise(&meeting, "2025-06-01", Value::Null))
        .await
        .well();
    let id = register(&stage, "gt.test.focal", json!({})).await[0]["id"].clone();
    for field in ATTACKED {
        for who in everybody(&stage) {
            let input = match field {
                "writeMinutes" => minutes(&meeting, 9, "x", Value::Null),
                "approveMinutes" => json!({ "meeting": meeting, "hash": "0" }),
                "makeCommitment" => promise(&meeting, "2024-01-01", Value::Null),
                _ => json!({ "id": id, "expectedStep": 9, "step": "BEGIN" }),
            };
            let before = trace.now(&stage).await;
            let told = format!("{} does {field}", who.login);
            let answer = does(&stage, &who.login, field, input).await;
            match outcome(field, &who) {
                Some(code) => assert_eq!(answer.code(), code, "{told}: {}", answer.text),
                // Let through to what is wrong with the input.
                None => assert!(!answer.mends().is_empty(), "{told}: {}", answer.text),
            }
            assert_eq!(trace.now(&stage).await, before, "{told}");
            // What is read.
            let reads = ["MX", "GT"].contains(&who.country.as_str())
                && who.role.is_some_and(|role| allows(role, Action::ReadTexts, Standing::Compatriot));
            let asked = "query($id: ID!) { node(id: $id) { ... on Meeting { minutes { items { summary { es } } } } } commitments { totalCount } }";
            let seen = stage.person(&who.login).asks(asked, json!({ "id": meeting })).await;
            assert_eq!(
                seen.text.contains("xolotl") && seen.text.contains("\"totalCount\":1"),
                reads,
                "{told}: {}",
                seen.text
            );
        }
    }
    assert!(!allows(Role::Observer, Action::ReadTexts, Standing::Compatriot));
}

#[tokio::test]
async fn evidence_is_worked_out_as_whoever_asks_sees_the_data() {
    let stage = stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    let point = stage.point("MX-RP-NORTE");
    let evidence = |point: ReceptionPointId| json!({ "capacity": { "point": point.global(), "places": 250, "by": "2025-06-01" } });
    // A point that the author does not see, and one that never was, are refused in the same words.
    let before = stage.entries().await.len();
    let mut told = Vec::new();
    for point in [stage.point("GT-RP-NORTE"), ReceptionPointId::new(), point] {
        let refused =
            does(&stage, "mx.test.focal", "makeCommitment", promise(&meeting, "2025-06-01", evidence(point)))
                .await;
        assert_eq!(refused.mends(), ["UNKNOWN"]);
        told.push(refused.text);
    }
    assert_eq!((&told[0], &told[1]), (&told[1], &told[2]));
    let dataset = json!({ "released": { "dataset": DatasetId::new().global(), "by": "2025-06-01" } });
    assert_eq!(
        does(&stage, "mx.test.focal", "makeCommitment", promise(&meeting, "2025-06-01", dataset))
            .await
            .mends(),
        ["UNKNOWN"]
    );
    assert_eq!(stage.entries().await.len(), before);

    // In service: its own country sees it.
    let set = "mutation($i: SetCapacityPointInput!) { setCapacityPoint(input: $i) { userErrors { code message } } }";
    let input = json!({ "point": point.global(), "operator": stage.institution("MX-SRE").global(), "staleAfterMinutes": 720 });
    stage.person("mx.test.focal").asks(set, json!({ "i": input })).await.well();
    does(&stage, "mx.test.focal", "makeCommitment", promise(&meeting, "2025-06-01", evidence(point)))
        .await
        .well();
    let outcome = async |login: &str| register(&stage, login, json!({})).await[0]["evidence"].clone();
    assert_eq!(outcome("mx.test.analyst").await["outcome"], "NOT_YET");
    let report = async |nominal: i32| {
        let report = "mutation($i: ReportCapacityInput!) { reportCapacity(input: $i) { userErrors { code message path } } }";
        let facts = json!({ "reports": [{ "point": point.global(), "asOf": stage.now().to_rfc3339(), "occupied": 10, "nominal": nominal }] });
        stage.person("mx.test.editor").asks(report, json!({ "i": facts })).await.well();
    };
    report(249).await;
    assert_eq!(outcome("mx.test.analyst").await["outcome"], "NOT_YET");
    stage.pass(TimeDelta::hours(1));
    report(250).await;
    let met = outcome("mx.test.analyst").await;
    assert_eq!((&met["outcome"], &met["places"]), (&json!("MET"), &json!(250)));
    // What was reported by hand stands beside it, and is not changed by it.
    assert_eq!(register(&stage, "mx.test.analyst", json!({})).await[0]["state"], "PENDING");
    // Guatemala, which is responsible and does not see the point: not computable, and no trace of which it is.
    let unseen = outcome("gt.test.focal").await;
    assert_eq!(
        unseen,
        json!({ "outcome": "NOT_COMPUTABLE", "point": null, "dataset": null, "places": null, "by": null })
    );
}

#[tokio::test]
async fn what_is_still_owed_stands_on_the_next_agenda_of_the_series() {
    let stage = stage_with_costa_rica().await;
    let mut said = content(&[]);
    said["series"] = json!("RMMH");
    let first = convokes(&stage, said.clone()).await.well().text_at("convokeMeeting.meeting.id");
    released_to(&stage, &first, json!({ "countries": ["GT", "HN"] })).await;
    takes(&stage, "mx.test.focal", &first, "ADOPT_AGENDA", Value::Null).await.well();
    notes(&stage, "gt.test.focal", &first, "GT", "ATTENDING", true).await.well();
    takes(&stage, "mx.test.focal", &first, "BEGIN", Value::Null).await.well();
    for due in ["2025-06-01", "2025-07-01"] {
        does(&stage, "mx.test.focal", "makeCommitment", promise(&first, due, Value::Null)).await.well();
    }
    takes(&stage, "mx.test.focal", &first, "CLOSE", Value::Null).await.well();
    let kept = register(&stage, "gt.test.focal", json!({})).await;
    moves(&stage, "gt.test.focal", &kept[1]["id"], 0, "REPORT_KEPT", Value::Null).await.well();
    moves(&stage, "mx.test.focal", &kept[1]["id"], 1, "CONFIRM", Value::Null).await.well();

    said["sessions"] =
        json!([{ "timeZone": "America/Guatemala", "startsAt": "2025-08-01T09:00:00", "minutes": 480 }]);
    for item in said["items"].as_array_mut().unwrap() {
        item["session"] = json!(1);
    }
    let mut other = said.clone();
    other["series"] = json!("CRM");
    let next = convokes(&stage, said).await.well().text_at("convokeMeeting.meeting.id");
    released_to(
        &stage,
        &next,
        json!({ "countries": ["GT", "HN"], "institutions": [stage.institution("INT-IOM").global()] }),
    )
    .await;
    let elsewhere = convokes(&stage, other).await.well().text_at("convokeMeeting.meeting.id");
    let carried = async |login: &str, id: &str| {
        let asked = "query($id: ID!) { node(id: $id) { ... on Meeting { carried { number due } } } }";
        stage.person(login).asks(asked, json!({ "id": id })).await.well().at("node.carried").clone()
    };
    assert_eq!(carried("gt.test.focal", &next).await, json!([{ "number": 2, "due": "2025-07-01" }]));
    assert_eq!(carried("mx.test.secretary", &next).await, json!([{ "number": 2, "due": "2025-07-01" }]));
    assert_eq!(carried("gt.test.focal", &first).await, json!([]), "not onto its own");
    assert_eq!(carried("mx.test.secretary", &elsewhere).await, json!([]), "another series");
    assert_eq!(carried("int.iom.observer", &next).await, json!([]));
    let nowhere = register(&stage, "gt.test.focal", json!({ "meeting": MeetingId::new().global() })).await;
    assert!(nowhere.is_empty());
}
