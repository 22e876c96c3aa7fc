//! The values of variables, fitted to their types before anything runs (CoerceVariableValues of
//! the specification). Ours and not apollo-compiler's, since that one stops at the first error,
//! does not say where in the value it lies, and lets `@oneOf` pass.
//!
//! A variable that was omitted stays omitted: for an update, left out and null are different things.

use apollo_compiler::{
    Schema,
    ast::Type,
    executable::Operation,
    schema::{EnumType, ExtendedType, InputObjectType},
};
use async_graphql::{Name, Value, Variables, indexmap::IndexMap};
use serde_json::{Map, Value as Json};

use super::translation::constant;
use crate::{
    error::{Problem, Reason},
    say,
    text::Say,
};

/// The values to run with, or what is wrong with those given (at most `most` problems).
/// Values for which there is no variable are ignored, as the specification has it.
pub(super) fn coerce(
    schema: &Schema,
    operation: &Operation,
    given: &Map<String, Json>,
    most: usize,
) -> Result<Variables, Vec<Problem>> {
    let mut coercion = Coercion { schema, path: String::new(), problems: Vec::new(), most: most.max(1) };
    let mut variables = Variables::default();
    for variable in &operation.variables {
        coercion.path = variable.name.to_string();
        let value = match given.get(variable.name.as_str()) {
            Some(value) => coercion.value(&variable.ty, value),
            None => match &variable.default_value {
                Some(default) => coercion.default(default),
                None if variable.ty.is_non_null() => coercion.missing(&variable.ty),
                None => None,
            },
        };
        if let Some(value) = value {
            variables.insert(Name::new(variable.name.as_str()), value);
        }
    }
    if coercion.problems.is_empty() { Ok(variables) } else { Err(coercion.problems) }
}

struct Coercion<'a> {
    schema: &'a Schema,
    /// Where we are, such as `input.phases.2`.
    path: String,
    problems: Vec<Problem>,
    most: usize,
}

