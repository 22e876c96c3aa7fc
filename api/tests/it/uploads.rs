//! Files that are sent to be imported: whose they are, and how little is left of those that are refused.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use api::{
    access::{
        Role,
        policy::{Need, ROUTES, route_need},
    },
    ledger::{KEPT, sha256},
    statistics::uploads::UploadEntity,
};
use axum::body::{Body, Bytes};
use chrono::TimeDelta;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    stage::{Answer, Asking, Stage},
    statistics::{FIGURES, IMPORT, declared},
};

fn sender<'a>(stage: &'a Stage, login: &str) -> Asking<'a> {
    stage.person(login).asking().with("content-type", "text/csv")
}

pub async fn sent(stage: &Stage, login: &str, bytes: impl Into<Body>) -> String {
    let answer = sender(stage, login).sends_to("/files", bytes).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json["file"].as_str().unwrap().to_owned()
}

/// Files in the tray and rows that tell of them.
async fn kept(stage: &Stage) -> (usize, usize) {
    let files = stage.node.config.folder.join("uploads").read_dir().unwrap().count();
    let rows = UploadEntity::find().all(&stage.node.reads.0).await.unwrap().len();
    (files, rows)
}

async fn imports(stage: &Stage, login: &str, input: Value) -> Answer {
    stage.person(login).asks(IMPORT, json!({ "input": input })).await
}

#[tokio::test]
async fn an_uploaded_file_is_imported_as_if_its_text_had_been_sent() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let answer = sender(&stage, "mx.agency.statistics").sends_to("/files", FIGURES).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.json["sha256"], sha256(FIGURES.as_bytes()));
    assert_eq!(answer.json["bytes"], FIGURES.len());
    let input = json!({ "dataset": dataset, "expectedRevision": 1, "file": answer.json["file"] });
    let imported = imports(&stage, "mx.agency.statistics", input).await.well();
    assert_eq!(imported.at("importStatistics.report.total"), "237");
    assert_eq!(imported.at("importStatistics.dataset.vintage.observations"), 5);
}

#[tokio::test]
async fn a_file_comes_as_a_form_too_and_the_same_bytes_twice_are_two_files() {
    let stage = Stage::set().await;
    let form = format!(
        "--xyz\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nenero\r\n\
         --xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{FIGURES}\r\n--xyz--\r\n"
    );
    let sent_as_form = sender(&stage, "mx.agency.statistics")
        .with("content-type", "multipart/form-data; boundary=xyz")
        .sends_to("/files", form)
        .await;
    assert_eq!(sent_as_form.status, 201, "{}", sent_as_form.text);
    assert_eq!(sent_as_form.json["sha256"], sha256(FIGURES.as_bytes()));
    let other = sent(&stage, "gt.test.statistics", FIGURES).await;
    assert_ne!(sent_as_form.json["file"], other);
    assert_eq!(kept(&stage).await, (2, 2));
    for (boundary, form) in [
        ("xyz", "--xyz\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--xyz--\r\n"),
        ("q", ""),
    ] {
        let refused = sender(&stage, "mx.agency.statistics")
            .with("content-type", format!("multipart/form-data; boundary={boundary}"))
            .sends_to("/files", form)
            .await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, "BAD_REQUEST"), "{}", refused.text);
    }
    assert_eq!(kept(&stage).await, (2, 2));
}

#[tokio::test]
async fn only_whoever_may_import_uploads() {
    let stage = Stage::set().await;
    let elsewhere = [
        crate::exports::ATTACKED,
        crate::sdmx::ATTACKED,
        &crate::capacity::ROUTES_ATTACKED,
        &crate::paper::routes_attacked(),
        &crate::meetings::calendar::ROUTES_ATTACKED,
        &crate::meetings::documents::ROUTES_ATTACKED,
        crate::plans::documents::ATTACKED,
    ]
    .concat();
    assert!(
        ROUTES.iter().all(|(route, _)| *route == "POST /files" || elsewhere.contains(route)),
        "a new route is attacked here, or there"
    );
    let Some(need @ Need::May(_)) = route_need("POST /files") else { panic!("anybody uploads") };
    assert!(Role::ALL.iter().filter(|role| need.met_by(&[**role])).eq([&Role::StatisticsPublisher]));
    for login in stage.logins() {
        let answer = sender(&stage, login).sends_to("/files", "a,b\n").await;
        let (status, code) = match login.ends_with(".statistics") {
            true => (201, "no error"),
            false => (403, "FORBIDDEN"),
        };
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{login}: {}", answer.text);
    }
    let (files, rows) = kept(&stage).await;
    assert_eq!(files, rows);
    let stranger = stage.stranger().sends_to("/files", "a,b\n").await;
    assert_eq!((stranger.status.as_u16(), stranger.code()), (401, "UNAUTHENTICATED"));
    let elsewhere =
        sender(&stage, "mx.agency.statistics").with("sec-fetch-site", "cross-site").sends_to("/files", "a");
    assert_eq!(elsewhere.await.status, 403);
    assert_eq!(kept(&stage).await, (files, rows));
}

