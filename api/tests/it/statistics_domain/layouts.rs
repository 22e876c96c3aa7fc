use api::statistics::{code::DimensionRole, layout::Layout};

use super::invented::{dimension, layout};

#[test]
fn a_layout_travels_as_canonical_json() {
    let written = serde_json::to_string(&layout()).unwrap();
    assert!(written.starts_with(
        r#"{"decimals":0,"dimensions":[{"code":"SEX","name":{"en":"SEX","es":"SEX"},"role":"PLAIN"}"#
    ));
    assert_eq!(serde_json::from_str::<Layout>(&written).unwrap(), layout());
    assert!(serde_json::from_str::<Layout>(r#"{"decimals":0,"dimensions":[],"more":1}"#).is_err());
}

#[test]
fn everything_wrong_with_a_layout_is_told_at_once() {
    let mut wrong = layout();
    wrong.decimals = 7;
    wrong.dimensions[0].code = "sexo y edad".into();
    wrong.dimensions[1].codes = Some(vec!["Y0T11".into(), "0-11".into(), "Y0T11".into(), " _T".into()]);
    wrong.dimensions[2].code = "time_period".into();
    wrong.dimensions[2].name.es = " ".into();
    wrong.dimensions.push(dimension("unit", DimensionRole::Plain));
    let told: Vec<_> = wrong
        .check("input")
        .unwrap_err()
        .into_iter()
        .map(|p| format!("{} {}", p.path, p.reason.code()))
        .collect();
    assert_eq!(
        told,
        [
            "input.decimals OUT_OF_RANGE",
            "input.dimensions.0.code MALFORMED",
            "input.dimensions.1.codes.1 MALFORMED",
            "input.dimensions.1.codes.2 DUPLICATE",
            "input.dimensions.1.codes.3 MALFORMED",
            "input.dimensions.2.code DUPLICATE",
            "input.dimensions.2.name.es REQUIRED",
            "input.dimensions.4.code DUPLICATE",
        ]
    );
    assert!(Layout { decimals: 0, dimensions: Vec::new() }.check("input").is_err());
    assert!(layout().check("input").is_ok());
}
