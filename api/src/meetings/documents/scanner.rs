//! The scanner for viruses: ClamAV's daemon, asked over its socket (`INSTREAM`). It says yes, or the
//! file is refused: a scanner that is not there, breaks off, is slow or says anything else is a no.

use std::{fs::File, io::Read, time::Duration};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::timeout,
};

/// So much is sent at once.
const PART: usize = 1 << 16;
/// The longest answer.
const ANSWER: u64 = 4_096;

/// Where the scanner listens: `tcp:127.0.0.1:3310` or `unix:/run/clamav/clamd.ctl`.
#[derive(Clone, Debug)]
pub struct Scanner {
    at: String,
    patience: Duration,
}

/// What the scanner says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    /// What it found is its business and the log's.
    Something,
}

impl Scanner {
    pub fn new(at: &str, patience: Duration) -> Self {
        Self { at: at.into(), patience }
    }

    /// An error is a no.
    pub async fn scan(&self, file: File) -> Result<Found> {
        let asking = async {
            match self.at.split_once(':') {
                Some(("tcp", address)) => ask(TcpStream::connect(address).await?, file).await,
                Some(("unix", path)) => ask(UnixStream::connect(path).await?, file).await,
                _ => bail!("`{}` names no scanner", self.at),
            }
        };
        timeout(self.patience, asking).await.context("the scanner did not answer in time")?
    }
}

async fn ask(mut socket: impl AsyncRead + AsyncWrite + Unpin, mut file: File) -> Result<Found> {
    socket.write_all(b"zINSTREAM\0").await?;
    loop {
        let read = move || {
            let mut part = Vec::with_capacity(PART);
            let read = file.by_ref().take(PART as u64).read_to_end(&mut part);
            read.map(|_| (part, file))
        };
        let part;
        (part, file) = tokio::task::spawn_blocking(read).await??;
        // A part of no length is the end.
        socket.write_u32(u32::try_from(part.len())?).await?;
        if part.is_empty() {
            break;
        }
        socket.write_all(&part).await?;
    }
    socket.flush().await?;
    let mut answer = Vec::new();
    socket.take(ANSWER).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    match answer.trim_end_matches(['\0', '\n']).trim() {
        "stream: OK" => Ok(Found::Nothing),
        found if found.starts_with("stream: ") && found.ends_with(" FOUND") => {
            tracing::warn!(found, "the scanner found something in a document");
            Ok(Found::Something)
        }
        other => bail!("the scanner answered `{}`", other.chars().take(200).collect::<String>()),
    }
}
