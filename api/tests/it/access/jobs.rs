//! Import jobs: whose they are, seen and given up by nobody else.

use api::access::{Action, Kind, Role, Standing, allows};
use serde_json::json;

use super::{account_id, everybody, trace::Trace};
use crate::{
    acts::{Carried, content},
    jobs::{BEGIN, JOB, pipe},
    stage::Stage,
    uploads::sent,
};

pub const ATTACKED: [&str; 1] = ["cancelImport"];

const CANCEL: &str =
    "mutation ($id: ID!) { cancelImport(input: { job: $id }) { job { state } userErrors { code } } }";
const NODE: &str = "query ($id: ID!) { node(id: $id) { id } }";

/// A job that runs until its pipe is let go, on a dataset of the agency's publisher.
async fn running(stage: &Stage, dataset: &Carried<'_>) -> (String, std::fs::File) {
    let file = sent(stage, "mx.agency.statistics", "SEX,TIME_PERIOD,OBS_VALUE\nF,2024,1\n").await;
    let pipe = pipe(stage, &file);
    let input = json!({ "dataset": dataset.global(), "expectedRevision": 1, "file": file, "asJob": true });
    let begun = stage.person("mx.agency.statistics").asks(BEGIN, json!({ "i": input })).await.well();
    (begun.text_at("importStatistics.job.id"), pipe)
}

#[tokio::test]
async fn a_job_is_seen_and_given_up_by_the_publishers_of_its_institution_and_by_nobody_else() {
    let stage = Stage::set().await;
    let dataset = Carried::begun(&stage, Kind::Dataset, "mx.agency", "GREEN", "Retornos").await;
    let (id, _pipe) = running(&stage, &dataset).await;
    let nowhere = api::ids::ImportJobId::new().global();
    let trace = Trace::of(&stage).await;
    let before = trace.now(&stage).await;
    for who in everybody(&stage) {
        let may = who.role.is_some_and(|role| allows(role, Action::Draft(Kind::Dataset), Standing::Owner));
        if who.prefix == "mx.agency" && may {
            continue;
        }
        let person = stage.person(&who.login);
        for document in [JOB, CANCEL, NODE] {
            let told = person.asks(document, json!({ "id": id })).await;
            let never = person.asks(document, json!({ "id": nowhere })).await;
            assert_eq!(told.code(), never.code(), "{}: {}", who.login, told.text);
            assert_eq!(told.message(), never.message(), "{}: {}", who.login, told.text);
            let expected = if may || document == NODE { "NOT_FOUND" } else { "FORBIDDEN" };
            assert_eq!(told.code(), expected, "{}: {}", who.login, told.text);
        }
    }
    for document in [JOB, CANCEL, NODE] {
        assert_eq!(stage.stranger().asks(document, json!({ "id": id })).await.code(), "UNAUTHENTICATED");
    }
    assert_eq!(trace.now(&stage).await, before);
    let own = stage.person("mx.agency.statistics");
    assert_eq!(own.asks(JOB, json!({ "id": id })).await.well().at("importJob.state"), "RUNNING");
    assert_eq!(own.asks(CANCEL, json!({ "id": id })).await.well().at("cancelImport.job.state"), "CANCELLED");
}

#[tokio::test]
async fn another_publisher_of_the_institution_sees_the_jobs_of_datasets_that_they_see() {
    let stage = Stage::set().await;
    let colleague = colleague(&stage).await;
    let open = Carried::begun(&stage, Kind::Dataset, "mx.agency", "GREEN", "Abiertos").await;
    let said = content(&stage, Kind::Dataset, "Reservados", 1);
    let red = Carried::begun_with(&stage, Kind::Dataset, "mx.agency", "RED", said, json!({})).await;
    let ((shared, _one), (kept, _two)) = (running(&stage, &open).await, running(&stage, &red).await);
    let other = stage.newcomer(colleague);
    assert_eq!(other.asks(JOB, json!({ "id": shared })).await.well().at("importJob.id"), &json!(shared));
    for document in [JOB, CANCEL, NODE] {
        assert_eq!(other.asks(document, json!({ "id": kept })).await.code(), "NOT_FOUND");
    }
    assert_eq!(
        other.asks(CANCEL, json!({ "id": shared })).await.well().at("cancelImport.job.state"),
        "CANCELLED"
    );
    stage.person("mx.agency.statistics").asks(JOB, json!({ "id": kept })).await.well();
}

/// A second publisher of the agency.
async fn colleague(stage: &Stage) -> api::ids::AccountId {
    let admin = stage.person("mx.agency.admin");
    let of = stage.institution("MX-INM").global();
    let post = json!({ "institution": of, "name": { "es": "Segunda publicadora" }, "roles": [Role::StatisticsPublisher.code()] });
    let post = admin
        .asks(
            "mutation ($i: AddPostInput!) { addPost(input: $i) { post userErrors { code path } } }",
            json!({ "i": post }),
        )
        .await
        .well()
        .text_at("addPost.post");
    let account = json!({ "institution": of, "login": "mx.agency.statistics.2" });
    let account = admin
        .asks("mutation ($i: AddAccountInput!) { addAccount(input: $i) { account { id } userErrors { code path } } }", json!({ "i": account }))
        .await
        .well()
        .text_at("addAccount.account.id");
    let appoint = json!({ "account": account, "post": post });
    admin
        .asks(
            "mutation ($i: AppointInput!) { appoint(input: $i) { userErrors { code path } } }",
            json!({ "i": appoint }),
        )
        .await
        .well();
    assert_ne!(account, account_id(stage, "mx.agency.statistics").await);
    api::ids::AccountId::parse_global(&account).unwrap()
}
