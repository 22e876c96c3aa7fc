//! SDMX-CSV 2.0: its first columns, and rows that change the figures of before instead of saying all of them.
//!
//! `I`, `A` and `M` write a figure and leave all others as they are; `R` does, and forgets what the row does not
//! say; `D` deletes the figures with its codes, an empty field standing for any.

use super::{header::same, row::Wrong};
use crate::{error::Reason, say, statistics::period::Period};

/// Where the columns stand that only SDMX-CSV has.
#[derive(Clone, Debug, Default)]
pub struct Leading {
    pub structure: usize,
    pub structure_id: usize,
    pub action: Option<usize>,
}

/// The names of the first columns, after `STRUCTURE`; they say nothing that a dimension does not.
pub const STRUCTURE_ID: &str = "STRUCTURE_ID";
pub const ACTION: &str = "ACTION";
pub const SPOKEN_TWICE: [&str; 3] = ["STRUCTURE_NAME", "SERIES_KEY", "OBS_KEY"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Merge,
    Replace,
    Delete,
}

/// What a file does to the figures of before.
#[derive(Clone, Debug, Default)]
pub struct Amends {
    pub deletions: Vec<Deletion>,
    /// Whether rows without a status leave the one that the figure has.
    pub keeps_status: bool,
    /// Whether any row replaces.
    pub replaces: bool,
}

/// The figures that go: of these codes, and of this period; `None` is any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    pub line: u64,
    pub codes: Vec<Option<String>>,
    pub period: Option<Period>,
}

/// So many deletions are taken from one file; more are a new whole.
pub const MOST_DELETIONS: usize = 100_000;

/// The field separator: what follows the word `STRUCTURE`, or its term in square brackets.
pub fn separator(text: &[u8]) -> Option<u8> {
    let quoted = text.first() == Some(&b'"');
    let rest = text.strip_prefix(b"\"").unwrap_or(text).strip_prefix(b"STRUCTURE")?;
    let rest = match rest.strip_prefix(b"[") {
        Some(term) => &term[term.iter().take(8).position(|byte| *byte == b']')? + 1..],
        None => rest,
    };
    let rest = if quoted { rest.strip_prefix(b"\"")? } else { rest };
    let separator = *rest.first()?;
    (!separator.is_ascii_alphanumeric()
        && separator.is_ascii()
        && !matches!(separator, b'_' | b'"' | b'\r' | b'\n'))
    .then_some(separator)
}

/// Whether a first line is one of SDMX-CSV.
pub fn begins(headers: &[String]) -> bool {
    let first = headers.first().map_or("", |first| first.split('[').next().unwrap_or_default());
    first == "STRUCTURE" && headers.get(1).is_some_and(|second| same(id(second), STRUCTURE_ID))
}

/// The id in `SEX: Sex`, or the whole.
pub fn id(text: &str) -> &str {
    text.split_once(": ").map_or(text, |(id, _)| id)
}

pub fn action(text: &str) -> Result<Action, Wrong> {
    match text {
        "" | "I" | "A" | "M" => Ok(Action::Merge),
        "R" => Ok(Action::Replace),
        "D" => Ok(Action::Delete),
        _ => Err((
            Reason::Unknown,
            say!(
                "la acción es `I`, `A` o `M` (agregar), `R` (reemplazar) o `D` (eliminar)",
                "the action is `I`, `A` or `M` (merge), `R` (replace) or `D` (delete)"
            ),
            None,
        )),
    }
}
