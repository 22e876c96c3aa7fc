//! The answer to a question as a file says what the field `statistics` says.

use std::io::Write;

use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::RowAccessor,
};
use serde_json::json;

use super::{MANY, PUBLISHER, forms::from_json, gets, lines, with};
use crate::stage::Stage;

const ASK: &str = "query($d: ID!) { statistics(dataset: $d, groupBy: [\"SEX\"], byPeriod: MONTH, \
    where: [{ dimension: \"FROM_AREA\", codes: [\"US\"] }], from: \"2024-01-01\", until: \"2024-02-29\", \
    measures: [SUM, CHANGE, SHARE]) { rows { nodes { codes period observations cell { __typename ... on \
    StatisticsValue { value } } cells { __typename ... on StatisticsValue { value } } } } } }";
const ADDRESS: &str = "groupBy=SEX&byPeriod=MONTH&where.FROM_AREA=US&from=2024-01-01&until=2024-02-29";

#[tokio::test]
async fn a_question_is_answered_as_the_field_answers_it() {
    let stage = Stage::set().await;
    let dataset = with(&stage, MANY).await;
    let asked = stage.person(PUBLISHER).asks(ASK, json!({ "d": dataset })).await.well();
    let expected: Vec<Vec<String>> = asked
        .at("statistics.rows.nodes")
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |value: &serde_json::Value| value["value"].as_str().unwrap_or_default().to_owned();
            let mut all =
                vec![row["codes"][0].as_str().unwrap().to_owned(), row["period"].as_str().unwrap().into()];
            all.push(text(&row["cell"]));
            all.extend(row["cells"].as_array().unwrap().iter().map(text));
            all
        })
        .collect();
    assert_eq!(expected.len(), 4);
    let path = format!("/statistics?dataset={dataset}&{ADDRESS}&measures=SUM,CHANGE,SHARE");
    let csv = gets(&stage, PUBLISHER, &path).await;
    assert_eq!(csv.status, 200, "{}", csv.text);
    let mut table = csv::Reader::from_reader(csv.text.as_bytes());
    assert_eq!(
        table.headers().unwrap().iter().collect::<Vec<_>>(),
        [
            "SEX",
            "TIME_PERIOD",
            "OBS_VALUE",
            "OBS_STATUS",
            "OBSERVATIONS",
            "MISSING",
            "INCOMPARABLE",
            "SUM",
            "CHANGE",
            "SHARE"
        ]
    );
    let rows: Vec<Vec<String>> = table
        .records()
        .map(|row| {
            let row = row.unwrap();
            [0, 1, 2, 7, 8, 9].iter().map(|at| row[*at].to_owned()).collect()
        })
        .collect();
    assert_eq!(rows, expected);

    let parquet = gets(&stage, PUBLISHER, &format!("{path}&format=parquet")).await;
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&parquet.bytes).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let sums: Vec<String> = reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| {
            let row = row.unwrap();
            format!("{} {}", row.get_string(0).unwrap(), row.get_column_iter().nth(2).unwrap().1)
        })
        .collect();
    assert_eq!(sums, ["F 40.", "F null", "M 100.", "M 90."]);
}

#[tokio::test]
async fn a_sum_has_its_place_in_sdmx_or_is_refused() {
    let stage = Stage::set().await;
    let dataset = with(&stage, MANY).await;
    let path = format!("/statistics?dataset={dataset}&{ADDRESS}");
    let csv = gets(&stage, PUBLISHER, &format!("{path}&format=sdmx-csv")).await;
    let flow = "dataflow,MX-INM:MX-RETORNOS(1.0.0),I";
    assert_eq!(
        lines(&csv.text),
        [
            "STRUCTURE,STRUCTURE_ID,ACTION,FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS",
            &format!("{flow},US,F,2024-01,40,A"),
            &format!("{flow},US,F,2024-02,,O"),
            &format!("{flow},US,M,2024-01,100,A"),
            &format!("{flow},US,M,2024-02,90,E"),
        ]
    );
    let json = gets(&stage, PUBLISHER, &format!("{path}&format=sdmx-json")).await;
    assert_eq!(lines(&from_json(&json.json).replace('\n', "\r\n"))[1], "US,F,2024-01,40,A");
    // All of a dimension is its total; a fiscal year is its days.
    let total = format!(
        "/statistics?dataset={dataset}&byPeriod=US_FISCAL_YEAR&groupBy=FROM_AREA&within.SEX=_T\
         &from=2024-01-01&until=2024-02-29&format=sdmx-csv"
    );
    let refused = gets(&stage, PUBLISHER, &total).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (400, "BAD_USER_INPUT"), "{}", refused.text);
    assert!(refused.message().contains("group by SEX"), "{}", refused.message());
    let two = super::with_code(
        &stage,
        "MX-DOS",
        "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\nUS,M,2024-01,2\nUS,F,2024-01,3\n",
    )
    .await;
    let total = format!("/statistics?dataset={two}&byPeriod=US_FISCAL_YEAR&format=sdmx-csv");
    let total = gets(&stage, PUBLISHER, &total).await;
    assert_eq!(lines(&total.text)[1], "dataflow,MX-INM:MX-DOS(1.0.0),I,US,_T,2023-10-01/P366D,5,A");
    for (query, words) in [
        ("groupBy=SEX", "byPeriod"),
        ("groupBy=SEX&byPeriod=MONTH&measures=SUM", "without measures"),
        (
            "groupBy=FROM_AREA&byPeriod=YEAR&allowIncomparable=true&where.SEX=F&where.SEX=M&where.SEX=_T",
            "should not be added",
        ),
    ] {
        let path = format!("/statistics?dataset={dataset}&format=sdmx-json&{query}");
        let refused = gets(&stage, PUBLISHER, &path).await;
        assert_eq!(refused.status, 400, "{query}: {}", refused.text);
        assert!(refused.message().contains(words), "{query}: {}", refused.message());
    }
}

