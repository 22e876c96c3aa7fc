//! What a partner offers, and the commitment that an accepted offer becomes.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::states::OfferState;
use crate::{
    clock::Moment,
    ids::{AccountId, GapId, InstitutionId, SupportOfferId, SupportRequestId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "support_offer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SupportOfferId,
    pub request_id: SupportRequestId,
    pub gap_id: GapId,
    /// Who offers.
    pub institution_id: InstitutionId,
    pub country: Option<String>,
    /// Hundredths of the gap's unit.
    pub amount: i64,
    /// By when.
    pub due: NaiveDate,
    /// On which terms, as JSON of both languages.
    pub terms: String,
    pub state: OfferState,
    pub account_id: AccountId,
    pub at: Moment,
    pub moved_at: Option<Moment>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub mod commitment {
    //! What was promised, by whom, how much, by when, and how far it has come.

    use chrono::NaiveDate;
    use sea_orm::entity::prelude::*;

    use crate::{
        clock::Moment,
        ids::{AccountId, CommitmentId, InstitutionId, SupportOfferId},
        plans::support::states::CommitmentState,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "support_commitment")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CommitmentId,
        pub offer_id: SupportOfferId,
        /// The institution that answers for it.
        pub owner_id: InstitutionId,
        /// Hundredths of the gap's unit.
        pub amount: i64,
        pub due: NaiveDate,
        pub state: CommitmentState,
        /// Who accepted the offer.
        pub account_id: AccountId,
        pub at: Moment,
        pub moved_at: Option<Moment>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
