//! How a plan runs: its phases, and the actions in them.

use async_graphql::{ComplexObject, Context, InputObject, SimpleObject};
use serde::{Deserialize, Serialize};

use super::{
    graphql::{institution, institutions, point},
    terms::{ActionStatus, Sector},
};
use crate::{
    directory::{Institution, ReceptionPoint},
    error::Result,
    ids::{InstitutionId, ReceptionPointId},
    text::Text,
};

/// A narrative section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "PlanSection", input_name = "PlanSectionInput")]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its heading.
    pub heading: Text,
    /// Its text; at most 20,000 characters. Plain text; line feeds part paragraphs.
    pub body: Text,
    /// What names it within the plan, where it has a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A phase, such as consular assistance, reception, transfer or reintegration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "PlanPhase", input_name = "PlanPhaseInput")]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// What it is called.
    pub name: Text,
    /// What happens in it.
    pub description: Option<Text>,
    /// What names it within the plan: letters, digits, `-` and `_`, at most 40. Actions, services and triggers
    /// refer to it by this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// When it begins (criterios de entrada).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Text>,
    /// When it ends (criterios de salida).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<Text>,
    /// How many days it lasts at the longest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_days: Option<i32>,
    /// The keys of the triggers that call for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub triggers: Vec<String>,
}

/// Something to be done (acción).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(complex, name = "PlanAction", input_name = "PlanActionInput")]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// What names it within the plan: letters, digits, `-` and `_`, at most 40.
    pub key: String,
    /// The key of the phase it belongs to.
    pub phase: Option<String>,
    /// The field of work.
    pub sector: Sector,
    /// What is done.
    pub description: Text,
    /// The institution that answers for it.
    #[graphql(skip_output)]
    pub responsible: Option<InstitutionId>,
    /// Institutions that support it.
    #[graphql(skip_output, default)]
    pub supporting: Vec<InstitutionId>,
    /// The reception point where it is done, one of the plan's.
    #[graphql(skip_output)]
    pub point: Option<ReceptionPointId>,
    /// Where it is done, in words.
    pub place: Option<Text>,
    /// What it takes.
    pub resources: Option<Text>,
    /// Hours after the phase begins: 24 is T+24h. No clock runs if left out.
    pub start_hours: Option<i32>,
    /// How far it has come.
    #[graphql(default_with = "ActionStatus::Planned")]
    pub status: ActionStatus,
}

#[ComplexObject]
impl Action {
    /// The institution that answers for it.
    async fn responsible(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        institution(ctx, self.responsible).await
    }
    /// Institutions that support it.
    async fn supporting(&self, ctx: &Context<'_>) -> Result<Vec<Institution>> {
        institutions(ctx, self.supporting.clone()).await
    }
    /// The reception point where it is done.
    async fn point(&self, ctx: &Context<'_>) -> Result<Option<ReceptionPoint>> {
        point(ctx, self.point).await
    }
    /// When it begins after the phase does, such as `T+24h`.
    async fn start(&self) -> Option<String> {
        self.start_hours.map(|hours| format!("T+{hours}h"))
    }
}
