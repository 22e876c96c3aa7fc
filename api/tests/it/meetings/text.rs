//! The negotiated text: brackets, silence by the clock, adoption, statements; and who sees what of it.

mod pure;
mod sight;
mod table;
mod versions;

use api::meetings::VersionRow;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};

use super::{content, convokes, course::takes, delegations::notes, released_to};
use crate::stage::{Answer, Stage};

pub use table::ATTACKED;

pub const SHOWN: &str = "query($id: ID!) { node(id: $id) { ... on Meeting { delegations { country attending adopting reserving } \
    texts { id version state hash versionHash adoptedAt shared \
    paragraphs { key number kind state agreedBySilenceAt silentUntil text { es en } readOut { es en } \
    brackets { key alternatives { key by supporters text { es } } } } \
    silences { key until kept brokenBy reason { es } } stances { country stance byHost } \
    statements { country kind paragraph text { es } byHost } history { version act country } } } } }";

/// Mexico is host; Guatemala and Costa Rica take part, Honduras observes. In session.
pub async fn in_session(stage: &Stage) -> String {
    let mut said = content(&[]);
    said["delegations"] =
        json!([{ "country": "GT" }, { "country": "HN", "observing": true }, { "country": "CR" }]);
    said["items"][0]["key"] = json!("uno");
    said["items"][1]["key"] = json!("dos");
    let id = convokes(stage, said).await.well().text_at("convokeMeeting.meeting.id");
    let observers = json!([stage.institution("INT-IOM").global()]);
    released_to(stage, &id, json!({ "countries": ["MX", "GT", "HN"], "institutions": observers })).await;
    takes(stage, "mx.test.focal", &id, "ADOPT_AGENDA", Value::Null).await.well();
    notes(stage, "gt.test.focal", &id, "GT", "ATTENDING", true).await.well();
    notes(stage, "mx.test.secretary", &id, "CR", "ATTENDING", true).await.well();
    takes(stage, "mx.test.focal", &id, "BEGIN", Value::Null).await.well();
    id
}

pub fn paragraph(key: &str, kind: &str, es: &str, en: &str) -> Value {
    json!({ "key": key, "kind": kind, "text": { "es": es, "en": en } })
}

pub fn words() -> Value {
    json!([
        paragraph(
            "reconocen",
            "PREAMBULAR",
            "Reconociendo los derechos de las personas",
            "Recognizing the rights of persons"
        ),
        paragraph(
            "acuerdan",
            "OPERATIVE",
            "Acuerdan crear una red consular",
            "Agree to create a consular network"
        ),
        paragraph("piden", "OPERATIVE", "Piden fondos suficientes", "Ask for sufficient funds"),
    ])
}

pub async fn does(stage: &Stage, login: &str, field: &str, input: Value) -> Answer {
    let ty = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    let ty = match field {
        "shareText" | "putText" | "reopenText" => "ChangeTextInput",
        _ => ty.as_str(),
    };
    let document = format!(
        "mutation($i: {ty}!) {{ {field}(input: $i) {{ meeting {{ id }} userErrors {{ code path message }} }} }}"
    );
    stage.person(login).asks(&document, json!({ "i": input })).await
}

/// A text as somebody sees it now.
pub async fn text(stage: &Stage, login: &str, meeting: &str) -> Value {
    let seen = stage.person(login).asks(SHOWN, json!({ "id": meeting })).await.well();
    seen.at("node.texts")[0].clone()
}

pub async fn begun(stage: &Stage, meeting: &str) -> String {
    let input = json!({ "meeting": meeting, "title": { "es": "Declaración", "en": "Declaration" }, "paragraphs": words() });
    does(stage, "mx.test.secretary", "beginText", input).await.well();
    text(stage, "mx.test.secretary", meeting).await["id"].as_str().unwrap().to_owned()
}

