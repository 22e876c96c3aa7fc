//! Who takes part: countries, their divisions, institutions, posts, accounts and appointments; and
//! the places people are received at or turn to.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            country(),
            division(),
            institution(),
            post(),
            account(),
            appointment(),
            consulate(),
            reception_point(),
        ];
        for table in tables {
            manager.create_table(table).await?;
        }
        for (name, table, column) in INDEXES {
            manager.create_index(Index::create().name(*name).table(*table).col(*column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "reception_point",
            "consulate",
            "appointment",
            "account",
            "post",
            "institution",
            "division",
            "country",
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

const INDEXES: &[(&str, &str, &str)] = &[
    ("division_country", "division", "country"),
    ("institution_country", "institution", "country"),
    ("post_institution", "post", "institution_id"),
    ("account_institution", "account", "institution_id"),
    ("appointment_account", "appointment", "account_id"),
    ("appointment_post", "appointment", "post_id"),
    ("consulate_country", "consulate", "country"),
    ("reception_point_country", "reception_point", "country"),
];

fn references(
    from: &'static str,
    column: &'static str,
    to: &'static str,
    key: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(from, column).to(to, key).to_owned()
}

fn country() -> TableCreateStatement {
    Table::create()
        .table("country")
        .col(string_len("code", 2).primary_key())
        .col(text("name_es"))
        .col(text("name_en"))
        .col(boolean("member"))
        .col(text("search"))
        .to_owned()
}

fn division() -> TableCreateStatement {
    Table::create()
        .table("division")
        .col(string_len("code", 6).primary_key())
        .col(string_len("country", 2))
        .col(text("name"))
        .col(text("kind"))
        .col(text_null("national_code"))
        .col(text_null("national_scheme"))
        .col(text("search"))
        .foreign_key(&mut references("division", "country", "country", "code"))
        .to_owned()
}

fn institution() -> TableCreateStatement {
    Table::create()
        .table("institution")
        .col(pk_uuid("id"))
        .col(string_len("code", 32).unique_key())
        .col(string_len_null("country", 2))
        .col(text("acronym"))
        .col(text("name_es"))
        .col(text("name_en"))
        .col(string_len("kind", 24))
        .col(boolean("active"))
        .col(text("search"))
        .foreign_key(&mut references("institution", "country", "country", "code"))
        .to_owned()
}

fn post() -> TableCreateStatement {
    Table::create()
        .table("post")
        .col(pk_uuid("id"))
        .col(uuid("institution_id"))
        .col(text("name_es"))
        .col(text("name_en"))
        .col(text("roles"))
        .foreign_key(&mut references("post", "institution_id", "institution", "id"))
        .to_owned()
}

fn account() -> TableCreateStatement {
    Table::create()
        .table("account")
        .col(pk_uuid("id"))
        .col(string_len("login", 64).unique_key())
        .col(uuid("institution_id"))
        .col(boolean("active"))
        .foreign_key(&mut references("account", "institution_id", "institution", "id"))
        .to_owned()
}

fn appointment() -> TableCreateStatement {
    Table::create()
        .table("appointment")
        .col(pk_uuid("id"))
        .col(uuid("account_id"))
        .col(uuid("post_id"))
        .col(date("since"))
        .col(date_null("until"))
        .foreign_key(&mut references("appointment", "account_id", "account", "id"))
        .foreign_key(&mut references("appointment", "post_id", "post", "id"))
        .to_owned()
}

fn consulate() -> TableCreateStatement {
    Table::create()
        .table("consulate")
        .col(pk_uuid("id"))
        .col(string_len("code", 32).unique_key())
        .col(string_len("country", 2))
        .col(string_len("kind", 24))
        .col(text("city"))
        .col(string_len("division", 6))
        .col(double("latitude"))
        .col(double("longitude"))
        .col(text_null("address"))
        .col(text_null("website"))
        .col(text("source"))
        .col(text("search"))
        .foreign_key(&mut references("consulate", "country", "country", "code"))
        .foreign_key(&mut references("consulate", "division", "division", "code"))
        .to_owned()
}

fn reception_point() -> TableCreateStatement {
    Table::create()
        .table("reception_point")
        .col(pk_uuid("id"))
        .col(string_len("code", 32).unique_key())
        .col(string_len("country", 2))
        .col(text("name"))
        .col(text("locality"))
        .col(string_len("division", 6))
        .col(double("latitude"))
        .col(double("longitude"))
        .col(string_len("mode", 8))
        .col(integer_null("capacity"))
        .col(string_len_null("opened", 10))
        .col(text_null("note_es"))
        .col(text_null("note_en"))
        .col(text("source"))
        .col(text("search"))
        .foreign_key(&mut references("reception_point", "country", "country", "code"))
        .foreign_key(&mut references("reception_point", "division", "division", "code"))
        .to_owned()
}
