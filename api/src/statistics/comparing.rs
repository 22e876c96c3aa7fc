//! What a new vintage changes of the one before.

use std::{cmp::Reverse, collections::BinaryHeap};

use serde::{Deserialize, Serialize};

use super::{period::Period, side_by_side::side_by_side, status::Status, vintage::Figure};
use crate::error::Result;

/// So many of the changes are told one by one.
pub const MOST_CHANGES: usize = 20;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Figures that were not there before.
    pub added: u64,
    /// Figures that are not there any more.
    pub removed: u64,
    /// Figures with another value or another status.
    pub revised: u64,
    pub unchanged: u64,
    /// The revised ones that changed most, the largest change first.
    pub largest: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Change {
    /// In the order of the dimensions.
    pub codes: Vec<String>,
    pub period: Period,
    pub before: Told,
    pub after: Told,
}

/// What a figure says: its value, if there is one, and its status.
pub type Told = (Option<i64>, Status);

/// Of two vintages with the same dimensions.
pub fn difference(
    before: impl Iterator<Item = Result<Figure>>,
    after: impl Iterator<Item = Result<Figure>>,
) -> Result<Difference> {
    let mut difference = Difference::default();
    let mut largest = BinaryHeap::new();
    for both in side_by_side(before, after) {
        match both? {
            (None, _) => difference.added += 1,
            (_, None) => difference.removed += 1,
            (Some(old), Some(new)) if (old.value, old.status) == (new.value, new.status) => {
                difference.unchanged += 1;
            }
            (Some(old), Some(new)) => {
                difference.revised += 1;
                let value = |value: Option<i64>| i128::from(value.unwrap_or_default());
                let size = (value(new.value) - value(old.value)).unsigned_abs();
                if largest.len() == MOST_CHANGES
                    && largest
                        .peek()
                        .is_some_and(|Reverse((least, _)): &Reverse<(u128, Reverse<Change>)>| size <= *least)
                {
                    continue;
                }
                let codes = new.series.iter().map(|code| code.to_string()).collect();
                let (before, after) = ((old.value, old.status), (new.value, new.status));
                largest.push(Reverse((size, Reverse(Change { codes, period: new.period, before, after }))));
                if largest.len() > MOST_CHANGES {
                    largest.pop();
                }
            }
        }
    }
    let sorted = largest.into_sorted_vec();
    difference.largest = sorted.into_iter().map(|Reverse((_, Reverse(change)))| change).collect();
    Ok(difference)
}
