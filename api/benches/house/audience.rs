//! The audience filter over 200,000 plans: for a viewer of nearly all and for a viewer of three,
//! each beside statements written by hand for that viewer alone.

use std::time::Instant;

use anyhow::{Context, Result};
use api::{
    access::{Party, Viewer},
    node::Node,
    page::Page,
    plans::PlanContent,
    records::{self, Wanted},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::tape::{Step, Tape, replay};

/// The page and the count, as the house asks for them.
async fn statements(node: &Node, viewer: &Viewer) -> Result<(Step, Step, i64)> {
    let tape = Tape::default();
    let mut db = node.reads.0.clone();
    tape.listen(&mut db, false);
    let page = Page { size: 20, after: None, before: None, backward: false };
    let seen = records::page::<PlanContent>(&db, viewer, &page, &Wanted::default(), true).await?;
    let mut steps = tape.take().into_iter();
    let (page, count) = (steps.next().context("a page")?, steps.next().context("a count")?);
    Ok((page, count, seen.total_count.unwrap_or_default()))
}

/// The page as one would write it by hand for this viewer: from its one party that matters, and
/// from all its parties, as an `IN` that suits the few and an `EXISTS` that suits the many.
fn pages_by_hand(page: &Step, viewer: &Viewer, party: &Party) -> Vec<(&'static str, Step)> {
    let columns = page.statement.sql.split_once(" FROM (").map_or("*", |(columns, _)| columns);
    let rest = "JOIN record r ON r.id = s.subject \
                JOIN revision v ON v.record_id = s.subject AND v.number = s.revision ORDER BY s.subject DESC";
    let (newest, list) = ("ORDER BY subject DESC LIMIT 21", listed(viewer));
    [
        (
            "one party",
            format!(
                "SELECT subject, revision FROM audience WHERE kind = 'plan' AND party = '{party}' {newest}"
            ),
        ),
        (
            "IN",
            format!(
                "SELECT subject, MAX(revision) AS revision FROM audience \
                 WHERE kind = 'plan' AND party IN ({list}) GROUP BY subject {newest}"
            ),
        ),
        (
            "EXISTS",
            format!(
                "SELECT id AS subject, (SELECT MAX(a.revision) FROM audience a WHERE a.kind = 'plan' \
                 AND a.party IN ({list}) AND a.subject = record.id) AS revision FROM record \
                 WHERE EXISTS (SELECT 1 FROM audience a WHERE a.kind = 'plan' AND a.party IN ({list}) \
                 AND a.subject = record.id) {newest}"
            ),
        ),
    ]
    .into_iter()
    .map(|(how, sights)| (how, page.instead(format!("{columns} FROM ({sights}) s {rest}"))))
    .collect()
}

/// The count, likewise.
fn counts_by_hand(count: &Step, viewer: &Viewer, party: &Party) -> Vec<(&'static str, Step)> {
    let list = listed(viewer);
    [
        ("one party", format!("SELECT COUNT(*) AS count FROM audience WHERE kind = 'plan' AND party = '{party}'")),
        (
            "IN",
            format!("SELECT COUNT(DISTINCT subject) AS count FROM audience WHERE kind = 'plan' AND party IN ({list})"),
        ),
        (
            "EXISTS",
            format!(
                "SELECT COUNT(*) AS count FROM record WHERE EXISTS (SELECT 1 FROM audience a \
                 WHERE a.kind = 'plan' AND a.party IN ({list}) AND a.subject = record.id)"
            ),
        ),
    ]
    .into_iter()
    .map(|(how, sql)| (how, count.instead(sql)))
    .collect()
}

fn listed(viewer: &Viewer) -> String {
    viewer.parties().iter().map(|party| format!("'{party}'")).collect::<Vec<_>>().join(", ")
}

/// Runs before it counts: PostgreSQL settles on a plan after five.
const WARM: usize = 8;

/// Half of the runs take less, in milliseconds. The statements take turns, each once untimed before it
/// is timed: the one before it may have read the whole table, and left nothing in the cache.
async fn medians(db: &DatabaseConnection, steps: &[&Step], runs: usize) -> Result<Vec<f64>> {
    let mut took = vec![Vec::with_capacity(runs); steps.len()];
    for run in 0..runs + WARM {
        for (step, took) in steps.iter().zip(&mut took) {
            let step = std::slice::from_ref(*step);
            replay(db, step).await?;
            let began = Instant::now();
            replay(db, step).await?;
            if run >= WARM {
                took.push(began.elapsed().as_secs_f64() * 1000.0);
            }
        }
    }
    Ok(took
        .into_iter()
        .map(|mut took| {
            took.sort_by(f64::total_cmp);
            took[took.len() / 2]
        })
        .collect())
}

pub async fn measure(node: &Node, viewers: &[(&str, &Viewer, Party)], plans: bool) -> Result<()> {
    let db = &node.reads.0;
    println!("\n| ms | sees | house | one party | IN | EXISTS | house / best of IN and EXISTS |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for (name, viewer, party) in viewers {
        let (page, count, seen) = statements(node, viewer).await?;
        let sets = [
            ("page", &page, pages_by_hand(&page, viewer, party), 60),
            ("count", &count, counts_by_hand(&count, viewer, party), 16),
        ];
        for (what, house, by_hand, runs) in sets {
            let mut all = vec![house];
            all.extend(by_hand.iter().map(|(_, step)| step));
            let took = medians(db, &all, runs).await?;
            println!(
                "| {what}, {name} | {seen} | {:.3} | {:.3} | {:.3} | {:.3} | {:.2} |",
                took[0],
                took[1],
                took[2],
                took[3],
                took[0] / took[2].min(took[3])
            );
        }
    }
    if plans {
        for (name, viewer, _) in viewers {
            let (page, count, _) = statements(node, viewer).await?;
            for (what, step) in [("page", page), ("count", count)] {
                println!("\n{what}, {name}:\n{}", explained(db, &step).await?);
            }
        }
    }
    Ok(())
}

async fn explained(db: &DatabaseConnection, step: &Step) -> Result<String> {
    let backend = db.get_database_backend();
    let how = match backend {
        DbBackend::Postgres => "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF)",
        _ => "EXPLAIN QUERY PLAN",
    };
    let values = step.statement.values.clone().map(|values| values.0).unwrap_or_default();
    let statement = Statement::from_sql_and_values(backend, format!("{how} {}", step.statement.sql), values);
    let mut text = format!("{}\n", step.statement.sql);
    let mut depths = vec![(0, 0)];
    for row in db.query_all_raw(statement).await? {
        match backend {
            DbBackend::Postgres => text.push_str(&row.try_get_by_index::<String>(0)?),
            _ => {
                let (id, parent): (i32, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
                let depth =
                    depths.iter().find(|(known, _)| *known == parent).map_or(0, |(_, depth)| depth + 1);
                depths.push((id, depth));
                text.push_str(&"  ".repeat(depth));
                text.push_str(&row.try_get_by_index::<String>(3)?);
            }
        }
        text.push('\n');
    }
    Ok(text)
}
