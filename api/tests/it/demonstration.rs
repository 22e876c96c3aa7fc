//! What a newcomer finds: the demonstration, made through the commands, and what each sees of it.

use api::{demo, directory::viewer_by_login, ledger::Verdict, ledger::verify};
use serde_json::{Value, json};

use crate::stage::{Answer, Stage};

async fn asks(stage: &Stage, login: &str, query: &str) -> Answer {
    let viewer = viewer_by_login(&stage.node.reads.0, login, stage.node.clock.now()).await.unwrap().unwrap();
    stage.newcomer(viewer.account).asks(query, json!({})).await
}

async fn demonstration() -> Stage {
    let stage = Stage::set_empty().await;
    assert!(demo::fill(&stage.node, |_| {}).await.unwrap());
    stage
}

fn owners(answer: &Answer) -> Vec<&str> {
    let nodes = answer.at("plans.nodes").as_array().unwrap();
    let mut owners: Vec<_> = nodes.iter().map(|node| node["owner"]["country"].as_str().unwrap()).collect();
    owners.sort();
    owners
}

#[tokio::test]
async fn each_country_sees_the_plans_of_the_others_and_the_observer_none_of_them() {
    let stage = demonstration().await;
    let plans = "{ plans { totalCount nodes { owner { country } name { es } receptionPoints { capacity point { name } } } } }";
    for login in ["mx.sre.focal", "gt.minex.focal", "hn.sreci.analyst"] {
        assert_eq!(owners(&asks(&stage, login, plans).await.well()), ["GT", "HN", "MX"], "{login}");
    }
    assert_eq!(asks(&stage, "int.iom.observer", plans).await.well().at("plans.totalCount"), 0);
    let open = "{ datasets(first: 100) { nodes { handling } } }";
    let seen = asks(&stage, "int.iom.observer", open).await.well();
    let seen = seen.at("datasets.nodes").as_array().unwrap();
    assert!(!seen.is_empty() && seen.iter().all(|dataset| dataset["handling"] == "CLEAR"));
}

#[tokio::test]
async fn each_plan_was_approved_in_its_own_chain_and_nothing_is_in_force_but_a_drill() {
    let stage = demonstration().await;
    for (login, signed) in [
        ("mx.segob.editor", &["MX-SEGOB", "MX-SRE"][..]),
        ("gt.igm.editor", &["GT-CAP", "GT-AMN"]),
        ("hn.sreci.editor", &["HN-CGM"]),
    ] {
        let country = login[..2].to_uppercase();
        let query = format!(
            r#"{{ plans(country: "{country}") {{ nodes {{ hash state approvals {{ hash signedAt institution {{ code }} }} }} }} }}"#
        );
        let told = asks(&stage, login, &query).await.well();
        let plan = told.at("plans.nodes.0");
        let steps = plan["approvals"].as_array().unwrap();
        let by: Vec<_> = steps.iter().map(|step| step["institution"]["code"].as_str().unwrap()).collect();
        assert_eq!(by, signed);
        assert!(steps.iter().all(|step| step["hash"] == plan["hash"] && !step["signedAt"].is_null()));
    }
    let query = "{ real: activations { totalCount } drills: activations(exercise: true) { nodes { level plan { owner { code } } \
        steps { reason { es } } } } plans { nodes { inForce { id } } } }";
    let told = asks(&stage, "mx.sre.focal", query).await.well();
    assert_eq!(told.at("real.totalCount"), 0);
    assert!(told.at("plans.nodes").as_array().unwrap().iter().all(|plan| plan["inForce"].is_null()));
    assert_eq!(told.at("drills.nodes.0.plan.owner.code"), "GT-IGM");
    assert!(told.text_at("drills.nodes.0.steps.0.reason.es").contains("simulacro inventado"));
}

#[tokio::test]
async fn every_account_has_a_role_and_the_ledger_is_sound() {
    let stage = demonstration().await;
    let accounts = demo::accounts().unwrap();
    assert_eq!(accounts.len(), 26);
    for account in accounts {
        let me = asks(&stage, &account.login, "{ viewer { roles institution { code } } }").await.well();
        let roles: Vec<_> = account.roles.split(';').map(Value::from).collect();
        assert_eq!(me.at("viewer.roles").as_array().unwrap().len(), roles.len(), "{}", account.login);
        assert_eq!(me.at("viewer.institution.code"), account.institution.as_str());
    }
    let head = stage.node.ledger.head().unwrap();
    assert!(matches!(verify(&stage.node.reads.0, head.as_ref()).await.unwrap(), Verdict::Sound { .. }));
    // A second start finds it there and leaves it as it is.
    assert!(!demo::fill(&stage.node, |_| {}).await.unwrap());
}

#[tokio::test]
async fn a_revised_figure_shows_in_the_latest_vintage_only() {
    let stage = demonstration().await;
    let found = asks(
        &stage,
        "gt.minex.analyst",
        r#"{ datasets(text: "MX-UPMRIP-RETURN-EVENTS") { nodes { id vintage { observations number } } } }"#,
    )
    .await;
    // The second vintage has two rows more. Its number is for the owner's country.
    let vintage = json!({ "observations": 48, "number": null });
    assert_eq!(found.at("datasets.nodes.0.vintage"), &vintage);
    let id = found.text_at("datasets.nodes.0.id");
    let minors = format!(
        r#"{{ statistics(dataset: "{id}", from: "2022-01-01", until: "2022-12-31",
            where: [{{ dimension: "AGE", codes: ["Y0T17"] }}, {{ dimension: "ACCOMPANIMENT", codes: ["_T"] }}])
            {{ rows {{ nodes {{ cell {{ ... on StatisticsValue {{ value }} }} }} }} }} }}"#
    );
    let answer = asks(&stage, "gt.minex.analyst", &minors).await.well();
    assert_eq!(answer.at("statistics.rows.nodes.0.cell.value"), "24956");
}

