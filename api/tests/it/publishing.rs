//! Publishing figures: embargo, disclosure threshold, retraction.

use api::{
    access::{Action, Kind, Standing, allows},
    ledger::{Verdict, verify},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{
    access::everybody,
    acts::{Carried, content},
    stage::{Answer, Stage},
};

const LISTED: &str = "{ datasets { totalCount nodes { id hash state releasedAt } } }";
const TOLD: &str = "{ ledger { totalCount nodes { event subject contentHash opensAt to { countries } } } }";
const SUM: &str =
    "query($d: ID!) { statistics(dataset: $d, groupBy: [\"SEX\"]) { rows { nodes { codes } } } }";
const NODE: &str = "query($id: ID!) { node(id: $id) { ... on Dataset { state hash retractedAt retraction { es } \
                    vintage { fileHash observations embargoUntil belowThreshold } } } }";

/// A dataset of the agency whose first vintage opens at a moment, approved and not yet released.
async fn under_embargo<'a>(stage: &'a Stage, until: DateTime<Utc>) -> Carried<'a> {
    let carried = Carried::begun(stage, Kind::Dataset, "mx.agency", "GREEN", "Retornos").await;
    imported(stage, &carried, 1, Some(until)).await.well();
    carried.ready(stage).await;
    carried
}

async fn imported(stage: &Stage, carried: &Carried<'_>, men: u32, until: Option<DateTime<Utc>>) -> Answer {
    let mut changes = json!({ "csv": format!("SEX,TIME_PERIOD,OBS_VALUE\nF,2024-01,40\nM,2024-01,{men}\n") });
    if let Some(until) = until {
        changes["embargoUntil"] = json!(until);
    }
    carried.by_author(stage, Action::Draft(Kind::Dataset), changes).await
}

/// All that somebody can find of a dataset.
async fn found(stage: &Stage, login: &str, dataset: &Carried<'_>) -> Value {
    let person = stage.person(login);
    let id = dataset.global();
    let mut found = json!({});
    for (name, query, variables) in [
        ("listed", LISTED, json!({})),
        ("told", TOLD, json!({})),
        ("node", NODE, json!({ "id": id })),
        ("sum", SUM, json!({ "d": id })),
    ] {
        let answer = person.asks(query, variables).await;
        found[name] = answer.json;
    }
    found
}

#[tokio::test]
async fn an_embargo_opens_by_the_clock_and_not_a_moment_before() {
    let stage = Stage::set().await;
    let nobody = Carried::begun(&stage, Kind::Dataset, "mx.agency", "GREEN", "De nadie").await;
    let until = stage.now() + TimeDelta::days(3);
    let dataset = under_embargo(&stage, until).await;
    let before = found(&stage, "gt.test.analyst", &dataset).await;
    dataset.released(&stage, json!({ "countries": ["GT"] })).await.well();

    for moment in [stage.now(), until - TimeDelta::milliseconds(1)] {
        stage.set_time(moment);
        assert_eq!(found(&stage, "gt.test.analyst", &dataset).await, before, "{moment}");
    }
    assert_eq!(before["listed"]["data"]["datasets"]["totalCount"], 0);
    // Who works on it has seen it all along, and when it opens.
    let at_home = found(&stage, "mx.test.focal", &dataset).await;
    assert_eq!(
        at_home["told"]["data"]["ledger"]["nodes"].as_array().unwrap().last().unwrap()["event"],
        "dataset.released"
    );
    assert_eq!(at_home["node"]["data"]["node"]["state"], "RELEASED");

    stage.set_time(until);
    let after = found(&stage, "gt.test.analyst", &dataset).await;
    assert_eq!(after["listed"]["data"]["datasets"]["totalCount"], 1);
    let released_at: DateTime<Utc> =
        after["listed"]["data"]["datasets"]["nodes"][0]["releasedAt"].as_str().unwrap().parse().unwrap();
    assert_eq!(released_at, until);
    assert_eq!(after["sum"]["data"]["statistics"]["rows"]["nodes"].as_array().unwrap().len(), 2);
    let told = after["told"]["data"]["ledger"]["nodes"].as_array().unwrap().clone();
    assert_eq!(told.last().unwrap()["event"], "dataset.released");
    assert_eq!(told.last().unwrap()["to"]["countries"], json!(["GT"]));
    // And to nobody else.
    assert_eq!(
        found(&stage, "hn.test.analyst", &dataset).await["sum"],
        found(&stage, "hn.test.analyst", &nobody).await["sum"]
    );

    let head = stage.node.ledger.head().unwrap();
    assert!(matches!(verify(&stage.node.reads.0, head.as_ref()).await.unwrap(), Verdict::Sound { .. }));
}

