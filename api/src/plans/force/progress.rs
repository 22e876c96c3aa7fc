//! Noting how far the actions of a plan in force have come.

use sea_orm::{IntoActiveModel, PaginatorTrait, QueryOrder, entity::prelude::*};

use super::{
    activation::progress::{self, Column, Entity},
    commands::{last, numbered, of},
    declaring,
    grounds::LONGEST,
    states::{Progress, Step},
};
use crate::{
    access::Action,
    bounds::Bounds,
    error::{Problem, Reason, Result},
    ids::ActivationId,
    ledger::{Body, What, Work},
    plans::{PlanContent, terms::Part},
    say,
    text::Text,
};

/// What is noted of an action.
pub struct Noted {
    pub activation: ActivationId,
    /// The key of the action.
    pub action: String,
    /// How often something had been noted of it when it was read.
    pub expected: i32,
    pub state: Progress,
    pub note: Option<Text>,
}

/// The most that is noted of an action.
const MOST_NOTES: i32 = 200;

/// Notes how far an action has come.
pub async fn note(work: &mut Work, noted: Noted) -> Result<ActivationId> {
    let Noted { activation: id, action, expected, state, note } = noted;
    let (record, row) = of(work, id, Action::RunPlan).await?;
    let last = last(work, id).await?;
    let mut bounds = Bounds::default();
    bounds.words_if("input.note", note.as_ref(), LONGEST);
    let revision = numbered(work, record.id, last.revision).await?;
    let content: PlanContent = serde_json::from_str(&revision.content).map_err(anyhow::Error::from)?;
    if content.actions.iter().all(|known| known.key != action) {
        let say = say!(
            "la revisión en vigor no tiene esa acción",
            "the revision that is in force has no such action"
        );
        bounds.add(Reason::Unknown, "input.action", say);
    }
    bounds.done()?;
    if last.step == Step::StandDown {
        let say = say!("ya se desactivó", "it was stood down");
        return Err(Problem::new(Reason::WrongState, "input.activation", say).into());
    }
    let (notes, before) = so_far(work, id, &action).await?;
    if notes != expected {
        let say = say!(
            "de la acción se anotó {notes} veces, no {expected}; léala y repita",
            "{notes} notes were made of the action, not {expected}; read it and repeat"
        );
        return Err(Problem::new(Reason::StaleRevision, "input.expectedNotes", say).into());
    }
    if !before.leads_to(state) || notes >= MOST_NOTES {
        let is = serde_json::to_string(&before).unwrap_or_default().replace('"', "");
        let say = say!(
            "la acción está en {is}; de ahí no se pasa a ese estado",
            "the action is {is}; it does not go on to that state"
        );
        return Err(Problem::new(Reason::WrongState, "input.state", say).into());
    }
    let note = note.map(|note| serde_json::to_string(&note)).transpose().map_err(anyhow::Error::from)?;
    let made = progress::Model {
        activation_id: id,
        action,
        number: notes + 1,
        state,
        note,
        institution_id: work.viewer.institution,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    Entity::insert(made.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    let told =
        declaring::shown_parts(work, &record, (revision.number, &content), &[Part::Actions, Part::Phases])
            .await?;
    let what = if row.exercise { What::ExerciseActionMoved } else { What::PlanActionMoved };
    let body = Body { step: Some(last.number), ..Body::of(revision.number, &revision.hash) };
    declaring::tell(work, what, &record, told, body);
    Ok(id)
}

/// How often something was noted of an action, and how it stands.
#[expect(clippy::disallowed_methods, reason = "of an activation that the viewer works on")]
async fn so_far(work: &Work, id: ActivationId, action: &str) -> Result<(i32, Progress)> {
    let of = Entity::find().filter(Column::ActivationId.eq(id)).filter(Column::Action.eq(action));
    let notes = of.clone().count(&work.db).await? as i32;
    let last = of.order_by_desc(Column::Number).one(&work.db).await?;
    Ok((notes, last.map_or(Progress::Pending, |row| row.state)))
}
