//! How far the translations of a plan can be relied on.

use serde_json::Value;

use super::diff::name_of;
use crate::{
    error::{Problem, Reason},
    say,
};

/// Texts told of in one refusal; the rest are left out.
const TOLD: usize = 50;

/// Marks every translation as stale whose original was changed since the revision before and which was not. To say
/// that it is still right, its state is set anew in a later revision.
pub fn follow(before: &Value, now: &mut Value) {
    match now {
        Value::Object(fields) if fields.get("es").is_some_and(Value::is_string) => {
            let original = if fields.get("original").is_some_and(|lang| lang == "EN") { "en" } else { "es" };
            let other = if original == "es" { "en" } else { "es" };
            let changed = before[original].is_string() && fields.get(original) != Some(&before[original]);
            let kept = fields.contains_key(other) && fields.get(other) == Some(&before[other]);
            if changed && kept {
                fields.insert("translation".into(), "STALE".into());
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                follow(&before[name.as_str()], value);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                let same = match name_of(item) {
                    Some(name) => before
                        .as_array()
                        .and_then(|before| before.iter().find(|one| name_of(one) == Some(name))),
                    None => before.get(at),
                };
                follow(same.unwrap_or(&Value::Null), item);
            }
        }
        _ => {}
    }
}

/// The texts without an official translation.
pub fn missing(document: &Value, at: &str, problems: &mut Vec<Problem>) {
    match document {
        Value::Object(fields) if fields.get("es").is_some_and(Value::is_string) => {
            let official = fields.contains_key("en")
                && fields.get("translation").is_some_and(|state| state == "OFFICIAL");
            if !official && problems.len() < TOLD {
                problems.push(Problem::new(
                    Reason::Required,
                    at,
                    say!(
                        "falta la traducción oficial, que este plan exige para difundirse",
                        "the official translation is missing, which this plan requires before it is released"
                    ),
                ));
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                missing(value, &format!("{at}.{name}"), problems);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                let step = name_of(item).map_or_else(|| format!("#{place}"), str::to_owned);
                missing(item, &format!("{at}.{step}"), problems);
            }
        }
        _ => {}
    }
}
