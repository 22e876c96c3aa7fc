//! State by step by role: everything is tried by everybody, and what must come back is worked out from a
//! table of its own.

use api::{
    access::{Action, Standing, allows},
    plans::support::states::{
        CommitmentState, CommitmentStep, OfferState, OfferStep, RequestState, RequestStep, Side,
    },
};
use serde_json::json;

use super::{answers, drafted, keeps, moves, offered, offers, promised, sent, stated};
use crate::{
    access::{Attacker, everybody, trace::Trace},
    stage::{Answer, Stage},
};

/// What leads where, and whose step it is, as the guide has it.
const REQUESTS: &[(&str, &str, &str, &str)] = &[
    ("DRAFTED", "SEND", "home", "SENT"),
    ("DRAFTED", "WITHDRAW", "home", "WITHDRAWN"),
    ("SENT", "WITHDRAW", "home", "WITHDRAWN"),
    ("SENT", "DECLINE", "partner", "DECLINED"),
];
const OFFERS: &[(&str, &str, &str, &str)] = &[
    ("OPEN", "WITHDRAW", "partner", "WITHDRAWN"),
    ("OPEN", "REFUSE", "home", "REFUSED"),
    ("OPEN", "ACCEPT", "home", "ACCEPTED"),
];
const COMMITMENTS: &[(&str, &str, &str, &str)] = &[
    ("PROMISED", "BEGIN", "partner", "UNDER_WAY"),
    ("PROMISED", "DELIVER", "partner", "DELIVERED"),
    ("UNDER_WAY", "DELIVER", "partner", "DELIVERED"),
    ("DELIVERED", "RECEIVE", "home", "RECEIVED"),
    ("PROMISED", "CANCEL", "either", "CANCELLED"),
    ("UNDER_WAY", "CANCEL", "either", "CANCELLED"),
];

fn name<T: async_graphql::resolver_utils::EnumType>(value: T) -> &'static str {
    T::items().iter().find(|item| item.value == value).unwrap().name
}

#[test]
fn what_leads_where_is_what_the_table_says() {
    macro_rules! held {
        ($table:ident, $state:ident, $step:ident) => {
            for state in $state::ALL {
                for step in $step::ALL {
                    let row =
                        $table.iter().find(|(from, by, _, _)| *from == name(*state) && *by == name(*step));
                    assert_eq!(state.after(*step).map(name), row.map(|row| row.3), "{state:?} {step:?}");
                    if let Some((_, _, whose, _)) = row {
                        assert_eq!(step.by(Side::Home), *whose != "partner", "{step:?}");
                        assert_eq!(step.by(Side::Partner), *whose != "home", "{step:?}");
                    }
                }
            }
        };
    }
    held!(REQUESTS, RequestState, RequestStep);
    held!(OFFERS, OfferState, OfferStep);
    held!(COMMITMENTS, CommitmentState, CommitmentStep);
}

fn word(answer: &Answer) -> String {
    match answer.code() {
        "no error" => answer.mends().first().map_or("DONE".into(), |code| (*code).to_owned()),
        code => code.to_owned(),
    }
}

/// Those of the cast whose roles differ in this, in every place they can stand.
fn those(stage: &Stage) -> Vec<Attacker> {
    let mut all = everybody(stage);
    all.retain(|who| {
        let name = who.login.rsplit('.').next().unwrap();
        ["minister", "focal", "editor", "analyst", "admin", "observer"].contains(&name)
            && who.prefix != "hn.agency"
            && (who.country.is_empty() || name != "observer")
    });
    all
}

/// What must come back from somebody's step. `shown` is whether Guatemala, which is asked, sees it.
fn expected(
    who: &Attacker,
    shown: bool,
    row: Option<&(&str, &str, &str, &str)>,
    whose: &str,
) -> &'static str {
    let may = |action| who.role.is_some_and(|role| allows(role, action, Standing::Compatriot));
    if !may(Action::DecideSupport) {
        return "FORBIDDEN";
    }
    let side = match who.country.as_str() {
        "MX" => "home",
        "GT" if shown => "partner",
        _ => return "NOT_FOUND",
    };
    if row.is_some() && (whose == side || whose == "either") { "DONE" } else { "WRONG_STATE" }
}

