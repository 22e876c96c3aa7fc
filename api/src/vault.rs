//! Files, named by what they hold. A file is never changed, so it can be read without a lock,
//! copied while the node serves, and cached for ever.

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path as Key};

use crate::ledger::sha256;

#[derive(Clone)]
pub struct Vault(Arc<dyn ObjectStore>);

impl Vault {
    /// A vault in a folder; created if it is not there.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        crate::access::create_dir_private(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)
            .with_context(|| format!("cannot open the vault in {}", folder.display()))?;
        Ok(Self(Arc::new(store.with_fsync(true))))
    }

    /// Stores the bytes whole or not at all, and gives their name: SHA-256 in hexadecimal. What
    /// is there already is not written again.
    pub async fn put(&self, bytes: Bytes) -> Result<String> {
        let hash = sha256(&bytes);
        if self.0.head(&key(&hash)?).await.is_err() {
            self.0.put(&key(&hash)?, bytes.into()).await.context("cannot write to the vault")?;
        }
        Ok(hash)
    }

    /// The bytes of that name, if they are still what the name says.
    pub async fn get(&self, hash: &str) -> Result<Bytes> {
        let found = self.0.get(&key(hash)?).await.with_context(|| format!("{hash} is not in the vault"))?;
        let bytes = found.bytes().await?;
        if sha256(&bytes) != hash {
            bail!("{hash} in the vault is damaged: its content has another hash");
        }
        Ok(bytes)
    }

    pub async fn holds(&self, hash: &str) -> bool {
        match key(hash) {
            Ok(key) => self.0.head(&key).await.is_ok(),
            Err(_) => false,
        }
    }
}

/// `ab/abcdef...`: few enough files a folder.
fn key(hash: &str) -> Result<Key> {
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        bail!("`{hash}` names no file of the vault");
    }
    Ok(Key::from(format!("{}/{hash}", &hash[..2])))
}
