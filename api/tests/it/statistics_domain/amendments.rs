//! SDMX-CSV 2.0, what a new vintage changes, and totals that are not the sum of their parts.

use std::collections::BTreeMap;

use api::{
    statistics::{
        amending::amend,
        columns::Columns,
        comparing::{Difference, difference},
        layout::Layout,
        reading::{Limits, Reading, read},
        totals::{CrossTotal, check},
        vintage::Reader,
    },
    vault::Sealed,
};
use proptest::prelude::*;

use super::{
    invented::{layout, lines, scratch},
    reading::{narrow, told},
};

fn of(layout: &Layout, csv: &str) -> Reading {
    read(csv.as_bytes(), layout, &Columns::default(), Limits::default(), &scratch()).unwrap()
}

fn figures(file: &Sealed) -> Reader {
    Reader::open(file.file().unwrap()).unwrap()
}

/// The figures after a file that tells the changes, and the lines of deletions that met nothing.
fn amended(layout: &Layout, before: &Reading, changes: &Reading) -> (Sealed, Vec<u64>) {
    let amends = changes.amends.as_ref().unwrap();
    let (whole, missed) =
        amend(layout, figures(&before.file), figures(&changes.file), amends, &scratch()).unwrap();
    (whole.file, missed.iter().map(|deletion| deletion.line).collect())
}

fn two() -> Layout {
    let mut layout = layout();
    layout.dimensions.truncate(2);
    layout
}

const BEFORE: &str = "SEX,AGE,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n\
    M,_T,2024-01,10,P\nM,_T,2024-02,20,A\nF,_T,2024-01,30,A\nF,Y18T,2024-01,25,A\n";

/// The vintage after this file, and the lines whose deletion met nothing.
fn after(file: &str) -> (Vec<String>, Vec<u64>) {
    let (before, changes) = (of(&two(), BEFORE), of(&two(), file));
    assert_eq!(told(&changes), [""; 0], "{file}");
    let (whole, missed) = amended(&two(), &before, &changes);
    (lines(&whole), missed)
}

#[test]
fn sdmx_rows_are_read_whatever_their_separator_labels_and_mark() {
    for csv in [
        "STRUCTURE,STRUCTURE_ID,ACTION,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\ndataflow,MX:RET(1.0),I,M,2024-01,7,A\n",
        "\u{feff}STRUCTURE;STRUCTURE_ID;ACTION;SEX;TIME_PERIOD;OBS_VALUE\ndataflow;MX:RET(1.0);M;M;2024-01;7\n",
        "STRUCTURE[,];STRUCTURE_ID;ACTION;SERIES_KEY;OBS_KEY;SEX: Sexo;TIME_PERIOD: Periodo;OBS_VALUE: Valor\n\
         dataflow;MX:RET(1.0): Retornos;A;M;M.2024-01;M: Hombres;2024-01: enero;7\n",
        "STRUCTURE|STRUCTURE_ID|SEX|TIME_PERIOD|OBS_VALUE\ndatastructure|MX:RET|M|2024-01|7\n",
    ] {
        let reading = of(&narrow(), csv);
        assert_eq!(told(&reading), [""; 0], "{csv}");
        assert_eq!(lines(&reading.file), ["M 2024-01 7 A"], "{csv}");
        assert!(reading.amends.is_some(), "{csv}");
    }
    let missing = "STRUCTURE,STRUCTURE_ID,ACTION,SEX,TIME_PERIOD,OBS_VALUE\n\
        dataflow,MX:RET,I,M,2024-01,NaN\ndataflow,MX:RET,I,F,2024-01,#N/A\n";
    assert_eq!(lines(&of(&narrow(), missing).file), ["F 2024-01 none O", "M 2024-01 none O"]);
}

