//! Imports that go on without the request that asked for them.

mod killed;

use std::{
    fs::{File, OpenOptions},
    io::Write,
    process::Command,
};

use api::{
    ids::FileId,
    ledger::{Verdict, verify},
    statistics::{ImportJobEntity, ImportJobState},
};
use chrono::TimeDelta;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    access::account_id,
    crash::Running,
    stage::{Answer, Asking, Stage},
    statistics::{FIGURES, declared},
    uploads::sent,
};

pub const BEGIN: &str = "mutation ($i: ImportStatisticsInput!) { importStatistics(input: $i) { \
    job { id state } dataset { id } report { accepted } userErrors { code path message } } }";
pub const JOB: &str = "query ($id: ID!) { importJob(id: $id) { id state dryRun rowsRead rowsTotal progress \
    asked started finished dataset { vintage { number observations } } report { rowsRead accepted refused importedBefore \
    problems { row code message } } userErrors { code path message } } }";
const CANCEL: &str = "mutation ($id: ID!) { cancelImport(input: { job: $id }) { job { state finished } userErrors { code path } } }";
const PUBLISHER: &str = "mx.agency.statistics";

async fn begun_by(asking: Asking<'_>, input: Value) -> Answer {
    asking.asks(BEGIN, json!({ "i": input })).await
}

/// A job of this publisher, begun with this file.
pub async fn begun(stage: &Stage, dataset: &str, revision: i32, file: &str, more: Value) -> String {
    let mut input = json!({ "dataset": dataset, "expectedRevision": revision, "file": file, "asJob": true });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = begun_by(stage.person(PUBLISHER).asking(), input).await.well();
    assert_eq!(answer.at("importStatistics.report"), &Value::Null);
    answer.text_at("importStatistics.job.id")
}

async fn job(stage: &Stage, id: &str) -> Answer {
    stage.person(PUBLISHER).asks(JOB, json!({ "id": id })).await
}

/// The job, asked again and again until it says so.
async fn until(stage: &Stage, id: &str, says: impl Fn(&Answer) -> bool) -> Answer {
    loop {
        let answer = job(stage, id).await;
        assert_eq!(answer.code(), "no error", "{}", answer.text);
        if says(&answer) {
            return answer;
        }
        tokio::task::yield_now().await;
    }
}

pub async fn ended(stage: &Stage, id: &str) -> Answer {
    until(stage, id, |answer| {
        !["WAITING", "RUNNING"].contains(&answer.at("importJob.state").as_str().unwrap())
    })
    .await
}

/// Takes the place of a file that was sent: it says no more than what is written into it, and ends when it is let go.
pub fn pipe(stage: &Stage, file: &str) -> File {
    let id = FileId::parse_global(file).unwrap();
    let path = stage.node.config.folder.join("uploads").join(id.0.simple().to_string());
    std::fs::remove_file(&path).unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    // For both, so that neither side waits for the other to open it.
    OpenOptions::new().read(true).write(true).open(&path).unwrap()
}

const HEADER: &str = "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\n";

/// As many rows as pass what is read ahead.
fn rows(from: usize, count: usize) -> String {
    (from..from + count).map(|row| format!("US-{row},F,2024-{:02},{row}\n", row % 12 + 1)).collect()
}

