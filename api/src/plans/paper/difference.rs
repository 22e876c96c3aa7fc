//! What differs between two revisions, section by section. Pure.

use serde_json::Value;

use super::super::{
    revisions::PlanChange,
    terms::{Part, Term},
    words::QUOTED,
};
use crate::{
    paper::{Block, Cell, Column, Words, fact, facts, table},
    records::{RevisionRow, state},
    text::Text,
};

pub fn blocks(name: &Text, (from, to): (&RevisionRow, &RevisionRow), changes: &[PlanChange]) -> Vec<Block> {
    let mut blocks = vec![Block::heading(1, name)];
    let (earlier, later) = (from.number, to.number);
    blocks.push(Block::heading(
        2,
        Words::both(
            format!("Diferencias de la revisión {earlier} a la {later}"),
            format!("What differs from revision {earlier} to {later}"),
        ),
    ));
    let saved = |revision: &RevisionRow| revision.at.0.format("%Y-%m-%d %H:%M UTC").to_string();
    let cell = |revision: &RevisionRow| Cell::several(saved(revision), vec![Some(state(revision.state))]);
    blocks.extend(facts(vec![
        fact("La anterior, guardada", "The earlier, saved", Some(cell(from))),
        fact("La posterior, guardada", "The later, saved", Some(cell(to))),
        fact("Nota de la posterior", "Note on the later", to.note.as_deref()),
        fact("Diferencias", "Differences", Some(Words::count(changes.len() as i64))),
    ]));
    if changes.is_empty() {
        blocks.push(Block::paragraph(Words::both("Dicen lo mismo.", "They say the same.")));
    }
    for part in parts_of(changes) {
        blocks.push(Block::heading(2, part.label()));
        let of_part = changes.iter().filter(|change| change.part == part);
        let rows = of_part.enumerate().map(|(at, change)| {
            let at_length = [
                written(change.before.as_ref().map(|json| &json.0))
                    .map(|text| text.labelled("Antes", "Before")),
                written(change.after.as_ref().map(|json| &json.0)).map(|text| text.labelled("Ahora", "Now")),
            ];
            let said = Words::from(&change.words).with_whole_numbers();
            vec![Words::count(at as i64 + 1).into(), Cell::several(said, at_length.into())]
        });
        let columns = vec![
            Column::number(Words::both("Núm.", "No."), 1),
            Column::new(Words::both("Diferencia", "Difference"), 16),
        ];
        blocks.extend(table(columns, rows.collect()));
    }
    blocks
}

fn parts_of(changes: &[PlanChange]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for change in changes {
        if !parts.contains(&change.part) {
            parts.push(change.part);
        }
    }
    parts
}

/// A text that the sentence quotes from its beginning only, in full.
fn written(value: Option<&Value>) -> Option<Words> {
    let long = |text: &str| text.chars().count() > QUOTED || text.contains('\n');
    match value? {
        Value::String(text) if long(text) => Some(text.as_str().into()),
        Value::Object(fields) => {
            let es = fields.get("es")?.as_str()?;
            let en = fields.get("en").and_then(Value::as_str);
            (long(es) || en.is_some_and(long))
                .then(|| Words::Each { es: es.into(), en: en.map(str::to_owned) })
        }
        _ => None,
    }
}
