//! `Idempotency-Key`: a command that is sent twice is carried out once.

use axum::http::HeaderMap;
use serde_json::{Map, Value};

use super::{question::Question, refused::Refused};
use crate::{
    gate::{Admitted, OperationKind},
    ledger::{Once, sha256},
    say,
};

const HEADER: &str = "idempotency-key";

/// The key a request came with: 1 to 64 visible ASCII characters.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<&str>, Refused> {
    let mut given = headers.get_all(HEADER).iter();
    let Some(first) = given.next() else { return Ok(None) };
    let sound = |key: &&str| (1..=64).contains(&key.len()) && key.bytes().all(|c| c.is_ascii_graphic());
    match first.to_str().ok().filter(sound) {
        Some(key) if given.next().is_none() => Ok(Some(key)),
        _ => Err(Refused::request(say!(
            "`Idempotency-Key` debe tener de 1 a 64 caracteres ASCII visibles, y venir una sola vez",
            "`Idempotency-Key` must be 1 to 64 visible ASCII characters, and be sent once"
        ))),
    }
}

/// What the ledger remembers the request by. A key stands for one command: with a query it would
/// mean nothing, and with two commands it could not say which of them was done.
pub(super) fn once(key: &str, question: &Question, admitted: &Admitted) -> Result<Once, Refused> {
    let commands = admitted.root_fields.iter().filter(|field| !field.starts_with("__")).count();
    if admitted.kind != OperationKind::Mutation || commands != 1 {
        return Err(not_here());
    }
    let name = admitted.operation_name.as_deref().unwrap_or_default();
    let variables = Value::Object(sorted(&question.variables));
    let request = sha256(format!("{}\n{name}\n{variables}", admitted.document_hash()).as_bytes());
    Ok(Once { key: key.into(), request })
}

pub(super) fn not_here() -> Refused {
    Refused::request(say!(
        "`Idempotency-Key` solo acompaña a una mutación con un único campo en la raíz",
        "`Idempotency-Key` goes with a mutation of exactly one root field only"
    ))
}

/// The same values hash alike, in whatever order a client writes them.
fn sorted(object: &Map<String, Value>) -> Map<String, Value> {
    let mut entries: Vec<_> = object.iter().collect();
    entries.sort_by_key(|(name, _)| *name);
    entries.into_iter().map(|(name, value)| (name.clone(), sorted_value(value))).collect()
}

fn sorted_value(value: &Value) -> Value {
    match value {
        Value::Object(object) => Value::Object(sorted(object)),
        Value::Array(items) => Value::Array(items.iter().map(sorted_value).collect()),
        plain => plain.clone(),
    }
}
