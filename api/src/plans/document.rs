//! A plan as a document: what its content is in the API, as JSON, so that a ministry can work on it offline. The
//! directory's codes stand for ids (`MX-SRE`, `MX-RP-TIJUANA`), and what is not said is left out.
//!
//! `schema/plan.schema.json` is its form.

use std::collections::HashMap;

use async_graphql::{InputType, Value as Given};
use serde_json::{Map, Value};

use super::content::PlanContent;
use crate::{
    error::{Problem, Reason},
    ids::{InstitutionId, ReceptionPointId},
    say,
};

/// Fields that name an institution, or several.
const INSTITUTIONS: &[&str] = &[
    "lead",
    "participants",
    "institution",
    "institutions",
    "declaredBy",
    "responsible",
    "supporting",
    "operator",
    "provider",
    "authority",
];
/// Fields that name a reception point, or several.
const POINTS: &[&str] = &["point", "points", "movedTo", "from"];

/// What ids are called in the directory.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    pub institutions: HashMap<String, InstitutionId>,
    pub points: HashMap<String, ReceptionPointId>,
}

/// The content as the API takes it, with ids; what is not said is left out.
pub fn plain(content: &PlanContent) -> Value {
    let value = content.to_value().into_json().unwrap_or_default();
    said(value).unwrap_or_default()
}

/// Reads what [`plain`] wrote. The sentence of what does not fit is for a log, not for a person.
pub fn parse(value: Value) -> Result<PlanContent, String> {
    let given = Given::from_json(value).map_err(|cause| cause.to_string())?;
    PlanContent::parse(Some(given)).map_err(|cause| cause.into_server_error(Default::default()).message)
}

/// Without what is null, empty or switched off.
fn said(value: Value) -> Option<Value> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => {
            Some(Value::Array(items.into_iter().map(|item| said(item).unwrap_or_default()).collect()))
        }
        Value::Object(fields) => {
            let fields: Map<_, _> =
                fields.into_iter().filter_map(|(name, value)| Some((name, said(value)?))).collect();
            Some(Value::Object(fields))
        }
        other => Some(other),
    }
}

/// The codes of institutions and of reception points that stand in the document for ids, each once.
pub fn codes_named(value: &Value) -> (Vec<String>, Vec<String>) {
    let (mut institutions, mut points) = (Vec::new(), Vec::new());
    let mut copy = value.clone();
    each_name(&mut copy, None, &mut |of_institution, text| {
        if !text.contains(':') {
            if of_institution { &mut institutions } else { &mut points }.push(text.clone());
        }
    });
    institutions.sort();
    institutions.dedup();
    points.sort();
    points.dedup();
    (institutions, points)
}

/// The ids of institutions and of reception points that stand in the document.
pub fn ids_named(value: &Value) -> (Vec<InstitutionId>, Vec<ReceptionPointId>) {
    let (mut institutions, mut points) = (Vec::new(), Vec::new());
    let mut copy = value.clone();
    each_name(&mut copy, None, &mut |of_institution, text| match of_institution {
        true => institutions.extend(InstitutionId::parse_global(text)),
        false => points.extend(ReceptionPointId::parse_global(text)),
    });
    institutions.sort();
    institutions.dedup();
    points.sort();
    points.dedup();
    (institutions, points)
}

/// Problems told of one document; the rest are left out.
const TOLD: usize = 100;

/// What stands where an institution or a reception point is named and names none.
pub fn unknown(value: &Value, at: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    not_ids(value, None, at, &mut problems);
    problems
}

fn not_ids(value: &Value, field: Option<&str>, at: &str, problems: &mut Vec<Problem>) {
    if problems.len() >= TOLD {
        return;
    }
    match value {
        Value::String(text) => {
            let of_institution = field.is_some_and(|name| INSTITUTIONS.contains(&name));
            let of_point = field.is_some_and(|name| POINTS.contains(&name));
            let unread = (of_institution && InstitutionId::parse_global(text).is_none())
                || (of_point && ReceptionPointId::parse_global(text).is_none());
            if unread {
                problems.push(Problem::new(
                    Reason::Unknown,
                    at,
                    say!(
                        "no es un código del directorio, como `MX-SRE` o `MX-RP-TIJUANA`",
                        "is no code of the directory, such as `MX-SRE` or `MX-RP-TIJUANA`"
                    ),
                ));
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                not_ids(item, field, &format!("{at}.{place}"), problems);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                not_ids(value, Some(name), &format!("{at}.{name}"), problems);
            }
        }
        _ => {}
    }
}

impl Codes {
    /// The id that a step of a path is the code of.
    pub fn id(&self, code: &str) -> Option<String> {
        let institution = self.institutions.get(code).map(|id| id.global());
        institution.or_else(|| self.points.get(code).map(|id| id.global()))
    }

    /// Puts the codes in the place of the ids that they are known for.
    pub fn written(&self, value: &mut Value) {
        let institutions: HashMap<String, &String> =
            self.institutions.iter().map(|(code, id)| (id.global(), code)).collect();
        let points: HashMap<String, &String> =
            self.points.iter().map(|(code, id)| (id.global(), code)).collect();
        each_name(value, None, &mut |of_institution, text| {
            let known = if of_institution { institutions.get(text) } else { points.get(text) };
            if let Some(code) = known {
                *text = code.to_string();
            }
        });
    }

    /// Puts ids in the place of codes. A code that is not known stays.
    pub fn read(&self, value: &mut Value) {
        each_name(value, None, &mut |of_institution, text| {
            let known = match of_institution {
                true => self.institutions.get(text).map(|id| id.global()),
                false => self.points.get(text).map(|id| id.global()),
            };
            if let Some(id) = known {
                *text = id;
            }
        });
    }
}

/// Every text that names an institution (`true`) or a reception point, to be looked at or changed.
fn each_name(value: &mut Value, field: Option<&str>, does: &mut impl FnMut(bool, &mut String)) {
    match value {
        Value::String(text) => match field {
            Some(name) if INSTITUTIONS.contains(&name) => does(true, text),
            Some(name) if POINTS.contains(&name) => does(false, text),
            _ => {}
        },
        Value::Array(items) => items.iter_mut().for_each(|item| each_name(item, field, does)),
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(name, value)| each_name(value, Some(name.as_str()), does));
        }
        _ => {}
    }
}
