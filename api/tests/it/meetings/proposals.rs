//! What delegations propose on an agenda: until when, for whom it is to be seen, and what comes of it.

use api::{
    access::{Action, Role, Standing, allows},
    ids::ProposalId,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    agenda::{SECRET, with_closed_items},
    convokes,
    course::takes,
    released_to,
};
use crate::stage::{Answer, Stage};

/// The mutations that are attacked here.
pub const ATTACKED: [&str; 3] = ["proposeOnAgenda", "withdrawProposal", "decideProposal"];

const LIST: &str = "query($id: ID!) { node(id: $id) { ... on Meeting { proposals { id country kind item title { es } \
    minutes comment { es } outcome reason { es } outcomeAt } items { key title { es } minutes session proponent } } } }";

async fn does(stage: &Stage, login: &str, field: &str, input: Value) -> Answer {
    let ty = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    let document = format!(
        "mutation($i: {ty}!) {{ {field}(input: $i) {{ meeting {{ id }} userErrors {{ code path message }} }} }}"
    );
    stage.person(login).asks(&document, json!({ "i": input })).await
}

async fn seen(stage: &Stage, login: &str, id: &str) -> Value {
    stage.person(login).asks(LIST, json!({ "id": id })).await.well().at("node").clone()
}

/// A meeting ten days off with closed items, shown to Guatemala, Honduras, which observes, and the observers.
async fn to_come(stage: &Stage) -> String {
    let mut said = with_closed_items();
    for (at, day) in ["2025-01-26", "2025-01-27"].iter().enumerate() {
        said["sessions"][at]["startsAt"] = json!(format!("{day}T09:00:00"));
    }
    let id = convokes(stage, said).await.well().text_at("convokeMeeting.meeting.id");
    let observers = json!([stage.institution("INT-IOM").global()]);
    released_to(stage, &id, json!({ "countries": ["GT", "HN"], "institutions": observers })).await;
    id
}

async fn opened(stage: &Stage) -> String {
    let id = to_come(stage).await;
    takes(stage, "mx.test.focal", &id, "OPEN_AGENDA", json!("2025-01-18T00:00:00Z")).await.well();
    id
}

fn item(id: &str) -> Value {
    json!({ "id": id, "kind": "ITEM", "title": { "es": "Datos de retorno" }, "minutes": 25,
        "comment": { "es": "Falta" } })
}

