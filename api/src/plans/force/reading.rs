//! What a viewer is shown of plans in force: of a plan that they see, as far as its parts are for them.
//!
//! Whoever does not work on the plan is told from the moment on at which it was first released to them, without a break
//! since: what had been declared before, without its reason. A phase, a trigger and the actions are told out of the
//! revision that is in force, if that was ever shown to them, and as their parts of it are; neither a part that is
//! withheld there nor one that is withheld in what they see now is told of.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use sea_orm::{QueryOrder, entity::prelude::*};

use super::{
    activation::{self, progress, reason, step},
    course::{self, DueAction},
    states::Step,
};
use crate::{
    access::{Kind, Viewer},
    ask::{Loads, Missed},
    clock::Moment,
    error::Result,
    ids::{PlanId, RecordId},
    plans::{Phase, PlanContent, Trigger, terms::Part},
    records::{self, Shown},
    text::Text,
};

/// A plan, asked for its activations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ForceOf(pub PlanId);

/// An activation with all that was declared and noted of it.
#[derive(Clone, Debug)]
pub struct Kept {
    pub row: activation::Model,
    /// In their order, all of them.
    pub all: Vec<step::Model>,
    /// Those that speak of what holds since the plan was shown to the viewer.
    pub steps: Vec<step::Model>,
    pub reasons: HashMap<i32, Text>,
    pub progress: Vec<progress::Model>,
    /// The number of the first step of which the viewer is told all.
    pub known_from: i32,
}

/// Activations of a plan that are over and read at most, of each sort, the newest.
const MOST: usize = 200;

impl Loader<ForceOf> for Loads {
    type Value = Arc<Vec<Kept>>;
    type Error = Missed;

    #[expect(clippy::disallowed_methods, reason = "only of plans that are shown, from when on they are")]
    async fn load(&self, asked: &[ForceOf]) -> Result<HashMap<ForceOf, Self::Value>, Missed> {
        let plans: Vec<RecordId> = asked.iter().map(|ForceOf(id)| (*id).into()).collect();
        let since = records::seen_since(&self.db, &self.viewer, Kind::Plan, &plans).await?;
        let rows = activation::Entity::find()
            .filter(activation::Column::RecordId.is_in(since.keys().copied()))
            .order_by_desc(activation::Column::Id)
            .all(&self.db)
            .await?;
        let mut found: HashMap<ForceOf, Vec<Kept>> = HashMap::new();
        for some in rows.chunks(200) {
            let ids: Vec<_> = some.iter().map(|row| row.id).collect();
            let steps = step::Entity::find()
                .filter(step::Column::ActivationId.is_in(ids.iter().copied()))
                .order_by_asc(step::Column::Number)
                .all(&self.db)
                .await?;
            let reasons =
                reason::Entity::find().filter(reason::Column::ActivationId.is_in(ids.iter().copied()));
            let reasons = reasons.all(&self.db).await?;
            let noted =
                progress::Entity::find().filter(progress::Column::ActivationId.is_in(ids.iter().copied()));
            let noted = noted.order_by_asc(progress::Column::Number).all(&self.db).await?;
            for row in some {
                let of = found.entry(ForceOf(row.record_id.into())).or_default();
                // Exercises do not crowd out what is real, nor what ended what still holds.
                let alike = of.iter().filter(|kept| kept.row.exercise == row.exercise).count();
                let since = since.get(&row.record_id).copied().flatten();
                let over = |since: Moment| row.ended_at.is_some_and(|ended| ended < since);
                if row.ended_at.is_some() && alike >= MOST || since.is_some_and(over) {
                    continue;
                }
                let mut steps: Vec<_> =
                    steps.iter().filter(|step| step.activation_id == row.id).cloned().collect();
                let all = steps.clone();
                let mut known_from = 1;
                if let Some(since) = since {
                    let before = steps.iter().filter(|step| step.at < since).count();
                    known_from = before as i32 + 1;
                    // The last before that which said a level: what came after it may not be told.
                    let level =
                        |step: &step::Model| !matches!(step.step, Step::OpenPhase | Step::TakeRevision);
                    let start = steps[..before].iter().rposition(level).unwrap_or_default();
                    steps.drain(..start);
                }
                let mine = reasons.iter().filter(|one| one.activation_id == row.id);
                let words = |one: &reason::Model| Some((one.number, serde_json::from_str(&one.words).ok()?));
                of.push(Kept {
                    reasons: mine.filter_map(words).collect(),
                    progress: noted.iter().filter(|one| one.activation_id == row.id).cloned().collect(),
                    row: row.clone(),
                    all,
                    steps,
                    known_from,
                });
            }
        }
        Ok(found.into_iter().map(|(plan, kept)| (plan, Arc::new(kept))).collect())
    }
}

