//! Every field at the root, by everybody.

use std::collections::BTreeSet;

use api::access::{
    Action, Kind, Role, Standing, allows,
    policy::{FIELDS, Need, need},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Attacker, everybody,
    form::{Form, Request},
    trace::Trace,
};
use crate::{acts::Carried, stage::Stage};

/// Fields that these attacks leave out. It only ever shrinks.
const EXCEPTIONS: &[&str] = &[];

/// Values that are wanted where the smallest will not do: ids of what is nowhere, for a start.
pub fn nowhere(place: &str) -> Option<Value> {
    let id = |kind: &str| Some(json!(format!("{kind}:{}", Uuid::now_v7().simple())));
    match place {
        "node.id"
        | "RevisePlanInput.id"
        | "ChangePlanInput.id"
        | "planDiff.id"
        | "planHistory.id"
        | "ActivatePlanInput.plan" => id("Plan"),
        "MoveActivationInput.activation" | "SetActionStateInput.activation" => id("Activation"),
        "nodes.ids" => Some(json!([id("Plan"), id("Meeting")])),
        "statistics.dataset"
        | "ImportStatisticsInput.dataset"
        | "RetractVintageInput.dataset"
        | "MirrorSideInput.dataset" => id("Dataset"),
        "ReviseMeetingInput.id"
        | "ConductMeetingInput.id"
        | "CallOffMeetingInput.id"
        | "MoveAgendaItemInput.id"
        | "WritePositionInput.id"
        | "CallExchangeInput.id"
        | "ProposeOnAgendaInput.id"
        | "NoteDelegationInput.id"
        | "BeginTextInput.meeting"
        | "WriteMinutesInput.meeting"
        | "ApproveMinutesInput.meeting"
        | "MakeCommitmentInput.meeting"
        | "AccreditParticipantInput.meeting"
        | "SetSpeakingOrderInput.meeting"
        | "agendaDiff.meeting" => id("Meeting"),
        "RemoveParticipantInput.id" => id("Participant"),
        "MoveMeetingCommitmentInput.id" => id("MeetingCommitment"),
        "textDiff.id"
        | "EditTextInput.id"
        | "ProposeAlternativeInput.id"
        | "SupportAlternativeInput.id"
        | "SettleParagraphInput.id"
        | "OpenSilenceInput.id"
        | "BreakSilenceInput.id"
        | "ChangeTextInput.id"
        | "TakeStanceInput.id"
        | "AttachStatementInput.id"
        | "AdoptTextInput.id" => id("NegotiatedText"),
        "ProposeAlternativeInput.at" => Some(json!({ "bracket": "b1" })),
        "RevokeCalendarInput.id" => id("Calendar"),
        "SealPositionInput.exchange" | "FilePositionInput.exchange" | "WithdrawPositionInput.exchange" => {
            id("PositionExchange")
        }
        "AddAccountInput.institution"
        | "AddPostInput.institution"
        | "ApprovalStepInput.institution"
        | "ChangeInstitutionInput.institution"
        | "SetCapacityPointInput.operator"
        | "PlanContentInput.lead"
        | "DatasetContentInput.compiler" => id("Institution"),
        "importJob.id" | "CancelImportInput.job" => id("ImportJob"),
        "capacityHistory.point" | "SetCapacityPointInput.point" | "CapacityReportInput.point" => {
            id("ReceptionPoint")
        }
        "WithdrawProposalInput.id" | "DecideProposalInput.id" => id("AgendaProposal"),
        "CloseGapInput.gap" | "DraftSupportRequestsInput.gap" => id("Gap"),
        "MoveSupportRequestInput.request"
        | "WriteOnSupportRequestInput.request"
        | "OfferSupportInput.request" => id("SupportRequest"),
        "MoveSupportOfferInput.offer" => id("SupportOffer"),
        "MoveCommitmentInput.commitment" => id("Commitment"),
        "RecallCapacityInput.share" => id("CapacityShare"),
        "AppointInput.account" | "CloseAccountInput.account" => id("Account"),
        "AppointInput.post" => id("Post"),
        "EndAppointmentInput.appointment" => id("Appointment"),
        // Moved along whatever they are: the field says which kind is meant.
        "ChangeStateInput.id" | "ReleaseInput.id" | "RecallInput.id" => id("Plan"),
        // Everything that can be selected of twenty plans is more than a request may cost.
        "plans.first" => Some(json!(4)),
        "activations.first" => Some(json!(2)),
        "SessionInput.timeZone" => Some(json!("America/Mexico_City")),
        _ => None,
    }
}

