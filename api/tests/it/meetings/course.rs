//! How far a meeting has come, as a table: from each phase, each move, by each who might make it.

use api::meetings::{CallOff, Move, Phase, Step};
use serde_json::{Value, json};

use super::{content, convokes, released_to};
use crate::stage::{Answer, Stage};

/// From which phase which move leads where. What does not stand here is refused.
const TABLE: [(&str, &str, &str); 14] = [
    ("CONVOKED", "OPEN_AGENDA", "OPEN_TO_COMMENT"),
    ("CONVOKED", "ADOPT_AGENDA", "AGENDA_ADOPTED"),
    ("CONVOKED", "POSTPONE", "POSTPONED"),
    ("CONVOKED", "CANCEL", "CANCELLED"),
    ("OPEN_TO_COMMENT", "OPEN_AGENDA", "OPEN_TO_COMMENT"),
    ("OPEN_TO_COMMENT", "ADOPT_AGENDA", "AGENDA_ADOPTED"),
    ("OPEN_TO_COMMENT", "POSTPONE", "POSTPONED"),
    ("OPEN_TO_COMMENT", "CANCEL", "CANCELLED"),
    ("AGENDA_ADOPTED", "BEGIN", "IN_SESSION"),
    ("AGENDA_ADOPTED", "POSTPONE", "POSTPONED"),
    ("AGENDA_ADOPTED", "CANCEL", "CANCELLED"),
    ("IN_SESSION", "CLOSE", "CLOSED"),
    ("POSTPONED", "RECONVOKE", "CONVOKED"),
    ("POSTPONED", "CANCEL", "CANCELLED"),
];

const MOVES: [&str; 7] = ["OPEN_AGENDA", "ADOPT_AGENDA", "BEGIN", "CLOSE", "RECONVOKE", "POSTPONE", "CANCEL"];

/// The way to each phase from a convocation that was released.
const WAYS: [(&str, &[&str]); 7] = [
    ("CONVOKED", &[]),
    ("OPEN_TO_COMMENT", &["OPEN_AGENDA"]),
    ("AGENDA_ADOPTED", &["ADOPT_AGENDA"]),
    ("IN_SESSION", &["ADOPT_AGENDA", "BEGIN"]),
    ("CLOSED", &["ADOPT_AGENDA", "BEGIN", "CLOSE"]),
    ("CANCELLED", &["CANCEL"]),
    ("POSTPONED", &["POSTPONE"]),
];

/// Those who try, besides the right ones.
const OTHERS: [&str; 7] = [
    "mx.test.analyst",
    "mx.test.editor",
    "gt.test.focal",
    "gt.test.minister",
    "gt.test.secretary",
    "hn.agency.focal",
    "int.iom.observer",
];

fn calls_off(taken: &str) -> bool {
    matches!(taken, "POSTPONE" | "CANCEL")
}

fn right_ones(taken: &str) -> [&'static str; 2] {
    if calls_off(taken) {
        ["mx.test.minister", "mx.test.focal"]
    } else {
        ["mx.test.secretary", "mx.test.focal"]
    }
}

pub async fn takes(stage: &Stage, login: &str, id: &str, taken: &str, until: Value) -> Answer {
    let (field, ty, input) = if calls_off(taken) {
        ("callOffMeeting", "CallOffMeetingInput", json!({ "id": id, "how": taken }))
    } else {
        ("conductMeeting", "ConductMeetingInput", json!({ "id": id, "step": taken, "commentsUntil": until }))
    };
    let document = format!(
        "mutation($i: {ty}!) {{ {field}(input: $i) {{ meeting {{ id phase commentsUntil }} userErrors {{ code path message }} }} }}"
    );
    stage.person(login).asks(&document, json!({ "i": input })).await
}

/// What is said of a meeting that is ten days off when the curtain rises.
fn ten_days_off() -> Value {
    let mut said = content(&[]);
    said["sessions"] =
        json!([{ "timeZone": "America/Mexico_City", "startsAt": "2025-01-26T09:00:00", "minutes": 480 }]);
    said
}

/// Such a meeting, shown to Guatemala and Honduras.
async fn to_come(stage: &Stage) -> String {
    let id = convokes(stage, ten_days_off()).await.well().text_at("convokeMeeting.meeting.id");
    released_to(stage, &id, json!({ "countries": ["GT", "HN"] })).await;
    id
}

