//! How delegations stand to a text that was put to adoption, and what they attach to it.

use std::collections::BTreeMap;

use sea_orm::{QueryOrder, entity::prelude::*};

use crate::{
    clock::Moment,
    ids::{AccountId, TextId},
    meetings::terms::DecisionRule,
};

pub use stance::Entity as StanceRow;
pub use statement::Entity as StatementRow;

/// How a delegation stands to a text.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(12))", rename_all = "snake_case")]
#[graphql(name = "TextStance")]
pub enum Stance {
    /// It adopts the text.
    Adopts,
    /// It does not adopt, and does not stand in the way.
    StandsAside,
    /// It objects: under consensus there is none.
    Objects,
}

/// What sort of statement a delegation attaches.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
#[graphql(name = "TextStatementKind")]
pub enum StatementKind {
    /// By what it does not hold itself bound, though it adopts (reserva).
    Reservation,
    /// How it understands the text (declaración interpretativa).
    Interpretative,
}

pub mod stance {
    use super::*;

    /// Rows are added only; the latest of a country on the words put to adoption holds.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "text_stance")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub text_id: TextId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub country: String,
        pub stance: Stance,
        /// The words it speaks of.
        pub hash: String,
        pub by_host: bool,
        pub account_id: AccountId,
        pub at: Moment,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod statement {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "text_statement")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub text_id: TextId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub country: String,
        pub kind: StatementKind,
        /// The key of the paragraph it speaks of; none for the whole.
        pub paragraph: Option<String>,
        /// The words it speaks of, by their hash.
        pub hash: String,
        /// What it says, as canonical JSON of a text.
        pub content: String,
        pub by_host: bool,
        pub account_id: AccountId,
        pub at: Moment,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The latest stance of each country on the words of this hash.
pub fn standing<'a>(rows: &'a [stance::Model], hash: &str) -> BTreeMap<&'a str, &'a stance::Model> {
    rows.iter().filter(|row| row.hash == hash).map(|row| (row.country.as_str(), row)).collect()
}

/// Whether a text is adopted by the rule, by how those stand who are there; if not, what is lacking.
pub fn carried(rule: DecisionRule, there: &[&str], standing: &BTreeMap<&str, &stance::Model>) -> bool {
    let count = |wanted: Stance| {
        there.iter().filter(|country| standing.get(*country).is_some_and(|row| row.stance == wanted)).count()
    };
    let adopt = count(Stance::Adopts);
    match rule {
        DecisionRule::Consensus => adopt > 0 && count(Stance::Objects) == 0,
        DecisionRule::SimpleMajority => 2 * adopt > there.len(),
        DecisionRule::TwoThirds => adopt > 0 && 3 * adopt >= 2 * there.len(),
    }
}

#[expect(clippy::disallowed_methods, reason = "of texts that are shown")]
pub async fn stances(db: &impl ConnectionTrait, texts: &[TextId]) -> Result<Vec<stance::Model>, DbErr> {
    let of = stance::Column::TextId.is_in(texts.iter().copied());
    let rows = StanceRow::find().filter(of).order_by_asc(stance::Column::TextId);
    rows.order_by_asc(stance::Column::Number).all(db).await
}

#[expect(clippy::disallowed_methods, reason = "of texts that are shown")]
pub async fn statements(db: &impl ConnectionTrait, texts: &[TextId]) -> Result<Vec<statement::Model>, DbErr> {
    let of = statement::Column::TextId.is_in(texts.iter().copied());
    let rows = StatementRow::find().filter(of).order_by_asc(statement::Column::TextId);
    rows.order_by_asc(statement::Column::Number).all(db).await
}
