//! Meetings as a calendar at a private address: whose it is, what stands in it, and when nothing does.

use api::{
    access::{Role, policy::route_need},
    ledger::sha256,
    meetings::calendar::CalendarRow,
};
use chrono::TimeDelta;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{
    agenda::{SECRET, held, with_closed_items},
    content, convokes,
    course::takes,
    invited, released_to,
};
use crate::{
    plans::moved,
    stage::{Answer, Stage},
};

/// The mutations that are attacked here.
pub const ATTACKED: [&str; 2] = ["openCalendar", "revokeCalendar"];
/// The routes that are.
pub const ROUTES_ATTACKED: [&str; 1] = ["GET /calendars/{address}"];

const OPEN: &str = "mutation($i: OpenCalendarInput!) { openCalendar(input: $i) { \
    calendar { id of lang openedAt revokedAt } address userErrors { code path message } } }";
const REVOKE: &str = "mutation($i: RevokeCalendarInput!) { revokeCalendar(input: $i) { \
    calendar { id revokedAt } address userErrors { code path message } } }";

async fn opens(stage: &Stage, login: &str, of: &str) -> Answer {
    let input = json!({ "of": of, "lang": "ES" });
    stage.person(login).asks(OPEN, json!({ "i": input })).await
}

pub async fn address(stage: &Stage, login: &str, of: &str) -> String {
    opens(stage, login, of).await.well().text_at("openCalendar.address")
}

async fn revokes(stage: &Stage, login: &str, id: &str) -> Answer {
    stage.person(login).asks(REVOKE, json!({ "i": { "id": id } })).await
}

/// Read as calendars do, without a token; lines that were folded are whole again.
async fn reads(stage: &Stage, address: &str) -> String {
    let answer = stage.stranger().gets(address).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
    assert!(answer.text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')));
    answer.text.replace("\r\n ", "")
}

/// What is said of a property in each event.
fn said<'a>(calendar: &'a str, property: &str) -> Vec<&'a str> {
    let events = calendar.split("BEGIN:VEVENT").skip(1).flat_map(|event| event.split("\r\n"));
    events.filter_map(|line| line.strip_prefix(property)?.strip_prefix(':')).collect()
}

#[tokio::test]
async fn a_calendar_says_when_and_where_each_session_is_held() {
    let stage = Stage::set().await;
    let id = invited(&stage, &[]).await;
    let calendar = reads(&stage, &address(&stage, "gt.test.focal", "ACCOUNT").await).await;
    let id = id.strip_prefix("Meeting:").unwrap();
    assert_eq!(said(&calendar, "UID"), [format!("{id}-1@enlace"), format!("{id}-2@enlace")]);
    assert_eq!(said(&calendar, "DTSTART;TZID=America/Mexico_City"), ["20250116T090000", "20250117T090000"]);
    assert_eq!(said(&calendar, "DTEND;TZID=America/Mexico_City"), ["20250116T170000", "20250117T130000"]);
    assert_eq!(said(&calendar, "STATUS"), ["CONFIRMED"; 2]);
    assert_eq!(said(&calendar, "LOCATION"), ["Ciudad de México"; 2]);
    assert_eq!(
        said(&calendar, "SUMMARY"),
        ["Reunión ministerial · sesión 1", "Reunión ministerial · sesión 2"]
    );
    assert_eq!(said(&calendar, "DESCRIPTION"), ["09:00 1. Adopción de la agenda\\n09:15 2. Planes", ""]);
    assert_eq!(calendar.matches("BEGIN:VTIMEZONE").count(), 1);
    assert!(calendar.contains("TZOFFSETTO:-0600\r\n") && calendar.ends_with("END:VCALENDAR\r\n"));
}

