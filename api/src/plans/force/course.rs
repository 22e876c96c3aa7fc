//! What was in force when, and which actions are due. Pure.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::{
    activation::{progress, step},
    states::{Due, Progress, Step},
};
use crate::{
    clock::Moment,
    plans::{PlanContent, course::Action},
};

/// The step that holds at a moment; none before the first. A later step goes before an earlier one, so that one that
/// was stood down from before it began was never in force.
pub fn holding(steps: &[step::Model], at: Moment) -> Option<&step::Model> {
    steps.iter().rev().find(|step| step.starts_at <= at)
}

/// The step by which it is in force at a moment.
pub fn in_force(steps: &[step::Model], at: Moment) -> Option<&step::Model> {
    holding(steps, at).filter(|step| step.step != Step::StandDown)
}

/// An action that is due.
#[derive(Clone, Debug)]
pub struct DueAction {
    pub action: Action,
    /// From when its clock runs: the beginning of its phase.
    pub opened: Moment,
    /// When it is to begin; none if no clock runs.
    pub due: Option<Moment>,
    pub state: Due,
    /// What was last noted of it.
    pub noted: Option<progress::Model>,
    /// How often something was noted of it.
    pub notes: i32,
}

/// The actions of the phases that had been opened by a moment, in the order of the plan, as they then stood. An action
/// of no phase has its clock from the beginning of the activation.
pub fn due(
    content: &PlanContent,
    steps: &[step::Model],
    noted: &[progress::Model],
    at: Moment,
) -> Vec<DueAction> {
    let mut opened: HashMap<Option<&str>, Moment> = HashMap::new();
    for step in steps.iter().filter(|step| step.starts_at <= at && step.step != Step::StandDown) {
        for phase in [None, step.phase.as_deref()] {
            let since = opened.entry(phase).or_insert(step.starts_at);
            *since = Ord::min(*since, step.starts_at);
        }
    }
    let over = in_force(steps, at).is_none();
    let one = |action: &Action| {
        let opened = *opened.get(&action.phase.as_deref())?;
        let due = action.start_hours.map(|hours| Moment::from(opened.0 + TimeDelta::hours(i64::from(hours))));
        let mine = noted.iter().filter(|row| row.action == action.key && row.at <= at);
        let last = mine.clone().max_by_key(|row| row.number).cloned();
        let state = match last.as_ref().map_or(Progress::Pending, |row| row.state) {
            Progress::Pending if over => Due::Dropped,
            Progress::Pending if due.is_some_and(|due| due < at) => Due::Overdue,
            Progress::Pending => Due::Pending,
            Progress::InProgress => Due::InProgress,
            Progress::Done => Due::Done,
            Progress::Dropped => Due::Dropped,
        };
        Some(DueAction {
            action: action.clone(),
            opened,
            due,
            state,
            notes: mine.count() as i32,
            noted: last,
        })
    };
    content.actions.iter().filter_map(one).collect()
}
