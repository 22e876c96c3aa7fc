//! What is told to whoever is turned away at the gate.

use std::sync::Arc;

use apollo_compiler::{diagnostic::ToCliReport, parser::SourceSpan, validation::DiagnosticList};
use async_graphql::{Pos, Response, ServerError};

use crate::{
    error::{Error, Problem, present},
    say,
    text::{Lang, Say},
};

/// The errors of a request that was not run. Languages are chosen when it is told, so that one
/// refusal serves everyone who sends the same document.
#[derive(Clone, Debug)]
pub struct Refusal {
    kind: Kind,
    told: Vec<Told>,
}

#[derive(Clone, Debug)]
struct Told {
    error: Arc<Error>,
    places: Vec<Pos>,
}

/// Which question of the gate was answered with no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Not GraphQL.
    Syntax,
    /// GraphQL, but not of this schema.
    Validation,
    /// More than the node does for one request.
    Limit,
    /// The document does not say which operation to run.
    Operation,
    /// A value does not fit the variable it is for.
    Variables,
}

impl Refusal {
    pub(super) fn limit(say: Say) -> Self {
        Self::one(Kind::Limit, Error::Limited(say), Vec::new())
    }

    pub(super) fn operation(say: Say) -> Self {
        Self::one(Kind::Operation, Error::BadRequest(say), Vec::new())
    }

    pub(super) fn validation(say: Say, place: Option<Pos>) -> Self {
        Self::one(Kind::Validation, Error::BadRequest(say), place.into_iter().collect())
    }

    pub(super) fn variables(problems: Vec<Problem>) -> Self {
        Self::one(Kind::Variables, Error::Invalid(problems), Vec::new())
    }

    fn one(kind: Kind, error: Error, places: Vec<Pos>) -> Self {
        Self { kind, told: vec![Told { error: Arc::new(error), places }] }
    }

    /// What the parser or the validator found, which both say in English, up to `most` of it.
    pub(super) fn found(kind: Kind, errors: &DiagnosticList, places: &Places, most: usize) -> Self {
        let told = errors
            .iter()
            .take(most.max(1))
            .map(|found| {
                let what = shortened(found.error.to_string());
                let say = match kind {
                    Kind::Syntax => say!(
                        "el documento no es GraphQL válido: {what}",
                        "the document is not valid GraphQL: {what}"
                    ),
                    _ => say!(
                        "el documento no concuerda con el esquema: {what}",
                        "the document does not match the schema: {what}"
                    ),
                };
                let places = places.of(found.error.location()).into_iter().collect();
                Told { error: Arc::new(Error::BadRequest(say)), places }
            })
            .collect();
        Self { kind, told }
    }

    /// `syntax`, `validation`, `limit`, `operation` or `variables`: the label of the metrics.
    pub fn kind(&self) -> &'static str {
        match self.kind {
            Kind::Syntax => "syntax",
            Kind::Validation => "validation",
            Kind::Limit => "limit",
            Kind::Operation => "operation",
            Kind::Variables => "variables",
        }
    }

    /// `BAD_REQUEST`, `LIMITED` or `BAD_USER_INPUT`.
    pub fn code(&self) -> &'static str {
        self.told.first().map_or("BAD_REQUEST", |told| told.error.code())
    }

    /// The answer, already presented; presenting it once more changes nothing.
    pub fn response(&self, lang: Lang) -> Response {
        let errors = self.told.iter().map(|told| ServerError {
            message: String::new(),
            source: Some(told.error.clone()),
            locations: told.places.clone(),
            path: Vec::new(),
            extensions: None,
        });
        present(Response::from_errors(errors.collect()), lang, "")
    }
}

/// A message may quote what was sent, which may be as long as the document.
fn shortened(mut message: String) -> String {
    const MOST: usize = 300;
    if message.len() > MOST {
        let end = message.floor_char_boundary(MOST);
        message.truncate(end);
        message.push('…');
    }
    message
}

/// Where an offset lies, as line and column. One pass over the document, then a look-up: counting
/// anew for each node takes seconds for a long document on one line.
pub(super) struct Places {
    lines: Vec<usize>,
    /// Characters before each byte; columns are counted in characters.
    characters: Vec<u32>,
}

impl Places {
    pub(super) fn new(source: &str) -> Self {
        let mut lines = vec![0];
        let mut characters = Vec::with_capacity(source.len() + 1);
        let mut count = 0;
        for (offset, c) in source.char_indices() {
            characters.resize(offset + c.len_utf8(), count);
            count += 1;
            if c == '\n' {
                lines.push(offset + 1);
            }
        }
        characters.push(count);
        Self { lines, characters }
    }

    pub(super) fn of(&self, span: Option<SourceSpan>) -> Option<Pos> {
        let offset = span?.offset();
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = *self.lines.get(line.checked_sub(1)?)?;
        let column = self.characters.get(offset)?.checked_sub(*self.characters.get(start)?)?;
        Some(Pos { line, column: column as usize + 1 })
    }
}
