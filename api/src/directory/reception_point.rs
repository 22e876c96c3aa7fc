//! A place where returned people are received.

use sea_orm::entity::prelude::*;

use super::Listed;
use crate::{access::Open, ids::ReceptionPointId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "reception_point")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReceptionPointId,
    pub code: String,
    pub country: String,
    pub name: String,
    pub locality: String,
    /// ISO 3166-2.
    pub division: String,
    /// Degrees, WGS 84; of the locality's centre.
    pub latitude: f64,
    pub longitude: f64,
    pub mode: ReturnMode,
    /// Persons, as published; a plan states its own.
    pub capacity: Option<i32>,
    /// A day, a month or a year, as far as known.
    pub opened: Option<String>,
    pub note_es: Option<String>,
    pub note_en: Option<String>,
    pub source: String,
    pub search: String,
}

/// How people arrive.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))", rename_all = "snake_case")]
pub enum ReturnMode {
    /// By air.
    Air,
    /// By land.
    Land,
    /// By sea.
    Sea,
    /// By several ways, or not known.
    Other,
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
