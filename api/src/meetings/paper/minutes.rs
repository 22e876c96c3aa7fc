//! The minutes of a meeting: by item, what was said and what was decided; who approved and who is awaited. Pure.

use std::collections::HashMap;

use super::{
    super::{agenda::Outline, content::MeetingContent, minutes::Said},
    Countries,
};
use crate::paper::{Block, Cell, Column, Words, fact, facts, table};

/// Who approved: the country, when, and whether the host noted it.
pub struct Approved {
    pub country: String,
    pub at: String,
    pub by_host: bool,
}

pub fn blocks(
    content: &MeetingContent,
    said: &Said,
    version: i32,
    approved: &[Approved],
    awaited: &[String],
    known: Countries<'_>,
) -> Vec<Block> {
    let mut blocks = vec![Block::heading(1, &content.title)];
    let number = [content.series.as_deref(), content.number.as_deref()];
    let series: Vec<Words> = number.into_iter().flatten().map(Words::from).collect();
    let day = content.sessions.first().map(|session| session.starts_at.date().to_string());
    blocks.extend(facts(vec![
        fact("Serie", "Series", (!series.is_empty()).then(|| Words::joined(&series, " "))),
        fact("Lugar", "Place", Some(&content.place)),
        fact("Desde el", "From", day),
        fact("Hasta el", "Until", content.ends_on().map(|day| day.to_string())),
        fact("Anfitrión", "Host", Some(known(&content.host))),
        fact("Versión", "Version", Some(Words::count(version))),
        fact("Corrección", "Correction", said.correction.as_ref()),
    ]));
    let numbers = Outline::of(&content.items).numbers;
    let called: HashMap<&str, Words> = content
        .items
        .iter()
        .zip(numbers)
        .map(|(item, number)| {
            let title = Words::from(&item.title);
            let number = number.map(|number| Words::from(format!("{number}.")));
            let both: Vec<Words> = number.into_iter().chain([title]).collect();
            (item.key.as_str(), Words::joined(&both, " "))
        })
        .collect();
    for entry in &said.items {
        // An item that is no longer on the agenda goes by its key.
        let name = called.get(entry.item.as_str()).cloned();
        blocks.push(Block::heading(2, name.unwrap_or_else(|| entry.item.as_str().into())));
        blocks.push(Block::paragraph(&entry.summary));
        let decisions = entry.decisions.iter().enumerate();
        let rows = decisions.map(|(at, decision)| {
            let number = Words::count((at + 1).try_into().unwrap_or(i64::MAX));
            vec![number.into(), Cell::from(decision)]
        });
        let columns = vec![
            Column::number(Words::both("Núm.", "No."), 1),
            Column::new(Words::both("Decisión", "Decision"), 12),
        ];
        blocks.extend(table(columns, rows.collect()));
    }
    blocks.push(Block::heading(2, Words::both("Aprobación", "Approval")));
    let rows = approved.iter().map(|one| {
        let by_host = one.by_host.then(|| Words::both("la anotó el anfitrión", "noted by the host"));
        vec![known(&one.country).into(), Cell::several(one.at.as_str(), vec![by_host])]
    });
    let awaited = awaited.iter().map(|country| {
        let awaited = Words::both("pendiente", "awaited");
        vec![known(country).into(), awaited.into()]
    });
    let columns = vec![
        Column::new(Words::both("Delegación", "Delegation"), 6),
        Column::new(Words::both("Aprobada", "Approved"), 6),
    ];
    blocks.extend(table(columns, rows.chain(awaited).collect()));
    blocks
}
