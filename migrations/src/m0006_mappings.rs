//! How the files of an institution are read: saved by name, each change a row of its own.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("mapping")
                    .col(uuid("id"))
                    .col(integer("revision"))
                    .col(uuid("institution_id"))
                    .col(string_len("name", 64))
                    .col(boolean("newest"))
                    .col(text("columns"))
                    .col(string_len("hash", 64))
                    .col(uuid("author_id"))
                    .col(string_len("at", 24))
                    .primary_key(Index::create().col("id").col("revision"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("mapping_name")
                    .table("mapping")
                    .col("institution_id")
                    .col("name")
                    .col("revision")
                    .unique()
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("mapping").to_owned()).await
    }
}
