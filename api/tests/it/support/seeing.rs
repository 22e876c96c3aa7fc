//! Who sees what: a partner its own request, and nothing of the others.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{acts, answers, drafted, gaps, keeps, moves, offers, promised, sent, stated};
use crate::stage::Stage;

fn of(gap: &Value, list: &str, field: &str) -> Vec<String> {
    gap[list]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one[field].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn a_partner_sees_its_own_request_and_nothing_of_the_others() {
    let stage = Stage::set().await;
    let gap = stated(&stage, json!({})).await;
    let guatemala = sent(&stage, &gap, json!({ "countries": ["GT"] })).await;
    let agency = json!({ "institutions": [stage.institution("HN-INM").global()] });
    let honduras = sent(&stage, &gap, agency).await;
    let iom = drafted(&stage, &gap, json!({ "institutions": [stage.institution("INT-IOM").global()] })).await;
    offers(&stage, "gt.test.focal", &guatemala, "10").await.well();
    offers(&stage, "hn.agency.focal", &honduras, "20").await.well();

    let seen = gaps(&stage, "gt.agency.consular").await;
    assert_eq!(of(&seen[0], "requests", "id"), [guatemala.as_str()]);
    assert_eq!(of(&seen[0], "offers", "amount"), ["10"]);
    let seen = gaps(&stage, "hn.agency.analyst").await;
    assert_eq!(of(&seen[0], "requests", "id"), [honduras.as_str()]);
    assert_eq!(of(&seen[0], "offers", "amount"), ["20"]);
    // The agency was asked, not its country; the organization not yet.
    for login in ["hn.test.analyst", "int.iom.observer"] {
        assert_eq!(gaps(&stage, login).await, json!([]), "{login}");
    }
    let home = gaps(&stage, "mx.test.analyst").await;
    assert_eq!(home[0]["requests"].as_array().unwrap().len(), 3);
    assert_eq!(of(&home[0], "offers", "amount"), ["10", "20"]);
    moves(&stage, "mx.test.minister", &iom, "SEND").await.well();
    assert_eq!(of(&gaps(&stage, "int.iom.observer").await[0], "requests", "id"), [iom.as_str()]);

    // By its id as well.
    let node = "query($id: ID!) { node(id: $id) { ... on Gap { requests { id } } } }";
    let one = stage.person("gt.test.analyst").asks(node, json!({ "id": gap })).await.well();
    assert_eq!(one.at("node.requests"), &json!([{ "id": guatemala }]));
    assert_eq!(stage.person("hn.test.analyst").asks(node, json!({ "id": gap })).await.code(), "NOT_FOUND");
    // What is not theirs is not there to be moved either.
    assert_eq!(moves(&stage, "gt.test.focal", &honduras, "DECLINE").await.code(), "NOT_FOUND");
    assert_eq!(offers(&stage, "gt.test.focal", &honduras, "1").await.code(), "NOT_FOUND");
    let offer = of(&home[0], "offers", "id")[1].clone();
    assert_eq!(answers(&stage, "gt.test.focal", &offer, "WITHDRAW").await.code(), "NOT_FOUND");
    let entries = r#"{ ledger(first: 100, filter: { events: ["support-offer.made", "support-request.sent"] }) { nodes { subject } } }"#;
    let told = stage.person("gt.test.analyst").asks(entries, json!({})).await.well();
    assert!(!told.text.contains(&honduras) && !told.text.contains(&offer), "{}", told.text);
    assert_eq!(told.at("ledger.nodes").as_array().unwrap().len(), 2);

    // Taken back, it is gone for the partner, who is told that it was.
    acts(
        &stage,
        "gt.test.focal",
        "moveSupportOffer",
        json!({ "offer": of(&home[0], "offers", "id")[0], "step": "WITHDRAW" }),
    )
    .await
    .well();
    moves(&stage, "mx.test.focal", &guatemala, "WITHDRAW").await.well();
    assert_eq!(gaps(&stage, "gt.test.analyst").await, json!([]));
    let told =
        r#"{ ledger(last: 1, filter: { events: ["support-request.withdrawn"] }) { nodes { subject } } }"#;
    let told = stage.person("gt.test.analyst").asks(told, json!({})).await.well();
    assert_eq!(told.at("ledger.nodes"), &json!([{ "subject": guatemala }]));
}

#[tokio::test]
async fn where_offers_are_shared_those_who_are_asked_see_them_and_move_none_but_their_own() {
    let stage = Stage::set().await;
    let gap = stated(&stage, json!({ "offersShared": true })).await;
    let guatemala = sent(&stage, &gap, json!({ "countries": ["GT"] })).await;
    let honduras = sent(&stage, &gap, json!({ "countries": ["HN"] })).await;
    let ask = json!({ "request": guatemala, "words": { "es": "Entre nosotros" } });
    acts(&stage, "gt.test.focal", "writeOnSupportRequest", ask).await.well();
    let commitment = promised(&stage, &guatemala, "10").await;
    offers(&stage, "hn.test.focal", &honduras, "20").await.well();
    let seen = gaps(&stage, "hn.test.analyst").await;
    assert_eq!(seen[0]["offersShared"], true);
    assert_eq!(of(&seen[0], "requests", "id"), [honduras.as_str()]);
    assert_eq!(of(&seen[0], "offers", "amount"), ["10", "20"]);
    assert!(!seen.to_string().contains("Entre nosotros"), "{seen}");
    let offer = of(&seen[0], "offers", "id")[0].clone();
    assert_eq!(answers(&stage, "hn.test.focal", &offer, "WITHDRAW").await.code(), "FORBIDDEN");
    assert_eq!(keeps(&stage, "hn.test.focal", &commitment, "CANCEL").await.code(), "FORBIDDEN");
    let told = r#"{ ledger(last: 9, filter: { events: ["commitment.made"] }) { nodes { subject owner { code } } } }"#;
    let told = stage.person("hn.test.analyst").asks(told, json!({})).await.well();
    assert_eq!(told.at("ledger.nodes"), &json!([{ "subject": commitment, "owner": { "code": "GT-MINEX" } }]));
}

#[tokio::test]
async fn what_was_written_of_support_cannot_be_changed_behind_the_ledger() {
    let stage = Stage::set().await;
    let gap = stated(&stage, json!({})).await;
    let request = sent(&stage, &gap, json!({ "countries": ["GT"] })).await;
    let ask = json!({ "request": request, "words": { "es": "x" } });
    acts(&stage, "gt.test.focal", "writeOnSupportRequest", ask).await.well();
    promised(&stage, &request, "10").await;
    let db = stage.node.ledger.groundwork();
    for change in [
        "UPDATE support_message SET words = 'y'",
        "DELETE FROM support_message",
        "UPDATE support_offer SET amount = 1",
        "DELETE FROM support_offer",
        "UPDATE support_commitment SET due = due",
        "DELETE FROM support_commitment",
    ] {
        let refused = db.execute_unprepared(change).await.unwrap_err().to_string();
        assert!(refused.contains("is fixed"), "{change}: {refused}");
    }
}
