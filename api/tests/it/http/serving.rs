//! Over a real connection.

use std::net::SocketAddr;

use api::http::serve;
use axum::body::Body;
use http_body_util::BodyExt;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, TransactionTrait};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::{JoinHandle, JoinSet},
};

use super::{ADD_INSTITUTION, facts};
use crate::stage::Stage;

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<anyhow::Result<()>>,
}

#[expect(clippy::disallowed_methods, reason = "the test awaits it")]
async fn served(stage: &Stage) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let node = stage.node.clone();
    let done = tokio::spawn(serve(node, listener, async move { drop(stopped.await) }));
    Served { address, stop, done }
}

/// One connection that is kept.
struct Line {
    sender: SendRequest<Body>,
    _task: JoinSet<()>,
}

impl Line {
    async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        let mut task = JoinSet::new();
        task.spawn(async move { drop(connection.await) });
        Self { sender, _task: task }
    }

    async fn asks(&mut self, token: Option<&str>, query: &str, variables: Value) -> (u16, Value) {
        let mut request = axum::http::Request::post("/graphql")
            .header("host", "enlace.test")
            .header("accept", "application/graphql-response+json")
            .header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = Body::from(json!({ "query": query, "variables": variables }).to_string());
        self.sender.ready().await.unwrap();
        let response = self.sender.send_request(request.body(body).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    }
}

async fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

/// Holds what every command must have before it can commit.
#[expect(clippy::disallowed_methods, reason = "a test may stand in the way")]
async fn in_the_way(stage: &Stage) -> DatabaseTransaction {
    let db = stage.node.ledger.groundwork();
    let held = db.begin().await.unwrap();
    if db.get_database_backend() == DbBackend::Postgres {
        held.execute_unprepared("SELECT pg_advisory_xact_lock(4919)").await.unwrap();
    }
    held
}

#[tokio::test]
async fn a_connection_survives_what_is_refused_and_what_takes_too_long() {
    let stage = Stage::set_with(|config| config.request_seconds = 1).await;
    let token = stage.person("mx.test.admin").token();
    let served = served(&stage).await;
    let mut line = Line::to(served.address).await;
    assert_eq!(line.asks(None, "{ nothing }", json!({})).await.0, 400);
    assert_eq!(line.asks(Some("x"), "{ __typename }", json!({})).await.0, 401);
    let held = in_the_way(&stage).await;
    assert_eq!(line.asks(Some(&token), ADD_INSTITUTION, facts("MX-A")).await.0, 503);
    held.rollback().await.unwrap();
    assert_eq!(line.asks(Some(&token), ADD_INSTITUTION, facts("MX-A")).await.0, 200);
    drop(line);
    served.stop.send(()).unwrap();
    served.done.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_node_that_stops_finishes_what_runs_and_refuses_the_new() {
    let stage = Stage::set().await;
    let token = stage.person("mx.test.admin").token();
    let served = served(&stage).await;
    let (mut running, mut idle) = (Line::to(served.address).await, Line::to(served.address).await);
    assert_eq!(idle.asks(None, "{ __typename }", json!({})).await.0, 200);
    let held = in_the_way(&stage).await;
    let command = running.asks(Some(&token), ADD_INSTITUTION, facts("MX-A"));
    let rest = async {
        // The command is on its way, beside the question whether it is; then the node is told to
        // stop; only then may the command go on.
        let metrics = "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        while !raw(served.address, metrics).await.contains("requests_in_flight 2\n") {}
        served.stop.send(()).unwrap();
        while TcpStream::connect(served.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        held.rollback().await.unwrap();
    };
    let ((status, answer), ()) = tokio::join!(command, rest);
    assert_eq!(status, 200, "{answer}");
    served.done.await.unwrap().unwrap();
    assert!(idle.sender.ready().await.is_err());
}

#[tokio::test]
async fn two_gigabytes_are_refused_without_being_sent() {
    let stage = Stage::set().await;
    let served = served(&stage).await;
    let head = "POST /graphql HTTP/1.1\r\nhost: enlace.test\r\ncontent-type: application/json\r\n\
        content-length: 2147483648\r\n\r\n";
    let answer = raw(served.address, head).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("\"LIMITED\"") && answer.contains("1048576"), "{answer}");
}

#[tokio::test]
async fn metrics_are_for_this_machine_unless_somebody_else_asks_through_it() {
    let stage = Stage::set().await;
    let served = served(&stage).await;
    let ask = |header: &str| format!("GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{header}\r\n");
    let near = raw(served.address, &ask("")).await;
    assert!(near.starts_with("HTTP/1.1 200 ") && near.contains("enlace_http_requests"), "{near}");
    let far = raw(served.address, &ask("x-forwarded-for: 203.0.113.7\r\n")).await;
    assert!(far.starts_with("HTTP/1.1 403 "), "{far}");
}
