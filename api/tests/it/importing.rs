//! Importing as publishers live it: mappings, what a file changes, totals that do not add up, and files that are
//! refused and leave nothing.

mod hostile;

use serde_json::{Value, json};

use crate::{
    stage::{Answer, Stage},
    statistics::{FIGURES, declared},
    uploads::sent,
};

const IMPORT: &str = "mutation ($input: ImportStatisticsInput!) { importStatistics(input: $input) { \
    dataset { vintage { number observations overrides { rule reason { es } } } } \
    report { rowsRead accepted refused total importedBefore totalsChecked disagreementCount \
        difference { added removed revised unchanged largest { codes period before after statusBefore statusAfter } } \
        disagreements { rule codes period stated sum } problems { row column value code message } } \
    userErrors { code path message } } }";
const SAVE: &str = "mutation ($input: SaveMappingInput!) { saveMapping(input: $input) { \
    mapping { id name revision hash columns } userErrors { code path } } }";
const MAPPINGS: &str = "{ mappings { totalCount nodes { id name revision columns } } }";
const HEADER: &str = "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\n";
const PUBLISHER: &str = "mx.agency.statistics";

async fn imports(stage: &Stage, input: Value) -> Answer {
    stage.person(PUBLISHER).asks(IMPORT, json!({ "input": input })).await
}

async fn text(stage: &Stage, dataset: &str, revision: i32, csv: &str, more: Value) -> Answer {
    let mut input = json!({ "dataset": dataset, "expectedRevision": revision, "csv": csv });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    imports(stage, input).await
}

/// Everything that an import could leave behind.
async fn left(stage: &Stage) -> (usize, usize) {
    let mut files = 0;
    let mut open = vec![stage.node.config.folder.join("vault")];
    while let Some(folder) = open.pop() {
        for entry in folder.read_dir().unwrap().flatten() {
            match entry.path().is_dir() {
                true => open.push(entry.path()),
                false => files += 1,
            }
        }
    }
    (stage.entries().await.len(), files)
}

fn house() -> Value {
    json!({ "dimensions": [{ "dimension": "SEX", "header": "sexo" }],
        "constants": [{ "dimension": "FROM_AREA", "code": "US" }],
        "translations": [{ "dimension": "SEX", "text": "hombres", "code": "M" }, { "dimension": "SEX", "text": "mujeres", "code": "F" }],
        "period": "año", "numbers": { "decimal": ",", "thousands": "." },
        "across": [{ "header": "enero", "period": "-01" }, { "header": "febrero", "period": "-02" }] })
}

#[tokio::test]
async fn a_mapping_is_saved_by_name_and_reads_the_next_file() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let save = async |input: Value| stage.person(PUBLISHER).asks(SAVE, json!({ "input": input })).await;
    let saved = save(json!({ "name": "Mensual", "columns": house() })).await.well();
    assert_eq!(saved.at("saveMapping.mapping.revision"), 1);
    let table = "sexo;año;Enero;Febrero\nHombres;2024;1.234;7\nMujeres;2024;5;6\n";
    let by_name = json!({ "mapping": "Mensual" });
    let read = text(&stage, &dataset, 1, table, by_name.clone()).await.well();
    assert_eq!(read.at("importStatistics.report.total"), "1252");
    assert_eq!(read.at("importStatistics.report.accepted"), 4);

    // A change is a revision; who read an older one is told.
    let stale = save(json!({ "name": "Mensual", "columns": { "skipBlank": true } })).await;
    assert_eq!(stale.mends(), ["STALE_REVISION"]);
    let again = json!({ "name": "Mensual", "columns": { "skipBlank": true }, "expectedRevision": 1 });
    let again = save(again).await.well();
    assert_eq!(again.at("saveMapping.mapping.revision"), 2);
    assert_eq!(again.at("saveMapping.mapping.id"), saved.at("saveMapping.mapping.id"));
    let told = stage.entries().await;
    let told: Vec<_> = told.iter().filter(|entry| entry.event == "mapping.saved").collect();
    assert_eq!(told.len(), 2);
    assert!(!told[1].body.contains("Mensual"), "the ledger holds no text");

    // It is the institution's own.
    let listed = stage.person(PUBLISHER).asks(MAPPINGS, json!({})).await.well();
    assert_eq!(listed.at("mappings.nodes.0.revision"), 2);
    for other in ["mx.test.statistics", "gt.test.statistics"] {
        let none = stage.person(other).asks(MAPPINGS, json!({})).await.well();
        assert_eq!(none.at("mappings.totalCount"), 0, "{other}");
    }
    assert_eq!(stage.person("mx.agency.analyst").asks(MAPPINGS, json!({})).await.code(), "FORBIDDEN");
    let gt = stage.person("gt.test.statistics");
    gt.asks(SAVE, json!({ "input": { "name": "Mensual", "columns": {} } })).await.well();
    assert_eq!(text(&stage, &dataset, 2, table, json!({ "mapping": "Anual" })).await.code(), "NOT_FOUND");
    let both = json!({ "mapping": "Mensual", "columns": {} });
    assert_eq!(text(&stage, &dataset, 2, table, both).await.mends(), ["MALFORMED"]);
}

