//! A partner that is asked, and what the two sides write to one another.

use sea_orm::entity::prelude::*;

use super::states::RequestState;
use crate::{
    access::Party,
    clock::Moment,
    ids::{AccountId, GapId, SupportRequestId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "support_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SupportRequestId,
    pub gap_id: GapId,
    /// A country or an institution.
    pub party: Party,
    pub state: RequestState,
    /// What is asked, as JSON of both languages.
    pub words: String,
    pub account_id: AccountId,
    pub at: Moment,
    pub sent_by: Option<AccountId>,
    pub sent_at: Option<Moment>,
    pub moved_at: Moment,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub mod message {
    //! What one side wrote to the other: a question, or its answer.

    use sea_orm::entity::prelude::*;

    use crate::{
        clock::Moment,
        ids::{AccountId, SupportRequestId},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "support_message")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: SupportRequestId,
        /// In order, from 1 on.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub from_partner: bool,
        pub words: String,
        pub account_id: AccountId,
        pub at: Moment,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
