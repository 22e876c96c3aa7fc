//! What a document must pass before it runs.
//!
//! A request meets these questions in this order, each cheaper to ask than what it guards:
//!
//! 1. Is the text of a reasonable length? ([`Limits::bytes`])
//! 2. Have we seen this document before? The verdict, good or bad, is kept by its SHA-256.
//! 3. Is it GraphQL, within so many tokens and so many brackets? (apollo-compiler's parser)
//! 4. How large is it once its fragments are written out? (`shape`, without writing them out)
//! 5. Is it valid against our schema? (apollo-compiler, and `positions` for what it leaves)
//! 6. Which operation is meant, and do the values fit its variables? (`variables`)
//! 7. What does it cost with these values? ([`cost`])
//!
//! Questions 3 to 5 depend on the document alone and are asked once per document. What passes is
//! handed to async-graphql already parsed (`translation`), so its own parser never reads what a
//! stranger wrote, and its own validation can stay at the fastest mode.
//!
//! [`Propagate`] is the other half: what becomes of errors while the document runs.

pub mod cost;
mod described;
mod limits;
mod operation;
mod positions;
mod propagate;
mod refusal;
mod shape;
mod translation;
mod variables;
mod verdict;

use std::{fmt, sync::Arc};

use anyhow::anyhow;
use apollo_compiler::{Schema, ast::OperationType, executable::Operation, validation::Valid};
use async_graphql::{Request, Variables, parser::types::ExecutableDocument};
use serde_json::{Map, Value as Json};

use crate::say;

pub use limits::Limits;
pub use propagate::Propagate;
pub use refusal::Refusal;

use cost::Scale;
use described::Described;
use verdict::{Checked, Hash, Verdicts};

/// What async-graphql also tells in introspection, and tools ask for, though apollo-compiler 1.33
/// does not know it.
const ALSO_DESCRIBED: &str = "extend type __Type { isOneOf: Boolean }";

/// The gate of one schema.
pub struct Gate {
    schema: Valid<Schema>,
    described: Described,
    limits: Limits,
    verdicts: Verdicts,
}

/// A request that may run.
#[derive(Clone)]
pub struct Admitted {
    pub kind: OperationKind,
    /// The fields at the root by their names, not their aliases, as often as they will be
    /// resolved; fragments are expanded and what `@skip` leaves out is not there.
    pub root_fields: Vec<String>,
    /// The values of its variables, coerced; an omitted variable is not there.
    pub variables: Variables,
    pub operation_name: Option<String>,
    pub cost: u64,
    pub depth: usize,
    checked: Arc<Checked>,
    hash: Hash,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    Query,
    Mutation,
    Subscription,
}

impl Gate {
    /// For the schema that async-graphql printed.
    pub fn new(sdl: &str, limits: Limits) -> anyhow::Result<Self> {
        let schema = Schema::parse_and_validate(format!("{sdl}\n{ALSO_DESCRIBED}"), "schema/api.graphql")
            .map_err(|wrong| anyhow!("the schema is not valid: {}", wrong.errors))?;
        let described = Described::of(&schema);
        Ok(Self { described, verdicts: Verdicts::new(limits.memory), schema, limits })
    }

    /// Lets a request in, or says why not.
    pub fn admit(
        &self,
        query: &str,
        operation_name: Option<&str>,
        variables: &Map<String, Json>,
    ) -> Result<Admitted, Refusal> {
        let (length, most) = (query.len(), self.limits.bytes);
        if length > most {
            return Err(Refusal::limit(say!(
                "el documento mide {length} bytes; el máximo es {most}",
                "the document is {length} bytes long; the limit is {most}"
            )));
        }
        let (checked, hash) = self.verdicts.on(query, &self.schema, &self.limits)?;
        let operation = selected(&checked, operation_name.filter(|name| !name.is_empty()))?;
        let variables = variables::coerce(&self.schema, operation, variables, self.limits.errors)
            .map_err(Refusal::variables)?;
        let (cost, root_fields) = self.weigh(&checked, operation, &variables)?;
        Ok(Admitted {
            kind: match operation.operation_type {
                OperationType::Query => OperationKind::Query,
                OperationType::Mutation => OperationKind::Mutation,
                OperationType::Subscription => OperationKind::Subscription,
            },
            root_fields,
            variables,
            operation_name: operation.name.as_ref().map(|name| name.to_string()),
            cost,
            depth: checked.depths.get(&operation.name).copied().unwrap_or_default(),
            checked,
            hash,
        })
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How many documents were read since the start; the others were answered from memory.
    pub fn documents_read(&self) -> u64 {
        self.verdicts.read()
    }

    fn weigh(
        &self,
        checked: &Checked,
        operation: &Operation,
        variables: &Variables,
    ) -> Result<(u64, Vec<String>), Refusal> {
        let mut scale = Scale::new(&checked.document, variables, &self.described);
        let most = self.limits.root_fields;
        let root_fields = scale.roots(operation, most);
        if root_fields.len() > most {
            return Err(Refusal::limit(say!(
                "la operación pide más de {most} campos en la raíz, que es el máximo",
                "the operation asks for more than {most} fields at the root, which is the limit"
            )));
        }
        let (cost, most) = (scale.weigh(operation), self.limits.cost);
        if cost > most {
            return Err(Refusal::limit(say!(
                "la operación cuesta {cost}; el máximo es {most}. Pida páginas más pequeñas o menos listas anidadas",
                "the operation costs {cost}; the limit is {most}. Ask for smaller pages or fewer nested lists"
            )));
        }
        Ok((cost, root_fields))
    }
}

/// Without the values: they may be anyone's.
impl fmt::Debug for Admitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admitted")
            .field("document_hash", &self.document_hash())
            .field("kind", &self.kind)
            .field("root_fields", &self.root_fields)
            .field("cost", &self.cost)
            .field("depth", &self.depth)
            .finish_non_exhaustive()
    }
}

impl Admitted {
    /// The operation that is meant, with the fragments it needs.
    pub fn document(&self) -> ExecutableDocument {
        operation::cut(&self.checked.twin, self.operation_name.as_deref(), &self.variables)
            .expect("what was admitted has the operation that was meant")
    }

    /// SHA-256 of the text, in hexadecimal: the key of trusted documents and persisted queries.
    pub fn document_hash(&self) -> String {
        self.hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The request to execute. What the resolvers need of the caller is added by whoever runs it.
    pub fn to_request(&self) -> Request {
        let mut request = Request::new("").variables(self.variables.clone());
        request.operation_name = self.operation_name.clone();
        request.set_parsed_query(self.document());
        request
    }
}

/// GetOperation of the specification.
fn selected<'a>(checked: &'a Arc<Checked>, name: Option<&str>) -> Result<&'a Operation, Refusal> {
    let operation = checked.document.operations.get(name).map_err(|_| {
        let known = checked.document.operations.named.keys().map(|name| name.as_str());
        let known = known.take(20).collect::<Vec<_>>().join(", ");
        Refusal::operation(match name {
            Some(name) => {
                let name: String = name.chars().take(80).collect();
                say!(
                    "el documento no contiene la operación `{name}`; contiene: {known}",
                    "the document has no operation `{name}`; it has: {known}"
                )
            }
            None => say!(
                "diga con `operationName` cuál de las operaciones ejecutar: {known}",
                "say with `operationName` which of the operations to run: {known}"
            ),
        })
    })?;
    Ok(operation)
}
