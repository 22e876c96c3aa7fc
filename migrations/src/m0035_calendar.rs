//! Private addresses of calendars: whose each is, and the hash of its secret.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("calendar")
            .col(uuid("id").primary_key())
            .col(uuid("account_id"))
            .col(boolean("of_delegation"))
            .col(string_len("lang", 2))
            .col(string_len("secret_hash", 64).unique_key())
            .col(string_len("at", 24))
            .col(string_len_null("revoked_at", 24))
            .foreign_key(ForeignKey::create().from("calendar", "account_id").to("account", "id"))
            .to_owned();
        manager.create_table(table).await?;
        let of_account =
            Index::create().name("calendar_of_account").table("calendar").col("account_id").to_owned();
        manager.create_index(of_account).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("calendar").to_owned()).await
    }
}
