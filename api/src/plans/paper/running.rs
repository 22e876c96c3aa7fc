//! What a plan reckons with and how it runs: scenarios, triggers, phases, actions. Pure.

use super::{
    super::{Action, PlanContent, terms::Term},
    Known,
};
use crate::paper::{Block, Cell, Column, Words, fact, facts, table};

pub fn scenarios(content: &PlanContent) -> Vec<Block> {
    let mut blocks = Vec::new();
    for scenario in &content.scenarios {
        blocks.push(Block::heading(3, &scenario.name));
        let shares: Vec<Words> = scenario
            .shares
            .iter()
            .map(|share| {
                let by = Words::from(share.by.label());
                // What the division is called stands before its codes.
                let short = |words: &str| words.split(':').next().unwrap_or_default().to_owned();
                let by =
                    Words::both(short(by.to(crate::text::Lang::Es)), short(by.to(crate::text::Lang::En)));
                Words::joined(&[by, format!("{}: {} %", share.code, share.percent).into()], " ")
            })
            .collect();
        let shares = (!shares.is_empty()).then(|| Words::joined(&shares, "\n"));
        blocks.extend(facts(vec![
            fact("Cifra de planeación", "Planning figure", scenario.planning_figure.map(Words::count)),
            fact("Llegadas al día", "Arrivals a day", scenario.arrivals_per_day.map(Words::count)),
            fact("Llegadas a la semana", "Arrivals a week", scenario.arrivals_per_week.map(Words::count)),
            fact("Duración en días", "Days it lasts", scenario.duration_days.map(Words::count)),
            fact("Probabilidad", "Likelihood", scenario.likelihood.map(|likely| Words::from(likely.label()))),
            fact("Distribución", "Shares", shares),
            fact("Supuestos", "Assumptions", scenario.assumptions.as_ref()),
        ]));
    }
    blocks
}

pub fn triggers(content: &PlanContent, known: Known<'_>) -> Vec<Block> {
    let rows = content.triggers.iter().map(|trigger| {
        let threshold = trigger.threshold.as_deref().map(|threshold| {
            let held = trigger.comparison.map_or_else(Words::none, |comparison| comparison.label().into());
            let days = trigger.window_days.map_or_else(Words::none, |days| {
                Words::both(format!("en {days} días"), format!("within {days} days"))
            });
            let pieces: Vec<Words> =
                [held, threshold.into(), days].into_iter().filter(|piece| *piece != Words::none()).collect();
            Words::joined(&pieces, " ")
        });
        let code = trigger.indicator_code.as_deref().map(|code| Words::from(code).labelled("Código", "Code"));
        let ends = trigger.ends.as_ref().map(|ends| Words::from(ends).labelled("Termina", "Ends"));
        let level = trigger.level.map_or_else(Words::none, |level| level.label().into());
        let opens = trigger.opens.as_deref().map_or_else(Words::none, |key| phase(content, key));
        let by = trigger.declared_by.map(|id| known(&id.global()).labelled("Declara", "Declared by"));
        vec![
            Cell::several(&trigger.name, vec![Some((&trigger.indicator).into()), code, ends]),
            threshold.unwrap_or_else(Words::none).into(),
            level.into(),
            Cell::several(opens, vec![by]),
        ]
    });
    let columns = vec![
        Column::new(Words::both("Detonador", "Trigger"), 4),
        Column::new(Words::both("Umbral", "Threshold"), 2),
        Column::new(Words::both("Alerta", "Alert"), 1),
        Column::new(Words::both("Abre la fase", "Opens the phase"), 3),
    ];
    table(columns, rows.collect()).into_iter().collect()
}

pub fn phases(content: &PlanContent) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (at, item) in content.phases.iter().enumerate() {
        let number = Words::from(format!("{}.", at + 1));
        blocks.push(Block::heading(3, Words::joined(&[number, (&item.name).into()], " ")));
        blocks.extend(item.description.as_ref().map(Block::paragraph));
        let called = |key: &String| {
            let trigger = content.triggers.iter().find(|trigger| trigger.key == *key);
            trigger.map_or_else(|| key.as_str().into(), |trigger| Words::from(&trigger.name))
        };
        let triggers: Vec<Words> = item.triggers.iter().map(called).collect();
        let triggers = (!triggers.is_empty()).then(|| Words::joined(&triggers, "; "));
        blocks.extend(facts(vec![
            fact("Criterios de entrada", "Entry criteria", item.entry.as_ref()),
            fact("Criterios de salida", "Exit criteria", item.exit.as_ref()),
            fact("Duración máxima en días", "Longest duration in days", item.longest_days.map(Words::count)),
            fact("Detonadores", "Triggers", triggers),
        ]));
    }
    blocks
}

/// Phase by phase, in the order of the phases; what belongs to none comes last.
pub fn actions(content: &PlanContent, known: Known<'_>) -> Vec<Block> {
    let keys = content.phases.iter().filter_map(|phase| phase.key.as_deref());
    let mut blocks = Vec::new();
    for key in keys.clone() {
        let actions = content.actions.iter().filter(|action| action.phase.as_deref() == Some(key));
        if let Some(table) = action_table(actions, known) {
            blocks.push(Block::heading(3, phase(content, key)));
            blocks.push(table);
        }
    }
    let of_a_phase = |action: &Action| keys.clone().any(|key| action.phase.as_deref() == Some(key));
    let others = content.actions.iter().filter(|action| !of_a_phase(action));
    if let Some(table) = action_table(others, known) {
        if !blocks.is_empty() {
            blocks.push(Block::heading(3, Words::both("Sin fase", "Of no phase")));
        }
        blocks.push(table);
    }
    blocks
}

fn action_table<'a>(actions: impl Iterator<Item = &'a Action>, known: Known<'_>) -> Option<Block> {
    let rows = actions.map(|action| {
        let start = action.start_hours.map(|hours| Words::from(format!("T+{hours}h")));
        let point = action.point.map(|id| known(&id.global()));
        let resources =
            action.resources.as_ref().map(|text| Words::from(text).labelled("Recursos", "Resources"));
        let supporting: Vec<Words> = action.supporting.iter().map(|id| known(&id.global())).collect();
        let supporting =
            (!supporting.is_empty()).then(|| Words::joined(&supporting, "; ").labelled("Apoya", "Supports"));
        let place = action.place.as_ref().map(Words::from);
        vec![
            Cell::several(action.key.as_str(), vec![start]),
            Cell::several(&action.description, vec![point, place, resources]),
            Cell::several(
                action.responsible.map_or_else(Words::none, |id| known(&id.global())),
                vec![supporting],
            ),
            Cell::several(Words::from(action.status.label()), vec![Some(action.sector.label().into())]),
        ]
    });
    let columns = vec![
        Column::new(Words::both("Acción", "Action"), 2),
        Column::new(Words::both("Qué se hace", "What is done"), 7),
        Column::new(Words::both("Responsable", "Responsible"), 5),
        Column::new(Words::both("Estado, sector", "State, sector"), 3),
    ];
    table(columns, rows.collect())
}

/// What a phase is called.
pub fn phase(content: &PlanContent, key: &str) -> Words {
    let phase = content.phases.iter().find(|phase| phase.key.as_deref() == Some(key));
    phase.map_or_else(|| key.into(), |phase| (&phase.name).into())
}
