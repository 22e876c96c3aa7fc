//! A plan through the chain of its country, step by step.

use serde_json::{Value, json};

use super::{REVISE, content, drafted, moved, released};
use crate::stage::{Answer, Stage};

/// The mutations that are attacked here.
pub const ATTACKED: [&str; 1] = ["setApprovalChain"];

const SET: &str = "mutation($i: SetApprovalChainInput!) { setApprovalChain(input: $i) { institution { code } \
    userErrors { code path } } }";
const APPROVALS: &str = "query($id: ID!) { node(id: $id) { ... on Plan { state hash approvals { step name { es } \
    institution { code } signedAt signedBy { es } hash } } } }";

async fn set(stage: &Stage, login: &str, steps: Value) -> Answer {
    stage.person(login).asks(SET, json!({ "i": { "steps": steps } })).await
}

/// First the agency, then the ministry.
async fn chained(stage: &Stage) {
    let step = |es: &str, code: &str| json!({ "name": { "es": es }, "institution": stage.institution(code).global() });
    let steps = json!([step("Aval", "MX-INM"), step("Aprobación del titular", "MX-SRE")]);
    set(stage, "mx.test.admin", steps).await.well();
}

async fn chain_of(stage: &Stage, login: &str, id: &str) -> Value {
    stage.person(login).asks(APPROVALS, json!({ "id": id })).await.well().at("node").clone()
}

#[tokio::test]
async fn a_plan_is_approved_when_every_step_is_signed_in_its_order_over_one_hash() {
    let stage = Stage::set().await;
    chained(&stage).await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    moved(&stage, "mx.test.editor", "submitPlan", &id, 1).await.well();

    // The second step waits for the first.
    assert_eq!(moved(&stage, "mx.test.minister", "approvePlan", &id, 1).await.mends(), ["WRONG_STATE"]);
    moved(&stage, "mx.agency.minister", "approvePlan", &id, 1).await.well();
    let told = chain_of(&stage, "mx.test.editor", &id).await;
    assert_eq!(told["state"], "SUBMITTED");
    assert_eq!(told["approvals"][0]["hash"], told["hash"]);
    assert_eq!(told["approvals"][0]["signedBy"]["es"], "Puesto mx.agency.minister");
    assert_eq!(told["approvals"][1]["signedAt"], Value::Null);
    assert_eq!(told["approvals"][1]["institution"]["code"], "MX-SRE");

    // Nobody signs twice, and nothing is released before the whole chain has signed.
    assert_eq!(moved(&stage, "mx.agency.minister", "approvePlan", &id, 1).await.mends(), ["SAME_PERSON"]);
    let release = "mutation ($i: ReleaseInput!) { releasePlan(input: $i) { userErrors { code } } }";
    let input = json!({ "id": id, "expectedRevision": 1, "audience": { "countries": ["GT"] },
        "instrument": "Memorándum", "purpose": "Coordinar" });
    assert_eq!(
        stage.person("mx.test.focal").asks(release, json!({ "i": input })).await.mends(),
        ["WRONG_STATE"]
    );
    moved(&stage, "mx.test.minister", "approvePlan", &id, 1).await.well();
    assert_eq!(chain_of(&stage, "mx.test.editor", &id).await["state"], "APPROVED");
    stage.person("mx.test.focal").asks(release, json!({ "i": input })).await.well();

    // The ledger says the same, of one hash; a partner is told of the release and not of the chain.
    let events: Vec<_> = stage.entries().await.into_iter().map(|entry| (entry.event, entry.body)).collect();
    let signed: Vec<_> =
        events.iter().filter(|(event, _)| event == "plan.endorsed" || event == "plan.approved").collect();
    assert_eq!(
        signed.iter().map(|(event, _)| event.as_str()).collect::<Vec<_>>(),
        ["plan.endorsed", "plan.approved"]
    );
    assert!(signed.iter().all(|(_, body)| body.contains(told["hash"].as_str().unwrap())));
    assert_eq!(chain_of(&stage, "gt.test.focal", &id).await["approvals"], Value::Null);
}

#[tokio::test]
async fn a_later_change_starts_the_chain_again() {
    let stage = Stage::set().await;
    chained(&stage).await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    moved(&stage, "mx.test.editor", "submitPlan", &id, 1).await.well();
    moved(&stage, "mx.agency.minister", "approvePlan", &id, 1).await.well();
    let input = json!({ "id": id, "expectedRevision": 1, "content": content(&stage, "MX-SRE", "Otro") });
    stage.person("mx.test.focal").asks(REVISE, json!({ "input": input })).await.well();
    assert_eq!(moved(&stage, "mx.test.minister", "approvePlan", &id, 1).await.mends(), ["STALE_REVISION"]);
    moved(&stage, "mx.test.editor", "submitPlan", &id, 2).await.well();
    let told = chain_of(&stage, "mx.test.editor", &id).await;
    assert!(told["approvals"].as_array().unwrap().iter().all(|step| step["signedAt"].is_null()));
    assert_eq!(moved(&stage, "mx.test.minister", "approvePlan", &id, 2).await.mends(), ["WRONG_STATE"]);
    moved(&stage, "mx.agency.minister", "approvePlan", &id, 2).await.well();
    moved(&stage, "mx.test.minister", "approvePlan", &id, 2).await.well();
    assert_eq!(chain_of(&stage, "mx.test.editor", &id).await["state"], "APPROVED");
}

