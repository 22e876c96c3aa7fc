//! Plans in force, as clients see them. Translation only.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::{
    course::DueAction,
    reading::{ForceOf, Told, ToldStep, told},
    states::{Due, Step},
};
use crate::{
    ask::Ask,
    clock::Moment,
    directory::{Account, Institution},
    error::Result,
    ids::{ActivationId, InstitutionId},
    plans::{Action, Phase, Plan, PlanContent, Trigger, terms::AlertLevel},
    records::Shown,
    statistics::Dataset,
    text::Text,
};

/// A plan put into force, or an exercise of that, at the moment that was asked for.
#[derive(Clone)]
pub struct PlanActivation {
    pub told: Arc<Told>,
    pub plan: Arc<Shown<PlanContent>>,
}

async fn institution(ctx: &Context<'_>, id: InstitutionId) -> Result<Option<Institution>> {
    Ok(ctx.load(id).await?.map(Institution))
}

fn words(json: Option<&str>) -> Option<Text> {
    serde_json::from_str(json?).ok()
}

/// A plan put into force, or an exercise of that, at the moment that was asked for.
#[Object]
impl PlanActivation {
    /// The global id.
    async fn id(&self) -> ActivationId {
        self.told.row.id
    }
    /// The plan, as you are shown it.
    async fn plan(&self) -> Plan {
        Plan(self.plan.clone())
    }
    /// Whether it is an exercise (simulacro): then nothing is in force.
    async fn exercise(&self) -> bool {
        self.told.row.exercise
    }
    /// Whether it holds: it has begun, and is not stood down.
    async fn holds(&self) -> bool {
        self.told.in_force
    }
    /// The level of alert; null before it begins.
    async fn level(&self) -> Option<AlertLevel> {
        self.told.holding.as_ref().map(|step| step.row.level())
    }
    /// The phase that is open, as far as you are shown the phases of the plan.
    async fn phase(&self) -> Option<&Phase> {
        self.told.holding.as_ref()?.phase.as_ref()
    }
    /// From when the last step on that holds, of those that you are told of.
    async fn from(&self) -> Option<DateTime<Utc>> {
        self.told.since.map(|Moment(at)| at)
    }
    /// Whether the revision that holds is the one you are shown of the plan. A later revision counts only once it is
    /// taken up.
    async fn as_shown(&self) -> bool {
        self.told.as_shown
    }
    /// SHA-256 of what you are shown of the revision that holds; null if that one was never shown to you.
    async fn hash(&self) -> Option<&str> {
        self.told.holding.as_ref()?.hash.as_deref()
    }
    /// The number of the last step; give it as `expectedStep`. Only for those who work on the plan.
    async fn last_step(&self) -> Option<i32> {
        self.told.works.then(|| self.told.steps.last().map(|step| step.row.number)).flatten()
    }
    /// What was declared, step by step, in that order.
    async fn steps(&self) -> Vec<PlanForceStep<'_>> {
        let works = self.told.works;
        self.told.steps.iter().map(|step| PlanForceStep { step, works }).collect()
    }
    /// The actions of the phases that were opened, each with its clock, as far as you are shown them.
    async fn actions(&self) -> Vec<PlanDueAction<'_>> {
        let works = self.told.works;
        self.told.actions.iter().map(|due| PlanDueAction { due, works }).collect()
    }
}

/// A step of a plan in force, or of an exercise.
pub struct PlanForceStep<'a> {
    step: &'a ToldStep,
    works: bool,
}

/// A step of a plan in force, or of an exercise.
#[Object]
impl PlanForceStep<'_> {
    /// Its number, from 1 on. Only for those who work on the plan.
    async fn number(&self) -> Option<i32> {
        self.works.then_some(self.step.row.number)
    }
    /// What was done.
    async fn step(&self) -> Step {
        self.step.row.step
    }
    /// The level of alert from then on.
    async fn level(&self) -> AlertLevel {
        self.step.row.level()
    }
    /// The phase that is open from then on, as far as you are shown the phases of the plan.
    async fn phase(&self) -> Option<&Phase> {
        self.step.phase.as_ref()
    }
    /// From when it holds.
    async fn from(&self) -> DateTime<Utc> {
        self.step.row.starts_at.0
    }
    /// When it was declared.
    async fn declared_at(&self) -> DateTime<Utc> {
        self.step.row.at.0
    }
    /// The institution that declared it.
    async fn declared_by(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        institution(ctx, self.step.row.institution_id).await
    }
    /// Who declared it. Only for administrators and auditors of that account's country.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(ctx.load(self.step.row.account_id).await?.map(Account))
    }
    /// Why. Null if it was declared before the plan was shown to you.
    async fn reason(&self) -> Option<&Text> {
        self.step.reason.as_ref()
    }
    /// The trigger that was noted, with who declares it by the plan; as far as you are shown the triggers of the plan.
    async fn trigger(&self) -> Option<&Trigger> {
        self.step.trigger.as_ref()
    }
    /// The value that was observed, as a decimal; where you are shown the trigger.
    async fn observed(&self) -> Option<&str> {
        self.step.trigger.as_ref()?;
        self.step.row.observed.as_deref()
    }
    /// The dataset in which it was observed; where you are shown the trigger, and see the dataset.
    async fn dataset(&self, ctx: &Context<'_>) -> Result<Option<Dataset>> {
        let known = self.step.trigger.as_ref().and(self.step.row.dataset_id);
        Ok(match known {
            Some(id) => ctx.load(id).await?.map(Dataset),
            None => None,
        })
    }
    /// The number of the revision that counts from then on. Only for those who work on the plan.
    async fn revision(&self) -> Option<i32> {
        self.works.then_some(self.step.row.revision)
    }
    /// SHA-256 of what you are shown of that revision; null if it was never shown to you.
    async fn hash(&self) -> Option<&str> {
        self.step.hash.as_deref()
    }
}

