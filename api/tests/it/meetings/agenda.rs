//! The agenda: what is part of what, when each item begins, who is shown it, and how it is moved.

mod compared;
mod of_any_agenda;

use serde_json::{Value, json};

use super::{content, convokes, released_to};
use crate::stage::{Answer, Stage};

/// A word that stands in every text of what is closed.
pub const SECRET: &str = "Xolotl";

fn item(key: &str, title: &str, minutes: u32, more: Value) -> Value {
    let mut item = json!({ "key": key, "title": { "es": title }, "kind": "DISCUSSION", "minutes": minutes });
    item.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    item
}

/// Guatemala takes part and Honduras observes; of eight items three are closed, and the break
/// between two of them.
pub fn with_closed_items() -> Value {
    let mut said = content(&[]);
    said["delegations"] = json!([{ "country": "GT" }, { "country": "HN", "observing": true }]);
    said["items"] = json!([
        item("apertura", "Apertura", 15, json!({ "speaker": { "es": "Canciller" }, "proponent": "MX" })),
        item("uno", "Xolotl uno", 30, json!({ "closed": true, "annotation": { "es": "Xolotl, anotado" } })),
        item("receso", "Receso", 10, json!({ "kind": "BREAK" })),
        item("dos", "Xolotl dos", 20, json!({ "closed": true, "documents": [{ "es": "Nota Xolotl" }] })),
        item("planes", "Planes", 0, json!({})),
        item("planes-a", "Recepción", 20, json!({ "under": "planes" })),
        item("planes-b", "Xolotl tres", 10, json!({ "under": "planes", "closed": true })),
        item("cierre", "Cierre", 60, json!({ "session": 2, "outcome": { "es": "Declaración" } })),
    ]);
    said
}

const ITEMS: &str = "{ meetings { nodes { hash portionsWithheld items { key under number title { es } closed session \
    startsAt endsAt minutes proponent speaker { es } outcome { es } annotation { es } documents { es } } } } }";

pub async fn held(stage: &Stage, said: Value) -> String {
    let id = convokes(stage, said).await.well().text_at("convokeMeeting.meeting.id");
    let observers = json!([stage.institution("INT-IOM").global()]);
    released_to(stage, &id, json!({ "countries": ["GT", "HN"], "institutions": observers })).await;
    id
}

/// Number, title and beginning of each item.
fn timetable(answer: &Answer) -> Vec<(Value, Value, Value)> {
    let items = answer.at("meetings.nodes.0.items").as_array().unwrap();
    items
        .iter()
        .map(|item| (item["number"].clone(), item["title"]["es"].clone(), item["startsAt"].clone()))
        .collect()
}

#[tokio::test]
async fn who_only_observes_is_shown_a_block_and_the_timetable_of_everybody() {
    let stage = Stage::set().await;
    held(&stage, with_closed_items()).await;
    let at = |time: &str| json!(format!("2025-01-{time}:00-06:00"));
    let row = |number: Value, title: &str, time: &str| (number, json!(title), at(time));
    for login in ["gt.test.focal", "gt.agency.analyst", "mx.test.secretary"] {
        let answer = stage.person(login).asks(ITEMS, json!({})).await.well();
        assert_eq!(
            timetable(&answer),
            [
                row(json!("1"), "Apertura", "16T09:00"),
                row(json!("C1"), "Xolotl uno", "16T09:15"),
                row(Value::Null, "Receso", "16T09:45"),
                row(json!("C2"), "Xolotl dos", "16T09:55"),
                row(json!("2"), "Planes", "16T10:15"),
                row(json!("2.1"), "Recepción", "16T10:15"),
                row(json!("2.C1"), "Xolotl tres", "16T10:35"),
                row(json!("3"), "Cierre", "17T09:00"),
            ],
            "{login}"
        );
        assert_eq!(answer.at("meetings.nodes.0.portionsWithheld"), false);
    }
    let block = "Bloque reservado a las delegaciones";
    for login in ["hn.test.focal", "hn.agency.consular", "int.iom.observer"] {
        let answer = stage.person(login).asks(ITEMS, json!({})).await.well();
        assert_eq!(
            timetable(&answer),
            [
                row(json!("1"), "Apertura", "16T09:00"),
                row(Value::Null, block, "16T09:15"),
                row(json!("2"), "Planes", "16T10:15"),
                row(json!("2.1"), "Recepción", "16T10:15"),
                row(Value::Null, block, "16T10:35"),
                row(json!("3"), "Cierre", "17T09:00"),
            ],
            "{login}"
        );
        assert_eq!(answer.at("meetings.nodes.0.portionsWithheld"), true);
        let keys = answer.at("meetings.nodes.0.items").as_array().unwrap();
        let keys: Vec<_> = keys.iter().map(|item| item["key"].as_str().unwrap()).collect();
        assert_eq!(keys, ["1", "2", "3", "4", "5", "6"], "{login}");
    }
}

