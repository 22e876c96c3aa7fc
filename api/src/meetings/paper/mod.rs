//! A meeting on paper: its agenda, and the list of its delegations. What is read beside the meeting is read here; what is
//! written, by pure functions of what the reader is shown.

mod agenda;
mod delegations;
mod labels;

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, entity::prelude::*};

use super::{
    content::MeetingContent,
    delegation::{self, Facts},
    phase::{self, Phase},
};
use crate::{
    access::{Open, Viewer},
    directory::country,
    error::Result,
    ids::{DatasetId, PlanId, RecordId},
    paper::{Paper, Words},
    plans::PlanContent,
    records::{self, Shown},
    statistics::DatasetContent,
    text::Lang,
};

pub use agenda::blocks as of_agenda;

/// What the codes of countries stand for.
pub type Countries<'a> = &'a dyn Fn(&str) -> Words;

/// What links of the agenda lead to, as far as the reader sees it, and its hash.
#[derive(Default)]
pub struct Linked {
    plans: HashMap<PlanId, (Words, String)>,
    datasets: HashMap<DatasetId, (Words, String)>,
}

/// The agenda, as far as the viewer is shown it.
pub async fn agenda(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    shown: &Shown<MeetingContent>,
    langs: Vec<Lang>,
) -> Result<Paper> {
    let kind = Words::both("Orden del día", "Agenda");
    let (mut paper, phase) = begun(db, viewer, shown, kind, langs).await?;
    let names = countries(db, viewer, &shown.content).await?;
    let linked = linked(db, viewer, &shown.content).await?;
    let course = records::course(&shown.revision);
    let known = |code: &str| named(&names, code);
    paper.blocks = agenda::blocks(&shown.content, (phase, course), shown.withheld, &known, &linked);
    Ok(paper)
}

/// The delegations, and what holds of each.
pub async fn delegations(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    shown: &Shown<MeetingContent>,
    langs: Vec<Lang>,
) -> Result<Paper> {
    let kind = Words::both("Lista de delegaciones", "List of delegations");
    let (mut paper, phase) = begun(db, viewer, shown, kind, langs).await?;
    let names = countries(db, viewer, &shown.content).await?;
    let facts = Facts::of(delegation::noted(db, &[shown.record.id]).await?);
    let known = |code: &str| named(&names, code);
    // What is noted of delegations stands beside the convocation, which the hash is of.
    for hash in &mut paper.hashes {
        hash.label = Words::both("SHA-256 de la convocatoria:", "SHA-256 of the convocation:");
    }
    paper.blocks = delegations::blocks(&shown.content, phase, &facts, &known);
    Ok(paper)
}

async fn begun(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    shown: &Shown<MeetingContent>,
    kind: Words,
    langs: Vec<Lang>,
) -> Result<(Paper, Phase)> {
    let title = Words::from(&shown.content.title);
    let mut paper = records::blank(db, viewer, shown, (kind, title), langs).await?;
    let steps = phase::taken(db, &[shown.record.id]).await?;
    let phase = steps.last().map_or(Phase::Convoked, |step| step.phase);
    match phase {
        Phase::Cancelled => paper.stamps.push(Words::both("CANCELADA", "CANCELLED")),
        Phase::Postponed => paper.stamps.push(Words::both("APLAZADA", "POSTPONED")),
        _ => {}
    }
    Ok((paper, phase))
}

async fn countries(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    content: &MeetingContent,
) -> Result<HashMap<String, Words>> {
    let mut codes: Vec<&str> = content.delegations.iter().map(|one| one.country.as_str()).collect();
    codes.push(&content.host);
    codes.extend(content.chair.iter().map(|chair| chair.country.as_str()));
    codes.extend(content.presidencies.iter().map(|one| one.country.as_str()));
    codes.extend(content.items.iter().filter_map(|item| item.proponent.as_deref()));
    let rows = country::Entity::open_to(viewer).filter(country::Column::Code.is_in(codes)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.code, Words::both(row.name_es, row.name_en))).collect())
}

fn named(names: &HashMap<String, Words>, code: &str) -> Words {
    names.get(code).cloned().unwrap_or_else(|| code.into())
}

async fn linked(db: &impl ConnectionTrait, viewer: &Viewer, content: &MeetingContent) -> Result<Linked> {
    let plans = content.items.iter().flat_map(|item| &item.plans).map(|link| link.id.into());
    let plans: Vec<RecordId> = plans.collect();
    let datasets = content.items.iter().flat_map(|item| &item.datasets).map(|link| link.id.into());
    let datasets: Vec<RecordId> = datasets.collect();
    let plans = records::all_shown::<PlanContent>(db, viewer, &plans).await?;
    let datasets = records::all_shown::<DatasetContent>(db, viewer, &datasets).await?;
    let plan = |shown: Shown<PlanContent>| {
        (shown.record.id.into(), (Words::from(&shown.content.name), shown.revision.hash))
    };
    let dataset = |shown: Shown<DatasetContent>| {
        (shown.record.id.into(), (Words::from(&shown.content.name), shown.revision.hash))
    };
    Ok(Linked {
        plans: plans.into_iter().map(plan).collect(),
        datasets: datasets.into_iter().map(dataset).collect(),
    })
}
