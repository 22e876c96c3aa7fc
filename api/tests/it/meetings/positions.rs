//! Positions: for the own country only, and in a sealed exchange for all of the list at once.

use api::{
    meetings::{SealRow, Statement, seal},
    text::Text,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{content, convokes, released_to};
use crate::{
    access::{everybody, form::Form},
    stage::{Answer, Stage},
};

/// A word that stands in every text of a position.
const SECRET: &str = "Xolotl";
const SALT: &str = "sal de prueba 0123456789";

/// Mexico is host, Guatemala and Honduras take part; the observer is shown it too.
async fn meeting(stage: &Stage) -> String {
    let mut said = content(&[]);
    said["items"][0]["key"] = json!("uno");
    said["items"][1]["key"] = json!("dos");
    let id = convokes(stage, said).await.well().text_at("convokeMeeting.meeting.id");
    let observers = json!([stage.institution("INT-IOM").global()]);
    released_to(stage, &id, json!({ "countries": ["MX", "GT", "HN"], "institutions": observers })).await;
    id
}

pub async fn does(stage: &Stage, login: &str, field: &str, ty: &str, input: Value) -> Answer {
    let document = format!(
        "mutation($i: {ty}!) {{ {field}(input: $i) {{ meeting {{ id exchanges {{ id openedAt }} }} userErrors {{ code path message }} }} }}"
    );
    stage.person(login).asks(&document, json!({ "i": input })).await
}

pub async fn writes(stage: &Stage, login: &str, id: &str, item: &str, text: &str) -> Answer {
    let input = json!({ "id": id, "item": item, "position": { "es": text }, "redLines": { "es": format!("{text}, y no más") } });
    does(stage, login, "writePosition", "WritePositionInput", input).await
}

/// Calls an exchange, and gives its id, as the first of the list sees it.
pub async fn called(stage: &Stage, id: &str, countries: Value, opens_at: Value) -> String {
    let first = format!("{}.test.focal", countries[0].as_str().unwrap().to_lowercase());
    let input = json!({ "id": id, "countries": countries, "opensAt": opens_at });
    does(stage, "mx.test.secretary", "callExchange", "CallExchangeInput", input).await.well();
    let asked = "query($id: ID!) { node(id: $id) { ... on Meeting { exchanges { id } } } }";
    let seen = stage.person(&first).asks(asked, json!({ "id": id })).await.well();
    let exchanges = seen.at("node.exchanges").as_array().unwrap();
    exchanges.last().unwrap()["id"].as_str().unwrap().to_owned()
}

fn said(text: &str) -> Vec<Statement> {
    vec![Statement { item: "uno".into(), text: Text::spanish(text) }]
}

pub async fn seals(stage: &Stage, login: &str, exchange: &str, text: &str) -> Answer {
    let (_, hash) = seal(SALT, &said(text));
    does(stage, login, "sealPosition", "SealPositionInput", json!({ "exchange": exchange, "hash": hash }))
        .await
}

pub async fn files(stage: &Stage, login: &str, exchange: &str, text: &str) -> Answer {
    let statements = json!([{ "item": "uno", "text": { "es": text } }]);
    let input = json!({ "exchange": exchange, "salt": SALT, "statements": statements });
    does(stage, login, "filePosition", "FilePositionInput", input).await
}

pub async fn withdraws(stage: &Stage, login: &str, exchange: &str) -> Answer {
    let input = json!({ "exchange": exchange });
    does(stage, login, "withdrawPosition", "WithdrawPositionInput", input).await
}

const EXCHANGES: &str = "{ meetings { nodes { exchanges { countries opensAt openedAt own { filedAt } \
    positions { country filedAt withdrawnAt hash statements { item text { es } } } } } } }";

async fn exchange_of(stage: &Stage, login: &str) -> Value {
    stage.person(login).asks(EXCHANGES, json!({})).await.well().at("meetings.nodes.0.exchanges.0").clone()
}

/// All that somebody can be told: every list with everything in it, and the meeting by its id.
async fn everything(stage: &Stage, login: &str, id: &str) -> Vec<String> {
    let form = Form::published();
    let node =
        format!("query($id: ID!) {{ node(id: $id) {{ ... on Meeting {} }} }}", form.selection("Meeting", 4));
    let person = stage.person(login);
    let mut answers = vec![person.asks(&node, json!({ "id": id })).await.text];
    for field in ["meetings", "ledger"] {
        let request = form.request(field, &|_| None);
        answers.push(person.asks(&request.plain(), request.variables.clone()).await.text);
    }
    answers
}

#[tokio::test]
async fn a_position_is_seen_in_its_own_country_and_nowhere_else() {
    let stage = Stage::set().await;
    let id = meeting(&stage).await;
    writes(&stage, "gt.test.secretary", &id, "uno", "Xolotl primero").await.well();
    writes(&stage, "gt.agency.focal", &id, "uno", "Xolotl segundo").await.well();
    writes(&stage, "gt.test.minister", &id, "dos", "Xolotl tercero").await.well();
    for who in everybody(&stage) {
        let answers = everything(&stage, &who.login, &id).await.join("\n");
        let reads = who.country == "GT"
            && ["secretary", "focal", "minister", "analyst", "legal"]
                .iter()
                .any(|role| who.login.ends_with(role));
        assert_eq!(answers.contains(SECRET), reads, "{}: {answers}", who.login);
        assert_eq!(answers.contains("Xolotl segundo"), reads, "{}", who.login);
        // The latest holds.
        assert!(!answers.contains("Xolotl primero"), "{}", who.login);
        if who.country != "GT" {
            assert!(!answers.contains("position-written"), "{}: {answers}", who.login);
        }
    }
}

#[tokio::test]
async fn nothing_shows_of_what_is_sealed_until_the_time_has_come() {
    let (quiet, busy) = (Stage::set().await, Stage::set().await);
    let mut ids = Vec::new();
    for stage in [&quiet, &busy] {
        let id = meeting(stage).await;
        let exchange = called(stage, &id, json!(["MX", "GT", "HN"]), json!("2025-01-16T18:00:00Z")).await;
        seals(stage, "gt.test.focal", &exchange, "Guatemala dice").await.well();
        files(stage, "gt.test.focal", &exchange, "Guatemala dice").await.well();
        ids.push((id, exchange));
    }
    // On one of the two others seal, hand in and withdraw.
    let (_, exchange) = &ids[1];
    seals(&busy, "hn.test.focal", exchange, "Xolotl de Honduras").await.well();
    files(&busy, "hn.test.focal", exchange, "Xolotl de Honduras").await.well();
    seals(&busy, "mx.test.minister", exchange, "Xolotl de México").await.well();
    withdraws(&busy, "mx.test.minister", exchange).await.well();
    let asked = async |stage: &Stage, id: &str, exchange: &str| {
        let mut renamed = crate::equivalence::Renamed::default();
        let mut answers = Vec::new();
        for text in everything(stage, "gt.test.focal", id).await {
            answers.push(renamed.of(serde_json::from_str(&text).unwrap()));
        }
        // And what commands answer: all refused.
        for answer in [
            seals(stage, "gt.test.focal", exchange, "otra cosa").await,
            files(stage, "gt.test.focal", exchange, "Guatemala dice").await,
        ] {
            answers.push(renamed.of(answer.json));
        }
        answers
    };
    let (one, other) = (asked(&quiet, &ids[0].0, &ids[0].1).await, asked(&busy, &ids[1].0, &ids[1].1).await);
    assert_eq!(one, other);

    busy.set_time("2025-01-16T17:59:59.999Z".parse().unwrap());
    for login in ["gt.test.focal", "mx.test.secretary", "hn.test.legal"] {
        let sealed = exchange_of(&busy, login).await;
        assert_eq!((&sealed["openedAt"], &sealed["positions"]), (&Value::Null, &Value::Null), "{login}");
    }
    busy.pass(chrono::TimeDelta::milliseconds(1));
    for login in ["gt.test.focal", "mx.test.secretary", "hn.test.legal"] {
        let open = exchange_of(&busy, login).await;
        assert_eq!(open["openedAt"], "2025-01-16T18:00:00+00:00", "{login}");
        let told: Vec<_> = open["positions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                (one["country"].clone(), one["statements"][0]["text"]["es"].clone(), one["hash"].is_null())
            })
            .collect();
        assert_eq!(
            told,
            [
                (json!("GT"), json!("Guatemala dice"), false),
                (json!("HN"), json!("Xolotl de Honduras"), false),
                // Of what was withdrawn the fact is left, here and in the database.
                (json!("MX"), Value::Null, true),
            ],
            "{login}"
        );
    }
    for login in ["int.iom.observer", "gt.test.observer", "gt.test.consular", "mx.test.auditor"] {
        let answers = everything(&busy, login, &ids[1].0).await.join("\n");
        assert!(!answers.contains("Honduras\"") && !answers.contains("Xolotl"), "{login}: {answers}");
    }
    let rows = SealRow::find().all(&busy.node.reads.0).await.unwrap();
    let withdrawn = rows.iter().find(|row| row.country == "MX").unwrap();
    assert_eq!((&withdrawn.hash, &withdrawn.text), (&None, &None));
    // Too late for everything.
    for answer in [
        withdraws(&busy, "gt.test.focal", &ids[1].1).await,
        seals(&busy, "mx.test.minister", &ids[1].1, "tarde").await,
    ] {
        assert_eq!(answer.mends(), ["WRONG_STATE"], "{}", answer.text);
    }
}

