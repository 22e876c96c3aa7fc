//! Figures made up for the tests, small enough to check by hand and odd enough to matter.

use std::collections::BTreeMap;

use api::{
    statistics::{
        code::DimensionRole,
        cube::Cube,
        gathering::{Gathering, Settled},
        layout::{Dimension, Layout},
        period::Period,
        status::Status,
        vintage,
    },
    text::Text,
    vault::{Scratch, Sealed},
};
use proptest::prelude::*;

pub fn dimension(code: &str, role: DimensionRole) -> Dimension {
    Dimension { code: code.into(), codes: None, list: None, name: Text::both(code, code), role }
}

pub fn layout() -> Layout {
    use DimensionRole::{Age, Apart, Area, Plain};
    let dimensions = [("SEX", Plain), ("AGE", Age), ("REF_AREA", Area), ("UNIT", Apart)];
    Layout { decimals: 0, dimensions: dimensions.map(|(code, role)| dimension(code, role)).into() }
}

/// One observation: codes, period, value, status letter.
pub type Figure = ([&'static str; 4], &'static str, Option<i64>, char);

pub fn scratch() -> Scratch {
    Scratch::in_folder(&std::env::temp_dir())
}

/// Gathered line by line, from line 2.
pub fn settled(figures: &[Figure], scratch: Scratch) -> Settled {
    let mut gathering = Gathering::new(layout(), scratch);
    for (line, (codes, period, value, status)) in (2..).zip(figures) {
        let codes: Vec<u32> = codes.iter().enumerate().map(|(at, code)| gathering.code(at, code)).collect();
        gathering.push(&codes, self::period(period), *value, self::status(*status), line).unwrap();
    }
    gathering.settle(200).unwrap()
}

pub fn cube(figures: &[Figure]) -> Cube {
    let settled = settled(figures, scratch());
    assert_eq!(settled.twice.count, 0);
    opened(&settled.file)
}

/// An observation as text.
pub fn line<'a>(
    codes: impl IntoIterator<Item = &'a str>,
    period: Period,
    value: Option<i64>,
    status: Status,
) -> String {
    let codes: Vec<_> = codes.into_iter().collect();
    let value = value.map_or("none".into(), |value| value.to_string());
    format!("{} {period} {value} {status}", codes.join(" "))
}

/// What a vintage's file holds, as its reader gives it.
pub fn lines(file: &Sealed) -> Vec<String> {
    let figures = vintage::Reader::open(file.file().unwrap()).unwrap();
    figures
        .map(|figure| {
            let vintage::Figure { series, period, value, status } = figure.unwrap();
            line(series.iter().map(|code| &**code), period, value, status)
        })
        .collect()
}

/// What a cube holds, or reads.
pub fn held(cube: &Cube) -> Vec<String> {
    let mut lines = Vec::new();
    for at in 0..cube.stretch_count() {
        let stretch = cube.stretch(at).unwrap();
        for series in 0..stretch.series_count() {
            let row = |row| {
                let period = cube.periods()[stretch.period(row)];
                line(cube.frame().codes_of(&stretch, series), period, stretch.value(row), stretch.status(row))
            };
            lines.extend(stretch.rows(series).map(row));
        }
    }
    lines
}

pub fn opened(file: &Sealed) -> Cube {
    vintage::open(file.file().unwrap()).unwrap()
}

pub fn period(text: &str) -> Period {
    text.parse().unwrap_or_else(|say| panic!("{text}: {say}"))
}

pub fn status(letter: char) -> Status {
    Status::parse(&letter.to_string()).unwrap()
}

const CODES: [&[&str]; 4] = [
    &["M", "F", "_U", "_T"],
    &["Y0T11", "Y12T17", "Y0T17", "Y18T", "Y_GE60", "_U", "_T"],
    &["MX-PUE", "MX-OAX", "MX", "GT", "_O", "_O_CA", "_T"],
    &["EVENT", "PERSON"],
];

const PERIODS: [&str; 14] = [
    "2024-01",
    "2024-02",
    "2024-03",
    "2024-04",
    "2023-10",
    "2024-Q1",
    "2024-S1",
    "2024",
    "2024-W05",
    "2024-01-31",
    "2024-01-01/P347D",
    "2023-12-15/P30D",
    "2023-10-01/P366D",
    "2025-02",
];

/// Up to sixty figures, none twice. Half of the sets hold only what excludes each other, so that sums are answered as
/// often as refused.
pub fn figures() -> impl Strategy<Value = Vec<Figure>> {
    (0..=1_usize)
        .prop_flat_map(|wild| {
            let code = |dimension: usize| {
                let sound: &[usize] = &[3, 2, 2, 1];
                let count = if wild == 1 { CODES[dimension].len() } else { sound[dimension] };
                (0..count).prop_map(move |at| CODES[dimension][at])
            };
            let periods = if wild == 1 { PERIODS.len() } else { 5 };
            let value = prop_oneof![9 => (0..100_000_i64).prop_map(Some), 1 => Just(None)];
            let codes = (code(0), code(1), code(2), code(3)).prop_map(|(a, b, c, d)| [a, b, c, d]);
            prop::collection::vec((codes, (0..periods).prop_map(|at| PERIODS[at]), value), 0..60)
        })
        .prop_map(|figures| {
            let once: BTreeMap<_, _> =
                figures.into_iter().map(|(codes, period, value)| ((codes, period), value)).collect();
            once.into_iter()
                .map(|((codes, period), value)| {
                    let status = value.map_or('Q', |value| if value % 3 == 0 { 'P' } else { 'A' });
                    (codes, period, value, status)
                })
                .collect()
        })
}

/// Some codes of each dimension to filter by, or none.
pub fn filters() -> impl Strategy<Value = Vec<(String, Vec<String>)>> {
    let filter =
        |at: usize| prop::option::of(prop::sample::subsequence(CODES[at].to_vec(), 1..=CODES[at].len()));
    (filter(0), filter(1), filter(2), filter(3)).prop_map(|(a, b, c, d)| {
        let names = layout().dimensions.into_iter().map(|dimension| dimension.code);
        let codes = [a, b, c, d].into_iter();
        names
            .zip(codes)
            .filter_map(|(name, codes)| Some((name, codes?.into_iter().map(str::to_owned).collect())))
            .collect()
    })
}
