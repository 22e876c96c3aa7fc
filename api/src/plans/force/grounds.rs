//! What a step rests on: an approved revision, what it says, and why the step is taken.

use std::cmp::Ordering;

use chrono::TimeDelta;
use sea_orm::{QueryOrder, entity::prelude::*};

use super::commands::wrong;
use crate::{
    access::Kind,
    bounds::Bounds,
    clock::Moment,
    day::Day,
    error::{Problem, Reason, Result},
    ids::DatasetId,
    ledger::Work,
    plans::PlanContent,
    records::{self, Expected, RecordRow, Revision, RevisionColumn, RevisionRow, State},
    say,
    statistics::figure,
    text::Text,
};

/// The longest reason or note, in characters.
pub const LONGEST: usize = 5_000;
/// How far from now a step may hold, in days.
const FARTHEST: i64 = 30;

/// On what grounds a step is taken.
pub struct Grounds {
    pub reason: Text,
    /// From when it holds.
    pub from: Moment,
    pub trigger: Option<String>,
    pub observed: Option<String>,
    pub dataset: Option<DatasetId>,
}

/// The newest revision for which the whole chain has signed; refused if another is meant. What is being drafted after it
/// stands in nobody's way.
#[expect(clippy::disallowed_methods, reason = "a revision of a plan that the viewer works on")]
pub async fn approved(work: &Work, record: &RecordRow, expected: Expected) -> Result<RevisionRow> {
    let newest = Revision::find()
        .filter(RevisionColumn::RecordId.eq(record.id))
        .filter(RevisionColumn::State.is_in([State::Approved, State::Released]))
        .order_by_desc(RevisionColumn::Number)
        .one(&work.db)
        .await?;
    let path = "input.expectedRevision";
    let Some(newest) = newest else {
        let say = say!(
            "ninguna revisión del plan está aprobada; antes de activarlo, que firme toda su cadena",
            "no revision of the plan is approved; before it is activated, its whole chain has to sign"
        );
        return Err(wrong(path, say));
    };
    let number = newest.number;
    match expected.cmp(&number) {
        Ordering::Equal => Ok(newest),
        Ordering::Greater => Err(wrong(
            path,
            say!(
                "la revisión {expected} no está aprobada; la última aprobada es la {number}",
                "revision {expected} is not approved; the newest that is, is {number}"
            ),
        )),
        Ordering::Less => Err(Problem::new(
            Reason::StaleRevision,
            path,
            say!(
                "la última revisión aprobada es la {number}, no la {expected}; léala y repita",
                "the newest approved revision is {number}, not {expected}; read it and repeat"
            ),
        )
        .into()),
    }
}

/// Really in force a plan is only while it is valid.
pub fn holds(content: &PlanContent, from: Moment) -> Result<()> {
    let day = from.0.date_naive();
    let too_early = content.valid_from.is_some_and(|Day(first)| day < first);
    let too_late = content.valid_until.is_some_and(|Day(last)| last < day);
    if !too_early && !too_late {
        return Ok(());
    }
    let say = say!(
        "el plan no está vigente ese día; apruebe una revisión con otra vigencia",
        "the plan is not valid on that day; have a revision approved that is"
    );
    Err(Problem::new(Reason::OutOfRange, "input.from", say).into())
}

/// Everything that is wrong with what a step rests on.
pub async fn check(
    work: &Work,
    content: &PlanContent,
    phase: Option<&str>,
    grounds: &Grounds,
    earliest: Option<Moment>,
) -> Result<()> {
    let known = match grounds.dataset {
        Some(dataset) => {
            let ids = [dataset.into()];
            !records::held(&work.db, Kind::Dataset, &work.viewer, &ids).await?.is_empty()
        }
        None => true,
    };
    let mut bounds = Bounds::default();
    if !known {
        let say = say!("no es un conjunto de datos que usted vea", "is no dataset that you see");
        bounds.add(Reason::Unknown, "input.dataset", say);
    }
    said(&mut bounds, content, phase, grounds);
    from(&mut bounds, grounds.from, work.clock.now(), earliest);
    bounds.done()
}

fn from(bounds: &mut Bounds, from: Moment, now: Moment, earliest: Option<Moment>) {
    if (from.0 - now.0).abs() > TimeDelta::days(FARTHEST) {
        let say = say!(
            "a lo sumo {FARTHEST} días antes o después de ahora, {now}",
            "at most {FARTHEST} days before or after now, {now}"
        );
        bounds.add(Reason::OutOfRange, "input.from", say);
    } else if let Some(earliest) = earliest.filter(|earliest| from < *earliest) {
        let say = say!("no antes que el paso anterior, {earliest}", "not before the step before, {earliest}");
        bounds.add(Reason::OutOfRange, "input.from", say);
    }
}

fn said(bounds: &mut Bounds, content: &PlanContent, phase: Option<&str>, grounds: &Grounds) {
    bounds.words("input.reason", &grounds.reason, LONGEST);
    let phases: Vec<&str> = content.phases.iter().filter_map(|phase| phase.key.as_deref()).collect();
    let keys = phases.join(", ");
    match phase {
        None if !phases.is_empty() => {
            let say = say!("diga qué fase se abre: {keys}", "say which phase is opened: {keys}");
            bounds.add(Reason::Required, "input.phase", say);
        }
        Some(key) if !phases.contains(&key) => {
            let say = say!(
                "el plan no tiene esa fase; tiene: {keys}",
                "the plan has no such phase; it has: {keys}"
            );
            bounds.add(Reason::Unknown, "input.phase", say);
        }
        _ => {}
    }
    let triggers: Vec<&str> = content.triggers.iter().map(|trigger| trigger.key.as_str()).collect();
    if grounds.trigger.as_deref().is_some_and(|key| !triggers.contains(&key)) {
        let keys = triggers.join(", ");
        let say = say!(
            "el plan no tiene ese detonador; tiene: {keys}",
            "the plan has no such trigger; it has: {keys}"
        );
        bounds.add(Reason::Unknown, "input.trigger", say);
    }
    if let Some(observed) = &grounds.observed
        && let Err(refused) = figure::parse(observed, 2)
    {
        bounds.add(refused.reason, "input.observed", refused.say);
    }
    if grounds.trigger.is_none() && (grounds.observed.is_some() || grounds.dataset.is_some()) {
        let say = say!("diga qué detonador se observó", "say which trigger was observed");
        bounds.add(Reason::Required, "input.trigger", say);
    }
}