#[tokio::test]
async fn a_job_is_answered_at_once_and_tells_how_far_it_has_come() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let file = sent(&stage, PUBLISHER, FIGURES).await;
    let mut pipe = pipe(&stage, &file);
    let id = begun(&stage, &dataset, 1, &file, json!({})).await;
    let writing = std::thread::spawn(move || {
        pipe.write_all(HEADER.as_bytes()).unwrap();
        pipe.write_all(rows(0, 4_500).as_bytes()).unwrap();
        pipe
    });
    let half = until(&stage, &id, |answer| answer.at("importJob.rowsRead").as_u64().unwrap() > 2_000).await;
    assert_eq!(half.at("importJob.state"), "RUNNING");
    assert_eq!((half.at("importJob.rowsTotal"), half.at("importJob.finished")), (&Value::Null, &Value::Null));
    // By the bytes that were sent before the pipe took their place.
    assert_eq!(half.at("importJob.progress"), 1.0);
    assert_eq!(half.at("importJob.started"), "2025-01-16T15:00:00+00:00");
    assert_eq!(half.at("importJob.dataset.vintage"), &Value::Null);
    stage.pass(TimeDelta::minutes(90));
    let mut pipe = writing.join().unwrap();
    let more = std::thread::spawn(move || pipe.write_all(rows(10_000, 10_000).as_bytes()).unwrap());
    let done = ended(&stage, &id).await;
    more.join().unwrap();
    let told = done.at("importJob");
    assert_eq!(told["state"], "DONE", "{}", done.text);
    assert_eq!((&told["rowsRead"], &told["rowsTotal"]), (&json!(14_500), &json!(14_500)));
    assert_eq!(told["finished"], "2025-01-16T16:30:00+00:00");
    assert_eq!(
        told["report"],
        json!({ "rowsRead": 14_500, "accepted": 14_500, "refused": 0, "importedBefore": null, "problems": [] })
    );
    assert_eq!(told["dataset"]["vintage"], json!({ "number": 1, "observations": 14_500 }));
    assert_eq!(stage.entries().await.last().unwrap().event, "dataset.imported");
    let late = stage.person(PUBLISHER).asks(CANCEL, json!({ "id": id })).await;
    assert_eq!(late.mends(), ["WRONG_STATE"]);
    // By its id as well, and nothing of it stays for ever.
    let node = stage
        .person(PUBLISHER)
        .asks("query ($id: ID!) { node(id: $id) { id ... on ImportJob { state } } }", json!({ "id": id }))
        .await
        .well();
    assert_eq!(node.at("node.state"), "DONE");
    stage.pass(TimeDelta::days(8));
    let again = sent(&stage, PUBLISHER, FIGURES).await;
    let next = begun(&stage, &dataset, 2, &again, json!({})).await;
    assert_eq!(job(&stage, &id).await.code(), "NOT_FOUND");
    assert_eq!(ended(&stage, &next).await.at("importJob.state"), "DONE");
}

#[tokio::test]
async fn what_is_wrong_in_a_file_is_told_by_its_job_in_the_language_of_whoever_asks() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let entries = stage.entries().await.len();
    let file = sent(&stage, PUBLISHER, format!("{HEADER}US,F,2024,5\nUS,F,2024,6\nUS,X,2024,1\n")).await;
    let refused = begun(&stage, &dataset, 1, &file, json!({})).await;
    let told = ended(&stage, &refused).await;
    assert_eq!(told.at("importJob.state"), "REFUSED");
    assert_eq!(told.at("importJob.userErrors.0.code"), "MALFORMED");
    let codes: Vec<_> = told
        .at("importJob.report.problems")
        .as_array()
        .unwrap()
        .iter()
        .map(|p| format!("{} {}", p["row"], p["code"]))
        .collect();
    assert_eq!(codes, [r#"3 "DUPLICATE""#, r#"4 "UNKNOWN""#]);
    let spanish = stage.person(PUBLISHER).asking().in_spanish().asks(JOB, json!({ "id": refused })).await;
    assert!(
        spanish.text_at("importJob.report.problems.0.message").contains("misma serie"),
        "{}",
        spanish.text
    );

    // A dry run stores nothing; a stale revision is told at the end; what asks too much is told before.
    let file = sent(&stage, PUBLISHER, FIGURES).await;
    let dry = begun(&stage, &dataset, 1, &file, json!({ "dryRun": true })).await;
    let dry = ended(&stage, &dry).await;
    assert_eq!((dry.at("importJob.state"), dry.at("importJob.report.accepted")), (&json!("DONE"), &json!(5)));
    let stale = begun(&stage, &dataset, 7, &file, json!({})).await;
    let stale = ended(&stage, &stale).await;
    assert_eq!(stale.at("importJob.userErrors.0.code"), "STALE_REVISION");
    let both = json!({ "dataset": dataset, "expectedRevision": 1, "file": file, "asJob": true, "columns": {}, "mapping": "x" });
    assert_eq!(begun_by(stage.person(PUBLISHER).asking(), both).await.mends(), ["MALFORMED"]);
    assert_eq!(stage.entries().await.len(), entries);
    // A text may be a job as well, and a file need not.
    let text = json!({ "dataset": dataset, "expectedRevision": 1, "csv": FIGURES, "asJob": true });
    let text =
        begun_by(stage.person(PUBLISHER).asking(), text).await.well().text_at("importStatistics.job.id");
    assert_eq!(ended(&stage, &text).await.at("importJob.state"), "DONE");
    let at_once =
        json!({ "dataset": dataset, "expectedRevision": 2, "file": file, "again": true, "asJob": false });
    let at_once = begun_by(stage.person(PUBLISHER).asking(), at_once).await.well();
    assert_eq!(at_once.at("importStatistics.job"), &Value::Null);
    assert_eq!(at_once.at("importStatistics.report.accepted"), 5);
}

#[tokio::test]
async fn a_long_file_is_a_job_without_being_asked() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let mut long = HEADER.replace('\n', ",NOTE\n");
    (0..33_000).for_each(|row| long += &format!("US-{row},F,2024,{row},{}\n", "x".repeat(1_000)));
    let file = sent(&stage, PUBLISHER, long).await;
    let columns = json!({ "ignored": ["NOTE"] });
    let input = json!({ "dataset": dataset, "expectedRevision": 1, "file": file, "columns": columns });
    let id =
        begun_by(stage.person(PUBLISHER).asking(), input).await.well().text_at("importStatistics.job.id");
    let done = ended(&stage, &id).await;
    assert_eq!((done.at("importJob.state"), done.at("importJob.rowsRead")), (&json!("DONE"), &json!(33_000)));
}

