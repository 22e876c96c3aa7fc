use api::{
    error::Error,
    statistics::cube::{ByPeriod, Periods, Question},
};

use super::invented::{Figure, cube, period};

fn of(group_by: &[&str], where_: &[(&str, &[&str])]) -> Question {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let where_ = where_.iter().map(|(dimension, codes)| ((*dimension).to_owned(), words(codes))).collect();
    Question { where_, group_by: words(group_by), ..Question::default() }
}

fn by(by_period: ByPeriod, question: Question) -> Question {
    Question { by_period: Some(by_period), ..question }
}

/// Each row as `codes period sum observations missing statuses`; a refusal as `path REASON`.
fn answer(figures: &[Figure], question: &Question) -> Vec<String> {
    match cube(figures).ask(question) {
        Ok(answer) => answer
            .rows
            .iter()
            .map(|row| {
                let mut words = row.codes.clone();
                words.extend(row.period.clone());
                words.push(row.sum.map_or("none".into(), |sum| sum.to_string()));
                words.push(format!("{}/{}", row.observations, row.missing));
                words.push(row.statuses.iter().map(|status| status.letter()).collect());
                words.extend(row.incomparable.then(|| "incomparable".to_owned()));
                words.join(" ")
            })
            .collect(),
        Err(Error::Invalid(problems)) => {
            problems.iter().map(|problem| format!("{} {}", problem.path, problem.reason.code())).collect()
        }
        Err(other) => vec![other.code().into()],
    }
}

const PARTS: &[Figure] = &[
    (["M", "Y0T17", "MX", "EVENT"], "2024-01", Some(10), 'A'),
    (["M", "Y18T", "MX", "EVENT"], "2024-01", Some(100), 'P'),
    (["F", "Y0T17", "MX", "EVENT"], "2024-01", Some(1), 'A'),
    (["F", "Y18T", "MX", "EVENT"], "2024-02", None, 'Q'),
    (["M", "Y18T", "GT", "EVENT"], "2024-02", Some(1000), 'A'),
];

#[test]
fn parts_that_exclude_one_another_are_added() {
    assert_eq!(answer(PARTS, &of(&[], &[])), ["1111 5/1 APQ"]);
    assert_eq!(answer(PARTS, &of(&["SEX"], &[])), ["F 1 2/1 AQ", "M 1110 3/0 AP"]);
    assert_eq!(
        answer(PARTS, &of(&["REF_AREA", "SEX"], &[("AGE", &["Y18T"])])),
        ["GT M 1000 1/0 A", "MX F none 1/1 Q", "MX M 100 1/0 P"]
    );
    assert_eq!(
        answer(PARTS, &by(ByPeriod::Month, of(&[], &[]))),
        ["2024-01 111 3/0 AP", "2024-02 1000 2/1 AQ"]
    );
    assert_eq!(
        answer(PARTS, &by(ByPeriod::Quarter, of(&["SEX"], &[]))),
        ["F 2024-Q1 1 2/1 AQ", "M 2024-Q1 1110 3/0 AP"]
    );
    assert_eq!(answer(PARTS, &by(ByPeriod::UsFiscalYear, of(&[], &[]))), ["FY2024 1111 5/1 APQ"]);
    assert_eq!(answer(&[], &of(&[], &[])), [""; 0]);
}

#[test]
fn a_total_is_not_added_to_its_parts() {
    let sexes: &[Figure] = &[
        (["_T", "_T", "MX", "EVENT"], "2023-01-01/P59D", Some(43_152), 'A'),
        (["M", "_T", "MX", "EVENT"], "2023-01-01/P59D", Some(36_759), 'A'),
        (["F", "_T", "MX", "EVENT"], "2023-01-01/P59D", Some(6_393), 'A'),
    ];
    assert_eq!(answer(sexes, &of(&[], &[])), ["SEX INCOMPARABLE"]);
    assert_eq!(answer(sexes, &of(&[], &[("SEX", &["M", "_T"])])), ["SEX INCOMPARABLE"]);
    assert_eq!(answer(sexes, &of(&[], &[("SEX", &["M", "F"])])), ["43152 2/0 A"]);
    assert_eq!(answer(sexes, &of(&[], &[("SEX", &["_T"])])), ["43152 1/0 A"]);
    assert_eq!(answer(sexes, &of(&["SEX"], &[])), ["F 6393 1/0 A", "M 36759 1/0 A", "_T 43152 1/0 A"]);
    let anyway = Question { allow_incomparable: true, ..of(&[], &[]) };
    assert_eq!(answer(sexes, &anyway), ["86304 3/0 A incomparable"]);

    let Err(Error::Invalid(problems)) = cube(sexes).ask(&of(&[], &[])) else { panic!("answered") };
    assert_eq!(
        problems[0].say.en,
        "`_T` and `F` are not to be added: they count in part the same. Filter SEX to codes that can be added, or group by SEX"
    );
}

#[test]
fn ages_areas_units_and_periods_that_overlap_are_each_named() {
    let mixed: &[Figure] = &[
        (["M", "Y0T17", "MX", "EVENT"], "2024-01", Some(1), 'A'),
        (["M", "Y0T11", "MX-PUE", "PERSON"], "2024-01-01/P335D", Some(1), 'A'),
    ];
    assert_eq!(
        answer(mixed, &of(&[], &[])),
        ["AGE INCOMPARABLE", "REF_AREA INCOMPARABLE", "UNIT INCOMPARABLE", "TIME_PERIOD INCOMPARABLE"]
    );
    assert_eq!(answer(mixed, &of(&["AGE", "REF_AREA", "UNIT"], &[])).len(), 2);
    assert_eq!(answer(mixed, &by(ByPeriod::Exact, of(&[], &[]))).len(), 2);
}

