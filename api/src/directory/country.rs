//! A country: a member of the exchange, or one that is only spoken of.

use sea_orm::entity::prelude::*;

use super::Listed;
use crate::access::Open;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "country")]
pub struct Model {
    /// ISO 3166-1 alpha-2.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name_es: String,
    pub name_en: String,
    /// Whether it takes part in the exchange.
    pub member: bool,
    /// Folded text for filters.
    pub search: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Open for Entity {}

impl Listed for Entity {
    const KEY: Column = Column::Code;
    const SEARCH: Column = Column::Search;
    const COUNTRY: Option<Column> = None;

    fn key(row: &Model) -> &str {
        &row.code
    }
}
