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

/// The same page with nothing but what this viewer's rows take: `party` alone is read.
fn best_page(page: &Step, party: &Party) -> Option<Step> {
    let columns = page.statement.sql.split_once(" FROM (")?.0;
    let sql = format!(
        "{columns} FROM audience s JOIN record r ON r.id = s.subject \
         JOIN revision v ON v.record_id = s.subject AND v.number = s.revision \
         WHERE s.kind = 'plan' AND s.party = '{party}' ORDER BY s.subject DESC LIMIT 21"
    );
    Some(page.instead(sql))
}

/// The count, in the ways one would write it by hand for this viewer; the quickest counts.
fn best_counts(count: &Step, viewer: &Viewer, party: &Party) -> Vec<Step> {
    let list: Vec<_> = viewer.parties().iter().map(|party| format!("'{party}'")).collect();
    let list = list.join(", ");
    [
        format!("SELECT COUNT(*) AS count FROM audience WHERE kind = 'plan' AND party = '{party}'"),
        format!("SELECT COUNT(DISTINCT subject) AS count FROM audience WHERE kind = 'plan' AND party IN ({list})"),
    ]
    .into_iter()
    .map(|sql| count.instead(sql))
    .collect()
}

/// Half of the runs take less, in milliseconds. The statements take turns.
async fn medians(db: &DatabaseConnection, steps: &[&Step], runs: usize) -> Result<Vec<f64>> {
    let mut took = vec![Vec::with_capacity(runs); steps.len()];
    for run in 0..runs + 8 {
        for (step, took) in steps.iter().zip(&mut took) {
            let began = Instant::now();
            replay(db, std::slice::from_ref(*step)).await?;
            if run >= 8 {
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
    println!("\n| first page and count, ms | sees | house | best by hand | times |\n|---|---:|---:|---:|---:|");
    for (name, viewer, party) in viewers {
        let (page, count, seen) = statements(node, viewer).await?;
        let best = best_page(&page, party).context("a page")?;
        let took = medians(db, &[&page, &best], 200).await?;
        println!("| page, {name} | {seen} | {:.3} | {:.3} | {:.2} |", took[0], took[1], took[0] / took[1]);
        let best = best_counts(&count, viewer, party);
        let took = medians(db, &[&count, &best[0], &best[1]], 24).await?;
        for (what, at) in [("of its one party", 1), ("distinct over all its parties", 2)] {
            println!(
                "| count, {name}; by hand {what} | {seen} | {:.3} | {:.3} | {:.2} |",
                took[0],
                took[at],
                took[0] / took[at]
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
                let depth = depths.iter().find(|(known, _)| *known == parent).map_or(0, |(_, depth)| depth + 1);
                depths.push((id, depth));
                text.push_str(&"  ".repeat(depth));
                text.push_str(&row.try_get_by_index::<String>(3)?);
            }
        }
        text.push('\n');
    }
    Ok(text)
}
