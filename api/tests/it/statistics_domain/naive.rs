//! The cube against the plainest way there is to answer the same: every pair of figures compared.

use std::collections::{BTreeMap, BTreeSet};

use api::{
    error::{Error, Reason},
    statistics::{
        code::overlapping,
        cube::{ByPeriod, Periods, Question, Row},
        period::Period,
        status::Statuses,
        vintage,
    },
};
use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;

use super::invented::{
    Figure, cube, figures, filters, held, layout, opened, period, scratch, settled, status,
};

fn questions() -> impl Strategy<Value = Question> {
    let names: Vec<String> = layout().dimensions.into_iter().map(|dimension| dimension.code).collect();
    let group_by = prop::sample::subsequence(names, 0..=4).prop_shuffle();
    use ByPeriod::{Exact, Month, Quarter, UsFiscalYear, Year};
    let by_period = prop::option::of(prop::sample::select(vec![Exact, Month, Quarter, Year, UsFiscalYear]));
    let day = || {
        (0..30_u32, 2023..2025)
            .prop_map(|(at, year)| NaiveDate::from_ymd_opt(year, at % 12 + 1, at / 12 * 10 + 1).unwrap())
    };
    let listed = prop::sample::subsequence(vec!["2024-01", "2024-02", "2024-Q1", "2024", "2022"], 1..4);
    let periods = prop_oneof![
        3 => Just(None),
        1 => (day(), day()).prop_map(|(a, b)| Some(Periods::Within(a.min(b), a.max(b)))),
        1 => listed.prop_map(|list| Some(Periods::Among(list.into_iter().map(period).collect()))),
    ];
    (prop_oneof![Just(Vec::new()), filters()], periods, group_by, by_period, any::<bool>()).prop_map(
        |(where_, periods, group_by, by_period, allow_incomparable)| Question {
            where_,
            periods,
            group_by,
            by_period,
            allow_incomparable,
        },
    )
}

fn at(name: &str) -> usize {
    layout().position(name).unwrap()
}

/// The bucket as written, and whether the period lies in one.
fn bucket(by: Option<ByPeriod>, period: Period) -> (Option<String>, bool) {
    let Some(by) = by else { return (None, true) };
    let name = |day: NaiveDate| match by {
        ByPeriod::Exact => period.to_string(),
        ByPeriod::Month => day.format("%Y-%m").to_string(),
        ByPeriod::Quarter => format!("{}-Q{}", day.year(), day.month0() / 3 + 1),
        ByPeriod::Year => day.year().to_string(),
        ByPeriod::UsFiscalYear => format!("FY{}", day.year() + i32::from(day.month() > 9)),
    };
    let (first, last) = (name(period.start()), name(period.end().pred_opt().unwrap()));
    if first == last { (Some(first), true) } else { (Some(period.to_string()), false) }
}

type Rows = BTreeMap<(Vec<String>, Option<String>), Row>;

/// The rows, and the places where they add what overlaps.
fn naively(figures: &[Figure], question: &Question) -> (Rows, BTreeSet<String>) {
    let wanted = |figure: &&Figure| {
        let codes =
            question.where_.iter().all(|(name, codes)| codes.iter().any(|code| code == figure.0[at(name)]));
        let period = period(figure.1);
        codes
            && match &question.periods {
                None => true,
                Some(Periods::Among(list)) => list.contains(&period),
                Some(Periods::Within(from, to)) => period.start() >= *from && period.end() <= *to,
            }
    };
    let mut groups: BTreeMap<_, Vec<&Figure>> = BTreeMap::new();
    for figure in figures.iter().filter(wanted) {
        let codes: Vec<String> = question.group_by.iter().map(|name| figure.0[at(name)].to_owned()).collect();
        groups.entry((codes, bucket(question.by_period, period(figure.1)).0)).or_default().push(figure);
    }
    let mut wrong = BTreeSet::new();
    let rows = groups
        .into_iter()
        .map(|(key, members)| {
            let mut here = BTreeSet::new();
            for a in &members {
                if !bucket(question.by_period, period(a.1)).1 {
                    here.insert("TIME_PERIOD".to_owned());
                }
                for b in &members {
                    if a.1 != b.1 && period(a.1).overlaps(period(b.1)) {
                        here.insert("TIME_PERIOD".to_owned());
                    }
                    for (place, dimension) in layout().dimensions.iter().enumerate() {
                        let apart = question.group_by.contains(&dimension.code) || a.0[place] == b.0[place];
                        if !apart && overlapping(dimension.role, a.0[place], b.0[place]) {
                            here.insert(dimension.code.clone());
                        }
                    }
                }
            }
            let values: Vec<i64> = members.iter().filter_map(|figure| figure.2).collect();
            let row = Row {
                codes: key.0.clone(),
                period: key.1.clone(),
                sum: (!values.is_empty()).then(|| values.iter().sum()),
                observations: members.len() as u64,
                missing: (members.len() - values.len()) as u64,
                statuses: members.iter().map(|figure| status(figure.3)).collect::<Statuses>(),
                incomparable: !here.is_empty(),
            };
            wrong.extend(here);
            (key, row)
        })
        .collect();
    (rows, wrong)
}

