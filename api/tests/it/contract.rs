//! What others rely on is written to `schema/` and reviewed there. To accept a change, run with
//! `UPDATE=1` and commit the difference.

use api::{
    access::{
        Action, Role, Standing, allows,
        policy::{FIELDS, Need, ROUTES},
    },
    error::{CODES, Reason},
    ledger::What,
    schema::{bare, sdl},
};
use serde_json::json;

#[test]
fn the_schema_is_the_published_one() {
    published("api.graphql", &sdl(&bare()));
}

#[test]
fn the_policy_is_the_published_one() {
    let mut table = String::from(
        "Who may do what. An action that is not listed for a role is refused.\n\
         owner: the institution that answers for the record; compatriot: another of its country; partner: anybody else.\n\
         Only those who work on a record act on it: its owner and the approval chain it was drafted with; whoever else is shown it, reads it.\n\
         In a meeting a delegation speaks for itself besides, where the meeting is shown to it: the standing is then that to the delegation's country.\n\
         Quién puede hacer qué. Lo que no figura para una función se le niega.\n\
         Solo actúa sobre un registro quien trabaja en él: su institución y la cadena de aprobación con que se redactó; los demás leen lo que se les difunde.\n\
         En una reunión que se le difundió, cada delegación habla además por sí misma: cuenta entonces la relación con el país de la delegación.\n\n",
    );
    for action in Action::all() {
        let say = action.say();
        table += &format!("{} / {}\n", say.en, say.es);
        for standing in Standing::ALL {
            let may: Vec<_> = Role::ALL
                .iter()
                .filter(|role| allows(**role, action, *standing))
                .map(|role| role.code())
                .collect();
            let may = if may.is_empty() { "nobody".into() } else { may.join(" ") };
            table += &format!("    as {:<10} {may}\n", standing.code());
        }
    }
    table += "\nWhat each root field of the API asks for, before anything runs:\n";
    for (field, need) in FIELDS {
        table += &format!("    {field:<20} {}\n", words(need));
    }
    table += "\nWhat each other route asks for:\n";
    for (route, need) in ROUTES {
        table += &format!("    {route:<20} {}\n", words(need));
    }
    published("access.txt", &table);
}

fn words(need: &Need) -> String {
    match need {
        Need::Token => "a valid token".to_string(),
        Need::May(action) => format!("a role that may {}", action.say().en),
    }
}

#[test]
fn the_codes_of_errors_are_the_published_ones() {
    let mut table = String::from("extensions.code of an error:\n");
    for (code, meaning) in CODES {
        table += &format!("    {code:<20} {meaning}\n");
    }
    table += "\ncode of a userError, and of a problem in extensions.problems:\n";
    for reason in Reason::ALL {
        table += &format!("    {:<20} {}\n", reason.code(), reason.meaning());
    }
    published("errors.txt", &table);
}

#[test]
fn the_events_are_the_published_ones() {
    let events: Vec<_> = What::ALL
        .iter()
        .map(|what| json!({ "event": what.name(), "subject": what.kind(), "meaning": what.meaning() }))
        .collect();
    let mut text = serde_json::to_string_pretty(&json!({ "events": events })).unwrap();
    text.push('\n');
    published("events.json", &text);
}

#[test]
fn every_field_argument_and_type_is_described() {
    let schema = apollo_compiler::Schema::parse_and_validate(sdl(&bare()), "api.graphql").unwrap();
    let mut bare = Vec::new();
    for (name, kind) in
        schema.types.iter().filter(|(name, kind)| !name.starts_with("__") && !kind.is_built_in())
    {
        if kind.description().is_none() {
            bare.push(name.to_string());
        }
        if let Some(object) = kind.as_object() {
            for (field, definition) in &object.fields {
                if definition.description.is_none() {
                    bare.push(format!("{name}.{field}"));
                }
                bare.extend(
                    definition
                        .arguments
                        .iter()
                        .filter(|argument| argument.description.is_none() && argument.name != "input")
                        .map(|argument| format!("{name}.{field}({})", argument.name)),
                );
            }
        }
        if let Some(input) = kind.as_input_object() {
            let undescribed = input.fields.iter().filter(|(_, field)| field.description.is_none());
            bare.extend(undescribed.map(|(field, _)| format!("{name}.{field}")));
        }
        if let Some(values) = kind.as_enum() {
            let undescribed = values.values.iter().filter(|(_, value)| value.description.is_none());
            bare.extend(undescribed.map(|(value, _)| format!("{name}.{value}")));
        }
    }
    assert!(bare.is_empty(), "without a description: {}", bare.join(", "));
}

fn published(name: &str, current: &str) {
    let path = format!("{}/../schema/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, current).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == current,
        "schema/{name} is not what the node would publish now. Read the difference as a client author would; \
         to accept it: UPDATE=1 cargo test contract"
    );
}

/// The form of a plan as a document: what the API takes as a plan's content, as JSON Schema.
#[test]
fn the_form_of_a_plan_as_a_document_is_the_published_one() {
    use apollo_compiler::{ast::Type, schema::ExtendedType};
    use serde_json::{Map, Value};
    let schema = apollo_compiler::Schema::parse_and_validate(sdl(&bare()), "api.graphql").unwrap();
    let (mut defs, mut wanted) = (Map::new(), vec!["PlanContentInput".to_owned()]);
    while let Some(name) = wanted.pop() {
        if defs.contains_key(&name) {
            continue;
        }
        let mut of = |ty: &Type| -> Value {
            let of_name = |inner: &str, wanted: &mut Vec<String>| match inner {
                "Int" => json!({ "type": "integer" }),
                "Float" => json!({ "type": "number" }),
                "Boolean" => json!({ "type": "boolean" }),
                "Date" => json!({ "type": "string", "format": "date" }),
                "String" | "ID" => json!({ "type": "string" }),
                other => {
                    wanted.push(other.to_owned());
                    json!({ "$ref": format!("#/$defs/{other}") })
                }
            };
            let inner = of_name(ty.inner_named_type().as_str(), &mut wanted);
            if ty.is_list() { json!({ "type": "array", "items": inner }) } else { inner }
        };
        let definition = match &schema.types[name.as_str()] {
            ExtendedType::InputObject(input) => {
                let mut properties = Map::new();
                for (field, known) in &input.fields {
                    let mut form = of(&known.ty);
                    form["description"] = json!(known.description.as_deref());
                    properties.insert(field.to_string(), form);
                }
                let required = input.fields.iter().filter(|(_, field)| field.is_required());
                let required: Vec<_> = required.map(|(field, _)| field.to_string()).collect();
                json!({ "description": input.description.as_deref(), "type": "object", "properties": properties,
                    "required": required, "additionalProperties": false })
            }
            ExtendedType::Enum(words) => json!({ "description": words.description.as_deref(),
                "enum": words.values.keys().map(|word| word.to_string()).collect::<Vec<_>>() }),
            _ => panic!("{name} has no form in JSON Schema here"),
        };
        defs.insert(name, definition);
    }
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A contingency plan as a document",
        "description": "What Enlace exports and imports. Institutions and reception points go by the codes of the \
            directory, such as MX-SRE; ids are taken as well.",
        "type": "object",
        "properties": {
            "format": { "const": api::plans::form::FORM },
            "plan": { "$ref": "#/$defs/PlanContentInput" },
        },
        "required": ["format", "plan"],
        "$defs": defs,
    });
    published("plan.schema.json", &format!("{whole:#}\n"));
}
