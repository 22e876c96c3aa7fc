//! Figures by key and by component.

use serde_json::json;

use super::{failure, gets, gets_xml, names};
use crate::{
    exports::{MANY, PUBLISHER, imports, lines, with},
    stage::Stage,
};

const DATA: &str = "data/dataflow/MX-INM/MX-RETORNOS/1.0.0";

/// The observations of an answer as CSV, without what SDMX-CSV has first.
async fn rows(stage: &Stage, path: &str) -> Vec<String> {
    let join = if path.contains('?') { "&" } else { "?" };
    let answer = gets(stage, PUBLISHER, &format!("{path}{join}format=sdmx-csv")).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    let lines = lines(&answer.text);
    let own =
        lines.iter().skip(1).map(|line| line.strip_prefix("dataflow,MX-INM:MX-RETORNOS(1.0.0),I,").unwrap());
    own.map(str::to_owned).collect()
}

#[tokio::test]
async fn figures_are_found_by_key_and_component() {
    let stage = Stage::set().await;
    with(&stage, MANY).await;
    let all: Vec<&str> = MANY.lines().skip(1).collect();
    let those = |fits: &dyn Fn(&str) -> bool| {
        all.iter().filter(|row| fits(row)).map(|row| row.to_string()).collect::<Vec<_>>()
    };
    for (query, expected) in [
        ("", those(&|_| true)),
        ("/*", those(&|_| true)),
        ("/*.*", those(&|_| true)),
        ("/US", those(&|row| row.starts_with("US,"))),
        ("/US.M", those(&|row| row.starts_with("US,M"))),
        ("/*.F", those(&|row| row.contains(",F,"))),
        ("/US.M,GT.F", those(&|row| row.starts_with("US,M") || row.starts_with("GT,F"))),
        ("/US.M+_T,GT.NOBODY", those(&|row| row.starts_with("US,M"))),
        ("/US+GT.M", those(&|row| row.starts_with("US,M") || row.starts_with("GT,M"))),
        ("/US.M,GT.NOBODY", those(&|row| row.starts_with("US,M"))),
        ("?c[SEX]=F,M", those(&|row| row.contains(",F,") || row.contains(",M,"))),
        ("?c%5BSEX%5D=F%2CM", those(&|row| row.contains(",F,") || row.contains(",M,"))),
        ("/US?c[SEX]=ne:F", those(&|row| row.starts_with("US,M"))),
        ("?c[FROM_AREA]=sw:_O", those(&|row| row.starts_with("_O_CA"))),
        ("?c[FROM_AREA]=co:O,nc:T", those(&|row| !row.starts_with("GT"))),
        ("?c[TIME_PERIOD]=2024-01", those(&|row| row.contains(",2024-01,"))),
        (
            "?c[TIME_PERIOD]=ge:2024-02%2Ble:2024-12&c[SEX]=M",
            those(&|row| {
                ["GT,M,2024-Q2", "US,M,2024-02", "US,M,2024-09-13"].iter().any(|known| row.starts_with(known))
            }),
        ),
        (
            "?c[TIME_PERIOD]=ge:2024-02+le:2024-12&c[SEX]=M",
            those(&|row| {
                ["GT,M,2024-Q2", "US,M,2024-02", "US,M,2024-09-13"].iter().any(|known| row.starts_with(known))
            }),
        ),
        ("?startPeriod=2024-09&endPeriod=2024-09", those(&|row| row.contains("2024-09-13"))),
        ("?c[TIME_PERIOD]=lt:2024-02", those(&|row| row.contains(",2024-01,"))),
        ("?c[TIME_PERIOD]=gt:2024-06", those(&|row| row.contains("2024-W35") || row.contains("2024-09-13"))),
        ("?c[OBS_STATUS]=P,E", those(&|row| row.ends_with(",P") || row.ends_with(",E"))),
        ("?c[OBS_VALUE]=ge:90", those(&|row| row.contains(",90,") || row.contains(",100,"))),
        ("?c[OBS_VALUE]=lt:6", those(&|row| [",3,", ",0,", ",5,"].iter().any(|known| row.contains(known)))),
        ("/US?firstNObservations=1", those(&|row| row.starts_with("US") && row.contains(",2024-01,"))),
        ("/US.M?lastNObservations=1", those(&|row| row.starts_with("US,M,2024-09-13"))),
        (
            "/US.M?firstNObservations=1&lastNObservations=1",
            those(&|row| row.starts_with("US,M,2024-01,") || row.starts_with("US,M,2024-09-13")),
        ),
    ] {
        assert_eq!(rows(&stage, &format!("{DATA}{query}")).await, expected, "{query}");
    }
    for version in ["*", "+", "~", "1.0.0,2.0.0", "1.0+.0"] {
        let path = format!("data/dataflow/MX-INM/MX-RETORNOS/{version}");
        assert_eq!(rows(&stage, &path).await.len(), 10, "{version}");
    }
    for path in
        ["data", "data/dataflow", "data/*/MX-INM", "data/datastructure/MX-INM/DSD_MX-RETORNOS/1.0.0/*"]
    {
        assert_eq!(rows(&stage, path).await.len(), 10, "{path}");
    }
}

