use std::collections::HashSet;

use api::{
    ledger::sha256,
    statistics::{
        Unit, code, indicator,
        lists::{self, ListedCode},
    },
    text::Text,
};

/// What was released says codes of these lists: a list is never changed, but gets a later version.
const PINNED: &[(&str, &str)] = &[
    ("CL_SEX(1.0)", "64eefc9f65a0aae3"),
    ("CL_AGE(1.0)", "380110d0483f7838"),
    ("CL_AREA(1.0)", "f968f4f5d37234de"),
    ("CL_RETURN_MODE(1.0)", "ca0ae1a2c94dc31f"),
    ("CL_ACCOMPANIMENT(1.0)", "191d86632c4aa18c"),
    ("CL_AREA_ROLE(1.0)", "757d2ad48c9b5007"),
    ("CL_FREQ(1.0)", "5e4118889354e204"),
    ("CL_OBS_STATUS(1.0)", "32c4980379a3031d"),
    ("CL_CONF_STATUS(1.0)", "e4698b11898db3c3"),
];

fn line(listed: &ListedCode) -> String {
    let (parent, national) = (listed.parent.as_deref(), listed.national.as_deref());
    let Text { es, en, .. } = listed.name();
    let en = en.unwrap_or_default();
    format!("{}|{}|{es}|{en}|{}\n", listed.code, parent.unwrap_or_default(), national.unwrap_or_default())
}

#[test]
fn a_list_that_was_published_does_not_change() {
    let told: Vec<(String, String)> = lists::all()
        .iter()
        .map(|list| (list.reference(), sha256(list.codes.iter().map(line).collect::<String>().as_bytes())))
        .collect();
    let told: Vec<(&str, &str)> = told.iter().map(|(list, hash)| (list.as_str(), &hash[..16])).collect();
    assert_eq!(told, PINNED);
}

#[test]
fn every_code_of_every_list_is_sound_and_lies_where_it_says() {
    for list in lists::all() {
        let mut seen = HashSet::new();
        for listed in &list.codes {
            let code = listed.code.as_str();
            assert!(seen.insert(code), "{code} twice in {}", list.id);
            assert_eq!(code::tidy(code).unwrap(), code);
            assert!(code::suits(list.role, code).is_ok(), "{code} in {}", list.id);
            assert!(list.has(code) && list.inside(code, code));
            assert!(!listed.name().es.is_empty() && listed.name().en.is_some_and(|en| !en.is_empty()));
            let Some(parent) = listed.parent.as_deref() else { continue };
            assert!(list.get(parent).is_some() && list.inside(code, parent), "{parent} of {code}");
            assert!(!list.inside(parent, code));
            // The list and the rule that watches over sums must not differ.
            assert!(code::overlapping(list.role, code, parent), "{code} and {parent} are added");
        }
        assert_eq!(lists::find(list.id).unwrap().id, list.id);
        assert_eq!(lists::find(&list.reference()).unwrap().version, list.version);
    }
    for none in ["CL_NADA", "CL_SEX(9.9)", "CL_SEX(1.0", "(1.0)", ""] {
        assert!(lists::find(none).is_none(), "{none}");
    }
}

#[test]
fn the_divisions_of_the_directory_are_all_in_the_list_of_areas() {
    let areas = lists::find("CL_AREA").unwrap();
    for line in include_str!("../../../demo/divisions.csv").lines().skip(1) {
        let mut fields = line.split(',');
        let (code, country) = (fields.next().unwrap(), fields.next().unwrap());
        assert!(areas.inside(code, country), "{code}");
    }
    assert_eq!(areas.get("MX-PUE").unwrap().national.as_deref(), Some("INEGI AGEE 21"));
}

#[test]
fn bands_are_composed_and_kinds_of_others_are_told_apart_but_nothing_else_is() {
    let (ages, areas) = (lists::find("CL_AGE").unwrap(), lists::find("CL_AREA").unwrap());
    for band in ["Y0T17", "Y7T9", "Y30", "Y_LT3", "_T"] {
        assert!(ages.has(band), "{band}");
    }
    for none in ["0-17", "Y", "_N", "ADULT"] {
        assert!(!ages.has(none), "{none}");
    }
    assert!(areas.has("_O_CA") && !areas.has("_N_CA") && !areas.has("MX-XXX") && !areas.has("mx"));
    assert_eq!(areas.called("mexico"), Some("MX"));
    assert_eq!(lists::find("CL_SEX").unwrap().called("MUJER"), Some("F"));
}

#[test]
fn indicators_say_what_they_are_and_exclude_one_another_both_ways() {
    let mut seen = HashSet::new();
    for one in indicator::all() {
        assert!(seen.insert(&one.code), "{} twice", one.code);
        assert!(one.definition.en.is_some() && one.name.en.is_some());
        assert!(!one.adds_to(one), "{} excludes itself", one.code);
        for code in &one.adds_to {
            let other = indicator::find(code).unwrap();
            assert!(one.adds_to(other) && other.adds_to(one), "{} and {code}", one.code);
        }
        assert!(one.definitions.iter().all(|national| national.country.len() == 2));
    }
    for unit in [Unit::Event, Unit::Person, Unit::Vehicle, Unit::Money, Unit::Other] {
        assert!(indicator::all().iter().any(|one| one.own && one.unit == unit));
    }
    let persons = indicator::find("RETURNED_PERSON").unwrap();
    assert_ne!(persons.defined_in(Some("MX")), persons.defined_in(Some("GT")));
    assert_eq!(persons.defined_in(Some("BZ")), &persons.definition);
}
