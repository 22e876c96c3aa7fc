//! The document that was checked, handed to async-graphql in its own types. Since it is translated
//! and not parsed a second time, what was checked is what runs, even where two parsers would read
//! a text differently.

use std::collections::HashMap;

use apollo_compiler::{Node, ast, parser::SourceSpan};
use async_graphql::{
    Name, Pos, Positioned,
    indexmap::IndexMap,
    parser::types::{
        Directive, Field, FragmentDefinition, FragmentSpread, InlineFragment, OperationDefinition,
        OperationType, Selection, SelectionSet, Type, TypeCondition, VariableDefinition,
    },
};
use async_graphql_value::{ConstValue, Value};

use super::refusal::{Places, Refusal};
use crate::say;

/// A checked document as async-graphql knows it.
#[derive(Debug, Default)]
pub(super) struct Twin {
    pub operations: HashMap<Option<Name>, Positioned<OperationDefinition>>,
    pub fragments: HashMap<Name, Positioned<FragmentDefinition>>,
}

type Translated<T> = Result<T, Refusal>;

impl Twin {
    pub(super) fn of(document: &ast::Document, places: &Places) -> Translated<Self> {
        let translator = Translator { places };
        let mut twin = Self::default();
        for definition in &document.definitions {
            if let Some(operation) = definition.as_operation_definition() {
                let name = operation.name.as_ref().map(word);
                twin.operations.insert(name, translator.operation(operation)?);
            } else if let Some(fragment) = definition.as_fragment_definition() {
                twin.fragments.insert(word(&fragment.name), translator.fragment(fragment)?);
            }
        }
        Ok(twin)
    }
}

struct Translator<'a> {
    places: &'a Places,
}

