//! What was found about a document, kept for the next time it comes.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use apollo_compiler::{
    ExecutableDocument, Name, Schema,
    parser::Parser,
    validation::{DiagnosticList, Valid},
};
use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use quick_cache::{Weighter, sync::Cache};

use super::{
    limits::Limits,
    positions::Positions,
    refusal::{Kind, Places, Refusal},
    shape::Shape,
    translation::Twin,
};
use crate::say;

pub(super) type Hash = [u8; SHA256_OUTPUT_LEN];

/// A document that is sound, whatever the values it comes with.
pub(super) struct Checked {
    pub document: Valid<ExecutableDocument>,
    pub twin: Twin,
    pub depths: HashMap<Option<Name>, usize>,
    bytes: usize,
}

/// Sound documents and refused ones are kept apart, so that a flood of nonsense cannot push the
/// documents of honest clients out of memory.
pub(super) struct Verdicts {
    sound: Cache<Hash, Arc<Checked>, Memory>,
    refused: Cache<Hash, Refusal, Memory>,
    read: AtomicU64,
}

/// An estimate. A document read twice over (apollo's types and async-graphql's) takes some fifty
/// times its text.
#[derive(Clone)]
struct Memory;

impl Weighter<Hash, Arc<Checked>> for Memory {
    fn weight(&self, _: &Hash, checked: &Arc<Checked>) -> u64 {
        1024 + checked.bytes as u64 * 50
    }
}

impl Weighter<Hash, Refusal> for Memory {
    fn weight(&self, _: &Hash, _: &Refusal) -> u64 {
        8 * 1024
    }
}

impl Verdicts {
    pub(super) fn new(memory: u64) -> Self {
        Self {
            sound: Cache::with_weighter(2_000, memory, Memory),
            refused: Cache::with_weighter(500, memory / 16, Memory),
            read: AtomicU64::new(0),
        }
    }

    pub(super) fn on(
        &self,
        query: &str,
        schema: &Valid<Schema>,
        limits: &Limits,
    ) -> Result<(Arc<Checked>, Hash), Refusal> {
        let mut hash = Hash::default();
        hash.copy_from_slice(digest(&SHA256, query.as_bytes()).as_ref());
        if let Some(checked) = self.sound.get(&hash) {
            return Ok((checked, hash));
        }
        if let Some(refusal) = self.refused.get(&hash) {
            return Err(refusal);
        }
        self.read.fetch_add(1, Ordering::Relaxed);
        match Checked::new(query, schema, limits) {
            Ok(checked) => {
                let checked = Arc::new(checked);
                self.sound.insert(hash, checked.clone());
                Ok((checked, hash))
            }
            Err(refusal) => {
                self.refused.insert(hash, refusal.clone());
                Err(refusal)
            }
        }
    }

    pub(super) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

impl Checked {
    fn new(query: &str, schema: &Valid<Schema>, limits: &Limits) -> Result<Self, Refusal> {
        let places = Places::new(query);
        let mut parser = Parser::new().token_limit(limits.tokens).recursion_limit(limits.recursion);
        let parsed = parser.parse_ast(query, "document.graphql");
        let (tokens, levels) = (limits.tokens, limits.recursion);
        if parser.tokens_reached() > tokens {
            return Err(Refusal::limit(say!(
                "el documento tiene más de {tokens} símbolos, que es el máximo",
                "the document has more than {tokens} tokens, which is the limit"
            )));
        }
        if parser.recursion_reached() > levels {
            return Err(Refusal::limit(say!(
                "el documento anida más de {levels} niveles, que es el máximo",
                "the document nests more than {levels} levels, which is the limit"
            )));
        }
        let parsed =
            parsed.map_err(|wrong| Refusal::found(Kind::Syntax, &wrong.errors, &places, limits.errors))?;
        let shape = Shape::of(&parsed, limits)?;
        let invalid =
            |errors: &DiagnosticList| Refusal::found(Kind::Validation, errors, &places, limits.errors);
        // In two steps: what does not name things of the schema would bring errors after it that
        // explain nothing.
        let document = parsed.to_executable(schema).map_err(|wrong| invalid(&wrong.errors))?;
        let document = document.validate(schema).map_err(|wrong| invalid(&wrong.errors))?;
        if shape.cyclic || document.operations.is_empty() {
            return Err(Refusal::validation(
                say!(
                    "el documento no contiene una operación ejecutable",
                    "the document holds no operation that can be run"
                ),
                None,
            ));
        }
        Positions::check(schema, &document, &places)?;
        let twin = Twin::of(&parsed, &places)?;
        Ok(Self { document, twin, depths: shape.depths, bytes: query.len() })
    }
}
