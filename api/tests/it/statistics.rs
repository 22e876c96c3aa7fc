//! A dataset from its declaration to an answer, as publishers and analysts live it.

mod cut;
mod random;

use serde_json::{Value, json};

use crate::{
    plans::moved,
    stage::{Answer, Stage},
};

const DECLARE: &str = "mutation ($input: DeclareDatasetInput!) { declareDataset(input: $input) { \
    dataset { id } userErrors { code path message } } }";
pub const IMPORT: &str = "mutation ($input: ImportStatisticsInput!) { importStatistics(input: $input) { \
    dataset { id vintage { number observations firstPeriod lastPeriod fileHash } } \
    report { dryRun rowsRead accepted refused problemCount total \
        problems { row column value code message suggestion } } userErrors { code path message } } }";
const RELEASE: &str = "mutation ($input: ReleaseInput!) { releaseVintage(input: $input) { \
    dataset { state } userErrors { code path message } } }";
const SUM: &str = "query ($dataset: ID!, $where: [DimensionFilterInput!]! = [], $by: [String!]! = [], $time: PeriodGrouping, $any: Boolean! = false) { \
    statistics(dataset: $dataset, where: $where, groupBy: $by, byPeriod: $time, allowIncomparable: $any) { matched rows { totalCount \
        nodes { codes period incomparable cell { __typename ... on StatisticsValue { value statuses } ... on StatisticsMissing { statuses } } } } } }";

pub const FIGURES: &str = "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n\
    US,M,2024-01,100,A\nUS,F,2024-01,40,A\nMX,M,2024-01,7,P\nUS,M,2024-02,90,A\nUS,F,2024-02,,O\n";

pub fn declaration(stage: &Stage, code: &str) -> Value {
    json!({ "handling": "GREEN", "content": {
        "code": code, "name": { "es": "Retornos" }, "compiler": stage.institution("MX-INM").global(),
        "indicator": "RETURN_EVENT",
        "dimensions": [
            { "code": "FROM_AREA", "name": { "es": "País" }, "role": "AREA" },
            { "code": "SEX", "name": { "es": "Sexo" }, "codes": ["F", "M", "_T"] },
        ],
    } })
}

pub async fn declared(stage: &Stage, code: &str) -> String {
    let input = declaration(stage, code);
    stage
        .person("mx.agency.statistics")
        .asks(DECLARE, json!({ "input": input }))
        .await
        .well()
        .text_at("declareDataset.dataset.id")
}

async fn imports(stage: &Stage, dataset: &str, revision: i32, csv: &str, more: Value) -> Answer {
    let mut input = json!({ "dataset": dataset, "expectedRevision": revision, "csv": csv });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    stage.person("mx.agency.statistics").asks(IMPORT, json!({ "input": input })).await
}

async fn released(stage: &Stage, dataset: &str, revision: i32, audience: Value) -> Answer {
    moved(stage, "mx.agency.statistics", "submitVintage", dataset, revision).await.well();
    moved(stage, "mx.test.minister", "approveVintage", dataset, revision).await.well();
    let input = json!({ "id": dataset, "expectedRevision": revision, "audience": audience,
        "instrument": "Memorándum", "purpose": "Estadística" });
    stage.person("mx.test.focal").asks(RELEASE, json!({ "input": input })).await
}

pub async fn published(stage: &Stage) -> String {
    let dataset = declared(stage, "MX-RETORNOS").await;
    imports(stage, &dataset, 1, FIGURES, json!({})).await.well();
    released(stage, &dataset, 2, json!({ "countries": ["GT"] })).await.well();
    dataset
}

#[tokio::test]
async fn a_dry_run_reports_and_stores_nothing() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let before = stage.entries().await.len();
    let answer = imports(&stage, &dataset, 1, FIGURES, json!({ "dryRun": true })).await.well();
    let report = answer.at("importStatistics.report");
    assert_eq!(
        (&report["rowsRead"], &report["accepted"], &report["total"]),
        (&json!(5), &json!(5), &json!("237"))
    );
    assert_eq!(answer.at("importStatistics.dataset.vintage"), &Value::Null);
    assert_eq!(stage.entries().await.len(), before);
    assert!(!stage.node.config.folder.join("vault").read_dir().unwrap().any(|_| true));
}

