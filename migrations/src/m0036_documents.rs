//! Documents of meetings: a row for each language of each revision. Rows are added only.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("meeting_document")
            .col(uuid("id").primary_key())
            .col(uuid("meeting_id"))
            .col(string_len("distribution", 20))
            .col(integer("number"))
            .col(integer("revision"))
            .col(string_len("language", 2))
            .col(string_len("symbol", 80))
            .col(string_len("kind", 20))
            .col(text("title"))
            .col(string_len_null("item", 32))
            .col(string_len("file", 64))
            .col(big_integer("bytes"))
            .col(string_len("media", 20))
            .col(text("name"))
            .col(uuid("account_id"))
            .col(string_len("at", 24))
            .foreign_key(ForeignKey::create().from("meeting_document", "meeting_id").to("record", "id"))
            .to_owned();
        manager.create_table(table).await?;
        let once = Index::create()
            .name("meeting_document_once")
            .table("meeting_document")
            .col("meeting_id")
            .col("distribution")
            .col("number")
            .col("revision")
            .col("language")
            .unique()
            .to_owned();
        manager.create_index(once).await?;
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        for what in ["UPDATE", "DELETE"] {
            let does = match postgres {
                true => "FOR EACH ROW EXECUTE FUNCTION meeting_only_grows()",
                false => "BEGIN SELECT RAISE(ABORT, 'what happened to a meeting is only added to'); END",
            };
            let name = format!("meeting_document_no_{}", what.to_lowercase());
            let trigger = format!("CREATE TRIGGER {name} BEFORE {what} ON meeting_document {does}");
            manager.get_connection().execute_unprepared(&trigger).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("meeting_document").to_owned()).await
    }
}