#[tokio::test]
async fn a_signature_counts_for_nobody_else_when_the_chain_is_changed() {
    let stage = Stage::set().await;
    let step = |es: &str, code: &str| json!({ "name": { "es": es }, "institution": stage.institution(code).global() });
    let (agency, ministry) = (step("Aval", "MX-INM"), step("Aprobación", "MX-SRE"));
    let changed = [
        // In the other order, with another first step, and with the one that was signed only.
        json!([ministry, agency]),
        json!([ministry]),
        json!([agency]),
    ];
    for after in changed {
        chained(&stage).await;
        let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
        moved(&stage, "mx.test.editor", "submitPlan", &id, 1).await.well();
        moved(&stage, "mx.agency.minister", "approvePlan", &id, 1).await.well();
        set(&stage, "mx.test.admin", after.clone()).await.well();
        assert_eq!(
            moved(&stage, "mx.test.minister", "approvePlan", &id, 1).await.mends(),
            ["WRONG_STATE"],
            "{after}"
        );
        assert_eq!(chain_of(&stage, "mx.test.editor", &id).await["state"], "SUBMITTED");
    }
}

#[tokio::test]
async fn two_who_sign_at_once_sign_one_step() {
    let stage = Stage::set().await;
    chained(&stage).await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    moved(&stage, "mx.test.editor", "submitPlan", &id, 1).await.well();
    let sign = || moved(&stage, "mx.agency.minister", "approvePlan", &id, 1);
    let (one, other) = tokio::join!(sign(), sign());
    let mut mends = [one.mends(), other.mends()];
    mends.sort();
    assert_eq!(mends, [vec![], vec!["SAME_PERSON"]]);
}