#[tokio::test]
async fn every_problem_of_a_file_is_named_by_row_column_and_value() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let before = stage.entries().await.len();
    let csv = "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\n\
        US,M,2024-01,\"1,234\"\nUS,X,2024-01,5\nUS,F,enero,5\nUS,F,2024-02,5\nUS,F,2024-02,6\n";
    let answer = imports(&stage, &dataset, 1, csv, json!({})).await;
    assert_eq!(answer.mends(), ["MALFORMED"]);
    let problems = answer.at("importStatistics.report.problems").as_array().unwrap().iter();
    let told: Vec<_> =
        problems.map(|p| format!("{} {} {} {}", p["row"], p["column"], p["value"], p["code"])).collect();
    assert_eq!(
        told,
        [
            r#"2 "OBS_VALUE" "1,234" "NOT_A_NUMBER""#,
            r#"3 "SEX" "X" "UNKNOWN""#,
            r#"4 "TIME_PERIOD" "enero" "NOT_A_PERIOD""#,
            r#"6 "OBS_VALUE" "6" "DUPLICATE""#,
        ]
    );
    assert_eq!(stage.entries().await.len(), before);

    let wrong =
        imports(&stage, &dataset, 1, "PAIS,SEX,TIME_PERIOD,OBS_VALUE\nUS,M,2024,1\n", json!({})).await;
    assert_eq!(wrong.at("importStatistics.report.problems.0.code"), "WRONG_HEADER");
    assert_eq!(wrong.at("importStatistics.report.problems.0.column"), "FROM_AREA");
}

