//! Two revisions of an agenda, compared in words: by the host, by a delegation, and by one that only observes.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{SECRET, held, item, with_closed_items};
use crate::{
    plans::moved,
    stage::{Answer, Stage},
};

const DIFF: &str = "query($id: ID!, $from: String, $to: String) { agendaDiff(meeting: $id, from: $from, to: $to) { \
    item field words { es en } before after } }";

async fn compares(stage: &Stage, login: &str, id: &str, from: Option<&str>, to: Option<&str>) -> Answer {
    stage.person(login).asks(DIFF, json!({ "id": id, "from": from, "to": to })).await
}

async fn hash(stage: &Stage, login: &str, id: &str) -> String {
    let asked = "query($id: ID!) { node(id: $id) { ... on Meeting { hash } } }";
    stage.person(login).asks(asked, json!({ "id": id })).await.well().text_at("node.hash")
}

/// The words of each difference, in Spanish.
fn words(answer: &Answer) -> Vec<String> {
    let all = answer.at("agendaDiff").as_array().unwrap();
    all.iter().map(|one| one["words"]["es"].as_str().unwrap().to_owned()).collect()
}

async fn revised(stage: &Stage, id: &str, said: &Value, revision: u32, audience: Option<Value>) {
    stage.pass(TimeDelta::minutes(1));
    let revise = "mutation ($i: ReviseMeetingInput!) { reviseMeeting(input: $i) { userErrors { code path message } } }";
    let input = json!({ "id": id, "expectedRevision": revision, "content": said });
    stage.person("mx.test.secretary").asks(revise, json!({ "i": input })).await.well();
    let Some(audience) = audience else { return };
    let revision = i64::from(revision) + 1;
    moved(stage, "mx.test.secretary", "submitMeeting", id, revision as _).await.well();
    moved(stage, "mx.test.minister", "approveMeeting", id, revision as _).await.well();
    let release =
        "mutation ($i: ReleaseInput!) { releaseMeeting(input: $i) { userErrors { code path message } } }";
    let input = json!({ "id": id, "expectedRevision": revision, "audience": audience,
        "instrument": "Nota diplomática", "purpose": "Convocatoria" });
    stage.person("mx.test.focal").asks(release, json!({ "i": input })).await.well();
}

/// Held in its first revision, and released in a second: an open item is longer, a closed one has another title, one is
/// gone and one is new.
async fn in_two_revisions(stage: &Stage) -> (String, Value) {
    let id = held(stage, with_closed_items()).await;
    let mut said = with_closed_items();
    said["items"][0]["minutes"] = json!(20);
    said["items"][1]["title"]["es"] = json!("Xolotl cambiado");
    said["items"][7]["annotation"] = json!({ "es": "Se lee la declaración" });
    said["items"].as_array_mut().unwrap().remove(5);
    said["items"].as_array_mut().unwrap().push(item(
        "varios",
        "Asuntos varios",
        15,
        json!({ "session": 2, "kind": "OTHER" }),
    ));
    let observers = json!([stage.institution("INT-IOM").global()]);
    let audience = json!({ "countries": ["GT", "HN"], "institutions": observers });
    revised(stage, &id, &said, 1, Some(audience)).await;
    (id, said)
}

#[tokio::test]
async fn two_agendas_differ_by_item_and_field_in_words_of_what_one_is_shown_of_each() {
    let stage = Stage::set().await;
    let (id, _) = in_two_revisions(&stage).await;
    for login in ["mx.test.secretary", "gt.test.focal", "gt.agency.analyst"] {
        let whole = compares(&stage, login, &id, None, None).await.well();
        assert_eq!(
            words(&whole),
            [
                "punto 1 «Apertura»: duración: de 15 min a 20 min",
                "punto C1 «Xolotl cambiado»: título en español: de «Xolotl uno» a «Xolotl cambiado»",
                "punto 2.1 «Recepción»: se suprime",
                "punto 3 «Cierre»: anotación: se añade «Se lee la declaración»",
                "punto 4 «Asuntos varios»: se añade",
            ],
            "{login}"
        );
        let first = whole.at("agendaDiff.0");
        assert_eq!(
            (&first["item"], &first["field"], &first["before"], &first["after"]),
            (&json!("1"), &json!("minutes"), &json!(15), &json!(20))
        );
        assert_eq!(first["words"]["en"], "item 1 “Apertura”: duration: from 15 min to 20 min");
    }
    for login in ["hn.test.focal", "int.iom.observer"] {
        let open = compares(&stage, login, &id, None, None).await.well();
        assert_eq!(
            words(&open),
            [
                "punto 1 «Apertura»: duración: de 15 min a 20 min",
                "punto 2.1 «Recepción»: se suprime",
                "punto 3 «Cierre»: anotación: se añade «Se lee la declaración»",
                "punto 4 «Asuntos varios»: se añade",
            ],
            "{login}"
        );
        assert!(!open.text.contains(SECRET), "{login}: {}", open.text);
    }
}

