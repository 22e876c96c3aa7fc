//! What the region can receive, over a thousand points with up to a year of hourly reports: asked by
//! the country itself, by a partner who is told the total only, and of half a year ago.

use anyhow::{Context, Result};
use api::{
    access::{Handling, Party},
    directory::institution,
    http,
    node::Node,
    plans::capacity::{Level, Sharing, share},
};
use chrono::{TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryFilter, entity::prelude::*};
use serde_json::json;
use tokio::net::TcpListener;

use crate::{fill::viewer, load, requests::Bench, settle};

/// How much is filled in, at the smallest of the three sizes.
struct Size {
    points: u32,
    hours: u32,
}

/// A sixteenth of a year, so that the largest is a year.
const WHOLE: Size = Size { points: 1_000, hours: 548 };
/// To see that it runs.
const SMALL: Size = Size { points: 50, hours: 26 };

const REGIONAL: &str = "query R($at: DateTime) { regionalCapacity(asOf: $at) { total { points reported stale nominal surge \
    occupied free } countries { country knownAt total { free } modes { mode sum { free } } } points(first: 20) { nodes { \
    stale point { code } latest { asOf occupied free } } } } }";

pub async fn measure(node: Node, small: bool) -> Result<()> {
    let size = if small { SMALL } else { WHOLE };
    points(&node, &size).await?;
    shared(&node).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let serving = tokio::spawn(http::serve(node.clone(), listener, std::future::pending()));
    let bench = Bench::new(node.clone(), address).await?;
    println!("\n| reports | who asks | statements | node, 1/s | SQL alone, 1/s | ratio | p50 ms | p99 ms |");
    println!("|---:|---|---:|---:|---:|---:|---:|---:|");
    let mut filled = 0;
    for factor in [1, 4, 16] {
        reports(&node, &size, filled, size.hours * factor).await?;
        filled = size.hours * factor;
        settle(&node).await?;
        let half = (Utc::now() - TimeDelta::hours(i64::from(filled / 2))).to_rfc3339();
        for (who, login, at) in [
            ("the country", "mx.segob.editor", json!(null)),
            ("a partner, the total", "gt.minex.analyst", json!(null)),
            ("the country, of then", "mx.segob.editor", json!(half)),
        ] {
            let sides = bench.asked(login, REGIONAL, &json!({ "at": at })).await?;
            let statements = sides.statements;
            let (node, floor) = load::measure(sides.node, sides.floor).await?;
            println!(
                "| {} | {who} | {statements} | {:.0} | {:.0} | {:.2} | {:.1} | {:.1} |",
                size.points * filled,
                node.per_second(),
                floor.per_second(),
                node.per_second() / floor.per_second(),
                node.within(0.5),
                node.within(0.99),
            );
        }
    }
    serving.abort();
    Ok(())
}

fn invented(backend: DbBackend) -> (&'static str, &'static str) {
    match backend {
        DbBackend::Postgres => ("gen_random_uuid()", "generate_series(1, $1) AS made(number)"),
        _ => (
            "randomblob(16)",
            "(WITH RECURSIVE made(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM made WHERE number < $1) \
             SELECT number FROM made) AS made",
        ),
    }
}

/// The points of one country, half of them by air, all operated by one institution.
async fn points(node: &Node, size: &Size) -> Result<()> {
    let db = node.ledger.groundwork();
    let (id, numbers) = invented(db.get_database_backend());
    let operator =
        institution::Entity::find().filter(institution::Column::Code.eq("MX-SEGOB")).one(db).await?;
    let operator = operator.context("MX-SEGOB")?.id;
    let places = format!(
        "INSERT INTO reception_point (id, code, country, name, locality, division, latitude, longitude, mode, source, search) \
         SELECT {id}, 'MX-RP-B' || made.number, 'MX', 'Centro ' || made.number, 'Ciudad', 'MX-CMX', 19.4, -99.1, \
         CASE WHEN made.number % 2 = 0 THEN 'air' ELSE 'land' END, 'bench', 'centro' FROM {numbers}"
    );
    run(db, places, vec![(size.points as i32).into()]).await?;
    let settings = "INSERT INTO capacity_point (point_id, country, operator_id, stale_minutes, account_id, at) \
        SELECT id, country, $1, 120, $1, '2025-01-01T00:00:00.000Z' FROM reception_point WHERE source = 'bench'";
    run(db, settings.into(), vec![operator.into()]).await
}

/// Mexico shares its total with Guatemala.
async fn shared(node: &Node) -> Result<()> {
    let focal = viewer(node, "mx.sre.focal").await?;
    let sharing = Sharing {
        level: Level::Modes,
        points: None,
        handling: Handling::Green,
        audience: vec![("audience".into(), Party::Country("GT".into()))],
        instrument: "bench".into(),
        purpose: "bench".into(),
    };
    node.ledger.write(&focal, None, async move |work| share(work, sharing).await).await?;
    Ok(())
}

/// Hourly reports of every point, from so many hours ago back to so many.
async fn reports(node: &Node, size: &Size, from: u32, until: u32) -> Result<()> {
    let db = node.ledger.groundwork();
    let (id, numbers) = invented(db.get_database_backend());
    // Written as the node writes a moment; reported a minute after it was so.
    let moment = |minutes: &str| match db.get_database_backend() {
        DbBackend::Postgres => format!(
            "to_char((now() at time zone 'utc') - (($2 + made.number) * interval '1 hour') + ({minutes} * interval '1 minute'), \
             'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        ),
        _ => format!(
            "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || ($2 + made.number) || ' hours', '+{minutes} minutes')"
        ),
    };
    let account = viewer(node, "mx.segob.editor").await?.account;
    for hours in (from..until).step_by(100) {
        let some = 100.min(until - hours);
        let sql = format!(
            "INSERT INTO capacity_report (id, batch_id, point_id, country, as_of, recorded_at, occupied, free, nominal, surge, \
             account_id) SELECT {id}, point_id, point_id, country, {}, {}, made.number % 2000, 2000 - made.number % 2000, 2000, \
             2500, $3 FROM capacity_point CROSS JOIN {numbers} WHERE capacity_point.stale_minutes = 120",
            moment("0"),
            moment("1"),
        );
        run(db, sql, vec![(some as i32).into(), (hours as i32).into(), account.into()]).await?;
    }
    println!("<!-- {} reports -->", size.points * until);
    Ok(())
}

async fn run(db: &impl ConnectionTrait, sql: String, values: Vec<sea_orm::Value>) -> Result<()> {
    db.execute_raw(sea_orm::Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    Ok(())
}