#[tokio::test]
async fn an_exchange_opens_when_the_last_of_the_list_has_handed_in() {
    let stage = Stage::set().await;
    let id = meeting(&stage).await;
    let exchange = called(&stage, &id, json!(["GT", "HN"]), Value::Null).await;
    seals(&stage, "gt.test.focal", &exchange, "A").await.well();
    seals(&stage, "hn.test.focal", &exchange, "B").await.well();
    files(&stage, "gt.test.focal", &exchange, "A").await.well();
    assert_eq!(exchange_of(&stage, "hn.test.focal").await["positions"], Value::Null);
    let last = files(&stage, "hn.test.focal", &exchange, "B").await.well();
    assert!(!last.at("filePosition.meeting.exchanges.0.openedAt").is_null());
    let open = exchange_of(&stage, "gt.test.analyst").await;
    assert_eq!(open["positions"].as_array().unwrap().len(), 2);
    let last = "{ ledger(last: 1) { nodes { event subject } } }";
    for login in ["gt.test.focal", "hn.test.focal", "mx.test.secretary"] {
        let told = stage.person(login).asks(last, json!({})).await.well();
        assert_eq!(told.at("ledger.nodes.0.event"), "meeting.exchange-opened", "{login}");
    }
    // The host, who is not in the list, is told that it is open, and nothing of what was said.
    let host = stage.person("mx.test.secretary").asks(EXCHANGES, json!({})).await.well();
    assert_eq!(host.at("meetings.nodes.0.exchanges"), &json!([]));
    let observer = stage.person("int.iom.observer").asks(last, json!({})).await.well();
    assert_ne!(observer.at("ledger.nodes.0.event"), "meeting.exchange-opened");
}

