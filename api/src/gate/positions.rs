//! What apollo-compiler leaves unchecked about values written in a document: whether a variable
//! within a list or an object may stand there, and whether an `@oneOf` object holds exactly one.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{InputValueDefinition, Type, Value},
    executable::{Field, Operation, Selection, SelectionSet},
    schema::ExtendedType,
};

use super::refusal::{Places, Refusal};
use crate::say;

pub(super) struct Positions<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    places: &'a Places,
    operation: &'a Operation,
    /// Fragments already read for this operation.
    read: HashSet<&'a Name>,
}

impl<'a> Positions<'a> {
    pub(super) fn check(
        schema: &'a Schema,
        document: &'a ExecutableDocument,
        places: &'a Places,
    ) -> Result<(), Refusal> {
        for operation in document.operations.iter() {
            let mut positions = Self { schema, document, places, operation, read: HashSet::new() };
            for variable in &operation.variables {
                if let Some(default) = &variable.default_value {
                    positions.value(&variable.ty, false, default)?;
                }
            }
            positions.set(&operation.selection_set)?;
            positions.subscription()?;
        }
        Ok(())
    }

    /// async-graphql opens the stream of a field that stands at the root itself, and would pass
    /// over a fragment there: an open connection on which nothing ever arrives.
    fn subscription(&self) -> Result<(), Refusal> {
        let set = &self.operation.selection_set;
        if self.operation.is_subscription() && set.selections.iter().any(|s| s.as_field().is_none()) {
            return Err(Refusal::validation(
                say!(
                    "escriba el campo de la suscripción directamente en la raíz, no en un fragmento",
                    "write the field of the subscription at the root itself, not in a fragment"
                ),
                self.places.of(self.operation.name.as_ref().and_then(Name::location)),
            ));
        }
        Ok(())
    }

    fn set(&mut self, set: &'a SelectionSet) -> Result<(), Refusal> {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.arguments(field)?;
                    self.set(&field.selection_set)?;
                }
                Selection::InlineFragment(inline) => self.set(&inline.selection_set)?,
                Selection::FragmentSpread(spread) => {
                    if self.read.insert(&spread.fragment_name)
                        && let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                    {
                        self.set(&fragment.selection_set)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn arguments(&self, field: &Field) -> Result<(), Refusal> {
        for argument in &field.arguments {
            if let Some(definition) = field.definition.argument_by_name(&argument.name) {
                self.value(&definition.ty, definition.default_value.is_some(), &argument.value)?;
            }
        }
        Ok(())
    }

    fn value(&self, ty: &Type, has_default: bool, value: &Node<Value>) -> Result<(), Refusal> {
        match value.as_ref() {
            Value::Variable(name) => self.variable(ty, has_default, name, value),
            Value::List(items) if ty.is_list() => {
                items.iter().try_for_each(|item| self.value(ty.item_type(), false, item))
            }
            Value::Object(fields) => {
                let Some(ExtendedType::InputObject(object)) = self.schema.types.get(ty.inner_named_type())
                else {
                    return Ok(());
                };
                if object.directives.has("oneOf") {
                    self.one_of(&object.name, fields, value)?;
                }
                for (name, inner) in fields {
                    if let Some(field) = object.fields.get(name) {
                        let field: &InputValueDefinition = field;
                        self.value(&field.ty, field.default_value.is_some(), inner)?;
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// IsVariableUsageAllowed of the specification.
    fn variable(
        &self,
        ty: &Type,
        has_default: bool,
        name: &Name,
        value: &Node<Value>,
    ) -> Result<(), Refusal> {
        let Some(variable) = self.operation.variables.iter().find(|variable| variable.name == *name) else {
            return Ok(());
        };
        let own_default = variable.default_value.as_ref().is_some_and(|default| !default.is_null());
        let fits = if ty.is_non_null() && !variable.ty.is_non_null() && (has_default || own_default) {
            variable.ty.is_assignable_to(&ty.clone().nullable())
        } else {
            variable.ty.is_assignable_to(ty)
        };
        if fits {
            return Ok(());
        }
        let given = &variable.ty;
        Err(Refusal::validation(
            say!(
                "la variable `${name}` es de tipo {given} y se usa donde se espera {ty}",
                "variable `${name}` is of type {given} and is used where {ty} is expected"
            ),
            self.places.of(value.location()),
        ))
    }

    fn one_of(
        &self,
        object: &Name,
        fields: &[(Name, Node<Value>)],
        value: &Node<Value>,
    ) -> Result<(), Refusal> {
        let never_null = |value: &Value| match value {
            Value::Null => false,
            Value::Variable(name) => {
                self.operation.variables.iter().any(|v| v.name == *name && v.ty.is_non_null())
            }
            _ => true,
        };
        match fields {
            [(_, only)] if never_null(only) => Ok(()),
            _ => Err(Refusal::validation(
                say!(
                    "`{object}` debe llevar exactamente un campo, y no nulo",
                    "`{object}` must hold exactly one field, and that not null"
                ),
                self.places.of(value.location()),
            )),
        }
    }
}
