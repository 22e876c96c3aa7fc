//! What a record says.

use chrono::NaiveDate;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    access::Kind,
    error::Result,
    ledger::{Work, sha256},
    text::fold,
};

/// What a record of one kind says. Its JSON, with the fields in the order of the type, is the
/// canonical text that is hashed, approved and kept.
pub trait Content: Serialize + DeserializeOwned + Send + Sync + 'static {
    const KIND: Kind;

    fn outline(&self) -> Outline;

    /// Refuses what is out of bounds or refers to nothing that the author can see.
    fn check(&self, work: &Work) -> impl Future<Output = Result<()>> + Send;
}

/// What lists and filters know of a content.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// What the owner calls it, where it has a code.
    pub code: Option<String>,
    /// The words it is found by.
    pub words: Vec<String>,
    /// The first and the last day that it speaks of.
    pub starts: Option<NaiveDate>,
    pub ends: Option<NaiveDate>,
}

impl Outline {
    pub fn search(&self) -> String {
        fold(&self.words.join(" "))
    }
}

/// The canonical text of a content, and its SHA-256.
pub fn canonical(content: &impl Content) -> Result<(String, String)> {
    let text = serde_json::to_string(content).map_err(anyhow::Error::from)?;
    let hash = sha256(text.as_bytes());
    Ok((text, hash))
}
