//! The people of a meeting, and the order in which delegations speak on its items.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let participants = Table::create()
            .table("participant")
            .col(uuid("id").primary_key())
            .col(uuid("meeting_id"))
            .col(string_len("country", 2))
            .col(integer("number"))
            .col(text("name"))
            .col(text("post"))
            .col(uuid("account_id"))
            .col(string_len("at", 24))
            .foreign_key(ForeignKey::create().from("participant", "meeting_id").to("record", "id"))
            .to_owned();
        manager.create_table(participants).await?;
        let of_delegation = Index::create()
            .name("participant_of_delegation")
            .table("participant")
            .col("meeting_id")
            .col("country")
            .col("number")
            .unique()
            .to_owned();
        manager.create_index(of_delegation).await?;
        let orders = Table::create()
            .table("speaking_order")
            .col(uuid("meeting_id"))
            .col(string_len("item", 32))
            .col(text("countries"))
            .col(uuid("account_id"))
            .col(string_len("at", 24))
            .primary_key(Index::create().col("meeting_id").col("item"))
            .foreign_key(ForeignKey::create().from("speaking_order", "meeting_id").to("record", "id"))
            .to_owned();
        manager.create_table(orders).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("speaking_order").to_owned()).await?;
        manager.drop_table(Table::drop().table("participant").to_owned()).await
    }
}