#[tokio::test]
async fn what_is_asked_wrongly_is_told_and_nothing_is_guessed() {
    let stage = Stage::set().await;
    let dataset = with(&stage, MANY).await;
    let long = "x".repeat(10_000);
    for (path, status, code, words) in [
        (format!("/exports/{dataset}?format=xls"), 400, "BAD_USER_INPUT", "csv, sdmx-csv"),
        (format!("/exports/{dataset}?formato=csv"), 400, "BAD_USER_INPUT", "formato"),
        (format!("/exports/{dataset}?format=csv&format=csv"), 400, "BAD_USER_INPUT", "format"),
        (format!("/exports/{dataset}?where.SEX=X"), 400, "BAD_USER_INPUT", "SEX"),
        (format!("/exports/{dataset}?where.SEXO=M"), 400, "BAD_USER_INPUT", "FROM_AREA, SEX"),
        (format!("/exports/{dataset}?from=enero"), 400, "BAD_USER_INPUT", "from"),
        (format!("/exports/{dataset}?asOf=ayer"), 400, "BAD_USER_INPUT", "asOf"),
        (format!("/exports/{dataset}?where.SEX=%FF%FE"), 400, "BAD_USER_INPUT", "SEX"),
        (format!("/exports/{dataset}?where.SEX={long}"), 400, "BAD_USER_INPUT", "SEX"),
        ("/exports/Dataset:x".into(), 404, "NOT_FOUND", "dataset"),
        ("/exports/..%2F..%2Fetc%2Fpasswd".into(), 404, "NOT_FOUND", "dataset"),
        ("/statistics".into(), 400, "BAD_USER_INPUT", "dataset"),
        ("/statistics?dataset=1".into(), 400, "BAD_USER_INPUT", "dataset"),
        (format!("/statistics?dataset={dataset}&dataset={dataset}"), 400, "BAD_USER_INPUT", "dataset"),
        (format!("/statistics?dataset={dataset}"), 400, "BAD_USER_INPUT", "SEX"),
        (format!("/statistics?dataset={dataset}&byPeriod=DECADE"), 400, "BAD_USER_INPUT", "byPeriod"),
        (format!("/statistics?dataset={dataset}&measures=MEDIAN"), 400, "BAD_USER_INPUT", "measures"),
        (format!("/statistics?dataset={dataset}&window=99"), 400, "BAD_USER_INPUT", "window"),
        (format!("/statistics?dataset={dataset}&groupBy=SEX&orderBy=-AGE"), 400, "BAD_USER_INPUT", "orderBy"),
        (format!("/statistics?dataset={dataset}&allowIncomparable=yes"), 400, "BAD_USER_INPUT", "true"),
    ] {
        let told = gets(&stage, PUBLISHER, &path).await;
        let shown: String = path.chars().take(90).collect();
        assert_eq!((told.status.as_u16(), told.code()), (status, code), "{shown}: {}", told.text);
        assert!(told.text.contains(words) && told.text.len() < 2_000, "{shown}: {}", told.text);
    }
    let wrong = stage.person(PUBLISHER).asking().sends_to(&format!("/exports/{dataset}"), "").await;
    assert_eq!(wrong.status, 405);
}
