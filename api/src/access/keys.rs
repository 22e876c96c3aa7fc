//! The node's own Ed25519 keys: they sign its tokens and the head of its ledger.
//!
//! One file a key, readable by the node's user alone. The newest signs; the ones before it verify
//! for as long as a token signed by them can live, and the heads they signed for ever.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::{Clock, Moment};

/// How old the keys in memory may be before the folder is read again.
const FRESH: Duration = Duration::from_secs(60);
/// An unknown key id has the folder read again, but not more often than this.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Clone, Serialize, Deserialize)]
pub struct Key {
    pub kid: String,
    pub created: Moment,
    /// The public key (RFC 8037, `x`), base64url.
    pub public: String,
    /// PKCS#8, base64url; absent where only the public half was restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<String>,
    /// When a newer key took over signing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded: Option<Moment>,
}

#[derive(Clone)]
pub struct Keys {
    folder: PathBuf,
    held: Arc<RwLock<(Instant, Arc<Vec<Key>>)>>,
}

impl Keys {
    /// Reads the keys of `folder`; creates the first if there is none that can sign.
    pub fn open(folder: &Path, clock: &Clock) -> Result<Self> {
        create_dir_private(folder)?;
        if !read(folder)?.iter().any(|key| key.private.is_some()) {
            create(folder, clock)?;
        }
        Self::found(folder)
    }

    /// Reads the keys of `folder`; an error if there are none. Changes nothing.
    pub fn found(folder: &Path) -> Result<Self> {
        let keys = read(folder)?;
        if keys.is_empty() {
            bail!("there are no keys in {}: is ENLACE_FOLDER the node's folder?", folder.display());
        }
        Ok(Self { folder: folder.into(), held: Arc::new(RwLock::new((Instant::now(), Arc::new(keys)))) })
    }

    /// A new key that signs from now on. The others go on verifying.
    pub fn rotate(&self, clock: &Clock) -> Result<Key> {
        let now = clock.now();
        for mut key in read(&self.folder)? {
            if key.private.is_some() && key.superseded.is_none() {
                key.superseded = Some(now);
                write(&self.folder, &key)?;
            }
        }
        let key = create(&self.folder, clock)?;
        self.reload()?;
        Ok(key)
    }

    /// Newest first.
    pub fn all(&self) -> Arc<Vec<Key>> {
        let (read_at, keys) = self.held.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
        if read_at.elapsed() < FRESH {
            return keys;
        }
        self.reload().unwrap_or(keys)
    }

    pub fn find(&self, kid: &str) -> Option<Key> {
        let found = |keys: &[Key]| keys.iter().find(|key| key.kid == kid).cloned();
        if let Some(key) = found(&self.all()) {
            return Some(key);
        }
        let age = self.held.read().unwrap_or_else(|poisoned| poisoned.into_inner()).0.elapsed();
        if age < PATIENCE {
            return None;
        }
        found(&self.reload().ok()?)
    }

    /// The key that signs now.
    pub fn signing(&self) -> Result<Key> {
        let signs = |key: &&Key| key.private.is_some() && key.superseded.is_none();
        self.all().iter().find(signs).cloned().context("there is no key that can sign")
    }

    /// The public halves, as a JSON Web Key Set (RFC 7517, RFC 8037).
    pub fn jwks(&self) -> Value {
        let keys: Vec<_> = self
            .all()
            .iter()
            .map(|key| {
                json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.kid, "x": key.public })
            })
            .collect();
        json!({ "keys": keys })
    }

    fn reload(&self) -> Result<Arc<Vec<Key>>> {
        let keys = Arc::new(read(&self.folder)?);
        *self.held.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = (Instant::now(), keys.clone());
        Ok(keys)
    }
}

impl Key {
    pub fn pkcs8(&self) -> Result<Vec<u8>> {
        let private = self.private.as_deref().context("this key's private half is not here")?;
        B64.decode(private).context("the private key is not base64url")
    }

    /// What may be copied elsewhere: the key without its private half.
    pub fn public_half(&self) -> Self {
        Self { private: None, ..self.clone() }
    }
}

fn read(folder: &Path) -> Result<Vec<Key>> {
    let mut keys = Vec::new();
    for file in
        fs::read_dir(folder).with_context(|| format!("cannot read the keys in {}", folder.display()))?
    {
        let path = file?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let text = fs::read(&path).with_context(|| format!("cannot read the key {}", path.display()))?;
            let key: Key =
                serde_json::from_slice(&text).with_context(|| format!("{} is not a key", path.display()))?;
            keys.push(key);
        }
    }
    keys.sort_by(|a, b| (b.created, &b.kid).cmp(&(a.created, &a.kid)));
    Ok(keys)
}

fn create(folder: &Path, clock: &Clock) -> Result<Key> {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
        .map_err(|_| anyhow::anyhow!("the system gave no random bytes for a key"))?;
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8.as_ref())
        .map_err(|why| anyhow::anyhow!("the new key is not usable: {why}"))?;
    let public = pair.public_key().as_ref();
    let key = Key {
        kid: B64.encode(&digest(&SHA256, public).as_ref()[..9]),
        created: clock.now(),
        public: B64.encode(public),
        private: Some(B64.encode(pkcs8.as_ref())),
        superseded: None,
    };
    write(folder, &key)?;
    Ok(key)
}

fn write(folder: &Path, key: &Key) -> Result<()> {
    let text = serde_json::to_vec_pretty(key)?;
    write_private(&folder.join(format!("{}.json", key.kid)), &text)
}

/// Writes whole or not at all, readable by the node's user alone from the first byte on.
pub fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    use io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let Some(name) = path.file_name() else { bail!("{} is no file name", path.display()) };
    let draft = path.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)
        .with_context(|| format!("cannot write {}", draft.display()))?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&draft, path).with_context(|| format!("cannot write {}", path.display()))
}

pub fn create_dir_private(folder: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot create the folder {}", folder.display()))
}