#[tokio::test]
async fn figures_are_laid_out_as_asked() {
    let stage = Stage::set().await;
    with(&stage, MANY).await;
    let series = gets(&stage, PUBLISHER, DATA).await;
    assert_eq!(series.header("content-type"), "application/vnd.sdmx.data+json; version=2.0.0; charset=utf-8");
    let set = &series.json["data"]["dataSets"][0];
    assert_eq!(set["series"].as_object().unwrap().len(), 6);
    let flat = gets(&stage, PUBLISHER, &format!("{DATA}?dimensionAtObservation=AllDimensions")).await;
    let observations = flat.json["data"]["dataSets"][0]["observations"].as_object().unwrap();
    assert_eq!(observations.len(), 10);
    assert!(observations.keys().all(|key| key.split(':').count() == 3));
    let across = gets(&stage, PUBLISHER, &format!("{DATA}?dimensionAtObservation=SEX")).await;
    let (structure, set) =
        (&across.json["data"]["structures"][0]["dimensions"], &across.json["data"]["dataSets"][0]);
    let ids = |list: &serde_json::Value| {
        list.as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (ids(&structure["series"]), ids(&structure["observation"])),
        (vec![json!("FROM_AREA"), json!("TIME_PERIOD")], vec![json!("SEX")])
    );
    let sections = set["series"].as_object().unwrap();
    assert_eq!(
        sections.values().map(|one| one["observations"].as_object().unwrap().len()).sum::<usize>(),
        10
    );
    // The United States in January 2024: women and men.
    let january = structure["series"][1]["values"]
        .as_array()
        .unwrap()
        .iter()
        .position(|one| one["id"] == "2024-01")
        .unwrap();
    assert_eq!(sections[&format!("1:{january}")]["observations"], json!({ "0": [40, 0], "1": [100, 0] }));
    let bare = gets(&stage, PUBLISHER, &format!("{DATA}/US.F?attributes=none")).await;
    let bare = &bare.json["data"]["dataSets"][0]["series"]["0:0"]["observations"];
    assert_eq!(bare.as_object().unwrap().values().next().unwrap(), &json!([40]));
    for (query, header) in [
        ("attributes=none", "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE"),
        ("attributes=OBS_STATUS&measures=none", "FROM_AREA,SEX,TIME_PERIOD,OBS_STATUS"),
        ("attributes=dataset&measures=OBS_VALUE", "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE"),
        ("attributes=none&measures=none", "FROM_AREA,SEX,TIME_PERIOD"),
    ] {
        let csv = gets(&stage, PUBLISHER, &format!("{DATA}?{query}&format=sdmx-csv")).await;
        assert_eq!(lines(&csv.text)[0], format!("STRUCTURE,STRUCTURE_ID,ACTION,{header}"), "{query}");
        assert_eq!(lines(&csv.text).len(), 11);
    }
    let accept = "application/vnd.sdmx.data+csv;version=2.0.0";
    let csv = stage.person(PUBLISHER).asking().with("accept", accept).gets(&format!("/sdmx/v2/{DATA}")).await;
    let export = crate::exports::gets(
        &stage,
        PUBLISHER,
        &format!("/exports/{}?format=sdmx-csv", dataset(&stage).await),
    )
    .await;
    assert_eq!(csv.text, export.text, "the same file on both ways");
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"MX-RETORNOS.sdmx.csv\"");
    let tag = csv.header("etag").to_owned();
    let again = stage.person(PUBLISHER).asking().with("accept", accept).with("if-none-match", tag);
    assert_eq!(again.gets(&format!("/sdmx/v2/{DATA}")).await.status, 304);
}

