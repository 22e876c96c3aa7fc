//! Importing a vintage: read, checked, written to the vault, and only then told of.

use std::io::Read;

use chrono::NaiveDate;

use super::{
    columns::Columns,
    content::{DatasetContent, Vintage},
    disclosure::{self, Small},
    reading::{self, Limits, Report},
    vintage,
};
use crate::{
    bounds::Bounds,
    clock::Moment,
    error::{Problem, Reason, Result},
    ids::RecordId,
    ledger::Work,
    records::{self, Expected, Shown},
    say,
    text::Text,
    vault::{Scratch, Sealed, Vault},
};

/// An embargo that is longer was mistyped.
const LONGEST_EMBARGO: chrono::TimeDelta = chrono::TimeDelta::days(731);

/// What is said of a file that is imported.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub source: Option<String>,
    pub extracted: Option<NaiveDate>,
    pub provisional: bool,
    pub embargo_until: Option<Moment>,
    pub note: Option<Text>,
    pub revision_note: Option<String>,
}

/// A file that was read against a dataset's declaration, stored nowhere yet.
pub struct Prepared {
    pub report: Report,
    /// The vintage's file, of what was accepted.
    file: Sealed,
    imported: String,
    small: Small,
}

/// Reads a file against the dataset's declaration, row by row. Takes a while: not for the threads
/// that answer requests.
pub fn prepare(
    content: &DatasetContent,
    source: impl Read,
    columns: &Columns,
    limits: Limits,
    scratch: &Scratch,
) -> Result<Prepared> {
    let mut digest = Digest { source, context: aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256) };
    let read = reading::read(&mut digest, &content.layout, columns, limits, scratch)?;
    // What follows the last row read belongs to the file too.
    std::io::copy(&mut digest, &mut std::io::sink()).map_err(anyhow::Error::from)?;
    let imported = digest.context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let small = match read.report.is_clean() {
        true => disclosure::small(content, read.file.file().map_err(anyhow::Error::from)?)?,
        false => Small::default(),
    };
    Ok(Prepared { report: read.report, file: read.file, imported, small })
}

impl Prepared {
    /// Whether it can be imported as it is.
    pub fn is_clean(&self) -> bool {
        self.report.is_clean() && self.report.accepted > 0
    }

    /// What was accepted, to be held against another vintage.
    pub fn figures(&self) -> Result<vintage::Reader> {
        vintage::Reader::open(self.file.file().map_err(anyhow::Error::from)?)
    }

    /// Puts the vintage's file into the vault. Nothing tells of it yet: a file that no revision
    /// names is nobody's.
    pub async fn store(self, vault: &Vault) -> Result<Stored> {
        if !self.is_clean() {
            return Err(Problem::new(
                Reason::Malformed,
                "input.csv",
                say!("el archivo tiene problemas; vea el informe", "the file has problems; see the report"),
            )
            .into());
        }
        Ok(Stored {
            file: vault.put_file(self.file).await?,
            imported: self.imported,
            observations: self.report.accepted,
            small: Some(self.small).filter(|small| small.cells > 0),
            first: self.report.first_period.map(|period| period.to_string()),
            last: self.report.last_period.map(|period| period.to_string()),
        })
    }
}

/// A file that is in the vault, and what was found in it.
pub struct Stored {
    pub file: String,
    imported: String,
    observations: u64,
    small: Option<Small>,
    first: Option<String>,
    last: Option<String>,
}

/// Saves the revision that holds a new vintage.
pub async fn import(
    work: &mut Work,
    id: RecordId,
    expected: Expected,
    stored: Stored,
    told: Told,
) -> Result<RecordId> {
    let mut bounds = Bounds::default();
    bounds.optional("input.source", told.source.as_deref(), 1_000);
    bounds.words_if("input.vintageNote", told.note.as_ref(), 2_000);
    let (now, latest) = (work.clock.now(), work.clock.now().0 + LONGEST_EMBARGO);
    if told.embargo_until.is_some_and(|until| until <= now || until.0 > latest) {
        bounds.add(
            Reason::OutOfRange,
            "input.embargoUntil",
            say!("debe estar por venir, a lo más en dos años", "must be yet to come, within two years"),
        );
    }
    bounds.done()?;
    let Shown { content, .. }: Shown<DatasetContent> = records::one(&work.db, &work.viewer, id).await?;
    let before = content.vintage.as_ref();
    if before.is_some_and(|before| before.imported == stored.imported) {
        return Err(Problem::new(
            Reason::Duplicate,
            "input.csv",
            say!(
                "este archivo ya es la última serie importada",
                "this very file is the latest vintage already"
            ),
        )
        .into());
    }
    let vintage = Vintage {
        number: before.map_or(1, |before| before.number + 1),
        file: stored.file,
        imported: stored.imported,
        observations: stored.observations,
        first: stored.first,
        last: stored.last,
        source: told.source,
        extracted: told.extracted,
        provisional: told.provisional,
        embargo_until: told.embargo_until,
        small: stored.small,
        note: told.note,
    };
    let content = DatasetContent { vintage: Some(vintage), ..content };
    records::revise(work, id, expected, content, told.revision_note).await
}

/// Passes a file on and hashes it on the way.
struct Digest<R> {
    source: R,
    context: aws_lc_rs::digest::Context,
}

impl<R: Read> Read for Digest<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.source.read(into)?;
        self.context.update(&into[..count]);
        Ok(count)
    }
}