#[tokio::test]
async fn nobody_but_its_sender_can_name_a_file() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let theirs = sent(&stage, "mx.test.statistics", FIGURES).await;
    let never = "File:0192f0c37a5b7c3e8d2f4a6b8c0d2e4f";
    let mut told = Vec::new();
    for file in [theirs.as_str(), never] {
        let input = json!({ "dataset": dataset, "expectedRevision": 1, "file": file });
        let answer = imports(&stage, "mx.agency.statistics", input).await;
        assert_eq!(answer.code(), "NOT_FOUND", "{}", answer.text);
        told.push(answer.json);
        let node = "query($id: ID!) { node(id: $id) { id } }";
        assert_eq!(
            stage.person("mx.test.statistics").asks(node, json!({ "id": file })).await.code(),
            "NOT_FOUND"
        );
    }
    assert_eq!(told[0], told[1], "whether a file of others is there shows");
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_and_leaves_nothing() {
    let stage = Stage::set_with(|config| config.upload_megabytes = 1).await;
    let pulled = Arc::new(AtomicUsize::new(0));
    let counting = pulled.clone();
    // More than any disk holds, if it were read.
    let endless = futures::stream::repeat_with(move || {
        counting.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::io::Error>(Bytes::from_static(&[b'7'; 1 << 16]))
    });
    let refused = sender(&stage, "mx.agency.statistics").sends_to("/files", Body::from_stream(endless)).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (413, "LIMITED"), "{}", refused.text);
    assert!(pulled.load(Ordering::Relaxed) <= 18, "it went on reading");
    assert_eq!(kept(&stage).await, (0, 0));

    let by_default = Stage::set().await;
    let announced = sender(&by_default, "mx.agency.statistics")
        .with("content-length", "2147483649")
        .sends_to("/files", Body::empty())
        .await;
    assert_eq!(announced.status, 413, "{}", announced.text);
    assert_eq!(kept(&by_default).await, (0, 0));
}

#[tokio::test]
async fn a_sender_who_goes_away_in_the_middle_leaves_nothing() {
    let stage = Stage::set().await;
    let some = [Ok(Bytes::from_static(b"SEX,TIME")), Err(std::io::Error::other("gone"))];
    let cut = Body::from_stream(futures::stream::iter(some));
    let refused = sender(&stage, "mx.agency.statistics").sends_to("/files", cut).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (400, "BAD_REQUEST"), "{}", refused.text);
    let empty = sender(&stage, "mx.agency.statistics").sends_to("/files", Body::empty()).await;
    assert_eq!(empty.status, 400, "{}", empty.text);
    let zipped =
        sender(&stage, "mx.agency.statistics").with("content-encoding", "gzip").sends_to("/files", "x");
    assert_eq!(zipped.await.status, 415);
    assert_eq!(kept(&stage).await, (0, 0));
}

#[tokio::test]
async fn a_file_is_gone_after_a_day_and_the_ninth_takes_the_place_of_the_first() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let first = sent(&stage, "mx.agency.statistics", FIGURES).await;
    for more in 1..9 {
        stage.pass(TimeDelta::minutes(1));
        sent(&stage, "mx.agency.statistics", format!("{FIGURES}US,M,2024-03,{more},A\n")).await;
    }
    assert_eq!(kept(&stage).await, (8, 8));
    let dry =
        |file: String| json!({ "dataset": dataset, "expectedRevision": 1, "file": file, "dryRun": true });
    assert_eq!(imports(&stage, "mx.agency.statistics", dry(first)).await.code(), "NOT_FOUND");

    let late = sent(&stage, "gt.test.statistics", FIGURES).await;
    stage.pass(TimeDelta::hours(24));
    // Past its time it is nobody's, whether or not it has been cleared away.
    assert_eq!(kept(&stage).await, (9, 9));
    assert_eq!(imports(&stage, "gt.test.statistics", dry(late)).await.code(), "NOT_FOUND");
    stage.pass(TimeDelta::seconds(1));
    sent(&stage, "mx.agency.statistics", FIGURES).await;
    assert_eq!(kept(&stage).await.1, 1);
}

#[tokio::test]
async fn a_file_or_its_text_and_not_both() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let file = sent(&stage, "mx.agency.statistics", FIGURES).await;
    for more in [json!({}), json!({ "file": file, "csv": FIGURES })] {
        let mut input = json!({ "dataset": dataset, "expectedRevision": 1 });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(imports(&stage, "mx.agency.statistics", input).await.mends(), ["MALFORMED"]);
    }
}

#[tokio::test]
async fn nothing_but_bookkeeping_is_written_without_an_entry() {
    let stage = Stage::set().await;
    assert!(KEPT.contains(&"upload"));
    assert!(stage.node.ledger.keep::<UploadEntity>().is_ok());
}