#[tokio::test]
async fn a_job_that_is_given_up_leaves_nothing() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let entries = stage.entries().await.len();
    let file = sent(&stage, PUBLISHER, FIGURES).await;
    let mut pipe = pipe(&stage, &file);
    let id = begun(&stage, &dataset, 1, &file, json!({})).await;
    let writing = std::thread::spawn(move || {
        pipe.write_all(HEADER.as_bytes()).unwrap();
        pipe.write_all(rows(0, 4_500).as_bytes()).unwrap();
        pipe
    });
    until(&stage, &id, |answer| answer.at("importJob.rowsRead").as_u64().unwrap() > 100).await;
    let cancel = async || stage.person(PUBLISHER).asks(CANCEL, json!({ "id": id })).await;
    let cancelled = cancel().await.well();
    assert_eq!(
        cancelled.at("cancelImport.job"),
        &json!({ "state": "CANCELLED", "finished": "2025-01-16T15:00:00+00:00" })
    );
    // Asked for twice, it is given up once.
    assert_eq!(cancel().await.well().at("cancelImport.job"), cancelled.at("cancelImport.job"));
    // The rest comes, and changes nothing.
    let mut pipe = writing.join().unwrap();
    let rest = std::thread::spawn(move || pipe.write_all(rows(10_000, 1_000).as_bytes()));
    stage.node.jobs.close().await;
    let _ = rest.join().unwrap();
    assert_eq!(job(&stage, &id).await.at("importJob.state"), "CANCELLED");
    assert_eq!(stage.entries().await.len(), entries);
    assert!(!stage.node.config.folder.join("vault").read_dir().unwrap().any(|_| true));
    // A node that stops takes no more on.
    let late = sent(&stage, PUBLISHER, FIGURES).await;
    let input = json!({ "dataset": dataset, "expectedRevision": 1, "file": late, "asJob": true });
    assert_eq!(begun_by(stage.person(PUBLISHER).asking(), input).await.code(), "LIMITED");
}

#[tokio::test]
async fn a_clock_that_is_wrong_by_a_year_takes_no_job_away_that_runs() {
    let stage = Stage::set().await;
    let (one, two) = (declared(&stage, "MX-UNO").await, declared(&stage, "MX-DOS").await);
    let file = sent(&stage, PUBLISHER, FIGURES).await;
    let mut pipe = pipe(&stage, &file);
    let long = begun(&stage, &one, 1, &file, json!({ "dryRun": true })).await;
    stage.pass(TimeDelta::days(366));
    let short =
        json!({ "dataset": two, "expectedRevision": 1, "csv": FIGURES, "asJob": true, "dryRun": true });
    let short = begun_by(stage.person(PUBLISHER).asking(), short).await.well();
    ended(&stage, &short.text_at("importStatistics.job.id")).await;
    stage.pass(TimeDelta::days(-366));
    pipe.write_all(FIGURES.as_bytes()).unwrap();
    drop(pipe);
    assert_eq!(ended(&stage, &long).await.at("importJob.state"), "DONE");
}

