//! A post of an institution, and the roles that come with it.

use sea_orm::entity::prelude::*;

use crate::{
    access::Role,
    ids::{InstitutionId, PostId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "post")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PostId,
    pub institution_id: InstitutionId,
    pub name_es: String,
    pub name_en: String,
    /// Role codes, separated by `;`.
    pub roles: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub fn roles_to_text(roles: &[Role]) -> String {
    roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(";")
}

pub fn roles_from_text(text: &str) -> Vec<Role> {
    text.split(';').filter_map(Role::parse).collect()
}