#[tokio::test]
async fn whoever_withdrew_does_not_open_what_others_handed_in() {
    let stage = Stage::set().await;
    let id = meeting(&stage).await;
    let exchange = called(&stage, &id, json!(["GT", "HN"]), Value::Null).await;
    seals(&stage, "hn.test.focal", &exchange, "B").await.well();
    files(&stage, "hn.test.focal", &exchange, "B").await.well();
    withdraws(&stage, "hn.test.focal", &exchange).await.well();
    seals(&stage, "gt.test.focal", &exchange, "A").await.well();
    files(&stage, "gt.test.focal", &exchange, "A").await.well();
    let sealed = exchange_of(&stage, "hn.test.focal").await;
    assert_eq!((&sealed["openedAt"], &sealed["positions"]), (&Value::Null, &Value::Null));
    assert_eq!(withdraws(&stage, "hn.test.focal", &exchange).await.mends(), ["WRONG_STATE"]);
    assert_eq!(seals(&stage, "hn.test.focal", &exchange, "C").await.mends(), ["WRONG_STATE"]);
}

#[tokio::test]
async fn a_text_other_than_the_one_that_was_sealed_is_refused_and_nothing_stored() {
    let stage = Stage::set().await;
    let id = meeting(&stage).await;
    let exchange = called(&stage, &id, json!(["GT", "HN"]), json!("2025-01-16T16:00:00Z")).await;
    assert_eq!(
        files(&stage, "gt.test.focal", &exchange, "A").await.mends(),
        ["WRONG_STATE"],
        "not sealed yet"
    );
    seals(&stage, "gt.test.focal", &exchange, "A").await.well();
    let before = stage.entries().await.len();
    assert_eq!(files(&stage, "gt.test.focal", &exchange, "B").await.mends(), ["NOT_AS_SEALED"]);
    stage.pass(chrono::TimeDelta::hours(2));
    // Open, and not handed in: that it was sealed shows, and what to.
    let open = exchange_of(&stage, "hn.test.focal").await;
    assert_eq!(open["positions"][0]["country"], "GT");
    assert_eq!(
        (&open["positions"][0]["filedAt"], &open["positions"][0]["statements"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(files(&stage, "gt.test.focal", &exchange, "B").await.mends(), ["NOT_AS_SEALED"]);
    assert_eq!(stage.entries().await.len(), before);
    // Late, but the very text.
    files(&stage, "gt.test.focal", &exchange, "A").await.well();
    assert_eq!(
        exchange_of(&stage, "hn.test.focal").await["positions"][0]["statements"][0]["text"]["es"],
        "A"
    );
    // A text altered behind the node is not what was committed to, and is not shown.
    let db = stage.node.ledger.groundwork();
    sea_orm::ConnectionTrait::execute_unprepared(
        db,
        "UPDATE sealed_position SET text = replace(text, 'A', 'Z')",
    )
    .await
    .unwrap();
    assert_eq!(exchange_of(&stage, "hn.test.focal").await["positions"][0]["statements"], Value::Null);
}

#[tokio::test]
async fn what_is_out_of_bounds_is_refused_and_others_exchanges_are_none() {
    let stage = Stage::set().await;
    let id = meeting(&stage).await;
    let calls = async |countries: Value, opens_at: Value| {
        let input = json!({ "id": id, "countries": countries, "opensAt": opens_at });
        does(&stage, "mx.test.focal", "callExchange", "CallExchangeInput", input).await
    };
    assert_eq!(calls(json!(["GT", "HN"]), json!("2025-01-16T15:00:00Z")).await.mends(), ["OUT_OF_RANGE"]);
    assert_eq!(calls(json!(["GT"]), Value::Null).await.mends(), ["REQUIRED"]);
    assert_eq!(calls(json!(["GT", "GT"]), Value::Null).await.mends(), ["DUPLICATE"]);
    assert_eq!(calls(json!(["GT", "BR"]), Value::Null).await.mends(), ["UNKNOWN"]);
    let exchange = called(&stage, &id, json!(["GT", "MX"]), Value::Null).await;
    let never = api::ids::ExchangeId::new().global();
    for login in ["hn.test.focal", "hn.test.minister"] {
        let of_others = seals(&stage, login, &exchange, "A").await;
        let of_nobody = seals(&stage, login, &never, "A").await;
        assert_eq!(of_others.code(), "NOT_FOUND", "{}", of_others.text);
        assert_eq!(of_others.text, of_nobody.text);
    }
    let input = json!({ "exchange": exchange, "hash": "A".repeat(64) });
    let answer = does(&stage, "gt.test.focal", "sealPosition", "SealPositionInput", input).await;
    assert_eq!(answer.mends(), ["MALFORMED"], "{}", answer.text);
    assert_eq!(writes(&stage, "gt.test.focal", &id, "nada", "x").await.mends(), ["UNKNOWN"]);
    assert_eq!(writes(&stage, "gt.test.focal", &id, "uno", &"x".repeat(5_001)).await.mends().len(), 2);
}

#[tokio::test]
async fn two_who_seal_for_one_delegation_at_once_seal_once() {
    let stage = Stage::set().await;
    let id = meeting(&stage).await;
    let exchange = called(&stage, &id, json!(["GT", "HN"]), Value::Null).await;
    let (one, other) = futures::future::join(
        seals(&stage, "gt.test.focal", &exchange, "A"),
        seals(&stage, "gt.test.minister", &exchange, "B"),
    )
    .await;
    assert_eq!([one.mends(), other.mends()].concat(), ["WRONG_STATE"], "{} {}", one.text, other.text);
    assert_eq!(SealRow::find().all(&stage.node.reads.0).await.unwrap().len(), 1);
}
