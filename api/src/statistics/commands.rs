//! Importing a vintage: read, checked, written to the vault, and only then told of.

use std::{fs::File, io::Read, sync::Arc};

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{
    amending::amend,
    columns::Columns,
    comparing::difference,
    content::{DatasetContent, Vintage},
    course::Course,
    disclosure::{self, Small},
    gathering::Summary,
    layout::Layout,
    reading::{self, Amends, Limits, Report, RowProblem},
    totals::{self, Override},
    vintage,
};
use crate::{
    bounds::Bounds,
    clock::Moment,
    error::{Problem, Reason, Result},
    ids::RecordId,
    ledger::{Work, hexadecimal},
    records::{self, Expected, RevisionColumn, Shown},
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
    /// Though the very same file was imported before.
    pub again: bool,
}

/// A file that was read against a dataset's declaration, stored nowhere yet.
pub struct Prepared {
    pub report: Report,
    /// The vintage's file, of what was accepted.
    file: Sealed,
    summary: Summary,
    /// SHA-256 of the file that was read.
    pub imported: String,
    small: Small,
}

/// Reads a file against the dataset's declaration, row by row, and holds it against the vintage of before, if there
/// is one. Takes a while: not for the threads that answer requests. Fails soon after `course` was stopped.
pub fn prepare(
    content: &DatasetContent,
    before: Option<File>,
    source: impl Read,
    columns: &Columns,
    limits: Limits,
    scratch: &Scratch,
    course: &Course,
) -> Result<Prepared> {
    let mut digest = Digest { source, context: aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256) };
    let read = reading::read_on(&mut digest, &content.layout, columns, limits, scratch, course)?;
    course.go_on()?;
    // What follows the last row read belongs to the file too.
    std::io::copy(&mut digest, &mut std::io::sink()).map_err(anyhow::Error::from)?;
    let imported = hexadecimal(digest.context.finish().as_ref());
    let mut prepared = Prepared {
        report: read.report,
        file: read.file,
        summary: read.summary,
        imported,
        small: Small::default(),
    };
    let layout = &content.layout;
    let before = Before { file: before, layout };
    if let Some(amends) = &read.amends {
        prepared.amend(&before, amends, scratch)?;
    }
    course.go_on()?;
    if prepared.report.is_clean() {
        prepared.small = disclosure::small(content, prepared.file.file().map_err(anyhow::Error::from)?)?;
        if let Some(before) = before.figures()? {
            prepared.report.difference = Some(difference(before, prepared.figures()?)?);
        }
        course.go_on()?;
        if !content.cross_totals.is_empty() {
            prepared.report.totals = totals::check(prepared.figures()?, &content.cross_totals, layout)?;
        }
    }
    Ok(prepared)
}

/// The vintage of before, as often as it is read.
struct Before<'a> {
    file: Option<File>,
    layout: &'a Layout,
}

impl Before<'_> {
    /// None if there is no vintage, or one of other dimensions.
    fn figures(&self) -> Result<Option<vintage::Reader>> {
        let Some(file) = &self.file else { return Ok(None) };
        let before = vintage::Reader::open(file.try_clone().map_err(anyhow::Error::from)?)?;
        Ok(before.layout().codes().eq(self.layout.codes()).then_some(before))
    }
}

impl Prepared {
    /// Makes the whole of the figures of before and the changes that the file tells.
    fn amend(&mut self, before: &Before<'_>, amends: &Amends, scratch: &Scratch) -> Result<()> {
        let figures = before.figures()?;
        if before.file.is_some() && figures.is_none() {
            let say = say!(
                "las dimensiones cambiaron desde la última entrega: envíe todas las cifras",
                "the dimensions have changed since the last vintage: send all figures"
            );
            self.report.tell(RowProblem::of_line(1, Reason::WrongHeader, say));
            return Ok(());
        }
        let figures = figures.into_iter().flatten();
        let (settled, missed) = amend(before.layout, figures, self.figures()?, amends, scratch)?;
        self.report.tell_late(
            missed.len() as u64,
            missed.into_iter().take(reading::MOST_TOLD).map(|deletion| {
                let say = say!(
                    "no hay nada que eliminar con estos códigos en la última entrega",
                    "there is nothing to delete with these codes in the last vintage"
                );
                RowProblem::of_line(deletion.line, Reason::Unknown, say)
            }),
        );
        (self.file, self.summary) = (settled.file, settled.summary);
        Ok(())
    }

