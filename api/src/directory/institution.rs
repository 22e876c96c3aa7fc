//! A ministry, an agency or an international organization.

use sea_orm::entity::prelude::*;

use super::Listed;
use crate::{access::Open, ids::InstitutionId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "institution")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InstitutionId,
    /// Country and acronym, such as `MX-SRE`.
    pub code: String,
    /// ISO 3166-1 alpha-2; none for an international organization.
    pub country: Option<String>,
    pub acronym: String,
    pub name_es: String,
    pub name_en: String,
    pub kind: InstitutionKind,
    pub active: bool,
    pub search: String,
}

/// What an institution is for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))", rename_all = "snake_case")]
pub enum InstitutionKind {
    /// Foreign affairs. Part of every approval chain of its country.
    ForeignMinistry,
    /// Interior or government.
    InteriorMinistry,
    /// Migration.
    MigrationAgency,
    /// Official statistics and observatories.
    Statistics,
    /// Welfare and development.
    Social,
    /// Protection of children and adolescents (NNA).
    ChildProtection,
    /// Health and social security.
    Health,
    /// A council that coordinates or approves.
    Council,
    /// An international organization.
    International,
    /// Anything else.
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
