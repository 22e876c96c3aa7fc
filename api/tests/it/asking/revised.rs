//! Figures that were released with another value before.

use super::*;

#[tokio::test]
async fn a_figure_is_revised_where_an_observation_has_another_value_than_was_released_to_who_asks() {
    let stage = Stage::set().await;
    let dataset = declared(&stage, "mx.agency", "MENSUAL", "RETURN_EVENT").await;
    let first = monthly()
        .replace("US,_T,_T,Y0T11,_T,MX-PUE,ORIGIN,2024-05,", "US,_T,_T,Y0T11,_T,MX-PUE,ORIGIN,2024-05,9");
    published(&stage, &dataset, &first).await;
    let ask = async |login: &str, more: &str| {
        let arguments = format!(r#"dataset: $d, from: "2024-04-01", until: "2024-12-31", {more}"#);
        let answer = asks(&stage, login, &arguments, json!({ "d": dataset.global() })).await.well();
        let nodes = answer.at("statistics.rows.nodes").as_array().unwrap().iter();
        nodes
            .filter(|row| row["cell"]["status"] == "REVISED")
            .map(|row| {
                format!(
                    "{} {}",
                    row["codes"]
                        .as_array()
                        .map_or("", |codes| codes.first().and_then(Value::as_str).unwrap_or("")),
                    row["period"].as_str().unwrap_or("")
                )
            })
            .collect::<Vec<_>>()
    };
    let by_area = r#"groupBy: ["REF_AREA"], byPeriod: MONTH, first: 100"#;
    assert_eq!(ask("gt.test.analyst", by_area).await, Vec::<String>::new());
    // One figure is corrected, one is gone, and there are more of them, which revises nothing.
    let more = "US,_T,_T,Y0T11,_T,MX-VER,ORIGIN,2024-05,7\n";
    let second = monthly().replace("US,_T,_T,Y0T11,_T,MX-OAX,ORIGIN,2024-07,318\n", "") + more;
    stage.pass(chrono::TimeDelta::days(1));
    dataset
        .by_author(
            &stage,
            Action::Draft(Kind::Dataset),
            json!({ "csv": second, "source": "https://example.org/" }),
        )
        .await
        .well();
    dataset.ready(&stage).await;
    dataset.released(&stage, json!({ "countries": ["GT"] })).await.well();
    assert_eq!(ask("gt.test.analyst", by_area).await, ["MX-PUE 2024-05"]);
    assert_eq!(ask("gt.test.analyst", "byPeriod: MONTH").await, [" 2024-05", " 2024-07"]);
    assert_eq!(ask("gt.test.analyst", "byPeriod: YEAR").await, [" 2024"]);
    assert_eq!(
        ask("gt.test.analyst", r#"byPeriod: MONTH, where: [{ dimension: "REF_AREA", codes: ["MX-VER"] }]"#)
            .await,
        Vec::<String>::new()
    );
    // Honduras is still shown the first, and whoever got only the second knows of no other figure.
    assert_eq!(ask("hn.test.analyst", by_area).await, Vec::<String>::new());
    assert_eq!(ask("mx.agency.analyst", by_area).await, ["MX-PUE 2024-05"]);
    dataset.recalled(&stage, Some(json!({ "everyone": true }))).await.well();
    dataset.released(&stage, json!({ "countries": ["HN"] })).await.well();
    assert_eq!(ask("hn.test.analyst", by_area).await, Vec::<String>::new());
    assert_eq!(ask("gt.test.analyst", by_area).await, Vec::<String>::new());
    // A third one changes nothing: what was revised stays so.
    stage.pass(chrono::TimeDelta::days(1));
    let third = format!("{second}US,_T,_T,Y0T11,_T,MX-VER,ORIGIN,2024-06,7\n");
    dataset
        .by_author(
            &stage,
            Action::Draft(Kind::Dataset),
            json!({ "csv": third, "source": "https://example.org/" }),
        )
        .await
        .well();
    assert_eq!(ask("mx.agency.analyst", by_area).await, ["MX-PUE 2024-05"]);
}
