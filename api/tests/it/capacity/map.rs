//! The map: GeoJSON under the same filter, with a tag.

use api::access::policy::route_need;
use serde_json::{Value, json};

use super::{built, recalled, reported, set, shared};
use crate::{
    access::everybody,
    stage::{Answer, Stage},
};

/// Routes that are attacked here.
pub const ROUTES_ATTACKED: [&str; 1] = ["GET /reception-points.geojson"];

const MAP: &str = "/reception-points.geojson";

async fn map(stage: &Stage, login: &str) -> Answer {
    stage.person(login).asking().gets(MAP).await
}

fn feature<'a>(answer: &'a Answer, code: &str) -> &'a Value {
    let features = answer.json["features"].as_array().unwrap();
    features.iter().find(|feature| feature["properties"]["code"] == code).unwrap()
}

#[tokio::test]
async fn the_map_shows_every_point_and_its_capacity_where_that_is_shown() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    set(&stage, &points, "MX-RP-0", 60).await;
    set(&stage, &points, "MX-RP-1", 60).await;
    reported(&stage, &points, "MX-RP-0", 42, json!({ "surge": 150 })).await;
    let home = map(&stage, "mx.test.analyst").await;
    assert_eq!((home.status.as_u16(), home.header("content-type")), (200, "application/geo+json"));
    assert_eq!(home.json["type"], "FeatureCollection");
    assert_eq!(home.json["features"].as_array().unwrap().len(), 20);
    assert!(home.json.get("crs").is_none());
    let one = feature(&home, "MX-RP-0");
    assert_eq!((&one["type"], &one["id"]), (&json!("Feature"), &json!(points.id("MX-RP-0"))));
    // Degrees east come first.
    assert_eq!(one["geometry"], json!({ "type": "Point", "coordinates": [-90.25, 15.5] }));
    let latest = json!({ "asOf": "2025-01-16T15:00:00.000Z", "occupied": 42, "free": 58, "nominal": 100, "surge": 150, "staff": null });
    assert_eq!(one["properties"]["capacity"], json!({ "stale": false, "latest": latest }));
    assert_eq!(feature(&home, "MX-RP-1")["properties"]["capacity"], json!({ "stale": true, "latest": null }));
    assert!(feature(&home, "MX-RP-2")["properties"].get("capacity").is_none());

    let partner = map(&stage, "gt.test.analyst").await;
    assert!(feature(&partner, "MX-RP-0")["properties"].get("capacity").is_none(), "{}", partner.text);
    assert_eq!(feature(&partner, "MX-RP-0")["properties"]["mode"], "AIR");
    let share = shared(&stage, "MX", "DETAIL", None, json!({ "countries": ["GT"] })).await;
    let after = map(&stage, "gt.test.analyst").await;
    assert_eq!(feature(&after, "MX-RP-0")["properties"]["capacity"]["latest"]["occupied"], 42);
    recalled(&stage, "mx.test.focal", &share).await.well();
    assert_eq!(map(&stage, "gt.test.analyst").await.text, partner.text);
    // Who may read the directory and no capacity sees where the points are.
    let admin = map(&stage, "mx.test.admin").await;
    assert_eq!(admin.text, partner.text);
    let only = stage.person("mx.test.analyst").asking().gets("/reception-points.geojson?country=HN").await;
    assert_eq!(only.json["features"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn the_map_is_sent_again_only_when_it_has_changed_for_who_asks() {
    let stage = Stage::set().await;
    let points = built(&stage).await;
    set(&stage, &points, "MX-RP-0", 60).await;
    let home = map(&stage, "mx.test.analyst").await;
    let tag = home.header("etag").to_owned();
    assert_eq!(home.header("cache-control"), "private, no-cache");
    let again = async |login: &str, held: &str| {
        stage.person(login).asking().with("if-none-match", held).gets(MAP).await
    };
    for held in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
        let same = again("mx.test.analyst", &held).await;
        assert_eq!(
            (same.status.as_u16(), same.text.as_str(), same.header("etag")),
            (304, "", tag.as_str()),
            "{held}"
        );
    }
    assert_eq!(again("gt.test.analyst", &tag).await.status, 200);
    reported(&stage, &points, "MX-RP-0", 42, json!({})).await;
    let changed = again("mx.test.analyst", &tag).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), tag);
}

#[tokio::test]
async fn the_map_is_for_whom_the_policy_says_and_asked_for_in_one_way() {
    let stage = Stage::set().await;
    built(&stage).await;
    assert_eq!(stage.stranger().gets(MAP).await.code(), "UNAUTHENTICATED");
    let Some(need) = route_need(ROUTES_ATTACKED[0]) else { panic!("anybody sees the map") };
    for who in everybody(&stage) {
        let admitted = who.role.is_some_and(|role| need.met_by(&[role]));
        let answer = map(&stage, &who.login).await;
        let expected = if admitted { (200, "no error") } else { (403, "FORBIDDEN") };
        assert_eq!((answer.status.as_u16(), answer.code()), expected, "{}", who.login);
    }
    for bad in ["?country=mx", "?country=MEX", "?country=MX&country=GT", "?pais=MX", "?country=%00%00"] {
        let refused = stage.person("mx.test.analyst").asking().gets(&format!("{MAP}{bad}")).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, "BAD_REQUEST"), "{bad}");
    }
    let other_site =
        stage.person("mx.test.analyst").asking().with("sec-fetch-site", "cross-site").gets(MAP).await;
    assert_eq!(other_site.status, 403);
}