fn asked(form: &Form) -> Vec<Request> {
    let fields = form.fields().into_iter().filter(|field| !EXCEPTIONS.contains(&field.as_str()));
    fields.map(|field| form.request(&field, &nowhere)).collect()
}

fn admits(field: &str, who: &Attacker) -> bool {
    match need(field) {
        None => false,
        Some(Need::Token) => true,
        Some(Need::May(action)) => {
            who.role.is_some_and(|role| Standing::ALL.iter().any(|standing| allows(role, action, *standing)))
        }
    }
}

#[test]
fn every_root_field_has_a_row_in_the_policy_and_every_row_a_field() {
    let fields: BTreeSet<String> = Form::published().fields().into_iter().collect();
    let rows: BTreeSet<String> = FIELDS.iter().map(|(field, _)| field.to_string()).collect();
    let without: Vec<_> = fields.difference(&rows).collect();
    let of_nothing: Vec<_> = rows.difference(&fields).collect();
    assert!(without.is_empty(), "without a row in access::policy::FIELDS: {without:?}");
    assert!(of_nothing.is_empty(), "rows of access::policy::FIELDS without a field: {of_nothing:?}");
    assert_eq!(rows.len(), FIELDS.len(), "a field has two rows");
}

#[test]
fn reading_does_not_depend_on_how_one_stands_to_a_record() {
    for kind in Kind::ALL {
        for role in Role::ALL {
            let may = |standing| allows(*role, Action::Read(*kind), standing);
            assert!(
                may(Standing::Owner) == may(Standing::Compatriot)
                    && may(Standing::Owner) == may(Standing::Partner),
                "{role:?} reads a {kind:?} in some standings only: the filter does not know of standings"
            );
        }
    }
}