async fn proposed(stage: &Stage, id: &str, input: Value) -> String {
    does(stage, "gt.test.focal", "proposeOnAgenda", input).await.well();
    let all = seen(stage, "gt.test.focal", id).await["proposals"].clone();
    all.as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_accepted_becomes_a_revision_of_the_agenda_and_what_is_declined_says_why() {
    let stage = Stage::set().await;
    let id = opened(&stage).await;
    let new = proposed(&stage, &id, item(&id)).await;
    let amend = json!({ "id": id, "kind": "AMENDMENT", "item": "apertura", "minutes": 20,
        "title": { "es": "Apertura y bienvenida" } });
    let amend = proposed(&stage, &id, amend).await;
    let comment = json!({ "id": id, "kind": "COMMENT", "item": "dos", "comment": { "es": "De acuerdo" } });
    let comment = proposed(&stage, &id, comment).await;

    let host = "mx.test.secretary";
    let decides = async |id: &str, more: Value| {
        let mut input = json!({ "id": id, "accept": true });
        input.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        does(&stage, host, "decideProposal", input).await
    };
    decides(&new, json!({ "session": 1 })).await.well();
    decides(&amend, json!({})).await.well();
    let unsaid = decides(&comment, json!({ "accept": false })).await;
    assert_eq!(unsaid.mends(), ["REQUIRED"], "{}", unsaid.text);
    decides(&comment, json!({ "accept": false, "reason": { "es": "Consta en acta" } })).await.well();
    assert_eq!(decides(&comment, json!({})).await.mends(), ["WRONG_STATE"]);

    let after = seen(&stage, host, &id).await;
    let items = after["items"].as_array().unwrap();
    assert_eq!(
        (&items[0]["title"]["es"], &items[0]["minutes"]),
        (&json!("Apertura y bienvenida"), &json!(20))
    );
    let at = items.iter().position(|item| item["title"]["es"] == "Datos de retorno").unwrap();
    assert_eq!(
        (&items[at]["session"], &items[at]["proponent"], &items[at + 1]["session"]),
        (&json!(1), &json!("GT"), &json!(2))
    );
    let told = seen(&stage, "gt.test.focal", &id).await;
    let outcomes: Vec<_> = told["proposals"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
    assert_eq!(outcomes, ["ACCEPTED", "ACCEPTED", "DECLINED"]);
    assert_eq!(told["proposals"][2]["reason"]["es"], "Consta en acta");
    // The agenda they are shown is the one that was released, until the next is.
    assert_eq!(told["items"][0]["title"]["es"], "Apertura");
}

#[tokio::test]
async fn delegations_propose_until_the_time_that_was_set_and_in_that_phase_only() {
    let stage = Stage::set().await;
    let id = to_come(&stage).await;
    let tries = async || does(&stage, "gt.test.focal", "proposeOnAgenda", item(&id)).await;
    let before = stage.entries().await.len();
    assert_eq!(tries().await.mends(), ["WRONG_STATE"], "convoked");
    assert_eq!(stage.entries().await.len(), before);
    takes(&stage, "mx.test.focal", &id, "OPEN_AGENDA", json!("2025-01-18T00:00:00Z")).await.well();
    stage.set_time("2025-01-17T23:59:59Z".parse().unwrap());
    tries().await.well();
    stage.set_time("2025-01-18T00:00:00Z".parse().unwrap());
    let late = tries().await;
    assert_eq!(late.mends(), ["WRONG_STATE"]);
    assert!(late.text.contains("2025-01-18T00:00:00"), "{}", late.text);
    // More time is given.
    takes(&stage, "mx.test.focal", &id, "OPEN_AGENDA", json!("2025-01-19T00:00:00Z")).await.well();
    let open = proposed(&stage, &id, item(&id)).await;
    stage.pass(TimeDelta::days(2));
    takes(&stage, "mx.test.focal", &id, "ADOPT_AGENDA", Value::Null).await.well();
    assert_eq!(tries().await.mends(), ["WRONG_STATE"], "adopted");
    let late = does(&stage, "mx.test.focal", "decideProposal", json!({ "id": open, "accept": true })).await;
    assert_eq!(late.mends(), ["WRONG_STATE"], "adopted");
}

#[tokio::test]
async fn proposals_are_for_those_who_take_part_and_who_only_observes_finds_no_trace() {
    let stage = Stage::set().await;
    let id = opened(&stage).await;
    let secret =
        json!({ "id": id, "kind": "COMMENT", "item": "uno", "comment": { "es": format!("{SECRET} no") } });
    let proposal = proposed(&stage, &id, secret).await;
    for login in ["mx.test.secretary", "gt.test.focal", "gt.agency.analyst"] {
        assert_eq!(seen(&stage, login, &id).await["proposals"].as_array().unwrap().len(), 1, "{login}");
    }
    let events = "{ ledger(first: 100, filter: { events: [\"meeting.proposal-made\"] }) { totalCount } }";
    for login in ["hn.test.focal", "int.iom.observer"] {
        assert_eq!(seen(&stage, login, &id).await["proposals"], json!([]), "{login}");
        let told = stage.person(login).asks(events, json!({})).await.well();
        assert_eq!(told.at("ledger.totalCount"), 0, "{login}");
    }
    let told = stage.person("gt.test.minister").asks(events, json!({})).await.well();
    assert_eq!(told.at("ledger.totalCount"), 1);
    // Honduras speaks for a delegation, but for none that proposes, and for none of a proposal that it sees.
    assert_eq!(does(&stage, "hn.test.focal", "proposeOnAgenda", item(&id)).await.mends(), ["WRONG_STATE"]);
    let never = json!({ "id": ProposalId::new().global() });
    let one = does(&stage, "hn.test.focal", "withdrawProposal", json!({ "id": proposal })).await;
    let other = does(&stage, "hn.test.focal", "withdrawProposal", never).await;
    assert_eq!((one.code(), one.message()), ("NOT_FOUND", other.message()));
    assert!(!stage.entries().await.iter().any(|entry| entry.body.contains(SECRET)));
}

#[tokio::test]
async fn each_proposal_is_made_withdrawn_and_decided_by_whom_the_table_says() {
    let stage = Stage::set().await;
    let id = opened(&stage).await;
    let (mut open, mut done) = (proposed(&stage, &id, item(&id)).await, 0);
    for login in stage.logins() {
        let role = Role::ALL.iter().find(|role| login.ends_with(crate::stage::named(**role)));
        let may = |action| role.is_some_and(|role| allows(*role, action, Standing::Owner));
        let speaks = may(Action::SpeakForDelegation) && login.starts_with("gt.");
        let conducts = may(Action::Conduct) && login.starts_with("mx.test.");
        for field in ATTACKED {
            let (fits, input) = match field {
                "proposeOnAgenda" => (speaks, item(&id)),
                "withdrawProposal" => (speaks, json!({ "id": open })),
                _ => (conducts, json!({ "id": open, "accept": false, "reason": { "es": "No" } })),
            };
            let before = stage.entries().await.len();
            let answer = does(&stage, login, field, input).await;
            let after = stage.entries().await.len();
            if fits {
                answer.well();
                assert_eq!(after, before + 1, "{login} {field}");
                done += 1;
                if field != "proposeOnAgenda" {
                    open = proposed(&stage, &id, item(&id)).await;
                }
            } else {
                let refused =
                    matches!(answer.code(), "FORBIDDEN" | "NOT_FOUND") || answer.mends() == ["WRONG_STATE"];
                assert!(refused, "{login} {field}: {}", answer.text);
                assert_eq!(after, before, "{login} {field}");
            }
        }
    }
    assert!(done > 8, "{done}");
    for field in ATTACKED {
        let input =
            if field == "proposeOnAgenda" { item(&id) } else { json!({ "id": open, "accept": true }) };
        let ty = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
        let document = format!("mutation($i: {ty}!) {{ {field}(input: $i) {{ meeting {{ id }} }} }}");
        let mut input = input;
        if field == "withdrawProposal" {
            input.as_object_mut().unwrap().remove("accept");
        }
        assert_eq!(stage.stranger().asks(&document, json!({ "i": input })).await.code(), "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn a_proposal_out_of_bounds_is_refused_with_each_place_and_nothing_is_stored() {
    let stage = Stage::set().await;
    let id = opened(&stage).await;
    let before = stage.entries().await.len();
    for (input, paths) in [
        (json!({ "kind": "ITEM" }), vec!["input.title", "input.minutes"]),
        (json!({ "kind": "ITEM", "title": { "es": "x" }, "minutes": 0 }), vec!["input.minutes"]),
        (json!({ "kind": "ITEM", "title": { "es": "x" }, "minutes": 5, "item": "dos" }), vec!["input.item"]),
        (json!({ "kind": "AMENDMENT" }), vec!["input.item", "input.title"]),
        (json!({ "kind": "AMENDMENT", "item": "nada", "minutes": 5 }), vec!["input.item"]),
        (json!({ "kind": "AMENDMENT", "item": "dos", "itemKind": "CLOSED" }), vec!["input.kind"]),
        (json!({ "kind": "COMMENT" }), vec!["input.comment"]),
        (json!({ "kind": "COMMENT", "comment": { "es": "x" }, "minutes": 5 }), vec!["input"]),
        (json!({ "kind": "COMMENT", "comment": { "es": "x".repeat(5_001) } }), vec!["input.comment"]),
    ] {
        let mut whole = input.clone();
        whole["id"] = json!(id);
        let answer = does(&stage, "gt.test.focal", "proposeOnAgenda", whole).await;
        let errors = answer.at("proposeOnAgenda.userErrors").as_array().unwrap().clone();
        let told: Vec<_> = errors.iter().map(|error| error["path"].as_str().unwrap()).collect();
        let begins = |path: &&str| paths.iter().any(|right| path.starts_with(right));
        assert!(
            !told.is_empty() && told.iter().all(begins) && told.len() == paths.len(),
            "{input}: {told:?}"
        );
    }
    assert_eq!(stage.entries().await.len(), before);
    assert_eq!(seen(&stage, "gt.test.focal", &id).await["proposals"], json!([]));
    // What does not fit the session is not accepted, and stays open.
    let mut long = item(&id);
    long["minutes"] = json!(1_000);
    let long = proposed(&stage, &id, long).await;
    let input = json!({ "id": long, "accept": true, "session": 1 });
    assert!(!does(&stage, "mx.test.focal", "decideProposal", input).await.mends().is_empty());
    assert_eq!(seen(&stage, "gt.test.focal", &id).await["proposals"][0]["outcome"], "OPEN");
}

#[tokio::test]
async fn of_two_who_decide_at_once_one_does() {
    let stage = Stage::set().await;
    let id = opened(&stage).await;
    let open = proposed(&stage, &id, item(&id)).await;
    let yes = does(&stage, "mx.test.focal", "decideProposal", json!({ "id": open, "accept": true }));
    let no = does(&stage, "gt.test.focal", "withdrawProposal", json!({ "id": open }));
    let (yes, no) = futures::future::join(yes, no).await;
    let done =
        [&yes, &no].iter().filter(|answer| answer.mends().is_empty() && answer.code() == "no error").count();
    assert_eq!(done, 1, "{} {}", yes.text, no.text);
}
