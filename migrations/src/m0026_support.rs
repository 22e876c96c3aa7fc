//! Gaps that countries state, whom they ask for support, and what comes of it.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn references(from: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(from, column).to(to, "id").to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let gap = Table::create()
            .table("support_gap")
            .col(pk_uuid("id"))
            .col(string_len("country", 2))
            .col(uuid("owner_id"))
            .col(string_len("service", 24))
            .col(uuid_null("point_id"))
            .col(string_len_null("division", 6))
            .col(date("from_day"))
            .col(date_null("until_day"))
            .col(big_integer("amount"))
            .col(string_len("unit", 12))
            .col(string_len_null("currency", 3))
            .col(text("lacking"))
            .col(boolean("offers_shared"))
            .col(uuid("account_id"))
            .col(string_len("at", 24))
            .col(string_len_null("closed_at", 24))
            .foreign_key(&mut references("support_gap", "owner_id", "institution"))
            .foreign_key(&mut references("support_gap", "point_id", "reception_point"))
            .to_owned();
        let request = Table::create()
            .table("support_request")
            .col(pk_uuid("id"))
            .col(uuid("gap_id"))
            .col(string_len("party", 40))
            .col(string_len("state", 12))
            .col(text("words"))
            .col(uuid("account_id"))
            .col(string_len("at", 24))
            .col(uuid_null("sent_by"))
            .col(string_len_null("sent_at", 24))
            .col(string_len("moved_at", 24))
            .foreign_key(&mut references("support_request", "gap_id", "support_gap"))
            .to_owned();
        let message = Table::create()
            .table("support_message")
            .col(uuid("request_id"))
            .col(integer("number"))
            .col(boolean("from_partner"))
            .col(text("words"))
            .col(uuid("account_id"))
            .col(string_len("at", 24))
            .primary_key(Index::create().col("request_id").col("number"))
            .foreign_key(&mut references("support_message", "request_id", "support_request"))
            .to_owned();
        let offer = Table::create()
            .table("support_offer")
            .col(pk_uuid("id"))
            .col(uuid("request_id"))
            .col(uuid("gap_id"))
            .col(uuid("institution_id"))
            .col(string_len_null("country", 2))
            .col(big_integer("amount"))
            .col(date("due"))
            .col(text("terms"))
            .col(string_len("state", 12))
            .col(uuid("account_id"))
            .col(string_len("at", 24))
            .col(string_len_null("moved_at", 24))
            .foreign_key(&mut references("support_offer", "request_id", "support_request"))
            .foreign_key(&mut references("support_offer", "institution_id", "institution"))
            .to_owned();
        let commitment = Table::create()
            .table("support_commitment")
            .col(pk_uuid("id"))
            .col(uuid_uniq("offer_id"))
            .col(uuid("owner_id"))
            .col(big_integer("amount"))
            .col(date("due"))
            .col(string_len("state", 12))
            .col(uuid("account_id"))
            .col(string_len("at", 24))
            .col(string_len_null("moved_at", 24))
            .foreign_key(&mut references("support_commitment", "offer_id", "support_offer"))
            .foreign_key(&mut references("support_commitment", "owner_id", "institution"))
            .to_owned();
        for table in [gap, request, message, offer, commitment] {
            manager.create_table(table).await?;
        }
        for (table, columns) in [
            ("support_gap", &["country"][..]),
            ("support_request", &["gap_id", "party"]),
            ("support_request", &["party", "gap_id"]),
            ("support_offer", &["gap_id"]),
            ("support_offer", &["request_id"]),
        ] {
            let mut index = Index::create();
            index.name(format!("{table}_{}", columns.join("_"))).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index.to_owned()).await?;
        }

        // What was written to one another stands; of an offer and a commitment only the state moves.
        let db = manager.get_connection();
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &[
                "CREATE FUNCTION support_is_fixed() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'what was written of support is fixed'; END $$",
                "CREATE TRIGGER support_message_fixed BEFORE UPDATE OR DELETE ON support_message \
                 FOR EACH ROW EXECUTE FUNCTION support_is_fixed()",
                "CREATE TRIGGER support_offer_fixed BEFORE UPDATE OF amount, due, terms OR DELETE ON support_offer \
                 FOR EACH ROW EXECUTE FUNCTION support_is_fixed()",
                "CREATE TRIGGER support_commitment_fixed BEFORE UPDATE OF amount, due OR DELETE ON support_commitment \
                 FOR EACH ROW EXECUTE FUNCTION support_is_fixed()",
            ],
            _ => &[
                "CREATE TRIGGER support_message_fixed BEFORE UPDATE ON support_message \
                 BEGIN SELECT RAISE(ABORT, 'what was written of support is fixed'); END",
                "CREATE TRIGGER support_message_kept BEFORE DELETE ON support_message \
                 BEGIN SELECT RAISE(ABORT, 'what was written of support is fixed'); END",
                "CREATE TRIGGER support_offer_fixed BEFORE UPDATE OF amount, due, terms ON support_offer \
                 BEGIN SELECT RAISE(ABORT, 'what was written of support is fixed'); END",
                "CREATE TRIGGER support_offer_kept BEFORE DELETE ON support_offer \
                 BEGIN SELECT RAISE(ABORT, 'what was written of support is fixed'); END",
                "CREATE TRIGGER support_commitment_fixed BEFORE UPDATE OF amount, due ON support_commitment \
                 BEGIN SELECT RAISE(ABORT, 'what was written of support is fixed'); END",
                "CREATE TRIGGER support_commitment_kept BEFORE DELETE ON support_commitment \
                 BEGIN SELECT RAISE(ABORT, 'what was written of support is fixed'); END",
            ],
        };
        for statement in statements {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in
            ["support_commitment", "support_offer", "support_message", "support_request", "support_gap"]
        {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION support_is_fixed()").await?;
        }
        Ok(())
    }
}