    /// Whether it can be imported as it is; totals that do not add up aside.
    pub fn is_clean(&self) -> bool {
        self.report.is_clean() && self.summary.observations > 0
    }

    /// What was accepted, to be held against another vintage.
    pub fn figures(&self) -> Result<vintage::Reader> {
        vintage::Reader::open(self.file.file().map_err(anyhow::Error::from)?)
    }

    /// Puts the vintage's file into the vault. Nothing tells of it yet: a file that no revision
    /// names is nobody's.
    pub async fn store(self, vault: &Vault, overrides: Vec<Override>) -> Result<Stored> {
        let overrides = self.overridden(overrides)?;
        if !self.is_clean() {
            let say = if self.report.is_clean() {
                say!("no quedaría ninguna cifra", "there would be no figure left")
            } else {
                say!("el archivo tiene problemas; vea el informe", "the file has problems; see the report")
            };
            return Err(Problem::new(Reason::Malformed, "input.file", say).into());
        }
        let Summary { observations, first, last, .. } = self.summary;
        Ok(Stored {
            overrides,
            file: vault.put_file(self.file).await?,
            imported: self.imported,
            small: Some(self.small).filter(|small| small.cells > 0),
            observations,
            first: first.map(|period| period.to_string()),
            last: last.map(|period| period.to_string()),
        })
    }

    /// The reasons that stay with the vintage: one for each rule that does not add up.
    fn overridden(&self, overrides: Vec<Override>) -> Result<Vec<Override>> {
        const PATH: &str = "input.overrides";
        let mut bounds = Bounds::default();
        bounds.count(PATH, overrides.len(), totals::MOST_RULES);
        let rules: Vec<_> = overrides.iter().map(|one| one.rule.clone()).collect();
        bounds.distinct(PATH, &rules);
        for (at, one) in overrides.iter().enumerate() {
            bounds.words(format!("{PATH}.{at}.reason"), &one.reason, 2_000);
        }
        for (rule, count) in &self.report.totals.counts {
            if !rules.contains(rule) {
                let say = say!(
                    "`{rule}` no cuadra en {count}; corrija las cifras, o diga por qué quedan así",
                    "`{rule}` does not add up in {count}; mend the figures, or say why they stand"
                );
                bounds.add(Reason::DoesNotAddUp, PATH, say);
            }
        }
        bounds.done()?;
        Ok(overrides.into_iter().filter(|one| self.report.totals.counts.contains_key(&one.rule)).collect())
    }
}

/// A file that is in the vault, and what was found in it.
pub struct Stored {
    pub file: String,
    overrides: Vec<Override>,
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
    if !told.again
        && let Some(number) = imported_before(&work.db, id, &stored.imported).await?
    {
        return Err(Problem::new(
            Reason::Duplicate,
            "input.file",
            say!(
                "este mismo archivo ya es la entrega {number}; para importarlo otra vez, diga `again`",
                "this very file is vintage {number} already; to import it once more, say `again`"
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
        overrides: stored.overrides,
    };
    let content = DatasetContent { vintage: Some(vintage), ..Arc::unwrap_or_clone(content) };
    records::revise(work, id, expected, content, told.revision_note).await
}

/// The vintage that was made of this very file, whichever came after it: asked for those who work on the dataset.
#[expect(clippy::disallowed_methods, reason = "within one record, for those who are shown all its revisions")]
pub async fn imported_before(
    db: &impl ConnectionTrait,
    dataset: RecordId,
    imported: &str,
) -> Result<Option<u32>> {
    let told = records::Revision::find()
        .filter(RevisionColumn::RecordId.eq(dataset))
        .filter(RevisionColumn::Content.contains(format!("\"imported\":\"{imported}\"")))
        .order_by_asc(RevisionColumn::Number)
        .one(db)
        .await?;
    let content = told.and_then(|told| serde_json::from_str::<DatasetContent>(&told.content).ok());
    Ok(content.and_then(|content| content.vintage).map(|vintage| vintage.number))
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