#[tokio::test]
async fn revisions_are_named_by_the_hash_that_one_was_shown_and_by_no_other() {
    let stage = Stage::set().await;
    let id = held(&stage, with_closed_items()).await;
    let (whole, open) = (hash(&stage, "gt.test.focal", &id).await, hash(&stage, "hn.test.focal", &id).await);
    assert_ne!(whole, open);
    // Nothing came before the first, and a draft that follows it is nothing to those it was not released to.
    assert_eq!(compares(&stage, "gt.test.focal", &id, None, None).await.well().at("agendaDiff"), &json!([]));
    let mut said = with_closed_items();
    said["items"][0]["minutes"] = json!(20);
    revised(&stage, &id, &said, 1, None).await;
    let draft = hash(&stage, "mx.test.secretary", &id).await;
    assert_eq!(compares(&stage, "gt.test.focal", &id, None, None).await.well().at("agendaDiff"), &json!([]));
    let host = compares(&stage, "mx.test.secretary", &id, Some(&whole), Some(&draft)).await.well();
    assert_eq!(words(&host), ["punto 1 «Apertura»: duración: de 15 min a 20 min"]);
    let back = compares(&stage, "mx.test.secretary", &id, Some(&draft), Some(&whole)).await.well();
    assert_eq!(words(&back), ["punto 1 «Apertura»: duración: de 20 min a 15 min"]);
    // The draft, what is shown to others of the same revision, and what never was are refused in the same words.
    let never = "0".repeat(64);
    let refused = compares(&stage, "hn.test.focal", &id, Some(&never), None).await;
    for hash in [&draft, &whole] {
        let answer = compares(&stage, "hn.test.focal", &id, Some(hash), None).await;
        assert_eq!((answer.code(), answer.message()), ("NOT_FOUND", refused.message()));
    }
    assert_eq!(compares(&stage, "gt.test.focal", &id, Some(&draft), None).await.code(), "NOT_FOUND");
    // Who is not shown the meeting finds what one finds of a meeting that never was.
    let nowhere = api::ids::MeetingId::new().global();
    let other = compares(&stage, "hn.test.focal", &nowhere, None, None).await;
    let input = json!({ "input": { "id": id } });
    stage.person("mx.test.focal").asks(super::super::WITHDRAW, input).await.well();
    let gone = compares(&stage, "hn.test.focal", &id, None, None).await;
    assert_eq!((gone.code(), gone.message()), ("NOT_FOUND", other.message()));
}

#[tokio::test]
async fn a_link_that_one_does_not_see_leaves_no_trace_in_a_comparison() {
    let stage = Stage::set().await;
    let plan = crate::plans::drafted(&stage, "mx.test.editor", "MX-SRE", "México te abraza", "GREEN").await;
    crate::plans::released(&stage, "mx", &plan, 1, json!({ "countries": ["GT"] })).await.well();
    let mut said = super::content(&[]);
    said["items"] = json!([item("a", "A", 10, json!({}))]);
    let id = held(&stage, said.clone()).await;
    said["items"][0]["plans"] = json!([{ "id": plan }]);
    revised(&stage, &id, &said, 1, Some(json!({ "countries": ["GT", "HN"] }))).await;
    let sees = compares(&stage, "gt.test.analyst", &id, None, None).await.well();
    assert_eq!(words(&sees), ["punto 1 «A»: planes: se añade «México te abraza»"]);
    let blind = compares(&stage, "hn.test.analyst", &id, None, None).await.well();
    assert_eq!(blind.at("agendaDiff"), &json!([]));
}
