//! Random figures through the public door: what goes in comes out, and the parts of any question are its whole.

use std::{cell::Cell, collections::BTreeSet, process::Command};

use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};
use serde_json::{Value, json};

use crate::{
    stage::{Answer, Stage},
    statistics_domain::invented::{Figure, figures, filters},
};

const PUBLISHER: &str = "mx.agency.statistics";
const ROLES: [(&str, &str); 4] = [("SEX", "PLAIN"), ("AGE", "AGE"), ("REF_AREA", "AREA"), ("UNIT", "APART")];
const IMPORT: &str = "mutation ($i: ImportStatisticsInput!) { importStatistics(input: $i) { \
    report { accepted difference { added removed revised unchanged } } userErrors { code message } } }";

/// Runs so many cases on one stage, each with a number of its own.
fn cases<S: Strategy>(
    count: u32,
    of: S,
    test: impl AsyncFn(&Stage, u32, S::Value) -> Result<(), TestCaseError>,
) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let stage = runtime.block_on(Stage::set_now());
    let config =
        Config { cases: count, max_shrink_iters: 40, failure_persistence: None, ..Config::default() };
    let number = Cell::new(0);
    let done = TestRunner::new(config).run(&of, |value| {
        number.set(number.get() + 1);
        runtime.block_on(test(&stage, number.get(), value))
    });
    // Closes what it has on the server while there is a runtime.
    let _entered = runtime.enter();
    drop(stage);
    done.unwrap_or_else(|failed| panic!("{failed}"));
}

fn csv(figures: &[Figure]) -> String {
    let mut csv = "SEX,AGE,REF_AREA,UNIT,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n".to_owned();
    for line in lines(figures) {
        csv += &format!("{line}\n");
    }
    csv
}

fn lines(figures: &[Figure]) -> Vec<String> {
    let line = |(codes, period, value, status): &Figure| {
        let value = value.map_or_else(String::new, |value| value.to_string());
        format!("{},{period},{value},{status}", codes.join(","))
    };
    figures.iter().map(line).collect()
}

/// A dataset of its own, with these figures.
async fn imported(stage: &Stage, number: u32, figures: &[Figure]) -> String {
    let dimensions = ROLES.map(|(code, role)| json!({ "code": code, "name": { "es": code }, "role": role }));
    let input = json!({ "handling": "GREEN", "content": { "code": format!("AL-AZAR-{number}"), "name": { "es": "Al azar" },
        "compiler": stage.institution("MX-INM").global(), "indicator": "RETURN_EVENT", "dimensions": dimensions } });
    let declare = "mutation ($i: DeclareDatasetInput!) { declareDataset(input: $i) { dataset { id } userErrors { code message } } }";
    let declared = stage.person(PUBLISHER).asks(declare, json!({ "i": input })).await.well();
    let dataset = declared.text_at("declareDataset.dataset.id");
    let done = import(stage, &dataset, &csv(figures), false).await.well();
    assert_eq!(done.at("importStatistics.report.accepted"), figures.len());
    dataset
}

async fn import(stage: &Stage, dataset: &str, csv: &str, dry: bool) -> Answer {
    let revision = if dry { 2 } else { 1 };
    let input = json!({ "dataset": dataset, "expectedRevision": revision, "csv": csv, "dryRun": dry });
    stage.person(PUBLISHER).asks(IMPORT, json!({ "i": input })).await
}

fn exported(stage: &Stage, number: u32) -> String {
    let config = &stage.node.config;
    let output = Command::new(env!("CARGO_BIN_EXE_enlace"))
        .args(["export", "--as", PUBLISHER, "--dataset", &format!("AL-AZAR-{number}")])
        .env("ENLACE_FOLDER", &config.folder)
        .env("ENLACE_DATABASE_URL", config.database_url())
        .env("ENLACE_PUBLIC_URL", config.public_url())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_exported_is_what_was_imported() {
    let some = figures().prop_filter("nothing is no vintage", |figures| !figures.is_empty()).prop_shuffle();
    cases(12, some, async |stage, number, figures| {
        let dataset = imported(stage, number, &figures).await;
        let out = exported(stage, number);
        let told: BTreeSet<String> = out.lines().skip(1).map(|line| line.trim_end().to_owned()).collect();
        prop_assert_eq!(told.len(), figures.len());
        prop_assert_eq!(told, lines(&figures).into_iter().collect::<BTreeSet<_>>());
        let again = import(stage, &dataset, &out, true).await.well();
        let unchanged = json!({ "added": 0, "removed": 0, "revised": 0, "unchanged": figures.len() });
        prop_assert_eq!(again.at("importStatistics.report.difference"), &unchanged);
        Ok(())
    });
}

/// The sum of all rows and how many observations they are of; rows that have none besides.
async fn sum(stage: &Stage, dataset: &str, filters: &Value, more: &str) -> (i64, u64, u64) {
    let query = format!(
        "query ($d: ID!, $w: [DimensionFilterInput!]!) {{ statistics(dataset: $d, where: $w, allowIncomparable: true, first: 100{more}) {{ \
         matched rows {{ totalCount nodes {{ observations cell {{ ... on StatisticsValue {{ value }} }} }} }} }} }}"
    );
    let answer = stage.person(PUBLISHER).asks(&query, json!({ "d": dataset, "w": filters })).await.well();
    let rows = answer.at("statistics.rows.nodes").as_array().unwrap();
    assert_eq!(answer.at("statistics.rows.totalCount"), rows.len(), "all on one page");
    let value = |row: &Value| row["cell"]["value"].as_str().map_or(0, |value| value.parse::<i64>().unwrap());
    let observations = rows.iter().map(|row| row["observations"].as_u64().unwrap()).sum();
    (rows.iter().map(value).sum(), observations, answer.at("statistics.matched").as_u64().unwrap())
}

#[test]
fn the_parts_of_a_question_add_up_to_its_whole_whatever_it_is_parted_by() {
    let some = figures().prop_filter("nothing is no vintage", |figures| !figures.is_empty());
    cases(8, (some, filters()), async |stage, number, (figures, filters)| {
        let dataset = imported(stage, number, &figures).await;
        // Others than some figure has are refused.
        let known = |place: usize, code: &String| figures.iter().any(|figure| figure.0[place] == code);
        let filters: Vec<Value> = filters
            .into_iter()
            .filter_map(|(name, mut codes)| {
                let place = ROLES.iter().position(|(code, _)| *code == name)?;
                codes.retain(|code| known(place, code));
                (!codes.is_empty()).then(|| json!({ "dimension": name, "codes": codes }))
            })
            .collect();
        let filters = json!(filters);
        let whole = sum(stage, &dataset, &filters, "").await;
        prop_assert_eq!(whole.1, whole.2);
        let parted = ROLES.map(|(code, _)| format!(", groupBy: [\"{code}\"]"));
        let times =
            ["EXACT", "MONTH", "QUARTER", "YEAR", "US_FISCAL_YEAR"].map(|by| format!(", byPeriod: {by}"));
        let both = [
            ", groupBy: [\"UNIT\", \"SEX\"], byPeriod: YEAR".to_owned(),
            ", groupBy: [\"SEX\", \"UNIT\"]".to_owned(),
        ];
        for more in parted.into_iter().chain(times).chain(both) {
            prop_assert_eq!(sum(stage, &dataset, &filters, &more).await, whole, "{}", more);
        }
        Ok(())
    });
}