fn row<'a>(
    table: &'a [(&'a str, &'a str, &'a str, &'a str)],
    from: &str,
    step: &str,
) -> Option<&'a (&'a str, &'a str, &'a str, &'a str)> {
    table.iter().find(|(state, by, _, _)| *state == from && *by == step)
}

#[tokio::test]
async fn every_step_of_a_request_in_every_state_by_everybody() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    let mut done = 0;
    let fresh = async |state: &str| {
        let gap = stated(&stage, json!({})).await;
        let request = drafted(&stage, &gap, json!({ "countries": ["GT"] })).await;
        if matches!(state, "SENT" | "DECLINED") {
            moves(&stage, "mx.agency.focal", &request, "SEND").await.well();
        }
        match state {
            "DECLINED" => moves(&stage, "gt.test.focal", &request, "DECLINE").await.well(),
            "WITHDRAWN" => moves(&stage, "mx.agency.focal", &request, "WITHDRAW").await.well(),
            _ => return request,
        };
        request
    };
    for state in ["DRAFTED", "SENT", "DECLINED", "WITHDRAWN"] {
        let mut request = fresh(state).await;
        for step in ["SEND", "WITHDRAW", "DECLINE"] {
            let (row, shown) = (row(REQUESTS, state, step), matches!(state, "SENT" | "DECLINED"));
            for who in those(&stage) {
                let expected = expected(&who, shown, row, row.map_or("nobody", |row| row.2));
                let before = trace.now(&stage).await;
                let answer = moves(&stage, &who.login, &request, step).await;
                assert_eq!(word(&answer), expected, "{} {state} {step}: {}", who.login, answer.text);
                assert_eq!(
                    trace.now(&stage).await != before,
                    expected == "DONE",
                    "{} {state} {step}",
                    who.login
                );
                if expected == "DONE" {
                    done += 1;
                    request = fresh(state).await;
                }
            }
        }
    }
    assert!(done >= 12, "only {done} steps were taken");
}

#[tokio::test]
async fn every_step_of_an_offer_in_every_state_by_everybody() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    let mut done = 0;
    let fresh = async |state: &str| {
        let gap = stated(&stage, json!({})).await;
        let request = sent(&stage, &gap, json!({ "countries": ["GT"] })).await;
        let offer = offered(&stage, &request, "10").await;
        match state {
            "WITHDRAWN" => answers(&stage, "gt.test.focal", &offer, "WITHDRAW").await.well(),
            "REFUSED" => answers(&stage, "mx.test.focal", &offer, "REFUSE").await.well(),
            "ACCEPTED" => answers(&stage, "mx.test.focal", &offer, "ACCEPT").await.well(),
            _ => return offer,
        };
        offer
    };
    for state in ["OPEN", "WITHDRAWN", "REFUSED", "ACCEPTED"] {
        let mut offer = fresh(state).await;
        for step in ["WITHDRAW", "REFUSE", "ACCEPT"] {
            let row = row(OFFERS, state, step);
            for who in those(&stage) {
                let expected = expected(&who, true, row, row.map_or("nobody", |row| row.2));
                let before = trace.now(&stage).await;
                let answer = answers(&stage, &who.login, &offer, step).await;
                assert_eq!(word(&answer), expected, "{} {state} {step}: {}", who.login, answer.text);
                assert_eq!(
                    trace.now(&stage).await != before,
                    expected == "DONE",
                    "{} {state} {step}",
                    who.login
                );
                if expected == "DONE" {
                    done += 1;
                    offer = fresh(state).await;
                }
            }
        }
    }
    assert!(done >= 12, "only {done} steps were taken");
}

