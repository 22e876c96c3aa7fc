//! What is derived from sums, against the plainest way there is: fractions, and a calendar counted by hand.

use api::statistics::{
    cube::{ByPeriod, Question, Row},
    measures::{Basis, Cell, Measure, PLACES},
    status::Statuses,
    together,
};
use proptest::prelude::*;

use super::invented::{cube, figures, filters, period};

fn row(codes: &[&str], period: &str, sum: Option<i64>, missing: u64) -> Row {
    Row {
        codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        period: Some(period.to_owned()),
        sum,
        observations: 1 + missing,
        missing,
        statuses: Statuses::default(),
        incomparable: false,
    }
}

fn told(cells: Vec<Cell>) -> Vec<String> {
    let written = |cell| match cell {
        Cell::Value { value, decimals, .. } => api::statistics::figure::write(value, decimals),
        Cell::Suppressed { .. } => "suppressed".into(),
        Cell::Missing { why, .. } => format!("{why:?}"),
    };
    cells.into_iter().map(written).collect()
}

fn of(rows: &[Row], before: &[Row], measure: Measure) -> Vec<String> {
    told(Basis { rows, before, whole: &[], decimals: 0 }.cells(measure))
}

#[test]
fn changes_are_against_the_period_before_and_the_year_before() {
    let rows = [
        row(&[], "2024-01", Some(120), 0),
        row(&[], "2024-02", Some(90), 0),
        row(&[], "2024-04", Some(0), 0),
        row(&[], "2024-05", Some(5), 0),
    ];
    let before = [row(&[], "2023-12", Some(100), 0), row(&[], "2023-01", Some(90), 0)];
    assert_eq!(of(&rows, &before, Measure::Change), ["20", "-30", "NoBase", "5"]);
    assert_eq!(of(&rows, &before, Measure::ChangeRate), ["0.200000", "-0.250000", "NoBase", "ZeroBase"]);
    assert_eq!(of(&rows, &before, Measure::YearChange), ["30", "NoBase", "NoBase", "NoBase"]);
    assert_eq!(of(&rows, &before, Measure::YearChangeRate)[0], "0.333333");
    assert_eq!(of(&rows, &before, Measure::Cumulative), ["120", "210", "NoBase", "NoBase"]);
    assert_eq!(
        of(&rows, &before, Measure::MovingAverage(2)),
        ["110.000000", "105.000000", "NoBase", "2.500000"]
    );
}

#[test]
fn every_kind_of_period_knows_what_came_before_or_that_nothing_did() {
    for (label, previous, year_before) in [
        ("2024-01", "2023-12", "2023-01"),
        ("2024-Q1", "2023-Q4", "2023-Q1"),
        ("2024-S2", "2024-S1", "2023-S2"),
        ("2024", "2023", "2023"),
        ("2024-W01", "2023-W52", "2023-W01"),
        ("2024-03-01", "2024-02-29", "2023-03-01"),
        ("2024-01-01/P347D", "-", "2023-01-01/P346D"),
        ("2024-02", "2024-01", "2023-02"),
        ("2025-02", "2025-01", "2024-02"),
        ("2024-02-28", "2024-02-27", "2023-02-28"),
        ("2024-02-29", "2024-02-28", "-"),
        ("2020-W53", "2020-W52", "-"),
    ] {
        let period = period(label);
        let written = |period: Option<api::statistics::period::Period>| {
            period.map_or("-".into(), |period| period.to_string())
        };
        assert_eq!(written(period.previous()), previous, "{label}");
        assert_eq!(written(period.year_before()), year_before, "{label}");
    }
    let fiscal = [row(&[], "FY2024", Some(6), 0)];
    assert_eq!(of(&fiscal, &[row(&[], "FY2023", Some(4), 0)], Measure::ChangeRate), ["0.500000"]);
    let odd = [row(&[], "2024-01-01/P347D", Some(37_419), 0)];
    let year_before = [row(&[], "2023-01-01/P346D", Some(53_561), 0)];
    assert_eq!(of(&odd, &year_before, Measure::YearChangeRate), ["-0.301376"]);
    assert_eq!(of(&odd, &year_before, Measure::Change), ["NoSuchPeriod"]);
}

