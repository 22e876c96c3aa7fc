//! What stands on every paper of a shared record, whatever it holds.

use sea_orm::{ConnectionTrait, entity::prelude::*};

use super::{
    content::Content,
    revision::{self, State},
    shown::Shown,
};
use crate::{
    access::{Action, Open, Viewer},
    clock::Moment,
    directory::{country, institution},
    error::Result,
    paper::{Cell, Hash, Paper, Words, fact},
    text::Lang,
};

/// The paper of a record as far as the viewer is shown it, with nothing on it yet.
pub async fn blank<C: Content>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    shown: &Shown<C>,
    (kind, title): (Words, Words),
    langs: Vec<Lang>,
) -> Result<Paper> {
    let Shown { record, revision, .. } = shown;
    let owner = institution::Entity::open_to(viewer).filter(institution::Column::Id.eq(record.owner_id));
    let owner = owner.one(db).await?.map(|row| {
        Words::both(
            format!("{} ({})", row.name_es, row.acronym),
            format!("{} ({})", row.name_en, row.acronym),
        )
    });
    let of = country::Entity::open_to(viewer).filter(country::Column::Code.eq(record.owner_country.clone()));
    let of = of.one(db).await?.map(|row| Words::both(row.name_es, row.name_en));
    let owner: Vec<Words> = of.into_iter().chain(owner).collect();
    let numbered = drafting_shown(viewer, shown).then_some(revision.number);
    Ok(Paper {
        langs,
        kind,
        title,
        owner: Words::joined(&owner, " – "),
        legend: Vec::new(),
        mark: revision.handling.label(),
        stamps: stamp(revision.state).into_iter().collect(),
        revision: numbered
            .map(|number| Words::both(format!("Revisión {number}"), format!("Revision {number}"))),
        hashes: vec![Hash {
            label: Words::both("SHA-256 de lo impreso:", "SHA-256 of what is printed:"),
            value: revision.hash.clone(),
        }],
        dated: parts_of(revision.at),
        blocks: Vec::new(),
    })
}

/// Whether the policy lets the viewer see how it was drafted.
pub fn drafting_shown<C: Content>(viewer: &Viewer, shown: &Shown<C>) -> bool {
    viewer.may(Action::SeeAudience(C::KIND), shown.standing)
}

/// How far the revision has come, and when.
pub fn course(revision: &revision::Model) -> Vec<Option<(Words, Cell)>> {
    let on = |Moment(at): Moment| Words::from(at.format("%Y-%m-%d %H:%M UTC").to_string());
    vec![
        fact("Estado", "State", Some(state(revision.state))),
        fact("Guardada", "Saved", Some(on(revision.at))),
        fact("Aprobada", "Approved", revision.approved_at.map(on)),
        fact("Retractada", "Retracted", revision.retracted_at.map(on)),
        fact("Motivo de la retractación", "Why it was retracted", revision.retraction()),
        fact("Difusión", "Handling", Some(revision.handling.label())),
    ]
}

/// How far it has come, in words.
pub fn state(state: State) -> Words {
    match state {
        State::Draft => Words::both("borrador", "draft"),
        State::Submitted => Words::both("en aprobación", "awaiting approval"),
        State::Approved => Words::both("aprobada", "approved"),
        State::Released => Words::both("difundida", "released"),
        State::Retracted => Words::both("retractada", "retracted"),
    }
}

/// What must be seen from afar: that it does not hold, not yet or no more.
pub fn stamp(state: State) -> Option<Words> {
    match state {
        State::Draft => Some(Words::both("BORRADOR", "DRAFT")),
        State::Submitted => Some(Words::both("SIN APROBAR", "NOT YET APPROVED")),
        State::Retracted => Some(Words::both("RETRACTADA", "RETRACTED")),
        State::Approved | State::Released => None,
    }
}

/// Year, month, day, hour, minute and second, as the press takes them.
pub fn parts_of(Moment(at): Moment) -> [i64; 6] {
    let parts = at.format("%Y %m %d %H %M %S").to_string();
    let mut numbers = parts.split(' ').map(|part| part.parse().unwrap_or_default());
    std::array::from_fn(|_| numbers.next().unwrap_or_default())
}