#[tokio::test]
async fn every_step_of_a_commitment_in_every_state_by_everybody() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    let mut done = 0;
    let fresh = async |state: &str| {
        let gap = stated(&stage, json!({})).await;
        let request = sent(&stage, &gap, json!({ "countries": ["GT"] })).await;
        let commitment = promised(&stage, &request, "10").await;
        let steps: &[(&str, &str)] = match state {
            "UNDER_WAY" => &[("gt.test.focal", "BEGIN")],
            "DELIVERED" => &[("gt.test.focal", "DELIVER")],
            "RECEIVED" => &[("gt.test.focal", "DELIVER"), ("mx.test.focal", "RECEIVE")],
            "CANCELLED" => &[("mx.test.focal", "CANCEL")],
            _ => &[],
        };
        for (login, step) in steps {
            keeps(&stage, login, &commitment, step).await.well();
        }
        commitment
    };
    for state in ["PROMISED", "UNDER_WAY", "DELIVERED", "RECEIVED", "CANCELLED"] {
        let mut commitment = fresh(state).await;
        for step in ["BEGIN", "DELIVER", "RECEIVE", "CANCEL"] {
            let row = row(COMMITMENTS, state, step);
            for who in those(&stage) {
                let expected = expected(&who, true, row, row.map_or("nobody", |row| row.2));
                let before = trace.now(&stage).await;
                let answer = keeps(&stage, &who.login, &commitment, step).await;
                assert_eq!(word(&answer), expected, "{} {state} {step}: {}", who.login, answer.text);
                assert_eq!(
                    trace.now(&stage).await != before,
                    expected == "DONE",
                    "{} {state} {step}",
                    who.login
                );
                if expected == "DONE" {
                    done += 1;
                    commitment = fresh(state).await;
                }
            }
        }
    }
    assert!(done >= 20, "only {done} steps were taken");
}

#[tokio::test]
async fn gaps_are_stated_asked_about_and_answered_by_whom_the_table_says() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    let gap = stated(&stage, json!({})).await;
    let request = sent(&stage, &gap, json!({ "countries": ["GT"] })).await;
    let attempt = async |who: &Attacker, field: &str, input: serde_json::Value, expected: &str| {
        let before = trace.now(&stage).await;
        let answer = super::acts(&stage, &who.login, field, input).await;
        assert_eq!(word(&answer), expected, "{} {field}: {}", who.login, answer.text);
        assert_eq!(trace.now(&stage).await != before, expected == "DONE", "{} {field}", who.login);
    };
    for who in everybody(&stage) {
        let may = |action, standing| who.role.is_some_and(|role| allows(role, action, standing));
        let states = may(Action::StateGap, Standing::Owner);
        attempt(&who, "stateGap", super::lacking(json!({})), if states { "DONE" } else { "FORBIDDEN" }).await;

        let fresh = stated(&stage, json!({})).await;
        let asks = json!({ "gap": fresh, "countries": ["GT"], "words": { "es": "x" } });
        let expected = match (states, who.prefix.as_str()) {
            (false, _) | (true, "mx.test") => "FORBIDDEN",
            (true, "mx.agency") => "DONE",
            _ => "NOT_FOUND",
        };
        attempt(&who, "draftSupportRequests", asks, expected).await;

        let decides = may(Action::DecideSupport, Standing::Compatriot);
        let at_home = |shown: bool| match (decides, who.country.as_str()) {
            (false, _) => "FORBIDDEN",
            (true, "MX") => "DONE",
            (true, "GT") if shown => "FORBIDDEN",
            _ => "NOT_FOUND",
        };
        attempt(&who, "closeGap", json!({ "gap": fresh }), at_home(false)).await;
        let both = match (decides, who.country.as_str()) {
            (false, _) => "FORBIDDEN",
            (true, "MX" | "GT") => "DONE",
            _ => "NOT_FOUND",
        };
        let write = json!({ "request": request, "words": { "es": "x" } });
        attempt(&who, "writeOnSupportRequest", write, both).await;
        let offer = json!({ "request": request, "amount": "1", "due": "2025-02-01", "terms": { "es": "x" } });
        let partner = match (may(Action::AnswerSupport, Standing::Compatriot), who.country.as_str()) {
            (false, _) => "FORBIDDEN",
            (true, "GT") => "DONE",
            (true, "MX") => "WRONG_STATE",
            _ => "NOT_FOUND",
        };
        attempt(&who, "offerSupport", offer, partner).await;
    }
    // One who sees a gap as a partner does not close it.
    let partner = Attacker::of("gt.test.minister");
    attempt(&partner, "closeGap", json!({ "gap": gap }), "FORBIDDEN").await;
    offers(&stage, "gt.agency.minister", &request, "5").await.well();
}