#[tokio::test]
async fn a_change_has_the_same_names_and_a_higher_sequence_and_what_is_called_off_is_cancelled() {
    let stage = Stage::set().await;
    let mut said_first = content(&[]);
    for (at, day) in ["2025-01-26", "2025-01-27"].iter().enumerate() {
        said_first["sessions"][at]["startsAt"] = json!(format!("{day}T09:00:00"));
    }
    let id = convokes(&stage, said_first.clone()).await.well().text_at("convokeMeeting.meeting.id");
    released_to(&stage, &id, json!({ "countries": ["GT", "HN"] })).await;
    let address = address(&stage, "gt.test.focal", "DELEGATION").await;
    let sequence = |calendar: &str| said(calendar, "SEQUENCE")[0].parse::<i64>().unwrap();
    let first = reads(&stage, &address).await;

    // A draft of the host is nothing to those it was not released to.
    stage.pass(TimeDelta::minutes(1));
    let mut moved_on = said_first;
    moved_on["sessions"][0]["startsAt"] = json!("2025-01-26T10:00:00");
    let revise = "mutation ($i: ReviseMeetingInput!) { reviseMeeting(input: $i) { userErrors { code path message } } }";
    let input = json!({ "id": id, "expectedRevision": 1, "content": moved_on });
    stage.person("mx.test.secretary").asks(revise, json!({ "i": input })).await.well();
    assert_eq!(reads(&stage, &address).await, first);

    moved(&stage, "mx.test.secretary", "submitMeeting", &id, 2).await.well();
    moved(&stage, "mx.test.minister", "approveMeeting", &id, 2).await.well();
    let release =
        "mutation ($i: ReleaseInput!) { releaseMeeting(input: $i) { userErrors { code path message } } }";
    let input = json!({ "id": id, "expectedRevision": 2, "audience": { "countries": ["GT", "HN"] },
        "instrument": "Nota diplomática", "purpose": "Convocatoria" });
    stage.person("mx.test.focal").asks(release, json!({ "i": input })).await.well();
    let second = reads(&stage, &address).await;
    assert_eq!(said(&second, "UID"), said(&first, "UID"));
    assert_eq!(said(&second, "DTSTART;TZID=America/Mexico_City")[0], "20250126T100000");
    assert!(sequence(&second) > sequence(&first), "{second}");

    stage.pass(TimeDelta::minutes(1));
    takes(&stage, "mx.test.minister", &id, "POSTPONE", Value::Null).await.well();
    let off = reads(&stage, &address).await;
    assert_eq!(said(&off, "STATUS"), ["CANCELLED"; 2]);
    assert!(said(&off, "SUMMARY")[0].starts_with("APLAZADA: "), "{off}");
    assert!(sequence(&off) > sequence(&second));
    stage.pass(TimeDelta::minutes(1));
    takes(&stage, "mx.test.focal", &id, "RECONVOKE", Value::Null).await.well();
    assert_eq!(said(&reads(&stage, &address).await, "STATUS"), ["CONFIRMED"; 2]);
    stage.pass(TimeDelta::minutes(1));
    takes(&stage, "mx.test.minister", &id, "CANCEL", Value::Null).await.well();
    let off = reads(&stage, &address).await;
    assert_eq!((said(&off, "STATUS"), said(&off, "UID")), (vec!["CANCELLED"; 2], said(&first, "UID")));
    assert!(said(&off, "SUMMARY")[0].starts_with("CANCELADA: "), "{off}");
}

#[tokio::test]
async fn nothing_of_a_closed_item_nor_of_a_meeting_under_red_stands_in_a_calendar() {
    let stage = Stage::set().await;
    held(&stage, with_closed_items()).await;
    let mut red = content(&[]);
    red["title"] = json!({ "es": format!("{SECRET} bajo rojo") });
    let convoke = "mutation ($i: ConvokeMeetingInput!) { convokeMeeting(input: $i) { userErrors { code path message } } }";
    let input = json!({ "handling": "RED", "content": red });
    stage.person("mx.test.secretary").asks(convoke, json!({ "i": input })).await.well();
    for login in ["mx.test.secretary", "gt.test.focal", "hn.test.focal", "int.iom.observer"] {
        let calendar = reads(&stage, &address(&stage, login, "ACCOUNT").await).await;
        assert_eq!(said(&calendar, "UID").len(), 2, "{login}");
        assert!(!calendar.contains(SECRET) && !calendar.contains("Bloque"), "{login}: {calendar}");
        assert!(
            calendar.contains("09:00 1. Apertura") && calendar.contains("10:15 2.1. Recepción"),
            "{calendar}"
        );
    }
}

