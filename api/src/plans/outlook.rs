//! What a plan reckons with: scenarios, and the triggers by which one is known to have come.

use async_graphql::{ComplexObject, Context, InputObject, SimpleObject};
use serde::{Deserialize, Serialize};

use super::{
    graphql::institution,
    terms::{AlertLevel, Comparison, Likelihood, ShareOf},
};
use crate::{directory::Institution, error::Result, ids::InstitutionId, text::Text};

/// A situation that the plan reckons with (escenario).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "PlanScenario", input_name = "PlanScenarioInput")]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What names it within the plan: letters, digits, `-` and `_`, at most 40.
    pub key: String,
    /// What it is called.
    pub name: Text,
    /// How many people in all (cifra de planeación).
    pub planning_figure: Option<i32>,
    /// People a day (ritmo de llegada).
    pub arrivals_per_day: Option<i32>,
    /// People a week.
    pub arrivals_per_week: Option<i32>,
    /// How they are divided. The shares of one division come to 100 at most.
    #[graphql(default)]
    pub shares: Vec<ScenarioShare>,
    /// How many days it lasts.
    pub duration_days: Option<i32>,
    /// How likely it is.
    pub likelihood: Option<Likelihood>,
    /// What is taken for granted (supuestos).
    pub assumptions: Option<Text>,
}

/// A share of the people of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "PlanScenarioShare", input_name = "PlanScenarioShareInput")]
#[serde(deny_unknown_fields)]
pub struct ScenarioShare {
    /// By what they are divided.
    pub by: ShareOf,
    /// Which of them: the code of the division.
    pub code: String,
    /// Per cent, as a decimal with two places at most, such as `31.37`.
    pub percent: String,
}

/// What shows that the plan is needed (detonador).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(complex, name = "PlanTrigger", input_name = "PlanTriggerInput")]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// What names it within the plan: letters, digits, `-` and `_`, at most 40.
    pub key: String,
    /// What it is called.
    pub name: Text,
    /// What is measured, in words.
    pub indicator: Text,
    /// The code of the indicator among those of the statistics, where it is one.
    pub indicator_code: Option<String>,
    /// How the measured value is held against the threshold.
    pub comparison: Option<Comparison>,
    /// The threshold, as a decimal with two places at most.
    pub threshold: Option<String>,
    /// The days over which it is measured.
    pub window_days: Option<i32>,
    /// The level of alert it stands for.
    pub level: Option<AlertLevel>,
    /// The key of the phase that it opens.
    pub opens: Option<String>,
    /// Who declares it.
    #[graphql(skip_output)]
    pub declared_by: Option<InstitutionId>,
    /// How it ends (regla de desactivación).
    pub ends: Option<Text>,
}

#[ComplexObject]
impl Trigger {
    /// Who declares it.
    async fn declared_by(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        institution(ctx, self.declared_by).await
    }
}
