//! Whether a document has the form that `schema/plan.schema.json` publishes. Of JSON Schema it knows what that file
//! uses; a test holds that the file uses nothing else.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::{
    error::{Problem, Reason, Result},
    say,
};

/// What a document says its form is.
pub const FORM: &str = "enlace-plan/1";
/// Problems told of one document; the rest are left out.
const TOLD: usize = 100;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../schema/plan.schema.json")).expect("the schema is JSON")
});

/// What is wrong with the form of a document, each with its path under `at`.
pub fn check(document: &Value, at: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    hold(&SCHEMA, document, at, &mut problems);
    problems
}

/// The same of what a plan says, without what stands around it.
pub fn check_content(content: &Value, at: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    hold(&SCHEMA["properties"]["plan"], content, at, &mut problems);
    problems
}

fn hold(schema: &Value, value: &Value, at: &str, problems: &mut Vec<Problem>) {
    if problems.len() >= TOLD {
        return;
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|named| named.strip_prefix("#/$defs/")) {
        return hold(&SCHEMA["$defs"][name], value, at, problems);
    }
    let mut wrong = |reason, say| problems.push(Problem::new(reason, at, say));
    if let Some(only) = schema.get("const") {
        if value != only {
            wrong(Reason::Malformed, say!("debe ser {only}", "must be {only}"));
        }
        return;
    }
    if let Some(words) = schema["enum"].as_array() {
        if !words.contains(value) {
            let words: Vec<_> = words.iter().filter_map(Value::as_str).collect();
            let words = words.join(", ");
            wrong(Reason::Unknown, say!("una de estas palabras: {words}", "one of these words: {words}"));
        }
        return;
    }
    match schema["type"].as_str().unwrap_or_default() {
        "object" => match value.as_object() {
            Some(fields) => object(schema, fields, at, problems),
            None => wrong(Reason::Malformed, say!("un objeto, `{{…}}`", "an object, `{{…}}`")),
        },
        "array" => match value.as_array() {
            Some(items) => {
                for (place, item) in items.iter().enumerate() {
                    hold(&schema["items"], item, &format!("{at}.{place}"), problems);
                }
            }
            None => wrong(Reason::Malformed, say!("una lista, `[…]`", "a list, `[…]`")),
        },
        "string" => {
            let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() && text.len() == 10;
            match value.as_str() {
                Some(text) if schema["format"] == "date" && !day(text) => {
                    wrong(Reason::Malformed, say!("un día como `2025-01-16`", "a day such as `2025-01-16`"));
                }
                Some(_) => {}
                None => wrong(Reason::Malformed, say!("un texto, entre comillas", "a text, in quotes")),
            }
        }
        "integer" if value.as_i64().is_none_or(|number| i32::try_from(number).is_err()) => {
            wrong(Reason::Malformed, say!("un número entero", "a whole number"));
        }
        "number" if value.as_f64().is_none() => wrong(Reason::Malformed, say!("un número", "a number")),
        "boolean" if !value.is_boolean() => {
            wrong(Reason::Malformed, say!("`true` o `false`", "`true` or `false`"));
        }
        _ => {}
    }
}

fn object(schema: &Value, fields: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    let known = schema["properties"].as_object();
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if fields.get(name).is_none_or(Value::is_null) {
            let say = say!("falta", "is missing");
            problems.push(Problem::new(Reason::Required, format!("{at}.{name}"), say));
        }
    }
    for (name, value) in fields {
        if problems.len() >= TOLD {
            return;
        }
        match known.and_then(|known| known.get(name)) {
            // What is not said may be said to be null.
            Some(_) if value.is_null() => {}
            Some(schema) => hold(schema, value, &format!("{at}.{name}"), problems),
            None if schema["additionalProperties"] == Value::Bool(false) => {
                // A name may be long, and is not quoted.
                let known: Vec<_> = known.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
                let known = known.join(", ");
                problems.push(Problem::new(
                    Reason::Unknown,
                    at,
                    say!(
                        "tiene un campo de más; los que hay son {known}",
                        "has a field too many; those there are: {known}"
                    ),
                ));
            }
            None => {}
        }
    }
}

/// The JSON of a file. Nested too deep to be read safely is no JSON for us.
pub fn check_text(text: &[u8]) -> Result<Value> {
    serde_json::from_slice(text).map_err(|cause| {
        let (line, column) = (cause.line(), cause.column());
        let say = say!(
            "no es JSON en UTF-8, o está anidado en más de 127 niveles: línea {line}, columna {column}",
            "is no JSON in UTF-8, or is nested more than 127 deep: line {line}, column {column}"
        );
        Problem::new(Reason::Malformed, "input.document", say).into()
    })
}
