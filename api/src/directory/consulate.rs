//! A consulate of a member country.

use sea_orm::entity::prelude::*;

use super::Listed;
use crate::{access::Open, ids::ConsulateId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "consulate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsulateId,
    pub code: String,
    /// The sending country, ISO 3166-1 alpha-2.
    pub country: String,
    pub kind: String,
    pub city: String,
    /// Where it stands, ISO 3166-2.
    pub division: String,
    /// Degrees, WGS 84; of the city's centre.
    pub latitude: f64,
    pub longitude: f64,
    pub address: Option<String>,
    pub website: Option<String>,
    pub source: String,
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
