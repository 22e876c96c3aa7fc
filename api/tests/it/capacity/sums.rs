//! Sums against a naive computation: whatever was reported, in whichever order, corrected or late.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};
use serde_json::{Value, json};

use super::{Points, built, regional, reports, said, set, shared};
use crate::stage::Stage;

const POINTS: [(&str, &str); 7] = [
    ("MX-RP-0", "AIR"),
    ("MX-RP-1", "AIR"),
    ("MX-RP-2", "AIR"),
    ("MX-RP-3", "LAND"),
    ("MX-RP-4", "LAND"),
    ("MX-RP-5", "LAND"),
    ("HN-RP-1", "LAND"),
];
const LATE: [i64; 7] = [60, 90, 120, 60, 600, 45, 60];

/// Minutes after the report before, the point, minutes that it is late, who is there, what it adds to the
/// nominal capacity, and whether it corrects one of the point's.
type Made = (i64, usize, i64, i32, i32, Option<usize>);

#[derive(Clone, Debug)]
struct Kept {
    id: String,
    point: usize,
    as_of: DateTime<Utc>,
    recorded: DateTime<Utc>,
    occupied: i32,
    nominal: i32,
    surge: i32,
    replaces: Option<String>,
}

/// points, reported, stale, nominal, surge, occupied, free.
type Sums = [i64; 7];

/// What was known at a moment, read from all that was ever reported.
fn naive(kept: &[Kept], at: DateTime<Utc>, counts: impl Fn(usize) -> bool) -> Sums {
    let mut sums = [0; 7];
    for point in (0..POINTS.len()).filter(|point| counts(*point)) {
        sums[0] += 1;
        let known: Vec<&Kept> = kept.iter().filter(|one| one.point == point && one.recorded <= at).collect();
        let holds = |one: &&&Kept| !known.iter().any(|other| other.replaces.as_ref() == Some(&one.id));
        let latest = known.iter().filter(holds).max_by_key(|one| one.as_of);
        sums[2] += i64::from(latest.is_none_or(|one| at - one.as_of > TimeDelta::minutes(LATE[point])));
        if let Some(one) = latest {
            let free = (one.nominal - one.occupied).max(0);
            sums[1] += 1;
            for (at, figure) in [one.nominal, one.surge, one.occupied, free].into_iter().enumerate() {
                sums[3 + at] += i64::from(figure);
            }
        }
    }
    sums
}

fn told(sum: &Value) -> Sums {
    ["points", "reported", "stale", "nominal", "surge", "occupied", "free"]
        .map(|name| sum[name].as_i64().unwrap_or_else(|| panic!("no {name} in {sum}")))
}

async fn play(stage: &Stage, points: &Points, made: &[Made]) -> Vec<Kept> {
    let mut kept: Vec<Kept> = Vec::new();
    for (after, point, late, occupied, more, corrects) in made {
        stage.pass(TimeDelta::minutes(*after));
        let (now, point) = (stage.now(), *point % POINTS.len());
        let of_point: Vec<&Kept> = kept
            .iter()
            .filter(|one| {
                one.point == point && !kept.iter().any(|other| other.replaces.as_ref() == Some(&one.id))
            })
            .collect();
        let replaced =
            corrects.filter(|_| !of_point.is_empty()).map(|at| of_point[at % of_point.len()].clone());
        let as_of = replaced.as_ref().map_or(now - TimeDelta::minutes(*late), |one| one.as_of);
        let (nominal, surge) = (100 + more, 100 + 2 * more);
        let more =
            json!({ "nominal": nominal, "surge": surge, "replaces": replaced.as_ref().map(|one| &one.id) });
        let login = format!("{}.agency.editor", POINTS[point].0[..2].to_lowercase());
        let sent = json!([said(points, POINTS[point].0, as_of, *occupied, more)]);
        let answer = reports(stage, &login, sent).await;
        if answer.mends() == ["DUPLICATE"] {
            continue;
        }
        let id = answer.well().text_at("reportCapacity.reports.0.id");
        let replaces = replaced.map(|one| one.id);
        kept.push(Kept { id, point, as_of, recorded: now, occupied: *occupied, nominal, surge, replaces });
    }
    kept
}

fn row(regional: &Value, country: &str) -> Option<Value> {
    let rows = regional["countries"].as_array().unwrap();
    rows.iter().find(|row| row["country"] == country).cloned()
}