#[test]
fn nothing_is_built_on_what_is_missing_incomplete_or_not_comparable() {
    let mut marked = row(&[], "2024-03", Some(7), 0);
    marked.incomparable = true;
    let rows = [
        row(&[], "2024-01", None, 1),
        row(&[], "2024-02", Some(3), 1),
        marked,
        row(&[], "2024-04", Some(9), 0),
    ];
    assert_eq!(
        of(&rows, &[], Measure::Change),
        ["NotObserved", "Incomplete", "Incomparable", "Incomparable"]
    );
    assert_eq!(of(&rows, &[], Measure::Sum), ["NotObserved", "3", "7", "9"]);
    let mut withheld = row(&[], "2024-01", None, 1);
    withheld.statuses = [api::statistics::status::Status::SUPPRESSED].into_iter().collect();
    assert_eq!(
        of(&[withheld.clone(), row(&[], "2024-02", Some(3), 0)], &[], Measure::Change),
        ["suppressed", "suppressed"]
    );
}

#[test]
fn halves_are_rounded_to_even() {
    let share = |part, whole| {
        let (rows, whole) = ([row(&[], "2024", Some(part), 0)], [row(&[], "2024", Some(whole), 0)]);
        told(Basis { rows: &rows, before: &[], whole: &whole, decimals: 0 }.cells(Measure::Share)).remove(0)
    };
    // One two-millionth is half of the last decimal, three are one and a half.
    assert_eq!(share(1, 2_000_000), "0.000000");
    assert_eq!(share(3, 2_000_000), "0.000002");
    assert_eq!(share(5, 2_000_000), "0.000002");
    assert_eq!(share(2, 3), "0.666667");
    assert_eq!(share(0, 0), "ZeroBase");
}

/// The ratio by trying: the even neighbour where two are equally near.
fn naive_ratio(part: i128, whole: i128) -> i128 {
    let scaled = part * 10_i128.pow(PLACES.into());
    let near = scaled / whole;
    let off = |guess: i128| (scaled - guess * whole).abs();
    let best = (near - 1..=near + 1).map(off).min().unwrap();
    let mut guesses: Vec<i128> = (near - 1..=near + 1).filter(|guess| off(*guess) == best).collect();
    guesses.sort_by_key(|guess| guess % 2 != 0);
    guesses[0]
}

/// Months counted from the year 0.
fn month(label: &str) -> i64 {
    let (year, month) = label.split_once('-').unwrap();
    year.parse::<i64>().unwrap() * 12 + month.parse::<i64>().unwrap() - 1
}