#[tokio::test]
async fn a_calendar_shows_what_its_account_sees_at_that_moment_and_no_more() {
    let stage = Stage::set().await;
    let of_guatemala = address(&stage, "gt.test.focal", "ACCOUNT").await;
    let of_observer = address(&stage, "int.iom.observer", "ACCOUNT").await;
    let id = invited(&stage, &[]).await;
    assert_eq!(said(&reads(&stage, &of_guatemala).await, "UID").len(), 2);
    assert!(said(&reads(&stage, &of_observer).await, "UID").is_empty());
    let withdraw =
        "mutation ($i: RecallInput!) { withdrawMeeting(input: $i) { userErrors { code path message } } }";
    stage.person("mx.test.focal").asks(withdraw, json!({ "i": { "id": id } })).await.well();
    let after = reads(&stage, &of_guatemala).await;
    assert!(said(&after, "UID").is_empty() && !after.contains("ministerial"), "{after}");
}

#[tokio::test]
async fn a_calendar_of_the_delegation_is_of_the_meetings_that_the_own_country_is_called_to() {
    let stage = Stage::set().await;
    let mut without = content(&[]);
    without["delegations"] = json!([{ "country": "HN" }]);
    let id = convokes(&stage, without).await.well().text_at("convokeMeeting.meeting.id");
    released_to(&stage, &id, json!({ "countries": ["GT", "HN"] })).await;
    for (login, of, there) in [
        ("gt.test.focal", "ACCOUNT", 2),
        ("gt.test.focal", "DELEGATION", 0),
        ("hn.test.focal", "DELEGATION", 2),
        ("mx.test.focal", "DELEGATION", 2),
    ] {
        let calendar = reads(&stage, &address(&stage, login, of).await).await;
        assert_eq!(said(&calendar, "UID").len(), there, "{login} {of}");
    }
    assert_eq!(opens(&stage, "int.iom.observer", "DELEGATION").await.mends(), ["WRONG_STATE"]);
}

#[tokio::test]
async fn an_address_is_told_once_kept_as_a_hash_and_gone_when_it_is_revoked() {
    let stage = Stage::set().await;
    invited(&stage, &[]).await;
    let person = stage.person("gt.test.focal");
    let input = json!({ "i": { "of": "ACCOUNT" } });
    let first = person.asking().once("llave-1").asks(OPEN, input.clone()).await.well();
    let address = first.text_at("openCalendar.address");
    let again = person.asking().once("llave-1").asks(OPEN, input).await.well();
    assert_eq!(again.at("openCalendar.calendar"), first.at("openCalendar.calendar"));
    assert_eq!(again.at("openCalendar.address"), &Value::Null);
    assert_eq!(first.at("openCalendar.calendar.lang"), "EN");

    let rows = CalendarRow::find().all(&stage.node.reads.0).await.unwrap();
    let secret = address.strip_prefix("/calendars/").unwrap().strip_suffix(".ics").unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].secret_hash, sha256(secret.as_bytes()));
    let told = serde_json::to_string(&rows).unwrap();
    assert!(!told.contains(secret));
    assert!(!stage.entries().await.iter().any(|entry| entry.body.contains(secret)));

    let id = first.text_at("openCalendar.calendar.id");
    let listed = person.asks("{ calendars { id of } }", json!({})).await.well();
    assert_eq!(listed.at("calendars"), &json!([{ "id": id, "of": "ACCOUNT" }]));
    for other in ["gt.test.minister", "mx.test.focal"] {
        assert_eq!(revokes(&stage, other, &id).await.code(), "NOT_FOUND", "{other}");
        let ledger = "{ ledger(first: 100, filter: { events: [\"calendar.opened\"] }) { totalCount } }";
        let told = stage.person(other).asks(ledger, json!({})).await.well();
        assert_eq!(told.at("ledger.totalCount"), 0, "{other}");
    }
    reads(&stage, &address).await;
    revokes(&stage, "gt.test.focal", &id).await.well();
    let gone = stage.stranger().gets(&address).await;
    assert_eq!((gone.status.as_u16(), gone.code()), (404, "NOT_FOUND"));
    assert_eq!(revokes(&stage, "gt.test.focal", &id).await.code(), "NOT_FOUND");
    let ledger = "{ ledger(last: 2) { nodes { event subject } } }";
    let told = person.asks(ledger, json!({})).await.well();
    let events: Vec<_> =
        told.at("ledger.nodes").as_array().unwrap().iter().map(|node| &node["event"]).collect();
    assert!(
        events.contains(&&json!("calendar.opened")) && events.contains(&&json!("calendar.revoked")),
        "{events:?}"
    );
    assert!(told.text.contains(&id));
}

