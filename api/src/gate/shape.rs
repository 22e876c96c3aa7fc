//! The size of a document once its fragments are written out, found without writing them out.
//! Asked before validation, and long before the executor, so that neither meets a bomb.

use std::collections::HashMap;

use apollo_compiler::{
    Name, Node,
    ast::{Definition, Document, FragmentDefinition, OperationDefinition, Selection},
};

use super::{limits::Limits, refusal::Refusal};
use crate::say;

/// Of a selection set or a fragment, expanded.
#[derive(Clone, Copy, Debug, Default)]
struct Extent {
    selections: u64,
    depth: usize,
    nesting: usize,
}

/// What the whole document amounts to.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Fields within fields, of each operation.
    pub depths: HashMap<Option<Name>, usize>,
    /// A fragment contains itself. The validator says so with words; nothing may pass here.
    pub cyclic: bool,
}

struct Surveyor<'a> {
    limits: &'a Limits,
    fragments: HashMap<&'a Name, &'a Node<FragmentDefinition>>,
    /// `None` while a fragment is being measured: to meet it again then is a cycle.
    measured: HashMap<&'a Name, Option<Extent>>,
    aliases: usize,
    cyclic: bool,
}

impl Shape {
    /// Fails when the document is larger than the limits in any respect that its text decides.
    pub(super) fn of(document: &Document, limits: &Limits) -> Result<Self, Refusal> {
        let operations: Vec<&Node<OperationDefinition>> =
            document.definitions.iter().filter_map(Definition::as_operation_definition).collect();
        if operations.len() > limits.operations {
            let (n, most) = (operations.len(), limits.operations);
            return Err(Refusal::limit(say!(
                "el documento tiene {n} operaciones; el máximo es {most}",
                "the document has {n} operations; the limit is {most}"
            )));
        }
        let fragments = document.definitions.iter().filter_map(Definition::as_fragment_definition);
        let mut surveyor = Surveyor {
            limits,
            fragments: fragments.map(|fragment| (&fragment.name, fragment)).collect(),
            measured: HashMap::new(),
            aliases: 0,
            cyclic: false,
        };
        let mut shape = Self::default();
        let mut selections = 0_u64;
        for operation in operations {
            let extent = surveyor.measure(&operation.selection_set, 0)?;
            selections = selections.saturating_add(extent.selections);
            surveyor.check(extent.depth, selections)?;
            shape.depths.insert(operation.name.clone(), extent.depth);
        }
        // A fragment that nothing spreads is refused by the validator, which must reach that point.
        for fragment in document.definitions.iter().filter_map(Definition::as_fragment_definition) {
            let extent = surveyor.fragment(&fragment.name, 0)?;
            surveyor.check(extent.depth, extent.selections)?;
        }
        shape.cyclic = surveyor.cyclic;
        Ok(shape)
    }
}

impl<'a> Surveyor<'a> {
    fn measure(&mut self, set: &'a [Selection], level: usize) -> Result<Extent, Refusal> {
        self.check_nesting(level)?;
        let mut extent = Extent::default();
        for selection in set {
            let (inner, field) = match selection {
                Selection::Field(field) => {
                    if field.alias.is_some() {
                        self.count_alias()?;
                    }
                    if field.selection_set.is_empty() {
                        (Extent::default(), 1)
                    } else {
                        (self.measure(&field.selection_set, level + 1)?, 1)
                    }
                }
                Selection::InlineFragment(inline) => (self.measure(&inline.selection_set, level + 1)?, 0),
                Selection::FragmentSpread(spread) => (self.fragment(&spread.fragment_name, level + 1)?, 0),
            };
            let nested = usize::from(field == 0 || inner.selections > 0);
            extent.selections = extent.selections.saturating_add(1).saturating_add(inner.selections);
            extent.depth = extent.depth.max(inner.depth + field);
            extent.nesting = extent.nesting.max(inner.nesting + nested);
        }
        Ok(extent)
    }

    fn fragment(&mut self, name: &'a Name, level: usize) -> Result<Extent, Refusal> {
        self.check_nesting(level)?;
        match self.measured.get(name) {
            Some(Some(known)) => {
                let known = *known;
                self.check_nesting(level + known.nesting)?;
                return Ok(known);
            }
            Some(None) => {
                self.cyclic = true;
                return Ok(Extent::default());
            }
            None => {}
        }
        // The validator tells of a fragment that does not exist.
        let Some(fragment) = self.fragments.get(name).copied() else { return Ok(Extent::default()) };
        self.measured.insert(name, None);
        let extent = self.measure(&fragment.selection_set, level)?;
        self.measured.insert(name, Some(extent));
        Ok(extent)
    }

    fn count_alias(&mut self) -> Result<(), Refusal> {
        self.aliases += 1;
        let most = self.limits.aliases;
        if self.aliases > most {
            return Err(Refusal::limit(say!(
                "el documento escribe más de {most} alias, que es el máximo",
                "the document writes more than {most} aliases, which is the limit"
            )));
        }
        Ok(())
    }

    /// Asked on the way down, so that a chain of fragments cannot exhaust the stack.
    fn check_nesting(&self, nesting: usize) -> Result<(), Refusal> {
        let most = self.limits.nesting;
        if nesting > most {
            return Err(Refusal::limit(say!(
                "las selecciones están anidadas en más de {most} niveles, fragmentos incluidos, que es el máximo",
                "selections are nested more than {most} levels deep, fragments included, which is the limit"
            )));
        }
        Ok(())
    }

    fn check(&self, depth: usize, selections: u64) -> Result<(), Refusal> {
        let most = self.limits.depth;
        if depth > most {
            return Err(Refusal::limit(say!(
                "la consulta tiene {depth} niveles de campos; el máximo es {most}",
                "the query is {depth} fields deep; the limit is {most}"
            )));
        }
        let most = self.limits.selections;
        if selections > most {
            return Err(Refusal::limit(say!(
                "con sus fragmentos desplegados, el documento selecciona {selections} campos; el máximo es {most}",
                "with its fragments written out, the document selects {selections} fields; the limit is {most}"
            )));
        }
        Ok(())
    }
}
