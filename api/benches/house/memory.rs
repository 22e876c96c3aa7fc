//! What the demonstration takes in memory: the real program, started, asked, and looked at from
//! outside.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};
use serde_json::json;

use crate::client::{Client, request};

/// Ended when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn resident(process: u32, name: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with(name)).context("no such line")?;
    let kilobytes: f64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
    Ok(kilobytes / 1024.0)
}

pub async fn measure(program: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let child = Command::new(program)
        .arg("demo")
        .env("ENLACE_FOLDER", folder.path())
        .env("ENLACE_LISTEN", &address)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut running = Running(child);
    let process = running.0.id();
    let mut tokens = Vec::new();
    for line in BufReader::new(running.0.stdout.take().context("no output")?).lines() {
        let line = line?;
        if let Some((_, token)) = line.split_once("Bearer ") {
            tokens.push(token.trim_end_matches(['\'', '\\', ' ']).to_owned());
        }
        if line.starts_with("Ctrl-C") {
            break;
        }
    }
    let started = resident(process, "VmRSS:")?;
    let queries = [
        "{ plans { nodes { name { es en } sections { body { es } } receptionPoints { point { name } } } } }",
        "{ datasets { nodes { id name { es } vintage { number observations } } } }",
        "{ meetings { nodes { title { es } items { title { es } } } } }",
        "{ receptionPoints(first: 100) { totalCount nodes { code name } } }",
        "{ consulates(first: 100) { nodes { code city } } }",
        "{ institutions { nodes { code name { es en } } } }",
    ];
    let mut clients = Vec::new();
    for _ in 0..16 {
        clients.push(Client::of(&address));
    }
    let mut answered = 0;
    for round in 0..20 {
        let asking = clients.iter_mut().enumerate().map(async |(lane, client)| {
            let token = &tokens[(round * 7 + lane) % tokens.len()];
            let query = queries[(round + lane) % queries.len()];
            // Not every role may ask everything: a refusal is an answer too.
            client.ask(&request(token, query, &json!({}))).await.is_ok() as usize
        });
        answered += futures::future::join_all(asking).await.into_iter().sum::<usize>();
    }
    println!(
        "| {} | {started:.1} | {:.1} | {:.1} | {answered} of 320 |",
        program.parent().and_then(Path::file_name).map(|name| name.to_string_lossy()).unwrap_or_default(),
        resident(process, "VmRSS:")?,
        resident(process, "VmHWM:")?,
    );
    Ok(())
}