/// Every paragraph agreed, and the words put to adoption: their hash.
pub async fn put(stage: &Stage, meeting: &str, id: &str) -> String {
    let mut version = text(stage, "mx.test.focal", meeting).await["version"].as_i64().unwrap();
    for key in ["reconocen", "acuerdan", "piden"] {
        let input = json!({ "id": id, "expectedVersion": version, "paragraph": key, "state": "AGREED" });
        does(stage, "mx.test.secretary", "settleParagraph", input).await.well();
        version += 1;
    }
    does(stage, "mx.test.focal", "putText", json!({ "id": id, "expectedVersion": version })).await.well();
    text(stage, "mx.test.focal", meeting).await["hash"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_text_is_negotiated_in_brackets_agreed_adopted_and_then_changes_no_more() {
    let stage = super::delegations::stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    let id = begun(&stage, &meeting).await;

    // Guatemala brackets two words, Mexico supports, and the host notes Costa Rica.
    let input = json!({ "id": id, "expectedVersion": 1, "paragraph": "acuerdan",
        "at": { "words": { "es": "crear una", "en": "create a" } },
        "alternative": { "es": "estudiar una", "en": "study a" } });
    does(&stage, "gt.test.focal", "proposeAlternative", input.clone()).await.well();
    let stale = does(&stage, "gt.test.minister", "proposeAlternative", input).await;
    assert_eq!(stale.mends(), ["STALE_REVISION"]);
    let support = |version: i64, alternative: &str, country: Value| {
        json!({ "id": id, "expectedVersion": version, "paragraph": "acuerdan", "country": country,
            "choice": { "bracket": "b1", "alternative": alternative } })
    };
    does(&stage, "mx.agency.minister", "supportAlternative", support(2, "a0", Value::Null)).await.well();
    does(&stage, "mx.test.secretary", "supportAlternative", support(3, "a0", json!("CR"))).await.well();
    let for_member =
        does(&stage, "mx.test.secretary", "supportAlternative", support(4, "a0", json!("GT"))).await;
    assert_eq!(for_member.mends(), ["WRONG_STATE"], "a member speaks for itself");
    let seen = text(&stage, "gt.test.analyst", &meeting).await;
    let open = &seen["paragraphs"][1];
    assert_eq!(open["number"], "1");
    assert_eq!(open["readOut"]["es"], "Acuerdan [crear una / estudiar una] red consular");
    assert_eq!(open["readOut"]["en"], "Agree to [create a / study a] consular network");
    let told: Vec<_> = open["brackets"][0]["alternatives"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["by"], &one["supporters"]))
        .collect();
    assert_eq!(told, [(&Value::Null, &json!(["CR", "MX"])), (&json!("GT"), &json!(["GT"]))]);

    // Not agreed while brackets are left; a choice resolves them.
    let settle = |version: i64, choices: Value, state: &str| json!({ "id": id, "expectedVersion": version, "paragraph": "acuerdan", "choices": choices, "state": state });
    let early = does(&stage, "mx.test.secretary", "settleParagraph", settle(4, json!([]), "AGREED")).await;
    assert_eq!(early.mends(), ["WRONG_STATE"]);
    let choice = json!([{ "bracket": "b1", "alternative": "a0" }]);
    does(&stage, "mx.test.secretary", "settleParagraph", settle(4, choice, "AD_REFERENDUM")).await.well();
    let seen = text(&stage, "gt.test.analyst", &meeting).await;
    assert_eq!(seen["paragraphs"][1]["text"]["es"], "Acuerdan crear una red consular");
    assert_eq!(seen["paragraphs"][1]["state"], "AD_REFERENDUM");
    let not_yet =
        does(&stage, "mx.test.secretary", "putText", json!({ "id": id, "expectedVersion": 5 })).await;
    assert_eq!(not_yet.mends(), ["WRONG_STATE"; 3], "no paragraph is agreed: {}", not_yet.text);

    let hash = put(&stage, &meeting, &id).await;
    let said = |es: &str, en: &str| format!("{{\"en\":\"{en}\",\"es\":\"{es}\"}}");
    let canonical = format!(
        "{{\"title\":{},\"paragraphs\":[{{\"kind\":\"PREAMBULAR\",\"text\":{}}},{{\"kind\":\"OPERATIVE\",\"text\":{}}},{{\"kind\":\"OPERATIVE\",\"text\":{}}}]}}",
        said("Declaración", "Declaration"),
        said("Reconociendo los derechos de las personas", "Recognizing the rights of persons"),
        said("Acuerdan crear una red consular", "Agree to create a consular network"),
        said("Piden fondos suficientes", "Ask for sufficient funds"),
    );
    assert_eq!(hash, api::ledger::sha256(canonical.as_bytes()), "who has the words can name them");

    let stand = |stance: &str, country: Value| json!({ "id": id, "hash": hash, "stance": stance, "country": country });
    let another = json!({ "id": id, "hash": "0".repeat(64), "stance": "ADOPTS" });
    assert_eq!(does(&stage, "gt.test.focal", "takeStance", another).await.mends(), ["NOT_AS_SEALED"]);
    let adopt = json!({ "id": id, "hash": hash });
    assert_eq!(
        does(&stage, "mx.test.focal", "adoptText", adopt.clone()).await.mends(),
        ["WRONG_STATE"],
        "nobody adopts"
    );
    does(&stage, "mx.test.focal", "takeStance", stand("ADOPTS", Value::Null)).await.well();
    does(&stage, "gt.test.focal", "takeStance", stand("OBJECTS", Value::Null)).await.well();
    assert_eq!(
        does(&stage, "mx.test.focal", "adoptText", adopt.clone()).await.mends(),
        ["WRONG_STATE"],
        "one objects"
    );
    let statement = |kind: &str, country: Value| {
        json!({ "id": id, "hash": hash, "kind": kind, "paragraph": "piden",
        "text": { "es": "Según su presupuesto" }, "country": country })
    };
    let early = does(&stage, "gt.test.focal", "attachStatement", statement("RESERVATION", Value::Null)).await;
    assert_eq!(early.mends(), ["WRONG_STATE"], "who reserves adopts");
    does(&stage, "gt.test.minister", "takeStance", stand("ADOPTS", Value::Null)).await.well();
    does(&stage, "gt.test.focal", "attachStatement", statement("RESERVATION", Value::Null)).await.well();
    // Costa Rica attends, does not adopt, and says how it understands the text.
    does(&stage, "mx.test.focal", "attachStatement", statement("INTERPRETATIVE", json!("CR"))).await.well();
    does(&stage, "mx.test.focal", "adoptText", adopt.clone()).await.well();

    let seen = stage.person("gt.test.analyst").asks(SHOWN, json!({ "id": meeting })).await.well();
    let fact = |country: &str, attending, adopting, reserving| json!({ "country": country, "attending": attending, "adopting": adopting, "reserving": reserving });
    assert_eq!(
        seen.at("node.delegations"),
        &json!([
            fact("GT", true, true, true),
            fact("HN", false, false, false),
            fact("CR", true, false, false)
        ])
    );
    let adopted = seen.at("node.texts.0");
    assert_eq!((&adopted["state"], &adopted["hash"]), (&json!("ADOPTED"), &json!(hash)));
    assert_eq!(
        adopted["stances"],
        json!([{ "country": "GT", "stance": "ADOPTS", "byHost": false }, { "country": "MX", "stance": "ADOPTS", "byHost": false }])
    );
    assert_eq!(adopted["statements"].as_array().unwrap().len(), 2);
    // It cannot be taken back by the back door either.
    assert_eq!(
        notes(&stage, "gt.test.focal", &meeting, "GT", "RESERVING", false).await.mends(),
        ["WRONG_STATE"]
    );

    // The end: nothing writes it, not the commands and not the database.
    let version = adopted["version"].clone();
    for (field, input) in [
        (
            "editText",
            json!({ "id": id, "expectedVersion": version, "title": { "es": "x" }, "paragraphs": words() }),
        ),
        (
            "settleParagraph",
            json!({ "id": id, "expectedVersion": version, "paragraph": "piden", "state": "OPEN" }),
        ),
        ("reopenText", json!({ "id": id, "expectedVersion": version })),
        ("adoptText", adopt),
    ] {
        let refused = does(&stage, "mx.test.secretary", field, input).await;
        assert_eq!(refused.mends(), ["WRONG_STATE"], "{field}: {}", refused.text);
    }
    assert_eq!(
        does(&stage, "gt.test.focal", "takeStance", stand("OBJECTS", Value::Null)).await.mends(),
        ["WRONG_STATE"]
    );
    // A delegation that attended may still join.
    does(&stage, "mx.test.focal", "takeStance", stand("ADOPTS", json!("CR"))).await.well();
    let db = api::node::writing_pool(&stage.node.config).await.unwrap();
    for sql in [
        "UPDATE text_version SET content = '{}'",
        "DELETE FROM text_version",
        "UPDATE negotiated_text SET newest = 1",
        "UPDATE negotiated_text SET adopted_at = NULL",
        "DELETE FROM text_stance",
        "UPDATE text_statement SET country = 'HN'",
    ] {
        assert!(db.execute_unprepared(sql).await.is_err(), "{sql}");
    }
    db.close().await.unwrap();
    // Nothing written stands in the ledger.
    let entries = format!("{:?}", stage.entries().await);
    assert!(!entries.contains("presupuesto") && !entries.contains("consular"), "{entries}");
}

#[tokio::test]
async fn silence_agrees_by_the_clock_unless_somebody_breaks_it_before() {
    let stage = super::delegations::stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    let id = begun(&stage, &meeting).await;
    let until = stage.now() + TimeDelta::hours(1);
    let silence = |version: i64, keys: Value, until: chrono::DateTime<chrono::Utc>| json!({ "id": id, "expectedVersion": version, "paragraphs": keys, "until": until.to_rfc3339() });
    let past = does(&stage, "mx.test.focal", "openSilence", silence(1, json!(["piden"]), stage.now())).await;
    assert_eq!(past.mends(), ["OUT_OF_RANGE"]);
    does(&stage, "mx.test.focal", "openSilence", silence(1, json!(["acuerdan", "piden"]), until))
        .await
        .well();
    // What is under silence stands still.
    for (login, field, input) in [
        (
            "mx.test.focal",
            "settleParagraph",
            json!({ "id": id, "expectedVersion": 2, "paragraph": "piden", "state": "AGREED" }),
        ),
        (
            "mx.test.focal",
            "editText",
            json!({ "id": id, "expectedVersion": 2, "title": { "es": "x" }, "paragraphs": [] }),
        ),
        (
            "gt.test.focal",
            "proposeAlternative",
            json!({ "id": id, "expectedVersion": 2, "paragraph": "piden",
            "at": { "words": { "es": "Piden", "en": "Ask for" } } }),
        ),
    ] {
        let still = does(&stage, login, field, input).await;
        assert_eq!(still.mends(), ["WRONG_STATE"], "{field}: {}", still.text);
    }
    does(
        &stage,
        "gt.test.focal",
        "breakSilence",
        json!({ "id": id, "silence": "s1", "reason": { "es": "Falta consultar" } }),
    )
    .await
    .well();
    does(&stage, "mx.test.focal", "openSilence", silence(3, json!(["piden"]), until)).await.well();

    stage.set_time(until - TimeDelta::milliseconds(1));
    let seen = text(&stage, "gt.test.analyst", &meeting).await;
    assert_eq!(
        (&seen["paragraphs"][2]["state"], &seen["silences"][1]["kept"]),
        (&json!("OPEN"), &json!(false))
    );
    stage.set_time(until);
    let seen = text(&stage, "gt.test.analyst", &meeting).await;
    let told =
        |at: usize| (seen["paragraphs"][at]["state"].clone(), seen["silences"][at - 1]["kept"].clone());
    assert_eq!(told(1), (json!("OPEN"), json!(false)), "it was broken");
    assert_eq!(told(2), (json!("AGREED"), json!(true)));
    assert_eq!(seen["silences"][0]["brokenBy"], "GT");
    // Nothing was written for that, and it is too late now.
    assert_eq!(seen["version"], 4);
    let late = does(&stage, "gt.test.focal", "breakSilence", json!({ "id": id, "silence": "s2" })).await;
    assert_eq!(late.mends(), ["WRONG_STATE"]);
    // The next version writes it down, whatever it is about.
    let settle = json!({ "id": id, "expectedVersion": 4, "paragraph": "acuerdan", "state": "AGREED" });
    does(&stage, "mx.test.focal", "settleParagraph", settle).await.well();
    let rows = VersionRow::find().all(&stage.node.reads.0).await.unwrap();
    let newest = rows.iter().max_by_key(|row| row.number).unwrap();
    let saved: Value = serde_json::from_str(&newest.content).unwrap();
    assert_eq!(saved["paragraphs"][2]["state"], "AGREED");
    // A clock that is put back tells of no silence that was written down as kept.
    stage.set_time(until - TimeDelta::minutes(1));
    assert_eq!(text(&stage, "gt.test.analyst", &meeting).await["paragraphs"][2]["state"], "AGREED");
}

#[tokio::test]
async fn of_two_who_save_at_once_one_is_told_to_read_again() {
    let stage = super::delegations::stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    let id = begun(&stage, &meeting).await;
    let settle =
        |key: &str| json!({ "id": id, "expectedVersion": 1, "paragraph": key, "state": "AD_REFERENDUM" });
    let (one, other) = futures::join!(
        does(&stage, "mx.test.focal", "settleParagraph", settle("piden")),
        does(&stage, "mx.test.secretary", "settleParagraph", settle("acuerdan")),
    );
    let mut told = [one.mends().concat(), other.mends().concat()];
    told.sort();
    assert_eq!(told, ["", "STALE_REVISION"]);
}
