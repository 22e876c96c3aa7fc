//! Listening: connections come in, are answered with patience and within bounds, and are let
//! finish when the node stops.

use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use anyhow::Result;
use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tower::ServiceExt;

use super::Front;
use crate::{meetings::people::forget, node::Node};

/// Connections at once; more wait to be accepted.
const CONNECTIONS: usize = 1024;
/// For the head of a request, from the moment it is waited for: ends the drip of a byte a minute,
/// and connections that are kept open for nothing.
const HEAD: Duration = Duration::from_secs(15);
const HEAD_BYTES: usize = 64 * 1024;
const HEADERS: usize = 64;
/// A connection is taken anew after this long: ends clients that never read what they asked for.
const LONGEST: Duration = Duration::from_secs(900);
/// For what runs to finish, when the node stops.
const GRACE: Duration = Duration::from_secs(20);

/// How often what is kept for a time only is looked through; first when the node starts.
const HOUSEKEEPING: Duration = Duration::from_secs(3600);
/// For imports to stop after that.
const STOPPED: Duration = Duration::from_secs(5);

/// Serves until `stop`: then no connection is accepted, what runs may finish, and what has not
/// finished after a while is cut off. The node is left open.
pub async fn serve(node: Node, listener: TcpListener, stop: impl Future<Output = ()>) -> Result<()> {
    let jobs = node.jobs.clone();
    let (ledger, reads) = (node.ledger.clone(), node.reads.clone());
    let mut hours = interval(HOUSEKEEPING);
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let front = Front::new(node);
    let (readiness, router) = (front.readiness.clone(), front.router());
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let (stopping, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            let place = places.clone().acquire_owned().await;
            (listener.accept().await, place)
        };
        tokio::select! {
            () = stop.as_mut() => break,
            Some(_) = connections.join_next() => {}
            _ = hours.tick() => {
                let (ledger, reads) = (ledger.clone(), reads.clone());
                connections.spawn(async move {
                    if let Err(cause) = forget(&ledger, &reads.0).await {
                        tracing::error!(?cause, "names whose time is over could not be deleted");
                    }
                });
            }
            (accepted, place) = accepted => match accepted {
                Ok((stream, peer)) => {
                    let (router, stopped) = (router.clone(), stopped.clone());
                    connections.spawn(async move {
                        answer(stream, peer, router, stopped).await;
                        drop(place);
                    });
                }
                // Out of files, perhaps. Those who are served give theirs back.
                Err(cause) => {
                    tracing::warn!(%cause, "a connection could not be accepted");
                    sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
    readiness.stop();
    drop((listener, stopping));
    if timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await.is_err() {
        tracing::warn!(cut_off = connections.len(), "not everything finished in time");
    }
    // What reads a file goes on at the next start only if it is asked for again.
    if timeout(STOPPED, jobs.close()).await.is_err() {
        tracing::warn!("an import did not stop in time");
    }
    Ok(())
}

async fn answer(stream: TcpStream, peer: SocketAddr, router: Router, mut stopped: watch::Receiver<()>) {
    // An answer is one write; waiting to fill a packet only delays it.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_headers(HEADERS)
            .max_header_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
    );
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.changed() => {}
        () = sleep(LONGEST) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(LONGEST, connection).await;
}