/// A meeting that has come this far, and the time at which all moves from there may be made.
async fn come_to(stage: &Stage, phase: &str) -> String {
    stage.set_time("2025-01-16T15:00:00Z".parse().unwrap());
    let id = to_come(stage).await;
    let (_, way) = WAYS.iter().find(|(to, _)| *to == phase).unwrap();
    for taken in *way {
        let until = if *taken == "OPEN_AGENDA" { json!("2025-01-18T00:00:00Z") } else { Value::Null };
        if *taken == "BEGIN" {
            stage.set_time("2025-01-26T15:00:00Z".parse().unwrap());
        }
        takes(stage, "mx.test.focal", &id, taken, until).await.well();
    }
    // After the comments are in, on the day of the meeting but before its hour.
    stage.set_time("2025-01-26T14:00:00Z".parse().unwrap());
    id
}

fn until(taken: &str) -> Value {
    if taken == "OPEN_AGENDA" { json!("2025-01-26T14:30:00Z") } else { Value::Null }
}

#[tokio::test]
async fn every_move_from_every_phase_is_for_whom_the_table_says_and_leads_where_it_says() {
    let stage = Stage::set().await;
    let mut moved = 0;
    for (phase, _) in WAYS {
        let still = come_to(&stage, phase).await;
        for taken in MOVES {
            let leads =
                TABLE.iter().find(|(from, by, _)| *from == phase && *by == taken).map(|(_, _, to)| *to);
            let before = stage.entries().await.len();
            for login in OTHERS {
                let answer = takes(&stage, login, &still, taken, until(taken)).await;
                assert!(
                    matches!(answer.code(), "FORBIDDEN" | "NOT_FOUND"),
                    "{login} from {phase} by {taken}: {}",
                    answer.text
                );
            }
            for login in right_ones(taken) {
                let told = format!("{login} from {phase} by {taken}");
                match leads {
                    None => {
                        let answer = takes(&stage, login, &still, taken, until(taken)).await;
                        assert_eq!(answer.mends(), ["WRONG_STATE"], "{told}: {}", answer.text);
                    }
                    Some(to) => {
                        let fresh = come_to(&stage, phase).await;
                        let answer = takes(&stage, login, &fresh, taken, until(taken)).await.well();
                        assert!(
                            answer.text.contains(&format!("\"phase\":\"{to}\"")),
                            "{told}: {}",
                            answer.text
                        );
                        moved += 1;
                    }
                }
            }
            if leads.is_none() {
                assert_eq!(stage.entries().await.len(), before, "from {phase} by {taken}");
            }
        }
    }
    assert_eq!(moved, 2 * TABLE.len());
}