#[tokio::test]
async fn a_mapping_out_of_bounds_is_refused_with_each_place() {
    let stage = Stage::set().await;
    let before = left(&stage).await;
    for (columns, path) in [
        (json!({ "numbers": { "decimal": "x" } }), "input.columns.numbers"),
        (json!({ "numbers": { "thousands": "." } }), "input.columns.numbers"),
        (json!({ "dates": "DD/MM" }), "input.columns.dates"),
        (json!({ "headerRow": 0 }), "input.columns.headerRow"),
        (json!({ "sheet": "x".repeat(300) }), "input.columns"),
        (json!({ "period": "a", "firstDay": "b", "lastDay": "c" }), "input.columns.period"),
    ] {
        let input = json!({ "name": "x", "columns": columns });
        let refused = stage.person(PUBLISHER).asks(SAVE, json!({ "input": input })).await;
        assert_eq!(refused.at("saveMapping.userErrors.0.path"), path, "{}", refused.text);
    }
    assert_eq!(left(&stage).await, before);
}

#[tokio::test]
async fn the_report_tells_what_a_file_changes_of_the_last_vintage() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let first = text(&stage, &dataset, 1, FIGURES, json!({})).await.well();
    assert_eq!(first.at("importStatistics.report.difference"), &Value::Null);
    let changed = FIGURES
        .replace("US,M,2024-01,100,A\n", "US,M,2024-01,150,P\n")
        .replace("MX,M,2024-01,7,P\n", "GT,M,2024-01,7,P\n");
    let dry = text(&stage, &dataset, 2, &changed, json!({ "dryRun": true })).await.well();
    let told = dry.at("importStatistics.report.difference");
    let counts = ["added", "removed", "revised", "unchanged"].map(|count| told[count].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 1, 3]);
    assert_eq!(
        told["largest"],
        json!([{ "codes": ["US", "M"], "period": "2024-01", "before": "100", "after": "150", "statusBefore": "A", "statusAfter": "P" }])
    );
}

#[tokio::test]
async fn the_same_file_is_recognised_among_all_vintages() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    text(&stage, &dataset, 1, FIGURES, json!({})).await.well();
    text(&stage, &dataset, 2, &FIGURES.replace(",100,", ",101,"), json!({})).await.well();
    let dry = text(&stage, &dataset, 3, FIGURES, json!({ "dryRun": true })).await.well();
    assert_eq!(dry.at("importStatistics.report.importedBefore"), 1);
    let before = stage.entries().await.len();
    assert_eq!(text(&stage, &dataset, 3, FIGURES, json!({})).await.mends(), ["DUPLICATE"]);
    assert_eq!(stage.entries().await.len(), before);
    let file = sent(&stage, PUBLISHER, FIGURES).await;
    let input = json!({ "dataset": dataset, "expectedRevision": 3, "file": file, "again": true });
    let again = imports(&stage, input).await.well();
    assert_eq!(again.at("importStatistics.dataset.vintage.number"), 3);
    // Another dataset knows nothing of it.
    let other = declared(&stage, "MX-OTRO").await;
    text(&stage, &other, 1, FIGURES, json!({})).await.well();
}

#[tokio::test]
async fn a_total_that_does_not_add_up_needs_a_written_reason_that_stays() {
    let stage = Stage::set().await;
    let declare = "mutation ($input: DeclareDatasetInput!) { declareDataset(input: $input) { \
        dataset { id crossTotals } userErrors { code path message } } }";
    let mut input = crate::statistics::declaration(&stage, "MX-SUMAS");
    input["content"]["crossTotals"] = json!([{ "dimension": "SEX", "total": "_T", "parts": ["F", "M"] }]);
    let done = stage.person(PUBLISHER).asks(declare, json!({ "input": input })).await.well();
    assert_eq!(done.at("declareDataset.dataset.crossTotals"), &json!(["SEX: _T = F + M"]));
    let dataset = done.text_at("declareDataset.dataset.id");
    let csv = "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\nUS,_T,2024,190\nUS,F,2024,100\nUS,M,2024,91\nGT,_T,2024,3\nGT,F,2024,1\nGT,M,2024,2\n";
    let before = left(&stage).await;
    let refused = text(&stage, &dataset, 1, csv, json!({})).await;
    assert_eq!(refused.mends(), ["DOES_NOT_ADD_UP"], "{}", refused.text);
    let told = refused.at("importStatistics.report");
    assert_eq!((&told["totalsChecked"], &told["disagreementCount"]), (&json!(2), &json!(1)));
    assert_eq!(
        told["disagreements"],
        json!([{ "rule": "SEX: _T = F + M", "codes": ["US", "_T"], "period": "2024", "stated": "190", "sum": "191" }])
    );
    for overrides in [
        json!([{ "rule": "AGE: _T = x", "reason": { "es": "porque sí" } }]),
        json!([{ "rule": "SEX: _T = F + M", "reason": { "es": " " } }]),
    ] {
        assert!(!text(&stage, &dataset, 1, csv, json!({ "overrides": overrides })).await.mends().is_empty());
    }
    assert_eq!(left(&stage).await, before);
    let overrides = json!([{ "rule": "SEX: _T = F + M", "reason": { "es": "Así se imprimió." } }]);
    let done = text(&stage, &dataset, 1, csv, json!({ "overrides": overrides })).await.well();
    assert_eq!(
        done.at("importStatistics.dataset.vintage.overrides"),
        &json!([{ "rule": "SEX: _T = F + M", "reason": { "es": "Así se imprimió." } }])
    );

    for wrong in [
        json!([{ "dimension": "EDAD", "total": "_T", "parts": ["F"] }]),
        json!([{ "dimension": "SEX", "total": "_T", "parts": [] }]),
        json!([{ "dimension": "SEX", "total": "_T", "parts": ["F", "F"] }]),
        json!([{ "dimension": "SEX", "total": "_T", "parts": ["F", "X"] }]),
        json!([{ "dimension": "SEX", "total": "F", "parts": ["F"] }]),
    ] {
        let mut input = crate::statistics::declaration(&stage, "MX-MAL");
        input["content"]["crossTotals"] = wrong.clone();
        let refused = stage.person(PUBLISHER).asks(declare, json!({ "input": input })).await;
        assert!(!refused.mends().is_empty(), "{wrong}");
    }
}

