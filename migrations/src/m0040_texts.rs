//! Texts that a meeting negotiates: their versions, how delegations stand to them, what they attach.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("negotiated_text")
                    .col(pk_uuid("id"))
                    .col(uuid("meeting_id"))
                    .col(integer("newest"))
                    .col(string_len_null("hash", 64))
                    .col(string_len_null("adopted_at", 24))
                    .col(integer_null("observers_from"))
                    .col(string_len("at", 24))
                    .foreign_key(
                        ForeignKey::create().from("negotiated_text", "meeting_id").to("record", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("negotiated_text_meeting")
                    .table("negotiated_text")
                    .col("meeting_id")
                    .to_owned(),
            )
            .await?;
        let of_text = |table: &'static str| {
            Table::create()
                .table(table)
                .col(uuid("text_id"))
                .col(integer("number"))
                .col(string_len("country", 2))
                .col(uuid("account_id"))
                .col(string_len("at", 24))
                .col(string_len("hash", 64))
                .primary_key(Index::create().col("text_id").col("number"))
                .foreign_key(ForeignKey::create().from(table, "text_id").to("negotiated_text", "id"))
                .to_owned()
        };
        let mut version = of_text("text_version");
        version.col(string_len("act", 16)).col(text("content"));
        manager.create_table(version).await?;
        let mut stance = of_text("text_stance");
        stance.col(string_len("stance", 12)).col(boolean("by_host"));
        manager.create_table(stance).await?;
        let mut statement = of_text("text_statement");
        statement
            .col(string_len("kind", 16))
            .col(string_len_null("paragraph", 32))
            .col(text("content"))
            .col(boolean("by_host"));
        manager.create_table(statement).await?;

        let db = manager.get_connection();
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        if postgres {
            db.execute_unprepared(
                "CREATE FUNCTION text_is_fixed() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'what was said of a text is fixed'; END $$",
            )
            .await?;
        }
        let refuse = |name: &str, when: &str, table: &str, condition: &str| match postgres {
            true => format!(
                "CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW {condition} EXECUTE FUNCTION text_is_fixed()"
            ),
            false => format!(
                "CREATE TRIGGER {name} BEFORE {when} ON {table} {condition} \
                 BEGIN SELECT RAISE(ABORT, 'what was said of a text is fixed'); END"
            ),
        };
        for table in ["text_version", "text_stance", "text_statement"] {
            db.execute_unprepared(&refuse(&format!("{table}_fixed"), "UPDATE", table, "")).await?;
            db.execute_unprepared(&refuse(&format!("{table}_kept"), "DELETE", table, "")).await?;
        }
        // What was adopted stays as it was; with whom it is shared may still widen.
        let adopted = match postgres {
            true => "WHEN (OLD.adopted_at IS NOT NULL)",
            false => "WHEN OLD.adopted_at IS NOT NULL",
        };
        let columns = "UPDATE OF meeting_id, newest, hash, adopted_at";
        db.execute_unprepared(&refuse("negotiated_text_fixed", columns, "negotiated_text", adopted)).await?;
        db.execute_unprepared(&refuse("negotiated_text_kept", "DELETE", "negotiated_text", "")).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["text_statement", "text_stance", "text_version", "negotiated_text"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION text_is_fixed()").await?;
        }
        Ok(())
    }
}
