//! How long the lists of introspection are in this schema, for its cost.

use apollo_compiler::{
    Schema,
    schema::{ExtendedType, FieldDefinition},
};

/// Averages, rounded up.
#[derive(Debug)]
pub(super) struct Described {
    types: u64,
    directives: u64,
    fields: u64,
    /// The fields of the largest type, which `__type` may name.
    most_fields: u64,
    arguments: u64,
    inputs: u64,
    values: u64,
    others: u64,
}

impl Described {
    pub(super) fn of(schema: &Schema) -> Self {
        let (mut outputs, mut fields, mut most, mut arguments) = (0, 0, 0, 0);
        let (mut inputs, mut enums, mut input_fields, mut values, mut members) = (0, 0, 0, 0, 0);
        let count = |field: &FieldDefinition| field.arguments.len();
        for ty in schema.types.values() {
            let (length, taken) = match ty {
                ExtendedType::Object(ty) => {
                    (ty.fields.len(), ty.fields.values().map(|f| count(f)).sum::<usize>())
                }
                ExtendedType::Interface(ty) => {
                    (ty.fields.len(), ty.fields.values().map(|f| count(f)).sum::<usize>())
                }
                ExtendedType::InputObject(ty) => {
                    inputs += 1;
                    input_fields += ty.fields.len();
                    continue;
                }
                ExtendedType::Enum(ty) => {
                    enums += 1;
                    values += ty.values.len();
                    continue;
                }
                ExtendedType::Union(ty) => {
                    members += ty.members.len();
                    continue;
                }
                ExtendedType::Scalar(_) => continue,
            };
            outputs += 1;
            fields += length;
            most = most.max(length);
            arguments += taken;
        }
        let mean = |sum: usize, of: usize| sum.div_ceil(of.max(1)).max(1) as u64;
        Self {
            types: mean(schema.types.len(), 1),
            directives: mean(schema.directive_definitions.len(), 1),
            fields: mean(fields, outputs),
            most_fields: mean(most, 1),
            arguments: mean(arguments, fields),
            inputs: mean(input_fields, inputs),
            values: mean(values, enums),
            others: mean(members, outputs),
        }
    }

    /// Items of a list of the introspection system.
    pub(super) fn items(&self, field: &str) -> u64 {
        match field {
            "types" => self.types,
            "directives" => self.directives,
            "fields" => self.fields,
            "args" => self.arguments,
            "inputFields" => self.inputs,
            "enumValues" => self.values,
            _ => self.others,
        }
    }

    /// How much more than the average a field at the root may describe.
    pub(super) fn root(&self, field: &str) -> u64 {
        if field == "__type" { self.most_fields.div_ceil(self.fields) } else { 1 }
    }
}