#[tokio::test]
async fn the_demonstration_tells_what_was_known_before_a_correction() {
    let stage = demonstration().await;
    let found =
        asks(&stage, "mx.sre.focal", r#"{ datasets(text: "HN-INM-RETURNED-PERSONS") { nodes { id } } }"#)
            .await;
    let id = found.text_at("datasets.nodes.0.id");
    for (days, last) in [(40, "2024-01-01/P347D 37419"), (0, "2024 44000")] {
        let day = (stage.now() - chrono::TimeDelta::days(days)).date_naive();
        let query = format!(
            r#"{{ statistics(dataset: "{id}", asOf: "{day}", from: "2024-01-01", byPeriod: EXACT, where: [
                {{ dimension: "COUNTERPART_AREA", codes: ["_T"] }}, {{ dimension: "RETURN_MODE", codes: ["_T"] }},
                {{ dimension: "AGE", codes: ["_T"] }}])
                {{ rows {{ nodes {{ period cell {{ ... on StatisticsValue {{ value }} }} }} }} }} }}"#
        );
        let answer = asks(&stage, "mx.sre.focal", &query).await.well();
        let row = answer.at("statistics.rows.nodes").as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            format!("{} {}", row["period"].as_str().unwrap(), row["cell"]["value"].as_str().unwrap()),
            last
        );
    }
}

#[tokio::test]
async fn the_mexican_minors_that_do_not_add_up_are_found_by_name_and_explained() {
    let stage = demonstration().await;
    let found = asks(
        &stage,
        "mx.segob.statistics",
        r#"{ datasets(text: "MX-UPMRIP-RETURN-EVENTS") { nodes { id revision vintage { overrides { rule reason { es } } } } } }"#,
    )
    .await
    .well();
    let rules = ["AGE: _T = Y0T17 + Y18T", "AGE: Y0T17 = Y0T11 + Y12T17"];
    let told = found.at("datasets.nodes.0.vintage.overrides").as_array().unwrap();
    assert_eq!(told.iter().map(|one| one["rule"].as_str().unwrap()).collect::<Vec<_>>(), rules);
    assert!(told[0]["reason"]["es"].as_str().unwrap().contains("28,270"));

    let file = include_str!("../../demo/figures/mx-upmrip-return-events-2.csv");
    let input = json!({ "dataset": found.at("datasets.nodes.0.id"), "expectedRevision": found.at("datasets.nodes.0.revision"),
        "csv": file, "columns": { "ignored": ["SOURCE"] }, "dryRun": true });
    let query = "mutation ($i: ImportStatisticsInput!) { importStatistics(input: $i) { report { importedBefore \
        disagreements { rule codes period stated sum } } userErrors { message } } }";
    let now = stage.node.clock.now();
    let viewer = viewer_by_login(&stage.node.reads.0, "mx.segob.statistics", now).await.unwrap().unwrap();
    let report = stage.newcomer(viewer.account).asks(query, json!({ "i": input })).await.well();
    assert_eq!(report.at("importStatistics.report.importedBefore"), 2);
    let told: Vec<_> = report
        .at("importStatistics.report.disagreements")
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            format!("{} {} {} {}", found["rule"], found["period"], found["stated"], found["sum"])
                .replace('"', "")
        })
        .collect();
    assert_eq!(
        told,
        [
            "AGE: Y0T17 = Y0T11 + Y12T17 2024-01-01/P335D 28279 28270",
            "AGE: _T = Y0T17 + Y18T 2024-01-01/P335D 190491 190500",
        ]
    );
}

#[tokio::test]
async fn points_are_in_service_shared_and_ready_to_be_reported() {
    let stage = demonstration().await;
    let region = "{ regionalCapacity { total { points reported } countries { country total { points } } \
        points(first: 100) { totalCount nodes { stale point { code } } } } }";
    let seen = async |login: &str| {
        let seen = asks(&stage, login, region).await.well();
        let points = seen.at("regionalCapacity.points.totalCount").as_i64().unwrap();
        (points, seen.at("regionalCapacity.countries").as_array().unwrap().len())
    };
    assert_eq!(seen("mx.sre.focal").await, (16, 3));
    assert_eq!(seen("gt.minex.analyst").await, (6, 3));
    assert_eq!(seen("int.iom.observer").await, (0, 0));
    let points = asks(
        &stage,
        "mx.segob.editor",
        r#"{ receptionPoints(country: "MX", text: "Tijuana") { nodes { id } } }"#,
    );
    let report = json!({ "point": points.await.text_at("receptionPoints.nodes.0.id"), "asOf": stage.now(),
        "occupied": 812, "nominal": 2500, "surge": 3000 });
    let now = stage.node.clock.now();
    let editor = viewer_by_login(&stage.node.reads.0, "mx.segob.editor", now).await.unwrap().unwrap();
    let query = "mutation($i: ReportCapacityInput!) { reportCapacity(input: $i) { reports { free } userErrors { code } } }";
    let made =
        stage.newcomer(editor.account).asks(query, json!({ "i": { "reports": [report] } })).await.well();
    assert_eq!(made.at("reportCapacity.reports.0.free"), 1688);
}