#[tokio::test]
async fn until_an_embargo_ends_the_vintage_before_is_shown() {
    let stage = Stage::set().await;
    let dataset = Carried::begun(&stage, Kind::Dataset, "mx.agency", "GREEN", "Retornos").await;
    imported(&stage, &dataset, 100, None).await.well();
    dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
    let first = found(&stage, "gt.test.analyst", &dataset).await;

    let until = stage.now() + TimeDelta::days(3);
    imported(&stage, &dataset, 101, Some(until)).await.well();
    dataset.shared(&stage, json!({ "countries": ["GT", "HN"] })).await;
    assert_eq!(found(&stage, "gt.test.analyst", &dataset).await, first);
    stage.set_time(until);
    let second = found(&stage, "gt.test.analyst", &dataset).await;
    assert_ne!(second["node"], first["node"]);
    assert_eq!(second["node"], found(&stage, "hn.test.analyst", &dataset).await["node"]);
}

#[tokio::test]
async fn a_correction_before_the_embargo_ends_takes_its_place() {
    let stage = Stage::set().await;
    let (until, later) = (stage.now() + TimeDelta::days(3), stage.now() + TimeDelta::days(5));
    let dataset = under_embargo(&stage, until).await;
    dataset.released(&stage, json!({ "countries": ["GT"] })).await.well();
    let before = found(&stage, "gt.test.analyst", &dataset).await["node"].clone();
    stage.pass(TimeDelta::days(1));
    imported(&stage, &dataset, 7, Some(later)).await.well();
    dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
    stage.set_time(until);
    assert_eq!(found(&stage, "gt.test.analyst", &dataset).await["node"], before);
    stage.set_time(later);
    let shown = found(&stage, "gt.test.analyst", &dataset).await;
    assert_eq!(
        shown["node"]["data"]["node"]["hash"],
        found(&stage, "mx.test.focal", &dataset).await["node"]["data"]["node"]["hash"]
    );
}

#[tokio::test]
async fn what_is_recalled_before_it_opens_was_never_there() {
    let stage = Stage::set().await;
    let dataset = under_embargo(&stage, stage.now() + TimeDelta::days(3)).await;
    let before = found(&stage, "gt.test.analyst", &dataset).await;
    dataset.released(&stage, json!({ "countries": ["GT"] })).await.well();
    dataset.recalled(&stage, None).await.well();
    assert_eq!(found(&stage, "gt.test.analyst", &dataset).await, before);
    stage.pass(TimeDelta::days(4));
    assert_eq!(found(&stage, "gt.test.analyst", &dataset).await, before);
}

#[tokio::test]
async fn an_embargo_that_is_over_or_years_away_is_refused() {
    let stage = Stage::set().await;
    let dataset = Carried::begun(&stage, Kind::Dataset, "mx.agency", "GREEN", "Retornos").await;
    for away in [TimeDelta::zero(), -TimeDelta::days(1), TimeDelta::days(800)] {
        let refused = imported(&stage, &dataset, 1, Some(stage.now() + away)).await;
        assert_eq!(refused.mends(), ["OUT_OF_RANGE"]);
    }
}

/// A dataset with minors, one of whose figures is small.
async fn with_small_figures<'a>(stage: &'a Stage, handling: &str, source: Option<&str>) -> Carried<'a> {
    let mut said = content(stage, Kind::Dataset, "Menores", 1);
    said["dimensions"] = json!([
        { "code": "REF_AREA", "name": { "es": "Territorio" }, "list": "CL_AREA" },
        { "code": "SEX", "name": { "es": "Sexo" }, "list": "CL_SEX" },
        { "code": "AGE", "name": { "es": "Edad" }, "list": "CL_AGE" },
    ]);
    let carried = Carried::begun_with(stage, Kind::Dataset, "mx.agency", handling, said, json!({})).await;
    let csv = "REF_AREA,SEX,AGE,TIME_PERIOD,OBS_VALUE\n\
        MX,_T,Y0T17,2024-01,3\nMX-PUE,F,Y18T,2024-01,4\nMX-PUE,F,_T,2024-01,4\nMX,F,Y18T,2024-01,4\n\
        MX-PUE,M,Y18T,2024-01,5\nMX,_T,Y0T11,2024-01,0\nMX,_T,_T,2024-01,1\n";
    let mut changes = json!({ "csv": csv });
    if let Some(source) = source {
        changes["source"] = json!(source);
    }
    carried.by_author(stage, Action::Draft(Kind::Dataset), changes).await.well();
    carried.ready(stage).await;
    carried
}

