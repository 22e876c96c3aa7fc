//! What reception points report of their capacity, and with whom a country shares it.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("capacity_point")
                    .col(pk_uuid("point_id"))
                    .col(string_len("country", 2))
                    .col(uuid("operator_id"))
                    .col(integer("stale_minutes"))
                    .col(uuid("account_id"))
                    .col(string_len("at", 24))
                    .foreign_key(
                        ForeignKey::create().from("capacity_point", "point_id").to("reception_point", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create().from("capacity_point", "operator_id").to("institution", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("capacity_report")
                    .col(pk_uuid("id"))
                    .col(uuid("batch_id"))
                    .col(uuid("point_id"))
                    .col(string_len("country", 2))
                    .col(string_len("as_of", 24))
                    .col(string_len("recorded_at", 24))
                    .col(integer("occupied"))
                    .col(integer("free"))
                    .col(integer("nominal"))
                    .col(integer("surge"))
                    .col(integer_null("people_in"))
                    .col(integer_null("people_out"))
                    .col(integer_null("staff"))
                    .col(uuid_null("replaces"))
                    .col(uuid("account_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("capacity_report", "point_id")
                            .to("capacity_point", "point_id"),
                    )
                    .to_owned(),
            )
            .await?;
        // The latest of a point; what was reported in a country on a day; the correction of a report.
        let index = |name: &str, columns: &[&'static str]| {
            let mut index = Index::create();
            index.name(name).table("capacity_report");
            for column in columns {
                index.col(*column);
            }
            index
        };
        for mut index in [
            index("capacity_report_point", &["point_id", "as_of"]),
            index("capacity_report_country", &["country", "recorded_at", "point_id"]),
            index("capacity_report_batch", &["batch_id"]),
            index("capacity_report_replaces", &["replaces"]).unique().to_owned(),
        ] {
            manager.create_index(index.take()).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("capacity_share")
                    .col(pk_uuid("id"))
                    .col(string_len("country", 2))
                    .col(string_len("level", 8))
                    .col(text_null("points"))
                    .col(string_len("handling", 16))
                    .col(text("instrument"))
                    .col(text("purpose"))
                    .col(uuid("account_id"))
                    .col(string_len("at", 24))
                    .col(string_len_null("ended_at", 24))
                    .col(uuid_null("ended_by"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("capacity_share_country")
                    .table("capacity_share")
                    .col("country")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("capacity_audience")
                    .col(string_len("party", 40))
                    .col(uuid("share_id"))
                    .primary_key(Index::create().col("party").col("share_id"))
                    .foreign_key(
                        ForeignKey::create().from("capacity_audience", "share_id").to("capacity_share", "id"),
                    )
                    .to_owned(),
            )
            .await?;

        // What was reported stands; a correction is a report of its own.
        let db = manager.get_connection();
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &[
                "CREATE FUNCTION capacity_report_is_fixed() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'a report of capacity is fixed once made'; END $$",
                "CREATE TRIGGER capacity_report_fixed BEFORE UPDATE OR DELETE ON capacity_report \
                 FOR EACH ROW EXECUTE FUNCTION capacity_report_is_fixed()",
            ],
            _ => &[
                "CREATE TRIGGER capacity_report_fixed BEFORE UPDATE ON capacity_report \
                 BEGIN SELECT RAISE(ABORT, 'a report of capacity is fixed once made'); END",
                "CREATE TRIGGER capacity_report_kept BEFORE DELETE ON capacity_report \
                 BEGIN SELECT RAISE(ABORT, 'a report of capacity is fixed once made'); END",
            ],
        };
        for statement in statements {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["capacity_audience", "capacity_share", "capacity_report", "capacity_point"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION capacity_report_is_fixed()").await?;
        }
        Ok(())
    }
}