fn whole(row: Option<&&Row>) -> Option<i128> {
    row.filter(|row| row.missing == 0 && !row.incomparable).and_then(|row| row.sum).map(i128::from)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_measure_is_what_a_plain_computation_gives(figures in figures(), filters in filters(), width in 2..5_u32) {
        let cube = cube(&figures);
        let present = |name: &String, codes: &Vec<String>| {
            let at = cube.layout().position(name).unwrap();
            codes.iter().filter(|code| cube.codes(at).contains(code)).cloned().collect::<Vec<_>>()
        };
        let where_: Vec<_> = filters.iter().map(|(name, codes)| (name.clone(), present(name, codes)))
            .filter(|(_, codes)| !codes.is_empty()).collect();
        let question = Question {
            where_, group_by: vec!["SEX".into()], by_period: Some(ByPeriod::Month), allow_incomparable: true, ..Question::default()
        };
        let mut rows = cube.ask(&question).unwrap().rows;
        // What fits no month is told as an odd period, of which nothing is measured here.
        rows.retain(|row| row.period.as_deref().is_some_and(|label| label.len() == 7 && !label.contains('W') && !label.contains('Q') && !label.contains('S')));
        let whole_rows = cube.ask(&Question { group_by: Vec::new(), ..question }).unwrap().rows;
        let basis = Basis { rows: &rows, before: &[], whole: &whole_rows, decimals: 0 };
        let find = |codes: &[String], at: i64| rows.iter().find(|row| row.codes == codes && month(row.period.as_deref().unwrap()) == at);
        for measure in [Measure::Share, Measure::Change, Measure::ChangeRate, Measure::YearChange, Measure::YearChangeRate,
                        Measure::MovingAverage(width), Measure::Cumulative] {
            for (row, cell) in rows.iter().zip(basis.cells(measure)) {
                let at = month(row.period.as_deref().unwrap());
                let back = |months: i64| whole(find(&row.codes, at - months).as_ref());
                let now = whole(Some(&row));
                let expected: Option<i128> = match measure {
                    Measure::Share => {
                        let all = whole(whole_rows.iter().find(|all| all.period == row.period).as_ref());
                        now.zip(all).filter(|(_, all)| *all != 0).map(|(now, all)| naive_ratio(now, all))
                    }
                    Measure::Change => now.zip(back(1)).map(|(now, then)| now - then),
                    Measure::YearChange => now.zip(back(12)).map(|(now, then)| now - then),
                    Measure::ChangeRate => now.zip(back(1)).filter(|(_, then)| *then != 0).map(|(now, then)| naive_ratio(now - then, then)),
                    Measure::YearChangeRate => now.zip(back(12)).filter(|(_, then)| *then != 0).map(|(now, then)| naive_ratio(now - then, then)),
                    Measure::MovingAverage(width) => {
                        let all: Option<Vec<i128>> = (0..i64::from(width)).map(back).collect();
                        all.map(|all| naive_ratio(all.iter().sum(), width.into()))
                    }
                    Measure::Cumulative => {
                        let all: Option<Vec<i128>> = (0..=at % 12).map(back).collect();
                        all.map(|all| all.iter().sum())
                    }
                    Measure::Sum => unreachable!(),
                };
                match (cell, expected) {
                    (Cell::Value { value, .. }, Some(expected)) => prop_assert_eq!(i128::from(value), expected, "{:?} of {:?}", measure, row),
                    (Cell::Value { .. }, None) => prop_assert!(false, "{:?} of {:?} out of nothing", measure, row),
                    (cell, expected) => prop_assert!(expected.is_none(), "{:?} of {:?} is {:?}, not {:?}", measure, row, cell, expected),
                }
            }
        }
    }

    #[test]
    fn parts_of_figures_in_several_datasets_add_up_to_the_whole(figures in figures(), cut in 0..60_usize) {
        let question = Question { group_by: vec!["SEX".into()], by_period: Some(ByPeriod::Exact), allow_incomparable: true, ..Question::default() };
        let rows = |figures: &[super::invented::Figure]| cube(figures).ask(&question).unwrap().rows;
        let cut = cut.min(figures.len());
        let (one, other) = (rows(&figures[..cut]), rows(&figures[cut..]));
        let (added, decimals) = together::add(&[(&one, 0), (&other, 0)], false).unwrap();
        let whole = rows(&figures);
        prop_assert_eq!(decimals, 0);
        let sums = |rows: &[Row]| rows.iter().map(|row| (row.codes.clone(), row.period.clone(), row.sum, row.observations, row.statuses)).collect::<Vec<_>>();
        let mut expected = sums(&whole);
        expected.sort_by(|a, b| (&a.0, together::when(&a.1)).cmp(&(&b.0, together::when(&b.1))));
        prop_assert_eq!(sums(&added), expected);
        // What a dataset tells of a group in other periods only is missing here, and never zero.
        prop_assert!(added.iter().zip(&whole).all(|(a, _)| a.missing >= whole.iter().find(|w| w.codes == a.codes && w.period == a.period).unwrap().missing));
    }
}
