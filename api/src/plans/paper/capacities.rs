//! Where a plan is carried out and what is given there: points, services, transport. Pure.

use super::{
    super::{PlanContent, Point, terms::Term},
    Known,
    running::phase,
};
use crate::{
    directory::reception_point::ReturnMode,
    paper::{Block, Cell, Column, Words, table},
};

fn count(number: Option<i32>) -> Cell {
    number.map_or_else(Words::none, Words::count).into()
}

fn mode(mode: ReturnMode) -> Words {
    match mode {
        ReturnMode::Air => Words::both("por aire", "by air"),
        ReturnMode::Land => Words::both("por tierra", "by land"),
        ReturnMode::Sea => Words::both("por mar", "by sea"),
        ReturnMode::Other => Words::both("por varias vías", "by several ways"),
    }
}

pub fn points(content: &PlanContent, known: Known<'_>) -> Vec<Block> {
    let rows = content.reception_points.iter().map(|point| {
        vec![
            Cell::several(known(&point.point.global()), about(point, known)),
            count(point.capacity),
            count(point.surge_capacity),
            count(point.overnight_places),
            count(point.people_per_day),
        ]
    });
    let columns = vec![
        Column::new(Words::both("Punto", "Point"), 7),
        Column::number(Words::both("Nominal", "Nominal"), 2),
        Column::number(Words::both("De emer\u{ad}gencia", "Surge"), 2),
        Column::number(Words::both("Noche", "Night"), 2),
        Column::number(Words::both("Al día", "A day"), 2),
    ];
    table(columns, rows.collect()).into_iter().collect()
}

fn about(point: &Point, known: Known<'_>) -> Vec<Option<Words>> {
    let kind: Vec<Words> =
        [point.kind.map(|kind| kind.label().into()), point.mode.map(mode)].into_iter().flatten().collect();
    let areas: Vec<Words> = point.areas.iter().map(|area| area.label().into()).collect();
    let days = [
        point.opened.map(|day| Words::from(day.0.to_string()).labelled("Apertura", "Opened")),
        point.closed.map(|day| Words::from(day.0.to_string()).labelled("Cierre", "Closed")),
        point.moved_to.map(|id| known(&id.global()).labelled("Trasladado a", "Moved to")),
    ];
    let days: Vec<Words> = days.into_iter().flatten().collect();
    let place = match (point.latitude, point.longitude) {
        (Some(north), Some(east)) => {
            Some(Words::from(format!("{:.5}, {:.5}", north.degrees(), east.degrees())))
        }
        _ => None,
    };
    let said = |words: Vec<Words>, between| (!words.is_empty()).then(|| Words::joined(&words, between));
    vec![
        said(kind, ", "),
        point.place.as_ref().map(Words::from),
        place,
        point.operator.map(|id| known(&id.global()).labelled("Opera", "Run by")),
        point.hours.as_ref().map(|hours| Words::from(hours).labelled("Horario", "Hours")),
        said(areas, ", "),
        said(days, "; "),
        point.note.as_ref().map(Words::from),
    ]
}

pub fn services(content: &PlanContent, known: Known<'_>) -> Vec<Block> {
    let rows = content.services.iter().map(|service| {
        let entitled = service.eligibility.as_ref();
        let entitled = entitled.map(|text| Words::from(text).labelled("Requisitos", "Eligibility"));
        let points: Vec<Words> = service.points.iter().map(|id| known(&id.global())).collect();
        let places = (!points.is_empty()).then(|| Words::joined(&points, "; "));
        let phase = service.phase.as_deref().map(|key| phase(content, key));
        let (first, more) = match (phase, places) {
            (Some(phase), places) => (phase, places),
            (None, places) => (places.unwrap_or_else(Words::none), None),
        };
        let cost = service.unit_cost.as_ref();
        vec![
            Cell::several(
                Words::from(service.kind.label()).capital(),
                vec![service.description.as_ref().map(Words::from), entitled],
            ),
            service.provider.map_or_else(Words::none, |id| known(&id.global())).into(),
            Cell::several(first, vec![more]),
            cost.map_or_else(Words::none, |cost| Words::money(&cost.amount, &cost.currency)).into(),
        ]
    });
    let columns = vec![
        Column::new(Words::both("Servicio", "Service"), 6),
        Column::new(Words::both("Prestador", "Provider"), 4),
        Column::new(Words::both("Fase y lugar", "Phase and place"), 4),
        Column::number(Words::both("Costo unitario", "Unit cost"), 3),
    ];
    table(columns, rows.collect()).into_iter().collect()
}

pub fn transport(content: &PlanContent, known: Known<'_>) -> Vec<Block> {
    let rows = content.transport.iter().map(|transport| {
        let from = transport.from.map(|id| known(&id.global()).labelled("Sale de", "Leaves from"));
        let to = (!transport.destinations.is_empty()).then(|| transport.destinations.join(", "));
        let to = to.map(|to| Words::from(to).labelled("Destinos", "Destinations"));
        vec![
            Cell::several(
                Words::from(transport.mode.label()).capital(),
                vec![transport.description.as_ref().map(Words::from), from, to],
            ),
            transport.operator.map_or_else(Words::none, |id| known(&id.global())).into(),
            transport.frequency.as_ref().map_or_else(Words::none, Words::from).into(),
            count(transport.vehicles),
            count(transport.seats),
        ]
    });
    let columns = vec![
        Column::new(Words::both("Transporte", "Transport"), 6),
        Column::new(Words::both("Operador", "Operator"), 4),
        Column::new(Words::both("Frecuencia", "Frequency"), 3),
        Column::number(Words::both("Vehículos", "Vehicles"), 2),
        Column::number(Words::both("Asientos", "Seats"), 2),
    ];
    table(columns, rows.collect()).into_iter().collect()
}
