//! What is released under an embargo opens by the clock: of an audience, of an entry, of a share.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let added = [
            // When the revision opens to the party, and what it is shown until then.
            ("audience", string_len_null("opens_at", 24)),
            ("audience", integer_null("until_then")),
            // Since when the party has been shown the record without a break.
            ("audience", string_len_null("since", 24)),
            ("entry_party", string_len_null("opens_at", 24)),
            ("share", string_len_null("opens_at", 24)),
        ];
        for (table, column) in added {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let added = [
            ("share", "opens_at"),
            ("entry_party", "opens_at"),
            ("audience", "since"),
            ("audience", "until_then"),
            ("audience", "opens_at"),
        ];
        for (table, column) in added {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
