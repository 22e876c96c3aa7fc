//! Bounds on what comes in. Problems are gathered, so that a person mends them in one go.

use std::{collections::HashSet, fmt::Display, hash::Hash};

use crate::{
    error::{Error, Problem, Reason, Result},
    say,
    text::{Say, Text},
};

/// Longest name or title, in characters.
pub const NAME: usize = 300;
/// Longest narrative text, in characters.
pub const NARRATIVE: usize = 20_000;

/// Gathers what is wrong with an input.
#[derive(Debug, Default)]
pub struct Bounds(Vec<Problem>);

impl Bounds {
    pub fn add(&mut self, reason: Reason, path: impl Into<String>, say: Say) {
        self.0.push(Problem::new(reason, path, say));
    }

    /// A text that must be there, is not too long, and holds nothing but text.
    pub fn text(&mut self, path: impl Display, text: &str, longest: usize) {
        if text.trim().is_empty() {
            self.add(
                Reason::Required,
                path.to_string(),
                say!("no puede quedar en blanco", "must not be blank"),
            );
        }
        self.optional(path, Some(text), longest);
    }

    /// A text that may be left out.
    pub fn optional(&mut self, path: impl Display, text: Option<&str>, longest: usize) {
        let Some(text) = text else { return };
        let length = text.chars().count();
        if length > longest {
            self.add(
                Reason::TooLarge,
                path.to_string(),
                say!(
                    "a lo sumo {longest} caracteres, no {length}",
                    "at most {longest} characters, not {length}"
                ),
            );
        }
        if let Some(odd) = text.chars().find(|c| unwritten(*c)) {
            let code = odd as u32;
            self.add(
                Reason::Malformed,
                path.to_string(),
                say!(
                    "contiene el carácter de control U+{code:04X}; quítelo",
                    "holds the control character U+{code:04X}; take it out"
                ),
            );
        }
    }

    pub fn words(&mut self, path: impl Display, text: &Text, longest: usize) {
        self.text(format!("{path}.es"), &text.es, longest);
        if let Some(en) = &text.en {
            self.text(format!("{path}.en"), en, longest);
        }
    }

    pub fn words_if(&mut self, path: impl Display, text: Option<&Text>, longest: usize) {
        if let Some(text) = text {
            self.words(path, text, longest);
        }
    }

    pub fn count(&mut self, path: impl Display, count: usize, most: usize) {
        if count > most {
            self.add(
                Reason::TooLarge,
                path.to_string(),
                say!("a lo sumo {most} elementos, no {count}", "at most {most} items, not {count}"),
            );
        }
    }

    /// The second of two equal things in a list.
    pub fn distinct<T: Eq + Hash>(&mut self, path: impl Display, items: &[T]) {
        let mut seen = HashSet::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            if !seen.insert(item) {
                self.add(
                    Reason::Duplicate,
                    format!("{path}.{at}"),
                    say!("ya está en la lista", "is in the list already"),
                );
            }
        }
    }

    pub fn done(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}

/// Controls that are no part of written text: all but the line feed and the tab, and the marks
/// that turn the direction of what follows, with which a text can be made to look like another. And what XML
/// cannot hold.
fn unwritten(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}')
}
