//! Each form says the same, and what goes out comes back as it was.

use std::io::Write;

use api::{
    access::Kind,
    statistics::vintage::{Figure, Reader},
};
use serde_json::{Value, json};

use super::{FORMS, MANY, PUBLISHER, gets, imports, lines, with};
use crate::{
    acts::{Carried, content},
    stage::Stage,
};

/// What importing a text would change.
async fn difference(stage: &Stage, dataset: &str, csv: &str) -> Value {
    let report = imports(stage, dataset, 2, csv, json!({ "dryRun": true })).await.well();
    report.at("importStatistics.report.difference").clone()
}

fn unchanged(count: u64) -> Value {
    json!({ "added": 0, "removed": 0, "revised": 0, "unchanged": count })
}

/// A Parquet file as the CSV that it would be.
fn from_parquet(bytes: &[u8]) -> String {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let reader = Reader::open(file).unwrap();
    let header: Vec<String> = reader.layout().codes().map(str::to_owned).collect();
    let mut text = format!("{},TIME_PERIOD,OBS_VALUE,OBS_STATUS\n", header.join(","));
    for figure in reader {
        let Figure { series, period, value, status } = figure.unwrap();
        let value = value.map(|value| value.to_string()).unwrap_or_default();
        text += &format!("{},{period},{value},{status}\n", series.join(","));
    }
    text
}

/// What stands at a place of a list of an SDMX-JSON message.
fn word(component: &Value, at: &str) -> String {
    let value = &component["values"][at.parse::<usize>().unwrap()];
    value.get("id").or(value.get("value")).unwrap().as_str().unwrap().to_owned()
}

/// An SDMX-JSON message as the CSV that it would be.
pub fn from_json(message: &Value) -> String {
    let (structure, set) = (&message["data"]["structures"][0], &message["data"]["dataSets"][0]);
    let series = structure["dimensions"]["series"].as_array().unwrap();
    let time = &structure["dimensions"]["observation"][0];
    let statuses = &structure["attributes"]["observation"][0]["values"];
    let header: Vec<&str> = series.iter().map(|dimension| dimension["id"].as_str().unwrap()).collect();
    let mut text = format!("{},TIME_PERIOD,OBS_VALUE,OBS_STATUS\n", header.join(","));
    for (key, one) in set["series"].as_object().unwrap() {
        let codes: Vec<String> =
            key.split(':').zip(series).map(|(at, dimension)| word(dimension, at)).collect();
        for (at, observation) in one["observations"].as_object().unwrap() {
            let value = if observation[0].is_null() { String::new() } else { observation[0].to_string() };
            let status = statuses[observation[1].as_u64().unwrap() as usize]["id"].as_str().unwrap();
            text += &format!("{},{},{value},{status}\n", codes.join(","), word(time, at));
        }
    }
    text
}

#[tokio::test]
async fn what_goes_out_in_any_form_changes_nothing_when_it_comes_back() {
    let stage = Stage::set().await;
    let dataset = with(&stage, MANY).await;
    for form in FORMS {
        let sent = gets(&stage, PUBLISHER, &format!("/exports/{dataset}?format={form}")).await;
        assert_eq!(sent.status, 200, "{form}: {}", sent.text);
        let csv = match form {
            "parquet" => from_parquet(&sent.bytes),
            "sdmx-json" => from_json(&sent.json),
            _ => sent.text.clone(),
        };
        assert_eq!(difference(&stage, &dataset, &csv).await, unchanged(10), "{form}: {csv}");
    }
    let csv = gets(&stage, PUBLISHER, &format!("/exports/{dataset}")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"MX-RETORNOS.csv\"");
    assert_eq!(lines(&csv.text), MANY.lines().collect::<Vec<_>>());
    let second = imports(&stage, &dataset, 2, &csv.text, json!({})).await.well();
    let hash = second.text_at("importStatistics.dataset.vintage.fileHash");
    let parquet = gets(&stage, PUBLISHER, &format!("/exports/{dataset}?format=parquet")).await;
    assert_eq!(parquet.header("etag"), format!("\"{hash}\""));
    assert_eq!(api::ledger::sha256(&parquet.bytes), hash, "the file of a vintage goes out as it is");
    assert_eq!(parquet.header("enlace-vintage"), hash);
}

