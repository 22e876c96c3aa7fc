//! How two versions of a text differ, in words. Pure. Where they differ the machinery of plans says
//! ([`crate::plans::diff`]); here is said what that means, and which words of a sentence changed.

use serde_json::Value;

use super::draft::Draft;
use crate::{
    error::Result,
    plans::diff::{self, Change, ORDER},
    text::{Say, Text},
};

/// What became of some words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "TextSegmentKind")]
pub enum Segment {
    /// They stand in both.
    Same,
    /// They stood in the earlier only.
    Out,
    /// They stand in the later only.
    In,
}

/// Words that stand together, and what became of them.
#[derive(Clone, Debug, PartialEq, Eq, async_graphql::SimpleObject)]
#[graphql(name = "TextSegment")]
pub struct Piece {
    /// What became of them.
    pub kind: Segment,
    /// The words.
    pub words: String,
}

/// One difference between two versions.
pub struct Difference {
    pub change: Change,
    pub words: Text,
    pub pieces: Vec<Piece>,
}

/// What differs, in the order of the text.
pub fn differences(from: &Draft, to: &Draft) -> Result<Vec<Difference>> {
    let document = |draft: &Draft| serde_json::to_value(draft).map_err(anyhow::Error::from);
    let changes = diff::diff(&document(from)?, &document(to)?);
    let told = changes.into_iter().map(|change| {
        let Say { es, en } = said(&change, from, to);
        let pieces = match (&change.before, &change.after) {
            (Some(Value::String(before)), Some(Value::String(after))) if is_wording(&change) => {
                pieces(before, after)
            }
            _ => Vec::new(),
        };
        Difference { words: Text::both(es, en), pieces, change }
    });
    Ok(told.collect())
}

fn is_wording(change: &Change) -> bool {
    matches!(change.path.last().map(String::as_str), Some("es" | "en"))
}

/// The difference, as one would say it.
fn said(change: &Change, from: &Draft, to: &Draft) -> Say {
    let path: Vec<&str> = change.path.iter().map(String::as_str).collect();
    let happened = match (&change.before, &change.after) {
        (None, _) => ("se añade", "is added"),
        (_, None) => ("se suprime", "is taken out"),
        _ => ("cambia", "changes"),
    };
    let (es, en) = happened;
    let language = |step: &&str| {
        if *step == "en" { ("en inglés", "in English") } else { ("en español", "in Spanish") }
    };
    match path.as_slice() {
        ["title", lang] => {
            let (in_es, in_en) = language(lang);
            crate::say!("el título {es} {in_es}", "the title {en} {in_en}")
        }
        ["paragraphs", ORDER] => {
            crate::say!("los párrafos van en otro orden", "the paragraphs stand in another order")
        }
        ["paragraphs", key, rest @ ..] => {
            let (named_es, named_en) = named(key, from, to);
            let (what_es, what_en) = within(rest);
            let Say { es, en } = match rest {
                [] => crate::say!("{es}", "{en}"),
                ["text", lang] => {
                    let (in_es, in_en) = language(lang);
                    crate::say!("{es} {in_es}", "{en} {in_en}")
                }
                _ => crate::say!("{what_es} {es}", "{what_en} {en}"),
            };
            crate::say!("{named_es}: {es}", "{named_en}: {en}")
        }
        ["silences", ..] => crate::say!("un procedimiento de silencio {es}", "a silence procedure {en}"),
        _ => crate::say!("{es}", "{en}"),
    }
}

fn within(rest: &[&str]) -> (String, String) {
    match rest {
        ["state" | "by_silence", ..] => ("el estado".into(), "the state".into()),
        ["kind", ..] => ("la clase".into(), "the kind".into()),
        ["brackets", key, "alternatives", alternative, "supporters", ..] => {
            (format!("el apoyo a [{key}] {alternative}"), format!("support of [{key}] {alternative}"))
        }
        ["brackets", key, "alternatives", alternative, ..] => {
            (format!("la alternativa [{key}] {alternative}"), format!("alternative [{key}] {alternative}"))
        }
        ["brackets", key, ..] => (format!("el corchete [{key}]"), format!("bracket [{key}]")),
        _ => ("el texto".into(), "the text".into()),
    }
}

/// A paragraph by its number in the later version, or in the earlier if it is gone.
fn named(key: &str, from: &Draft, to: &Draft) -> (String, String) {
    let number = [to, from].into_iter().find_map(|draft| {
        let at = draft.paragraphs.iter().position(|paragraph| paragraph.key == key)?;
        draft.numbers().into_iter().nth(at)
    });
    let number = number.unwrap_or_else(|| key.to_owned());
    (format!("párrafo {number}"), format!("paragraph {number}"))
}

/// Which words of a sentence went and came: the longest that both have in common stays.
pub fn pieces(before: &str, after: &str) -> Vec<Piece> {
    let (from, to): (Vec<&str>, Vec<&str>) =
        (before.split_whitespace().collect(), after.split_whitespace().collect());
    let start = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let rest = from.len().min(to.len()) - start;
    let end =
        from.iter().rev().zip(to.iter().rev()).take(rest).take_while(|(one, other)| one == other).count();
    let (middle_from, middle_to) = (&from[start..from.len() - end], &to[start..to.len() - end]);
    let mut told = Vec::new();
    from[..start].iter().for_each(|word| push(&mut told, Segment::Same, word));
    common(middle_from, middle_to, &mut told);
    from[from.len() - end..].iter().for_each(|word| push(&mut told, Segment::Same, word));
    told
}

/// Longest common subsequence. A paragraph has at most 3,000 characters, so 1,500 words: the table has
/// two million cells of two bytes at most.
fn common(from: &[&str], to: &[&str], told: &mut Vec<Piece>) {
    let width = to.len() + 1;
    let mut longest = vec![0_u16; (from.len() + 1) * width];
    for at in (0..from.len()).rev() {
        for other in (0..to.len()).rev() {
            longest[at * width + other] = match from[at] == to[other] {
                true => longest[(at + 1) * width + other + 1] + 1,
                false => longest[(at + 1) * width + other].max(longest[at * width + other + 1]),
            };
        }
    }
    let (mut at, mut other) = (0, 0);
    while at < from.len() || other < to.len() {
        if at < from.len() && other < to.len() && from[at] == to[other] {
            push(told, Segment::Same, from[at]);
            (at, other) = (at + 1, other + 1);
        } else if other == to.len()
            || (at < from.len() && longest[(at + 1) * width + other] >= longest[at * width + other + 1])
        {
            push(told, Segment::Out, from[at]);
            at += 1;
        } else {
            push(told, Segment::In, to[other]);
            other += 1;
        }
    }
}

fn push(told: &mut Vec<Piece>, kind: Segment, word: &str) {
    match told.last_mut() {
        Some(last) if last.kind == kind => {
            last.words.push(' ');
            last.words.push_str(word);
        }
        _ => told.push(Piece { kind, words: word.into() }),
    }
}
