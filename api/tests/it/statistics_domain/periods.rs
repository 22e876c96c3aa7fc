use std::collections::BTreeSet;

use api::statistics::period::Period;
use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::invented::period;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_period_is_written_in_the_shortest_form_there_is() {
    for (first, last, written) in [
        ("2024-09-01", "2024-09-30", "2024-09"),
        ("2024-02-01", "2024-02-29", "2024-02"),
        ("2024-02-01", "2024-02-28", "2024-02-01/P28D"),
        ("2024-01-01", "2024-12-31", "2024"),
        ("2024-07-01", "2024-09-30", "2024-Q3"),
        ("2024-07-01", "2024-12-31", "2024-S2"),
        ("2024-08-26", "2024-09-01", "2024-W35"),
        ("2019-12-30", "2020-01-05", "2020-W01"),
        ("2024-09-13", "2024-09-13", "2024-09-13"),
        ("2024-01-01", "2024-12-12", "2024-01-01/P347D"),
        ("2019-10-01", "2020-09-30", "2019-10-01/P366D"),
        ("2023-02-01", "2023-04-30", "2023-02-01/P89D"),
    ] {
        let period = Period::between(day(first), day(last)).unwrap();
        assert_eq!(period.to_string(), written);
        assert_eq!(written.parse(), Ok(period));
    }
}

#[test]
fn other_forms_of_iso_and_sdmx_are_read_as_the_same_days() {
    for (other, written) in [
        ("2024-A1", "2024"),
        ("2024-M09", "2024-09"),
        ("2024-09-01/P1M", "2024-09"),
        ("2024-09-01/P30D", "2024-09"),
        ("2024-10-01/P1Y", "2024-10-01/P365D"),
        ("2024-08-26/P1W", "2024-W35"),
        (" 2024-Q3 ", "2024-Q3"),
    ] {
        assert_eq!(period(other).to_string(), written);
    }
}

#[test]
fn what_is_not_a_period_is_refused_with_what_was_meant_where_that_is_sure() {
    for (wrong, meant) in [
        ("202409", Some("2024-09")),
        ("2024/9", Some("2024-09")),
        ("2024-9", Some("2024-09")),
        ("09/2024", Some("2024-09")),
        ("2024-01-01/2024-12-12", Some("2024-01-01/P347D")),
        ("13/09/2024", Some("2024-09-13")),
        ("03/04/2024", None),
        ("2024-13", None),
        ("2024-02-30", None),
        ("2024-W54", None),
        ("2023-W53", None),
        ("2024-Q5", None),
        ("2024-T1", None),
        ("2024-01-31/P1M", None),
        ("2024-01-01/P0D", None),
        ("1899", None),
        ("2201-01", None),
        ("2200-12-31/P2D", None),
        ("2024-01-01/P999999D", None),
        ("+024", None),
        ("enero", None),
        ("ñ024", None),
        ("", None),
    ] {
        let refused = wrong.parse::<Period>().expect_err(wrong);
        assert_ne!(refused.es, refused.en);
        assert_eq!(Period::probably(wrong).as_deref(), meant, "{wrong}");
    }
    assert!("2024-T1".parse::<Period>().unwrap_err().en.contains("2024-Q3"));
    assert!(Period::between(day("2024-02-01"), day("2024-01-01")).is_err());
}

#[test]
fn a_period_lies_in_a_bucket_only_wholly() {
    let in_month = |text| period(text).month().map(|month| month.to_string());
    let in_quarter = |text| period(text).quarter().map(|quarter| quarter.to_string());
    let in_year = |text| period(text).year().map(|year| year.to_string());
    assert_eq!(in_month("2024-W35"), None);
    assert_eq!(in_month("2024-W34").as_deref(), Some("2024-08"));
    assert_eq!(in_quarter("2024-W35").as_deref(), Some("2024-Q3"));
    assert_eq!(in_quarter("2024-S1"), None);
    assert_eq!(in_year("2024-01-01/P347D").as_deref(), Some("2024"));
    assert_eq!(in_year("2020-W01"), None);
    assert_eq!(period("2019-10").us_fiscal_year(), Some(2020));
    assert_eq!(period("2020-09-30").us_fiscal_year(), Some(2020));
    assert_eq!(period("2019-10-01/P366D").us_fiscal_year(), Some(2020));
    assert_eq!(period("2020").us_fiscal_year(), None);
}

#[test]
fn periods_sort_by_first_day_then_by_last() {
    let mut periods = ["2024", "2024-02", "2024-01", "2023-12", "2024-01-01"].map(period);
    periods.sort();
    assert_eq!(
        periods.map(|period| period.to_string()),
        ["2023-12", "2024-01-01", "2024-01", "2024", "2024-02"]
    );
}

fn any_period() -> impl Strategy<Value = Period> {
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
    let odd = (0..109_000_u64, 0..900_u64).prop_filter_map("outside", move |(start, days)| {
        let start = first.checked_add_days(Days::new(start))?;
        Period::between(start, start.checked_add_days(Days::new(days))?).ok()
    });
    let even = (1900..=2199, 1..=12_u32, prop::sample::select(vec![1, 3, 6, 12]))
        .prop_map(|(year, month, count)| period(&format!("{year}-{month:02}-01/P{count}M")));
    let week = (1900..=2199, 1..=52_u32).prop_map(|(year, week)| period(&format!("{year}-W{week:02}")));
    prop_oneof![odd, even, week]
}

fn close_pair() -> impl Strategy<Value = (Period, Period)> {
    (any_period(), -400..400_i64, 1..400_u64).prop_filter_map("outside", |(one, shift, days)| {
        let start = one.start().checked_add_signed(chrono::TimeDelta::days(shift))?;
        let last = start.checked_add_days(Days::new(days - 1))?;
        Some((one, Period::between(start, last).ok()?))
    })
}

fn days(period: Period) -> BTreeSet<NaiveDate> {
    period.start().iter_days().take_while(|day| *day < period.end()).collect()
}

proptest! {
    #[test]
    fn every_period_is_read_from_what_it_is_written_as(period in any_period()) {
        prop_assert_eq!(period.to_string().parse(), Ok(period));
        prop_assert_eq!(days(period).len() as i64, period.days());
    }

    #[test]
    fn two_periods_overlap_when_they_have_a_day_in_common((a, b) in close_pair()) {
        let (in_a, in_b) = (days(a), days(b));
        prop_assert_eq!(a.overlaps(b), !in_a.is_disjoint(&in_b));
        prop_assert_eq!(a.overlaps(b), b.overlaps(a));
        prop_assert_eq!(a.contains(b), in_a.is_superset(&in_b));
    }

    #[test]
    fn no_text_makes_the_reader_of_periods_panic(text in "\\PC{0,40}|[0-9QWSMATPDY/-]{0,24}") {
        let _ = text.parse::<Period>();
        let _ = Period::probably(&text);
    }
}