#[tokio::test]
async fn small_figures_stay_in_their_country_on_every_way_out() {
    let stage = Stage::set().await;
    let dataset = with_small_figures(&stage, "CLEAR", None).await;
    let guatemalan = format!("Account:{}", stage.person("gt.test.analyst").account.0.simple());
    let abroad = [
        json!({ "everyone": true }),
        json!({ "countries": ["GT"] }),
        json!({ "countries": ["MX", "GT"] }),
        json!({ "institutions": [stage.institution("INT-IOM").global()] }),
        json!({ "accounts": [guatemalan] }),
    ];
    for audience in &abroad {
        assert_eq!(dataset.released(&stage, audience.clone()).await.mends(), ["BELOW_THRESHOLD"]);
    }
    dataset.released(&stage, json!({ "countries": ["MX"] })).await.well();
    // Also once it is released at home.
    let query =
        "mutation($i: ReleaseInput!) { releaseVintage(input: $i) { userErrors { code path message } } }";
    let input = dataset.input(&stage, Action::Release(Kind::Dataset)).await;
    let refused = stage.person("mx.agency.focal").asks(query, json!({ "i": input })).await;
    let error = refused.at("releaseVintage.userErrors.0");
    assert_eq!(
        (&error["code"], &error["path"]),
        (&json!("BELOW_THRESHOLD"), &json!("input.audience.countries.0"))
    );
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("below 5") && message.contains("2 of them"), "{message}");
    assert!(
        message.contains("MX, Y0T17, 2024-01: 3") && message.contains("MX-PUE, F, Y18T, 2024-01: 4"),
        "{message}"
    );
    let at_home = stage.person("mx.test.focal").asks(NODE, json!({ "id": dataset.global() })).await.well();
    assert_eq!(at_home.at("node.vintage.belowThreshold"), 2);
}

#[tokio::test]
async fn what_was_published_already_discloses_nothing_more() {
    let stage = Stage::set().await;
    let address = Some("https://example.org/boletin");
    let public = with_small_figures(&stage, "CLEAR", address).await;
    public.released(&stage, json!({ "everyone": true })).await.well();
    let green = Stage::set().await;
    let marked = with_small_figures(&green, "GREEN", address).await;
    assert_eq!(marked.released(&green, json!({ "countries": ["GT"] })).await.mends(), ["BELOW_THRESHOLD"]);
    let said = Stage::set().await;
    let unaddressed = with_small_figures(&said, "CLEAR", Some("un boletín")).await;
    assert_eq!(unaddressed.released(&said, json!({ "everyone": true })).await.mends(), ["BELOW_THRESHOLD"]);
}

/// Commands that are tried here by everybody.
pub const ATTACKED: [&str; 1] = ["retractVintage"];

#[tokio::test]
async fn a_vintage_is_retracted_by_those_only_whom_the_table_names() {
    let stage = Stage::set().await;
    let dataset = Carried::begun(&stage, Kind::Dataset, "mx.agency", "GREEN", "Retornos").await;
    imported(&stage, &dataset, 100, None).await.well();
    dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
    for who in everybody(&stage) {
        let answer = retracted(&stage, &who.login, &dataset, 2).await;
        let may = |role| allows(role, Action::Retract(Kind::Dataset), Standing::Owner);
        let works = matches!(who.prefix.as_str(), "mx.test" | "mx.agency");
        let expected = match who.role.is_some_and(may) {
            false => "FORBIDDEN",
            true if works => "no error",
            true if who.country == "GT" => "FORBIDDEN",
            true => "NOT_FOUND",
        };
        assert_eq!(answer.code(), expected, "{}: {}", who.login, answer.text);
    }
    assert_eq!(
        stage
            .stranger()
            .asks(
                "mutation($i: RetractVintageInput!) { retractVintage(input: $i) { dataset { id } } }",
                json!({ "i": { "dataset": dataset.global(), "revision": 2, "reason": { "es": "x" } } })
            )
            .await
            .code(),
        "UNAUTHENTICATED"
    );
}