/// Filters only by codes that some figure has: others are refused, which `sums` tries.
fn known(figures: &[Figure], mut question: Question) -> Question {
    for (name, codes) in &mut question.where_ {
        codes.retain(|code| figures.iter().any(|figure| figure.0[at(name)] == code));
    }
    question.where_.retain(|(_, codes)| !codes.is_empty());
    question
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_cube_answers_and_refuses_as_a_comparison_of_every_pair_does(figures in figures(), question in questions()) {
        let question = known(&figures, question);
        let (rows, wrong) = naively(&figures, &question);
        match cube(&figures).ask(&question) {
            Ok(answer) => {
                prop_assert!(question.allow_incomparable || wrong.is_empty(), "should refuse {:?}", wrong);
                prop_assert_eq!(answer.matched, rows.values().map(|row| row.observations).sum::<u64>());
                prop_assert!(answer.rows.is_sorted_by(|a, b| a.codes <= b.codes));
                let count = answer.rows.len();
                let answered: Rows =
                    answer.rows.into_iter().map(|row| ((row.codes.clone(), row.period.clone()), row)).collect();
                prop_assert_eq!(answered.len(), count);
                prop_assert_eq!(answered, rows);
            }
            Err(Error::Invalid(problems)) => {
                prop_assert!(!question.allow_incomparable);
                prop_assert!(problems.iter().all(|problem| problem.reason == Reason::Incomparable));
                let count = problems.len();
                let told: BTreeSet<String> = problems.into_iter().map(|problem| problem.path).collect();
                prop_assert_eq!(told.len(), count);
                prop_assert_eq!(told, wrong);
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn the_parts_of_an_answer_add_up_to_the_whole(figures in figures(), question in questions(), by in 0..4_usize) {
        let cube = cube(&figures);
        let whole = Question { group_by: Vec::new(), by_period: None, allow_incomparable: true, ..known(&figures, question.clone()) };
        let name = layout().dimensions[by].code.clone();
        let parts = Question { group_by: vec![name], by_period: question.by_period, ..whole.clone() };
        let (whole_answer, parts_answer) = (cube.ask(&whole).unwrap(), cube.ask(&parts).unwrap());
        let sum = |answer: &api::statistics::cube::Answer| answer.rows.iter().filter_map(|row| row.sum).sum::<i64>();
        prop_assert_eq!(sum(&whole_answer), sum(&parts_answer));
        prop_assert_eq!(whole_answer.matched, parts_answer.matched);
        prop_assert_eq!(whole_answer.straddling, parts_answer.straddling);

        let strict = |question: &Question| cube.ask(&Question { allow_incomparable: false, ..question.clone() }).is_ok();
        if question.by_period.is_none() && strict(&whole) {
            prop_assert!(strict(&parts));
        }
    }

    #[test]
    fn what_is_read_from_the_file_and_what_several_threads_count_is_what_the_cube_says(
        (figures, question, threads) in (figures(), questions(), 2..5_usize),
    ) {
        let file = settled(&figures, scratch()).file;
        let (cube, question) = (opened(&file), known(&figures, question));
        let read = vintage::open_within(file.file().unwrap(), 0, |_| ()).unwrap();
        prop_assert_eq!(read.is_read(), !figures.is_empty());
        prop_assert_eq!(held(&read), held(&cube));
        let told = |answer: api::error::Result<_>| answer.map_err(|error| format!("{error:?}"));
        let said = told(cube.ask(&question));
        prop_assert_eq!(&told(read.ask(&question)), &said);
        prop_assert_eq!(&told(cube.ask_with(&question, threads)), &said);
        prop_assert_eq!(&told(read.ask_with(&question, threads)), &said);
    }
}
