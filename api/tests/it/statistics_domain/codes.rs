use api::statistics::{
    age::AgeBand,
    code::{self, DimensionRole, overlapping, spans},
    figure,
    nearest::nearest,
};
use proptest::prelude::*;

use DimensionRole::{Age, Apart, Area, Plain};

#[test]
fn age_bands_are_ranges_in_months() {
    for (code, from, to) in [
        ("Y30", 360, 372),
        ("Y0T11", 0, 144),
        ("Y12T17", 144, 216),
        ("Y18T", 216, 2400),
        ("Y_GE60", 720, 2400),
        ("Y_GT59", 720, 2400),
        ("Y_LT5", 0, 60),
        ("Y_LE4", 0, 60),
        ("M6T11", 6, 12),
    ] {
        assert_eq!(AgeBand::parse(code), Some(AgeBand { from, to }), "{code}");
    }
    for code in
        ["Y", "Y17T12", "Y0T", "YT5", "Y-1", "Y_GE", "Y_XX5", "18+", "0-11", "y5", "Y1000", "M", "Y_LT0", ""]
    {
        assert_eq!(AgeBand::parse(code).is_some(), code == "Y0T", "{code}");
    }
}

#[test]
fn codes_overlap_by_what_they_stand_for() {
    for (role, a, b, overlap) in [
        (Plain, "M", "F", false),
        (Plain, "M", "_T", true),
        (Plain, "_U", "_T", true),
        (Plain, "M", "_U", false),
        (Plain, "_O", "_O_CA", true),
        (Plain, "_O_CA", "_O_EUSA", false),
        (Plain, "us", "US", true),
        (Plain, "Total", "M", true),
        (Plain, "MX", "MX-PUE", false),
        (Age, "Y0T11", "Y12T17", false),
        (Age, "Y0T17", "Y0T11", true),
        (Age, "Y0T11", "Y11T17", true),
        (Age, "Y18T", "Y_GE60", true),
        (Age, "Y_LT5", "Y5", false),
        (Age, "Y5", "_U", false),
        (Age, "_T", "Y5", true),
        (Age, "adultos", "Y5", true),
        (Area, "MX", "MX-PUE", true),
        (Area, "MX-PUE", "MX-OAX", false),
        (Area, "MX-PUE", "MX-PUE-114", true),
        (Area, "MX", "MXI", false),
        (Area, "GT", "MX-PUE", false),
        (Area, "_O", "GT", false),
        (Apart, "EVENT", "PERSON", true),
    ] {
        assert_eq!(overlapping(role, a, b), overlap, "{a} {b}");
    }
}

#[test]
fn a_code_is_kept_tidy() {
    assert_eq!(code::tidy("  UC / Single Minors "), Ok("UC / Single Minors".into()));
    assert_eq!(code::tidy("Pen\u{303}a"), Ok("Peña".into()));
    for wrong in ["", "   ", "a\tb", "a\nb", "MX\u{200b}", &"x".repeat(65)] {
        assert!(code::tidy(wrong).is_err(), "{wrong:?}");
    }
    assert!(code::suits(Age, "0-11").is_err());
    assert!(code::suits(Age, "_U").is_ok());
    assert!(code::suits(Plain, "0-11").is_ok());
}

#[test]
fn the_nearest_word_is_named_only_when_it_is_near() {
    let words = ["MX-PUE", "MX-OAX", "HN-FM"];
    assert_eq!(nearest("MX-OXA", words), Some("MX-OAX"));
    assert_eq!(nearest("mx-pue", words), Some("MX-PUE"));
    assert_eq!(nearest("Lempira", words), None);
    assert_eq!(nearest("", words), None);
}

#[test]
fn a_figure_is_digits_and_what_else_was_meant_is_told() {
    for (text, decimals, value) in
        [("0", 0, 0), ("007", 0, 7), ("12.5", 1, 125), ("12", 2, 1200), ("12.05", 2, 1205)]
    {
        assert_eq!(figure::parse(text, decimals).unwrap(), value);
    }
    for (text, decimals, code, meant) in [
        ("1,234", 0, "NOT_A_NUMBER", Some("1234")),
        ("1 234 567", 0, "NOT_A_NUMBER", Some("1234567")),
        ("1\u{a0}234", 2, "NOT_A_NUMBER", Some("1234")),
        ("1.234", 0, "NOT_A_NUMBER", Some("1234")),
        ("12.0", 0, "NOT_A_NUMBER", Some("12")),
        ("12.5", 0, "NOT_A_NUMBER", None),
        ("12,5", 1, "NOT_A_NUMBER", Some("12.5")),
        ("1,234", 1, "NOT_A_NUMBER", None),
        ("-5", 0, "OUT_OF_RANGE", None),
        ("+5", 0, "NOT_A_NUMBER", None),
        ("1e5", 0, "NOT_A_NUMBER", None),
        ("12.", 1, "NOT_A_NUMBER", None),
        ("", 0, "NOT_A_NUMBER", None),
        ("9223372036854775808", 0, "NOT_A_NUMBER", None),
    ] {
        let refused = figure::parse(text, decimals).unwrap_err();
        assert_eq!((refused.reason.code(), refused.suggestion.as_deref()), (code, meant), "{text}");
    }
    assert_eq!(figure::write(5, 2), "0.05");
    assert_eq!(figure::write(1205, 2), "12.05");
    assert_eq!(figure::write(12, 0), "12");
}

fn codes() -> impl Strategy<Value = Vec<String>> {
    let age = "Y[0-9]{1,2}T[0-9]{1,2}|Y[0-9]{1,2}T?|Y_(GE|LT|LE|GT)[0-9]{1,2}";
    let area = "[A-B]{1,2}(-[A-B]){0,2}";
    let special = "_[TUOZ](_[A-B])?|_t|total|x";
    prop::collection::vec(prop_oneof![age, area, special], 0..12)
}

proptest! {
    /// The sweep over spans stands for the comparison of every pair.
    #[test]
    fn spans_meet_exactly_where_codes_overlap(codes in codes(), role in prop::sample::select(vec![Plain, Age, Area, Apart])) {
        let spans = spans(role, codes.iter().map(String::as_str));
        for (a, x) in codes.iter().zip(&spans) {
            for (b, y) in codes.iter().zip(&spans) {
                prop_assert_eq!(overlapping(role, a, b), x.from < y.to && y.from < x.to, "{} {}", a, b);
                prop_assert_eq!(overlapping(role, a, b), overlapping(role, b, a));
            }
        }
    }

    #[test]
    fn a_figure_is_read_from_what_it_is_written_as(value in 0..=i64::MAX, decimals in 0..=6_u8) {
        prop_assert_eq!(figure::parse(&figure::write(value, decimals), decimals).unwrap(), value);
    }

    #[test]
    fn no_text_makes_the_readers_of_codes_and_figures_panic(text in "\\PC{0,80}|[-0-9., ]{0,30}") {
        let _ = figure::parse(&text, 2);
        let _ = code::tidy(&text);
        let _ = overlapping(Age, &text, "Y5");
        let _ = overlapping(Area, "MX", &text);
        let _ = nearest(&text, ["MX"]);
    }
}
