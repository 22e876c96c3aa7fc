//! A plan on paper. What is read of the directory is read here; what is written, by pure functions of what the reader is
//! shown: `whole` the plan, `difference` what differs between two revisions.

mod capacities;
mod difference;
mod means;
mod notice;
mod opening;
mod running;
mod whole;

use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::DatabaseConnection;

use super::{
    content::PlanContent,
    document,
    exchange::Behind,
    force::reading::{self, ForceOf},
    legend::Legend,
    revisions::{self, PlanChange},
};
pub use whole::blocks;

use crate::{
    access::{Handling, Viewer},
    ask::{Loads, Missed},
    error::{Error, Result},
    ids::{ActivationId, RecordId},
    paper::{Hash, Paper, Words},
    records::{self, Content, RevisionRow, Shown},
    say,
    text::Lang,
};

/// What ids are called.
pub type Known<'a> = &'a dyn Fn(&str) -> Words;

/// The plan, as far as the viewer is shown it.
pub async fn plan(
    db: &DatabaseConnection,
    viewer: &Viewer,
    shown: &Shown<PlanContent>,
    langs: Vec<Lang>,
) -> Result<Paper> {
    let content = &shown.content;
    let kind = Words::both("Plan de contingencia", "Contingency plan");
    let mut paper = records::blank(db, viewer, shown, (kind, Words::from(&content.name)), langs).await?;
    let document = document::plain(content);
    let behind = Behind::of(db, viewer, [&document, &document]).await?;
    let known = |id: &str| name(&behind, id);
    paper.legend = content.legend.as_ref().map(Legend::printed).unwrap_or_default();
    let course = records::course(&shown.revision);
    paper.blocks = whole::blocks(content, course, shown.withheld, &known);
    Ok(paper)
}

/// The notice of an activation of the plan: of the one that is named, else of the newest that the viewer is told of.
pub async fn notice(
    db: &DatabaseConnection,
    viewer: &Arc<Viewer>,
    shown: &Shown<PlanContent>,
    wanted: Option<ActivationId>,
    langs: Vec<Lang>,
) -> Result<Paper> {
    let of = ForceOf(shown.record.id.into());
    let loads = Loads { db: db.clone(), viewer: viewer.clone() };
    let missed = |cause: Missed| anyhow::anyhow!("the activations of a plan: {cause:?}");
    let kept = loads.load(&[of]).await.map_err(missed)?.remove(&of).unwrap_or_default();
    let one = kept.iter().find(|kept| wanted.is_none_or(|id| id == kept.row.id));
    let one: Vec<_> = one.into_iter().collect();
    let told = reading::told(db, viewer, shown, &one, viewer.at).await?.pop();
    let told = told.ok_or_else(|| Error::NotFound(say!("una activación", "activation")))?;

    let declared = told.steps.iter().map(|step| step.row.institution_id.global());
    let responsible = told.actions.iter().filter_map(|due| Some(due.action.responsible?.global()));
    let points = told.actions.iter().filter_map(|due| Some(due.action.point?.global()));
    let named = serde_json::json!({
        "institutions": declared.chain(responsible).collect::<Vec<_>>(),
        "points": points.collect::<Vec<_>>(),
    });
    let behind = Behind::of(db, viewer, [&named, &named]).await?;
    let known = |id: &str| name(&behind, id);

    let content = &shown.content;
    let kind = match told.row.exercise {
        true => Words::both("Aviso de simulacro", "Notice of an exercise"),
        false => Words::both("Aviso de activación", "Notice of activation"),
    };
    let mut paper = records::blank(db, viewer, shown, (kind, Words::from(&content.name)), langs).await?;
    paper.legend = content.legend.as_ref().map(Legend::printed).unwrap_or_default();
    paper.stamps = match told.row.exercise {
        true => vec![Words::both("SIMULACRO", "EXERCISE")],
        false => Vec::new(),
    };
    // What is printed is of the revision that holds, which need not be the one that is shown of the plan.
    let holding = told.holding.as_ref().or(told.steps.last());
    let number = holding.filter(|_| told.works).map(|step| step.row.revision);
    paper.revision =
        number.map(|number| Words::both(format!("Revisión {number}"), format!("Revision {number}")));
    let label = match told.row.exercise {
        true => Words::both("SHA-256 del plan en simulacro:", "SHA-256 of the plan in exercise:"),
        false => Words::both("SHA-256 del plan en vigor:", "SHA-256 of the plan in force:"),
    };
    let hash = holding.and_then(|step| step.hash.clone());
    paper.hashes = hash.into_iter().map(|value| Hash { label: label.clone(), value }).collect();
    paper.dated = records::parts_of(told.steps.last().map_or(told.at, |step| step.row.at));
    paper.blocks = notice::blocks(content, &told, &known);
    Ok(paper)
}

/// What differs between two revisions, for whoever works on the plan.
pub async fn difference(
    db: &DatabaseConnection,
    viewer: &Viewer,
    id: RecordId,
    (from, to): (i32, i32),
    langs: Vec<Lang>,
) -> Result<Paper> {
    let (earlier, before) = records::past::<PlanContent>(db, viewer, id, from).await?;
    let (later, after) = records::past::<PlanContent>(db, viewer, id, to).await?;
    let shown: Shown<PlanContent> = records::one(db, viewer, id).await?;
    let changes: Vec<PlanChange> = revisions::told(db, viewer, &before, &after).await?;
    let kind = Words::both("Diferencias de un plan de contingencia", "Differences of a contingency plan");
    let mut paper = records::blank(db, viewer, &shown, (kind, Words::from(&after.name)), langs).await?;
    paper.mark = Ord::max(mark(&earlier, &before), mark(&later, &after)).label();
    paper.legend = after.legend.as_ref().map(Legend::printed).unwrap_or_default();
    paper.stamps = Vec::new();
    paper.revision =
        Some(Words::both(format!("Revisiones {from} y {to}"), format!("Revisions {from} and {to}")));
    paper.hashes = vec![named(from, &earlier), named(to, &later)];
    paper.dated = records::parts_of(later.at);
    paper.blocks = difference::blocks(&after.name, (&earlier, &later), &changes);
    Ok(paper)
}

fn named(number: i32, revision: &RevisionRow) -> Hash {
    let label =
        Words::both(format!("SHA-256 de la revisión {number}:"), format!("SHA-256 of revision {number}:"));
    Hash { label, value: revision.hash.clone() }
}

/// The highest mark of a revision that is read whole.
fn mark(revision: &RevisionRow, content: &PlanContent) -> Handling {
    Ord::max(revision.handling, content.highest_mark().unwrap_or(revision.handling))
}

fn name(behind: &Behind, id: &str) -> Words {
    let named = |lang| behind.name(id, lang);
    match (named(Lang::Es), named(Lang::En)) {
        (Some(es), Some(en)) if es == en => Words::from(es),
        (Some(es), en) => Words::Each { es, en },
        (None, _) => Words::from("–"),
    }
}
