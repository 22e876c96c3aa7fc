//! However much comes in, in whatever order, and however little memory there is: the same file.

use std::collections::{BTreeMap, btree_map::Entry};

use api::statistics::{
    gathering::{Gathering, MOST_CODES, Settled, Summary, Twice},
    period::Period,
    status::Status,
};
use proptest::prelude::*;

use super::{
    invented::{Figure, figures, layout, line, lines, period, scratch, settled, status},
    vintages::bytes,
};

/// Some figures, and some of them again, with other values.
fn with_repeats() -> impl Strategy<Value = Vec<Figure>> {
    let repeats = prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(0..9_i64)), 0..20);
    (figures(), repeats)
        .prop_map(|(mut figures, repeats)| {
            for (which, value) in repeats.into_iter().filter(|_| !figures.is_empty()).collect::<Vec<_>>() {
                let (codes, period, ..) = *which.get(&figures);
                figures.push((codes, period, value, if value.is_some() { 'A' } else { 'Q' }));
            }
            figures
        })
        .prop_shuffle()
}

/// The plainest way: everything in one sorted map.
fn naively(figures: &[Figure]) -> (Vec<String>, Summary, Vec<Twice>) {
    let (mut kept, mut twice) = (BTreeMap::new(), Vec::new());
    for (line, (codes, written, value, letter)) in (2..).zip(figures) {
        let period = period(written);
        match kept.entry((codes, period)) {
            Entry::Vacant(free) => _ = free.insert((line, *value, *letter)),
            Entry::Occupied(first) => {
                twice.push(Twice { line, earlier: first.get().0, period, value: *value });
            }
        }
    }
    let observation =
        |((codes, period), (_, value, letter)): (&(&[&'static str; 4], Period), &(u32, _, _))| {
            line(codes.iter().copied(), *period, *value, status(*letter))
        };
    let summary = Summary {
        observations: kept.len() as u64,
        first: kept.keys().map(|(_, period)| *period).min(),
        last: kept.keys().map(|(_, period)| *period).max_by_key(|period| (period.end(), period.start())),
        total: kept.values().filter_map(|(_, value, _)| *value).map(i128::from).sum(),
    };
    (kept.iter().map(observation).collect(), summary, twice)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn neither_order_nor_memory_changes_what_is_gathered(
        (rows, memory, most_told) in (with_repeats(), 0..4_000_usize, 0..12_usize),
    ) {
        let (expected, summary, twice) = naively(&rows);
        let gather = |memory: usize| -> Settled {
            let mut gathering = Gathering::new(layout(), scratch().with_memory(memory));
            for (line, (codes, written, value, letter)) in (2..).zip(&rows) {
                let codes: Vec<u32> = codes.iter().enumerate().map(|(at, code)| gathering.code(at, code)).collect();
                gathering.push(&codes, period(written), *value, status(*letter), line).unwrap();
            }
            gathering.settle(most_told).unwrap()
        };
        let (little, much) = (gather(memory), gather(1 << 20));
        for settled in [&little, &much] {
            prop_assert_eq!(lines(&settled.file), expected.clone());
            prop_assert_eq!(settled.summary, summary);
            prop_assert_eq!(settled.twice.count, twice.len() as u64);
            prop_assert_eq!(&settled.twice.first, &twice[..twice.len().min(most_told)]);
        }
        prop_assert_eq!(bytes(&little.file), bytes(&much.file));
        prop_assert_eq!(little.file.hash(), api::ledger::sha256(&bytes(&much.file)));
    }

    #[test]
    fn a_file_in_another_order_is_the_same_file((figures, shuffled) in figures().prop_flat_map(|f| (Just(f.clone()), Just(f).prop_shuffle()))) {
        let little = settled(&shuffled, scratch().with_memory(300));
        prop_assert_eq!(bytes(&little.file), bytes(&settled(&figures, scratch()).file));
    }
}

#[test]
fn what_is_put_aside_has_no_name_and_goes_with_the_gathering() {
    let folder = tempfile::tempdir().unwrap();
    let empty = || folder.path().read_dir().unwrap().next().is_none();
    let mut gathering =
        Gathering::new(layout(), api::vault::Scratch::in_folder(folder.path()).with_memory(1_000));
    for line in 0..5_000_u32 {
        let area = format!("MX-{line}");
        let codes = ["M", "_T", &area, "EVENT"];
        let codes: Vec<u32> = codes.iter().enumerate().map(|(at, code)| gathering.code(at, code)).collect();
        gathering.push(&codes, period("2024-01"), Some(1), Status::NORMAL, line).unwrap();
        assert!(empty());
    }
    drop(gathering);
    assert!(empty());
}

#[test]
fn more_codes_than_can_be_held_are_refused() {
    let mut gathering = Gathering::new(layout(), scratch());
    let codes: Vec<u32> =
        ["M", "_T", "MX", "EVENT"].iter().enumerate().map(|(at, code)| gathering.code(at, code)).collect();
    for number in 0..MOST_CODES - 4 {
        gathering.code(2, &format!("MX-{number}"));
    }
    gathering.push(&codes, period("2024-01"), Some(1), Status::NORMAL, 2).unwrap();
    gathering.code(2, "GT");
    let refused = gathering.push(&codes, period("2024-02"), Some(1), Status::NORMAL, 3).unwrap_err();
    assert_eq!(refused.code(), "LIMITED");
}