async fn dataset(stage: &Stage) -> String {
    let found = stage.person(PUBLISHER).asks("{ datasets { nodes { id } } }", json!({})).await.well();
    found.text_at("datasets.nodes.0.id")
}

#[tokio::test]
async fn the_past_is_found_as_it_was() {
    let stage = Stage::set().await;
    let dataset = with(&stage, MANY).await;
    let then = stage.now();
    stage.pass(chrono::TimeDelta::days(40));
    imports(&stage, &dataset, 2, "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\nUS,M,2024-01,99\n", json!({}))
        .await
        .well();
    assert_eq!(rows(&stage, DATA).await, ["US,M,2024-01,99,A"]);
    for at in [
        "2025-01-16",
        "2025-01-16T15:00:00",
        "2025-01-16T16:00:00%2B01:00",
        "2025-01-16T16:00:00+01:00",
        "2025-01-20T00:00:00Z",
    ] {
        assert_eq!(rows(&stage, &format!("{DATA}?asOf={at}")).await.len(), 10, "{at}");
    }
    assert!(then < stage.now());
    assert_eq!(failure(&gets(&stage, PUBLISHER, &format!("{DATA}?asOf=2024-12-31")).await), (404, 100));
    assert_eq!(failure(&gets(&stage, PUBLISHER, &format!("{DATA}?asOf=ayer")).await), (400, 140));
}

#[tokio::test]
async fn what_there_is_can_be_asked_before_it_is_fetched() {
    let stage = Stage::set().await;
    with(&stage, MANY).await;
    let path = DATA.replace("data/", "availability/");
    let found = gets(&stage, PUBLISHER, &format!("{path}/US")).await;
    let constraint = &found.json["data"]["dataConstraints"][0];
    let region = &constraint["cubeRegions"][0];
    assert_eq!(
        region["keyValues"],
        json!([
            { "id": "FROM_AREA", "include": true, "values": [{ "value": "US" }] },
            { "id": "SEX", "include": true, "values": [{ "value": "F" }, { "value": "M" }] },
        ])
    );
    let time = &region["components"][0]["timeRange"];
    assert_eq!(
        (&time["startPeriod"]["period"], &time["endPeriod"]["period"]),
        (&json!("2024-01-01"), &json!("2024-09-13"))
    );
    let counts: Vec<_> =
        constraint["annotations"].as_array().unwrap().iter().map(|one| one["title"].clone()).collect();
    assert_eq!(counts, ["2", "5"]);
    let one = gets(&stage, PUBLISHER, &format!("{path}/*/SEX?c[OBS_VALUE]=ge:90")).await;
    let keys = &one.json["data"]["dataConstraints"][0]["cubeRegions"][0]["keyValues"];
    assert_eq!(keys, &json!([{ "id": "SEX", "include": true, "values": [{ "value": "M" }] }]));
    let with = gets(&stage, PUBLISHER, &format!("{path}?references=all")).await;
    assert_eq!(names(&with).len(), 7, "{:?}", names(&with));
    let xml = gets_xml(&stage, PUBLISHER, &path).await;
    assert!(
        xml.text.contains("<str:KeyValue id=\"SEX\">") && xml.text.contains("<str:TimeRange>"),
        "{}",
        xml.text
    );
    assert_eq!(failure(&gets(&stage, PUBLISHER, &format!("{path}/HN")).await), (404, 100));
    assert_eq!(failure(&gets(&stage, PUBLISHER, &format!("{path}?mode=available")).await), (501, 501));
}

