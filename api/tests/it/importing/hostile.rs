//! Files that nobody should have sent, sent as publishers send theirs: each gets a clear answer and stores nothing.

use serde_json::{Value, json};

use super::{HEADER, imports, left};
use crate::{
    stage::{Answer, Stage},
    statistics::declared,
    statistics_domain::workbooks::{FIRST_ROW, parcel, workbook},
    uploads::sent,
};

const PUBLISHER: &str = "mx.agency.statistics";

/// What is told of a file: the code, the row and the words of its first problem. It leaves nothing.
async fn refused(stage: &Stage, dataset: &str, file: Vec<u8>, columns: Value) -> (String, u64, String) {
    let before = left(stage).await;
    let answer = read(stage, dataset, file, columns).await;
    assert_eq!(answer.mends(), ["MALFORMED"], "{}", answer.text);
    assert_eq!(left(stage).await, before);
    let problem = answer.at("importStatistics.report.problems.0");
    let text = |name: &str| problem[name].as_str().unwrap().to_owned();
    (text("code"), problem["row"].as_u64().unwrap(), text("message"))
}

async fn read(stage: &Stage, dataset: &str, file: Vec<u8>, columns: Value) -> Answer {
    let file = sent(stage, PUBLISHER, file).await;
    let input = json!({ "dataset": dataset, "expectedRevision": 1, "file": file, "columns": columns });
    imports(stage, input).await
}

#[tokio::test]
async fn a_quotation_mark_that_is_left_open_is_told_with_its_row_and_does_not_swallow_the_file() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let rest: String = (0..400_000).map(|row| format!("US,F,2024,{row}\n")).collect();
    for (file, row) in [
        (format!("{HEADER}US,M,2023,1\n\nUS,\"F,2023,2\n{rest}"), 4),
        (format!("\"FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\n{rest}"), 1),
    ] {
        let (code, told, message) = refused(&stage, &dataset, file.into_bytes(), json!({})).await;
        assert_eq!((code.as_str(), told), ("TOO_LARGE", row), "{message}");
        assert!(message.contains("quotation mark left open"), "{message}");
    }
    // A short file ends before the bound does.
    let short = format!("{HEADER}US,\"M,2023,1\nUS,F,2023,2\n");
    let (code, row, message) = refused(&stage, &dataset, short.into_bytes(), json!({})).await;
    assert_eq!((code.as_str(), row), ("MALFORMED", 2), "{message}");
    // Nothing but line ends is no row without end either.
    let (code, ..) =
        refused(&stage, &dataset, [HEADER.as_bytes(), &[b'\n'; 5 << 20]].concat(), json!({})).await;
    assert_eq!(code, "TOO_LARGE");
}

#[tokio::test]
async fn a_workbook_that_swells_and_a_cell_with_a_formula_are_refused() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let us = json!({ "constants": [{ "dimension": "FROM_AREA", "code": "US" }] });
    let bomb = workbook(&format!("<row r=\"2\"></row>{}", " ".repeat(40 << 20)));
    assert!(bomb.len() < 100 << 10);
    let (code, row, message) = refused(&stage, &dataset, bomb, us.clone()).await;
    assert_eq!((code.as_str(), row), ("TOO_LARGE", 1), "{message}");
    assert!(message.contains("swell"), "{message}");

    let formula = workbook(&format!(
        "{FIRST_ROW}<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>F</t></is></c><c r=\"B3\"><v>2024</v></c><c r=\"C3\"><f>C2*2</f><v>14</v></c></row>"
    ));
    let (code, row, message) = refused(&stage, &dataset, formula.clone(), us.clone()).await;
    assert_eq!((code.as_str(), row), ("MALFORMED", 3), "{message}");
    assert!(message.contains("formula") && message.contains("cachedValues"), "{message}");
    let mut cached = us.clone();
    cached["cachedValues"] = json!(true);
    let taken = read(&stage, &dataset, formula, cached).await.well();
    assert_eq!(taken.at("importStatistics.report.total"), "21");

    // A sheet that says it has a cell in the last column there could be.
    let far = workbook("<row r=\"2\"><c r=\"XFD2\"><v>1</v></c></row>");
    assert_eq!(refused(&stage, &declared(&stage, "MX-OTRO").await, far, us).await.0, "MALFORMED");
    let empty = parcel(&[]);
    let (code, ..) = refused(&stage, &declared(&stage, "MX-MAS").await, empty, json!({})).await;
    assert_eq!(code, "MALFORMED");
}

