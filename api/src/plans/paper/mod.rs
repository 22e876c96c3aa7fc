//! A plan on paper. What is read of the directory is read here; what is written, by pure functions of what the reader is
//! shown: `whole` the plan, `difference` what differs between two revisions.

mod capacities;
mod difference;
mod means;
mod opening;
mod running;
mod whole;

use sea_orm::ConnectionTrait;

use super::{
    content::PlanContent,
    document,
    exchange::Behind,
    legend::Legend,
    revisions::{self, PlanChange},
};
pub use whole::blocks;

use crate::{
    access::{Handling, Viewer},
    error::Result,
    ids::RecordId,
    paper::{Hash, Paper, Words},
    records::{self, Content, RevisionRow, Shown},
    text::Lang,
};

/// What ids are called.
pub type Known<'a> = &'a dyn Fn(&str) -> Words;

/// The plan, as far as the viewer is shown it.
pub async fn plan(
    db: &impl ConnectionTrait,
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

/// What differs between two revisions, for whoever works on the plan.
pub async fn difference(
    db: &impl ConnectionTrait,
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