#[test]
fn what_is_wrong_in_an_sdmx_file_is_told() {
    let head = "STRUCTURE,STRUCTURE_ID,ACTION,SEX,TIME_PERIOD,OBS_VALUE\n";
    for (row, told_as) in [
        ("dataflow,A:B,X,M,2024,1\n", "2 ACTION UNKNOWN"),
        ("metadata,A:B,I,M,2024,1\n", "2 STRUCTURE UNKNOWN"),
        ("dataflow,A:B,D,M,2024,1\n", "2 OBS_VALUE MALFORMED"),
        ("dataflow,A:B,I,M,2024,1\ndataflow,A:C,I,F,2024,1\n", "3 STRUCTURE_ID MALFORMED"),
        ("dataflow,A:B,I,,2024,1\n", "2 SEX REQUIRED"),
        ("dataflow,A:B,R,M,2024,1\ndataflow,A:B,M,F,2024,1\n", "3 ACTION REQUIRED"),
    ] {
        assert_eq!(told(&of(&narrow(), &format!("{head}{row}"))), [told_as]);
    }
    let lacking = "STRUCTURE,STRUCTURE_ID,ACTION,SEX\ndataflow,A:B,I,M\n";
    let lacking = told(&of(&narrow(), lacking));
    assert!(lacking.contains(&"2 OBS_VALUE REQUIRED".to_owned()), "{lacking:?}");
}

#[test]
fn merge_replace_and_delete_act_on_the_figures_of_before() {
    let head = "STRUCTURE,STRUCTURE_ID,ACTION,SEX,AGE,TIME_PERIOD,OBS_VALUE";
    let row = |row: &str| format!("dataflow,MX:RET,{row}\n");
    // Merged: the rest stays, and so does a status of which nothing is said.
    let merged = format!("{head}\n{}{}", row("M,M,_T,2024-01,11"), row("A,F,_T,2024-02,1"));
    assert_eq!(
        after(&merged).0,
        [
            "F Y18T 2024-01 25 A",
            "F _T 2024-01 30 A",
            "F _T 2024-02 1 A",
            "M _T 2024-01 11 P",
            "M _T 2024-02 20 A"
        ]
    );
    // Replaced: what the row does not say is forgotten.
    assert!(after(&format!("{head}\n{}", row("R,M,_T,2024-01,11"))).0.contains(&"M _T 2024-01 11 A".into()));
    let told = format!("{head},OBS_STATUS\n{}", row("M,M,_T,2024-01,,O"));
    assert!(after(&told).0.contains(&"M _T 2024-01 none O".into()));
    // Deleted: one, all of a code, all of a period, everything.
    let deleted = |codes: &str| after(&format!("{head}\n{}", row(&format!("D,{codes},"))));
    assert_eq!(deleted("F,Y18T,2024-01").0, ["F _T 2024-01 30 A", "M _T 2024-01 10 P", "M _T 2024-02 20 A"]);
    assert_eq!(deleted("M,,").0, ["F Y18T 2024-01 25 A", "F _T 2024-01 30 A"]);
    assert_eq!(deleted(",,2024-01").0, ["M _T 2024-02 20 A"]);
    assert_eq!(deleted(",,").0, [""; 0]);
    assert_eq!(deleted("M,Y18T,2024-01").1, [2], "nothing to delete is told");
    let absent = "STRUCTURE,STRUCTURE_ID,ACTION,SEX\ndataflow,MX:RET,D,F\n";
    assert_eq!(after(absent).0, ["M _T 2024-01 10 P", "M _T 2024-02 20 A"]);
    // What a file deletes, it deletes of before; what it writes, it writes afterwards.
    let both = format!("{head}\n{}{}", row("D,,,,"), row("M,M,_T,2024-03,5"));
    assert_eq!(after(&both).0, ["M _T 2024-03 5 A"]);
}

#[test]
fn what_a_vintage_changes_is_counted_and_the_largest_changes_are_shown() {
    let before = of(&two(), BEFORE);
    let now = "SEX,AGE,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n\
        M,_T,2024-01,10,A\nM,_T,2024-02,90,A\nF,_T,2024-01,30,A\nF,_T,2024-02,1,A\n";
    let now = of(&two(), now);
    let Difference { added, removed, revised, unchanged, largest } =
        difference(figures(&before.file), figures(&now.file)).unwrap();
    assert_eq!((added, removed, revised, unchanged), (1, 1, 2, 1));
    let told: Vec<_> = largest
        .iter()
        .map(|c| format!("{} {} {:?} {:?}", c.codes.join(" "), c.period, c.before.0, c.after.0))
        .collect();
    assert_eq!(told, ["M _T 2024-02 Some(20) Some(90)", "M _T 2024-01 Some(10) Some(10)"]);
}

