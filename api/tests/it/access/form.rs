//! The smallest request that the published schema lets one make of a root field. What is new in
//! the schema is asked for too, or this panics and says what it needs to be told.

use api::schema::{bare, sdl};
use apollo_compiler::{
    Schema,
    ast::{FieldDefinition, InputValueDefinition, Type},
    schema::ExtendedType,
    validation::Valid,
};
use serde_json::{Map, Value, json};

pub struct Form {
    schema: Valid<Schema>,
}

/// A value for a place such as `ReleaseInput.id` or `node.id`, where the smallest will not do.
pub type Known<'a> = &'a dyn Fn(&str) -> Option<Value>;

/// One field at the root, ready to be asked for.
pub struct Request {
    pub field: String,
    /// `query` or `mutation`.
    pub operation: &'static str,
    /// `$id: ID!`, with the brackets.
    head: String,
    /// `(id: $id)`.
    arguments: String,
    selection: String,
    pub variables: Value,
}

impl Request {
    pub fn plain(&self) -> String {
        let Self { field, operation, head, arguments, selection, .. } = self;
        format!("{operation} Q{head} {{ {field}{arguments} {selection} }}")
    }

    /// The ways in which the same field can be asked for.
    pub fn disguised(&self) -> Vec<String> {
        let Self { field, operation, head, arguments, selection, .. } = self;
        let root = if *operation == "query" { "Query" } else { "Mutation" };
        let asked = format!("{field}{arguments} {selection}");
        vec![
            format!("{operation} Q{head} {{ viewer: {asked} }}"),
            format!("{operation} Q{head} {{ ... on {root} {{ {asked} }} }}"),
            format!("{operation} Q{head} {{ ... @include(if: true) {{ a: {asked} }} }}"),
            format!(
                "{operation} Q{head} {{ ...f }} fragment f on {root} {{ ...g }} fragment g on {root} {{ b: {asked} }}"
            ),
            format!("{operation} Q{head} {{ __typename {asked} }}"),
        ]
    }
}

impl Form {
    pub fn published() -> Self {
        Self { schema: Schema::parse_and_validate(sdl(&bare()), "api.graphql").unwrap() }
    }

    pub fn queries(&self) -> Vec<String> {
        self.names("Query")
    }

    pub fn mutations(&self) -> Vec<String> {
        self.names("Mutation")
    }

    /// Every field at the root, of whichever operation.
    pub fn fields(&self) -> Vec<String> {
        let definition = &self.schema.schema_definition;
        let roots = [&definition.query, &definition.mutation, &definition.subscription];
        roots.into_iter().flatten().flat_map(|root| self.names(root.name.as_str())).collect()
    }

    fn names(&self, root: &str) -> Vec<String> {
        self.object(root).iter().map(|field| field.name.to_string()).collect()
    }

    fn object(&self, name: &str) -> Vec<&FieldDefinition> {
        match &self.schema.types[name] {
            ExtendedType::Object(object) => object.fields.values().map(|field| &***field).collect(),
            ExtendedType::Interface(interface) => interface.fields.values().map(|field| &***field).collect(),
            _ => panic!("{name} has no fields"),
        }
    }

    /// The smallest request for this field that is valid, with everything that can be selected.
    pub fn request(&self, field: &str, known: Known) -> Request {
        let is_query = self.queries().iter().any(|name| name == field);
        let (root, operation) = if is_query { ("Query", "query") } else { ("Mutation", "mutation") };
        let definition = self.object(root).into_iter().find(|known| known.name == field).unwrap();
        let wanted: Vec<_> = definition
            .arguments
            .iter()
            .filter(|argument| {
                argument.is_required() || known(&format!("{field}.{}", argument.name)).is_some()
            })
            .collect();
        let bracketed = |parts: Vec<String>| match parts.is_empty() {
            true => String::new(),
            false => format!("({})", parts.join(", ")),
        };
        let variables: Map<String, Value> = wanted
            .iter()
            .map(|argument| (argument.name.to_string(), self.argument(field, argument, known)))
            .collect();
        Request {
            field: field.into(),
            operation,
            head: bracketed(wanted.iter().map(|one| format!("${}: {}", one.name, one.ty)).collect()),
            arguments: bracketed(wanted.iter().map(|one| format!("{0}: ${0}", one.name)).collect()),
            selection: self.selection(definition.ty.inner_named_type(), 4),
            variables: Value::Object(variables),
        }
    }