/// A step, as far as the viewer is told of it.
#[derive(Clone, Debug)]
pub struct ToldStep {
    pub row: step::Model,
    pub phase: Option<Phase>,
    pub trigger: Option<Trigger>,
    /// None where it was taken before the plan was shown to the viewer.
    pub reason: Option<Text>,
    /// SHA-256 of what the viewer is shown of the revision, if that was ever shown to them.
    pub hash: Option<String>,
}

/// An activation, as far as the viewer is told of it, at a moment.
#[derive(Clone, Debug)]
pub struct Told {
    pub row: activation::Model,
    pub at: Moment,
    /// Whether the viewer works on the plan.
    pub works: bool,
    /// In their order.
    pub steps: Vec<ToldStep>,
    /// From when the last step holds that the viewer is told of and that holds at the moment.
    pub since: Option<Moment>,
    /// The step that holds at the moment; none before the first. The viewer may not be told when it was taken.
    pub holding: Option<ToldStep>,
    pub in_force: bool,
    pub actions: Vec<DueAction>,
    /// Whether the revision that holds is the one that the viewer is shown of the plan.
    pub as_shown: bool,
}

/// What the viewer is told of these activations of a plan that they are shown, at a moment.
pub async fn told(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    shown: &Shown<PlanContent>,
    kept: &[&Kept],
    at: Moment,
) -> Result<Vec<Told>> {
    let works = shown.record.worked_on_by(viewer);
    let mut seen = Seen { shown, before: HashMap::new() };
    let numbers: Vec<i32> =
        kept.iter().flat_map(|kept| kept.steps.iter().map(|step| step.revision)).collect();
    for number in numbers {
        if number != shown.revision.number && !seen.before.contains_key(&number) {
            seen.before.insert(number, records::once_shown(db, viewer, shown, number).await?);
        }
    }
    Ok(kept.iter().map(|kept| seen.told(kept, works, at)).collect())
}

/// The revisions that the viewer has been shown.
struct Seen<'a> {
    shown: &'a Shown<PlanContent>,
    before: HashMap<i32, Option<Shown<PlanContent>>>,
}

impl Seen<'_> {
    fn revision(&self, number: i32) -> Option<&Shown<PlanContent>> {
        if number == self.shown.revision.number {
            Some(self.shown)
        } else {
            self.before.get(&number)?.as_ref()
        }
    }

    /// The revision, if nothing of the part is withheld in it, nor in what the viewer sees now.
    fn with(&self, number: i32, part: Part) -> Option<&PlanContent> {
        let whole = |shown: &Shown<PlanContent>| !shown.withheld || shown.content.holds(part);
        let revision = self.revision(number)?;
        (whole(revision) && whole(self.shown)).then_some(&*revision.content)
    }

    fn step(&self, kept: &Kept, row: &step::Model) -> ToldStep {
        let phase = || {
            let content = self.with(row.revision, Part::Phases)?;
            let mine = |phase: &&Phase| phase.key.is_some() && phase.key == row.phase;
            content.phases.iter().find(mine).cloned()
        };
        let trigger = || {
            let content = self.with(row.revision, Part::Triggers)?;
            content.triggers.iter().find(|trigger| Some(&trigger.key) == row.trigger_key.as_ref()).cloned()
        };
        let known = row.number >= kept.known_from;
        ToldStep {
            phase: phase(),
            trigger: trigger().filter(|_| known),
            reason: kept.reasons.get(&row.number).filter(|_| known).cloned(),
            hash: self.revision(row.revision).map(|shown| shown.revision.hash.clone()),
            row: row.clone(),
        }
    }

    fn told(&self, kept: &Kept, works: bool, at: Moment) -> Told {
        let seen = |row: &&step::Model| match row.step {
            _ if works => true,
            Step::OpenPhase => self.with(row.revision, Part::Phases).is_some(),
            Step::TakeRevision => false,
            _ => true,
        };
        let holding = course::holding(&kept.steps, at);
        let steps: Vec<step::Model> = kept.steps.iter().filter(seen).cloned().collect();
        let actions = holding.and_then(|step| {
            let content = self.with(step.revision, Part::Actions)?;
            self.with(step.revision, Part::Phases)?;
            Some(course::due(content, &kept.all, &kept.progress, at))
        });
        Told {
            row: kept.row.clone(),
            at,
            works,
            since: course::holding(&steps, at).map(|step| step.starts_at),
            steps: steps.iter().map(|row| self.step(kept, row)).collect(),
            holding: holding.map(|row| self.step(kept, row)),
            in_force: course::in_force(&kept.steps, at).is_some(),
            actions: actions.unwrap_or_default(),
            as_shown: holding.is_some_and(|row| row.revision == self.shown.revision.number),
        }
    }
}
