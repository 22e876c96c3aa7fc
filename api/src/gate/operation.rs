//! The one operation that is run, cut out of its document with the fragments it needs.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{
        DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition, Selection,
        SelectionSet,
    },
};
use async_graphql_value::Value;

use super::translation::Twin;

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// Only what runs is copied: the other operations and their fragments stay in the verdict.
pub(super) fn cut(twin: &Twin, name: Option<&str>, variables: &Variables) -> Option<ExecutableDocument> {
    let name = name.map(Name::new);
    let mut operation = twin.operations.get(&name)?.clone();
    let mut fragments = HashMap::new();
    gather(&operation.node.selection_set.node, twin, &mut fragments);
    let omitted = omitted(&operation.node, variables);
    if !omitted.is_empty() {
        leave_out(&mut operation.node.selection_set.node, &omitted);
        for fragment in fragments.values_mut() {
            leave_out(&mut fragment.node.selection_set.node, &omitted);
        }
    }
    let operations = match name {
        Some(name) => DocumentOperations::Multiple(HashMap::from([(name, operation)])),
        None => DocumentOperations::Single(operation),
    };
    Some(ExecutableDocument { operations, fragments })
}

fn gather(set: &SelectionSet, twin: &Twin, fragments: &mut Fragments) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => gather(&field.node.selection_set.node, twin, fragments),
            Selection::InlineFragment(inline) => gather(&inline.node.selection_set.node, twin, fragments),
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                if !fragments.contains_key(name)
                    && let Some(fragment) = twin.fragments.get(name)
                {
                    fragments.insert(name.clone(), fragment.clone());
                    gather(&fragment.node.selection_set.node, twin, fragments);
                }
            }
        }
    }
}

fn omitted(operation: &OperationDefinition, variables: &Variables) -> Vec<Name> {
    let declared = operation.variable_definitions.iter().map(|variable| &variable.node.name.node);
    declared.filter(|name| !variables.contains_key(*name)).cloned().collect()
}

/// An argument whose variable was omitted counts as not written (CoerceArgumentValues of the
/// specification), so that the argument's own default serves. 8.0.0-rc.5 gives it no value at all.
fn leave_out(set: &mut SelectionSet, omitted: &[Name]) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                field.node.arguments.retain(
                    |(_, value)| !matches!(&value.node, Value::Variable(name) if omitted.contains(name)),
                );
                leave_out(&mut field.node.selection_set.node, omitted);
            }
            Selection::InlineFragment(inline) => leave_out(&mut inline.node.selection_set.node, omitted),
            Selection::FragmentSpread(_) => {}
        }
    }
}
