//! What leads where. Pure: a table that a test holds against one of its own.

use sea_orm::entity::prelude::*;

use crate::{ledger::What, plans::terms::AlertLevel};

/// A step of a plan in force, or of an exercise.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
#[graphql(name = "PlanForceStepKind")]
pub enum Step {
    /// It is put into force (activación). Only `activatePlan` takes this step.
    Activate,
    /// To a higher level of alert (escalamiento).
    Escalate,
    /// To a lower level of alert (desescalamiento).
    DeEscalate,
    /// To another phase, at the same level.
    OpenPhase,
    /// A later revision of the plan counts from then on.
    TakeRevision,
    /// It is in force no more (desactivación). A mistaken activation ends so too: nothing is deleted.
    StandDown,
}

/// How an activation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// There is none.
    Not,
    InForce(AlertLevel),
    StoodDown,
}

/// How far an action has come, as it is noted.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(12))", rename_all = "snake_case")]
#[graphql(name = "ActionProgress")]
pub enum Progress {
    /// Nothing was done yet.
    Pending,
    /// It is being done.
    InProgress,
    /// It is done.
    Done,
    /// It is not done after all.
    Dropped,
}

/// How an action in force stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "DueState")]
pub enum Due {
    /// Nothing was done yet, and its time has not come.
    Pending,
    /// It is being done.
    InProgress,
    /// It is done.
    Done,
    /// Its time has come, and nothing was done yet.
    Overdue,
    /// It is not done after all, or the plan was stood down before it was begun.
    Dropped,
}

impl Step {
    pub const ALL: [Step; 6] = [
        Step::Activate,
        Step::Escalate,
        Step::DeEscalate,
        Step::OpenPhase,
        Step::TakeRevision,
        Step::StandDown,
    ];

    /// What the ledger tells of it: of an exercise never what it would tell of the real thing.
    pub fn told(self, exercise: bool) -> What {
        match (self, exercise) {
            (Step::Activate, false) => What::PlanActivated,
            (Step::Escalate, false) => What::PlanEscalated,
            (Step::DeEscalate, false) => What::PlanDeEscalated,
            (Step::OpenPhase, false) => What::PlanPhaseOpened,
            (Step::TakeRevision, false) => What::PlanForceRevised,
            (Step::StandDown, false) => What::PlanStoodDown,
            (Step::Activate, true) => What::ExerciseBegun,
            (Step::Escalate, true) => What::ExerciseEscalated,
            (Step::DeEscalate, true) => What::ExerciseDeEscalated,
            (Step::OpenPhase, true) => What::ExercisePhaseOpened,
            (Step::TakeRevision, true) => What::ExerciseRevised,
            (Step::StandDown, true) => What::ExerciseEnded,
        }
    }
}

impl Standing {
    /// Where the step leads from here, with the level that is named; none if it cannot be taken. The whole table.
    pub fn after(self, step: Step, level: Option<AlertLevel>) -> Option<Standing> {
        use Standing::*;
        match (self, step, level) {
            (Not, Step::Activate, Some(level)) => Some(InForce(level)),
            (InForce(now), Step::Escalate, Some(level)) if level > now => Some(InForce(level)),
            (InForce(now), Step::DeEscalate, Some(level)) if level < now => Some(InForce(level)),
            (InForce(now), Step::OpenPhase | Step::TakeRevision, None) => Some(InForce(now)),
            (InForce(_), Step::StandDown, None) => Some(StoodDown),
            _ => None,
        }
    }
}

impl Progress {
    pub const ALL: [Progress; 4] =
        [Progress::Pending, Progress::InProgress, Progress::Done, Progress::Dropped];

    /// Whether an action may be noted to stand so next. What was noted by mistake is taken up again.
    pub fn leads_to(self, next: Progress) -> bool {
        use Progress::*;
        matches!(
            (self, next),
            (Pending, InProgress | Done | Dropped)
                | (InProgress, Done | Dropped | Pending)
                | (Done | Dropped, InProgress)
        )
    }
}
