//! Asking: measures, hierarchies, several datasets, the past, and the mirror of a corridor.

mod revised;

use api::access::{Action, Kind};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{
    acts::{Carried, content},
    stage::{Answer, Stage},
};

const DIMENSIONS: [(&str, &str); 7] = [
    ("COUNTERPART_AREA", "CL_AREA"),
    ("RETURN_MODE", "CL_RETURN_MODE"),
    ("SEX", "CL_SEX"),
    ("AGE", "CL_AGE"),
    ("ACCOMPANIMENT", "CL_ACCOMPANIMENT"),
    ("REF_AREA", "CL_AREA"),
    ("AREA_ROLE", "CL_AREA_ROLE"),
];

const HONDURAS: [&str; 2] = [
    include_str!("../../demo/figures/hn-inm-returned-persons-1.csv"),
    include_str!("../../demo/figures/hn-inm-returned-persons-2.csv"),
];
const MEXICO: [&str; 2] = [
    include_str!("../../demo/figures/mx-upmrip-return-events-1.csv"),
    include_str!("../../demo/figures/mx-upmrip-return-events-2.csv"),
];
const PERSONS: &str = include_str!("../../demo/figures/mx-upmrip-returned-persons-1.csv");
const CENTRES: [&str; 2] = [
    include_str!("../../demo/figures/mx-segob-centre-entered-1.csv"),
    include_str!("../../demo/figures/mx-segob-centre-declined-1.csv"),
];

async fn declared<'a>(stage: &'a Stage, by: &'a str, code: &str, indicator: &str) -> Carried<'a> {
    let mut said = content(stage, Kind::Dataset, code, 1);
    said["indicator"] = json!(indicator);
    said.as_object_mut().unwrap().remove("definition");
    said["dimensions"] = DIMENSIONS
        .iter()
        .map(|(code, list)| json!({ "code": code, "name": { "es": code }, "list": list }))
        .collect();
    Carried::begun_with(stage, Kind::Dataset, by, "CLEAR", said, json!({})).await
}

async fn published(stage: &Stage, dataset: &Carried<'_>, csv: &str) {
    let changes =
        json!({ "csv": csv, "source": "https://example.org/", "columns": { "ignored": ["SOURCE"] } });
    dataset.by_author(stage, Action::Draft(Kind::Dataset), changes).await.well();
    dataset.shared(stage, json!({ "everyone": true })).await;
}

async fn asks(stage: &Stage, login: &str, arguments: &str, variables: Value) -> Answer {
    let head = if arguments.contains("$all") { "$all: [ID!]" } else { "$d: ID" };
    let query = format!(
        "query({head}) {{ statistics({arguments}) {{ comparable incomparableBecause {{ code message }} \
         datasets {{ id vintage {{ fileHash }} }} rows {{ totalCount nodes {{ datasets codes period incomparable \
         cell {{ ... on StatisticsValue {{ value status missing }} ... on StatisticsMissing {{ because }} }} \
         cells {{ __typename ... on StatisticsValue {{ value }} ... on StatisticsMissing {{ because }} }} }} }} }} }}"
    );
    stage.person(login).asks(&query, variables).await
}