    fn argument(&self, owner: &str, argument: &InputValueDefinition, known: Known) -> Value {
        let at = format!("{owner}.{}", argument.name);
        known(&at).unwrap_or_else(|| self.value(&argument.ty, &at, known))
    }

    /// The smallest value of a type.
    fn value(&self, ty: &Type, at: &str, known: Known) -> Value {
        if ty.is_list() {
            return json!([self.value(ty.item_type(), at, known)]);
        }
        let name = ty.inner_named_type().as_str();
        match &self.schema.types[name] {
            ExtendedType::Scalar(_) => match name {
                "String" => json!("texto"),
                "Int" => json!(1),
                "Float" => json!(1.5),
                "Boolean" => json!(false),
                "Date" => json!("2025-02-01"),
                "LocalDateTime" => json!("2025-02-01T09:00:00"),
                "DateTime" => json!("2025-02-01T09:00:00Z"),
                "JSON" => json!({ "format": "enlace-plan/1" }),
                "ID" => panic!("an id of what is wanted at {at}? add a row to the known values"),
                other => panic!("the smallest {other}, wanted at {at}, is not known here: add it"),
            },
            ExtendedType::Enum(values) => json!(values.values.keys().next().unwrap().as_str()),
            ExtendedType::InputObject(input) => {
                let fields = input.fields.values().filter(|field| {
                    field.is_required() || known(&format!("{name}.{}", field.name)).is_some()
                });
                fields.map(|field| (field.name.to_string(), self.argument(name, field, known))).collect()
            }
            _ => panic!("{name} at {at} is no input"),
        }
    }

    /// Everything that can be selected of a type without arguments, `deep` levels down.
    pub fn selection(&self, name: &str, deep: usize) -> String {
        let fragments = |members: Vec<String>| {
            let all = members.iter().map(|member| {
                // One shape cannot hold all kinds of node: of each only what names it.
                let of = if name == "Node" { "{ id }".into() } else { self.selection(member, deep) };
                format!("... on {member} {of}")
            });
            format!("{{ __typename {} }}", all.collect::<Vec<_>>().join(" "))
        };
        let fields = match &self.schema.types[name] {
            ExtendedType::Scalar(_) | ExtendedType::Enum(_) => return String::new(),
            ExtendedType::Union(union) => {
                return fragments(union.members.iter().map(|member| member.name.to_string()).collect());
            }
            ExtendedType::Interface(_) => {
                let members = self.schema.types.iter().filter(|(_, ty)| {
                    ty.as_object().is_some_and(|object| {
                        object.implements_interfaces.iter().any(|known| known.name.as_str() == name)
                    })
                });
                return fragments(members.map(|(member, _)| member.to_string()).collect());
            }
            _ => self.object(name),
        };
        let pages = fields.iter().any(|field| field.name == "edges");
        let mut parts = vec!["__typename".to_owned()];
        for field in fields {
            let inner = field.ty.inner_named_type().as_str();
            let leaf = self.selection_is_leaf(inner);
            let twice = pages && field.name == "nodes";
            if twice || field.arguments.iter().any(|argument| argument.is_required()) || (!leaf && deep == 0)
            {
                continue;
            }
            let below = if leaf { String::new() } else { self.selection(inner, deep - 1) };
            parts.push(format!("{} {below}", field.name));
        }
        format!("{{ {} }}", parts.join(" "))
    }

    fn selection_is_leaf(&self, name: &str) -> bool {
        matches!(&self.schema.types[name], ExtendedType::Scalar(_) | ExtendedType::Enum(_))
    }
}
