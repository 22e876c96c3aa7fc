//! What a dataset says: its declaration, and the vintage of this revision.

use serde::{Deserialize, Serialize};

use super::layout::Layout;
use crate::{
    access::Kind,
    bounds::{Bounds, NAME},
    directory::known_institutions,
    error::{Error, Reason, Result},
    ids::InstitutionId,
    ledger::Work,
    records::{Content, Outline},
    say,
    text::Text,
};

/// What a dataset says. The order of the fields is part of the canonical form that is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetContent {
    /// What its owner calls it, such as `MX-UPMRIP-RETURN-EVENTS`.
    pub code: String,
    pub name: Text,
    /// The institution that compiles the figures.
    pub compiler: InstitutionId,
    /// What is counted, as the compiler defines it.
    pub indicator: Text,
    pub unit: Unit,
    pub layout: Layout,
    /// None while the dataset is only declared.
    pub vintage: Option<Vintage>,
}

/// What a figure is a number of. Figures of unlike units are never added together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Unit {
    /// Events: a person returned twice counts twice.
    Event,
    /// Persons: each counts once.
    Person,
    /// Vehicles: flights, buses.
    Vehicle,
    /// Anything else that is counted.
    Other,
}

/// One state of the figures, immutable: its file in the vault and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vintage {
    /// 1 for the first.
    pub number: u32,
    /// The Parquet file in the vault: SHA-256, hexadecimal.
    pub file: String,
    /// SHA-256 of the file that was imported.
    pub imported: String,
    pub observations: u64,
    /// The periods of the first and the last observation, as written.
    pub first: Option<String>,
    pub last: Option<String>,
    /// Where the figures were published or drawn from.
    pub source: Option<String>,
    pub note: Option<Text>,
}

impl Content for DatasetContent {
    const KIND: Kind = Kind::Dataset;

    fn outline(&self) -> Outline {
        let words = [Some(&self.code), Some(&self.name.es), self.name.en.as_ref(), Some(&self.indicator.es)];
        Outline {
            code: Some(self.code.clone()),
            words: words.into_iter().flatten().cloned().collect(),
            starts: None,
            ends: None,
        }
    }

    async fn check(&self, work: &Work) -> Result<()> {
        let mut bounds = Bounds::default();
        bounds.words("input.content.name", &self.name, NAME);
        bounds.words("input.content.indicator", &self.indicator, 2_000);
        let well_formed = (2..=64).contains(&self.code.len())
            && self
                .code
                .bytes()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'-' || c == b'_');
        if !well_formed {
            bounds.add(
                Reason::Malformed,
                "input.content.code",
                say!(
                    "de 2 a 64 mayúsculas, cifras, `-` y `_`, como `MX-UPMRIP-RETURN-EVENTS`",
                    "2 to 64 capitals, digits, `-` and `_`, such as `MX-UPMRIP-RETURN-EVENTS`"
                ),
            );
        }
        if known_institutions(&work.db, &[self.compiler]).await?.is_empty() {
            bounds.add(
                Reason::Unknown,
                "input.content.compiler",
                say!("no es una institución del directorio", "is no institution of the directory"),
            );
        }
        bounds.done()?;
        self.layout.check("input.content.layout").map_err(Error::Invalid)
    }
}
