//! How fast the node answers, beside how fast its database answers the same statements without it:
//! `make bench`. The figures and what they mean are in `docs/performance.md`.
//!
//! Both sides run in one process, on the same pools, by turns. What is compared is the ratio; the
//! absolute times are the machine's.
//!
//! Arguments choose parts: `requests`, `audience`, `capacity`, `figures`, `memory`, `paper`; `sqlite`, `postgres`; `plans`
//! also prints the plans of the audience filter's statements, `large` takes 50 million figures as well, `small` a
//! few reports of capacity only.

#![expect(clippy::disallowed_methods, reason = "a bench stands outside the house")]

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod audience;
mod capacity;
mod client;
mod figures;
mod fill;
mod load;
mod memory;
mod paper;
mod requests;
mod tape;

use std::path::Path;

use anyhow::{Context, Result};
use api::{access::Party, clock::Clock, config::Config, demo, http, node::Node};
use sea_orm::{ConnectionTrait, Database};
use tokio::net::TcpListener;

use requests::Bench;

struct Parts(Vec<String>);

impl Parts {
    fn want(&self, part: &str, among: &[&str]) -> bool {
        let named = self.0.iter().any(|named| among.contains(&named.as_str()));
        !named || self.0.iter().any(|named| named == part)
    }

    fn part(&self, part: &str) -> bool {
        self.want(part, &["requests", "audience", "capacity", "figures", "memory", "paper"])
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let parts = Parts(std::env::args().skip(1).filter(|given| !given.starts_with("--")).collect());
    let programs: Vec<_> = parts.0.iter().filter(|given| given.contains('/')).collect();
    if parts.part("memory") {
        println!("\n## Memory of the demonstration, MB\n");
        println!("| build | after start | after queries | most | answered |\n|---|---:|---:|---:|---:|");
        memory::measure(Path::new(env!("CARGO_BIN_EXE_enlace"))).await?;
        for program in programs {
            memory::measure(Path::new(program)).await?;
        }
    }
    if parts.part("figures") {
        figures::measure(Path::new(env!("CARGO_BIN_EXE_enlace")), parts.0.iter().any(|part| part == "large"))
            .await?;
    }
    if parts.part("paper") {
        paper::measure(Path::new(env!("CARGO_BIN_EXE_enlace-press"))).await?;
    }
    let databases = ["sqlite", "postgres"];
    if parts.want("sqlite", &databases) {
        println!("\n## SQLite");
        on_database("sqlite", &parts).await?;
    }
    if parts.want("postgres", &databases) {
        match std::env::var("ENLACE_TEST_POSTGRES") {
            Ok(_) => {
                println!("\n## PostgreSQL");
                on_database("postgres", &parts).await?;
            }
            Err(_) => println!("\nPostgreSQL not measured: ENLACE_TEST_POSTGRES names no server"),
        }
    }
    Ok(())
}

async fn on_database(kind: &str, parts: &Parts) -> Result<()> {
    if parts.part("requests") {
        let folder = tempfile::tempdir()?;
        let node = open(kind, "requests", folder.path()).await?;
        requests(node, parts).await?;
    }
    if parts.part("capacity") {
        let folder = tempfile::tempdir()?;
        let node = open(kind, "capacity", folder.path()).await?;
        capacity::measure(node, parts.0.iter().any(|part| part == "small")).await?;
    }
    if parts.part("audience") {
        let folder = tempfile::tempdir()?;
        let node = open(kind, "audience", folder.path()).await?;
        fill::many(&node, 200_000).await?;
        settle(&node).await?;
        let (nearly_all, three) =
            (fill::viewer(&node, "gt.minex.analyst").await?, fill::viewer(&node, "int.iom.observer").await?);
        let viewers = [
            ("viewer of nearly all", &nearly_all, Party::Country("GT".into())),
            ("viewer of three", &three, Party::Institution(three.institution)),
        ];
        audience::measure(&node, &viewers, parts.0.iter().any(|part| part == "plans")).await?;
    }
    Ok(())
}

/// A node with the demonstration, on a database of its own.
async fn open(kind: &str, purpose: &str, folder: &Path) -> Result<Node> {
    let mut config = Config { folder: folder.into(), ..Config::default() };
    if kind == "postgres" {
        let server = std::env::var("ENLACE_TEST_POSTGRES")?;
        let (name, db) =
            (format!("bench_{purpose}_{}", std::process::id()), Database::connect(&server).await?);
        db.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
        db.close().await?;
        let (front, _) = server.rsplit_once('/').context("the server's URL names no database")?;
        config.database_url = Some(format!("{front}/{name}"));
    }
    let node = Node::open(config, Clock::system()).await?;
    demo::fill(&node, |_| {}).await?;
    Ok(node)
}

/// What a database does by itself in time.
async fn settle(node: &Node) -> Result<()> {
    let db = node.ledger.groundwork();
    let upkeep = match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => "VACUUM ANALYZE",
        _ => "PRAGMA wal_checkpoint(TRUNCATE)",
    };
    db.execute_unprepared(upkeep).await?;
    Ok(())
}

async fn requests(node: Node, parts: &Parts) -> Result<()> {
    fill::plans(&node, 5_000).await?;
    let dataset = fill::dataset(&node).await?;
    settle(&node).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let serving = tokio::spawn(http::serve(node.clone(), listener, std::future::pending()));
    let bench = Bench::new(node, address).await?;
    println!("\n| request | statements | node, 1/s | SQL alone, 1/s | ratio | p50 ms | p99 ms |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let only = |name: &str| parts.want(name, &["list", "single", "statistics", "dashboard", "write"]);
    for (name, what) in [
        ("list", "20 plans with owner, phases, points"),
        ("single", "one plan by its id"),
        ("statistics", "sums by sex, state and year"),
        ("dashboard", "12 months by sex"),
        ("write", "a plan drafted or revised"),
    ] {
        if !only(name) {
            continue;
        }
        let sides = match name {
            "list" => bench.lists().await?,
            "single" => bench.single().await?,
            "statistics" => bench.statistics(dataset).await?,
            "dashboard" => bench.dashboard(dataset).await?,
            _ => bench.writes().await?,
        };
        let statements = sides.statements;
        let (node, floor) = load::measure(sides.node, sides.floor).await?;
        println!(
            "| {what} | {statements} | {:.0} | {:.0} | {:.2} | {:.1} | {:.1} |",
            node.per_second(),
            floor.per_second(),
            node.per_second() / floor.per_second(),
            node.within(0.5),
            node.within(0.99),
        );
    }
    serving.abort();
    Ok(())
}
