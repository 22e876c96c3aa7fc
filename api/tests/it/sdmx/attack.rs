//! The attack: every SDMX path, by everybody. What one may not see is no result, and leaves no trace in any list.

use api::access::{Action, Kind, Standing, allows};
use chrono::TimeDelta;
use serde_json::json;

use super::{failure, gets, gets_xml, names, said};
use crate::{
    access::everybody,
    acts::{Carried, code},
    stage::Stage,
};

/// Every path that could tell of a dataset of this code.
fn ways(code: &str) -> Vec<String> {
    vec![
        format!("data/dataflow/MX-INM/{code}/1.0.0/*"),
        format!("data/dataflow/MX-INM/{code}/1.0.0/F?format=sdmx-csv"),
        format!("data/datastructure/MX-INM/DSD_{code}"),
        format!("data/dataflow/*/{code}"),
        format!("availability/dataflow/MX-INM/{code}"),
        format!("structure/dataflow/MX-INM/{code}?references=all"),
        format!("structure/datastructure/*/DSD_{code}"),
        format!("structure/conceptscheme/*/CS_{code}"),
        format!("structure/codelist/*/CL_{code}_SEX"),
    ]
}

/// Paths that list whatever there is.
const LISTS: [&str; 8] = [
    "structure/*/*/*/*?references=all",
    "structure/dataflow",
    "structure/datastructure?references=all",
    "structure/codelist?references=ancestors",
    "structure/conceptscheme",
    "structure/agencyscheme",
    "data",
    "availability",
];

async fn begun<'a>(stage: &'a Stage, word: &str) -> Carried<'a> {
    let carried = Carried::begun(stage, Kind::Dataset, "mx.agency", "GREEN", word).await;
    carried.revised(stage, word, 1).await.well();
    carried
}

#[tokio::test]
async fn only_who_is_shown_a_dataset_finds_its_dataflow() {
    let stage = Stage::set().await;
    begun(&stage, "Borrador").await;
    begun(&stage, "Difundido").await.shared(&stage, json!({ "countries": ["GT"] })).await;
    for who in everybody(&stage) {
        let reads = |role| Standing::ALL.iter().any(|at| allows(role, Action::Read(Kind::Dataset), *at));
        let may = who.role.is_some_and(reads);
        let works = matches!(who.prefix.as_str(), "mx.test" | "mx.agency");
        for (word, shown) in [("Borrador", works), ("Difundido", works || who.country == "GT")] {
            for (path, nowhere) in ways(&code(word)).into_iter().zip(ways("NADA")) {
                let answer = gets(&stage, &who.login, &path).await;
                let expected = match (may, shown) {
                    (false, _) => (403, 110),
                    (true, false) => (404, 100),
                    (true, true) => (200, 0),
                };
                assert_eq!(failure(&answer), expected, "{} {path}: {}", who.login, answer.text);
                if expected.0 != 200 {
                    assert_eq!(said(&answer), said(&gets(&stage, &who.login, &nowhere).await));
                }
            }
        }
    }
    for path in
        ways(&code("Difundido")).iter().map(String::as_str).chain(LISTS).chain(["", "nothing", "schema"])
    {
        let path = format!("/sdmx/v2/{path}");
        let stranger = stage.stranger().without("accept").gets(&path).await;
        if path != "/sdmx/v2/" {
            assert_eq!(failure(&stranger), (401, 110), "{path}");
            assert_eq!(stranger.header("www-authenticate"), "Bearer");
        }
        let forged = stage.stranger().with("authorization", "Bearer x").without("accept").gets(&path).await;
        assert!(matches!(forged.status.as_u16(), 401 | 404), "{path}");
    }
}