#[test]
fn the_table_of_the_code_is_the_table_of_the_test() {
    let phase = |phase: Phase| serde_json::to_value(phase).unwrap().as_str().unwrap().to_owned();
    let named = |taken: Move| match taken {
        Move::Step(Step::OpenAgenda) => "OPEN_AGENDA",
        Move::Step(Step::AdoptAgenda) => "ADOPT_AGENDA",
        Move::Step(Step::Begin) => "BEGIN",
        Move::Step(Step::Close) => "CLOSE",
        Move::Step(Step::Reconvoke) => "RECONVOKE",
        Move::CallOff(CallOff::Postpone) => "POSTPONE",
        Move::CallOff(CallOff::Cancel) => "CANCEL",
    };
    for from in Phase::ALL {
        for taken in Move::ALL {
            let told = TABLE.iter().find(|(is, by, _)| *is == phase(from) && *by == named(taken));
            assert_eq!(
                from.after(taken).map(phase).as_deref(),
                told.map(|(_, _, to)| *to),
                "{from:?} {taken:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_meeting_that_nobody_was_told_of_does_not_move() {
    let stage = Stage::set().await;
    let id = convokes(&stage, ten_days_off()).await.well().text_at("convokeMeeting.meeting.id");
    for taken in ["ADOPT_AGENDA", "CANCEL"] {
        assert_eq!(takes(&stage, "mx.test.focal", &id, taken, Value::Null).await.mends(), ["WRONG_STATE"]);
    }
}

#[tokio::test]
async fn each_step_is_told_to_those_who_are_shown_the_meeting_and_to_nobody_else() {
    let stage = Stage::set().await;
    let id = to_come(&stage).await;
    let until = json!("2025-01-20T00:00:00Z");
    takes(&stage, "mx.test.secretary", &id, "OPEN_AGENDA", until).await.well();
    takes(&stage, "mx.test.minister", &id, "POSTPONE", Value::Null).await.well();
    let last = "{ ledger(last: 2) { nodes { event subject contentHash revision } } }";
    let told = |event: &str| json!({ "event": event, "subject": id, "contentHash": null, "revision": null });
    for login in ["gt.test.focal", "gt.agency.analyst", "hn.test.consular"] {
        let answer = stage.person(login).asks(last, json!({})).await.well();
        assert_eq!(
            answer.at("ledger.nodes"),
            &json!([told("meeting.agenda-opened"), told("meeting.postponed")]),
            "{login}"
        );
    }
    // Who may not read meetings, and who was not shown this one.
    for login in ["gt.test.statistics", "int.iom.observer", "mx.agency.secretary"] {
        let answer = stage.person(login).asks(last, json!({})).await;
        assert!(!answer.text.contains(&id), "{login}: {}", answer.text);
    }
    let seen = "{ meetings { nodes { phase commentsUntil course { phase until } } } }";
    let answer = stage.person("gt.test.analyst").asks(seen, json!({})).await.well();
    assert_eq!(
        answer.at("meetings.nodes.0"),
        &json!({ "phase": "POSTPONED", "commentsUntil": null, "course": [
            { "phase": "OPEN_TO_COMMENT", "until": "2025-01-20T00:00:00+00:00" },
            { "phase": "POSTPONED", "until": null },
        ] })
    );
}

#[tokio::test]
async fn the_agenda_is_open_until_a_time_that_is_to_come_and_that_is_kept() {
    let stage = Stage::set().await;
    let id = to_come(&stage).await;
    let opens = async |until: Value| takes(&stage, "mx.test.secretary", &id, "OPEN_AGENDA", until).await;
    for wrong in ["2025-01-16T15:00:00Z", "2025-01-01T00:00:00Z", "2025-01-26T15:00:01Z"] {
        assert_eq!(opens(json!(wrong)).await.mends(), ["OUT_OF_RANGE"], "{wrong}");
    }
    assert_eq!(opens(Value::Null).await.mends(), ["REQUIRED"]);
    opens(json!("2025-01-20T12:00:00Z")).await.well();
    // More time can be given, not less.
    assert_eq!(opens(json!("2025-01-19T12:00:00Z")).await.mends(), ["OUT_OF_RANGE"]);
    opens(json!("2025-01-21T12:00:00Z")).await.well();
    let early = takes(&stage, "mx.test.focal", &id, "ADOPT_AGENDA", Value::Null).await;
    assert_eq!(early.mends(), ["WRONG_STATE"], "{}", early.text);
    stage.set_time("2025-01-21T11:59:59.999Z".parse().unwrap());
    let early = takes(&stage, "mx.test.focal", &id, "ADOPT_AGENDA", Value::Null).await;
    assert_eq!(early.mends(), ["WRONG_STATE"], "{}", early.text);
    stage.pass(chrono::TimeDelta::milliseconds(1));
    let stray = takes(&stage, "mx.test.focal", &id, "ADOPT_AGENDA", json!("2025-01-22T00:00:00Z")).await;
    assert_eq!(stray.mends(), ["OUT_OF_RANGE"], "{}", stray.text);
    takes(&stage, "mx.test.focal", &id, "ADOPT_AGENDA", Value::Null).await.well();
}

#[tokio::test]
async fn only_an_agenda_that_was_released_is_adopted_and_nothing_changes_after_the_end() {
    let stage = Stage::set().await;
    let id = to_come(&stage).await;
    let revise = "mutation($i: ReviseMeetingInput!) { reviseMeeting(input: $i) { meeting { id } userErrors { code } } }";
    let revises = async |expected: i32| {
        let input = json!({ "id": id, "expectedRevision": expected, "content": ten_days_off() });
        stage.person("mx.test.secretary").asks(revise, json!({ "i": input })).await
    };
    revises(1).await.well();
    let early = takes(&stage, "mx.test.focal", &id, "ADOPT_AGENDA", Value::Null).await;
    assert_eq!(early.mends(), ["WRONG_STATE"], "{}", early.text);
    takes(&stage, "mx.test.focal", &id, "CANCEL", Value::Null).await.well();
    assert_eq!(revises(2).await.mends(), ["WRONG_STATE"]);
    // Cancelled is not withdrawn: the delegations go on seeing it.
    let seen = stage.person("gt.test.focal").asks("{ meetings { nodes { phase } } }", json!({})).await.well();
    assert_eq!(seen.at("meetings.nodes"), &json!([{ "phase": "CANCELLED" }]));
}

#[tokio::test]
async fn two_who_take_the_same_step_at_once_take_it_once() {
    let stage = Stage::set().await;
    let id = to_come(&stage).await;
    let take = async |login: &'static str| takes(&stage, login, &id, "ADOPT_AGENDA", Value::Null).await;
    let both = futures::future::join(take("mx.test.focal"), take("mx.test.secretary")).await;
    let mut mends = [both.0.mends(), both.1.mends()].concat();
    mends.sort();
    assert_eq!(mends, ["WRONG_STATE"], "{} {}", both.0.text, both.1.text);
    let course = "{ meetings { nodes { course { phase } } } }";
    let seen = stage.person("hn.test.focal").asks(course, json!({})).await.well();
    assert_eq!(seen.at("meetings.nodes.0.course"), &json!([{ "phase": "AGENDA_ADOPTED" }]));
}
