//! What clients send to write a plan.

use async_graphql::InputObject;

use super::{
    content::PlanContent,
    revisions::{Json, PlanEditInput},
};
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

/// Changes to a plan, piece by piece.
#[derive(InputObject)]
pub struct ChangePlanInput {
    /// The plan.
    pub id: PlanId,
    /// The revision you read; refused if somebody has saved since.
    pub expected_revision: i32,
    /// What changes, in this order; 1 to 200.
    pub changes: Vec<PlanEditInput>,
    /// A note on this revision, for your own country.
    pub note: Option<String>,
}

/// A plan that comes as a document.
#[derive(InputObject)]
pub struct ImportPlanInput {
    /// The document, in the form of `plan.schema.json`.
    pub document: Json,
    /// The plan whose next revision it is; a plan is begun with it if left out.
    pub id: Option<PlanId>,
    /// With `id`: the revision you read; refused if somebody has saved since.
    pub expected_revision: Option<i32>,
    /// Without `id`: how wide it may be shared later, no wider than the document says. What the document says if left
    /// out; `AMBER` if it says nothing.
    pub handling: Option<Handling>,
    /// Without `id`: institutions of your country that work on it, beside your own and the foreign ministry.
    #[graphql(default)]
    pub chain: Vec<InstitutionId>,
    /// A note on this revision, for your own country.
    pub note: Option<String>,
}
