//! Putting a plan into force, moving it, and standing it down.

use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder, Set, entity::prelude::*};

use super::{
    activation::{self, reason, step},
    declaring,
    grounds::{Grounds, approved, check, holds},
    states::{Standing, Step},
};
use crate::{
    access::{Action, Audienced, Kind},
    error::{Error, Problem, Reason, Result},
    ids::{ActivationId, RecordId},
    ledger::{Body, Work},
    plans::{
        PlanContent,
        terms::{AlertLevel, Part, Term},
    },
    records::{Expected, Record, RecordColumn, RecordRow, Revision, RevisionRow},
    say,
    text::Say,
};

/// The most steps of an activation.
const MOST_STEPS: i32 = 500;

/// A plan that is put into force.
pub struct Activation {
    pub plan: RecordId,
    pub expected: Expected,
    pub phase: Option<String>,
    pub level: AlertLevel,
    pub exercise: bool,
    pub grounds: Grounds,
}

/// A step after the first.
pub struct Moved {
    pub activation: ActivationId,
    /// The step that was read as the last.
    pub expected: i32,
    pub step: Step,
    pub level: Option<AlertLevel>,
    pub phase: Option<String>,
    /// With [`Step::TakeRevision`], which.
    pub revision: Option<Expected>,
    pub grounds: Grounds,
}

pub(super) fn wrong(path: &str, say: Say) -> Error {
    Problem::new(Reason::WrongState, path, say).into()
}

/// Puts the newest approved revision of a plan into force, or begins an exercise of that.
pub async fn activate(work: &mut Work, told: Activation) -> Result<ActivationId> {
    let Activation { plan, expected, phase, level, exercise, grounds } = told;
    let record = declaring::workable(work, plan, Action::DeclareForce).await?;
    declaring::declares(work, &record).await?;
    let revision = approved(work, &record, expected).await?;
    let content: PlanContent = serde_json::from_str(&revision.content).map_err(anyhow::Error::from)?;
    check(work, &content, phase.as_deref(), &grounds, None).await?;
    if !exercise {
        holds(&content, grounds.from)?;
    }
    if let Some(open) = open(work, plan, exercise).await? {
        let (id, sort) =
            (open.id, if exercise { ("un simulacro", "an exercise") } else { ("vigor", "force") });
        let (es, en) = sort;
        let say = say!(
            "ya está en {es} ({id}): escálelo o desactívelo",
            "it is in {en} already ({id}): escalate it or stand it down"
        );
        return Err(wrong("input.plan", say));
    }
    let row = activation::Model { id: ActivationId::new(), record_id: plan, exercise, ended_at: None };
    activation::Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(&work.db)
        .await?;
    let taken = Taken { number: 1, step: Step::Activate, level, phase };
    take(work, &record, &row, (&revision, &content), taken, grounds).await?;
    Ok(row.id)
}

/// Takes a further step.
pub async fn go_on(work: &mut Work, told: Moved) -> Result<ActivationId> {
    let Moved { activation: id, expected, step, level, phase, revision, grounds } = told;
    let (record, row) = of(work, id, Action::DeclareForce).await?;
    declaring::declares(work, &record).await?;
    let last = last(work, id).await?;
    if last.number != expected {
        let number = last.number;
        let say = say!(
            "el último paso es el {number}, no el {expected}; léalo y repita",
            "the last step is {number}, not {expected}; read it and repeat"
        );
        return Err(Problem::new(Reason::StaleRevision, "input.expectedStep", say).into());
    }
    let standing = match last.step {
        Step::StandDown => Standing::StoodDown,
        _ => Standing::InForce(last.level()),
    };
    let Some(next) = standing.after(step, level) else { return Err(not_from(standing, step)) };
    if last.number >= MOST_STEPS && step != Step::StandDown {
        let say =
            say!("a lo sumo {MOST_STEPS} pasos; desactívelo", "at most {MOST_STEPS} steps; stand it down");
        return Err(wrong("input", say));
    }
    let revision = match (step, revision) {
        (Step::TakeRevision, Some(expected)) => approved(work, &record, expected).await?,
        (Step::TakeRevision, None) => {
            let say = say!("diga qué revisión", "say which revision");
            return Err(Problem::new(Reason::Required, "input.expectedRevision", say).into());
        }
        _ => numbered(work, record.id, last.revision).await?,
    };
    if step == Step::TakeRevision && revision.number == last.revision {
        let say = say!("esa revisión es la que está en vigor", "that revision is in force already");
        return Err(wrong("input.expectedRevision", say));
    }
    if step == Step::OpenPhase && (phase.is_none() || phase == last.phase) {
        let say = say!("diga a qué otra fase se pasa", "say which other phase is opened");
        return Err(Problem::new(Reason::Required, "input.phase", say).into());
    }
    if step == Step::StandDown && phase.is_some() {
        let say = say!("al desactivar no se abre ninguna fase", "no phase is opened by standing down");
        return Err(wrong("input.phase", say));
    }
    let content: PlanContent = serde_json::from_str(&revision.content).map_err(anyhow::Error::from)?;
    let level = match next {
        Standing::InForce(level) => level,
        _ => last.level(),
    };
    let phase = phase.or_else(|| last.phase.clone());
    // Standing down may hold from before it began: then it never was in force.
    let earliest = (step != Step::StandDown).then_some(last.starts_at);
    check(work, &content, phase.as_deref(), &grounds, earliest).await?;
    if grounds.from > work.clock.now() {
        // Announced beforehand it would close the activation while it still holds, or bar every step before it.
        let say = say!(
            "no después de ahora: el paso se da cuando toca",
            "not later than now: take the step when it is due"
        );
        return Err(Problem::new(Reason::OutOfRange, "input.from", say).into());
    }
    let taken = Taken { number: last.number + 1, step, level, phase };
    take(work, &record, &row, (&revision, &content), taken, grounds).await?;
    if step == Step::StandDown {
        let mut ended = row.into_active_model();
        ended.ended_at = Set(Some(work.clock.now()));
        ended.update(&work.db).await?;
    }
    Ok(id)
}

