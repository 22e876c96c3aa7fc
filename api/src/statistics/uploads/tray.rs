//! Where uploads lie: a folder of files named by their ids.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use aws_lc_rs::digest;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use crate::{access::create_dir_private, clock::Moment, ids::FileId, ledger::hexadecimal};

#[derive(Clone)]
pub struct Tray(PathBuf);

/// A file on its way in. Unless it is kept, it is removed when it is dropped: whoever goes away in the middle
/// leaves nothing.
pub struct Arriving {
    id: FileId,
    path: PathBuf,
    file: tokio::fs::File,
    hash: digest::Context,
    bytes: u64,
    discard: Discard,
}

/// A file that has arrived whole and is on the disk.
pub struct Arrived {
    id: FileId,
    sha256: String,
    bytes: u64,
    discard: Discard,
}

struct Discard(Option<PathBuf>);

impl Drop for Discard {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let _ = fs::remove_file(path);
        }
    }
}

impl Tray {
    pub fn in_folder(folder: &Path) -> Result<Self> {
        create_dir_private(folder)?;
        Ok(Self(folder.to_owned()))
    }

    pub async fn receive(&self) -> Result<Arriving> {
        let id = FileId::new();
        let path = self.path(id);
        let mut options = tokio::fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let file = options.open(&path).await.with_context(|| format!("cannot write {}", path.display()))?;
        let discard = Discard(Some(path.clone()));
        Ok(Arriving { id, path, file, hash: digest::Context::new(&digest::SHA256), bytes: 0, discard })
    }

    pub fn open(&self, id: FileId) -> Result<fs::File> {
        let path = self.path(id);
        fs::File::open(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    /// If it is there.
    pub fn remove(&self, id: FileId) {
        let _ = fs::remove_file(self.path(id));
    }

    /// Removes the files of before a moment: their names tell when they came.
    pub fn clear(&self, before: Moment) {
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let came = name.to_str().and_then(|name| Uuid::try_parse(name).ok()?.get_timestamp());
            let (seconds, _) = came.map(|at| at.to_unix()).unwrap_or_default();
            if i64::try_from(seconds).is_ok_and(|came| came < before.0.timestamp()) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    fn path(&self, id: FileId) -> PathBuf {
        self.0.join(id.0.simple().to_string())
    }
}

impl Arriving {
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub async fn write(&mut self, some: &[u8]) -> io::Result<()> {
        self.hash.update(some);
        self.bytes += some.len() as u64;
        self.file.write_all(some).await
    }

    /// To the disk, to the last byte.
    pub async fn whole(mut self) -> Result<Arrived> {
        self.file.flush().await?;
        self.file.sync_all().await.with_context(|| format!("cannot write {}", self.path.display()))?;
        let sha256 = hexadecimal(self.hash.finish().as_ref());
        Ok(Arrived { id: self.id, sha256, bytes: self.bytes, discard: self.discard })
    }
}

impl Arrived {
    pub fn id(&self) -> FileId {
        self.id
    }

    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// From here on it stays until it is removed.
    pub fn keep(mut self) {
        self.discard.0 = None;
    }
}
