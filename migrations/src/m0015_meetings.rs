//! What happens to a meeting beside its revisions: the steps it takes, and what is noted of its
//! delegations. Rows are added only.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: [&str; 2] = ["meeting_phase", "delegation_fact"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                of_meeting("meeting_phase")
                    .col(string_len("phase", 20))
                    .col(string_len_null("until", 24))
                    .col(integer("revision"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                of_meeting("delegation_fact")
                    .col(string_len("country", 2))
                    .col(string_len("fact", 12))
                    .col(boolean("holds"))
                    .col(boolean("by_host"))
                    .to_owned(),
            )
            .await?;

        let db = manager.get_connection();
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        if postgres {
            db.execute_unprepared(
                "CREATE FUNCTION meeting_only_grows() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'what happened to a meeting is only added to'; END $$",
            )
            .await?;
        }
        for table in TABLES {
            for what in ["UPDATE", "DELETE"] {
                let does = match postgres {
                    true => "FOR EACH ROW EXECUTE FUNCTION meeting_only_grows()",
                    false => "BEGIN SELECT RAISE(ABORT, 'what happened to a meeting is only added to'); END",
                };
                let name = format!("{table}_no_{}", what.to_lowercase());
                db.execute_unprepared(&format!("CREATE TRIGGER {name} BEFORE {what} ON {table} {does}"))
                    .await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION meeting_only_grows()").await?;
        }
        Ok(())
    }
}

/// A table of what happens to meetings, numbered within each.
fn of_meeting(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(uuid("meeting_id"))
        .col(integer("number"))
        .col(uuid("account_id"))
        .col(string_len("at", 24))
        .primary_key(Index::create().col("meeting_id").col("number"))
        .foreign_key(ForeignKey::create().from(table, "meeting_id").to("record", "id"))
        .to_owned()
}
