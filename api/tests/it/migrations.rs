//! The tables go up and down on both databases.

use api::node::{migrate_down, migrate_up, writing_pool};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::stage::Stage;

async fn tables(db: &impl ConnectionTrait) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

#[tokio::test]
async fn every_change_of_the_tables_can_be_taken_back_and_made_again() {
    let stage = Stage::set_empty().await;
    let db = writing_pool(&stage.node.config).await.unwrap();
    let whole = tables(&db).await;
    assert!(whole.len() > 10);
    migrate_down(&db, 99).await.unwrap();
    assert_eq!(tables(&db).await, ["seaql_migrations"]);
    migrate_up(&db).await.unwrap();
    assert_eq!(tables(&db).await, whole);
    migrate_up(&db).await.unwrap();
    db.close().await.unwrap();
}