#[tokio::test]
async fn a_job_that_waits_can_be_given_up_and_an_account_has_no_more_than_eight() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let (mut pipes, mut jobs) = (Vec::new(), Vec::new());
    for _ in 0..8 {
        let file = sent(&stage, PUBLISHER, FIGURES).await;
        pipes.push(pipe(&stage, &file));
        jobs.push(begun(&stage, &dataset, 1, &file, json!({ "dryRun": true })).await);
    }
    let input = json!({ "dataset": dataset, "expectedRevision": 1, "csv": FIGURES, "asJob": true });
    let ninth = begun_by(stage.person(PUBLISHER).asking(), input.clone()).await;
    assert_eq!(ninth.code(), "LIMITED", "{}", ninth.text);
    // Two are carried out at once.
    for id in &jobs[..2] {
        until(&stage, id, |answer| answer.at("importJob.state") == "RUNNING").await;
    }
    assert_eq!(job(&stage, &jobs[7]).await.at("importJob.state"), "WAITING");
    assert_eq!(job(&stage, &jobs[7]).await.at("importJob.started"), &Value::Null);
    stage.person(PUBLISHER).asks(CANCEL, json!({ "id": jobs[7] })).await.well();
    let more = begun_by(stage.person(PUBLISHER).asking(), input).await.well();
    // Nothing comes into the pipes any more.
    drop(pipes);
    for id in &jobs[..7] {
        assert_eq!(ended(&stage, id).await.at("importJob.state"), "DONE");
    }
    assert_eq!(ended(&stage, &more.text_at("importStatistics.job.id")).await.at("importJob.state"), "DONE");
    assert_eq!(job(&stage, &jobs[7]).await.at("importJob.state"), "CANCELLED");
}

#[tokio::test]
async fn a_request_that_is_sent_again_with_its_key_is_the_same_job() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let input = json!({ "dataset": dataset, "expectedRevision": 1, "csv": FIGURES, "asJob": true });
    let ask = async |key: &str, input: &Value| {
        begun_by(stage.person(PUBLISHER).asking().once(key), input.clone()).await
    };
    let id = ask("una", &input).await.well().text_at("importStatistics.job.id");
    let entries = {
        ended(&stage, &id).await;
        stage.entries().await.len()
    };
    assert_eq!(ask("una", &input).await.well().text_at("importStatistics.job.id"), id);
    let mut other = input.clone();
    other["dryRun"] = json!(true);
    assert_eq!(ask("una", &other).await.mends(), ["KEY_REUSED"]);
    assert_eq!(stage.entries().await.len(), entries);
    // Of two at the same moment as well.
    let (one, two) = tokio::join!(ask("dos", &other), ask("dos", &other));
    assert_eq!(one.well().text_at("importStatistics.job.id"), two.well().text_at("importStatistics.job.id"));
    assert_eq!(ImportJobEntity::find().all(&stage.node.reads.0).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_role_that_was_taken_away_meanwhile_imports_nothing() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let file = sent(&stage, PUBLISHER, FIGURES).await;
    let mut pipe = pipe(&stage, &file);
    let id = begun(&stage, &dataset, 1, &file, json!({})).await;
    let close = "mutation ($id: ID!) { closeAccount(input: { account: $id }) { userErrors { code } } }";
    let account = account_id(&stage, PUBLISHER).await;
    stage.person("mx.test.admin").asks(close, json!({ "id": account })).await.well();
    let entries = stage.entries().await.len();
    pipe.write_all(FIGURES.as_bytes()).unwrap();
    drop(pipe);
    // Nobody can ask for it any more: what became of it stands behind the curtain.
    let kept = loop {
        let kept = ImportJobEntity::find().one(&stage.node.reads.0).await.unwrap().unwrap();
        if kept.finished.is_some() {
            break kept;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((kept.id.global(), kept.state), (id, ImportJobState::Refused));
    assert_eq!(stage.entries().await.len(), entries);
}
