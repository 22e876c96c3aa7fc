//! A first-level division of a country: a state, a department.

use sea_orm::entity::prelude::*;

use super::Listed;
use crate::access::Open;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "division")]
pub struct Model {
    /// ISO 3166-2.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub country: String,
    pub name: String,
    pub kind: String,
    /// The code that the country's statistical office uses, such as INEGI's AGEE.
    pub national_code: Option<String>,
    pub national_scheme: Option<String>,
    pub search: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Open for Entity {}

impl Listed for Entity {
    const KEY: Column = Column::Code;
    const SEARCH: Column = Column::Search;
    const COUNTRY: Option<Column> = Some(Column::Country);

    fn key(row: &Model) -> &str {
        &row.code
    }
}
