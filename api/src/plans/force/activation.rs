//! A plan put into force, or an exercise of that, and its steps.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Moment,
    ids::{ActivationId, RecordId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "activation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActivationId,
    pub record_id: RecordId,
    pub exercise: bool,
    /// When its last step was taken.
    pub ended_at: Option<Moment>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub mod step {
    //! A step of an activation. Fixed once made.

    use sea_orm::entity::prelude::*;

    use crate::{
        clock::Moment,
        ids::{AccountId, ActivationId, DatasetId, InstitutionId},
        plans::{force::states::Step, terms::AlertLevel},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "force_step")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub activation_id: ActivationId,
        /// From 1 on.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub step: Step,
        /// The revision of the plan that counts from then on.
        pub revision: i32,
        /// The key of the phase, where the plan's phases have keys.
        pub phase: Option<String>,
        /// The code of the level of alert.
        pub level: String,
        /// From when it holds.
        pub starts_at: Moment,
        /// The key of the trigger that was noted.
        pub trigger_key: Option<String>,
        /// What was observed: a decimal.
        pub observed: Option<String>,
        /// Where it was observed.
        pub dataset_id: Option<DatasetId>,
        pub institution_id: InstitutionId,
        pub account_id: AccountId,
        /// When it was declared.
        pub at: Moment,
    }

    impl Model {
        pub fn level(&self) -> AlertLevel {
            serde_json::from_value(serde_json::Value::String(self.level.clone())).unwrap_or(AlertLevel::Red)
        }
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod reason {
    //! Why a step was taken: written text, and so in no entry of the ledger.

    use sea_orm::entity::prelude::*;

    use crate::ids::ActivationId;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "force_reason")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub activation_id: ActivationId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// JSON of both languages.
        pub words: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod progress {
    //! How far an action had come at a moment. Fixed once made.

    use sea_orm::entity::prelude::*;

    use crate::{
        clock::Moment,
        ids::{AccountId, ActivationId, InstitutionId},
        plans::force::states::Progress,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "action_progress")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub activation_id: ActivationId,
        /// The key of the action.
        #[sea_orm(primary_key, auto_increment = false)]
        pub action: String,
        /// From 1 on.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub state: Progress,
        /// JSON of both languages.
        pub note: Option<String>,
        pub institution_id: InstitutionId,
        pub account_id: AccountId,
        pub at: Moment,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
