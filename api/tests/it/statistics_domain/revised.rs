//! What two vintages say otherwise, against the plainest way to find it.

use std::collections::BTreeMap;

use api::statistics::{
    cube::{ByPeriod, Cube, Question, revised},
    gathering::Gathering,
    vintage,
};
use proptest::prelude::*;

use super::invented::{Figure, cube, figures, held, layout, opened, period, scratch, settled, status};

/// Codes and period of what had a figure and has another, or none.
fn naively(before: &[Figure], after: &[Figure]) -> Vec<String> {
    let now: BTreeMap<_, _> =
        after.iter().map(|(codes, period, value, _)| ((codes, period), *value)).collect();
    let other = |(codes, period, value, _): &&Figure| {
        value.is_some() && now.get(&(codes, period)).copied().flatten() != *value
    };
    let mut told: Vec<String> = before
        .iter()
        .filter(other)
        .map(|(codes, at, ..)| format!("{} {}", codes.join(" "), period(at)))
        .collect();
    told.sort();
    told
}

fn told(cube: &Cube) -> Vec<String> {
    let place = |line: String| line.rsplitn(3, ' ').last().unwrap().to_owned();
    let mut told: Vec<String> = held(cube).into_iter().map(place).collect();
    told.sort();
    told
}

/// A second vintage: some figures changed, some gone, some new.
fn pair() -> impl Strategy<Value = (Vec<Figure>, Vec<Figure>)> {
    (figures(), figures(), proptest::collection::vec(0..4_u8, 60)).prop_map(|(before, more, fates)| {
        let mut after: BTreeMap<_, _> =
            more.into_iter().map(|figure| ((figure.0, figure.1), figure)).collect();
        for (figure, fate) in before.iter().zip(fates) {
            let place = (figure.0, figure.1);
            let other = (figure.0, figure.1, figure.2.map(|value| value + 1), figure.3);
            match fate {
                0 => after.remove(&place),
                1 => after.insert(place, other),
                _ => after.insert(place, *figure),
            };
        }
        (before, after.into_values().collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_revised_is_what_a_comparison_of_every_figure_finds((before, after) in pair()) {
        let expected = naively(&before, &after);
        prop_assert_eq!(told(&revised(&cube(&before), &cube(&after)).unwrap()), expected.clone());
        // Also of vintages that are read from their files.
        let read = |figures: &[Figure]| vintage::open_within(settled(figures, scratch()).file.file().unwrap(), 0, |_| ()).unwrap();
        prop_assert_eq!(told(&revised(&read(&before), &read(&after)).unwrap()), expected);
        prop_assert!(revised(&cube(&after), &cube(&after)).unwrap().is_empty());
    }
}

/// Series of 300 days each, which are cut by the ends of stretches; `value` says what stands where.
fn long(value: impl Fn(usize, usize) -> Option<i64>) -> Cube {
    let mut gathering = Gathering::new(layout(), scratch());
    let first = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    for series in 0..500 {
        let area = format!("MX-{series:03}");
        let codes: Vec<u32> = ["M", "Y0T17", &area, "EVENT"]
            .iter()
            .enumerate()
            .map(|(at, code)| gathering.code(at, code))
            .collect();
        for day in 0..300 {
            let period = (first + chrono::Days::new(day as u64)).to_string().parse().unwrap();
            let letter = if value(series, day).is_some() { 'A' } else { 'O' };
            gathering
                .push(&codes, period, value(series, day), status(letter), (series * 300 + day) as u32)
                .unwrap();
        }
    }
    opened(&gathering.settle(1).unwrap().file)
}

#[test]
fn revisions_are_found_across_the_ends_of_stretches() {
    let (before, after) = (
        long(|series, day| Some((series + day) as i64)),
        long(|series, day| {
            (!(series + day).is_multiple_of(1_000))
                .then_some((series + day) as i64 + i64::from((series, day) == (250, 7)))
        }),
    );
    assert!(before.stretch_count() > 1, "{}", before.stretch_count());
    let told = told(&revised(&before, &after).unwrap());
    let expected = (0..500_usize)
        .flat_map(|series| (0..300_usize).map(move |day| (series, day)))
        .filter(|(series, day)| (series + day).is_multiple_of(1_000) || (*series, *day) == (250, 7))
        .count();
    assert_eq!(told.len(), expected);
}

#[test]
fn narrow_and_wide_numbers_stand_side_by_side_in_one_answer() {
    let wide = 1_i64 << 40;
    let value = move |series: usize, day: usize| match (series, day) {
        (499, 299) => Some(wide),
        (3, 5) => None,
        (series, day) => Some((series * day) as i64),
    };
    let cube = long(value);
    for by_period in [None, Some(ByPeriod::Year), Some(ByPeriod::Month), Some(ByPeriod::Exact)] {
        for group_by in [vec![], vec!["SEX".to_owned()], vec!["REF_AREA".to_owned(), "UNIT".to_owned()]] {
            // 500 areas by 300 days are more rows than an answer has.
            if by_period == Some(ByPeriod::Exact) && group_by.len() == 2 {
                continue;
            }
            let question = Question { by_period, group_by, ..Question::default() };
            for threads in [1, 3] {
                let answer = cube.ask_with(&question, threads).unwrap();
                let sum: i64 = answer.rows.iter().filter_map(|row| row.sum).sum();
                let expected: i64 =
                    (0..500).flat_map(|series| (0..300).filter_map(move |day| value(series, day))).sum();
                assert_eq!((sum, answer.matched), (expected, 150_000));
                assert_eq!(answer.rows.iter().map(|row| row.missing).sum::<u64>(), 1);
            }
        }
    }
}
