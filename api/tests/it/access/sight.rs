//! Who sees what: drafts, audiences under each handling mark, later revisions; by every way in.

use api::{
    access::{Action, Kind, Role, Standing, allows},
    ids::{MeetingId, RecordId},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Attacker, account_id, everybody};
use crate::{
    acts::{Carried, content},
    stage::Stage,
};

pub const LISTS: [(Kind, &str); 3] =
    [(Kind::Plan, "plans"), (Kind::Dataset, "datasets"), (Kind::Meeting, "meetings")];

fn list(kind: Kind) -> &'static str {
    LISTS.iter().find(|(known, _)| *known == kind).unwrap().1
}

/// Whether somebody finds the record, which all ways in must agree on.
pub async fn sees(stage: &Stage, login: &str, record: &Carried<'_>) -> bool {
    let id = record.global();
    let person = stage.person(login);
    let one = person.asks("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
    let seen = one.json.pointer("/data/node/id").is_some();
    if !seen {
        assert_eq!(one.code(), "NOT_FOUND", "{login}: {}", one.text);
    }
    let several = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let several = person.asks(several, json!({ "ids": [id, stage.institution("MX-SRE").global()] })).await;
    assert_eq!(!several.at("nodes.0").is_null(), seen, "{login}: {}", several.text);

    let field = list(record.kind);
    let query = format!("{{ {field}(first: 100) {{ totalCount edges {{ cursor node {{ id }} }} }} }}");
    let listed = person.asks(&query, json!({})).await;
    if listed.code() == "FORBIDDEN" {
        assert!(!seen, "{login} may not list {field} but finds one by its id");
    } else {
        let edges = listed.at(&format!("{field}.edges")).as_array().unwrap();
        assert_eq!(
            edges.iter().any(|edge| edge["node"]["id"] == json!(id)),
            seen,
            "{login}: {}",
            listed.text
        );
        assert_eq!(listed.at(&format!("{field}.totalCount")), &json!(edges.len()), "{login}");
    }
    seen
}

fn reads(who: &Attacker, kind: Kind) -> bool {
    who.role.is_some_and(|role| allows(role, Action::Read(kind), Standing::Owner))
}

/// Everybody looks; who finds it must be who was meant.
async fn seen_by(stage: &Stage, record: &Carried<'_>, meant: impl Fn(&Attacker) -> bool) {
    for who in everybody(stage) {
        let expected = meant(&who) && reads(&who, record.kind);
        assert_eq!(sees(stage, &who.login, record).await, expected, "{} and {record:?}", who.login);
    }
}

#[tokio::test]
async fn a_draft_is_seen_where_it_is_worked_on_and_nowhere_else() {
    let stage = Stage::set().await;
    for kind in Kind::ALL {
        let alone = Carried::begun(&stage, *kind, "mx.test", "GREEN", "solo").await;
        seen_by(&stage, &alone, |who| who.prefix == "mx.test").await;
        let chained = Carried::begun(&stage, *kind, "mx.agency", "GREEN", "juntos").await;
        seen_by(&stage, &chained, |who| who.country == "MX").await;
        let more = json!({ "chain": [stage.institution("HN-INM").global()] });
        let together = Carried::begun_with(
            &stage,
            *kind,
            "hn.test",
            "GREEN",
            content(&stage, *kind, "con otros", 1),
            more,
        )
        .await;
        seen_by(&stage, &together, |who| who.country == "HN").await;
    }
}

#[tokio::test]
async fn under_red_a_draft_and_a_release_are_for_named_accounts_alone() {
    let stage = Stage::set().await;
    for kind in Kind::ALL {
        let minister = account_id(&stage, "mx.test.minister").await;
        let focal = account_id(&stage, "mx.test.focal").await;
        let author = format!("mx.test.{}", crate::acts::author(*kind));
        let workers = [author.as_str(), "mx.test.minister", "mx.test.focal"];
        let content = content(&stage, *kind, "reservado", 1);
        let more = json!({ "accounts": [minister, focal] });
        let red = Carried::begun_with(&stage, *kind, "mx.test", "RED", content, more).await;
        seen_by(&stage, &red, |who| workers.contains(&who.login.as_str())).await;

        red.ready(&stage).await;
        for wide in [
            json!({ "everyone": true }),
            json!({ "countries": ["GT"] }),
            json!({ "institutions": [stage.institution("GT-MINEX").global()] }),
        ] {
            assert_eq!(red.released(&stage, wide).await.mends(), ["WIDER_THAN_HANDLING"]);
        }
        let to = account_id(&stage, "gt.test.focal").await;
        red.released(&stage, json!({ "accounts": [to] })).await.well();
        seen_by(&stage, &red, |who| workers.contains(&who.login.as_str()) || who.login == "gt.test.focal")
            .await;
        // The ledger tells no more of it.
        let count = "query($s: ID!) { ledger(filter: { subject: $s }) { totalCount } }";
        for who in everybody(&stage) {
            let answer = stage.person(&who.login).asks(count, json!({ "s": red.global() })).await;
            if answer.code() == "FORBIDDEN" {
                continue;
            }
            let works = workers.contains(&who.login.as_str()) && reads(&who, *kind);
            let audits = who.country == "MX" && who.role == Some(Role::Auditor);
            let told = if works || audits { 4 } else { i32::from(who.login == "gt.test.focal") };
            assert_eq!(answer.at("ledger.totalCount"), &json!(told), "{}: {}", who.login, answer.text);
        }
    }
}

#[tokio::test]
async fn each_mark_admits_its_audiences_and_those_named_see_it() {
    let stage = Stage::set().await;
    let institution = stage.institution("GT-IGM").global();
    let account = account_id(&stage, "hn.agency.focal").await;
    let everyone = json!({ "everyone": true });
    let country = json!({ "countries": ["GT"] });
    let institution = json!({ "institutions": [institution] });
    let account = json!({ "accounts": [account] });
    let wider = |mark: &str| match mark {
        "CLEAR" => vec![],
        "GREEN" | "AMBER" => vec![&everyone],
        _ => vec![&everyone, &country],
    };
    let kinds = [
        ("CLEAR", Kind::Plan),
        ("GREEN", Kind::Meeting),
        ("AMBER", Kind::Dataset),
        ("AMBER_STRICT", Kind::Plan),
    ];
    for (mark, kind) in kinds {
        let record = Carried::begun(&stage, kind, "mx.test", mark, mark).await;
        record.ready(&stage).await;
        for wide in wider(mark) {
            let answer = record.released(&stage, wide.clone()).await;
            assert_eq!(answer.mends(), ["WIDER_THAN_HANDLING"], "{mark}: {}", answer.text);
        }
        seen_by(&stage, &record, |who| who.prefix == "mx.test").await;
        record.released(&stage, account.clone()).await.well();
        seen_by(&stage, &record, |who| who.prefix == "mx.test" || who.login == "hn.agency.focal").await;
        record.released(&stage, institution.clone()).await.well();
        let named = |who: &Attacker| {
            who.prefix == "mx.test" || who.login == "hn.agency.focal" || who.prefix == "gt.agency"
        };
        seen_by(&stage, &record, named).await;
        if mark != "AMBER_STRICT" {
            record.released(&stage, country.clone()).await.well();
            seen_by(&stage, &record, |who| named(who) || who.country == "GT").await;
        }
        if mark == "CLEAR" {
            record.released(&stage, everyone.clone()).await.well();
            seen_by(&stage, &record, |_| true).await;
        }
    }
}

#[tokio::test]
async fn node_and_nodes_answer_alike_for_what_is_hidden_and_for_what_never_was() {
    let stage = Stage::set().await;
    let mut hidden = Vec::new();
    for kind in Kind::ALL {
        hidden.push(Carried::begun(&stage, *kind, "mx.test", "GREEN", "oculto").await);
    }
    let one = "query($id: ID!) { node(id: $id) { __typename id } }";
    let many = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
    for who in everybody(&stage) {
        let person = stage.person(&who.login);
        let mut ids: Vec<(String, bool)> = hidden
            .iter()
            .map(|record| (record.global(), who.prefix == "mx.test" && reads(&who, record.kind)))
            .collect();
        // An id of one kind dressed up as another's, and ids that the schema does not look up.
        let uuid = hidden[0].id;
        ids.push((MeetingId::from(uuid).global(), false));
        for kind in ["Record", "Entry", "Post", "Appointment", "Country", "plan", ""] {
            ids.push((format!("{kind}:{}", uuid.0.simple()), false));
        }
        let entry = stage.entries().await.pop().unwrap();
        ids.push((entry.id.global(), false));
        ids.push((super::administrators::appointment_of(&stage, "mx.test.focal").await, false));
        let at_home = who.country == "MX" && matches!(who.role, Some(Role::Administrator | Role::Auditor));
        ids.push((account_id(&stage, "mx.test.focal").await, at_home));
        let signed = who.role.is_some_and(|role| allows(role, Action::ReadDirectory, Standing::Partner));
        ids.push((stage.institution("MX-SRE").global(), signed));

        let never = person.asks(one, json!({ "id": format!("Plan:{}", Uuid::now_v7().simple()) })).await;
        assert_eq!(never.code(), "NOT_FOUND");
        for (id, visible) in &ids {
            let answer = person.asks(one, json!({ "id": id })).await;
            if *visible {
                assert_eq!(answer.text_at("node.id"), *id, "{}", who.login);
            } else {
                assert_eq!(answer.text, never.text, "{} and {id}", who.login);
            }
        }
        let all: Vec<&str> = ids.iter().map(|(id, _)| id.as_str()).collect();
        let answer = person.asks(many, json!({ "ids": all })).await;
        let found: Vec<bool> =
            answer.at("nodes").as_array().unwrap().iter().map(|node| !node.is_null()).collect();
        let expected: Vec<bool> = ids.iter().map(|(_, visible)| *visible).collect();
        assert_eq!(found, expected, "{}: {}", who.login, answer.text);
        let refused: Vec<&Value> = answer.json["errors"].as_array().into_iter().flatten().collect();
        assert_eq!(refused.len(), expected.iter().filter(|visible| !**visible).count());
        for error in refused {
            assert_eq!(error["message"], json!(never.message()));
            assert_eq!(error["extensions"]["code"], json!("NOT_FOUND"));
        }
    }
}

#[tokio::test]
async fn a_link_of_an_agenda_shows_to_those_who_see_what_it_leads_to() {
    let stage = Stage::set().await;
    let plan = Carried::begun(&stage, Kind::Plan, "mx.test", "GREEN", "plan").await;
    let dataset = Carried::begun(&stage, Kind::Dataset, "mx.test", "GREEN", "datos").await;
    let mut said = content(&stage, Kind::Meeting, "reunion", 1);
    said["items"][0]["plans"] = json!([{ "id": plan.global() }]);
    said["items"][0]["datasets"] = json!([{ "id": dataset.global() }]);
    let meeting =
        Carried::begun_with(&stage, Kind::Meeting, "mx.test", "CLEAR", said.clone(), json!({})).await;
    meeting.shared(&stage, json!({ "everyone": true })).await;
    plan.shared(&stage, json!({ "countries": ["GT"] })).await;
    let asks = "query($id: ID!) { node(id: $id) { ... on Meeting { items { plans { plan { id } } datasets { dataset { id } } } } } }";
    for who in everybody(&stage).iter().filter(|who| reads(who, Kind::Meeting)) {
        let answer = stage.person(&who.login).asks(asks, json!({ "id": meeting.global() })).await.well();
        let links = |path: &str| answer.at(path).as_array().unwrap().len();
        let plans = who.prefix == "mx.test" || who.country == "GT";
        assert_eq!(links("node.items.0.plans"), usize::from(plans), "{}", who.login);
        let datasets = who.prefix == "mx.test" && reads(who, Kind::Dataset);
        assert_eq!(links("node.items.0.datasets"), usize::from(datasets), "{}", who.login);
    }
    // Who does not see a plan cannot link it, and is not told whether it is there.
    let link = |id: String| {
        let mut said = said.clone();
        said["items"][0]["plans"] = json!([{ "id": id }]);
        said["items"][0]["datasets"] = json!([]);
        json!({ "i": { "handling": "GREEN", "content": said } })
    };
    let (field, input) = crate::acts::beginning(Kind::Meeting);
    let convoke = crate::acts::command(field, input, Kind::Meeting);
    let secretary = stage.person("hn.test.secretary");
    let hidden = secretary.asks(&convoke, link(plan.global())).await;
    let never = secretary.asks(&convoke, link(crate::acts::global(Kind::Plan, RecordId::new()))).await;
    assert_eq!(hidden.mends(), ["UNKNOWN"], "{}", hidden.text);
    assert_eq!(hidden.text, never.text);
}