#[tokio::test]
async fn an_address_that_never_was_that_is_revoked_and_of_a_closed_account_are_answered_alike() {
    let stage = Stage::set().await;
    let address = address(&stage, "gt.test.focal", "ACCOUNT").await;
    let account = stage.person("gt.test.focal").account.global();
    let close =
        "mutation($i: CloseAccountInput!) { closeAccount(input: $i) { userErrors { code path message } } }";
    reads(&stage, &address).await;
    stage.person("gt.test.admin").asks(close, json!({ "i": { "account": account } })).await.well();
    let mut answers = Vec::new();
    let never = format!("/calendars/{}.ics", "A".repeat(43));
    for path in [
        &address,
        &never,
        "/calendars/x",
        "/calendars/%00.ics",
        "/calendars/..%2f..%2fetc%2fpasswd",
        "/calendars/.ics",
    ] {
        let answer = stage.stranger().gets(path).await;
        assert_eq!(answer.status, 404, "{path}");
        answers.push(answer.json["errors"][0]["message"].clone());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn who_holds_what_stands_there_is_not_sent_it_again_and_who_asks_too_often_waits() {
    let stage = Stage::set().await;
    let id = invited(&stage, &[]).await;
    let address = address(&stage, "gt.test.focal", "ACCOUNT").await;
    let other = self::address(&stage, "gt.test.focal", "ACCOUNT").await;
    let first = stage.stranger().gets(&address).await;
    let tag = first.header("etag").to_owned();
    assert_eq!(first.header("cache-control"), "private, no-cache");
    stage.pass(TimeDelta::hours(1));
    let held = stage.stranger().with("if-none-match", tag.clone()).gets(&address).await;
    assert_eq!((held.status.as_u16(), held.text.as_str(), held.header("etag")), (304, "", tag.as_str()));
    takes(&stage, "mx.test.minister", &id, "CANCEL", Value::Null).await.well();
    let changed = stage.stranger().with("if-none-match", tag.clone()).gets(&address).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), tag);

    let mut admitted = 2;
    let refused = loop {
        let answer = stage.stranger().gets(&address).await;
        if answer.status != 200 {
            break answer;
        }
        admitted += 1;
    };
    assert_eq!((admitted, refused.status.as_u16(), refused.code()), (60, 429, "LIMITED"));
    assert_eq!(refused.header("retry-after"), "600");
    reads(&stage, &other).await;
    stage.pass(TimeDelta::minutes(10));
    reads(&stage, &address).await;
}

#[tokio::test]
async fn calendars_are_opened_and_read_by_whom_the_table_says() {
    let stage = Stage::set().await;
    let mut opened = 0;
    assert_eq!(
        stage.stranger().asks(OPEN, json!({ "i": { "of": "ACCOUNT" } })).await.code(),
        "UNAUTHENTICATED"
    );
    for login in stage.logins() {
        let role = Role::ALL.iter().find(|role| login.ends_with(crate::stage::named(**role)));
        let may = role.is_some_and(|role| route_need(ROUTES_ATTACKED[0]).unwrap().met_by(&[*role]));
        let before = stage.entries().await.len();
        let answer = opens(&stage, login, "ACCOUNT").await;
        if may {
            let id = answer.text_at("openCalendar.calendar.id");
            reads(&stage, &answer.well().text_at("openCalendar.address")).await;
            revokes(&stage, login, &id).await.well();
            opened += 1;
        } else {
            assert_eq!(answer.code(), "FORBIDDEN", "{login}: {}", answer.text);
            assert_eq!(
                revokes(&stage, login, &api::ids::CalendarId::new().global()).await.code(),
                "FORBIDDEN"
            );
            assert_eq!(stage.entries().await.len(), before, "{login}");
        }
    }
    assert!(opened > 10);
}

#[tokio::test]
async fn an_account_has_five_calendars_at_most_also_if_it_opens_many_at_once() {
    let stage = Stage::set().await;
    let opening = (0..8).map(|_| opens(&stage, "gt.test.focal", "ACCOUNT"));
    let answers = futures::future::join_all(opening).await;
    let refused: Vec<_> = answers.iter().flat_map(Answer::mends).collect();
    assert_eq!(refused, ["TOO_LARGE"; 3]);
    let listed = stage.person("gt.test.focal").asks("{ calendars { id } }", json!({})).await.well();
    assert_eq!(listed.at("calendars").as_array().unwrap().len(), 5);
}
