//! With what a plan is carried out: money, people, the protocol for minors, agreements, contacts. Pure.

use super::{
    super::{BudgetLine, PlanContent, terms::Term, totals},
    Known,
};
use crate::paper::{Block, Cell, Column, Words, fact, facts, table};

pub fn budget(content: &PlanContent) -> Vec<Block> {
    let money = |amount: Option<&str>, currency: &str| {
        Cell::from(amount.map_or_else(Words::none, |amount| Words::money(amount, currency)))
    };
    let mut rows: Vec<Vec<Cell>> = content
        .budget
        .iter()
        .map(|line| {
            let under =
                line.under.as_deref().and_then(|key| content.budget.iter().find(|other| other.key == key));
            let under = under.map(|other| Words::from(&other.name).labelled("Parte de", "Part of"));
            let note = line.source_note.as_ref().map(Words::from);
            let as_of = line.as_of.map(|day| Words::from(day.0.to_string()).labelled("Al", "As of"));
            vec![
                Cell::several(&line.name, vec![note, under, as_of]),
                Words::from(line.source.label()).into(),
                money(Some(&line.amount), &line.currency),
                money(line.committed.as_deref(), &line.currency),
                money(line.executed.as_deref(), &line.currency),
            ]
        })
        .collect();
    let said = |currency: &str, of: fn(&BudgetLine) -> bool| {
        content.budget.iter().any(|line| line.currency == currency && of(line))
    };
    for total in totals(&content.budget) {
        let committed = said(&total.currency, |line| line.committed.is_some());
        let executed = said(&total.currency, |line| line.executed.is_some());
        rows.push(vec![
            Words::both(format!("Total en {}", total.currency), format!("Total in {}", total.currency))
                .into(),
            Cell::none(),
            money(Some(&total.amount), &total.currency),
            money(committed.then_some(total.committed.as_str()), &total.currency),
            money(executed.then_some(total.executed.as_str()), &total.currency),
        ]);
    }
    let columns = vec![
        Column::new(Words::both("Renglón", "Line"), 6),
        Column::new(Words::both("Fuente", "Source"), 3),
        Column::number(Words::both("Monto", "Amount"), 4),
        Column::number(Words::both("Compro\u{ad}metido", "Committed"), 4),
        Column::number(Words::both("Ejercido", "Executed"), 4),
    ];
    table(columns, rows).into_iter().collect()
}

pub fn staff(content: &PlanContent, known: Known<'_>) -> Vec<Block> {
    let rows = content.staff.iter().map(|staff| {
        let shift = staff.shift.as_ref().map(|shift| Words::from(shift).labelled("Turno", "Shift"));
        let point = staff.point.map(|id| known(&id.global()));
        vec![
            Cell::several(&staff.profile, vec![shift, point]),
            staff.institution.map_or_else(Words::none, |id| known(&id.global())).into(),
            Words::count(staff.number).into(),
            staff.trained.map_or_else(Words::none, Words::count).into(),
        ]
    });
    let columns = vec![
        Column::new(Words::both("Perfil", "Profile"), 6),
        Column::new(Words::both("Institución", "Institution"), 5),
        Column::number(Words::both("Número", "Number"), 2),
        Column::number(Words::both("Capacitadas", "Trained"), 2),
    ];
    table(columns, rows.collect()).into_iter().collect()
}

pub fn minors(content: &PlanContent, known: Known<'_>) -> Vec<Block> {
    let Some(protocol) = &content.minors_protocol else { return Vec::new() };
    let authority = protocol.authority.map(|id| known(&id.global()));
    let rows = vec![
        fact("Autoridad notificada", "Authority that is told", authority),
        fact("Horas para notificar", "Hours to tell the authority", protocol.notify_hours.map(Words::count)),
        fact("Recepción", "Reception", protocol.reception.as_ref()),
        fact("Interés superior", "Best interest", protocol.best_interest.as_ref()),
        fact("Búsqueda de la familia", "Family tracing", protocol.family_tracing.as_ref()),
        fact("Entrega", "Handover", protocol.handover.as_ref()),
    ];
    facts(rows).into_iter().collect()
}

pub fn bilateral(content: &PlanContent, known: Known<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for instrument in &content.bilateral_instruments {
        blocks.push(Block::heading(3, &instrument.name));
        let points: Vec<Words> = instrument.points.iter().map(|id| known(&id.global())).collect();
        let points = (!points.is_empty()).then(|| Words::joined(&points, "; "));
        blocks.extend(facts(vec![
            fact("Contraparte", "Counterpart", Some(instrument.counterpart.as_str())),
            fact("Puntos acordados", "Points agreed", points),
            fact("Horario", "Hours", instrument.hours.as_ref()),
            fact("Horas de aviso", "Hours of notice", instrument.notice_hours.map(Words::count)),
            fact(
                "Horas para el manifiesto",
                "Hours for the manifest",
                instrument.manifest_hours.map(Words::count),
            ),
            fact("Máximo por vuelo", "Most a flight", instrument.most_per_flight.map(Words::count)),
            fact("Máximo al día", "Most a day", instrument.most_per_day.map(Words::count)),
            fact("Personas excluidas", "Persons excluded", instrument.excluded.as_ref()),
        ]));
    }
    blocks
}

pub fn contacts(content: &PlanContent, known: Known<'_>) -> Vec<Block> {
    let rows = content.contacts.iter().map(|contact| {
        let backup = contact.backup.as_ref().map(|backup| Words::from(backup).labelled("Suplente", "Backup"));
        let number = |phone: Option<&str>| phone.map(Words::from);
        vec![
            Cell::several(&contact.post, vec![backup]),
            contact.institution.map_or_else(Words::none, |id| known(&id.global())).into(),
            Cell::several(
                number(contact.phone.as_deref()).unwrap_or_else(Words::none),
                vec![number(contact.backup_phone.as_deref())],
            ),
        ]
    });
    let columns = vec![
        Column::new(Words::both("Puesto", "Post"), 5),
        Column::new(Words::both("Institución", "Institution"), 4),
        Column::new(Words::both("Teléfono", "Telephone"), 3),
    ];
    table(columns, rows.collect()).into_iter().collect()
}
