//! What clients send to write a plan.

use async_graphql::InputObject;

use super::content::PlanContent;
use crate::{
    access::Handling,
    ids::{AccountId, InstitutionId, PlanId},
};

/// A plan that is begun.
#[derive(InputObject)]
pub struct DraftPlanInput {
    /// What it says.
    pub content: PlanContent,
    /// How wide it may be shared later.
    pub handling: Handling,
    /// Institutions of your country that work on it, beside your own and the foreign ministry.
    #[graphql(default)]
    pub chain: Vec<InstitutionId>,
    /// Under `RED`: the accounts that work on it, beside your own.
    #[graphql(default)]
    pub accounts: Vec<AccountId>,
    /// A note on this revision, for your own country.
    pub note: Option<String>,
}

/// A new revision of a plan: the whole of what it says.
#[derive(InputObject)]
pub struct RevisePlanInput {
    /// The plan.
    pub id: PlanId,
    /// The revision you read; refused if somebody has saved since.
    pub expected_revision: i32,
    /// What it says from now on.
    pub content: PlanContent,
    /// A note on this revision, for your own country.
    pub note: Option<String>,
}