impl Coercion<'_> {
    fn value(&mut self, ty: &Type, given: &Json) -> Option<Value> {
        if self.problems.len() >= self.most {
            return None;
        }
        if given.is_null() {
            return if ty.is_non_null() { self.missing(ty) } else { Some(Value::Null) };
        }
        match ty {
            Type::List(item) | Type::NonNullList(item) => match given {
                Json::Array(items) => {
                    let mut list = Vec::with_capacity(items.len());
                    for (index, value) in items.iter().enumerate() {
                        list.extend(self.within(&index.to_string(), |this| this.value(item, value)));
                    }
                    Some(Value::List(list))
                }
                // One value stands for a list of one.
                single => self.value(item, single).map(|value| Value::List(vec![value])),
            },
            Type::Named(name) | Type::NonNullNamed(name) => match self.schema.types.get(name)? {
                ExtendedType::Enum(ty) => self.choice(ty, given),
                ExtendedType::InputObject(ty) => self.object(ty, given),
                _ => self.scalar(name, given),
            },
        }
    }

    fn scalar(&mut self, name: &str, given: &Json) -> Option<Value> {
        match (name, given) {
            ("Int", Json::Number(number)) => match number.as_i64().map(i32::try_from) {
                Some(Ok(number)) => Some(number.into()),
                Some(Err(_)) => self.refuse(
                    Reason::OutOfRange,
                    say!(
                        "debe ser un entero entre -2147483648 y 2147483647",
                        "must be a whole number between -2147483648 and 2147483647"
                    ),
                ),
                None => self.unfit(say!("un número entero de 32 bits", "a whole number of 32 bits"), given),
            },
            ("Int", _) => self.unfit(say!("un número entero", "a whole number"), given),
            ("Float", Json::Number(number)) => Some(Value::Number(number.clone())),
            ("Float", _) => self.unfit(say!("un número", "a number"), given),
            ("String" | "ID", Json::String(text)) => Some(Value::String(text.clone())),
            ("String", _) => self.unfit(say!("un texto", "a string"), given),
            ("ID", Json::Number(number)) if number.is_i64() || number.is_u64() => {
                Some(Value::String(number.to_string()))
            }
            ("ID", _) => self.unfit(say!("un identificador (texto)", "an id (a string)"), given),
            ("Boolean", Json::Bool(yes)) => Some(Value::Boolean(*yes)),
            ("Boolean", _) => self.unfit(say!("true o false", "true or false"), given),
            // What a scalar of ours accepts, its own parser knows, when the value is used.
            _ => Value::from_json(given.clone()).ok(),
        }
    }

    fn choice(&mut self, ty: &EnumType, given: &Json) -> Option<Value> {
        let known = given.as_str().filter(|given| ty.values.keys().any(|value| value == given));
        if let Some(known) = known {
            return Some(Value::Enum(Name::new(known)));
        }
        let choices = listed(ty.values.keys().map(|value| value.as_str()));
        if given.is_string() {
            self.refuse(Reason::Unknown, say!("debe ser uno de: {choices}", "must be one of: {choices}"))
        } else {
            self.unfit(say!("uno de: {choices}", "one of: {choices}"), given)
        }
    }

    fn object(&mut self, ty: &InputObjectType, given: &Json) -> Option<Value> {
        let Some(fields) = given.as_object() else {
            let name = ty.name.as_str();
            return self.unfit(say!("un objeto {name}", "an object {name}"), given);
        };
        for key in fields.keys().filter(|key| !ty.fields.contains_key(key.as_str())) {
            let known = listed(ty.fields.keys().map(|name| name.as_str()));
            self.within::<()>(&shortened(key), |this| {
                this.refuse(
                    Reason::Unknown,
                    say!(
                        "no existe este campo; los campos son: {known}",
                        "no such field; the fields are: {known}"
                    ),
                )
            });
        }
        if ty.directives.has("oneOf") && (fields.len() != 1 || fields.values().any(Json::is_null)) {
            let known = listed(ty.fields.keys().map(|name| name.as_str()));
            return self.refuse(
                Reason::Malformed,
                say!("debe llevar exactamente uno de: {known}", "must hold exactly one of: {known}"),
            );
        }
        let mut object = IndexMap::with_capacity(fields.len());
        for (name, field) in &ty.fields {
            let value = self.within(name, |this| match fields.get(name.as_str()) {
                Some(value) => this.value(&field.ty, value),
                None => match &field.default_value {
                    Some(default) => this.default(default),
                    None if field.ty.is_non_null() => this.missing(&field.ty),
                    None => None,
                },
            });
            if let Some(value) = value {
                object.insert(Name::new(name.as_str()), value);
            }
        }
        Some(Value::Object(object))
    }

    fn default(&mut self, default: &apollo_compiler::ast::Value) -> Option<Value> {
        constant(default).or_else(|| {
            self.refuse(
                Reason::Malformed,
                say!(
                    "el valor por omisión no se puede representar",
                    "the default value cannot be represented"
                ),
            )
        })
    }

    fn missing(&mut self, ty: &Type) -> Option<Value> {
        self.refuse(Reason::Required, say!("falta un valor de tipo {ty}", "a value of type {ty} is required"))
    }

    fn unfit(&mut self, expected: Say, given: &Json) -> Option<Value> {
        let found = kind(given);
        let Say { es, en } = expected;
        let (found_es, found_en) = (found.es, found.en);
        self.refuse(
            Reason::Malformed,
            say!("se esperaba {es} y vino {found_es}", "expected {en}, found {found_en}"),
        )
    }

    fn refuse<T>(&mut self, reason: Reason, say: Say) -> Option<T> {
        if self.problems.len() < self.most {
            self.problems.push(Problem::new(reason, self.path.as_str(), say));
        }
        None
    }

    fn within<T>(&mut self, step: &str, then: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let length = self.path.len();
        self.path.push('.');
        self.path.push_str(step);
        let result = then(self);
        self.path.truncate(length);
        result
    }
}

/// What came, without quoting it: it may be long, or a secret.
fn kind(given: &Json) -> Say {
    match given {
        Json::Null => say!("null", "null"),
        Json::Bool(_) => say!("un booleano", "a boolean"),
        Json::Number(number) if number.is_f64() => say!("un número con decimales", "a number with decimals"),
        Json::Number(_) => say!("un número", "a number"),
        Json::String(_) => say!("un texto", "a string"),
        Json::Array(_) => say!("una lista", "a list"),
        Json::Object(_) => say!("un objeto", "an object"),
    }
}

fn listed<'a>(mut names: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 20;
    let mut list = names.by_ref().take(MOST).collect::<Vec<_>>().join(", ");
    if names.next().is_some() {
        list.push_str(", …");
    }
    list
}

fn shortened(key: &str) -> String {
    key.chars().take(40).collect()
}