#[tokio::test]
async fn no_list_tells_of_what_is_not_shown() {
    let stage = Stage::set().await;
    begun(&stage, "Visible")
        .await
        .shared(&stage, json!({ "everyone": false, "countries": ["GT", "HN"] }))
        .await;
    let readers = ["gt.test.analyst", "hn.agency.observer", "int.iom.observer", "gt.agency.statistics"];
    let mut before = Vec::new();
    for login in readers {
        for path in LISTS {
            before.push(said(&gets(&stage, login, path).await));
            before.push((0, json!(xml(&stage, login, path).await)));
        }
    }
    // A draft, one shared with others, one under embargo, one that was recalled.
    begun(&stage, "Borrador").await;
    begun(&stage, "De otros").await.shared(&stage, json!({ "countries": ["MX"] })).await;
    let embargoed = Carried::begun(&stage, Kind::Dataset, "mx.agency", "GREEN", "Embargado").await;
    let csv = "SEX,TIME_PERIOD,OBS_VALUE\nSECRETO,2024-01,40\n";
    let changes = json!({ "csv": csv, "embargoUntil": json!(stage.now() + TimeDelta::days(3)) });
    embargoed.by_author(&stage, Action::Draft(Kind::Dataset), changes).await.well();
    embargoed.shared(&stage, json!({ "countries": ["GT", "HN"] })).await;
    let recalled = begun(&stage, "Retirado").await;
    recalled.shared(&stage, json!({ "countries": ["GT", "HN"] })).await;
    recalled.recalled(&stage, None).await.well();
    let mut after = Vec::new();
    for login in readers {
        for path in LISTS {
            after.push(said(&gets(&stage, login, path).await));
            after.push((0, json!(xml(&stage, login, path).await)));
        }
    }
    assert_eq!(before, after);
    for word in ["Borrador", "De otros", "Embargado", "Retirado"] {
        for path in ways(&code(word)) {
            assert_eq!(failure(&gets(&stage, "gt.test.analyst", &path).await), (404, 100), "{path}");
        }
    }
    assert_eq!(names(&gets(&stage, "mx.test.focal", "structure/dataflow").await).len(), 5);

    stage.pass(TimeDelta::days(3));
    for path in ways(&code("Embargado")).iter().filter(|path| !path.contains("/F?")) {
        assert_eq!(gets(&stage, "gt.test.analyst", path).await.status, 200, "{path}");
        assert_eq!(failure(&gets(&stage, "int.iom.observer", path).await), (404, 100), "{path}");
    }
}

/// What a message says, without its header.
async fn xml(stage: &Stage, login: &str, path: &str) -> String {
    let text = gets_xml(stage, login, path).await.text;
    text.split_once("</mes:Header>").map_or(String::new(), |(_, rest)| rest.to_owned())
}

#[tokio::test]
async fn a_new_draft_and_its_codes_stay_with_those_who_work_on_it() {
    let stage = Stage::set().await;
    let dataset = begun(&stage, "Difundido").await;
    dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
    let paths: Vec<String> = ways(&code("Difundido"));
    let mut before = Vec::new();
    for path in &paths {
        before.push(said(&gets(&stage, "gt.test.analyst", path).await));
    }
    let csv = "SEX,TIME_PERIOD,OBS_VALUE\nSECRETO,2024-01,40\n";
    dataset.by_author(&stage, Action::Draft(Kind::Dataset), json!({ "csv": csv })).await.well();
    for (path, before) in paths.iter().zip(before) {
        assert_eq!(said(&gets(&stage, "gt.test.analyst", path).await), before, "{path}");
    }
    let own = gets(&stage, "mx.agency.statistics", &paths[8]).await;
    assert!(own.text.contains("SECRETO"), "{}", own.text);
}

#[tokio::test]
async fn figures_that_were_retracted_are_no_result_and_say_why() {
    let stage = Stage::set().await;
    let dataset = begun(&stage, "Difundido").await;
    dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
    let retract = "mutation($i: RetractVintageInput!) { retractVintage(input: $i) { userErrors { code } } }";
    let input = json!({ "dataset": dataset.global(), "revision": 2, "reason": { "es": "Suma equivocada" } });
    stage.person("mx.agency.focal").asks(retract, json!({ "i": input })).await.well();
    for path in ways(&code("Difundido")).iter().filter(|path| !path.starts_with("structure")) {
        let told = gets(&stage, "gt.test.analyst", path).await;
        assert_eq!(failure(&told), (404, 100), "{path}");
        assert!(told.text.contains("Suma equivocada"), "{path}: {}", told.text);
        assert!(!gets(&stage, "hn.test.analyst", path).await.text.contains("Suma"));
    }
    let flow = gets(&stage, "gt.test.analyst", "structure/dataflow").await;
    assert!(flow.status == 200 && !flow.text.contains("VINTAGE"), "{}", flow.text);
}