#[tokio::test]
async fn a_released_vintage_answers_its_recipients() {
    let stage = Stage::set().await;
    let dataset = published(&stage).await;
    let analyst = stage.person("gt.test.analyst");
    let months =
        analyst.asks(SUM, json!({ "dataset": dataset, "by": ["FROM_AREA"], "time": "MONTH" })).await.well();
    let rows: Vec<_> = months
        .at("statistics.rows.nodes")
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {} {}", row["codes"][0], row["period"], row["cell"]["value"]))
        .collect();
    assert_eq!(rows, [r#""MX" "2024-01" "7""#, r#""US" "2024-01" "140""#, r#""US" "2024-02" "90""#]);
    let women =
        json!({ "dataset": dataset, "where": [{ "dimension": "SEX", "codes": ["F"] }], "time": "EXACT" });
    let women = analyst.asks(SUM, women).await.well();
    assert_eq!(
        women.at("statistics.rows.nodes.1.cell"),
        &json!({ "__typename": "StatisticsMissing", "statuses": ["O"] })
    );
    assert_eq!(
        stage.person("hn.test.analyst").asks(SUM, json!({ "dataset": dataset })).await.code(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn what_would_count_the_same_twice_is_refused_unless_it_is_labelled() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let csv = "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\nUS,_T,2024-01,140\nUS,M,2024-01,100\nUS,_T,2024,900\n";
    imports(&stage, &dataset, 1, csv, json!({})).await.well();
    let publisher = stage.person("mx.agency.statistics");
    let refused = publisher.asks(SUM, json!({ "dataset": dataset })).await;
    assert_eq!(refused.code(), "BAD_USER_INPUT");
    let problems = refused.json["errors"][0]["extensions"]["problems"].as_array().unwrap().clone();
    let paths: Vec<_> = problems.iter().map(|problem| problem["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["SEX", "TIME_PERIOD"]);
    assert!(problems.iter().all(|problem| problem["code"] == "INCOMPARABLE"));
    let labelled = publisher.asks(SUM, json!({ "dataset": dataset, "any": true })).await.well();
    assert_eq!(labelled.at("statistics.rows.nodes.0.incomparable"), true);
}

#[tokio::test]
async fn a_new_vintage_is_the_publishers_own_until_it_is_released() {
    let stage = Stage::set().await;
    let dataset = published(&stage).await;
    imports(&stage, &dataset, 2, &FIGURES.replace(",100,", ",101,"), json!({})).await.well();
    let january =
        json!({ "dataset": dataset, "time": "YEAR", "where": [{ "dimension": "SEX", "codes": ["M"] }] });
    let value = async |login: &str| {
        stage
            .person(login)
            .asks(SUM, january.clone())
            .await
            .well()
            .text_at("statistics.rows.nodes.0.cell.value")
    };
    assert_eq!(value("mx.test.focal").await, "198");
    assert_eq!(value("gt.test.analyst").await, "197");
    released(&stage, &dataset, 3, json!({ "countries": ["GT"] })).await.well();
    assert_eq!(value("gt.test.analyst").await, "198");
}

#[tokio::test]
async fn the_same_file_twice_is_recognised() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    imports(&stage, &dataset, 1, FIGURES, json!({})).await.well();
    assert_eq!(imports(&stage, &dataset, 2, FIGURES, json!({})).await.mends(), ["DUPLICATE"]);
}

#[tokio::test]
async fn a_code_is_unique_within_its_owner_and_says_nothing_of_others() {
    let stage = Stage::set().await;
    declared(&stage, "RETORNOS").await;
    let input = declaration(&stage, "RETORNOS");
    let again = stage.person("mx.agency.statistics").asks(DECLARE, json!({ "input": input })).await;
    assert_eq!(again.mends(), ["DUPLICATE"]);
    stage.person("mx.test.statistics").asks(DECLARE, json!({ "input": input })).await.well();
    stage.person("gt.test.statistics").asks(DECLARE, json!({ "input": input })).await.well();
}

#[tokio::test]
async fn a_declaration_out_of_bounds_is_refused_with_each_place() {
    let stage = Stage::set().await;
    let mut input = declaration(&stage, "MX-RETORNOS");
    input["content"]["dimensions"] = json!([
        { "code": "SEX", "name": { "es": "Sexo" } }, { "code": "sex", "name": { "es": "Sexo" } },
        { "code": "OBS_VALUE", "name": { "es": "Valor" } },
    ]);
    let answer = stage.person("mx.agency.statistics").asks(DECLARE, json!({ "input": input })).await;
    let errors = answer.at("declareDataset.userErrors").as_array().unwrap().iter();
    let paths: Vec<_> = errors.map(|error| error["path"].as_str().unwrap().to_string()).collect();
    assert_eq!(paths, ["input.content.layout.dimensions.1.code", "input.content.layout.dimensions.2.code"]);
}

#[tokio::test]
async fn an_import_that_is_sent_twice_is_carried_out_once() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let input = json!({ "dataset": dataset, "expectedRevision": 1, "csv": FIGURES });
    let send = async || {
        stage
            .person("mx.agency.statistics")
            .asking()
            .once("una-vez")
            .asks(IMPORT, json!({ "input": input }))
            .await
            .well()
    };
    let (first, second) = (send().await, send().await);
    assert_eq!(first.at("importStatistics.dataset"), second.at("importStatistics.dataset"));
    assert_eq!(second.at("importStatistics.dataset.vintage.number"), 1);
}

fn listed(stage: &Stage, dimensions: Value) -> Value {
    json!({ "handling": "GREEN", "content": {
        "code": "CON-LISTAS", "name": { "es": "Retornos" }, "compiler": stage.institution("MX-INM").global(),
        "indicator": "RETURN_EVENT", "frequency": "M", "dimensions": dimensions,
    } })
}

#[tokio::test]
async fn a_code_outside_the_list_is_refused_with_the_code_that_was_meant() {
    let stage = Stage::set().await;
    let input = listed(
        &stage,
        json!([{ "code": "REF_AREA", "name": { "es": "Territorio" }, "list": "CL_AREA" },
               { "code": "SEX", "name": { "es": "Sexo" }, "list": "CL_SEX", "codes": ["F", "M"] }]),
    );
    let publisher = stage.person("mx.agency.statistics");
    let declared = publisher.asks(DECLARE, json!({ "input": input })).await.well();
    let dataset = declared.text_at("declareDataset.dataset.id");
    let csv = "REF_AREA,SEX,TIME_PERIOD,OBS_VALUE\nMX-PUE,F,2024-01,1\nPuebla,F,2024-01,1\n\
        MX-PUB,M,2024-01,1\nMX-OAX,Mujer,2024-01,1\nMX-OAX,_T,2024-01,1\n_O_CA,M,2024-01,1\n";
    let answer = imports(&stage, &dataset, 1, csv, json!({})).await;
    let problems = answer.at("importStatistics.report.problems").as_array().unwrap().iter();
    let told: Vec<_> =
        problems.map(|p| format!("{} {} {} {}", p["row"], p["column"], p["code"], p["suggestion"])).collect();
    assert_eq!(
        told,
        [
            r#"3 "REF_AREA" "UNKNOWN" "MX-PUE""#,
            r#"4 "REF_AREA" "UNKNOWN" "MX-PUE""#,
            r#"5 "SEX" "UNKNOWN" "F""#,
            r#"6 "SEX" "UNKNOWN" null"#,
        ]
    );
    let read = "query ($id: ID!) { node(id: $id) { ... on Dataset { unit frequency indicator { code notAddedTo } \
        definition { es } dimensions { code role list codes } } } }";
    let read = publisher.asks(read, json!({ "id": dataset })).await.well();
    assert_eq!(read.at("node.unit"), "EVENT");
    assert!(read.at("node.indicator.notAddedTo").as_array().unwrap().contains(&json!("RETURNED_PERSON")));
    let area = json!({ "code": "REF_AREA", "role": "AREA", "list": "CL_AREA(1.0)", "codes": null });
    assert_eq!(read.at("node.dimensions.0"), &area);
}

#[tokio::test]
async fn what_a_declaration_names_must_be_there() {
    let stage = Stage::set().await;
    let mut input = listed(
        &stage,
        json!([{ "code": "A", "name": { "es": "A" }, "list": "CL_NADA" },
               { "code": "B", "name": { "es": "B" }, "list": "CL_AREA", "role": "PLAIN" },
               { "code": "C", "name": { "es": "C" }, "list": "CL_SEX", "codes": ["F", "H"] }]),
    );
    let declares = async |input: &Value| {
        let answer = stage.person("mx.agency.statistics").asks(DECLARE, json!({ "input": input })).await;
        let errors = answer.at("declareDataset.userErrors").as_array().unwrap().iter();
        errors
            .map(|error| format!("{} {}", error["path"].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        declares(&input).await,
        [
            "input.content.layout.dimensions.0.list UNKNOWN",
            "input.content.layout.dimensions.1.role MALFORMED",
            "input.content.layout.dimensions.2.codes.1 UNKNOWN",
        ]
    );
    input["content"]["indicator"] = json!("RETURN_EVENTS");
    input["content"]["frequency"] = json!("MENSUAL");
    assert_eq!(
        declares(&input).await,
        ["input.content.indicator UNKNOWN", "input.content.frequency UNKNOWN"]
    );
    input["content"]["indicator"] = json!("OTHER_EVENT");
    input["content"]["frequency"] = json!("M");
    assert_eq!(declares(&input).await, ["input.content.definition REQUIRED"]);
}

#[tokio::test]
async fn the_reference_data_is_open_to_all_who_are_signed_in() {
    let stage = Stage::set().await;
    let query = r#"{ indicators { code unit threshold definitions { country } }
        codeLists(lists: ["CL_SEX", "CL_AREA(1.0)"]) { id version agency codes { code name { es en } parent } } }"#;
    let read = stage.person("hn.test.consular").asks(query, json!({})).await.well();
    assert_eq!(read.at("codeLists.0.codes.0.name.es"), "Mujer");
    assert_eq!(read.at("codeLists.1.id"), "CL_AREA");
    assert_eq!(read.at("indicators").as_array().unwrap().len(), 20);
    let none = r#"{ codeLists(lists: ["CL_NADA"]) { id } }"#;
    assert_eq!(stage.person("hn.test.analyst").asks(none, json!({})).await.code(), "BAD_USER_INPUT");
}
