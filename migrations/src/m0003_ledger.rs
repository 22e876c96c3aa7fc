//! The ledger: entries in commit order, chained by hash, and who is told of each. Only additions
//! are possible, on both databases.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("entry")
                    .col(big_integer("number").primary_key())
                    .col(uuid("id").unique_key())
                    .col(string_len("at", 24))
                    .col(uuid("actor_id"))
                    .col(string_len("event", 48))
                    .col(string_len("kind", 16))
                    .col(uuid("subject"))
                    .col(uuid("owner_id"))
                    .col(string_len_null("owner_country", 2))
                    .col(string_len("reach", 8))
                    .col(text("body"))
                    .col(string_len("previous", 64))
                    .col(string_len("hash", 64))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("entry_country")
                    .table("entry")
                    .col("owner_country")
                    .col("number")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(Index::create().name("entry_subject").table("entry").col("subject").to_owned())
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("entry_party")
                    .col(string_len("party", 40))
                    .col(big_integer("number"))
                    .primary_key(Index::create().col("party").col("number"))
                    .foreign_key(ForeignKey::create().from("entry_party", "number").to("entry", "number"))
                    .to_owned(),
            )
            .await?;
        // The verifier asks the other way round: whom was entry n told to?
        manager
            .create_index(
                Index::create().name("entry_party_number").table("entry_party").col("number").to_owned(),
            )
            .await?;

        let db = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared(
                "CREATE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'the ledger only grows'; END $$",
            )
            .await?;
        }
        for table in ["entry", "entry_party"] {
            let statements = match manager.get_database_backend() {
                DbBackend::Postgres => vec![
                    format!(
                        "CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} \
                         FOR EACH ROW EXECUTE FUNCTION ledger_only_grows()"
                    ),
                    format!(
                        "CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} \
                         FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()"
                    ),
                ],
                _ => ["UPDATE", "DELETE"]
                    .iter()
                    .map(|what| {
                        format!(
                            "CREATE TRIGGER {table}_no_{what} BEFORE {what} ON {table} \
                             BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END"
                        )
                    })
                    .collect(),
            };
            for statement in statements {
                db.execute_unprepared(&statement).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["entry_party", "entry"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION ledger_only_grows()").await?;
        }
        Ok(())
    }
}
