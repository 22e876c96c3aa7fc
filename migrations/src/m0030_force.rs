//! Plans put into force: who may, step by step what was, and how far the actions have come.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn of_activation(from: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(from, "activation_id").to("activation", "id").to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let declares = boolean("declares").default(false).to_owned();
        manager.alter_table(Table::alter().table("approval_step").add_column(declares).to_owned()).await?;
        let activation = Table::create()
            .table("activation")
            .col(pk_uuid("id"))
            .col(uuid("record_id"))
            .col(boolean("exercise"))
            .col(string_len_null("ended_at", 24))
            .foreign_key(ForeignKey::create().from("activation", "record_id").to("record", "id"))
            .to_owned();
        let step = Table::create()
            .table("force_step")
            .col(uuid("activation_id"))
            .col(integer("number"))
            .col(string_len("step", 16))
            .col(integer("revision"))
            .col(string_len_null("phase", 40))
            .col(string_len("level", 8))
            .col(string_len("starts_at", 24))
            .col(string_len_null("trigger_key", 40))
            .col(string_len_null("observed", 40))
            .col(uuid_null("dataset_id"))
            .col(uuid("institution_id"))
            .col(uuid("account_id"))
            .col(string_len("at", 24))
            .primary_key(Index::create().col("activation_id").col("number"))
            .foreign_key(&mut of_activation("force_step"))
            .to_owned();
        let reason = Table::create()
            .table("force_reason")
            .col(uuid("activation_id"))
            .col(integer("number"))
            .col(text("words"))
            .primary_key(Index::create().col("activation_id").col("number"))
            .foreign_key(&mut of_activation("force_reason"))
            .to_owned();
        let progress = Table::create()
            .table("action_progress")
            .col(uuid("activation_id"))
            .col(string_len("action", 40))
            .col(integer("number"))
            .col(string_len("state", 12))
            .col(text_null("note"))
            .col(uuid("institution_id"))
            .col(uuid("account_id"))
            .col(string_len("at", 24))
            .primary_key(Index::create().col("activation_id").col("action").col("number"))
            .foreign_key(&mut of_activation("action_progress"))
            .to_owned();
        for table in [activation, step, reason, progress] {
            manager.create_table(table).await?;
        }
        let index = Index::create().name("activation_record").table("activation").col("record_id").to_owned();
        manager.create_index(index).await?;

        let db = manager.get_connection();
        // Of an activation only its end is written later. Nothing of it is deleted.
        if manager.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared(
                "CREATE FUNCTION force_is_fixed() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'what was in force is fixed'; END $$",
            )
            .await?;
        }
        let whole = ["force_step", "force_reason", "action_progress"].map(|table| (table, "UPDATE"));
        let begun = ("activation", "UPDATE OF id, record_id, exercise");
        for (table, update) in whole.into_iter().chain([begun]) {
            let statements = match manager.get_database_backend() {
                DbBackend::Postgres => vec![format!(
                    "CREATE TRIGGER {table}_fixed BEFORE {update} OR DELETE ON {table} \
                     FOR EACH ROW EXECUTE FUNCTION force_is_fixed()"
                )],
                _ => [("fixed", update), ("kept", "DELETE")]
                    .map(|(name, act)| {
                        format!(
                            "CREATE TRIGGER {table}_{name} BEFORE {act} ON {table} \
                             BEGIN SELECT RAISE(ABORT, 'what was in force is fixed'); END"
                        )
                    })
                    .into(),
            };
            for statement in statements {
                db.execute_unprepared(&statement).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["action_progress", "force_reason", "force_step", "activation"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION force_is_fixed()").await?;
        }
        let declares = Table::alter().table("approval_step").drop_column("declares").to_owned();
        manager.alter_table(declares).await
    }
}
