//! The signed head: the number and hash of the newest entry, kept outside the database, so that
//! entries cut off the end are missed.

use std::{fs, path::PathBuf, sync::Mutex};

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use crate::{access::Keys, clock::Moment};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub number: i64,
    pub hash: String,
    pub at: Moment,
}

/// Keeps the head of one node's ledger.
pub struct Seal {
    keys: Keys,
    path: PathBuf,
    newest: Mutex<i64>,
}

impl Seal {
    pub fn new(keys: Keys, path: PathBuf) -> Self {
        Self { keys, path, newest: Mutex::new(0) }
    }

    /// Writes the head, unless a later one has been written already, by this process or another
    /// one. Survives a killed process; after a loss of power the file may be one commit behind,
    /// which the verifier takes for what it is: entries newer than the head.
    pub fn set(&self, head: &Head) -> Result<()> {
        let mut newest = self.newest.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if *newest >= head.number {
            return Ok(());
        }
        let _lock = self.lock()?;
        let written = self.get()?.map_or(0, |written| written.number);
        if written < head.number {
            self.write(head)?;
        }
        *newest = head.number;
        Ok(())
    }

    /// Signs the present head anew, with the key that signs now.
    pub fn renew(&self) -> Result<()> {
        let _lock = self.lock()?;
        match self.get()? {
            Some(head) => self.write(&head),
            None => Ok(()),
        }
    }

    /// Held against other processes of the same node until dropped.
    fn lock(&self) -> Result<fs::File> {
        let lock = fs::File::create(self.path.with_extension("lock"))
            .with_context(|| format!("cannot lock {}", self.path.display()))?;
        lock.lock()?;
        Ok(lock)
    }

    fn write(&self, head: &Head) -> Result<()> {
        let draft = self.path.with_extension("new");
        fs::write(&draft, self.sign(head)?)?;
        fs::rename(&draft, &self.path).with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// The head, if one was ever written; an error if it is not signed by a key of this node.
    pub fn get(&self) -> Result<Option<Head>> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(cause).with_context(|| format!("cannot read {}", self.path.display())),
        };
        let signed = text.trim();
        let kid = decode_header(signed)?.kid.context("the head names no key")?;
        let key = self.keys.find(&kid).context("the head is signed by an unknown key")?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let decoded = decode(signed, &DecodingKey::from_ed_der(&B64.decode(&key.public)?), &validation)
            .context("the head's signature is not good")?;
        Ok(Some(decoded.claims))
    }

    fn sign(&self, head: &Head) -> Result<String> {
        let key = self.keys.signing()?;
        let header = Header { kid: Some(key.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        Ok(encode(&header, head, &EncodingKey::from_ed_der(&key.pkcs8()?))?)
    }
}
