//! Minutes of a meeting with their approvals, and what it agreed to do with the steps of that.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: [&str; 4] = ["commitment_step", "meeting_commitment", "minutes_approval", "minutes"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("minutes")
                    .col(uuid("meeting_id"))
                    .col(integer("number"))
                    .col(text("content"))
                    .col(string_len("hash", 64))
                    .col(uuid("account_id"))
                    .col(string_len("at", 24))
                    .primary_key(Index::create().col("meeting_id").col("number"))
                    .foreign_key(ForeignKey::create().from("minutes", "meeting_id").to("record", "id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("minutes_approval")
                    .col(uuid("meeting_id"))
                    .col(integer("number"))
                    .col(string_len("country", 2))
                    .col(string_len("hash", 64))
                    .col(boolean("by_host"))
                    .col(uuid("account_id"))
                    .col(string_len("at", 24))
                    .primary_key(Index::create().col("meeting_id").col("number").col("country"))
                    .foreign_key(
                        ForeignKey::create().from("minutes_approval", "meeting_id").to("record", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("meeting_commitment")
                    .col(pk_uuid("id"))
                    .col(uuid("meeting_id"))
                    .col(integer("number"))
                    .col(text("content"))
                    .col(string_len("hash", 64))
                    .col(uuid("account_id"))
                    .col(string_len("at", 24))
                    .foreign_key(
                        ForeignKey::create().from("meeting_commitment", "meeting_id").to("record", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("meeting_commitment_number")
                    .table("meeting_commitment")
                    .col("meeting_id")
                    .col("number")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("commitment_step")
                    .col(uuid("commitment_id"))
                    .col(integer("number"))
                    .col(string_len("step", 20))
                    .col(string_len_null("due", 10))
                    .col(string_len("country", 2))
                    .col(string_len("home", 2))
                    .col(text_null("content"))
                    .col(uuid("account_id"))
                    .col(string_len("at", 24))
                    .primary_key(Index::create().col("commitment_id").col("number"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("commitment_step", "commitment_id")
                            .to("meeting_commitment", "id"),
                    )
                    .to_owned(),
            )
            .await?;

        // What was agreed, approved and reported is never changed.
        let db = manager.get_connection();
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        if postgres {
            db.execute_unprepared(
                "CREATE FUNCTION agreement_is_fixed() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'what was agreed is fixed'; END $$",
            )
            .await?;
        }
        for table in TABLES {
            for (name, when) in [("fixed", "UPDATE"), ("kept", "DELETE")] {
                let trigger = format!("CREATE TRIGGER {table}_{name} BEFORE {when} ON {table}");
                let statement = match postgres {
                    true => format!("{trigger} FOR EACH ROW EXECUTE FUNCTION agreement_is_fixed()"),
                    false => format!("{trigger} BEGIN SELECT RAISE(ABORT, 'what was agreed is fixed'); END"),
                };
                db.execute_unprepared(&statement).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION agreement_is_fixed()").await?;
        }
        Ok(())
    }
}