/// Each row as `codes period sum cells`.
fn rows(answer: &Answer) -> Vec<String> {
    let nodes = answer.at("statistics.rows.nodes").as_array().unwrap();
    let cell =
        |cell: &Value| cell["value"].as_str().or(cell["because"].as_str()).unwrap_or("SUPPRESSED").to_owned();
    nodes
        .iter()
        .map(|row| {
            let mut words: Vec<String> =
                row["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().into()).collect();
            words.extend(row["period"].as_str().map(Into::into));
            words.push(cell(&row["cell"]));
            words.extend(row["cells"].as_array().unwrap().iter().map(cell));
            words.join(" ")
        })
        .collect()
}

const TOTALS: &str = r#"{ dimension: "COUNTERPART_AREA", codes: ["_T"] }, { dimension: "RETURN_MODE", codes: ["_T"] },
    { dimension: "SEX", codes: ["_T"] }, { dimension: "AGE", codes: ["_T"] }, { dimension: "ACCOMPANIMENT", codes: ["_T"] }"#;

fn day(text: &str) -> DateTime<Utc> {
    format!("{text}T15:00:00Z").parse().unwrap()
}

#[tokio::test]
async fn a_corrected_figure_is_told_as_it_was_known_before_and_after() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "hn.agency", "HN", "RETURNED_PERSON").await;
    stage.set_time(day("2025-02-01"));
    published(&stage, &dataset, HONDURAS[0]).await;
    stage.set_time(day("2025-03-01"));
    published(&stage, &dataset, HONDURAS[1]).await;
    stage.set_time(day("2025-03-20"));
    let on = async |login: &str, day: &str| {
        let arguments =
            format!(r#"dataset: $d, asOf: "{day}", from: "2024-01-01", byPeriod: EXACT, where: [{TOTALS}]"#);
        asks(&stage, login, &arguments, json!({ "d": dataset.global() })).await
    };
    for login in ["mx.test.analyst", "int.iom.observer", "hn.agency.analyst"] {
        for before in ["2025-02-01", "2025-02-28"] {
            assert_eq!(rows(&on(login, before).await.well()), ["2024-01-01/P347D 37419"], "{login} {before}");
        }
        for after in ["2025-03-01", "2025-03-20"] {
            let told = rows(&on(login, after).await.well());
            assert_eq!(told, ["2024-01-01/P347D 37419", "2024 44000"], "{login} {after}");
        }
        assert_ne!(
            on(login, "2025-02-28").await.at("statistics.datasets.0.vintage.fileHash"),
            on(login, "2025-03-20").await.at("statistics.datasets.0.vintage.fileHash")
        );
    }
    // Before it was released there was nothing to know; and what is recalled has no past either.
    assert_eq!(on("mx.test.analyst", "2025-01-31").await.code(), "CONFLICT");
    dataset.recalled(&stage, None).await.well();
    assert_eq!(on("mx.test.analyst", "2025-02-28").await.code(), "NOT_FOUND");
    dataset.released(&stage, json!({ "countries": ["MX"] })).await.well();
    assert_eq!(on("mx.test.analyst", "2025-02-28").await.code(), "CONFLICT");
    assert_eq!(on("mx.test.analyst", "2025-03-20").await.well().at("statistics.rows.totalCount"), 2);
}

#[tokio::test]
async fn the_two_vintages_of_the_mexican_minors_of_2022_are_both_told() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "mx.agency", "MX", "RETURN_EVENT").await;
    let mut told = Vec::new();
    for (csv, released) in MEXICO.iter().zip(["2025-02-01", "2025-03-01"]) {
        stage.set_time(day(released));
        published(&stage, &dataset, csv).await;
        told.push(released);
    }
    for (as_of, minors) in told.iter().zip(["24807", "24956"]) {
        let arguments = format!(
            r#"dataset: $d, asOf: "{as_of}", from: "2022-01-01", until: "2022-12-31", where: [
               {{ dimension: "AGE", codes: ["Y0T17"] }}, {{ dimension: "ACCOMPANIMENT", codes: ["_T"] }}]"#
        );
        let answer =
            asks(&stage, "gt.test.analyst", &arguments, json!({ "d": dataset.global() })).await.well();
        assert_eq!(rows(&answer), [minors]);
        // The second is told as what it is: another figure than the first.
        let status = if minors == "24956" { "REVISED" } else { "NORMAL" };
        assert_eq!(answer.at("statistics.rows.nodes.0.cell.status"), status);
    }
}

