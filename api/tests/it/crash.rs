//! A node that is killed in the middle of its work loses nothing that it has answered.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use api::ledger::{Verdict, verify};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::stage::Stage;

/// The node as it is run: the binary, on the stage's folder and database.
pub struct Running {
    process: Child,
    address: String,
}

impl Running {
    pub fn start(stage: &Stage) -> Self {
        let config = &stage.node.config;
        let mut process = Command::new(env!("CARGO_BIN_EXE_enlace"))
            .arg("serve")
            .env("ENLACE_FOLDER", &config.folder)
            .env("ENLACE_DATABASE_URL", config.database_url())
            .env("ENLACE_PUBLIC_URL", config.public_url())
            .env("ENLACE_LISTEN", "127.0.0.1:0")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("the node ended before it served").unwrap();
            let line: Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(address) = line.pointer("/fields/address").or_else(|| line.get("address")) {
                break address.as_str().unwrap().to_string();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address }
    }

    /// Asks over a connection of its own.
    pub async fn asks(&self, token: &str, query: &str, variables: Value) -> Value {
        let stream = TcpStream::connect(&self.address).await.unwrap();
        let (mut sender, connection) =
            http1::handshake::<_, Full<Bytes>>(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = Request::post("/graphql")
            .header("host", "enlace.test")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"))
            .body(Full::from(json!({ "query": query, "variables": variables }).to_string()))
            .unwrap();
        let body = sender.send_request(request).await.unwrap().into_body().collect().await.unwrap();
        serde_json::from_slice(&body.to_bytes()).unwrap()
    }

    /// As the operating system does when memory runs out: at once, without a word.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Asks over one connection until it breaks; gives what was answered.
async fn writes(
    address: &str,
    token: &str,
    lead: &str,
    next: &AtomicUsize,
    answered: &Mutex<HashSet<String>>,
) {
    let Ok(stream) = TcpStream::connect(address).await else { return };
    let Ok((mut sender, connection)) = http1::handshake::<_, Full<Bytes>>(TokioIo::new(stream)).await else {
        return;
    };
    tokio::spawn(connection);
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= WRITES {
            return;
        }
        let body = json!({
            "query": "mutation ($input: DraftPlanInput!) { draftPlan(input: $input) { plan { id } userErrors { code } } }",
            "variables": { "input": { "handling": "GREEN", "content": { "name": { "es": format!("Plan {number}") }, "lead": lead } } },
        });
        let request = Request::post("/graphql")
            .header("host", "enlace.test")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"))
            .body(Full::from(body.to_string()))
            .unwrap();
        if sender.ready().await.is_err() {
            return;
        }
        let Ok(response) = sender.send_request(request).await else { return };
        let Ok(body) = response.into_body().collect().await else { return };
        let answer: Value = serde_json::from_slice(&body.to_bytes()).unwrap();
        let id = answer.pointer("/data/draftPlan/plan/id").unwrap_or_else(|| panic!("{answer}"));
        answered.lock().unwrap().insert(id.as_str().unwrap().into());
    }
}

const WRITES: usize = 1_000;
/// The node is killed when so many have been answered.
const KILLED_AFTER: usize = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_killed_loses_nothing_it_has_answered_and_its_ledger_verifies() {
    let stage = Stage::set_now().await;
    let before = stage.entries().await.len();
    let node = Running::start(&stage);
    let token = stage.person("mx.test.editor").token();
    let lead = stage.institution("MX-SRE").global();
    let (next, answered) = (AtomicUsize::new(0), Arc::new(Mutex::new(HashSet::new())));
    let address = node.address.clone();
    let kill = async {
        while answered.lock().unwrap().len() < KILLED_AFTER {
            tokio::task::yield_now().await;
        }
        node.kill();
    };
    let writers =
        futures::future::join_all((0..32).map(|_| writes(&address, &token, &lead, &next, &answered)));
    tokio::join!(kill, writers);

    let answered = answered.lock().unwrap().clone();
    assert!((KILLED_AFTER..WRITES).contains(&answered.len()), "{} were answered", answered.len());
    let kept: HashSet<String> = api::records::Record::find()
        .all(&stage.node.reads.0)
        .await
        .unwrap()
        .into_iter()
        .map(|record| api::ids::PlanId::from(record.id).global())
        .collect();
    let lost: Vec<_> = answered.difference(&kept).collect();
    assert!(lost.is_empty(), "answered and lost: {lost:?}");
    let entries = stage.entries().await.len();
    assert_eq!(
        entries - before,
        kept.len(),
        "every plan that is kept has its entry, and no entry is without one"
    );
    let head = stage.node.ledger.head().unwrap();
    let verdict = verify(&stage.node.reads.0, head.as_ref()).await.unwrap();
    assert!(matches!(verdict, Verdict::Sound { .. }), "{verdict:?}");

    // It starts again on what is there, and goes on.
    let again = Running::start(&stage);
    let (next, more) = (AtomicUsize::new(WRITES - 1), Mutex::new(HashSet::new()));
    writes(&again.address, &token, &lead, &next, &more).await;
    assert_eq!(more.lock().unwrap().len(), 1);
    again.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_told_to_stop_finishes_what_runs() {
    let stage = Stage::set_now().await;
    let mut node = Running::start(&stage);
    let token = stage.person("mx.test.editor").token();
    let lead = stage.institution("MX-SRE").global();
    let (next, answered) = (AtomicUsize::new(WRITES - 20), Mutex::new(HashSet::new()));
    writes(&node.address, &token, &lead, &next, &answered).await;
    Command::new("kill").arg("-TERM").arg(node.process.id().to_string()).status().unwrap();
    assert!(node.process.wait().unwrap().success());
    assert_eq!(answered.lock().unwrap().len(), 20);
    assert!(TcpStream::connect(&node.address).await.is_err());
}

#[tokio::test]
async fn a_full_disk_refuses_what_cannot_be_kept_and_loses_nothing_afterwards() {
    use sea_orm::{ConnectionTrait, DbBackend};
    let stage = Stage::set().await;
    let db = stage.node.ledger.groundwork();
    if db.get_database_backend() != DbBackend::Sqlite {
        // PostgreSQL ends the transaction itself and says so.
        return;
    }
    // As many pages as there are and no more: what SQLite meets when the disk is full.
    db.execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    let draft = async |name: &str| {
        let content = json!({ "name": { "es": name, "en": "x".repeat(300) }, "lead": stage.institution("MX-SRE").global(),
            "sections": [{ "heading": { "es": "Texto" }, "body": { "es": "largo ".repeat(3_000) } }] });
        let query = "mutation ($input: DraftPlanInput!) { draftPlan(input: $input) { plan { id } } }";
        stage
            .person("mx.test.editor")
            .asks(query, json!({ "input": { "handling": "GREEN", "content": content } }))
            .await
    };
    let mut refused = 0;
    for n in 0..8 {
        let answer = draft(&format!("Lleno {n}")).await;
        if answer.code() == "INTERNAL" {
            refused += 1;
            // The pool has a new connection, which knows of no bound: the disk has room again.
            break;
        }
    }
    assert_eq!(refused, 1, "the disk was never full");
    for n in 0..5 {
        draft(&format!("Después {n}")).await.well();
    }
    let kept = stage.entries().await.len() as i64;
    assert_eq!(stage.node.ledger.head().unwrap().unwrap().number, kept, "the head speaks of what is there");
    let head = stage.node.ledger.head().unwrap();
    assert!(matches!(verify(&stage.node.reads.0, head.as_ref()).await.unwrap(), Verdict::Sound { .. }));
    let after =
        stage.person("mx.test.editor").asks(r#"{ plans(text: "después") { totalCount } }"#, json!({})).await;
    assert_eq!(after.at("plans.totalCount"), 5);
}