async fn retracted(stage: &Stage, login: &str, dataset: &Carried<'_>, revision: i32) -> Answer {
    let query = "mutation($i: RetractVintageInput!) { retractVintage(input: $i) { dataset { state } userErrors { code path } } }";
    let input =
        json!({ "dataset": dataset.global(), "revision": revision, "reason": { "es": "Suma equivocada" } });
    stage.person(login).asks(query, json!({ "i": input })).await
}

#[tokio::test]
async fn a_retraction_keeps_the_vintage_tells_who_saw_it_and_says_why() {
    let stage = Stage::set().await;
    let dataset = Carried::begun(&stage, Kind::Dataset, "mx.agency", "GREEN", "Retornos").await;
    imported(&stage, &dataset, 100, None).await.well();
    dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
    let before = found(&stage, "gt.test.analyst", &dataset).await;
    assert_eq!(retracted(&stage, "mx.agency.statistics", &dataset, 2).await.code(), "FORBIDDEN");
    assert_eq!(retracted(&stage, "gt.test.focal", &dataset, 2).await.code(), "FORBIDDEN");
    assert_eq!(retracted(&stage, "hn.test.focal", &dataset, 2).await.code(), "NOT_FOUND");
    assert_eq!(retracted(&stage, "mx.agency.focal", &dataset, 1).await.mends(), ["WRONG_STATE"]);
    assert_eq!(retracted(&stage, "mx.agency.focal", &dataset, 9).await.mends(), ["UNKNOWN"]);

    retracted(&stage, "mx.agency.focal", &dataset, 2).await.well();
    let after = found(&stage, "gt.test.analyst", &dataset).await;
    let node = &after["node"]["data"]["node"];
    assert_eq!((&node["state"], &node["retraction"]["es"]), (&json!("RETRACTED"), &json!("Suma equivocada")));
    assert_eq!(node["hash"], before["node"]["data"]["node"]["hash"]);
    assert_eq!(node["vintage"]["fileHash"], before["node"]["data"]["node"]["vintage"]["fileHash"]);
    let told = after["told"]["data"]["ledger"]["nodes"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&told["event"], &told["contentHash"]), (&json!("dataset.retracted"), &node["hash"]));
    let entries = stage.entries().await;
    assert!(entries.iter().all(|entry| !entry.body.contains("Suma equivocada")));
    // Its figures answer nobody, and it is not released again.
    assert_eq!(after["sum"]["errors"][0]["extensions"]["code"], "CONFLICT");
    assert!(after["sum"]["errors"][0]["message"].as_str().unwrap().contains("Suma equivocada"));
    assert_eq!(dataset.released(&stage, json!({ "countries": ["HN"] })).await.mends(), ["WRONG_STATE"]);
    assert_eq!(retracted(&stage, "mx.agency.focal", &dataset, 2).await.mends(), ["WRONG_STATE"]);
    assert_eq!(
        found(&stage, "hn.test.analyst", &dataset).await["told"]["data"]["ledger"]["nodes"]
            .to_string()
            .matches("dataset.")
            .count(),
        0
    );
    // A correction is a new vintage.
    imported(&stage, &dataset, 101, None).await.well();
    dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
    let mended = found(&stage, "gt.test.analyst", &dataset).await;
    assert_eq!(mended["node"]["data"]["node"]["state"], "RELEASED");
    assert!(mended["sum"]["data"].is_object());
}

#[tokio::test]
async fn what_is_retracted_before_it_opens_never_opens() {
    let stage = Stage::set().await;
    let dataset = Carried::begun(&stage, Kind::Dataset, "mx.agency", "GREEN", "Retornos").await;
    imported(&stage, &dataset, 100, None).await.well();
    dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
    let until = stage.now() + TimeDelta::days(3);
    imported(&stage, &dataset, 101, Some(until)).await.well();
    dataset.shared(&stage, json!({ "countries": ["GT", "HN"] })).await;
    let before =
        [found(&stage, "gt.test.analyst", &dataset).await, found(&stage, "hn.test.analyst", &dataset).await];
    retracted(&stage, "mx.agency.focal", &dataset, 3).await.well();
    for moment in [stage.now(), until + TimeDelta::days(1)] {
        stage.set_time(moment);
        for (login, before) in ["gt.test.analyst", "hn.test.analyst"].iter().zip(&before) {
            assert_eq!(&found(&stage, login, &dataset).await, before, "{login} at {moment}");
        }
    }
}
