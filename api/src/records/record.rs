//! A shared record: who answers for it and how far it has come.

use sea_orm::entity::prelude::*;

use crate::{
    access::{Audienced, Kind, Party, Viewer},
    ids::{InstitutionId, RecordId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "record")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecordId,
    pub kind: String,
    pub owner_id: InstitutionId,
    pub owner_country: Option<String>,
    /// What its owner calls it, where it has a code; unique among the owner's records of its kind.
    pub code: Option<String>,
    /// The number of the newest revision.
    pub head: i32,
    /// The parties that work on it: owner and approval chain; under `RED` named accounts. As JSON.
    pub chain: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Audienced for Entity {
    fn key() -> Column {
        Column::Id
    }
}

impl Model {
    pub fn kind(&self) -> Option<Kind> {
        Kind::parse(&self.kind)
    }

    pub fn chain(&self) -> Vec<Party> {
        serde_json::from_str(&self.chain).unwrap_or_default()
    }

    /// Whether the viewer works on it, and so is shown its newest revision.
    pub fn worked_on_by(&self, viewer: &Viewer) -> bool {
        let parties = viewer.parties();
        self.chain().iter().any(|party| parties.contains(party))
    }
}
