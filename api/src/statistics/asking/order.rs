//! The order of the rows of an answer.

use std::cmp::Ordering;

use super::{
    inputs::StatisticsOrderInput,
    question::{Asked, Line},
};
use crate::statistics::{
    layout::TIME_PERIOD,
    measures::{Cell, PLACES},
    together::when,
};

/// Stable: what is equal stays in the order of the codes and the periods.
pub fn sort(lines: &mut [Line], order: &[StatisticsOrderInput], columns: &[String], asked: &[Asked]) {
    lines.sort_by(|a, b| {
        order
            .iter()
            .map(|by| compare(a, b, by, columns, asked))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
}

fn compare(a: &Line, b: &Line, by: &StatisticsOrderInput, columns: &[String], asked: &[Asked]) -> Ordering {
    let turned = |order: Ordering| if by.descending { order.reverse() } else { order };
    if let Some(measure) = by.measure {
        let Some(at) = asked.iter().position(|asked| asked.name == measure) else { return Ordering::Equal };
        // What has no value comes last, whichever way the order goes.
        return match (size(&a.cells[at]), size(&b.cells[at])) {
            (Some(a), Some(b)) => turned(a.cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
    }
    let dimension = by.dimension.as_deref().unwrap_or_default();
    if dimension == TIME_PERIOD {
        return turned(when(&a.row.period).cmp(&when(&b.row.period)));
    }
    let at = columns.iter().position(|column| column == dimension);
    turned(at.map_or(Ordering::Equal, |at| a.row.codes[at].cmp(&b.row.codes[at])))
}

/// The value in units of the last decimal that any value has.
fn size(cell: &Cell) -> Option<i128> {
    match cell {
        Cell::Value { value, decimals, .. } => {
            Some(i128::from(*value) * 10_i128.pow(u32::from(PLACES.saturating_sub(*decimals))))
        }
        _ => None,
    }
}
