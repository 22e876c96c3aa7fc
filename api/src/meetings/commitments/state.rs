//! What becomes of a commitment. Pure: a fold over its steps, and a table of what may come next.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// What is done with a commitment.
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
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(20))", rename_all = "snake_case")]
#[graphql(name = "MeetingCommitmentStep")]
pub enum Step {
    /// It is begun, as one who is responsible says.
    Begin,
    /// It was kept, as one who is responsible says; another country is to confirm that.
    ReportKept,
    /// It was kept in part, as one who is responsible says; another country is to confirm that.
    ReportPartlyKept,
    /// Another country confirms what was reported.
    Confirm,
    /// Another country does not find it so.
    Reject,
    /// The host notes another date.
    Reschedule,
    /// The host notes that it is dropped.
    Cancel,
}

/// The state of a commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "MeetingCommitmentState")]
pub enum Base {
    /// Not begun.
    Pending,
    /// Begun.
    InProgress,
    /// Kept, reported by one and confirmed by another.
    Kept,
    /// Kept in part, reported by one and confirmed by another.
    PartlyKept,
    /// Its date has passed.
    Overdue,
    /// It has another date.
    Rescheduled,
    /// Dropped.
    Cancelled,
}

/// What has become of a commitment by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// Without what the clock says.
    pub base: Base,
    pub due: NaiveDate,
    /// What was reported and waits to be confirmed.
    pub reported: Option<Base>,
}

impl Course {
    pub fn begun(due: NaiveDate) -> Self {
        Self { base: Base::Pending, due, reported: None }
    }

    /// What comes of a step; none if it cannot be taken. The whole table.
    pub fn after(&self, step: Step, due: Option<NaiveDate>) -> Option<Self> {
        use Base::*;
        let mut next = self.clone();
        let waits = self.reported.is_some();
        let over = matches!(self.base, Kept | Cancelled);
        match step {
            Step::Begin if !waits && matches!(self.base, Pending | Rescheduled) => next.base = InProgress,
            Step::ReportKept if !waits && !over => next.reported = Some(Kept),
            Step::ReportPartlyKept if !waits && !over && self.base != PartlyKept => {
                next.reported = Some(PartlyKept);
            }
            Step::Confirm => {
                next.base = self.reported?;
                next.reported = None;
            }
            Step::Reject if waits => next.reported = None,
            Step::Reschedule if !waits && !over => {
                next.base = Rescheduled;
                next.due = due?;
            }
            Step::Cancel if !over => {
                next.base = Cancelled;
                next.reported = None;
            }
            _ => return None,
        }
        Some(next)
    }

    /// The state, on a day.
    pub fn state(&self, today: NaiveDate) -> Base {
        match self.base {
            Base::Pending | Base::InProgress | Base::Rescheduled if today > self.due => Base::Overdue,
            base => base,
        }
    }

    /// Whether something is still owed.
    pub fn is_open(&self) -> bool {
        !matches!(self.base, Base::Kept | Base::Cancelled)
    }
}