#[test]
fn a_total_that_is_not_the_sum_of_its_parts_is_found_by_name() {
    let rule = |dimension: &str, total: &str, parts: &[&str]| CrossTotal {
        dimension: dimension.into(),
        parts: parts.iter().map(|part| (*part).into()).collect(),
        total: total.into(),
    };
    let rules = [rule("SEX", "_T", &["F", "M"]), rule("AGE", "_T", &["Y0T17", "Y18T"])];
    let csv = "SEX,AGE,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n\
        _T,_T,2024,190491,A\n_T,Y18T,2024,162221,A\n_T,Y0T17,2024,28279,A\n\
        M,_T,2024,100000,A\nF,_T,2024,90491,A\n\
        M,Y18T,2024,5,A\n_T,_T,2023,7,A\n_T,Y18T,2023,7,A\n_T,Y0T17,2023,,O\n";
    let totals = check(figures(&of(&two(), csv).file), &rules, &two()).unwrap();
    assert_eq!(totals.checked, 2, "a total whose parts are not all told says nothing");
    let found = &totals.disagreements[..];
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].rule.as_str(), found[0].stated, found[0].sum),
        ("AGE: _T = Y0T17 + Y18T", 190_491, 190_500)
    );
    assert_eq!(found[0].codes, ["_T", "_T"]);
    assert_eq!(totals.counts, [("AGE: _T = Y0T17 + Y18T".into(), 1)].into());
}

type Figures = BTreeMap<(&'static str, &'static str), i64>;

fn some() -> impl Strategy<Value = Figures> {
    let key = (
        prop::sample::select(vec!["F", "M", "_T"]),
        prop::sample::select(vec!["2024-01", "2024-02", "2024", "2023-W05"]),
    );
    proptest::collection::btree_map(key, 0i64..50, 0..10)
}

fn reading(figures: &Figures) -> Reading {
    let rows = figures.iter().map(|((sex, period), value)| format!("{sex},{period},{value}\n"));
    of(&narrow(), &format!("SEX,TIME_PERIOD,OBS_VALUE\n{}", rows.collect::<String>()))
}

proptest! {
    #[test]
    fn a_merge_is_what_a_map_would_make_of_it(before in some(), written in some(), deleted in proptest::option::of(prop::sample::select(vec!["F", "M", "_T"]))) {
        let mut csv = "STRUCTURE,STRUCTURE_ID,ACTION,SEX,TIME_PERIOD,OBS_VALUE\n".to_owned();
        csv.extend(deleted.map(|sex| format!("dataflow,A:B,D,{sex},,\n")));
        csv.extend(written.iter().map(|((sex, period), value)| format!("dataflow,A:B,M,{sex},{period},{value}\n")));
        let changes = of(&narrow(), &csv);
        prop_assert!(changes.report.is_clean());
        let (made, _) = amended(&narrow(), &reading(&before), &changes);
        let mut naive = before.clone();
        naive.retain(|(sex, _), _| Some(*sex) != deleted);
        naive.extend(written);
        let wanted = reading(&naive).file;
        prop_assert_eq!(made.hash(), wanted.hash());
        let told = difference(figures(&reading(&before).file), figures(&made)).unwrap();
        let count = |is: &dyn Fn(&(&str, &str)) -> bool| before.keys().chain(naive.keys()).collect::<std::collections::BTreeSet<_>>().into_iter().filter(|key| is(key)).count() as u64;
        prop_assert_eq!(told.added, count(&|key| !before.contains_key(key)));
        prop_assert_eq!(told.removed, count(&|key| !naive.contains_key(key)));
        prop_assert_eq!(told.revised, count(&|key| matches!((before.get(key), naive.get(key)), (Some(a), Some(b)) if a != b)));
    }
}
