//! Serving, with and without the demonstration.

use std::{io::IsTerminal, time::Instant};

use anyhow::{Context, Result};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{
    access::token::LONGEST,
    clock::Clock,
    config::{Config, LogFormat},
    demo,
    directory::viewer_by_login,
    http,
    node::Node,
};

pub async fn serve(config: Config) -> Result<()> {
    let listener = listen(&config).await?;
    let node = Node::open(config, Clock::system()).await?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    http::serve(node, listener, told_to_stop()?).await
}

pub async fn demo(config: Config) -> Result<()> {
    let started = Instant::now();
    let listener = listen(&config).await?;
    let node = Node::open(config, Clock::system()).await?;
    let filled = demo::fill(&node, |what| eprintln!("  ... {what}")).await?;
    introduce(&node).await?;
    let seconds = started.elapsed().as_secs_f32();
    let how = if filled { "datos nuevos / new data" } else { "datos de antes / data from before" };
    println!("Enlace: {}/graphql  ({seconds:.1} s, {how})", node.config.public_url());
    println!("Ctrl-C termina / stops.   {} = otro comienzo / a fresh start", erase(&node.config));
    http::serve(node, listener, told_to_stop()?).await
}

/// The demonstration speaks to people: no log lines between its own unless asked for.
pub fn quiet(config: &mut Config) {
    if config.log == "info" {
        config.log = "warn".into();
    }
    if std::io::stderr().is_terminal() {
        config.log_format = LogFormat::Text;
    }
}

fn erase(config: &Config) -> String {
    format!("rm -r {}", config.folder.display())
}

async fn listen(config: &Config) -> Result<TcpListener> {
    TcpListener::bind(config.listen).await.with_context(|| {
        format!(
            "cannot listen on {}: is another node running there? Set ENLACE_LISTEN to another address",
            config.listen
        )
    })
}

/// SIGTERM or Ctrl-C.
fn told_to_stop() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// The accounts, each with a token and a first query to paste.
async fn introduce(node: &Node) -> Result<()> {
    println!("\nCuentas de demostración: puestos, no personas / Demonstration accounts: posts, not people");
    println!("(credenciales por 12 horas / tokens for 12 hours)\n");
    for account in demo::accounts()? {
        let Some(viewer) = viewer_by_login(&node.reads.0, &account.login, node.clock.now()).await? else {
            continue;
        };
        println!("{:<20} {} / {}  [{}]", account.login, account.post_es, account.post_en, account.roles);
        println!("  curl -s {}/graphql \\", node.config.public_url());
        println!("    -H 'content-type: application/json' \\");
        println!("    -H 'authorization: Bearer {}' \\", node.tokens.issue(viewer.account, LONGEST)?);
        println!("    -d '{}'\n", serde_json::json!({ "query": first_query(&account.roles) }));
    }
    Ok(())
}

/// A first query that shows something to whoever has these roles.
fn first_query(roles: &str) -> &'static str {
    let has = |role: &str| roles.split(';').any(|held| held == role);
    if has("ADMINISTRATOR") {
        "{ accounts(first: 10) { nodes { login appointments { post { name { es } roles } since until } } } }"
    } else if has("AUDITOR") {
        "{ ledger(first: 10) { nodes { at event subject owner { acronym } } } }"
    } else if has("STATISTICS_PUBLISHER") || has("ANALYST") {
        "{ datasets { nodes { id code name { es } vintage { observations firstPeriod lastPeriod } } } }"
    } else if has("AGENDA_SECRETARY") {
        "{ meetings { nodes { id title { es } startsAt place { es } items { number title { es } minutes } } } }"
    } else {
        "{ plans { totalCount nodes { id name { es en } state owner { acronym country } receptionPoints { capacity point { name } } } } }"
    }
}