#[tokio::test]
async fn nothing_of_a_closed_item_shows_in_any_answer_to_an_observer() {
    let stage = Stage::set().await;
    let id = held(&stage, with_closed_items()).await;
    let whole = stage.person("mx.test.secretary").asks(ITEMS, json!({})).await.well();
    let whole = whole.text_at("meetings.nodes.0.hash");
    let form = crate::access::form::Form::published();
    let node =
        format!("query($id: ID!) {{ node(id: $id) {{ ... on Meeting {} }} }}", form.selection("Meeting", 3));
    for login in ["hn.test.focal", "int.iom.observer"] {
        let person = stage.person(login);
        let mut answers = vec![person.asks(&node, json!({ "id": id })).await.well()];
        for field in ["meetings", "ledger"] {
            let request = form.request(field, &|_| None);
            answers.push(person.asks(&request.plain(), request.variables.clone()).await.well());
        }
        for answer in &answers {
            assert!(!answer.text.to_lowercase().contains("xolotl"), "{login}: {}", answer.text);
            // The hash of the whole would let one try out what was withheld.
            assert!(!answer.text.contains(&whole), "{login}: {}", answer.text);
        }
        let found = async |text: &str| {
            let query = format!("{{ meetings(text: \"{text}\") {{ totalCount }} }}");
            person.asks(&query, json!({})).await.well().at("meetings.totalCount").clone()
        };
        assert_eq!(found("recepción").await, 1, "open items are found");
        assert_eq!(found(SECRET).await, 0);
    }
}

#[tokio::test]
async fn agendas_that_differ_only_in_what_is_closed_are_the_same_to_an_observer() {
    let (one, other) = (Stage::set().await, Stage::set().await);
    held(&one, with_closed_items()).await;
    let mut said = with_closed_items();
    // One item instead of two and a break, of the same length; other words, another key.
    said["items"].as_array_mut().unwrap().splice(1..4, [item("otro", "Nada", 60, json!({ "closed": true }))]);
    said["items"][4]["title"] = json!({ "es": "Otra cosa" });
    held(&other, said).await;
    for login in ["hn.test.minister", "int.iom.observer"] {
        let seen = async |stage: &Stage| stage.person(login).asks(ITEMS, json!({})).await.well();
        let (one, other) = (seen(&one).await, seen(&other).await);
        // The hash is that of what is shown, so it is the same too.
        assert_eq!(one.at("meetings.nodes"), other.at("meetings.nodes"));
    }
}

#[tokio::test]
async fn an_agenda_that_does_not_add_up_is_refused_with_each_place() {
    let stage = Stage::set().await;
    let mut said = content(&[]);
    said["items"] = json!([
        item("a", "A", 470, json!({ "under": "b" })),
        item("b", "B", 20, json!({ "under": "a", "session": 3 })),
        item("a", "Otra", 10, json!({ "session": 1, "proponent": "BR" })),
        item("Ñ", "Clave", 0, json!({ "kind": "CLOSED" })),
    ]);
    let answer = convokes(&stage, said).await;
    let errors = answer.at("convokeMeeting.userErrors").as_array().unwrap();
    let mut paths: Vec<_> = errors.iter().map(|error| error["path"].as_str().unwrap()).collect();
    paths.sort();
    paths.dedup();
    assert_eq!(
        paths,
        [
            "input.content.items.0.under",
            "input.content.items.1.session",
            "input.content.items.1.under",
            "input.content.items.2",
            "input.content.items.2.proponent",
            "input.content.items.2.session",
            "input.content.items.3.key",
            "input.content.items.3.kind",
            "input.content.items.3.minutes",
            "input.content.items.3.session",
        ]
    );

    let mut said = content(&[]);
    said["items"] = json!([item("a", "A", 300, json!({})), item("b", "B", 181, json!({}))]);
    let full = convokes(&stage, said.clone()).await;
    assert_eq!(full.at("convokeMeeting.userErrors.0.path"), "input.content.sessions.0.minutes");
    said["items"][1]["minutes"] = json!(180);
    convokes(&stage, said).await.well();

    let mut deep = content(&[]);
    let under = |key: &str| json!({ "under": key });
    deep["items"] = json!([
        item("a", "A", 1, json!({})),
        item("b", "B", 1, under("a")),
        item("c", "C", 1, under("b")),
        item("d", "D", 1, under("c")),
    ]);
    assert_eq!(convokes(&stage, deep).await.mends(), ["TOO_LARGE"]);
}

const MOVE: &str = "mutation($i: MoveAgendaItemInput!) { moveAgendaItem(input: $i) { \
    meeting { revision items { key number startsAt } } userErrors { code path } } }";

async fn moves(stage: &Stage, login: &str, id: &str, item: &str, to: Value) -> Answer {
    let mut input = json!({ "id": id, "item": item });
    input.as_object_mut().unwrap().extend(to.as_object().cloned().unwrap_or_default());
    stage.person(login).asks(MOVE, json!({ "i": input })).await
}