#[tokio::test]
async fn what_finds_nothing_or_makes_no_sense_says_so() {
    let stage = Stage::set().await;
    with(&stage, MANY).await;
    crate::exports::with_code(&stage, "MX-DOS", MANY).await;
    let many = format!("{DATA}/{}", "US.M,".repeat(1_100));
    for (path, expected) in [
        (format!("{DATA}/HN"), (404, 100)),
        (format!("{DATA}/US.M?c[TIME_PERIOD]=ge:2030"), (404, 100)),
        (format!("{DATA}?c[SEX]=X"), (404, 100)),
        (format!("{DATA}?c[OBS_VALUE]=gt:1000"), (404, 100)),
        ("data/dataflow/MX-INM/MX-RETORNOS/2.0.0".into(), (404, 100)),
        ("data/dataflow/MX-INM/NADA/1.0.0".into(), (404, 100)),
        ("data/provisionagreement/MX-INM/MX-RETORNOS/1.0.0".into(), (404, 100)),
        ("data/dataflow/MX-INM".into(), (413, 130)),
        ("data/nothing/MX-INM/MX-RETORNOS".into(), (400, 140)),
        (format!("{DATA}/US.M.A.B"), (400, 140)),
        (format!("{DATA}/US.M/x/y"), (400, 140)),
        (many, (400, 140)),
        (format!("{DATA}?c[SEX]="), (400, 140)),
        (format!("{DATA}?c[SEX]=F&c[SEX]=M"), (400, 140)),
        (format!("{DATA}?c[SEX]=F,,M"), (400, 140)),
        (format!("{DATA}?c[AGE]=Y0T11"), (422, 150)),
        (format!("{DATA}?c[TIME_PERIOD]=enero"), (422, 150)),
        (format!("{DATA}?c[TIME_PERIOD]=co:2024"), (422, 150)),
        (format!("{DATA}?c[OBS_VALUE]=ge:many"), (422, 150)),
        (format!("{DATA}?c[OBS_VALUE]=ge:1e400"), (422, 150)),
        (format!("{DATA}?firstNObservations=0"), (400, 140)),
        (format!("{DATA}?lastNObservations=-1"), (400, 140)),
        (format!("{DATA}?attributes=COLOR"), (400, 140)),
        (format!("{DATA}?dimensionAtObservation=SEXO"), (422, 150)),
        (format!("{DATA}?updatedAfter=2024-01-01"), (501, 501)),
        (format!("{DATA}?includeHistory=true"), (501, 501)),
        (format!("{DATA}?limit=5"), (501, 501)),
        (format!("{DATA}?format=parquet"), (400, 140)),
        (format!("{DATA}?detail=full"), (400, 140)),
        (format!("{DATA}?%FF=%FE"), (400, 140)),
    ] {
        let told = gets(&stage, PUBLISHER, &path).await;
        assert_eq!(failure(&told), expected, "{}: {}", &path[..path.len().min(90)], told.text);
        assert!(told.text.len() < 2_000);
    }
    assert_eq!(rows(&stage, &format!("{DATA}?includeHistory=false")).await.len(), 10);
    let ml = stage.person(PUBLISHER).asking().with("accept", "application/vnd.sdmx.data+xml;version=3.0.0");
    assert_eq!(ml.gets(&format!("/sdmx/v2/{DATA}")).await.status, 406);
}
