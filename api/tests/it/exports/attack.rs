//! The attack: every way out, by everybody, on a dataset in every state. What one may not see is, word for word,
//! what there is not.

use api::access::{Action, Kind, Standing, allows};
use chrono::TimeDelta;
use serde_json::json;

use super::{FORMS, gets};
use crate::{
    access::everybody,
    acts::Carried,
    stage::{Answer, Stage},
};

const NOWHERE: &str = "Dataset:0192f0c37a5b7c3e8d2f4a6b8c0d2e4f";

/// Every address that gives figures of this dataset.
fn ways(dataset: &str) -> Vec<String> {
    let forms = FORMS.iter().flat_map(|form| {
        [
            format!("/exports/{dataset}?format={form}"),
            format!("/exports/{dataset}?format={form}&where.SEX=F"),
            format!("/statistics?dataset={dataset}&format={form}&groupBy=SEX&byPeriod=MONTH"),
        ]
    });
    forms.collect()
}

/// What an answer tells, but for what is another each time.
fn told(answer: &Answer, dataset: &str) -> (u16, String, Vec<(String, String)>) {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id");
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (answer.status.as_u16(), answer.text.replace(dataset, "it"), headers.collect())
}

async fn vintage<'a>(stage: &'a Stage, handling: &str, men: u32) -> Carried<'a> {
    let carried = Carried::begun(stage, Kind::Dataset, "mx.agency", handling, "Retornos").await;
    let csv = format!("SEX,TIME_PERIOD,OBS_VALUE\nF,2024-01,40\nM,2024-01,{men}\n");
    carried.by_author(stage, Action::Draft(Kind::Dataset), json!({ "csv": csv })).await.well();
    carried
}

#[tokio::test]
async fn only_who_is_shown_a_vintage_gets_it_out_and_nobody_else_finds_a_trace() {
    let stage = Stage::set().await;
    let draft = vintage(&stage, "GREEN", 100).await;
    let shared = vintage_called(&stage, "Compartido").await;
    shared.shared(&stage, json!({ "countries": ["GT"] })).await;
    for who in everybody(&stage) {
        let reads = |role| Standing::ALL.iter().any(|at| allows(role, Action::Read(Kind::Dataset), *at));
        let may = who.role.is_some_and(reads);
        let works = matches!(who.prefix.as_str(), "mx.test" | "mx.agency");
        for (dataset, shown) in [(&draft, works), (&shared, works || who.country == "GT")] {
            let dataset = dataset.global();
            for (path, nowhere) in ways(&dataset).into_iter().zip(ways(NOWHERE)) {
                let answer = gets(&stage, &who.login, &path).await;
                let expected = match (may, shown) {
                    (false, _) => (403, "FORBIDDEN"),
                    (true, false) => (404, "NOT_FOUND"),
                    (true, true) => (200, "no error"),
                };
                assert_eq!(
                    (answer.status.as_u16(), answer.code()),
                    expected,
                    "{} {path}: {}",
                    who.login,
                    answer.text
                );
                if expected.0 != 200 {
                    let never = gets(&stage, &who.login, &nowhere).await;
                    assert_eq!(told(&answer, &dataset), told(&never, NOWHERE), "{} {path}", who.login);
                }
            }
        }
    }
    for path in ways(&shared.global()) {
        let stranger = stage.stranger().without("accept").gets(&path).await;
        assert_eq!((stranger.status.as_u16(), stranger.code()), (401, "UNAUTHENTICATED"), "{path}");
        let elsewhere = stage.person("gt.test.analyst").asking().with("sec-fetch-site", "cross-site");
        assert_eq!(elsewhere.gets(&path).await.status, 403);
    }
}

pub async fn vintage_called<'a>(stage: &'a Stage, word: &str) -> Carried<'a> {
    let carried = Carried::begun(stage, Kind::Dataset, "mx.agency", "GREEN", word).await;
    carried.revised(stage, word, 1).await.well();
    carried
}

