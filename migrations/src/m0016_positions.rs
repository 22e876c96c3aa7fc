//! Positions of delegations on the items of a meeting, and their sealed exchange.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("position")
                    .col(uuid("meeting_id"))
                    .col(string_len("country", 2))
                    .col(string_len("item", 32))
                    .col(integer("number"))
                    .col(text("content"))
                    .col(string_len("hash", 64))
                    .col(uuid("account_id"))
                    .col(string_len("at", 24))
                    .primary_key(Index::create().col("meeting_id").col("country").col("item").col("number"))
                    .foreign_key(ForeignKey::create().from("position", "meeting_id").to("record", "id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("position_exchange")
                    .col(pk_uuid("id"))
                    .col(uuid("meeting_id"))
                    .col(text("countries"))
                    .col(string_len_null("opens_at", 24))
                    .col(string_len_null("complete_at", 24))
                    .col(uuid("account_id"))
                    .col(string_len("at", 24))
                    .foreign_key(
                        ForeignKey::create().from("position_exchange", "meeting_id").to("record", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("position_exchange_meeting")
                    .table("position_exchange")
                    .col("meeting_id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("sealed_position")
                    .col(uuid("exchange_id"))
                    .col(string_len("country", 2))
                    .col(string_len_null("hash", 64))
                    .col(uuid("account_id"))
                    .col(string_len("at", 24))
                    .col(text_null("text"))
                    .col(string_len_null("filed_at", 24))
                    .col(string_len_null("withdrawn_at", 24))
                    .primary_key(Index::create().col("exchange_id").col("country"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("sealed_position", "exchange_id")
                            .to("position_exchange", "id"),
                    )
                    .to_owned(),
            )
            .await?;

        // What a delegation wrote is never changed, and what it committed to is taken back at most.
        let db = manager.get_connection();
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &[
                "CREATE FUNCTION position_is_fixed() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'a position is fixed once written'; END $$",
                "CREATE TRIGGER position_fixed BEFORE UPDATE OR DELETE ON position \
                 FOR EACH ROW EXECUTE FUNCTION position_is_fixed()",
                "CREATE TRIGGER sealed_position_fixed BEFORE UPDATE OF hash ON sealed_position \
                 FOR EACH ROW WHEN (NEW.hash IS NOT NULL AND NEW.hash IS DISTINCT FROM OLD.hash) \
                 EXECUTE FUNCTION position_is_fixed()",
                "CREATE TRIGGER sealed_position_kept BEFORE DELETE ON sealed_position \
                 FOR EACH ROW EXECUTE FUNCTION position_is_fixed()",
            ],
            _ => &[
                "CREATE TRIGGER position_fixed BEFORE UPDATE ON position \
                 BEGIN SELECT RAISE(ABORT, 'a position is fixed once written'); END",
                "CREATE TRIGGER position_kept BEFORE DELETE ON position \
                 BEGIN SELECT RAISE(ABORT, 'a position is fixed once written'); END",
                "CREATE TRIGGER sealed_position_fixed BEFORE UPDATE OF hash ON sealed_position \
                 WHEN NEW.hash IS NOT NULL AND NEW.hash IS NOT OLD.hash \
                 BEGIN SELECT RAISE(ABORT, 'a position is fixed once written'); END",
                "CREATE TRIGGER sealed_position_kept BEFORE DELETE ON sealed_position \
                 BEGIN SELECT RAISE(ABORT, 'a position is fixed once written'); END",
            ],
        };
        for statement in statements {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["sealed_position", "position_exchange", "position"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION position_is_fixed()").await?;
        }
        Ok(())
    }
}
