//! The press: runs `enlace-press` for each paper, few at a time, each within a time, and lets none outlive its request.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use anyhow::anyhow;
use futures::future;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    sync::Semaphore,
    time::timeout,
};

/// What the program is called, beside the node's own.
const PROGRAM: &str = "enlace-press";
/// Papers that are set at once.
const SETTING: usize = 2;
/// Papers that are set or wait for it.
const ASKED: usize = 16;
/// Largest document that is handed to it, bytes.
const LARGEST: usize = 8 * 1024 * 1024;
/// Largest PDF that is taken from it, bytes.
const LARGEST_PDF: u64 = 64 * 1024 * 1024;

#[derive(Clone)]
pub struct Press {
    program: Arc<Path>,
    patience: Duration,
    asked: Arc<Semaphore>,
    setting: Arc<Semaphore>,
}

/// Why there is no paper.
#[derive(Debug)]
pub enum Jam {
    /// The program is not where it should be.
    Missing,
    /// Too many are waiting.
    Busy,
    /// What is to be printed, or what became of it, is too large.
    TooLarge,
    /// It took longer than this many seconds.
    TooLong(u64),
    Broken(anyhow::Error),
}

impl Press {
    /// The program that is named, or else the one beside the node's own.
    pub fn new(named: Option<&Path>, patience: Duration) -> Self {
        let beside = || {
            let own = std::env::current_exe().ok();
            own.and_then(|own| Some(own.parent()?.join(PROGRAM))).unwrap_or_else(|| PathBuf::from(PROGRAM))
        };
        Self {
            program: named.map_or_else(beside, Path::to_owned).into(),
            patience,
            asked: Arc::new(Semaphore::new(ASKED)),
            setting: Arc::new(Semaphore::new(SETTING)),
        }
    }

    /// The PDF of a document.
    pub async fn print(&self, document: &[u8]) -> Result<Vec<u8>, Jam> {
        if document.len() > LARGEST {
            return Err(Jam::TooLarge);
        }
        let _place = self.asked.try_acquire().map_err(|_| Jam::Busy)?;
        let printing = async {
            let _turn = self.setting.acquire().await.map_err(|cause| Jam::Broken(cause.into()))?;
            self.set(document).await
        };
        // What is dropped here takes the program with it.
        timeout(self.patience, printing).await.unwrap_or(Err(Jam::TooLong(self.patience.as_secs())))
    }

    async fn set(&self, document: &[u8]) -> Result<Vec<u8>, Jam> {
        let mut child = self.started()?;
        let (Some(mut to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Jam::Broken(anyhow!("the press has no pipes")));
        };
        let hand = async {
            // One that has heard enough closes its end; what it ends with tells why.
            let _ = to.write_all(document).await;
            drop(to);
        };
        let mut pdf = Vec::new();
        let mut from = from.take(LARGEST_PDF + 1);
        let ((), taken) = future::join(hand, from.read_to_end(&mut pdf)).await;
        taken.map_err(|cause| Jam::Broken(cause.into()))?;
        if pdf.len() as u64 > LARGEST_PDF {
            return Err(Jam::TooLarge);
        }
        let ended = child.wait().await.map_err(|cause| Jam::Broken(cause.into()))?;
        match ended.code() {
            Some(0) if pdf.starts_with(b"%PDF-") => Ok(pdf),
            Some(3) => Err(Jam::TooLarge),
            _ => Err(Jam::Broken(anyhow!("the press ended with {ended}"))),
        }
    }

    /// It is told nothing of the node: no environment, no folder, no words of its own in the log, which could hold
    /// some of the text.
    fn started(&self) -> Result<Child, Jam> {
        let mut command = Command::new(&*self.program);
        command
            .env_clear()
            .env("RAYON_NUM_THREADS", "1")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        command.spawn().map_err(|cause| match cause.kind() {
            ErrorKind::NotFound | ErrorKind::PermissionDenied => Jam::Missing,
            _ => Jam::Broken(cause.into()),
        })
    }
}
