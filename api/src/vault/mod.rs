//! Files, named by what they hold. A file is never changed, so it can be read without a lock,
//! copied while the node serves, and cached for ever.

mod scratch;

use std::{
    fs::{self, File},
    io::{BufReader, Seek, Write},
    path::Path,
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use object_store::{
    GetResultPayload, ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path as Key,
};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::ledger::sha256;

pub use scratch::{Hashed, Scratch, Sealed};

/// So much of a file is sent at once; some stores take no smaller parts.
const PART: usize = 8 << 20;

#[derive(Clone)]
pub struct Vault {
    files: Arc<dyn ObjectStore>,
    scratch: Scratch,
}

impl Vault {
    /// A vault in a folder; created if it is not there. What was half written when a node was killed is taken away.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        crate::access::create_dir_private(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)
            .with_context(|| format!("cannot open the vault in {}", folder.display()))?;
        sweep(folder).with_context(|| format!("cannot tidy the vault in {}", folder.display()))?;
        Ok(Self { files: Arc::new(store.with_fsync(true)), scratch: Scratch::in_folder(folder) })
    }

    /// Where to work on what is too large for memory, on the disk of the vault.
    pub fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// Stores the bytes whole or not at all, and gives their name: SHA-256 in hexadecimal. What
    /// is there already is not written again.
    pub async fn put(&self, bytes: Bytes) -> Result<String> {
        let hash = sha256(&bytes);
        if self.files.head(&key(&hash)?).await.is_err() {
            let _writing = self.scratch.writing()?;
            self.files.put(&key(&hash)?, bytes.into()).await.context("cannot write to the vault")?;
        }
        Ok(hash)
    }

    /// The same for a file, which is not read into memory.
    pub async fn put_file(&self, sealed: Sealed) -> Result<String> {
        let key = key(&sealed.hash)?;
        if self.files.head(&key).await.is_ok() {
            return Ok(sealed.hash);
        }
        let _writing = self.scratch.writing()?;
        let mut file = tokio::fs::File::from_std(sealed.file);
        file.rewind().await?;
        let mut upload = self.files.put_multipart(&key).await.context("cannot write to the vault")?;
        loop {
            let mut part = BytesMut::with_capacity(PART);
            while part.len() < PART && file.read_buf(&mut part).await? > 0 {}
            if part.is_empty() {
                break;
            }
            upload.put_part(part.freeze().into()).await.context("cannot write to the vault")?;
        }
        upload.complete().await.context("cannot write to the vault")?;
        Ok(sealed.hash)
    }

    /// The bytes of that name, if they are still what the name says.
    pub async fn get(&self, hash: &str) -> Result<Bytes> {
        let found =
            self.files.get(&key(hash)?).await.with_context(|| format!("{hash} is not in the vault"))?;
        let bytes = found.bytes().await?;
        if sha256(&bytes) != hash {
            bail!(damaged(hash));
        }
        Ok(bytes)
    }

    /// The file of that name, likewise, to be read piece by piece.
    pub async fn open(&self, hash: &str) -> Result<File> {
        let found =
            self.files.get(&key(hash)?).await.with_context(|| format!("{hash} is not in the vault"))?;
        let (mut file, seen) = match found.payload {
            GetResultPayload::File(mut file, _) => {
                let hashing = move || -> std::io::Result<_> {
                    let mut hashed = Hashed::new(std::io::sink());
                    std::io::copy(&mut BufReader::with_capacity(1 << 18, &mut file), &mut hashed)?;
                    Ok((file, hashed.finish().1))
                };
                tokio::task::spawn_blocking(hashing).await??
            }
            GetResultPayload::Stream(mut stream) => {
                let mut hashed = Hashed::new(self.scratch.file()?);
                while let Some(bytes) = stream.try_next().await? {
                    hashed.write_all(&bytes)?;
                }
                hashed.finish()
            }
        };
        if seen != hash {
            bail!(damaged(hash));
        }
        file.rewind()?;
        Ok(file)
    }

    pub async fn holds(&self, hash: &str) -> bool {
        match key(hash) {
            Ok(key) => self.files.head(&key).await.is_ok(),
            Err(_) => false,
        }
    }
}

fn damaged(hash: &str) -> String {
    format!("{hash} in the vault is damaged: its content has another hash")
}

/// `ab/abcdef...`: few enough files a folder.
fn key(hash: &str) -> Result<Key> {
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        bail!("`{hash}` names no file of the vault");
    }
    Ok(Key::from(format!("{}/{hash}", &hash[..2])))
}

/// Whoever writes holds the folder's lock with others; if nobody does, what carries a name in the making was left by
/// a process that is dead. If somebody does, the next start will see to it.
fn sweep(folder: &Path) -> std::io::Result<()> {
    let here = File::open(folder)?;
    if here.try_lock().is_err() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            remove_unfinished(&entry)?;
            continue;
        }
        for file in fs::read_dir(entry.path())? {
            remove_unfinished(&file?)?;
        }
    }
    Ok(())
}

/// The store writes `<name>#<number>` and then renames; a scratch file is `.tmp...` until it loses its name.
fn remove_unfinished(entry: &fs::DirEntry) -> std::io::Result<()> {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    if name.contains('#') || name.starts_with(scratch::PREFIX) {
        fs::remove_file(entry.path())
    } else {
        Ok(())
    }
}