#[test]
fn one_group_that_overlaps_refuses_the_answer_and_is_named() {
    let mut figures = PARTS.to_vec();
    figures.push((["_T", "Y18T", "GT", "EVENT"], "2024-02", Some(1), 'A'));
    assert_eq!(answer(&figures, &of(&["AGE", "REF_AREA"], &[])), ["SEX INCOMPARABLE"]);
    let Err(Error::Invalid(problems)) = cube(&figures).ask(&of(&["AGE", "REF_AREA"], &[])) else {
        panic!("answered")
    };
    assert!(problems[0].say.es.contains("(Y18T, GT)"), "{}", problems[0].say.es);
    let anyway = Question { allow_incomparable: true, ..of(&["AGE", "REF_AREA"], &[]) };
    assert_eq!(
        answer(&figures, &anyway),
        ["Y0T17 MX 11 2/0 A", "Y18T GT 1001 2/0 A incomparable", "Y18T MX 100 2/1 PQ"]
    );
}

#[test]
fn a_period_that_fits_no_bucket_is_refused() {
    let figures: &[Figure] = &[
        (["_T", "_T", "MX", "EVENT"], "2024-01", Some(13_698), 'P'),
        (["_T", "_T", "MX", "EVENT"], "2024-01-01/P335D", Some(190_491), 'P'),
    ];
    assert_eq!(answer(figures, &by(ByPeriod::Month, of(&[], &[]))), ["TIME_PERIOD INCOMPARABLE"]);
    assert_eq!(answer(figures, &by(ByPeriod::Year, of(&[], &[]))), ["TIME_PERIOD INCOMPARABLE"]);
    let anyway = Question { allow_incomparable: true, ..by(ByPeriod::Month, of(&[], &[])) };
    assert_eq!(
        answer(figures, &anyway),
        ["2024-01 13698 1/0 P", "2024-01-01/P335D 190491 1/0 P incomparable"]
    );
    let listed = Question { periods: Some(Periods::Among(vec![period("2024-01")])), ..of(&[], &[]) };
    assert_eq!(answer(figures, &by(ByPeriod::Month, listed)), ["2024-01 13698 1/0 P"]);
}

#[test]
fn what_reaches_over_the_edge_of_the_days_asked_for_is_counted_apart() {
    let days = |from: &str, to: &str| Some(Periods::Within(from.parse().unwrap(), to.parse().unwrap()));
    let figures: &[Figure] = &[
        (["_T", "_T", "MX", "EVENT"], "2024-01", Some(1), 'A'),
        (["_T", "_T", "MX", "EVENT"], "2024-02", Some(2), 'A'),
        (["_T", "_T", "MX", "EVENT"], "2024-02-15/P30D", Some(4), 'A'),
        (["_T", "_T", "MX", "EVENT"], "2024-05", Some(8), 'A'),
    ];
    let question = Question { periods: days("2024-01-01", "2024-03-01"), ..of(&[], &[]) };
    let answer = cube(figures).ask(&question).unwrap();
    assert_eq!((answer.rows[0].sum, answer.matched, answer.straddling), (Some(3), 2, 1));
}

#[test]
fn what_the_dataset_does_not_have_is_refused_with_what_it_has() {
    assert_eq!(
        answer(PARTS, &of(&["SEXO"], &[("AREA", &["MX"]), ("SEX", &["H"]), ("AGE", &[])])),
        ["AREA UNKNOWN", "SEX UNKNOWN", "AGE REQUIRED", "groupBy UNKNOWN"]
    );
    assert_eq!(answer(PARTS, &of(&["SEX", "SEX"], &[])), ["groupBy DUPLICATE"]);
    assert_eq!(answer(PARTS, &of(&[], &[("SEX", &["M"]), ("SEX", &["F"])])), [""; 0]);
}

#[test]
fn a_sum_too_large_is_an_error_and_never_wraps() {
    let large: &[Figure] = &[
        (["M", "_T", "MX", "EVENT"], "2024-01", Some(i64::MAX), 'A'),
        (["F", "_T", "MX", "EVENT"], "2024-01", Some(1), 'A'),
    ];
    assert_eq!(answer(large, &of(&[], &[])), ["OBS_VALUE OUT_OF_RANGE"]);
    assert_eq!(answer(large, &of(&["SEX"], &[])).len(), 2);
}

#[test]
fn an_answer_of_too_many_rows_is_refused() {
    let mut gathering =
        api::statistics::gathering::Gathering::new(super::invented::layout(), super::invented::scratch());
    for number in 0..50_001 {
        let area = format!("MX-{number}");
        let codes = [
            gathering.code(0, "M"),
            gathering.code(1, "_T"),
            gathering.code(2, &area),
            gathering.code(3, "EVENT"),
        ];
        gathering.push(&codes, period("2024"), Some(1), super::invented::status('A'), number).unwrap();
    }
    let cube = super::invented::opened(&gathering.settle(0).unwrap().file);
    assert_eq!(cube.ask(&of(&["REF_AREA"], &[])).unwrap_err().code(), "LIMITED");
    assert_eq!(cube.ask(&of(&["SEX"], &[])).unwrap().rows[0].sum, Some(50_001));
}