#[tokio::test]
async fn numbers_and_dates_are_taken_in_the_one_form_that_was_said() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let rows = |rows: &str| format!("{HEADER}{rows}").into_bytes();
    let german = json!({ "numbers": { "decimal": ",", "thousands": "." } });
    let english = json!({ "numbers": { "decimal": ".", "thousands": "," } });
    for (file, columns, row) in [
        // The other way round from what was said.
        ("US,M,2024,\"1,234\"\n", german.clone(), 2),
        ("US,M,2024,1.234\n", english.clone(), 2),
        // Groups that are none.
        ("US,M,2024,1.23.456\n", german.clone(), 2),
        ("US,M,2024,\"1,23,456\"\n", english.clone(), 2),
        ("US,M,2024,5\nUS,F,2024,1e400\n", german, 3),
        ("US,M,2024,5\nUS,F,2024,-1\n", english, 3),
    ] {
        let (code, told, message) = refused(&stage, &dataset, rows(file), columns).await;
        assert!(matches!(code.as_str(), "NOT_A_NUMBER" | "OUT_OF_RANGE"), "{file}: {code} {message}");
        assert_eq!(told, row, "{file}: {message}");
    }
    // Of three forms of dates in one column, those that were not said are named, row by row.
    let three = "US,M,13/09/2024,1\nUS,M,2024-09-14,1\nUS,M,09/15/2024,1\n";
    let file = sent(&stage, PUBLISHER, rows(three)).await;
    let columns = json!({ "dates": "DD/MM/YYYY" });
    let answer = imports(
        &stage,
        json!({ "dataset": dataset, "expectedRevision": 1, "file": file, "columns": columns }),
    )
    .await;
    let problems = answer.at("importStatistics.report.problems").as_array().unwrap();
    let told: Vec<_> = problems
        .iter()
        .map(|problem| (problem["row"].as_u64().unwrap(), problem["code"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [(3, "NOT_A_PERIOD"), (4, "NOT_A_PERIOD")], "{}", answer.text);
}

#[tokio::test]
async fn a_question_of_too_many_rows_is_refused_before_and_while_it_is_answered() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let mut csv = HEADER.to_owned();
    for area in 0..300 {
        (0..170).for_each(|day| {
            csv += &format!(
                "A-{area},F,{},{day}\n",
                chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(day)
            )
        });
    }
    read(&stage, &dataset, csv.into_bytes(), json!({})).await.well();
    let ask = async |arguments: &str| {
        let query = format!(
            "query($d: ID!) {{ statistics(dataset: $d, {arguments}) {{ matched rows {{ totalCount }} }} }}"
        );
        stage.person(PUBLISHER).asks(&query, json!({ "d": dataset })).await
    };
    let all = "groupBy: [\"FROM_AREA\"], byPeriod: EXACT";
    for more in ["", ", from: \"2024-01-01\"", ", where: [{ dimension: \"SEX\", codes: [\"F\"] }]"] {
        let refused = ask(&format!("{all}{more}")).await;
        assert_eq!(refused.code(), "LIMITED", "{}", refused.text);
        assert!(refused.message().contains("50000 rows"), "{}", refused.text);
    }
    assert_eq!(
        ask(&format!("{all}, until: \"2024-06-01\"")).await.well().at("statistics.rows.totalCount"),
        300 * 153
    );
    assert_eq!(ask("byPeriod: EXACT").await.well().at("statistics.rows.totalCount"), 170);
}