fn keys(answer: &Answer) -> Vec<String> {
    let items = answer.at("moveAgendaItem.meeting.items").as_array().unwrap();
    items.iter().map(|item| item["key"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_item_moves_with_what_is_part_of_it_and_the_rest_follow() {
    let stage = Stage::set().await;
    let id = held(&stage, with_closed_items()).await;
    let editor = "mx.test.secretary";
    let answer = moves(&stage, editor, &id, "planes", json!({ "before": "apertura" })).await.well();
    assert_eq!(
        keys(&answer),
        ["planes", "planes-a", "planes-b", "apertura", "uno", "receso", "dos", "cierre"]
    );
    assert_eq!(answer.at("moveAgendaItem.meeting.items.3.startsAt"), "2025-01-16T09:30:00-06:00");
    assert_eq!(answer.at("moveAgendaItem.meeting.items.3.number"), "2");
    let answer = moves(&stage, editor, &id, "apertura", json!({})).await.well();
    assert_eq!(answer.at("moveAgendaItem.meeting.items.7.startsAt"), "2025-01-17T10:00:00-06:00");
    let answer = moves(&stage, editor, &id, "apertura", json!({ "under": "planes" })).await.well();
    assert_eq!(answer.at("moveAgendaItem.meeting.items.3.number"), "1.2");
    assert_eq!(answer.at("moveAgendaItem.meeting.revision"), 4);

    for (item, to, code) in [
        ("planes", json!({ "before": "planes-a" }), "OUT_OF_RANGE"),
        ("planes", json!({ "under": "planes" }), "OUT_OF_RANGE"),
        ("nada", json!({}), "UNKNOWN"),
        ("uno", json!({ "before": "nada" }), "UNKNOWN"),
        ("uno", json!({ "before": "dos", "under": "planes" }), "MALFORMED"),
    ] {
        assert_eq!(moves(&stage, editor, &id, item, to.clone()).await.mends(), [code], "{item} {to}");
    }
    // The delegations go on seeing what was released.
    let seen = stage.person("gt.test.focal").asks(ITEMS, json!({})).await.well();
    assert_eq!(timetable(&seen)[0].1, "Apertura");
}

#[tokio::test]
async fn two_editors_who_move_items_at_once_both_have_their_way() {
    let stage = Stage::set().await;
    let id = held(&stage, with_closed_items()).await;
    for round in 0..4 {
        let one = moves(&stage, "mx.test.secretary", &id, "cierre", json!({ "before": "uno" }));
        let other = moves(&stage, "mx.test.focal", &id, "planes", json!({ "before": "apertura" }));
        let (one, other) = futures::future::join(one, other).await;
        let (one, other) = (one.well(), other.well());
        let newest = if one.at("moveAgendaItem.meeting.revision").as_i64()
            > other.at("moveAgendaItem.meeting.revision").as_i64()
        {
            one
        } else {
            other
        };
        let mut both = keys(&newest);
        let place = |both: &[String], key: &str| both.iter().position(|known| known == key).unwrap();
        assert_eq!(place(&both, "planes"), place(&both, "apertura") - 3, "{both:?}");
        assert_eq!(place(&both, "cierre"), place(&both, "uno") - 1, "{both:?}");
        both.sort();
        both.dedup();
        assert_eq!(both.len(), 8, "{both:?}");
        assert_eq!(newest.at("moveAgendaItem.meeting.revision"), 3 + round * 2);
    }
}

#[tokio::test]
async fn a_link_says_whether_what_one_sees_is_what_was_meant() {
    let stage = Stage::set().await;
    let plan = crate::plans::drafted(&stage, "mx.test.editor", "MX-SRE", "México te abraza", "GREEN").await;
    crate::plans::released(&stage, "mx", &plan, 1, json!({ "countries": ["GT"] })).await.well();
    let seen = "query($id: ID!) { node(id: $id) { ... on Plan { hash } } }";
    let hash =
        stage.person("gt.test.focal").asks(seen, json!({ "id": plan })).await.well().text_at("node.hash");
    let mut said = content(&[]);
    let links =
        json!([{ "id": plan, "pinned": hash }, { "id": plan, "pinned": "0".repeat(64) }, { "id": plan }]);
    said["items"] = json!([item("a", "A", 10, json!({ "plans": links }))]);
    held(&stage, said.clone()).await;
    let linked = "{ meetings { nodes { items { plans { asPinned pinned plan { hash } } } } } }";
    let answer = stage.person("gt.test.analyst").asks(linked, json!({})).await.well();
    let as_pinned = |at: usize| answer.at(&format!("meetings.nodes.0.items.0.plans.{at}.asPinned")).clone();
    assert_eq!([as_pinned(0), as_pinned(1), as_pinned(2)], [json!(true), json!(false), json!(true)]);
    let unseen = stage.person("hn.test.analyst").asks(linked, json!({})).await.well();
    assert_eq!(unseen.at("meetings.nodes.0.items.0.plans"), &json!([]));

    said["items"][0]["plans"] = json!([{ "id": plan, "pinned": "latest" }]);
    assert_eq!(convokes(&stage, said).await.mends(), ["MALFORMED"]);
}
