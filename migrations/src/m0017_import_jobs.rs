//! Imports that go on without the request that asked for them: bookkeeping, gone after a week.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("import_job")
                    .col(pk_uuid("id"))
                    .col(uuid("account_id"))
                    .col(uuid("institution_id"))
                    .col(uuid("dataset_id"))
                    .col(uuid("run"))
                    .col(string_len("state", 16))
                    .col(boolean("dry_run"))
                    .col(big_integer("bytes"))
                    .col(big_integer("rows_read"))
                    .col(string_len("at", 24))
                    .col(string_len_null("started", 24))
                    .col(string_len_null("finished", 24))
                    .col(text_null("found"))
                    .col(text_null("problems"))
                    .col(string_len_null("key", 64))
                    .col(string_len_null("request", 64))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("import_job_once")
                    .table("import_job")
                    .col("account_id")
                    .col("key")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(Index::create().name("import_job_at").table("import_job").col("at").to_owned())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("import_job").to_owned()).await
    }
}