/// An action of a plan in force, with its clock.
pub struct PlanDueAction<'a> {
    due: &'a DueAction,
    works: bool,
}

/// An action of a plan in force, with its clock.
#[Object]
impl PlanDueAction<'_> {
    /// The action.
    async fn action(&self) -> &Action {
        &self.due.action
    }
    /// When its phase began.
    async fn opened(&self) -> DateTime<Utc> {
        self.due.opened.0
    }
    /// When it is to begin: its hours after that. Null if no clock runs.
    async fn due(&self) -> Option<DateTime<Utc>> {
        self.due.due.map(|Moment(at)| at)
    }
    /// How it stands.
    async fn state(&self) -> Due {
        self.due.state
    }
    /// When that was noted; null if nothing was.
    async fn noted_at(&self) -> Option<DateTime<Utc>> {
        self.due.noted.as_ref().map(|row| row.at.0)
    }
    /// The institution that noted it.
    async fn noted_by(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        match &self.due.noted {
            Some(row) => institution(ctx, row.institution_id).await,
            None => Ok(None),
        }
    }
    /// Who noted it. Only for administrators and auditors of that account's country.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        match &self.due.noted {
            Some(row) => Ok(ctx.load(row.account_id).await?.map(Account)),
            None => Ok(None),
        }
    }
    /// What was noted with it. Only for those who work on the plan.
    async fn note(&self) -> Option<Text> {
        words(self.due.noted.as_ref().filter(|_| self.works)?.note.as_deref())
    }
    /// How often something was noted; give it as `expectedNotes`. Only for those who work on the plan.
    async fn notes(&self) -> Option<i32> {
        self.works.then_some(self.due.notes)
    }
}

/// What was in force of a plan at a moment, and all that is known of it.
#[derive(SimpleObject)]
pub struct PlanTimeline {
    /// The moment: the one that was asked for, or now.
    as_of: DateTime<Utc>,
    /// What held then: really, or of the exercises, whichever was asked for.
    holding: Option<PlanActivation>,
    /// The activations, or the exercises, as they stood then; newest first, the latest 100.
    activations: Vec<PlanActivation>,
}

/// The activations of a plan of one sort, at a moment, newest first.
pub async fn activations(
    ctx: &Context<'_>,
    plan: &Arc<Shown<PlanContent>>,
    exercise: bool,
    at: Moment,
) -> Result<Vec<PlanActivation>> {
    let Some(kept) = ctx.load(ForceOf(plan.record.id.into())).await? else { return Ok(Vec::new()) };
    let mine: Vec<_> = kept.iter().filter(|kept| kept.row.exercise == exercise).take(100).collect();
    let told = Box::pin(told(ctx.db(), ctx.viewer()?, plan, &mine, at)).await?;
    Ok(told.into_iter().map(|told| PlanActivation { told: Arc::new(told), plan: plan.clone() }).collect())
}

/// The activation that holds at a moment.
pub async fn holding(
    ctx: &Context<'_>,
    plan: &Arc<Shown<PlanContent>>,
    exercise: bool,
    at: Moment,
) -> Result<Option<PlanActivation>> {
    let all = activations(ctx, plan, exercise, at).await?;
    Ok(all.into_iter().find(|one| one.told.in_force))
}

/// The timeline of a plan.
pub async fn timeline(
    ctx: &Context<'_>,
    plan: &Arc<Shown<PlanContent>>,
    exercise: bool,
    at: Moment,
) -> Result<PlanTimeline> {
    let activations = activations(ctx, plan, exercise, at).await?;
    Ok(PlanTimeline { as_of: at.0, holding: holding(ctx, plan, exercise, at).await?, activations })
}