#[tokio::test]
async fn who_holds_a_file_is_told_so_until_it_changes_or_is_recalled() {
    let stage = Stage::set().await;
    let dataset = vintage(&stage, "GREEN", 100).await;
    dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
    let asks = async |path: &str, tag: &str| {
        let asking = stage.person("gt.test.analyst").asking().without("accept");
        asking.with("if-none-match", tag).gets(path).await
    };
    let mut tags = Vec::new();
    for path in ways(&dataset.global()) {
        let first = gets(&stage, "gt.test.analyst", &path).await;
        let tag = first.header("etag").to_owned();
        assert_eq!(tag.len(), 66, "{tag}");
        for held in [tag.clone(), format!("\"x\", W/{tag}"), "*".into()] {
            let again = asks(&path, &held).await;
            assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0), "{path} {held}");
            assert_eq!(again.header("etag"), tag);
        }
        assert_eq!(asks(&path, "\"other\"").await.status, 200);
        // The same again is the same bytes.
        assert_eq!(asks(&path, "\"other\"").await.bytes, first.bytes, "{path}");
        tags.push((path, tag));
    }
    let mut distinct: Vec<_> = tags.iter().map(|(_, tag)| tag).collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), tags.len(), "two files of one tag");

    let csv = "SEX,TIME_PERIOD,OBS_VALUE\nF,2024-01,41\nM,2024-01,100\n";
    dataset.by_author(&stage, Action::Draft(Kind::Dataset), json!({ "csv": csv })).await.well();
    for (path, tag) in &tags {
        assert_eq!(asks(path, tag).await.status, 304, "a draft of the owner changes nothing here");
    }
    dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
    for (path, tag) in &tags {
        let changed = asks(path, tag).await;
        assert_eq!(changed.status, 200, "{path}");
        assert_ne!(changed.header("etag"), tag);
        // The file of before is still what it was.
        let past = format!("{path}&asOf=2025-01-16T15:00:00Z");
        assert_eq!(asks(&past, "\"x\"").await.status, 200, "{path}");
    }
    dataset.recalled(&stage, None).await.well();
    for (path, tag) in &tags {
        for tag in [tag.as_str(), "*"] {
            let gone = asks(path, tag).await;
            assert_eq!((gone.status.as_u16(), gone.code()), (404, "NOT_FOUND"), "{path}");
            assert_eq!(gone.header("etag"), "");
        }
    }
}

#[tokio::test]
async fn an_embargo_holds_on_every_way_out_to_the_moment() {
    let stage = Stage::set().await;
    let until = stage.now() + TimeDelta::days(3);
    let dataset = Carried::begun(&stage, Kind::Dataset, "mx.agency", "GREEN", "Retornos").await;
    let csv = "SEX,TIME_PERIOD,OBS_VALUE\nF,2024-01,40\nM,2024-01,100\n";
    let changes = json!({ "csv": csv, "embargoUntil": json!(until) });
    dataset.by_author(&stage, Action::Draft(Kind::Dataset), changes).await.well();
    dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
    for (moment, status) in [(stage.now(), 404), (until - TimeDelta::milliseconds(1), 404), (until, 200)] {
        stage.set_time(moment);
        for path in ways(&dataset.global()) {
            for login in ["gt.test.analyst", "gt.agency.observer"] {
                assert_eq!(gets(&stage, login, &path).await.status, status, "{moment} {login} {path}");
            }
            assert_eq!(gets(&stage, "hn.test.analyst", &path).await.status, 404);
            assert_eq!(gets(&stage, "mx.test.focal", &path).await.status, 200);
        }
    }
    // Before it opened there was nothing, and the past does not open either.
    let past = format!("/exports/{}?asOf=2025-01-17", dataset.global());
    assert_eq!(gets(&stage, "gt.test.analyst", &past).await.status, 409);
}

#[tokio::test]
async fn a_vintage_that_was_retracted_does_not_go_out() {
    let stage = Stage::set().await;
    let dataset = vintage(&stage, "GREEN", 100).await;
    dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
    let tag = gets(&stage, "gt.test.analyst", &ways(&dataset.global())[0]).await.header("etag").to_owned();
    let retract = "mutation($i: RetractVintageInput!) { retractVintage(input: $i) { userErrors { code } } }";
    let input = json!({ "dataset": dataset.global(), "revision": 2, "reason": { "es": "Suma equivocada" } });
    stage.person("mx.agency.focal").asks(retract, json!({ "i": input })).await.well();
    for path in ways(&dataset.global()) {
        let asking = stage.person("gt.test.analyst").asking().without("accept").with("if-none-match", &tag);
        let refused = asking.gets(&path).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (409, "CONFLICT"), "{path}: {}", refused.text);
        assert!(refused.message().contains("Suma equivocada"));
        assert_eq!(gets(&stage, "hn.test.analyst", &path).await.status, 404);
    }
}
