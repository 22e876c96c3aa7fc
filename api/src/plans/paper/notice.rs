//! The notice of a plan put into force, or of an exercise of that: what holds, what was declared step by step, and the
//! actions with their clock. Pure.

use super::{
    super::{
        PlanContent,
        force::{
            course::DueAction,
            reading::{Told, ToldStep},
            states::{Due, Step},
        },
        terms::Term,
    },
    Known,
};
use crate::{
    clock::Moment,
    paper::{Block, Cell, Column, Words, fact, facts, table},
};

pub fn blocks(content: &PlanContent, told: &Told, known: Known<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::heading(1, &content.name)];
    let sort = match told.row.exercise {
        true => Words::both(
            "Simulacro: nada de lo que sigue está en vigor",
            "Exercise: nothing of what follows is in force",
        ),
        false => Words::both("Aviso de activación", "Notice of activation"),
    };
    blocks.push(Block::heading(2, sort));
    let holding = told.holding.as_ref();
    blocks.extend(facts(vec![
        fact("Al", "As of", Some(on(told.at))),
        fact("Situación", "Standing", Some(standing(told))),
        fact("Nivel de alerta", "Level of alert", holding.map(|step| Words::from(step.row.level().label()))),
        fact("Fase", "Phase", holding.and_then(|step| step.phase.as_ref()).map(|phase| &phase.name)),
        fact("Desde", "From", holding.map(|step| on(step.row.starts_at))),
        fact("Declara", "Declared by", holding.map(|step| known(&step.row.institution_id.global()))),
    ]));
    blocks.push(Block::heading(2, Words::both("Lo declarado", "What was declared")));
    let rows = told.steps.iter().map(|step| declared(step, known));
    let columns = vec![
        Column::new(Words::both("Desde", "From"), 3),
        Column::new(Words::both("Paso", "Step"), 3),
        Column::new(Words::both("Nivel", "Level"), 2),
        Column::new(Words::both("Motivo", "Reason"), 8),
    ];
    blocks.extend(table(columns, rows.collect()));
    let rows: Vec<_> = told.actions.iter().map(|due| action(due, known)).collect();
    if !rows.is_empty() {
        blocks.push(Block::heading(2, Words::both("Acciones", "Actions")));
    }
    let columns = vec![
        Column::new(Words::both("Acción", "Action"), 2),
        Column::new(Words::both("A más tardar", "Due"), 3),
        Column::new(Words::both("Qué se hace", "What is done"), 6),
        Column::new(Words::both("Responsable", "Responsible"), 4),
        Column::new(Words::both("Estado", "State"), 2),
    ];
    blocks.extend(table(columns, rows));
    blocks
}

fn on(Moment(at): Moment) -> Words {
    at.format("%Y-%m-%d %H:%M UTC").to_string().into()
}

fn standing(told: &Told) -> Words {
    let ended = told.holding.as_ref().is_some_and(|step| step.row.step == Step::StandDown);
    match (told.in_force, told.row.exercise) {
        (true, false) => Words::both("en vigor", "in force"),
        (true, true) => Words::both("en simulacro", "in exercise"),
        (false, _) if ended => Words::both("desactivado", "stood down"),
        (false, _) => Words::both("declarado, aún no comienza", "declared, and not begun yet"),
    }
}

fn step_name(step: Step) -> Words {
    match step {
        Step::Activate => Words::both("activación", "activated"),
        Step::Escalate => Words::both("escalamiento", "escalated"),
        Step::DeEscalate => Words::both("desescalamiento", "de-escalated"),
        Step::OpenPhase => Words::both("cambio de fase", "phase opened"),
        Step::TakeRevision => Words::both("cambio de revisión", "revision taken up"),
        Step::StandDown => Words::both("desactivación", "stood down"),
    }
}

fn declared(step: &ToldStep, known: Known<'_>) -> Vec<Cell> {
    let phase = step.phase.as_ref().map(|phase| Words::from(&phase.name).labelled("Fase", "Phase"));
    let trigger = step.trigger.as_ref().map(|trigger| {
        let observed = step.row.observed.as_deref().map(Words::from);
        let name = Words::from(&trigger.name).labelled("Detonador", "Trigger");
        match observed {
            Some(observed) => Words::joined(&[name, observed.labelled("observado", "observed")], "; "),
            None => name,
        }
    });
    let by = known(&step.row.institution_id.global()).labelled("Declara", "Declared by");
    let hash = step.hash.as_deref().map(|hash| {
        let short: String = hash.chars().take(12).collect();
        Words::from(format!("SHA-256 {short}…")).labelled("Plan", "Plan")
    });
    let reason = step.reason.as_ref().map_or_else(Words::none, Words::from);
    vec![
        Cell::several(on(step.row.starts_at), vec![Some(on(step.row.at).labelled("Declarado", "Declared"))]),
        step_name(step.row.step).into(),
        Words::from(step.row.level().label()).into(),
        Cell::several(reason, vec![phase, trigger, Some(by), hash]),
    ]
}

fn action(due: &DueAction, known: Known<'_>) -> Vec<Cell> {
    let action = &due.action;
    let state = match due.state {
        Due::Pending => Words::both("pendiente", "pending"),
        Due::InProgress => Words::both("en curso", "in progress"),
        Due::Done => Words::both("hecha", "done"),
        Due::Overdue => Words::both("vencida", "overdue"),
        Due::Dropped => Words::both("sin efecto", "dropped"),
    };
    let clock = action.start_hours.map(|hours| Words::from(format!("T+{hours}h")));
    let noted = due.noted.as_ref().map(|row| on(row.at));
    vec![
        action.key.as_str().into(),
        Cell::several(due.due.map_or_else(Words::none, on), vec![clock]),
        Cell::several(&action.description, vec![action.point.map(|id| known(&id.global()))]),
        action.responsible.map_or_else(Words::none, |id| known(&id.global())).into(),
        Cell::several(state, vec![noted]),
    ]
}