#[tokio::test]
async fn an_sdmx_file_changes_the_last_vintage_into_a_whole_new_one() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let deletes = "STRUCTURE;STRUCTURE_ID;ACTION;FROM_AREA;SEX;TIME_PERIOD;OBS_VALUE;OBS_STATUS\n";
    let early = text(&stage, &dataset, 1, &format!("{deletes}dataflow;MX:R;D;US;;;;\n"), json!({})).await;
    assert_eq!(early.at("importStatistics.report.problems.0.code"), "UNKNOWN", "{}", early.text);
    text(&stage, &dataset, 1, FIGURES, json!({})).await.well();
    let changes = format!("{deletes}dataflow;MX:R;D;MX;;;;\ndataflow;MX:R;M;US;M;2024-01;120;A\n");
    let done = text(&stage, &dataset, 2, &changes, json!({})).await.well();
    assert_eq!(done.at("importStatistics.dataset.vintage.observations"), 4);
    let told = done.at("importStatistics.report.difference");
    assert_eq!((&told["removed"], &told["revised"], &told["unchanged"]), (&json!(1), &json!(1), &json!(3)));
    // Nothing would be left of it.
    let all = text(&stage, &dataset, 3, &format!("{deletes}dataflow;MX:R;D;;;;;\n"), json!({})).await;
    assert_eq!(all.mends(), ["MALFORMED"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_leaves_nothing() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let head = "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\n";
    let rows = |rows: &str| format!("{head}{rows}").into_bytes();
    let utf16: Vec<u8> = FIGURES.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let before = left(&stage).await;
    for (file, code, row) in [
        (b"PAIS,SEX,TIME_PERIOD,OBS_VALUE\nUS,M,2024,1\n".to_vec(), "WRONG_HEADER", 1),
        (rows("Per\u{fa},M,2024,1\n").into_iter().filter(|b| *b != 0xc3).collect(), "MALFORMED", 2),
        (utf16, "MALFORMED", 1),
        (rows("US,M,2024,1\nUS,M,2024,2\n"), "DUPLICATE", 3),
        (rows("US,M,2024,-1\n"), "OUT_OF_RANGE", 2),
        (rows("US,M,2024,1e400\n"), "NOT_A_NUMBER", 2),
        (rows("US,M,2024,\"1,234\"\n"), "NOT_A_NUMBER", 2),
        (rows("US,M,2024,1.234\n"), "NOT_A_NUMBER", 2),
        (rows("US,M,2024-09-13,1\nUS,M,14/09/2024,1\nUS,M,09/15/2024,1\n"), "NOT_A_PERIOD", 3),
        (rows("US,M,2024\n"), "MALFORMED", 2),
        (rows(&format!("US,{},2024,1\n", "M".repeat(2_000_000))), "TOO_LARGE", 2),
        (b"PK\x03\x04 is not a workbook".to_vec(), "MALFORMED", 1),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 has a password".to_vec(), "MALFORMED", 1),
        (b"STRUCTURE,STRUCTURE_ID,ACTION,FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\ndataflow,A:B,Z,US,M,2024,1\n".to_vec(), "UNKNOWN", 2),
    ] {
        let file = sent(&stage, PUBLISHER, file).await;
        let input = json!({ "dataset": dataset, "expectedRevision": 1, "file": file });
        let answer = imports(&stage, input).await;
        let problem = answer.at("importStatistics.report.problems.0");
        assert_eq!((&problem["code"], &problem["row"]), (&json!(code), &json!(row)), "{}", answer.text);
        assert!(problem["message"].as_str().unwrap().len() > 10);
        assert_eq!(answer.mends(), ["MALFORMED"]);
        assert_eq!(left(&stage).await, before);
    }
}
