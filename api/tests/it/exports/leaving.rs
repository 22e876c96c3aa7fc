//! Files on their way: so many at once, to one account and in all; none for a reader who takes nothing, or who is no
//! longer shown it.

use axum::{
    body::Body,
    http::{Request, Response},
};
use chrono::TimeDelta;
use http_body_util::BodyExt;
use serde_json::json;

use super::{MANY, PUBLISHER, attack::vintage_called, gets, imports, with};
use crate::{
    acts::Carried,
    stage::{Answer, Stage},
};

/// As far as the head of the answer; the file is on its way for as long as this is held.
async fn opens(stage: &Stage, login: &str, path: &str) -> Response<Body> {
    let token = stage.person(login).token();
    let request = Request::get(path).header("authorization", format!("Bearer {token}"));
    stage.opens(request.body(Body::empty()).unwrap()).await
}

fn told(refused: &Answer) -> (u16, &str, &str) {
    (refused.status.as_u16(), refused.code(), refused.header("retry-after"))
}

async fn shared<'a>(stage: &'a Stage) -> Carried<'a> {
    let dataset = vintage_called(stage, "Compartido").await;
    dataset.shared(stage, json!({ "countries": ["GT", "HN"] })).await;
    dataset
}

#[tokio::test]
async fn one_account_gets_four_files_at_once_and_takes_no_place_of_another() {
    let stage = Stage::set().await;
    let dataset = with(&stage, MANY).await;
    let export = format!("/exports/{dataset}");
    let ways = [
        export.clone(),
        format!("{export}?format=parquet"),
        format!("/statistics?dataset={dataset}&groupBy=SEX&byPeriod=YEAR&allowIncomparable=true"),
        "/sdmx/v2/data/dataflow/MX-INM/MX-RETORNOS".into(),
    ];
    let mut held = Vec::new();
    for path in &ways {
        let answer = opens(&stage, PUBLISHER, path).await;
        assert_eq!(answer.status(), 200, "{path}");
        held.push(answer);
    }
    for path in &ways {
        let refused = gets(&stage, PUBLISHER, path).await;
        if path.starts_with("/sdmx") {
            assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "5"), "{path}");
        } else {
            assert_eq!(told(&refused), (429, "LIMITED", "5"), "{path}: {}", refused.text);
        }
    }
    // What needs no place is answered, and so is everybody else.
    assert_eq!(gets(&stage, PUBLISHER, "/sdmx/v2/structure/dataflow").await.status, 200);
    assert_eq!(gets(&stage, "mx.agency.analyst", &export).await.status, 200);
    held.pop();
    for _ in 0..3 {
        assert_eq!(gets(&stage, PUBLISHER, &export).await.status, 200, "one that left or ended makes room");
    }
}

#[tokio::test]
async fn so_many_files_go_out_at_once_and_a_reader_who_takes_nothing_makes_room() {
    let stage = Stage::set().await;
    let dataset = shared(&stage).await;
    let path = format!("/exports/{}", dataset.global());
    let mut held = Vec::new();
    let mut waiting = None;
    for login in stage.logins() {
        match gets(&stage, login, &path).await.status.as_u16() {
            200 => {}
            503 => {
                waiting = Some(login);
                break;
            }
            _ => continue,
        }
        for _ in 0..4 {
            held.push(opens(&stage, login, &path).await);
        }
    }
    assert!(held.iter().all(|answer| answer.status() == 200));
    let waiting = waiting.expect("more accounts than places");
    assert_eq!(held.len(), 64);
    assert_eq!(told(&gets(&stage, waiting, &path).await), (503, "LIMITED", "5"));
    stage.pass(TimeDelta::seconds(119));
    assert_eq!(told(&gets(&stage, waiting, &path).await), (503, "LIMITED", "5"));
    stage.pass(TimeDelta::seconds(2));
    assert_eq!(gets(&stage, waiting, &path).await.status, 200);
    // Who comes back after that gets no part that could be taken for the whole.
    for answer in held {
        assert!(answer.into_body().collect().await.is_err());
    }
}

#[tokio::test]
async fn a_reader_who_takes_a_piece_now_and_then_gets_all_of_it() {
    let stage = Stage::set().await;
    let dataset = with(&stage, MANY).await;
    let whole = gets(&stage, PUBLISHER, &format!("/exports/{dataset}")).await;
    let mut slow = opens(&stage, PUBLISHER, &format!("/exports/{dataset}")).await.into_body();
    let mut read = Vec::new();
    stage.pass(TimeDelta::seconds(100));
    while let Some(frame) = slow.frame().await {
        read.extend_from_slice(frame.unwrap().data_ref().unwrap());
        stage.pass(TimeDelta::seconds(100));
    }
    assert_eq!(read, whole.bytes);
}

#[tokio::test]
async fn what_was_recalled_or_retracted_stops_on_its_way() {
    let stage = Stage::set().await;
    let dataset = shared(&stage).await;
    let id = dataset.global();
    let paths = [
        format!("/exports/{id}"),
        format!("/exports/{id}?format=parquet"),
        format!("/sdmx/v2/data/dataflow/MX-INM/{}?format=sdmx-csv", crate::acts::code("Compartido")),
    ];
    let mut held = Vec::new();
    for path in &paths {
        let mut body = opens(&stage, "gt.test.analyst", path).await.into_body();
        let mut own = opens(&stage, "mx.agency.analyst", path).await.into_body();
        if !path.contains("parquet") {
            // The head of the table has gone out.
            assert!(body.frame().await.unwrap().is_ok() && own.frame().await.unwrap().is_ok(), "{path}");
        }
        held.push((path, body, own));
    }
    dataset.recalled(&stage, None).await.well();
    stage.pass(TimeDelta::seconds(2));
    for (path, body, own) in held {
        assert!(body.collect().await.is_err(), "{path} went on after the recall");
        assert!(own.collect().await.is_ok(), "{path} is still the owner's");
    }
}

#[tokio::test]
async fn a_later_vintage_and_a_later_moment_stop_nothing() {
    let stage = Stage::set().await;
    let dataset = with(&stage, MANY).await;
    let path = format!("/exports/{dataset}");
    let whole = gets(&stage, PUBLISHER, &path).await;
    let mut slow = opens(&stage, PUBLISHER, &path).await.into_body();
    let mut read = slow.frame().await.unwrap().unwrap().into_data().unwrap().to_vec();
    let other = "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\nGT,F,2024,1\n";
    imports(&stage, &dataset, 2, other, json!({})).await.well();
    stage.pass(TimeDelta::seconds(2));
    read.extend_from_slice(&slow.collect().await.unwrap().to_bytes());
    assert_eq!(read, whole.bytes, "what was begun ends as what it was");
}

#[tokio::test]
async fn an_answer_on_its_way_holds_no_cube() {
    let stage = Stage::set().await;
    let dataset = with(&stage, MANY).await;
    let figures = gets(&stage, PUBLISHER, &format!("/exports/{dataset}?format=csv")).await;
    let file = figures.header("enlace-vintage").to_owned();
    for form in ["csv", "parquet"] {
        let path = format!("/statistics?dataset={dataset}&groupBy=SEX&format={form}&allowIncomparable=true");
        let held = opens(&stage, PUBLISHER, &path).await;
        assert_eq!(held.status(), 200, "{form}");
        let cube = stage.node.cubes.get(&file).await.unwrap();
        assert_eq!(std::sync::Arc::strong_count(&cube), 2, "{form}: the node's own, and this one");
        assert!(held.into_body().collect().await.is_ok());
    }
}
