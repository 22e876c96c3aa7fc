//! A meeting on paper: its agenda, the list of its delegations, its minutes, and a text that it negotiates. What is read beside the meeting is read here; what is
//! written, by pure functions of what the reader is shown.

mod agenda;
mod delegations;
mod labels;
mod minutes;

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, entity::prelude::*};

use super::{
    content::MeetingContent,
    delegation::{self, Facts},
    minutes::{self as written, Said},
    phase::{self, Phase},
    text::{self as negotiated, negotiates},
};
use crate::{
    access::{Open, Viewer},
    directory::country,
    error::{Error, Result},
    ids::{DatasetId, PlanId, RecordId, TextId},
    paper::{Hash, Paper, Words},
    plans::PlanContent,
    records::{self, Shown},
    say,
    statistics::DatasetContent,
    text::Lang,
};

pub use agenda::blocks as of_agenda;
pub use labels::kind as kind_of;

/// What the codes of countries stand for.
pub type Countries<'a> = &'a dyn Fn(&str) -> Words;

/// What links of the agenda lead to, as far as the reader sees it, and its hash.
#[derive(Default)]
pub struct Linked {
    pub plans: HashMap<PlanId, (Words, String)>,
    pub datasets: HashMap<DatasetId, (Words, String)>,
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

/// The newest version of the minutes, for those who take part; for others there are none.
pub async fn minutes(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    shown: &Shown<MeetingContent>,
    langs: Vec<Lang>,
) -> Result<Paper> {
    let none = || Error::NotFound(say!("una minuta", "minutes"));
    if !negotiates(viewer, shown) {
        return Err(none());
    }
    let id = shown.record.id;
    let newest = written::versions(db, id).await?.pop().ok_or_else(none)?;
    let said: Said = serde_json::from_str(&newest.content).map_err(anyhow::Error::from)?;
    let mut approvals = written::approvals(db, id).await?;
    approvals.retain(|row| row.number == newest.number);
    let facts = Facts::of(delegation::noted(db, &[id]).await?);
    let mut awaited = written::present(&shown.content, &facts);
    awaited.retain(|country| !approvals.iter().any(|row| row.country == *country));
    let kind = Words::both("Minuta", "Minutes");
    let (mut paper, _) = begun(db, viewer, shown, kind, langs).await?;
    // Minutes have a course of their own, beside that of the convocation.
    paper.stamps.clear();
    if !awaited.is_empty() {
        paper.stamps.push(Words::both("SIN APROBAR", "NOT YET APPROVED"));
    }
    let number = newest.number;
    paper.revision = Some(Words::both(format!("Versión {number}"), format!("Version {number}")));
    paper.hashes = vec![Hash {
        label: Words::both("SHA-256 de la minuta:", "SHA-256 of the minutes:"),
        value: newest.hash,
    }];
    paper.dated = records::parts_of(newest.at);
    let names = countries(db, viewer, &shown.content).await?;
    let known = |code: &str| named(&names, code);
    let approved: Vec<minutes::Approved> = approvals
        .into_iter()
        .map(|row| minutes::Approved {
            country: row.country,
            at: row.at.0.format("%Y-%m-%d %H:%M UTC").to_string(),
            by_host: row.by_host,
        })
        .collect();
    paper.blocks = minutes::blocks(&shown.content, &said, number, &approved, &awaited, &known);
    Ok(paper)
}

/// A text that the meeting negotiates, as far as the viewer sees it: the one that is named, or the first.
pub async fn declaration(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    shown: &Shown<MeetingContent>,
    wanted: Option<TextId>,
    langs: Vec<Lang>,
) -> Result<Paper> {
    let text = negotiated::printed(db, viewer, shown, wanted).await?;
    let kind = Words::both("Texto negociado", "Negotiated text");
    let (mut paper, _) = begun(db, viewer, shown, kind, langs).await?;
    paper.title = Words::from(&text.draft.title);
    // A text has a course of its own, beside that of the convocation.
    paper.stamps = match (text.put, text.adopted) {
        (_, Some(_)) => Vec::new(),
        (true, None) => vec![Words::both("SIN ADOPTAR", "NOT YET ADOPTED")],
        (false, None) => vec![Words::both("EN NEGOCIACIÓN", "UNDER NEGOTIATION")],
    };
    let number = text.version;
    paper.revision = Some(Words::both(format!("Versión {number}"), format!("Version {number}")));
    paper.hashes = vec![Hash {
        label: match text.put {
            true => Words::both("SHA-256 del texto:", "SHA-256 of the text:"),
            false => Words::both("SHA-256 de la versión:", "SHA-256 of the version:"),
        },
        value: text.hash.clone(),
    }];
    paper.dated = records::parts_of(text.saved);
    let names = countries(db, viewer, &shown.content).await?;
    let known = |code: &str| named(&names, code);
    paper.blocks = text.blocks(&known);
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

/// What the links of an agenda lead to, as far as the viewer sees it.
pub async fn linked(db: &impl ConnectionTrait, viewer: &Viewer, content: &MeetingContent) -> Result<Linked> {
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
