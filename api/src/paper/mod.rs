//! What goes on paper, whatever it is of: one shape, and the press that sets it.
//!
//! A [`Paper`] is made of what its reader is shown and of nothing else. Its JSON is what `enlace-press` reads (see
//! `src/press/`); its words stand in it as data.

mod press;
mod words;

use serde::Serialize;

use crate::{
    error::{Problem, Reason, Result},
    ledger::sha256,
    say,
    text::{Lang, Text},
};

pub use press::{Jam, Press};
pub use words::{Cell, Words, grouped};

/// What is printed, and what stands on each of its pages.
#[derive(Clone, Debug, Serialize)]
pub struct Paper {
    /// In which languages: one, or both beside one another.
    pub langs: Vec<Lang>,
    /// What sort of paper it is, such as a contingency plan.
    pub kind: Words,
    pub title: Words,
    /// The country and the institution that answer for it.
    pub owner: Words,
    /// The national legend, line by line.
    pub legend: Vec<Words>,
    /// The handling mark.
    pub mark: &'static str,
    /// What is printed large across each page, such as that it is a draft.
    pub stamps: Vec<Words>,
    /// The number of the revision, for those to whom it is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<Words>,
    /// What the printed portions are named by.
    pub hashes: Vec<Hash>,
    /// When what is printed was saved: year, month, day, hour, minute, second (UTC).
    pub dated: [i64; 6],
    pub blocks: Vec<Block>,
}

/// SHA-256 of what is printed, so that the paper can be held against the record.
#[derive(Clone, Debug, Serialize)]
pub struct Hash {
    pub label: Words,
    pub value: String,
}

/// A piece of the text.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "block", rename_all = "lowercase")]
pub enum Block {
    Heading {
        /// 1 for the title, 2 and 3 below.
        level: u8,
        text: Words,
        /// The handling mark of what stands under it, where it has its own.
        #[serde(skip_serializing_if = "Option::is_none")]
        mark: Option<&'static str>,
    },
    Paragraph {
        text: Words,
    },
    /// Something that must not be overlooked.
    Note {
        text: Words,
    },
    /// Labels, each with what it says.
    Facts {
        rows: Vec<(Words, Cell)>,
    },
    Table {
        columns: Vec<Column>,
        rows: Vec<Vec<Cell>>,
    },
}

/// A column of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    pub head: Words,
    /// Its share of the width.
    pub width: u8,
    /// Whether it holds numbers, which stand at the right.
    pub number: bool,
}

impl Column {
    pub fn new(head: impl Into<Words>, width: u8) -> Self {
        Self { head: head.into(), width, number: false }
    }

    pub fn number(head: impl Into<Words>, width: u8) -> Self {
        Self { head: head.into(), width, number: true }
    }
}

impl Block {
    pub fn heading(level: u8, text: impl Into<Words>) -> Self {
        Self::Heading { level, text: text.into(), mark: None }
    }

    pub fn paragraph(text: impl Into<Words>) -> Self {
        Self::Paragraph { text: text.into() }
    }

    pub fn note(text: impl Into<Words>) -> Self {
        Self::Note { text: text.into() }
    }
}

/// A table, if it has rows.
pub fn table(columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Option<Block> {
    (!rows.is_empty()).then_some(Block::Table { columns, rows })
}

/// Labels and what they say, of those that say something.
pub fn facts(rows: Vec<Option<(Words, Cell)>>) -> Option<Block> {
    let rows: Vec<_> = rows.into_iter().flatten().collect();
    (!rows.is_empty()).then_some(Block::Facts { rows })
}

/// A label and what it says, if it says something.
pub fn fact(es: &str, en: &str, says: Option<impl Into<Cell>>) -> Option<(Words, Cell)> {
    Some((Words::from(Text::both(es, en)), says?.into()))
}

/// The languages of a paper, as they are asked for: `es`, `en` or `both`.
pub fn langs(asked: Option<&str>, usual: Lang) -> Result<Vec<Lang>> {
    Ok(match asked {
        None => vec![usual],
        Some("es") => vec![Lang::Es],
        Some("en") => vec![Lang::En],
        Some("both") => vec![Lang::Es, Lang::En],
        Some(_) => {
            let say = say!("`es`, `en` o `both`", "`es`, `en` or `both`");
            return Err(Problem::new(Reason::Unknown, "lang", say).into());
        }
    })
}

impl Paper {
    /// As the press reads it.
    pub fn written(&self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec(self).map_err(anyhow::Error::from)?)
    }
}

/// What a printed paper is named by: the same as long as neither what it says nor how it is set has changed.
pub fn tag(written: &[u8]) -> String {
    const TEMPLATE: &str = include_str!("../press/paper.typ");
    sha256(&[TEMPLATE.as_bytes(), written].concat())
}
