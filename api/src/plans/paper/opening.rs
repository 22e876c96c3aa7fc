//! What a plan is: names, institutions, law, validity, whom it is for, what it says at length. Pure.

use super::{
    super::{PlanContent, terms::Term},
    Known,
};
use crate::paper::{Block, Cell, Column, Words, fact, facts, table};

pub fn identity(content: &PlanContent, known: Known<'_>) -> Vec<Option<(Words, Cell)>> {
    vec![
        fact("Nombre corto", "Short name", content.short_name.as_ref()),
        fact("Siglas", "Acronym", content.acronym.as_deref()),
        fact("Institución rectora", "Lead institution", Some(known(&content.lead.global()))),
    ]
}

pub fn institutions(content: &PlanContent, known: Known<'_>) -> Vec<Block> {
    let mut rows: Vec<Vec<Cell>> = content
        .participation
        .iter()
        .map(|one| vec![known(&one.institution.global()).into(), Words::from(one.role.label()).into()])
        .collect();
    let of_a_role = |id| content.participation.iter().any(|one| one.institution == id);
    let others = content.participants.iter().filter(|id| !of_a_role(**id));
    rows.extend(
        others.map(|id| vec![known(&id.global()).into(), Words::both("participa", "takes part").into()]),
    );
    let columns = vec![
        Column::new(Words::both("Institución", "Institution"), 3),
        Column::new(Words::both("Función", "Role"), 1),
    ];
    let body = content.coordination_body.as_ref();
    let body = facts(vec![fact("Instancia de coordinación", "Coordination body", body)]);
    body.into_iter().chain(table(columns, rows)).collect()
}

pub fn legal_basis(content: &PlanContent) -> Vec<Block> {
    let rows = content.legal_instruments.iter().map(|instrument| {
        let articles = instrument.articles.as_deref().map(Words::from);
        let articles = articles.map(|articles| articles.labelled("Artículos", "Articles"));
        let day = instrument.day.map_or_else(Words::none, |day| day.0.to_string().into());
        vec![
            Cell::several(&instrument.citation, vec![articles]),
            Words::from(instrument.kind.label()).into(),
            day.into(),
        ]
    });
    let columns = vec![
        Column::new(Words::both("Instrumento", "Instrument"), 4),
        Column::new(Words::both("Tipo", "Kind"), 2),
        Column::new(Words::both("Fecha", "Date"), 1),
    ];
    let words = content.legal_basis.as_ref().map(Block::paragraph);
    words.into_iter().chain(table(columns, rows.collect())).collect()
}

pub fn validity(content: &PlanContent) -> Vec<Block> {
    let day = |day: crate::day::Day| day.0.to_string();
    let known = vec![
        fact("Inicio de vigencia", "Valid from", content.valid_from.map(day)),
        fact("Fin de vigencia", "Valid until", content.valid_until.map(day)),
        fact("Prórroga", "Extension", content.extension.as_ref()),
    ];
    facts(known).into_iter().collect()
}

pub fn target_groups(content: &PlanContent) -> Vec<Block> {
    let plain = |words: Words| match words {
        Words::Each { es, en } => Words::Each { es, en: en.map(|en| en.trim_end_matches('.').to_owned()) },
        same => same,
    };
    let groups: Vec<Words> = content.target_groups.iter().map(|group| plain(group.label().into())).collect();
    vec![Block::paragraph(Words::joined(&groups, "; ").capital())]
}

pub fn narrative(content: &PlanContent) -> Vec<Block> {
    let sections = content.sections.iter();
    sections
        .flat_map(|section| [Block::heading(3, &section.heading), Block::paragraph(&section.body)])
        .collect()
}
