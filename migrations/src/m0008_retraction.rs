//! A released revision can be retracted: when, by whom, and why.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let added = [
            string_len_null("retracted_at", 24),
            uuid_null("retractor_id"),
            // Words in Spanish and English, as JSON.
            text_null("retraction"),
        ];
        for column in added {
            manager.alter_table(Table::alter().table("revision").add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["retraction", "retractor_id", "retracted_at"] {
            manager.alter_table(Table::alter().table("revision").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
