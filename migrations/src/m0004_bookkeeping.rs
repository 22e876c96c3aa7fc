//! Tables that are nobody's records and are written without an entry. `ledger::KEPT` lists them.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("answered")
                    .col(uuid("account_id"))
                    .col(string_len("key", 64))
                    .col(string_len("request", 64))
                    .col(string_len("answer", 64))
                    .col(string_len("at", 24))
                    .primary_key(Index::create().col("account_id").col("key"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(Index::create().name("answered_at").table("answered").col("at").to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("answered").to_owned()).await
    }
}