#[tokio::test]
async fn what_a_spreadsheet_would_take_for_a_formula_is_guarded_and_comes_back_as_it_was() {
    let stage = Stage::set().await;
    let mut said = content(&stage, Kind::Dataset, "Formulas", 1);
    said["dimensions"] = json!([{ "code": "PLACE", "name": { "es": "Lugar" } }]);
    let carried = Carried::begun_with(&stage, Kind::Dataset, "mx.agency", "GREEN", said, json!({})).await;
    let codes = [
        "=1+1",
        "+52",
        "-5",
        "@SUM(A1)",
        "'=x",
        "''-y",
        "'quoted'",
        "plain, with comma",
        "one; two",
        "=HYPERLINK(\"x\")",
    ];
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["PLACE", "TIME_PERIOD", "OBS_VALUE"]).unwrap();
    for code in codes {
        let cell = api::statistics::cell::guarded(code);
        csv.write_record([&*cell, "2024", "7"]).unwrap();
    }
    let csv = String::from_utf8(csv.into_inner().unwrap()).unwrap();
    imports(&stage, &carried.global(), 1, &csv, json!({})).await.well();

    let out = gets(&stage, PUBLISHER, &format!("/exports/{}", carried.global())).await;
    let mut read = csv::Reader::from_reader(out.text.as_bytes());
    let cells: Vec<String> = read.records().map(|row| row.unwrap()[0].to_owned()).collect();
    assert_eq!(cells.len(), codes.len());
    for cell in &cells {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    assert!(cells.contains(&"'=1+1".to_owned()) && cells.contains(&"'''-y".to_owned()), "{cells:?}");
    assert_eq!(difference(&stage, &carried.global(), &out.text).await, unchanged(10));
    assert!(out.text.contains("\r\n\"one; two\",2024,7,A\r\n"), "a comma elsewhere: {}", out.text);
    // A machine gets the codes as they are.
    let sdmx = gets(&stage, PUBLISHER, &format!("/exports/{}?format=sdmx-csv", carried.global())).await;
    assert!(sdmx.text.contains("I,=1+1,2024,7,A"), "{}", sdmx.text);
    assert_eq!(difference(&stage, &carried.global(), &sdmx.text).await, unchanged(10));
    let json = gets(&stage, PUBLISHER, &format!("/exports/{}?format=sdmx-json", carried.global())).await;
    let values = &json.json["data"]["structures"][0]["dimensions"]["series"][0]["values"];
    assert!(values.as_array().unwrap().contains(&json!({ "value": "=1+1" })), "{values}");
}

#[tokio::test]
async fn decimals_and_figures_beyond_a_double_stay_exact() {
    let stage = Stage::set().await;
    let mut said = content(&stage, Kind::Dataset, "Exactos", 1);
    said["decimals"] = json!(2);
    let carried = Carried::begun_with(&stage, Kind::Dataset, "mx.agency", "GREEN", said, json!({})).await;
    let csv = "SEX,TIME_PERIOD,OBS_VALUE\nF,2024,90071992547409.93\nM,2024,0.10\n";
    imports(&stage, &carried.global(), 1, csv, json!({})).await.well();
    let path = format!("/exports/{}", carried.global());
    for form in ["csv", "sdmx-csv", "sdmx-json"] {
        let sent = gets(&stage, PUBLISHER, &format!("{path}?format={form}")).await;
        assert!(
            sent.text.contains("90071992547409.93") && sent.text.contains("0.10"),
            "{form}: {}",
            sent.text
        );
    }
    let parquet = gets(&stage, PUBLISHER, &format!("{path}?format=parquet")).await;
    let whole = from_parquet(&parquet.bytes);
    assert!(whole.contains("F,2024,9007199254740993,A") && whole.contains("M,2024,10,A"), "{whole}");
}

