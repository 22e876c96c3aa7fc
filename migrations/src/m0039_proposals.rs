//! What delegations propose on an agenda while it is open to them, and what the host decided on it.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("agenda_proposal")
            .col(uuid("id").primary_key())
            .col(uuid("meeting_id"))
            .col(string_len("country", 2))
            .col(string_len("kind", 12))
            .col(string_len_null("item", 32))
            .col(text("content"))
            .col(uuid("account_id"))
            .col(string_len("at", 24))
            .col(string_len("outcome", 12))
            .col(text_null("reason"))
            .col(uuid_null("outcome_by"))
            .col(string_len_null("outcome_at", 24))
            .foreign_key(ForeignKey::create().from("agenda_proposal", "meeting_id").to("record", "id"))
            .to_owned();
        manager.create_table(table).await?;
        let of_meeting =
            Index::create().name("proposal_of_meeting").table("agenda_proposal").col("meeting_id").to_owned();
        manager.create_index(of_meeting).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("agenda_proposal").to_owned()).await
    }
}