async fn holds(stage: &Stage, kept: &[Kept], at: DateTime<Utc>) -> Result<u32, TestCaseError> {
    let asked = async |login: &str, more: Value| {
        let mut asked = json!({ "asOf": at });
        for (key, value) in more.as_object().unwrap() {
            asked[key] = value.clone();
        }
        regional(stage, login, asked).await.well().at("regionalCapacity").clone()
    };
    let mexican = |point: usize| POINTS[point].0.starts_with("MX");

    // At home: the country, by mode, and each point.
    let home = asked("mx.test.analyst", json!({})).await;
    prop_assert_eq!(told(&home["total"]), naive(kept, at, mexican));
    let mine = row(&home, "MX").unwrap();
    prop_assert_eq!(told(&mine["total"]), naive(kept, at, mexican));
    prop_assert!(row(&home, "HN").is_none());
    for mode in ["AIR", "LAND"] {
        let of_mode = |point: usize| mexican(point) && POINTS[point].1 == mode;
        let only = asked("mx.test.analyst", json!({ "mode": mode, "countries": ["MX"] })).await;
        prop_assert_eq!(told(&only["total"]), naive(kept, at, of_mode));
        let part = mine["modes"].as_array().unwrap().iter().find(|part| part["mode"] == mode).cloned();
        prop_assert_eq!(told(&part.unwrap()["sum"]), naive(kept, at, of_mode));
    }
    for node in home["points"]["nodes"].as_array().unwrap() {
        let number = POINTS.iter().position(|(code, _)| node["point"]["code"] == *code).unwrap();
        let [_, reported, stale, _, _, occupied, _] = naive(kept, at, |point| point == number);
        prop_assert_eq!(node["stale"].as_bool(), Some(stale == 1));
        prop_assert_eq!(node["latest"]["occupied"].as_i64(), (reported == 1).then_some(occupied));
    }

    // A partner: of two points what is of them, of the total what was known at its hour.
    let partner = asked("gt.test.analyst", json!({})).await;
    prop_assert_eq!(partner["points"]["totalCount"].as_i64(), Some(1));
    prop_assert_eq!(told(&row(&partner, "HN").unwrap()["total"]), naive(kept, at, |point| point == 6));
    let total = row(&partner, "MX").unwrap();
    let known_at: DateTime<Utc> = total["knownAt"].as_str().unwrap().parse().unwrap();
    prop_assert!(known_at <= at && total["modes"].is_null());
    if total["total"].is_null() {
        return Ok(0);
    }
    prop_assert_eq!(known_at.timestamp() % 3600, 0);
    prop_assert_eq!(told(&total["total"]), naive(kept, known_at, mexican));
    prop_assert!(total["total"]["reported"].as_i64() >= Some(3));
    Ok(1)
}

#[test]
fn what_is_told_of_the_region_is_what_a_naive_computation_gives() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let config = Config { cases: 6, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
    let one =
        (1..90i64, 0..7usize, 0..300i64, 0..200i32, 0..50i32, proptest::option::weighted(0.25, 0..9usize));
    let totals = std::cell::Cell::new(0);
    let result = TestRunner::new(config).run(&vec(one, 30..60), |made| {
        runtime.block_on(async {
            let stage = Stage::set().await;
            let points = built(&stage).await;
            for ((code, _), minutes) in POINTS.iter().zip(LATE) {
                set(&stage, &points, code, minutes as i32).await;
            }
            shared(&stage, "MX", "TOTAL", None, json!({ "countries": ["GT"] })).await;
            let one = vec![points.id("HN-RP-1")];
            shared(&stage, "HN", "DETAIL", Some(one), json!({ "countries": ["GT"] })).await;
            let start = stage.now();
            let kept = play(&stage, &points, &made).await;
            let minutes = (stage.now() - start).num_minutes();
            for part in [0, 1, 3, 5, 7, 8] {
                let at = start + TimeDelta::minutes(minutes * part / 8);
                totals.set(totals.get() + holds(&stage, &kept, at).await?);
            }
            Ok(())
        })
    });
    if let Err(failed) = result {
        panic!("{failed}");
    }
    assert!(totals.get() > 5, "hardly any total was told: little is proved");
}