#[tokio::test]
async fn events_are_not_added_to_persons_but_those_who_entered_to_those_who_declined() {
    let stage = Stage::set().await;
    let mut ids = Vec::new();
    for (code, indicator, csv) in [
        ("EVENTOS", "RETURN_EVENT", MEXICO[0]),
        ("PERSONAS", "RETURNED_PERSON", PERSONS),
        ("INGRESARON", "CENTRE_ENTERED", CENTRES[0]),
        ("DECLINARON", "CENTRE_DECLINED", CENTRES[1]),
    ] {
        let dataset = declared(&stage, "mx.agency", code, indicator).await;
        published(&stage, &dataset, csv).await;
        ids.push(dataset.global());
    }
    let of_2016 = format!(
        r#"datasets: $all, from: "2016-01-01", until: "2016-12-31", where: [{}]"#,
        TOTALS.replacen("\"_T\"", "\"US\"", 1)
    );
    let both = json!({ "all": [ids[0], ids[1]] });
    let apart = asks(&stage, "gt.test.analyst", &of_2016, both.clone()).await.well();
    assert_eq!(rows(&apart), ["219932", "138136"]);
    assert_eq!(apart.at("statistics.rows.nodes.1.datasets"), &json!([ids[1]]));
    let refused =
        asks(&stage, "gt.test.analyst", &format!("{of_2016}, addDatasets: true"), both.clone()).await;
    let problem = &refused.json["errors"][0]["extensions"]["problems"][0];
    assert_eq!((&problem["code"], &problem["path"]), (&json!("INCOMPARABLE"), &json!("datasets")));
    assert!(problem["message"].as_str().unwrap().contains("counts events"), "{problem}");
    let labelled = format!("{of_2016}, addDatasets: true, allowIncomparable: true");
    let labelled = asks(&stage, "gt.test.analyst", &labelled, both).await.well();
    assert_eq!(rows(&labelled), ["358068"]);
    assert_eq!(labelled.at("statistics.comparable"), false);
    assert_eq!(labelled.at("statistics.rows.nodes.0.incomparable"), true);
    assert_eq!(labelled.at("statistics.incomparableBecause.0.code"), "INCOMPARABLE");

    let centres = json!({ "all": [ids[2], ids[3]] });
    let added = asks(&stage, "gt.test.analyst", "datasets: $all, addDatasets: true", centres).await.well();
    assert_eq!((rows(&added), added.at("statistics.comparable")), (vec!["145537".into()], &json!(true)));
    // The same people in two datasets are not added.
    let again = declared(&stage, "mx.agency", "OTRA-VEZ", "CENTRE_ENTERED").await;
    published(&stage, &again, CENTRES[0]).await;
    let twice = json!({ "all": [ids[2], again.global()] });
    let twice = asks(&stage, "gt.test.analyst", "datasets: $all, addDatasets: true", twice).await;
    assert_eq!(twice.json["errors"][0]["extensions"]["problems"][0]["code"], "INCOMPARABLE");
}

/// Months of two states and the whole country, over two years.
fn monthly() -> String {
    let mut csv = format!("{},TIME_PERIOD,OBS_VALUE\n", DIMENSIONS.map(|(code, _)| code).join(","));
    for month in 0..24 {
        for (at, (area, age)) in
            [("MX-PUE", "Y0T11"), ("MX-PUE", "Y12T17"), ("MX-OAX", "Y0T11")].iter().enumerate()
        {
            let period = format!("{}-{:02}", 2023 + month / 12, month % 12 + 1);
            csv += &format!("US,_T,_T,{age},_T,{area},ORIGIN,{period},{}\n", 100 * (at + 1) + month);
        }
    }
    csv
}