fn not_from(standing: Standing, step: Step) -> Error {
    match (standing, step) {
        (Standing::StoodDown, _) => wrong(
            "input.activation",
            say!("ya se desactivó; active el plan de nuevo", "it was stood down; activate the plan anew"),
        ),
        (Standing::InForce(now), Step::Escalate | Step::DeEscalate) => {
            let code = now.code();
            wrong(
                "input.level",
                say!(
                    "está en {code}: diga un nivel más alto para escalar, más bajo para desescalar",
                    "it is at {code}: name a higher level to escalate, a lower one to de-escalate"
                ),
            )
        }
        (_, Step::Activate) => {
            wrong("input.step", say!("se activa con `activatePlan`", "a plan is activated by `activatePlan`"))
        }
        _ => wrong(
            "input.level",
            say!("este paso no cambia el nivel; no lo diga", "this step leaves the level; do not name one"),
        ),
    }
}

/// What a step changes.
struct Taken {
    number: i32,
    step: Step,
    level: AlertLevel,
    phase: Option<String>,
}

async fn take(
    work: &mut Work,
    record: &RecordRow,
    row: &activation::Model,
    (revision, content): (&RevisionRow, &PlanContent),
    taken: Taken,
    grounds: Grounds,
) -> Result<()> {
    let Taken { number, step, level, phase } = taken;
    let words = serde_json::to_string(&grounds.reason).map_err(anyhow::Error::from)?;
    let made = step::Model {
        activation_id: row.id,
        number,
        step,
        revision: revision.number,
        phase,
        level: level.code().into(),
        starts_at: grounds.from,
        trigger_key: grounds.trigger,
        observed: grounds.observed,
        dataset_id: grounds.dataset,
        institution_id: work.viewer.institution,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    step::Entity::insert(made.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    let reason = reason::Model { activation_id: row.id, number, words };
    reason::Entity::insert(reason.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    let told = match step {
        Step::OpenPhase => {
            declaring::shown_parts(work, record, (revision.number, content), &[Part::Phases]).await?
        }
        // Which revision counts is the business of those who work on the plan.
        Step::TakeRevision => record.chain(),
        _ => declaring::audience(work, record).await?,
    };
    let body = Body {
        step: Some(number),
        level: Some(level.code().into()),
        ..Body::of(revision.number, &revision.hash)
    };
    declaring::tell(work, step.told(row.exercise), record, told, body);
    Ok(())
}

/// The activation, and its plan, held against others until commit, for one who may do this to it.
#[expect(
    clippy::disallowed_methods,
    reason = "of nothing but its plan anything is told, and that is filtered"
)]
pub async fn of(work: &Work, id: ActivationId, action: Action) -> Result<(RecordRow, activation::Model)> {
    let unknown = || Error::NotFound(say!("una activación", "activation"));
    let row = activation::Entity::find_by_id(id).one(&work.db).await?.ok_or_else(unknown)?;
    let seen = Record::visible_to(Kind::Plan, &work.viewer);
    let seen = seen.filter(RecordColumn::Id.eq(row.record_id)).one(&work.db).await?;
    seen.ok_or_else(unknown)?;
    let record = declaring::workable(work, row.record_id, action).await?;
    Ok((record, row))
}

#[expect(clippy::disallowed_methods, reason = "steps of an activation that the viewer works on")]
pub async fn last(work: &Work, id: ActivationId) -> Result<step::Model> {
    let steps = step::Entity::find().filter(step::Column::ActivationId.eq(id));
    let last = steps.order_by_desc(step::Column::Number).one(&work.db).await?;
    last.ok_or_else(|| anyhow::anyhow!("{id} has no step").into())
}

#[expect(clippy::disallowed_methods, reason = "of a plan that the viewer works on")]
async fn open(work: &Work, plan: RecordId, exercise: bool) -> Result<Option<activation::Model>> {
    let open = activation::Entity::find()
        .filter(activation::Column::RecordId.eq(plan))
        .filter(activation::Column::Exercise.eq(exercise))
        .filter(activation::Column::EndedAt.is_null());
    Ok(open.one(&work.db).await?)
}

#[expect(clippy::disallowed_methods, reason = "a revision of a plan that the viewer works on")]
pub async fn numbered(work: &Work, plan: RecordId, number: i32) -> Result<RevisionRow> {
    let found = Revision::find_by_id((plan, number)).one(&work.db).await?;
    found.ok_or_else(|| anyhow::anyhow!("no revision {number} of {plan}").into())
}
