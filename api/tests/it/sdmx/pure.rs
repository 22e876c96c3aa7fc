//! What is pure: guarded cells, versions, conditions, keys.

use api::statistics::{
    cell::{guarded, plain},
    period::Period,
    sdmx::{Condition, Versions, compares, keys, within},
};
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_guarded_cell_is_no_formula_and_is_read_as_it_was(text in "['=+@\\-\t\ra-z,\" ]{0,8}") {
        let cell = guarded(&text);
        prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
        prop_assert_eq!(plain(&cell), &text);
    }

    #[test]
    fn no_condition_key_or_version_panics(text in "\\PC{0,40}", code in "\\PC{0,10}") {
        if let Some(condition) = Condition::parse(&text) {
            condition.takes(&code);
        }
        keys(&text, 3);
        if let Some(versions) = Versions::parse(&text) {
            versions.of(&["1.0", "1.0.0", &code]);
        }
    }
}

#[test]
fn versions_are_chosen_as_the_standard_has_it() {
    let known = ["1.0.0", "1.0.1", "1.2.0", "2.0.0", "3.1.0"];
    for (pattern, expected) in [
        ("1.0.1", vec!["1.0.1"]),
        ("1.0", vec![]),
        ("*", known.to_vec()),
        ("~", vec!["3.1.0"]),
        ("+", vec!["3.1.0"]),
        ("1.+.0", vec!["1.2.0"]),
        ("1.0.+", vec!["1.0.1"]),
        ("1.0.1+", vec!["1.0.1"]),
        ("1.0+.0", vec!["1.2.0"]),
        ("2+.0.0", vec!["3.1.0"]),
        ("1.*", vec!["1.0.0", "1.0.1", "1.2.0"]),
        ("1.0.*", vec!["1.0.0", "1.0.1"]),
        ("1.1*.0", vec!["1.2.0"]),
        ("2*.0.0", vec!["2.0.0", "3.1.0"]),
        ("1.0.0,~", vec!["1.0.0", "3.1.0"]),
        ("4+.0.0", vec![]),
    ] {
        assert_eq!(Versions::parse(pattern).unwrap().of(&known), expected, "{pattern}");
    }
    for wrong in ["", ",", "1.+.*", "1/0", "uno dos", &"1".repeat(40)] {
        assert_eq!(Versions::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn conditions_hold_as_the_standard_has_it() {
    let takes = |text: &str, code: &str| Condition::parse(text).unwrap().takes(code);
    for (text, yes, no) in [
        ("A", "A", "B"),
        ("A,B", "B", "C"),
        ("ne:A+ne:B", "C", "B"),
        ("ge:B+le:D", "C", "E"),
        ("ge:A+le:B,ge:X", "Y", "C"),
        ("sw:AB", "ABC", "CAB"),
        ("ew:BC", "ABC", "BCA"),
        ("co:B", "ABC", "AC"),
        ("nc:B", "AC", "ABC"),
        ("x:y", "x:y", "y"),
    ] {
        assert!(takes(text, yes) && !takes(text, no), "{text}");
    }
    let period = |text: &str| text.parse::<Period>().unwrap();
    let holds = |text: &str, of: &str| {
        within(&Condition::parse(text).unwrap().read(|text| text.parse().ok()).unwrap(), period(of))
    };
    assert!(holds("ge:2024-01+le:2024-03", "2024-Q1") && !holds("ge:2024-02", "2024-Q1"));
    assert!(holds("lt:2024-02", "2024-01") && !holds("lt:2024-01", "2024-01"));
    assert!(holds("gt:2024", "2025-01-01") && !holds("gt:2024", "2024-12-31"));
    let figure = |text: &str, value| {
        compares(&Condition::parse(text).unwrap().read(|text| text.parse().ok()).unwrap(), value)
    };
    assert!(figure("ge:10+lt:20", Some(10)) && !figure("ge:10+lt:20", Some(20)));
    assert!(!figure("ge:0", None) && figure("ne:0", None));
    assert_eq!(keys("A.*.C,.B", 3).unwrap().len(), 2);
    assert_eq!(keys("A.B.C.D", 3), None);
}
