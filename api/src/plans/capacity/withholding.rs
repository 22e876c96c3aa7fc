//! When the total of a country is told to one who is not shown all of its points. Pure.
//!
//! From a total, whoever is shown some of the points computes the sum of the others; and from two
//! totals, of two moments, by how much those changed that reported in between. So that neither tells
//! of one point, or of two:
//!
//! - points are withheld in **groups**: all of the country in one or, where the total is shared by
//!   mode, those of each mode, if none of them has fewer than [`FEWEST`] that are withheld;
//! - a total is one of a **mark**: a full hour at which in each group that had reported at all at
//!   least [`FEWEST`] points reported since the mark before. Between marks it stands still.
//!
//! The count begins anew each day, so that a mark is found from its own day: since the last mark of an
//! earlier day there have then reported only more.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

/// The fewest withheld points that a total, or a change of it, may be about.
pub const FEWEST: usize = 3;
/// How many days back a mark is looked for.
pub const DAYS: i64 = 7;

/// Whether a total may be told by group, by how many withheld points each group has.
pub fn by_group<G: Hash + Eq>(withheld: impl Iterator<Item = G>) -> bool {
    let mut counts: HashMap<G, usize> = HashMap::new();
    for group in withheld {
        *counts.entry(group).or_default() += 1;
    }
    counts.values().all(|count| *count >= FEWEST)
}

/// The last mark of a day: an hour of it, as `reported` numbers them, in which points of groups
/// reported. `before` are the groups that had reported before the day began.
pub fn mark<G: Hash + Eq + Copy, P: Hash + Eq + Copy>(
    before: &HashSet<G>,
    reported: &BTreeMap<u32, Vec<(G, P)>>,
) -> Option<u32> {
    let mut alive = before.clone();
    let mut since: HashMap<G, HashSet<P>> = HashMap::new();
    let mut last = None;
    for (hour, points) in reported {
        for (group, point) in points {
            alive.insert(*group);
            since.entry(*group).or_default().insert(*point);
        }
        let enough = |group: &G| since.get(group).is_some_and(|points| points.len() >= FEWEST);
        if !alive.is_empty() && alive.iter().all(enough) {
            last = Some(*hour);
            since.clear();
        }
    }
    last
}