#[tokio::test]
async fn measures_look_back_beyond_the_days_asked_for_and_never_over_a_gap() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "mx.agency", "MENSUAL", "RETURN_EVENT").await;
    published(&stage, &dataset, &monthly()).await;
    let id = json!({ "d": dataset.global() });
    let ask = async |arguments: &str| asks(&stage, "gt.test.analyst", arguments, id.clone()).await;
    let measures = r#"measures: [SHARE, CHANGE, YEAR_CHANGE, MOVING_AVERAGE, CUMULATIVE], byPeriod: MONTH"#;
    let puebla =
        format!(r#"dataset: $d, {measures}, from: "2024-01-01", until: "2024-02-29", groupBy: ["REF_AREA"]"#);
    assert_eq!(
        rows(&ask(&puebla).await.well()),
        [
            "MX-OAX 2024-01 312 0.490566 1 12 311.000000 312",
            "MX-OAX 2024-02 313 0.489828 1 12 312.000000 625",
            "MX-PUE 2024-01 324 0.509434 2 24 322.000000 324",
            "MX-PUE 2024-02 326 0.510172 2 24 324.000000 650",
        ]
    );
    // At the very beginning there is nothing to look back to.
    let first = format!(r#"dataset: $d, {measures}, until: "2023-01-31""#);
    assert_eq!(rows(&ask(&first).await.well()), ["2023-01 600 1.000000 NO_BASE NO_BASE NO_BASE 600"]);
    // Half a period is not held against a whole one.
    let cut = r#"dataset: $d, measures: [CHANGE], byPeriod: YEAR, from: "2024-02-01""#;
    let cut = ask(cut).await;
    assert_eq!(cut.json["errors"][0]["extensions"]["problems"][0]["path"], "from");
    let timeless = ask("dataset: $d, measures: [CHANGE]").await;
    assert_eq!(timeless.json["errors"][0]["extensions"]["problems"][0]["path"], "byPeriod");
    let years =
        ask(r#"dataset: $d, measures: [CHANGE_RATE], byPeriod: YEAR, from: "2024-01-01""#).await.well();
    assert_eq!(rows(&years), ["2024 7830 0.058394"]);

    // A country for its states, a wider band for its bands, the greatest first.
    let within = r#"dataset: $d, groupBy: ["REF_AREA"], measures: [SUM], until: "2023-01-31",
        where: [{ dimension: "REF_AREA", within: ["MX"] }, { dimension: "AGE", within: ["Y0T11", "Y12T17"] }],
        orderBy: [{ measure: SUM, descending: true }, { dimension: "REF_AREA" }]"#;
    assert_eq!(rows(&ask(within).await.well()), ["MX-OAX 300 300", "MX-PUE 300 300"]);
    let band = r#"dataset: $d, until: "2023-01-31", where: [{ dimension: "AGE", within: ["Y0T17"] }]"#;
    assert_eq!(rows(&ask(band).await.well()), ["600"]);
    let latest = r#"dataset: $d, byPeriod: MONTH, from: "2024-11-01", orderBy: [{ dimension: "TIME_PERIOD", descending: true }]"#;
    assert_eq!(rows(&ask(latest).await.well()), ["2024-12 669", "2024-11 666"]);
    for wrong in [
        r#"dataset: $d, orderBy: [{ measure: SHARE }]"#,
        r#"dataset: $d, orderBy: [{ dimension: "SEX" }]"#,
        r#"dataset: $d, measures: [SUM, SUM]"#,
        r#"dataset: $d, measures: [SUM], window: 1"#,
        r#"dataset: $d, where: [{ dimension: "REF_AREA", within: ["XX"] }]"#,
        r#"dataset: $d, datasets: []"#,
    ] {
        assert_eq!(ask(wrong).await.code(), "BAD_USER_INPUT", "{wrong}");
    }
}

#[tokio::test]
async fn the_mirror_lays_both_sides_of_a_corridor_side_by_side() {
    let stage = Stage::set().await;
    let header =
        "COUNTERPART_AREA,RETURN_MODE,SEX,AGE,ACCOMPANIMENT,REF_AREA,AREA_ROLE,TIME_PERIOD,OBS_VALUE\n";
    let sent = declared(&stage, "mx.agency", "ENVIADOS", "RETURN_EVENT").await;
    let csv = format!(
        "{header}GT,_T,_T,_T,_T,MX,NATIONAL,2023,100\nGT,_T,_T,_T,_T,MX,NATIONAL,2024,200\nHN,_T,_T,_T,_T,MX,NATIONAL,2024,7\n"
    );
    published(&stage, &sent, &csv).await;
    let received = declared(&stage, "gt.agency", "RECIBIDOS", "RETURNED_PERSON").await;
    let csv = format!(
        "{header}MX,_T,_T,_T,_T,GT,NATIONAL,2024,150\nUS,_T,_T,_T,_T,GT,NATIONAL,2024,9\nMX,_T,_T,_T,_T,GT,NATIONAL,2025-01,5\n"
    );
    published(&stage, &received, &csv).await;
    let query = "query($s: ID!, $r: ID!) { mirror(origin: \"MX\", destination: \"GT\", sender: { dataset: $s }, \
        receiver: { dataset: $r }) { comparable incomparableBecause { message } sender { code } periods { period \
        sender { ... on StatisticsValue { value } } receiver { ... on StatisticsValue { value } } \
        difference { ... on StatisticsValue { value } ... on StatisticsMissing { because } } \
        ratio { ... on StatisticsValue { value } ... on StatisticsMissing { because } } } } }";
    let sides = json!({ "s": sent.global(), "r": received.global() });
    let laid = stage.person("hn.test.analyst").asks(query, sides).await.well();
    assert_eq!(laid.at("mirror.comparable"), false);
    let periods = laid.at("mirror.periods").as_array().unwrap().iter();
    let told: Vec<String> = periods
        .map(|side| {
            let cell = |name: &str| {
                side[name]["value"].as_str().or(side[name]["because"].as_str()).unwrap_or("-").to_owned()
            };
            format!(
                "{} {} {} {} {}",
                side["period"].as_str().unwrap(),
                cell("sender"),
                cell("receiver"),
                cell("difference"),
                cell("ratio")
            )
        })
        .collect();
    assert_eq!(told, ["2023 100 - NO_BASE NO_BASE", "2024 200 150 -50 0.750000", "2025 - 5 NO_BASE NO_BASE"]);
    // By what is counted it is the same mirror: each side's own dataset is found.
    let by_indicator = "query($s: MirrorSideInput!, $r: MirrorSideInput!) { mirror(origin: \"MX\", destination: \"GT\", sender: $s, \
        receiver: $r) { sender { id } receiver { id } periods { period difference { ... on StatisticsValue { value } } } } }";
    let ask = async |login: &str, s: Value, r: Value| {
        stage.person(login).asks(by_indicator, json!({ "s": s, "r": r })).await
    };
    let (event, person) = (json!({ "indicator": "RETURN_EVENT" }), json!({ "indicator": "RETURNED_PERSON" }));
    let found = ask("hn.test.analyst", event.clone(), person.clone()).await.well();
    assert_eq!(found.at("mirror.sender.id"), &json!(sent.global()));
    assert_eq!(found.at("mirror.receiver.id"), &json!(received.global()));
    assert_eq!(found.at("mirror.periods.1.difference.value"), "-50");
    // Somebody else's figures of the same corridor come second; two of its own are one too many.
    let copied = declared(&stage, "hn.agency", "COPIADOS", "RETURN_EVENT").await;
    let copy = format!("{header}GT,_T,_T,_T,_T,MX,NATIONAL,2024,1\n");
    published(&stage, &copied, &copy).await;
    let found = ask("gt.test.analyst", event.clone(), person.clone()).await.well();
    assert_eq!(found.at("mirror.sender.id"), &json!(sent.global()));
    let again = declared(&stage, "mx.test", "OTRA-VEZ", "RETURN_EVENT").await;
    published(&stage, &again, &copy).await;
    let problem = |answer: &Answer| answer.json["errors"][0]["extensions"]["problems"][0].clone();
    let several = problem(&ask("gt.test.analyst", event.clone(), person.clone()).await);
    assert_eq!((&several["code"], &several["path"]), (&json!("DUPLICATE"), &json!("sender.indicator")));
    assert!(several["message"].as_str().unwrap().contains("ENVIADOS"), "{several}");
    again.recalled(&stage, None).await.well();
    ask("gt.test.analyst", event.clone(), person.clone()).await.well();
    for (s, code, path) in [
        (json!({ "indicator": "RETURN_EVENTS" }), "UNKNOWN", "sender.indicator"),
        (json!({ "indicator": "CENTRE_ENTERED" }), "UNKNOWN", "sender.indicator"),
        (json!({ "indicator": "RETURN_EVENT", "dataset": sent.global() }), "REQUIRED", "sender"),
        (json!({}), "REQUIRED", "sender"),
    ] {
        let told = problem(&ask("gt.test.analyst", s, person.clone()).await);
        assert_eq!((&told["code"], &told["path"]), (&json!(code), &json!(path)), "{told}");
    }

    // Who does not see one side sees no mirror.
    sent.recalled(&stage, None).await.well();
    let sides = json!({ "s": sent.global(), "r": received.global() });
    assert_eq!(stage.person("hn.test.analyst").asks(query, sides).await.code(), "NOT_FOUND");
}
