//! An account, named for a post and never for a person.

use sea_orm::{QuerySelect, QueryTrait, entity::prelude::*};

use super::{Listed, institution};
use crate::{
    access::{Action, Open, Standing, Viewer},
    ids::{AccountId, InstitutionId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    pub login: String,
    pub institution_id: InstitutionId,
    pub active: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Open for Entity {
    /// Accounts are the one part of the directory that is not open: administrators and auditors
    /// see those of their own country.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    fn open_to(viewer: &Viewer) -> Select<Self> {
        let country = viewer
            .country
            .clone()
            .filter(|_| viewer.may(Action::ReadAccounts, Standing::Compatriot))
            .unwrap_or_default();
        let at_home = institution::Entity::find()
            .select_only()
            .column(institution::Column::Id)
            .filter(institution::Column::Country.eq(country))
            .into_query();
        Self::find().filter(Column::InstitutionId.in_subquery(at_home))
    }
}

impl Listed for Entity {
    const KEY: Column = Column::Login;
    const SEARCH: Column = Column::Login;
    const COUNTRY: Option<Column> = None;

    fn key(row: &Model) -> &str {
        &row.login
    }
}
