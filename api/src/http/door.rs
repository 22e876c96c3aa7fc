//! What every root field is held against before anything runs: the policy table.

use async_graphql::Positioned;
use async_graphql::{
    Name, PathSegment, Value, Variables,
    parser::types::{Directive, ExecutableDocument, Selection, SelectionSet},
};

use crate::{
    access::{
        Viewer,
        policy::{Need, need},
    },
    error::Error,
    gate::Admitted,
    say,
};

/// One error for each root field that is not for this viewer, with its path in the answer. A field
/// that is not in the table is for nobody, though it exists. What the schema says of itself
/// (`__typename`, `__schema`, `__type`) is for everybody.
pub(super) fn refusals(admitted: &Admitted, viewer: Option<&Viewer>) -> Vec<(Error, Vec<PathSegment>)> {
    let mut refused = Vec::new();
    for (at, field) in admitted.root_fields.iter().enumerate() {
        refused.extend(refusal(field, viewer).map(|error| (at, field, error)));
    }
    if refused.is_empty() {
        return Vec::new();
    }
    let shown = shown(&admitted.document(), &admitted.variables);
    let mut refusals: Vec<(Error, Vec<PathSegment>)> = Vec::new();
    for (at, field, error) in refused {
        // Both lists walk the operation in the same order; should they ever part, the field's own
        // name serves.
        let key = shown.get(at).filter(|(name, _)| name == field).map_or(field, |(_, key)| key);
        let path = vec![PathSegment::Field(key.clone())];
        if refusals.iter().all(|(_, known)| *known != path) {
            refusals.push((error, path));
        }
    }
    refusals
}

fn refusal(field: &str, viewer: Option<&Viewer>) -> Option<Error> {
    if field.starts_with("__") {
        return None;
    }
    let Some(viewer) = viewer else { return Some(Error::Unauthenticated) };
    match need(field) {
        Some(need) if need.met_by(&viewer.roles) => None,
        Some(Need::May(action)) => Some(Error::Forbidden(action.say())),
        Some(Need::Token) | None => Some(Error::Forbidden(say!("pedir `{field}`", "ask for `{field}`"))),
    }
}

/// The fields at the root and the names they have in the answer, in order, as often as they are
/// written. The gate has seen to it that they are few.
fn shown(document: &ExecutableDocument, variables: &Variables) -> Vec<(String, String)> {
    let mut shown = Vec::new();
    if let Some((_, operation)) = document.operations.iter().next() {
        gather(&operation.node.selection_set.node, document, variables, &mut shown);
    }
    shown
}

fn gather(
    set: &SelectionSet,
    document: &ExecutableDocument,
    variables: &Variables,
    shown: &mut Vec<(String, String)>,
) {
    for selection in &set.items {
        if left_out(selection.node.directives(), variables) {
            continue;
        }
        match &selection.node {
            Selection::Field(field) => {
                let (name, key) = (&field.node.name.node, field.node.response_key());
                shown.push((name.to_string(), key.node.to_string()));
            }
            Selection::InlineFragment(inline) => {
                gather(&inline.node.selection_set.node, document, variables, shown);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    gather(&fragment.node.selection_set.node, document, variables, shown);
                }
            }
        }
    }
}

fn left_out(directives: &[Positioned<Directive>], variables: &Variables) -> bool {
    directives.iter().any(|directive| {
        let told = match directive.node.get_argument("if").map(|value| &value.node) {
            Some(async_graphql_value::Value::Boolean(told)) => *told,
            Some(async_graphql_value::Value::Variable(name)) => is_true(name, variables),
            _ => return false,
        };
        match directive.node.name.node.as_str() {
            "skip" => told,
            "include" => !told,
            _ => false,
        }
    })
}

fn is_true(name: &Name, variables: &Variables) -> bool {
    variables.get(name) == Some(&Value::Boolean(true))
}
