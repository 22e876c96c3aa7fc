//! The rule by which totals are told, by itself: however the hours are asked for, what changes
//! between two totals is about three points at least.

use std::collections::{BTreeMap, HashSet};

use api::plans::capacity::withholding::{DAYS, FEWEST, by_group, mark};
use proptest::{collection::vec, prelude::*};

/// A report: in which hour, of which point. Points 0 to 3 are of one group, 4 to 7 of another.
type Made = (u32, u8);

fn group(point: u8) -> u8 {
    point / 4
}

/// The mark that holds at a full hour, counted from the first day's beginning.
fn marked(made: &[Made], hour: u32) -> Option<u32> {
    let mut until = hour;
    for _ in 0..DAYS {
        let first = until.checked_sub(1)? / 24 * 24;
        let before: HashSet<u8> =
            made.iter().filter(|(at, _)| *at <= first).map(|(_, point)| group(*point)).collect();
        let mut hours: BTreeMap<u32, Vec<(u8, u8)>> = BTreeMap::new();
        for (at, point) in made.iter().filter(|(at, _)| *at > first && *at <= until) {
            hours.entry(at - first).or_default().push((group(*point), *point));
        }
        if let Some(hour) = mark(&before, &hours) {
            return Some(first + hour);
        }
        until = first;
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn between_two_totals_that_differ_three_of_each_group_have_reported(
        made in vec((1..100u32, 0..8u8), 0..120)
    ) {
        let marks: Vec<u32> = (1..=110).filter_map(|hour| marked(&made, hour)).collect();
        for mark in &marks {
            let alive: HashSet<u8> =
                made.iter().filter(|(at, _)| at <= mark).map(|(_, point)| group(*point)).collect();
            let before = marks.iter().filter(|other| *other < mark).max().copied().unwrap_or(0);
            for alive in alive {
                let points: HashSet<u8> = made
                    .iter()
                    .filter(|(at, point)| *at > before && at <= mark && group(*point) == alive)
                    .map(|(_, point)| *point)
                    .collect();
                prop_assert!(points.len() >= FEWEST, "between {before} and {mark} of {alive}: {points:?}");
            }
        }
        // And a total never goes back.
        prop_assert!(marks.is_sorted());
    }
}

#[test]
fn a_total_is_broken_down_where_each_part_has_three_that_are_withheld() {
    assert!(by_group(["air", "air", "air", "land", "land", "land"].into_iter()));
    assert!(!by_group(["air", "air", "air", "land", "land"].into_iter()));
    assert!(by_group(std::iter::empty::<u8>()));
}