impl Translator<'_> {
    fn pos(&self, span: Option<SourceSpan>) -> Pos {
        self.places.of(span).unwrap_or_default()
    }

    fn name(&self, name: &apollo_compiler::Name) -> Positioned<Name> {
        Positioned::new(word(name), self.pos(name.location()))
    }

    fn operation(
        &self,
        operation: &Node<ast::OperationDefinition>,
    ) -> Translated<Positioned<OperationDefinition>> {
        let pos = self.pos(operation.location());
        let ty = match operation.operation_type {
            ast::OperationType::Query => OperationType::Query,
            ast::OperationType::Mutation => OperationType::Mutation,
            ast::OperationType::Subscription => OperationType::Subscription,
        };
        let node = OperationDefinition {
            ty,
            variable_definitions: operation
                .variables
                .iter()
                .map(|variable| self.variable(variable))
                .collect::<Translated<_>>()?,
            directives: self.directives(&operation.directives)?,
            selection_set: self.selections(&operation.selection_set, pos)?,
        };
        Ok(Positioned::new(node, pos))
    }

    fn fragment(
        &self,
        fragment: &Node<ast::FragmentDefinition>,
    ) -> Translated<Positioned<FragmentDefinition>> {
        let pos = self.pos(fragment.location());
        let node = FragmentDefinition {
            type_condition: self.condition(&fragment.type_condition),
            directives: self.directives(&fragment.directives)?,
            selection_set: self.selections(&fragment.selection_set, pos)?,
        };
        Ok(Positioned::new(node, pos))
    }

    fn condition(&self, on: &apollo_compiler::Name) -> Positioned<TypeCondition> {
        let on = self.name(on);
        let pos = on.pos;
        Positioned::new(TypeCondition { on }, pos)
    }

    fn variable(
        &self,
        variable: &Node<ast::VariableDefinition>,
    ) -> Translated<Positioned<VariableDefinition>> {
        let pos = self.pos(variable.location());
        let Some(var_type) = Type::new(&variable.ty.to_string()) else {
            return Err(self.unreadable(variable.ty.location()));
        };
        let default_value = match &variable.default_value {
            Some(value) => {
                let Some(constant) = self.value(value)?.into_const() else {
                    return Err(self.unreadable(value.location()));
                };
                Some(Positioned::new(constant, self.pos(value.location())))
            }
            None => None,
        };
        let node = VariableDefinition {
            name: self.name(&variable.name),
            var_type: Positioned::new(var_type, self.pos(variable.ty.location())),
            // Directives on variables are for tools: nothing that runs asks for them.
            directives: Vec::new(),
            default_value,
        };
        Ok(Positioned::new(node, pos))
    }

    fn selections(&self, set: &[ast::Selection], pos: Pos) -> Translated<Positioned<SelectionSet>> {
        let items = set.iter().map(|selection| self.selection(selection)).collect::<Translated<_>>()?;
        Ok(Positioned::new(SelectionSet { items }, pos))
    }

    fn selection(&self, selection: &ast::Selection) -> Translated<Positioned<Selection>> {
        let pos = self.pos(selection.location());
        let node = match selection {
            ast::Selection::Field(field) => {
                let field = Field {
                    alias: field.alias.as_ref().map(|alias| self.name(alias)),
                    name: self.name(&field.name),
                    arguments: self.arguments(&field.arguments)?,
                    directives: self.directives(&field.directives)?,
                    selection_set: self.selections(&field.selection_set, pos)?,
                };
                Selection::Field(Positioned::new(field, pos))
            }
            ast::Selection::FragmentSpread(spread) => {
                let spread = FragmentSpread {
                    fragment_name: self.name(&spread.fragment_name),
                    directives: self.directives(&spread.directives)?,
                };
                Selection::FragmentSpread(Positioned::new(spread, pos))
            }
            ast::Selection::InlineFragment(inline) => {
                let inline = InlineFragment {
                    type_condition: inline.type_condition.as_ref().map(|on| self.condition(on)),
                    directives: self.directives(&inline.directives)?,
                    selection_set: self.selections(&inline.selection_set, pos)?,
                };
                Selection::InlineFragment(Positioned::new(inline, pos))
            }
        };
        Ok(Positioned::new(node, pos))
    }

    fn directives(&self, directives: &ast::DirectiveList) -> Translated<Vec<Positioned<Directive>>> {
        directives
            .iter()
            .map(|directive| {
                let node = Directive {
                    name: self.name(&directive.name),
                    arguments: self.arguments(&directive.arguments)?,
                };
                Ok(Positioned::new(node, self.pos(directive.location())))
            })
            .collect()
    }

    fn arguments(
        &self,
        arguments: &[Node<ast::Argument>],
    ) -> Translated<Vec<(Positioned<Name>, Positioned<Value>)>> {
        arguments
            .iter()
            .map(|argument| {
                let value = self.value(&argument.value)?;
                Ok((self.name(&argument.name), Positioned::new(value, self.pos(argument.value.location()))))
            })
            .collect()
    }

    fn value(&self, value: &Node<ast::Value>) -> Translated<Value> {
        Ok(match value.as_ref() {
            ast::Value::Null => Value::Null,
            ast::Value::Enum(name) => Value::Enum(word(name)),
            ast::Value::Variable(name) => Value::Variable(word(name)),
            ast::Value::String(text) => Value::String(text.clone()),
            ast::Value::Boolean(yes) => Value::Boolean(*yes),
            ast::Value::Int(number) => self.number(number.as_str(), value)?,
            ast::Value::Float(number) => self.number(number.as_str(), value)?,
            ast::Value::List(items) => {
                Value::List(items.iter().map(|item| self.value(item)).collect::<Translated<_>>()?)
            }
            ast::Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(name, value)| Ok((word(name), self.value(value)?)))
                    .collect::<Translated<IndexMap<_, _>>>()?,
            ),
        })
    }

    fn number(&self, text: &str, value: &Node<ast::Value>) -> Translated<Value> {
        text.parse().map(Value::Number).map_err(|_| self.unreadable(value.location()))
    }

    fn unreadable(&self, span: Option<SourceSpan>) -> Refusal {
        Refusal::validation(
            say!(
                "aquí hay un valor que no se puede representar",
                "there is a value here that cannot be represented"
            ),
            self.places.of(span),
        )
    }
}

fn word(name: &apollo_compiler::Name) -> Name {
    Name::new(name.as_str())
}

/// A literal without variables.
pub(super) fn constant(value: &ast::Value) -> Option<ConstValue> {
    Some(match value {
        ast::Value::Null => ConstValue::Null,
        ast::Value::Enum(name) => ConstValue::Enum(word(name)),
        ast::Value::Variable(_) => return None,
        ast::Value::String(text) => ConstValue::String(text.clone()),
        ast::Value::Boolean(yes) => ConstValue::Boolean(*yes),
        ast::Value::Int(number) => ConstValue::Number(number.as_str().parse().ok()?),
        ast::Value::Float(number) => ConstValue::Number(number.as_str().parse().ok()?),
        ast::Value::List(items) => {
            ConstValue::List(items.iter().map(|item| constant(item)).collect::<Option<_>>()?)
        }
        ast::Value::Object(fields) => ConstValue::Object(
            fields.iter().map(|(name, value)| Some((word(name), constant(value)?))).collect::<Option<_>>()?,
        ),
    })
}
