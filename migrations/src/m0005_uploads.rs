//! Files that were sent and wait to be imported: bookkeeping, gone after a day.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("upload")
                    .col(pk_uuid("id"))
                    .col(uuid("account_id"))
                    .col(uuid("institution_id"))
                    .col(string_len("sha256", 64))
                    .col(big_integer("bytes"))
                    .col(string_len("at", 24))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(Index::create().name("upload_account").table("upload").col("account_id").to_owned())
            .await?;
        manager.create_index(Index::create().name("upload_at").table("upload").col("at").to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("upload").to_owned()).await
    }
}
