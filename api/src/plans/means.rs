//! With what and on what ground a plan is carried out: law, money, people, agreements, contacts.

use async_graphql::{ComplexObject, Context, InputObject, SimpleObject};
use serde::{Deserialize, Serialize};

use super::{
    graphql::{institution, point, points},
    terms::{BudgetSource, LegalKind, ParticipantRole},
};
use crate::{
    day::Day,
    directory::{Institution, ReceptionPoint},
    error::Result,
    ids::{InstitutionId, ReceptionPointId},
    text::Text,
};

/// An institution that takes part, and as what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(complex, name = "PlanParticipation", input_name = "PlanParticipationInput")]
#[serde(deny_unknown_fields)]
pub struct Participation {
    /// The institution.
    #[graphql(skip_output)]
    pub institution: InstitutionId,
    /// What it does in the plan.
    pub role: ParticipantRole,
}

#[ComplexObject]
impl Participation {
    /// The institution.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        institution(ctx, Some(self.institution)).await
    }
}

/// A legal instrument that the plan rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "PlanLegalInstrument", input_name = "PlanLegalInstrumentInput")]
#[serde(deny_unknown_fields)]
pub struct LegalInstrument {
    /// What sort of instrument it is.
    pub kind: LegalKind,
    /// How it is cited, such as `Decreto Ejecutivo PCM-08-2025`.
    pub citation: Text,
    /// The articles that are meant, such as `7(2)`.
    pub articles: Option<String>,
    /// The day it was made or published.
    pub day: Option<Day>,
}

/// Money for the plan (renglón de presupuesto).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "PlanBudgetLine", input_name = "PlanBudgetLineInput")]
#[serde(deny_unknown_fields)]
pub struct BudgetLine {
    /// What names it within the plan: letters, digits, `-` and `_`, at most 40.
    pub key: String,
    /// What it is for.
    pub name: Text,
    /// The key of the line that it is part of. Both are in one currency, and the parts come to no more than the whole.
    pub under: Option<String>,
    /// Where the money comes from.
    pub source: BudgetSource,
    /// Where exactly, in words.
    pub source_note: Option<Text>,
    /// The amount, as a decimal with two places at most.
    pub amount: String,
    /// The currency, ISO 4217, such as `MXN`, `GTQ`, `HNL` or `USD`.
    pub currency: String,
    /// What of it is committed (comprometido), in the same currency.
    pub committed: Option<String>,
    /// What of it was spent (ejercido, ejecutado), in the same currency.
    pub executed: Option<String>,
    /// The day as of which this is said.
    pub as_of: Option<Day>,
}

/// People who work for the plan (recurso humano).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(complex, name = "PlanStaff", input_name = "PlanStaffInput")]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// What names the entry within the plan: letters, digits, `-` and `_`, at most 40.
    pub key: String,
    /// The institution they belong to.
    #[graphql(skip_output)]
    pub institution: Option<InstitutionId>,
    /// What they are.
    pub profile: Text,
    /// How many.
    pub number: i32,
    /// How many of them were trained. Not more than there are.
    pub trained: Option<i32>,
    /// When they work.
    pub shift: Option<Text>,
    /// The reception point where they work, one of the plan's.
    #[graphql(skip_output)]
    pub point: Option<ReceptionPointId>,
}

#[ComplexObject]
impl Staff {
    /// The institution they belong to.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        institution(ctx, self.institution).await
    }
    /// The reception point where they work.
    async fn point(&self, ctx: &Context<'_>) -> Result<Option<ReceptionPoint>> {
        point(ctx, self.point).await
    }
}

/// What is done for children and adolescents (protocolo NNA).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(complex, name = "PlanMinorsProtocol", input_name = "PlanMinorsProtocolInput")]
#[serde(deny_unknown_fields)]
pub struct MinorsProtocol {
    /// The authority that is told.
    #[graphql(skip_output)]
    pub authority: Option<InstitutionId>,
    /// Within how many hours it is told.
    pub notify_hours: Option<i32>,
    /// How they are received and cared for.
    pub reception: Option<Text>,
    /// How the best interest of the child is determined.
    pub best_interest: Option<Text>,
    /// How the family is looked for.
    pub family_tracing: Option<Text>,
    /// How and to whom they are handed over.
    pub handover: Option<Text>,
}

#[ComplexObject]
impl MinorsProtocol {
    /// The authority that is told.
    async fn authority(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        institution(ctx, self.authority).await
    }
}

/// What was agreed with the country that returns people (instrumento bilateral).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(complex, name = "PlanBilateralInstrument", input_name = "PlanBilateralInstrumentInput")]
#[serde(deny_unknown_fields)]
pub struct BilateralInstrument {
    /// What names it within the plan: letters, digits, `-` and `_`, at most 40.
    pub key: String,
    /// What it is called.
    pub name: Text,
    /// The other country, ISO 3166-1 alpha-2.
    pub counterpart: String,
    /// The points agreed, of those of the plan.
    #[graphql(skip_output, default)]
    pub points: Vec<ReceptionPointId>,
    /// The hours agreed.
    pub hours: Option<Text>,
    /// Hours of notice before people are returned.
    pub notice_hours: Option<i32>,
    /// Hours before arrival by which the manifest is handed over.
    pub manifest_hours: Option<i32>,
    /// The largest number of persons a flight.
    pub most_per_flight: Option<i32>,
    /// The largest number of persons a day.
    pub most_per_day: Option<i32>,
    /// Who is not returned in this way.
    pub excluded: Option<Text>,
}

#[ComplexObject]
impl BilateralInstrument {
    /// The points agreed.
    async fn points(&self, ctx: &Context<'_>) -> Result<Vec<ReceptionPoint>> {
        points(ctx, self.points.clone()).await
    }
}

/// Who answers at any hour, by post and never by name (contacto 24/7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(complex, name = "PlanContact", input_name = "PlanContactInput")]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// What names it within the plan: letters, digits, `-` and `_`, at most 40.
    pub key: String,
    /// The post.
    pub post: Text,
    /// Its institution.
    #[graphql(skip_output)]
    pub institution: Option<InstitutionId>,
    /// The telephone number, with the country's code, such as `+52 55 3686 5100`.
    pub phone: Option<String>,
    /// The post that answers if this one does not.
    pub backup: Option<Text>,
    /// Its telephone number.
    pub backup_phone: Option<String>,
}

#[ComplexObject]
impl Contact {
    /// Its institution.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        institution(ctx, self.institution).await
    }
}
