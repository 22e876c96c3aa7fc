//! Defects of ours, and commands that take too long.

use std::sync::Arc;

use api::schema::over;
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use sea_orm::{ConnectionTrait, DbBackend, TransactionTrait};
use serde_json::json;

use super::{ADD_INSTITUTION, facts};
use crate::stage::Stage;

/// Stumbles over every operation called `Stumble`.
struct Clumsy;

impl ExtensionFactory for Clumsy {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Clumsy)
    }
}

#[async_trait::async_trait]
impl Extension for Clumsy {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        name: Option<&str>,
        next: NextExecute<'_>,
    ) -> async_graphql::Response {
        assert_ne!(name, Some("Stumble"), "open, sesame");
        next.run(ctx, name).await
    }
}

#[tokio::test]
async fn a_defect_of_ours_is_told_by_the_number_of_the_request_and_nothing_else() {
    let mut stage = Stage::set().await;
    stage.refit(|node| {
        let cubes = api::statistics::Cubes::new(node.vault.clone(), 1 << 20);
        let clumsy = || {
            over(node.reads.clone(), node.ledger.clone(), node.vault.clone(), cubes.clone())
                .extension(Clumsy)
                .finish()
        };
        (node.schema, node.plain) = (clumsy(), clumsy());
    });
    for accept in ["application/json", "application/graphql-response+json"] {
        let asking = stage.stranger().with("accept", accept);
        let answer = asking.asks("query Stumble { __typename }", json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (500, "INTERNAL"));
        assert_eq!(answer.json["errors"][0]["extensions"]["requestId"], answer.header("x-request-id"));
        assert_eq!(answer.message(), "something went wrong on our side; quote the request id");
        assert!(!answer.text.contains("sesame"));
    }
    stage.stranger().asks("{ __typename }", json!({})).await.well();
    let batch = json!([{ "query": "query Stumble { __typename }" }, { "query": "{ __typename }" }]);
    let answer = stage.stranger().posts(batch.to_string()).await;
    assert_eq!(answer.json[0]["errors"][0]["extensions"]["code"], "INTERNAL");
    assert_eq!(answer.json[1]["data"]["__typename"], "Query");
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "a test may stand in the way")]
async fn a_command_that_takes_too_long_is_given_up_and_leaves_nothing() {
    let stage = Stage::set_with(|config| config.request_seconds = 1).await;
    let admin = stage.person("mx.test.admin");
    let before = stage.entries().await.len();
    // Somebody holds what every command must have before it can commit.
    let db = stage.node.ledger.groundwork();
    let held = db.begin().await.unwrap();
    if db.get_database_backend() == DbBackend::Postgres {
        held.execute_unprepared("SELECT pg_advisory_xact_lock(4919)").await.unwrap();
    }
    let answer = admin.asking().once("k").asks(ADD_INSTITUTION, facts("MX-A")).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (503, "LIMITED"), "{}", answer.text);
    assert!(answer.message().contains("within 1 s"));
    admin.asks("{ viewer { login } }", json!({})).await.well();
    assert_eq!(stage.entries().await.len(), before);
    // What had begun to commit may do so once it can; sent again it is carried out once all the same.
    held.rollback().await.unwrap();
    admin.asking().once("k").asks(ADD_INSTITUTION, facts("MX-A")).await.well();
    assert_eq!(stage.entries().await.len(), before + 1);
}
