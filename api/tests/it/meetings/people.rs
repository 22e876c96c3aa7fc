//! Who is accredited to a meeting, who is told of it, and until when.

use api::{
    access::{Action, Role, Standing, allows},
    ids::ParticipantId,
    meetings::people::{KEPT_FOR, forget},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{course::takes, text::in_session};
use crate::{
    meetings::delegations::stage_with_costa_rica,
    stage::{Answer, Stage},
};

/// The mutations that are attacked here.
pub const ATTACKED: [&str; 3] = ["accreditParticipant", "removeParticipant", "setSpeakingOrder"];

/// What stands in no entry, and in no answer to those whom it does not concern.
const NAME: &str = "Delegada Primera";

async fn does(stage: &Stage, login: &str, field: &str, input: Value) -> Answer {
    let ty = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    let document = format!(
        "mutation($i: {ty}!) {{ {field}(input: $i) {{ meeting {{ id }} userErrors {{ code path message }} }} }}"
    );
    stage.person(login).asks(&document, json!({ "i": input })).await
}

async fn seen(stage: &Stage, login: &str, id: &str) -> Value {
    let list = "query($id: ID!) { node(id: $id) { ... on Meeting { participants { id country name post { es } badge \
        accreditedAt } speakingOrders { item countries } } } }";
    stage.person(login).asks(list, json!({ "id": id })).await.well().at("node").clone()
}

fn somebody(meeting: &str) -> Value {
    json!({ "meeting": meeting, "name": NAME, "post": { "es": "Directora de asuntos consulares" } })
}

fn order(meeting: &str, countries: &[&str]) -> Value {
    json!({ "meeting": meeting, "item": "uno", "countries": countries })
}

async fn accredited(stage: &Stage, login: &str, meeting: &str) -> String {
    does(stage, login, "accreditParticipant", somebody(meeting)).await.well();
    let all = seen(stage, login, meeting).await["participants"].clone();
    all.as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned()
}

fn badges(seen: &Value) -> Vec<&str> {
    seen["participants"].as_array().unwrap().iter().map(|one| one["badge"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn names_are_for_the_own_country_and_the_host_and_stand_in_no_entry() {
    let stage = stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    accredited(&stage, "gt.test.focal", &meeting).await;
    accredited(&stage, "hn.test.focal", &meeting).await;
    let by_host = json!({ "meeting": meeting, "name": "Delegado de Costa Rica", "post": { "es": "Cónsul" }, "country": "CR" });
    does(&stage, "mx.test.secretary", "accreditParticipant", by_host).await.well();

    assert_eq!(badges(&seen(&stage, "mx.test.secretary", &meeting).await), ["CR-1", "GT-1", "HN-1"]);
    assert_eq!(badges(&seen(&stage, "gt.test.focal", &meeting).await), ["GT-1"]);
    // Who only observes is accredited like everybody.
    assert_eq!(badges(&seen(&stage, "hn.test.focal", &meeting).await), ["HN-1"]);
    for login in ["int.iom.observer", "gt.test.analyst"] {
        assert_eq!(seen(&stage, login, &meeting).await["participants"], json!([]), "{login}");
    }
    assert!(!stage.entries().await.iter().any(|entry| entry.body.contains("Delegad")));
    let events =
        "{ ledger(first: 100, filter: { events: [\"meeting.participant-accredited\"] }) { totalCount } }";
    for (login, count) in
        [("mx.test.focal", 3), ("gt.test.focal", 1), ("hn.test.focal", 1), ("int.iom.observer", 0)]
    {
        let told = stage.person(login).asks(events, json!({})).await.well();
        assert_eq!(told.at("ledger.totalCount"), count, "{login}");
    }
}

#[tokio::test]
async fn an_accreditation_is_taken_back_and_its_badge_is_no_other_s() {
    let stage = stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    let first = accredited(&stage, "gt.test.focal", &meeting).await;
    accredited(&stage, "gt.test.focal", &meeting).await;
    let never = json!({ "id": ParticipantId::new().global() });
    for login in ["hn.test.focal", "mx.test.focal"] {
        let one = does(&stage, login, "removeParticipant", json!({ "id": first })).await;
        let other = does(&stage, login, "removeParticipant", never.clone()).await;
        assert_eq!((one.code(), one.message()), ("NOT_FOUND", other.message()), "{login}");
    }
    does(&stage, "gt.test.focal", "removeParticipant", json!({ "id": first })).await.well();
    let again = does(&stage, "gt.test.focal", "removeParticipant", json!({ "id": first })).await;
    assert_eq!(again.code(), "NOT_FOUND");
    accredited(&stage, "gt.test.focal", &meeting).await;
    assert_eq!(badges(&seen(&stage, "gt.test.focal", &meeting).await), ["GT-2", "GT-3"]);
}

#[tokio::test]
async fn names_are_deleted_thirty_days_after_the_meeting_and_not_while_it_is_postponed() {
    let stage = stage_with_costa_rica().await;
    let (meeting, later) = (in_session(&stage).await, in_session(&stage).await);
    accredited(&stage, "gt.test.focal", &meeting).await;
    accredited(&stage, "gt.test.focal", &later).await;
    takes(&stage, "mx.test.focal", &meeting, "CLOSE", Value::Null).await.well();
    let forgets = async || forget(&stage.node.ledger, &stage.node.reads.0).await.unwrap();
    stage.pass(KEPT_FOR - TimeDelta::seconds(1));
    let before = stage.entries().await.len();
    assert_eq!((forgets().await, stage.entries().await.len()), (0, before));
    let late = does(&stage, "gt.test.focal", "accreditParticipant", somebody(&meeting)).await;
    assert_eq!(late.mends(), ["WRONG_STATE"], "it is closed");
    stage.pass(TimeDelta::seconds(2));
    assert_eq!(forgets().await, 1);
    assert_eq!(seen(&stage, "gt.test.focal", &meeting).await["participants"], json!([]));
    let told = stage.entries().await;
    assert_eq!(told.last().unwrap().event, "meeting.participants-forgotten");
    // The other was never closed: its last session ended months before it is forgotten.
    assert_eq!(badges(&seen(&stage, "gt.test.focal", &later).await), ["GT-1"]);
    stage.pass(TimeDelta::days(90));
    assert_eq!((forgets().await, forgets().await), (1, 0));
    assert_eq!(seen(&stage, "mx.test.secretary", &later).await["participants"], json!([]));
}

#[tokio::test]
async fn a_speaking_order_is_the_host_s_and_for_those_who_take_part() {
    let stage = stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    let sets = async |input: Value| does(&stage, "mx.test.secretary", "setSpeakingOrder", input).await;
    sets(order(&meeting, &["GT", "MX"])).await.well();
    sets(order(&meeting, &["CR", "GT", "MX"])).await.well();
    let told = json!([{ "item": "uno", "countries": ["CR", "GT", "MX"] }]);
    for login in ["mx.test.focal", "gt.test.focal"] {
        assert_eq!(seen(&stage, login, &meeting).await["speakingOrders"], told, "{login}");
    }
    for login in ["hn.test.focal", "int.iom.observer"] {
        assert_eq!(seen(&stage, login, &meeting).await["speakingOrders"], json!([]), "{login}");
    }
    let before = stage.entries().await.len();
    for (countries, code) in
        [(vec!["HN"], "UNKNOWN"), (vec!["ZZ"], "UNKNOWN"), (vec!["GT", "GT"], "DUPLICATE")]
    {
        assert_eq!(sets(order(&meeting, &countries)).await.mends(), [code], "{countries:?}");
    }
    let mut nowhere = order(&meeting, &["GT"]);
    nowhere["item"] = json!("nada");
    assert_eq!(sets(nowhere).await.mends(), ["UNKNOWN"]);
    assert_eq!(stage.entries().await.len(), before);
    sets(order(&meeting, &[])).await.well();
    assert_eq!(seen(&stage, "gt.test.focal", &meeting).await["speakingOrders"], json!([]));
}

#[tokio::test]
async fn a_participant_out_of_bounds_is_refused_and_nothing_is_stored() {
    let stage = stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    let before = stage.entries().await.len();
    for (key, value, path) in [
        ("name", json!(" "), "input.name"),
        ("name", json!("x".repeat(201)), "input.name"),
        ("name", json!("dos\nlíneas"), "input.name"),
        ("post", json!({ "es": "x".repeat(5_000) }), "input.post.es"),
    ] {
        let mut input = somebody(&meeting);
        input[key] = value;
        let answer = does(&stage, "gt.test.focal", "accreditParticipant", input).await;
        assert_eq!(answer.at("accreditParticipant.userErrors.0.path"), path, "{}", answer.text);
    }
    let by_host = |country: &str| {
        let mut input = somebody(&meeting);
        input["country"] = json!(country);
        input
    };
    for (country, code) in [("HN", "WRONG_STATE"), ("VE", "UNKNOWN")] {
        let answer = does(&stage, "mx.test.secretary", "accreditParticipant", by_host(country)).await;
        assert_eq!(answer.mends(), [code], "{country}");
    }
    assert_eq!(stage.entries().await.len(), before);
    assert_eq!(seen(&stage, "mx.test.secretary", &meeting).await["participants"], json!([]));
}

#[tokio::test]
async fn people_are_accredited_and_ordered_by_whom_the_table_says() {
    let stage = stage_with_costa_rica().await;
    let meeting = in_session(&stage).await;
    let mut open = accredited(&stage, "gt.test.focal", &meeting).await;
    let mut done = 0;
    for login in stage.logins() {
        let role = Role::ALL.iter().find(|role| login.ends_with(crate::stage::named(**role)));
        let may = |action| role.is_some_and(|role| allows(*role, action, Standing::Owner));
        let speaks = may(Action::SpeakForDelegation);
        for field in ATTACKED {
            let (fits, input) = match field {
                "accreditParticipant" => {
                    let of_one = ["mx.", "gt.", "hn."].iter().any(|country| login.starts_with(country));
                    (speaks && of_one, somebody(&meeting))
                }
                "removeParticipant" => (speaks && login.starts_with("gt."), json!({ "id": open })),
                _ => (may(Action::Conduct) && login.starts_with("mx.test."), order(&meeting, &["GT"])),
            };
            let before = stage.entries().await.len();
            let answer = does(&stage, login, field, input).await;
            let after = stage.entries().await.len();
            if fits {
                answer.well();
                assert_eq!(after, before + 1, "{login} {field}");
                done += 1;
                if field == "removeParticipant" {
                    open = accredited(&stage, "gt.test.focal", &meeting).await;
                }
            } else {
                assert!(
                    matches!(answer.code(), "FORBIDDEN" | "NOT_FOUND"),
                    "{login} {field}: {}",
                    answer.text
                );
                assert_eq!(after, before, "{login} {field}");
            }
        }
    }
    assert!(done > 8, "{done}");
    for (field, input) in [
        ("accreditParticipant", somebody(&meeting)),
        ("removeParticipant", json!({ "id": open })),
        ("setSpeakingOrder", order(&meeting, &[])),
    ] {
        let ty = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
        let document = format!("mutation($i: {ty}!) {{ {field}(input: $i) {{ meeting {{ id }} }} }}");
        assert_eq!(stage.stranger().asks(&document, json!({ "i": input })).await.code(), "UNAUTHENTICATED");
    }
}