#[tokio::test]
async fn a_country_without_a_chain_has_one_step_and_signatures_are_fixed() {
    use sea_orm::ConnectionTrait;
    let stage = Stage::set().await;
    let id = drafted(&stage, "hn.test.editor", "HN-SRECI", "Plan", "GREEN").await;
    released(&stage, "hn", &id, 1, json!({ "countries": ["GT"] })).await.well();
    let told = chain_of(&stage, "hn.test.editor", &id).await;
    assert_eq!(told["approvals"].as_array().unwrap().len(), 1);
    assert_eq!(told["approvals"][0]["hash"], told["hash"]);
    let db = stage.node.ledger.groundwork();
    for sql in ["UPDATE signature SET hash = 'x'", "DELETE FROM signature"] {
        let refused = db.execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refused.contains("fixed once made"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn a_chain_is_set_by_administrators_of_the_own_country_only() {
    let stage = Stage::set().await;
    let before = stage.entries().await.len();
    let step =
        |code: &str| json!({ "name": { "es": "Paso" }, "institution": stage.institution(code).global() });
    for login in stage.logins().into_iter().filter(|login| !login.ends_with(".admin")) {
        let answer = set(&stage, login, json!([step("MX-SRE")])).await;
        assert_eq!(answer.code(), "FORBIDDEN", "{login}: {}", answer.text);
    }
    for (steps, code) in [
        (json!([]), "REQUIRED"),
        (json!([step("GT-IGM")]), "UNKNOWN"),
        (json!([step("MX-SRE"), step("MX-SRE")]), "DUPLICATE"),
        (json!(vec![step("MX-SRE"); 11]), "TOO_LARGE"),
        (json!([{ "name": { "es": " " }, "institution": stage.institution("MX-SRE").global() }]), "REQUIRED"),
    ] {
        let answer = set(&stage, "mx.test.admin", steps).await;
        assert!(answer.mends().contains(&code), "{}", answer.text);
    }
    assert_eq!(stage.entries().await.len(), before);
    // Set anew, it is another.
    set(&stage, "mx.test.admin", json!([step("MX-SRE"), step("MX-INM")])).await.well();
    set(&stage, "mx.test.admin", json!([step("MX-INM")])).await.well();
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    let told = chain_of(&stage, "mx.test.editor", &id).await;
    assert_eq!(told["approvals"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_signs_what_they_wrote_whoever_saved_last() {
    use api::{access::Role, ids::AccountId};
    let stage = Stage::set().await;
    // One who both writes and signs.
    let admin = stage.person("mx.test.admin");
    let ministry = stage.institution("MX-SRE").global();
    let query =
        "mutation($i: AddAccountInput!) { addAccount(input: $i) { account { id } userErrors { code } } }";
    let input = json!({ "login": "mx.both", "institution": ministry });
    let both = admin.asks(query, json!({ "i": input })).await.well().text_at("addAccount.account.id");
    let query = "mutation($i: AddPostInput!) { addPost(input: $i) { post userErrors { code } } }";
    let roles = [Role::Minister, Role::PlanEditor].map(Role::code);
    let input = json!({ "institution": ministry, "name": { "es": "Dirección" }, "roles": roles });
    let post = admin.asks(query, json!({ "i": input })).await.well().text_at("addPost.post");
    let query = "mutation($i: AppointInput!) { appoint(input: $i) { appointment userErrors { code } } }";
    admin.asks(query, json!({ "i": { "account": both, "post": post } })).await.well();
    let both = stage.newcomer(AccountId::parse_global(&both).unwrap());
    let step = "mutation($input: ChangeStateInput!) { approvePlan(input: $input) { userErrors { code } } }";

    let input = json!({ "handling": "GREEN", "content": content(&stage, "MX-SRE", "Uno") });
    let begun = both.asks(super::DRAFT, json!({ "input": input })).await.well();
    let id = begun.text_at("draftPlan.plan.id");
    // Saving the same again would make another its author: it is refused, and nothing is stored.
    let before = stage.entries().await.len();
    let same = json!({ "id": id, "expectedRevision": 1, "content": content(&stage, "MX-SRE", "Uno") });
    let again = stage.person("mx.test.editor").asks(REVISE, json!({ "input": same })).await;
    assert_eq!(again.mends(), ["DUPLICATE"]);
    assert!(again.text.contains("input.content"));
    assert_eq!(stage.entries().await.len(), before);

    // Another adds to it: it still holds what the first wrote.
    let more = json!({ "id": id, "expectedRevision": 1, "content": content(&stage, "MX-SRE", "Dos") });
    stage.person("mx.test.editor").asks(REVISE, json!({ "input": more })).await.well();
    moved(&stage, "mx.test.editor", "submitPlan", &id, 2).await.well();
    let sign = json!({ "input": { "id": id, "expectedRevision": 2 } });
    assert_eq!(both.asks(step, sign.clone()).await.mends(), ["SAME_PERSON"]);
    moved(&stage, "mx.test.minister", "approvePlan", &id, 2).await.well();
    // What was approved counts as read by others: of what is written after it, they are not the author.
    let more = json!({ "id": id, "expectedRevision": 2, "content": content(&stage, "MX-SRE", "Tres") });
    stage.person("mx.test.editor").asks(REVISE, json!({ "input": more })).await.well();
    moved(&stage, "mx.test.editor", "submitPlan", &id, 3).await.well();
    both.asks(step, json!({ "input": { "id": id, "expectedRevision": 3 } })).await.well();
}

#[tokio::test]
async fn a_signature_stays_told_when_the_chain_is_made_shorter() {
    let stage = Stage::set().await;
    chained(&stage).await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    moved(&stage, "mx.test.editor", "submitPlan", &id, 1).await.well();
    moved(&stage, "mx.agency.minister", "approvePlan", &id, 1).await.well();
    moved(&stage, "mx.test.minister", "approvePlan", &id, 1).await.well();
    let step = json!({ "name": { "es": "Aval" }, "institution": stage.institution("MX-INM").global() });
    set(&stage, "mx.test.admin", json!([step])).await.well();
    let told = chain_of(&stage, "mx.test.editor", &id).await;
    let told = told["approvals"].as_array().unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!(told[1]["institution"]["code"], "MX-SRE");
    assert_eq!(told[1]["signedBy"]["es"], "Puesto mx.test.minister");
}

#[tokio::test]
async fn two_who_set_the_first_chain_at_once_leave_one_of_them() {
    let stage = Stage::set().await;
    let step = |es: &str, code: &str| json!({ "name": { "es": es }, "institution": stage.institution(code).global() });
    let (one, other) =
        (json!([step("Uno", "MX-SRE"), step("Dos", "MX-INM")]), json!([step("Tres", "MX-INM")]));
    let (one, other) = tokio::join!(set(&stage, "mx.test.admin", one), set(&stage, "mx.agency.admin", other));
    one.well();
    other.well();
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    let told = chain_of(&stage, "mx.test.editor", &id).await;
    let told: Vec<_> =
        told["approvals"].as_array().unwrap().iter().map(|step| step["name"]["es"].clone()).collect();
    assert!(told == ["Uno", "Dos"] || told == ["Tres"], "{told:?}");
}
