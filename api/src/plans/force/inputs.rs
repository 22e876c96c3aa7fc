//! What clients send to put a plan into force.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};

use super::{
    commands::{Activation, Moved},
    grounds::Grounds,
    progress::Noted,
    states::{Progress, Step},
};
use crate::{
    clock::Moment,
    ids::{ActivationId, DatasetId, PlanId},
    plans::terms::AlertLevel,
    text::TextInput,
};

/// A plan to be put into force.
#[derive(InputObject)]
pub struct ActivatePlanInput {
    /// The plan.
    pub plan: PlanId,
    /// The number of its newest approved revision: the one that is put into force.
    pub expected_revision: i32,
    /// The key of the phase that is opened. Required where the phases of the plan have keys.
    pub phase: Option<String>,
    /// The level of alert.
    pub level: AlertLevel,
    /// Why; at most 5,000 characters. Everybody who is shown the plan reads it.
    pub reason: TextInput,
    /// From when it holds: at most 30 days before or after now.
    pub from: DateTime<Utc>,
    /// Whether it is an exercise (simulacro): then nothing is in force.
    #[graphql(default)]
    pub exercise: bool,
    /// The key of the trigger that was observed.
    pub trigger: Option<String>,
    /// The value that was observed, as a decimal with two places at most.
    pub observed: Option<String>,
    /// The dataset in which it was observed.
    pub dataset: Option<DatasetId>,
}

/// A further step of a plan in force, or of an exercise.
#[derive(InputObject)]
pub struct MoveActivationInput {
    /// The activation.
    pub activation: ActivationId,
    /// The number of the last step that you read; refused if another was taken since.
    pub expected_step: i32,
    /// The step.
    pub step: Step,
    /// With `ESCALATE` and `DE_ESCALATE`, the level it goes to.
    pub level: Option<AlertLevel>,
    /// The key of the phase that is opened. Required with `OPEN_PHASE`; with the other steps the phase stays if left out.
    pub phase: Option<String>,
    /// With `TAKE_REVISION`, the number of the newest approved revision.
    pub expected_revision: Option<i32>,
    /// Why; at most 5,000 characters. Everybody who is told of the step reads it.
    pub reason: TextInput,
    /// From when it holds: not before the step before; `STAND_DOWN` may hold from earlier.
    pub from: DateTime<Utc>,
    /// The key of the trigger that was observed.
    pub trigger: Option<String>,
    /// The value that was observed, as a decimal with two places at most.
    pub observed: Option<String>,
    /// The dataset in which it was observed.
    pub dataset: Option<DatasetId>,
}

/// How far an action has come.
#[derive(InputObject)]
pub struct SetActionStateInput {
    /// The activation.
    pub activation: ActivationId,
    /// The key of the action in the plan.
    pub action: String,
    /// How often something had been noted of it when you read (`notes`), 0 if nothing was; refused if somebody has noted
    /// something since.
    pub expected_notes: i32,
    /// How it stands now.
    pub state: Progress,
    /// What is to be said of it; at most 5,000 characters. Only those who work on the plan read it.
    pub note: Option<TextInput>,
}

impl From<ActivatePlanInput> for Activation {
    fn from(input: ActivatePlanInput) -> Self {
        let grounds = Grounds {
            reason: input.reason.into(),
            from: Moment::from(input.from),
            trigger: input.trigger,
            observed: input.observed,
            dataset: input.dataset,
        };
        Self {
            plan: input.plan.into(),
            expected: input.expected_revision,
            phase: input.phase,
            level: input.level,
            exercise: input.exercise,
            grounds,
        }
    }
}

impl From<MoveActivationInput> for Moved {
    fn from(input: MoveActivationInput) -> Self {
        let grounds = Grounds {
            reason: input.reason.into(),
            from: Moment::from(input.from),
            trigger: input.trigger,
            observed: input.observed,
            dataset: input.dataset,
        };
        Self {
            activation: input.activation,
            expected: input.expected_step,
            step: input.step,
            level: input.level,
            phase: input.phase,
            revision: input.expected_revision,
            grounds,
        }
    }
}

impl From<SetActionStateInput> for Noted {
    fn from(input: SetActionStateInput) -> Self {
        Self {
            activation: input.activation,
            action: input.action,
            expected: input.expected_notes,
            state: input.state,
            note: input.note.map(Into::into),
        }
    }
}