#[tokio::test]
async fn a_part_goes_out_by_code_by_area_and_by_day() {
    let stage = Stage::set().await;
    let dataset = with(&stage, MANY).await;
    for (query, expected) in [
        ("where.SEX=M&where.FROM_AREA=US", 3),
        ("where.SEX=M&where.SEX=F", 9),
        ("within.SEX=_T", 9),
        ("from=2024-01-01&until=2024-01-31", 3),
        ("from=2024-02-01", 5),
        ("where.SEX=_T&from=2025-01-01", 0),
    ] {
        for form in FORMS {
            let sent = gets(&stage, PUBLISHER, &format!("/exports/{dataset}?format={form}&{query}")).await;
            assert_eq!(sent.status, 200, "{query} {form}: {}", sent.text);
            let rows = match form {
                "parquet" => from_parquet(&sent.bytes).lines().count() - 1,
                "sdmx-json" if sent.json["data"]["dataSets"] == json!([]) => 0,
                "sdmx-json" => from_json(&sent.json).lines().count() - 1,
                _ => lines(&sent.text).len() - 1,
            };
            assert_eq!(rows, expected, "{query} {form}");
        }
    }
}

#[tokio::test]
async fn the_form_is_agreed_upon() {
    let stage = Stage::set().await;
    let dataset = with(&stage, MANY).await;
    let path = format!("/exports/{dataset}");
    for (accept, kind) in [
        ("*/*", "text/csv"),
        ("text/csv;q=0.1, application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("application/vnd.sdmx.data+csv;version=2.0.0", "application/vnd.sdmx.data+csv"),
        ("application/vnd.sdmx.data+json; version=2.0.0, */*;q=0.1", "application/vnd.sdmx.data+json"),
        ("application/vnd.sdmx.data+json", "application/vnd.sdmx.data+json"),
        ("text/html, text/*;q=0.5", "text/csv"),
    ] {
        let sent = stage.person(PUBLISHER).asking().with("accept", accept).gets(&path).await;
        assert!(sent.header("content-type").starts_with(kind), "{accept}: {}", sent.header("content-type"));
        assert!(sent.header("vary").contains("Accept"));
    }
    for accept in ["image/png", "application/vnd.sdmx.data+json;version=1.0.0", "text/csv;q=0"] {
        let refused = stage.person(PUBLISHER).asking().with("accept", accept).gets(&path).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (406, "BAD_REQUEST"), "{accept}");
    }
    let asked = stage.person(PUBLISHER).asking().with("accept", "text/csv");
    let sent = asked.gets(&format!("{path}?format=sdmx-json")).await;
    assert!(
        sent.header("content-type").starts_with("application/vnd.sdmx.data+json"),
        "the address goes first"
    );
}

#[tokio::test]
async fn a_large_vintage_goes_out_whole_across_the_groups_of_its_file() {
    let stage = Stage::set().await;
    let dataset = super::declared(&stage, "MX-RETORNOS").await;
    let first = chrono::NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
    let mut text = "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\n".to_owned();
    // The second series begins in the first row group and ends in the second.
    for sex in ["F", "M"] {
        for (at, day) in first.iter_days().take(70_000).enumerate() {
            text += &format!("US,{sex},{day},{at}\n");
        }
    }
    imports(&stage, &dataset, 1, &text, json!({})).await.well();
    let csv = gets(&stage, PUBLISHER, &format!("/exports/{dataset}")).await;
    assert_eq!(lines(&csv.text).len(), 140_001);
    assert!(csv.text.ends_with("US,M,2091-08-26,69999,A\r\n"), "{}", &csv.text[csv.text.len() - 60..]);
    let json = gets(&stage, PUBLISHER, &format!("/exports/{dataset}?format=sdmx-json")).await;
    assert_eq!(json.text.matches("\"0:1\":").count(), 1, "a series is not written twice");
    let series = &json.json["data"]["dataSets"][0]["series"];
    for key in ["0:0", "0:1"] {
        assert_eq!(series[key]["observations"].as_object().unwrap().len(), 70_000);
    }
    let part = format!("/exports/{dataset}?format=parquet&where.FROM_AREA=US");
    let part = gets(&stage, PUBLISHER, &part).await;
    let whole = gets(&stage, PUBLISHER, &format!("/exports/{dataset}?format=parquet")).await;
    assert_eq!(part.bytes, whole.bytes, "a part that is the whole is the same file");
}