#[test]
fn the_operator_and_the_alert_button_have_nothing_to_do_with_records() {
    let at_home = [Action::ReadAccounts, Action::ManageInstitutions, Action::ManageAccounts, Action::Audit];
    for action in Action::all() {
        for standing in Standing::ALL {
            assert!(!allows(Role::Device, action, *standing), "the alert button may {action:?}");
            let of_records =
                !matches!(action, Action::ReadDirectory | Action::ReadLedger | Action::AdmitCountry);
            if of_records || at_home.contains(&action) {
                assert!(!allows(Role::System, action, *standing), "the operator may {action:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_stranger_is_turned_away_from_every_field() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    let before = trace.now(&stage).await;
    for request in asked(&Form::published()) {
        for document in std::iter::once(request.plain()).chain(request.disguised()) {
            let answer = stage.stranger().asks(&document, request.variables.clone()).await;
            assert_eq!(answer.code(), "UNAUTHENTICATED", "{document}: {}", answer.text);
            assert_eq!(answer.status, 401, "{document}");
            assert!(answer.json.get("data").is_none(), "{document}: {}", answer.text);
        }
    }
    assert_eq!(trace.now(&stage).await, before);
}

#[tokio::test]
async fn who_is_not_admitted_to_a_field_is_turned_away_before_anything_runs() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    let before = trace.now(&stage).await;
    let form = Form::published();
    for who in everybody(&stage) {
        for request in asked(&form).iter().filter(|request| !admits(&request.field, &who)) {
            // How the field is written makes no difference to the table; the ministry tries all ways.
            let disguised = match who.prefix == "gt.test" {
                true => request.disguised(),
                false => Vec::new(),
            };
            for document in std::iter::once(request.plain()).chain(disguised) {
                let answer = stage.person(&who.login).asks(&document, request.variables.clone()).await;
                assert_eq!(answer.code(), "FORBIDDEN", "{}: {document}: {}", who.login, answer.text);
                assert_eq!(answer.status, 403, "{}: {document}", who.login);
                assert!(answer.json.get("data").is_none(), "{}: {}", who.login, answer.text);
            }
        }
    }
    assert_eq!(trace.now(&stage).await, before);
}

#[tokio::test]
async fn an_operation_with_one_refused_field_does_not_run_the_others() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    let before = trace.now(&stage).await;
    let form = Form::published();
    let post = form.request("addPost", &|place| match place {
        "AddPostInput.institution" => Some(json!(stage.institution("MX-SRE").global())),
        other => nowhere(other),
    });
    let variables =
        json!({ "post": post.variables["input"], "close": { "id": nowhere("RevisePlanInput.id") } });
    let both = "mutation($post: AddPostInput!, $close: RecallInput!) { \
                one: addPost(input: $post) { post } two: recallPlan(input: $close) { plan { id } } }";
    let answer = stage.person("mx.test.admin").asks(both, variables.clone()).await;
    assert_eq!(answer.code(), "FORBIDDEN", "{}", answer.text);
    assert!(answer.json.get("data").is_none(), "{}", answer.text);
    assert_eq!(trace.now(&stage).await, before);

    // Left out by a directive, the refused field does not stand in the way.
    let one =
        both.replace("two: recallPlan(input: $close)", "two: recallPlan(input: $close) @skip(if: true)");
    stage.person("mx.test.admin").asks(&one, variables).await.well();
    assert_ne!(trace.now(&stage).await, before);
}

/// A word that stands in every text of what is hidden.
const SECRET: &str = "Xolotl";

#[tokio::test]
async fn every_query_answers_whom_the_policy_admits_and_tells_nothing_that_is_hidden() {
    let stage = Stage::set().await;
    let mut shown = Vec::new();
    for kind in Kind::ALL {
        let open = Carried::begun(&stage, *kind, "mx.agency", "CLEAR", "abierto").await;
        if *kind == Kind::Dataset {
            open.revised(&stage, "abierto", 1).await.well();
        }
        open.shared(&stage, json!({ "everyone": true })).await;
        // One that nobody has seen, and a later revision of one that everybody has.
        let hidden = Carried::begun(&stage, *kind, "mx.test", "GREEN", SECRET).await;
        open.revised(&stage, SECRET, 3).await.well();
        shown.push((open, hidden));
    }
    let dataset = shown.iter().find(|(open, _)| open.kind == Kind::Dataset).unwrap().0.global();
    let plan = shown.iter().find(|(open, _)| open.kind == Kind::Plan).unwrap().0.global();
    let known = |place: &str| match place {
        "planDiff.id" | "planHistory.id" => Some(json!(plan)),
        "statistics.dataset" | "MirrorSideInput.dataset" => Some(json!(dataset)),
        "nodes.ids" => {
            let both = shown.iter().flat_map(|(open, hidden)| [open.global(), hidden.global()]);
            Some(json!(both.collect::<Vec<_>>()))
        }
        "node.id" => Some(json!(stage.institution("MX-SRE").global())),
        other => nowhere(other),
    };
    let form = Form::published();
    for who in everybody(&stage) {
        for field in form.queries().into_iter().filter(|field| admits(field, &who)) {
            let request = form.request(&field, &known);
            let answer = stage.person(&who.login).asks(&request.plain(), request.variables.clone()).await;
            let asked = format!("{} asks {field}: {}", who.login, answer.text);
            assert!(!answer.text.contains("INTERNAL"), "{asked}");
            let may_be_told =
                |kind| who.role.is_some_and(|role| allows(role, Action::Read(kind), Standing::Owner));
            for (open, hidden) in &shown {
                // Of the hidden one its institution sees all; the auditor of the country sees that it is there.
                let at_home = who.prefix == "mx.test" && may_be_told(hidden.kind);
                let audits = who.country == "MX" && who.role == Some(Role::Auditor) && field == "ledger";
                // The later revision is seen where it is worked on: by the agency and the ministry.
                let works = who.country == "MX";
                if !at_home && !audits {
                    let id = hidden.id.0.simple().to_string();
                    assert!(!answer.text.contains(&id), "{asked}");
                }
                if !at_home && !works {
                    assert!(!answer.text.to_lowercase().contains(&SECRET.to_lowercase()), "{asked}");
                }
                let lists = matches!(field.as_str(), "plans" | "datasets" | "meetings");
                if lists && field.starts_with(open.kind.code()) {
                    assert!(answer.text.contains(&open.global()), "{asked}");
                }
            }
            // What nobody but the owner's country is told.
            if who.country != "MX" {
                for word in ["\"revision\":1", "\"revision\":2", "\"instrument\"", "\"purpose\""] {
                    assert!(!answer.text.contains(word), "{asked}");
                }
            }
            let may_fail = match field.as_str() {
                "nodes" | "agendaDiff" | "importJob" | "capacityHistory" | "textDiff" => true,
                // For those who work on the plan only.
                "planDiff" | "planHistory" => who.country != "MX",
                // Who may not read the directory has no institution to show.
                "node" | "viewer" => who.role.is_none() || who.role == Some(Role::Device),
                _ => false,
            };
            assert!(may_fail || answer.json["data"].is_object(), "{asked}");
            assert!(may_fail || answer.json.get("errors").is_none(), "{asked}");
        }
    }
}
