//! The delegations of a meeting: that one is invited, observes, attends, adopts and reserves are five facts. Pure.

use super::{
    super::{
        content::MeetingContent,
        delegation::{Delegation, Fact, Facts},
        phase::Phase,
    },
    Countries, labels,
};
use crate::paper::{Block, Cell, Column, Words, fact, facts as about, table};

pub fn blocks(content: &MeetingContent, phase: Phase, facts: &Facts, known: Countries<'_>) -> Vec<Block> {
    let days = content.sessions.first().map(|session| session.starts_at.date().to_string());
    let mut blocks = vec![Block::heading(1, &content.title)];
    blocks.extend(about(vec![
        fact("Lugar", "Place", Some(&content.place)),
        fact("Desde el", "From", days),
        fact("Hasta el", "Until", content.ends_on().map(|day| day.to_string())),
        fact("Anfitrión", "Host", Some(known(&content.host))),
        fact("Fase", "Phase", Some(labels::phase(phase))),
    ]));
    blocks.push(Block::heading(2, Words::both("Delegaciones", "Delegations")));
    let rows = content.delegations.iter().map(|one| row(one, facts, known));
    let columns = vec![
        Column::new(Words::both("Delegación", "Delegation"), 6),
        Column::new(Words::both("Invitada", "Invited"), 4),
        Column::new(Words::both("Asiste", "Attends"), 3),
        Column::new(Words::both("Adopta", "Adopts"), 3),
        Column::new(Words::both("Reserva", "Reserves"), 3),
    ];
    blocks.extend(table(columns, rows.collect()));
    blocks
}

fn row(one: &Delegation, facts: &Facts, known: Countries<'_>) -> Vec<Cell> {
    let invited = match one.observing {
        true => Words::both("como observadora", "to observe"),
        false => Words::both("plena", "in full"),
    };
    let noted = |fact| {
        let on = facts.noted(&one.country, fact).map(|row| row.at.0.format("%Y-%m-%d").to_string());
        match facts.hold(&one.country, fact) {
            true => Cell::several(Words::both("sí", "yes"), vec![on.map(Words::from)]),
            false => Cell::none(),
        }
    };
    let name = Cell::several(known(&one.country), vec![Some(one.country.as_str().into())]);
    vec![name, invited.into(), noted(Fact::Attending), noted(Fact::Adopting), noted(Fact::Reserving)]
}
