//! Reports in bulk, from a file at the console.

use std::{io::Write, process::Output};

use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{built, regional, set};
use crate::{
    cli::{enlace, said},
    stage::Stage,
};

fn run(stage: &Stage, login: &str, text: &str, more: &[&str]) -> Output {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let path = file.path().to_str().unwrap();
    let arguments: Vec<&str> = ["capacity", "--as", login, path].iter().chain(more).copied().collect();
    enlace(stage, &arguments)
}

#[tokio::test]
async fn a_file_is_told_line_by_line_and_stored_whole_or_not_at_all() {
    let stage = Stage::set_now().await;
    let points = built(&stage).await;
    set(&stage, &points, "MX-RP-0", 60).await;
    set(&stage, &points, "MX-RP-1", 60).await;
    let begun = stage.now();
    let hour = |back: i64| (begun - chrono::TimeDelta::hours(back)).to_rfc3339();
    let stored = async || api::plans::capacity::ReportRow::find().count(&stage.node.reads.0).await.unwrap();

    let bad = format!(
        "point,as_of,occupied,nominal,staff\nMX-RP-0,{},90,100,\nMX-RP-9,ayer,muchos,100,3\nMX-RP-1,{},,100,1\n",
        hour(1),
        hour(1)
    );
    let refused = run(&stage, "mx.agency.editor", &bad, &[]);
    let told = said(&refused);
    assert_eq!(refused.status.code(), Some(1), "{told}");
    for words in [
        "line 3.point: UNKNOWN",
        "line 3.as_of: MALFORMED",
        "line 3.occupied: NOT_A_NUMBER",
        "line 4.occupied: REQUIRED",
        "nothing was stored",
    ] {
        assert!(told.contains(words), "no `{words}` in {told}");
    }
    let bad =
        format!("point,as_of,occupied,nominal\nMX-RP-0,{},90,100\nMX-RP-1,{},90,100\n", hour(1), hour(9000));
    let told = said(&run(&stage, "mx.agency.editor", &bad, &[]));
    assert!(told.contains("line 3.asOf: OUT_OF_RANGE"), "{told}");
    for (text, words) in [
        ("", "the column `point` is missing"),
        ("point,as_of,occupied,nominal,color\n", "column 5 is not known"),
        ("point,as_of,occupied,nominal\nMX-RP-0\n", "line 2: MALFORMED"),
        ("point,as_of,occupied,nominal\n", "REQUIRED"),
    ] {
        let refused = run(&stage, "mx.agency.editor", text, &[]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(said(&refused).contains(words), "no `{words}` in {}", said(&refused));
    }
    assert_eq!(stored().await, 0);

    let good = format!(
        "\u{feff}point,as_of,occupied,nominal,surge\nMX-RP-0,{},90,100,\nMX-RP-1,{},50,100,120\n",
        hour(1),
        hour(0)
    );
    let dry = run(&stage, "mx.agency.editor", &good, &["--dry-run"]);
    assert!(dry.status.success() && said(&dry).contains("2 reports are in order"), "{}", said(&dry));
    assert_eq!(stored().await, 0);
    let stranger = run(&stage, "mx.test.editor", &good, &[]);
    assert!(!stranger.status.success() && said(&stranger).contains("not allowed"), "{}", said(&stranger));
    let done = run(&stage, "mx.agency.editor", &good, &[]);
    assert!(done.status.success() && said(&done).contains("2 reports were stored"), "{}", said(&done));
    assert_eq!(stored().await, 2);
    // What the binary stored it stored a little later than this test began.
    stage.set_time(chrono::Utc::now());
    let known = regional(&stage, "mx.test.analyst", json!({})).await.well();
    assert_eq!(known.at("regionalCapacity.total.occupied"), 140);
    // The same file again is no second report.
    let again = run(&stage, "mx.agency.editor", &good, &[]);
    assert!(!again.status.success() && said(&again).contains("line 2.asOf: DUPLICATE"), "{}", said(&again));
    assert_eq!(stored().await, 2);
}
