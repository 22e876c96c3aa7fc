//! By whom a country's plans are approved, step by step, and who signed which revision.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("approval_step")
                    .col(string_len("country", 2))
                    .col(integer("number"))
                    .col(uuid("institution_id"))
                    .col(string("name_es"))
                    .col(string("name_en"))
                    .primary_key(Index::create().col("country").col("number"))
                    .foreign_key(
                        ForeignKey::create().from("approval_step", "institution_id").to("institution", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("signature")
                    .col(uuid("record_id"))
                    .col(integer("revision"))
                    .col(integer("step"))
                    .col(string_len("hash", 64))
                    .col(uuid("institution_id"))
                    .col(string("name_es"))
                    .col(string("name_en"))
                    .col(uuid("account_id"))
                    .col(string_len("at", 24))
                    .primary_key(Index::create().col("record_id").col("revision").col("step"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("signature", ("record_id", "revision"))
                            .to("revision", ("record_id", "number")),
                    )
                    .to_owned(),
            )
            .await?;
        let db = manager.get_connection();
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &[
                "CREATE FUNCTION signature_is_fixed() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'a signature is fixed once made'; END $$",
                "CREATE TRIGGER signature_fixed BEFORE UPDATE OR DELETE ON signature \
                 FOR EACH ROW EXECUTE FUNCTION signature_is_fixed()",
            ],
            _ => &[
                "CREATE TRIGGER signature_fixed BEFORE UPDATE ON signature \
                 BEGIN SELECT RAISE(ABORT, 'a signature is fixed once made'); END",
                "CREATE TRIGGER signature_kept BEFORE DELETE ON signature \
                 BEGIN SELECT RAISE(ABORT, 'a signature is fixed once made'); END",
            ],
        };
        for statement in statements {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["signature", "approval_step"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION signature_is_fixed()").await?;
        }
        Ok(())
    }
}
