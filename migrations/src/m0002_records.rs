//! What is shared: records, their revisions, to whom each is shown, and under which instrument.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("record")
                    .col(pk_uuid("id"))
                    .col(string_len("kind", 16))
                    .col(uuid("owner_id"))
                    .col(string_len_null("owner_country", 2))
                    .col(string_len_null("code", 64))
                    .col(integer("head"))
                    .col(text("chain"))
                    .foreign_key(ForeignKey::create().from("record", "owner_id").to("institution", "id"))
                    .to_owned(),
            )
            .await?;
        // A code is unique within its owner only: what others call theirs must not be guessable.
        manager
            .create_index(
                Index::create()
                    .name("record_code")
                    .table("record")
                    .col("owner_id")
                    .col("kind")
                    .col("code")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager.create_table(revision()).await?;
        manager
            .create_table(
                Table::create()
                    .table("audience")
                    .col(string_len("kind", 16))
                    .col(string_len("party", 40))
                    .col(uuid("subject"))
                    .col(integer("revision"))
                    .col(boolean("working"))
                    .primary_key(Index::create().col("kind").col("party").col("subject"))
                    .foreign_key(ForeignKey::create().from("audience", "subject").to("record", "id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("audience_subject").table("audience").col("subject").to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("share")
                    .col(pk_uuid("id"))
                    .col(uuid("record_id"))
                    .col(integer("revision"))
                    .col(text("parties"))
                    .col(text("instrument"))
                    .col(text("purpose"))
                    .col(uuid("account_id"))
                    .col(string_len("at", 24))
                    .foreign_key(ForeignKey::create().from("share", "record_id").to("record", "id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(Index::create().name("share_record").table("share").col("record_id").to_owned())
            .await?;

        // What a revision says never changes; only how far it has come does.
        let db = manager.get_connection();
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &[
                "CREATE FUNCTION revision_is_fixed() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'a revision is fixed once written'; END $$",
                "CREATE TRIGGER revision_fixed BEFORE UPDATE OF record_id, number, content, hash, handling, author_id, at \
                 ON revision FOR EACH ROW EXECUTE FUNCTION revision_is_fixed()",
                "CREATE TRIGGER revision_kept BEFORE DELETE ON revision FOR EACH ROW EXECUTE FUNCTION revision_is_fixed()",
            ],
            _ => &[
                "CREATE TRIGGER revision_fixed BEFORE UPDATE OF record_id, number, content, hash, handling, author_id, at \
                 ON revision BEGIN SELECT RAISE(ABORT, 'a revision is fixed once written'); END",
                "CREATE TRIGGER revision_kept BEFORE DELETE ON revision \
                 BEGIN SELECT RAISE(ABORT, 'a revision is fixed once written'); END",
            ],
        };
        for statement in statements {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["share", "audience", "revision", "record"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION revision_is_fixed()").await?;
        }
        Ok(())
    }
}

fn revision() -> TableCreateStatement {
    Table::create()
        .table("revision")
        .col(uuid("record_id"))
        .col(integer("number"))
        .col(string_len("state", 16))
        .col(string_len("handling", 16))
        .col(text("content"))
        .col(string_len("hash", 64))
        .col(text("search"))
        .col(date_null("starts"))
        .col(date_null("ends"))
        .col(text_null("note"))
        .col(uuid("author_id"))
        .col(string_len("at", 24))
        .col(uuid_null("approver_id"))
        .col(string_len_null("approved_at", 24))
        .col(uuid_null("releaser_id"))
        .col(string_len_null("released_at", 24))
        .primary_key(Index::create().col("record_id").col("number"))
        .foreign_key(ForeignKey::create().from("revision", "record_id").to("record", "id"))
        .to_owned()
}
