//! From a gap to what is received, and what is refused on the way.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{acts, answers, drafted, gaps, keeps, lacking, moves, offered, offers, promised, sent, stated};
use crate::stage::{Answer, Stage};

fn problems(answer: &Answer) -> String {
    let payload = answer.json["data"].as_object().and_then(|data| data.values().next()).unwrap();
    let problem = |problem: &Value| format!("{} {}", problem["code"], problem["path"]).replace('"', "");
    payload["userErrors"].as_array().unwrap().iter().map(problem).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn a_gap_is_asked_about_offered_for_promised_delivered_and_received() {
    let stage = Stage::set().await;
    let gap = stated(&stage, json!({ "division": "MX-CMX" })).await;
    assert_eq!(gaps(&stage, "gt.test.focal").await, json!([]));
    let request = sent(&stage, &gap, json!({ "countries": ["GT"] })).await;
    let ask = json!({ "request": request, "words": { "es": "¿Con niñas y niños?" } });
    acts(&stage, "gt.test.focal", "writeOnSupportRequest", ask).await.well();
    let answer = json!({ "request": request, "words": { "es": "Sí, la mitad" } });
    let written = acts(&stage, "mx.test.focal", "writeOnSupportRequest", answer).await.well();
    let told = |number, from, words: &str| json!({ "number": number, "fromPartner": from, "words": { "es": words } });
    assert_eq!(
        written.at("writeOnSupportRequest.gap.requests.0.messages"),
        &json!([told(1, true, "¿Con niñas y niños?"), told(2, false, "Sí, la mitad")])
    );

    let commitment = promised(&stage, &request, "120").await;
    let seen = gaps(&stage, "gt.agency.analyst").await;
    let promise = &seen[0]["offers"][0]["commitment"];
    assert_eq!(
        promise,
        &json!({ "id": commitment, "state": "PROMISED", "amount": "120", "due": "2025-02-01", "overdue": false,
            "owner": { "code": "GT-MINEX" } })
    );
    keeps(&stage, "gt.test.minister", &commitment, "BEGIN").await.well();
    let until = "2025-02-02T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    stage.set_time(until);
    assert_eq!(gaps(&stage, "mx.test.legal").await[0]["offers"][0]["commitment"]["overdue"], true);
    keeps(&stage, "gt.agency.focal", &commitment, "DELIVER").await.well();
    let done = keeps(&stage, "mx.agency.focal", &commitment, "RECEIVE").await.well();
    assert_eq!(done.at("moveCommitment.gap.offers.0.commitment.state"), "RECEIVED");
    assert_eq!(done.at("moveCommitment.gap.offers.0.commitment.overdue"), false);
    let closed = acts(&stage, "mx.agency.minister", "closeGap", json!({ "gap": gap })).await.well();
    assert!(!closed.at("closeGap.gap.closedAt").is_null());

    // The ledger says the same, to both sides and to nobody else.
    let course = "{ ledger(first: 100, filter: { events: [\"gap.stated\", \"gap.closed\", \"support-request.drafted\", \
        \"support-request.sent\", \"support-request.written\", \"support-offer.made\", \"support-offer.accepted\", \
        \"commitment.made\", \"commitment.begun\", \"commitment.delivered\", \"commitment.received\"] }) { nodes { event } } }";
    let told = async |login: &str| {
        let told = stage.person(login).asks(course, json!({})).await.well();
        let nodes = told.at("ledger.nodes").as_array().unwrap().clone();
        nodes.iter().map(|node| node["event"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let partner = [
        "support-request.sent",
        "support-request.written",
        "support-request.written",
        "support-offer.made",
        "support-offer.accepted",
        "commitment.made",
        "commitment.begun",
        "commitment.delivered",
        "commitment.received",
        "gap.closed",
    ];
    assert_eq!(told("gt.test.analyst").await, partner);
    let home: Vec<&str> = ["gap.stated", "support-request.drafted"].into_iter().chain(partner).collect();
    assert_eq!(told("mx.test.analyst").await, home);
    assert!(told("hn.test.analyst").await.is_empty());
    assert!(told("int.iom.observer").await.is_empty());
}

#[tokio::test]
async fn whoever_drafts_a_request_does_not_send_it() {
    let stage = Stage::set().await;
    let gap = stated(&stage, json!({})).await;
    let input = json!({ "gap": gap, "countries": ["GT"], "words": { "es": "x" } });
    let drafted = acts(&stage, "mx.agency.focal", "draftSupportRequests", input).await.well();
    let request = drafted.text_at("draftSupportRequests.gap.requests.0.id");
    let refused = moves(&stage, "mx.agency.focal", &request, "SEND").await;
    assert_eq!(problems(&refused), "SAME_PERSON input.request");
    assert_eq!(gaps(&stage, "gt.test.analyst").await, json!([]));
    moves(&stage, "mx.agency.minister", &request, "SEND").await.well();
    assert_eq!(gaps(&stage, "gt.test.analyst").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_path_and_nothing_is_stored() {
    let stage = Stage::set().await;
    let gap = stated(&stage, json!({ "unit": "MONEY", "currency": "MXN", "amount": "1500000.50" })).await;
    let request = sent(&stage, &gap, json!({ "countries": ["GT"] })).await;
    let entries = stage.entries().await.len();
    for (more, told) in [
        (json!({ "amount": "-3" }), "OUT_OF_RANGE input.amount"),
        (json!({ "amount": "0" }), "OUT_OF_RANGE input.amount"),
        (json!({ "amount": "1.5" }), "NOT_A_NUMBER input.amount"),
        (json!({ "amount": "99999999999999999999" }), "NOT_A_NUMBER input.amount"),
        (json!({ "unit": "MONEY" }), "REQUIRED input.currency"),
        (json!({ "unit": "MONEY", "currency": "XXQ" }), "UNKNOWN input.currency"),
        (json!({ "currency": "MXN" }), "OUT_OF_RANGE input.currency"),
        (json!({ "until": "2025-01-19" }), "OUT_OF_RANGE input.until"),
        (json!({ "division": "GT-01" }), "UNKNOWN input.division"),
        (json!({ "point": api::ids::ReceptionPointId::new().global() }), "UNKNOWN input.point"),
        (json!({ "lacking": { "es": "x".repeat(5_001) } }), "TOO_LARGE input.lacking.es"),
        (json!({ "lacking": { "es": "a\u{1b}b" } }), "MALFORMED input.lacking.es"),
    ] {
        let refused = acts(&stage, "mx.agency.editor", "stateGap", lacking(more.clone())).await;
        assert_eq!(problems(&refused), told, "{more}");
    }
    for (to, told) in [
        (json!({}), "REQUIRED input.audience"),
        (json!({ "countries": ["MX"] }), "OUT_OF_RANGE input.countries.0"),
        (json!({ "countries": ["US"] }), "UNKNOWN input.countries.0"),
        (json!({ "countries": ["GT"] }), "DUPLICATE input.countries.0"),
        (json!({ "countries": ["HN", "HN"] }), "DUPLICATE input.countries.1"),
        (
            json!({ "institutions": [stage.institution("MX-SRE").global()] }),
            "OUT_OF_RANGE input.institutions.0",
        ),
        (
            json!({ "institutions": [api::ids::InstitutionId::new().global()] }),
            "UNKNOWN input.institutions.0",
        ),
    ] {
        let mut input = json!({ "gap": gap, "words": { "es": "x" } });
        for (key, value) in to.as_object().unwrap() {
            input[key] = value.clone();
        }
        let refused = acts(&stage, "mx.agency.editor", "draftSupportRequests", input).await;
        assert_eq!(problems(&refused), told, "{to}");
    }
    for (amount, due, told) in [
        ("1500000.505", "2025-02-01", "NOT_A_NUMBER input.amount"),
        ("10", "2025-01-15", "OUT_OF_RANGE input.due"),
    ] {
        let input = json!({ "request": request, "amount": amount, "due": due, "terms": { "es": "x" } });
        let refused = acts(&stage, "gt.test.focal", "offerSupport", input).await;
        assert_eq!(problems(&refused), told);
    }
    let own = offers(&stage, "mx.test.focal", &request, "10").await;
    assert_eq!(problems(&own), "WRONG_STATE input");
    assert_eq!(stage.entries().await.len(), entries);
    let seen = gaps(&stage, "gt.test.analyst").await;
    assert_eq!((&seen[0]["amount"], &seen[0]["currency"]), (&json!("1500000.50"), &json!("MXN")));
}

#[tokio::test]
async fn nothing_is_asked_offered_or_accepted_of_a_gap_that_is_closed_and_commitments_go_on() {
    let stage = Stage::set().await;
    let gap = stated(&stage, json!({})).await;
    let request = sent(&stage, &gap, json!({ "countries": ["GT"] })).await;
    let unsent = drafted(&stage, &gap, json!({ "countries": ["HN"] })).await;
    let commitment = promised(&stage, &request, "20").await;
    let open = offered(&stage, &request, "30").await;
    // A request with something pending is neither declined nor taken back.
    assert_eq!(problems(&moves(&stage, "gt.test.focal", &request, "DECLINE").await), "WRONG_STATE input");
    assert_eq!(problems(&moves(&stage, "mx.test.focal", &request, "WITHDRAW").await), "WRONG_STATE input");
    acts(&stage, "mx.test.focal", "closeGap", json!({ "gap": gap })).await.well();
    let wrong = "WRONG_STATE input";
    assert_eq!(problems(&acts(&stage, "mx.test.focal", "closeGap", json!({ "gap": gap })).await), wrong);
    assert_eq!(problems(&moves(&stage, "mx.test.focal", &unsent, "SEND").await), wrong);
    assert_eq!(problems(&offers(&stage, "gt.test.focal", &request, "1").await), wrong);
    assert_eq!(problems(&answers(&stage, "mx.test.focal", &open, "ACCEPT").await), wrong);
    let write = json!({ "request": request, "words": { "es": "x" } });
    assert_eq!(problems(&acts(&stage, "gt.test.focal", "writeOnSupportRequest", write).await), wrong);
    let more = json!({ "gap": gap, "countries": ["HN"], "words": { "es": "x" } });
    assert_eq!(problems(&acts(&stage, "mx.agency.editor", "draftSupportRequests", more).await), wrong);
    answers(&stage, "mx.test.focal", &open, "REFUSE").await.well();
    keeps(&stage, "gt.test.focal", &commitment, "DELIVER").await.well();
}

#[tokio::test]
async fn of_two_who_answer_an_offer_at_once_one_does() {
    let stage = Stage::set().await;
    let gap = stated(&stage, json!({})).await;
    let request = sent(&stage, &gap, json!({ "countries": ["GT"] })).await;
    for _ in 0..4 {
        let offer = offered(&stage, &request, "20").await;
        let (taken, back) = tokio::join!(
            answers(&stage, "mx.test.minister", &offer, "ACCEPT"),
            answers(&stage, "gt.test.focal", &offer, "WITHDRAW")
        );
        assert!(taken.mends().is_empty() != back.mends().is_empty(), "{} {}", taken.text, back.text);
    }
    stage.pass(TimeDelta::minutes(1));
    let seen = gaps(&stage, "mx.test.analyst").await;
    for offer in seen[0]["offers"].as_array().unwrap() {
        assert_eq!(offer["state"] == "ACCEPTED", !offer["commitment"].is_null(), "{offer}");
    }
}
