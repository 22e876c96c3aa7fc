//! How two plans differ, and making one into the other. Pure: it knows documents (see [`super::document`]) and nothing
//! else.
//!
//! A difference has a path of fields and of what names an item in its list: `receptionPoints.<point>.capacity`,
//! `actions.A1.startHours`. Items that nothing names go by their place: `sections.#2.body.es`. A list of words or of
//! numbers is one value. Where items stand in another order, `phases.$order` says in which.

use std::collections::{HashMap, VecDeque};

use serde_json::{Map, Value};

/// One difference. What was not there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub path: Vec<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// The last step of the path of a change of order.
pub const ORDER: &str = "$order";

impl Change {
    /// The path as clients write it.
    pub fn written(&self) -> String {
        self.path.join(".")
    }
}

/// What of `to` is not as in `from`, in the order of the documents.
pub fn diff(from: &Value, to: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    differ(&mut Vec::new(), from, to, &mut changes);
    changes
}

/// Makes what `diff` was told of out of what it began with.
pub fn apply(document: &mut Value, changes: &[Change]) -> Result<(), Unfit> {
    changes.iter().try_for_each(|change| set(document, &change.path, change.after.clone()))?;
    tidy(document);
    Ok(())
}

/// A list without items is not said.
pub fn tidy(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(tidy);
            fields.retain(|_, value| value.as_array().is_none_or(|items| !items.is_empty()));
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// Why nothing can be set at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Nothing is there for the step of this number to lead to.
    Nowhere(usize),
    /// What is to be set there names itself otherwise than the path does.
    OtherName,
}

/// What names an item among those of its list.
pub fn name_of(item: &Value) -> Option<&str> {
    let fields = item.as_object()?;
    let of_share = fields.contains_key("percent");
    ["key", "point", "institution", "part"]
        .into_iter()
        .filter(|_| !of_share)
        .find_map(|name| fields.get(name)?.as_str())
}

/// The names of the items of a list, if each has one of its own.
fn names(items: &[Value]) -> Option<Vec<&str>> {
    let names: Vec<&str> = items.iter().map(name_of).collect::<Option<_>>()?;
    let distinct = names.iter().collect::<std::collections::HashSet<_>>().len() == names.len();
    (distinct && !names.is_empty()).then_some(names)
}

fn differ(path: &mut Vec<String>, from: &Value, to: &Value, changes: &mut Vec<Change>) {
    if from == to {
        return;
    }
    match (from, to) {
        (Value::Object(from), Value::Object(to)) => objects(path, from, to, changes),
        (Value::Array(from_items), Value::Array(to_items)) => match (names(from_items), names(to_items)) {
            (Some(from_names), Some(to_names)) => {
                named(path, (from_items, &from_names), (to_items, &to_names), changes)
            }
            _ if from_items.iter().chain(to_items).all(Value::is_object) => {
                by_place(path, from_items, to_items, changes)
            }
            _ => push(path, Some(from), Some(to), changes),
        },
        _ => push(path, Some(from), Some(to), changes),
    }
}

fn push(path: &[String], before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    changes.push(Change { path: path.to_vec(), before: before.cloned(), after: after.cloned() });
}

fn objects(
    path: &mut Vec<String>,
    from: &Map<String, Value>,
    to: &Map<String, Value>,
    changes: &mut Vec<Change>,
) {
    let fields = from.keys().chain(to.keys().filter(|name| !from.contains_key(*name)));
    for name in fields {
        path.push(name.clone());
        match (from.get(name), to.get(name)) {
            (Some(from), Some(to)) => differ(path, from, to, changes),
            // A list that comes or goes does so item by item.
            (None, Some(Value::Array(items))) if names(items).is_some() => {
                named(path, (&[], &[]), (items, &names(items).unwrap_or_default()), changes);
            }
            (Some(Value::Array(items)), None) if names(items).is_some() => {
                named(path, (items, &names(items).unwrap_or_default()), (&[], &[]), changes);
            }
            (from, to) => push(path, from, to, changes),
        }
        path.pop();
    }
}

type Named<'a> = (&'a [Value], &'a [&'a str]);

fn named(
    path: &mut Vec<String>,
    (from, from_names): Named,
    (to, to_names): Named,
    changes: &mut Vec<Change>,
) {
    let place: HashMap<&str, usize> = to_names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    for (item, name) in from.iter().zip(from_names) {
        path.push(name.to_string());
        match place.get(name) {
            Some(at) => differ(path, item, &to[*at], changes),
            None => push(path, Some(item), None, changes),
        }
        path.pop();
    }
    let known: std::collections::HashSet<&str> = from_names.iter().copied().collect();
    for (item, name) in to.iter().zip(to_names).filter(|(_, name)| !known.contains(*name)) {
        path.push(name.to_string());
        push(path, None, Some(item), changes);
        path.pop();
    }
    // As it comes out when items are taken out and new ones put at the end.
    let kept = from_names.iter().filter(|name| place.contains_key(**name));
    let becomes: Vec<&str> =
        kept.copied().chain(to_names.iter().copied().filter(|name| !known.contains(name))).collect();
    if becomes != to_names {
        let list =
            |names: &[&str]| Value::from(names.iter().map(|name| Value::from(*name)).collect::<Vec<_>>());
        path.push(ORDER.into());
        push(path, Some(&list(&becomes)), Some(&list(to_names)), changes);
        path.pop();
    }
}

fn by_place(path: &mut Vec<String>, from: &[Value], to: &[Value], changes: &mut Vec<Change>) {
    for (at, (from, to)) in from.iter().zip(to).enumerate() {
        path.push(format!("#{at}"));
        differ(path, from, to, changes);
        path.pop();
    }
    // From the end, so that each place is still where it was when its turn comes.
    for at in (to.len()..from.len()).rev() {
        path.push(format!("#{at}"));
        push(path, Some(&from[at]), None, changes);
        path.pop();
    }
    for (at, item) in to.iter().enumerate().skip(from.len()) {
        path.push(format!("#{at}"));
        push(path, None, Some(item), changes);
        path.pop();
    }
}

/// Sets what stands at a path, or takes it out. A field or an item that was not there is added; an item, at the end.
pub fn set(document: &mut Value, path: &[String], value: Option<Value>) -> Result<(), Unfit> {
    let mut at = document;
    let Some((last, steps)) = path.split_last() else { return Err(Unfit::Nowhere(0)) };
    for (number, step) in steps.iter().enumerate() {
        let next = &path[number + 1];
        at = match at {
            Value::Object(fields) => {
                // A list or an object that was not said so far.
                let fresh = if next.starts_with('#') || LISTS.contains(&step.as_str()) {
                    Value::Array(Vec::new())
                } else {
                    Value::Object(Map::new())
                };
                fields.entry(step.clone()).or_insert(fresh)
            }
            Value::Array(items) => {
                let found = place_in(items, step).ok_or(Unfit::Nowhere(number))?;
                items.get_mut(found).ok_or(Unfit::Nowhere(number))?
            }
            _ => return Err(Unfit::Nowhere(number)),
        };
    }
    let number = steps.len();
    match at {
        Value::Object(fields) => {
            match value {
                Some(value) => fields.insert(last.clone(), value),
                None => fields.remove(last),
            };
            Ok(())
        }
        Value::Array(items) if last == ORDER => reorder(items, value.as_ref()).ok_or(Unfit::Nowhere(number)),
        Value::Array(items) => {
            let found = place_in(items, last);
            match (found.filter(|at| *at < items.len()), value) {
                (Some(at), None) => drop(items.remove(at)),
                (None, None) => return Err(Unfit::Nowhere(number)),
                (found, Some(value)) => {
                    if !last.starts_with('#') && name_of(&value) != Some(last) {
                        return Err(Unfit::OtherName);
                    }
                    match found {
                        Some(at) => items[at] = value,
                        None => items.push(value),
                    }
                }
            }
            Ok(())
        }
        _ => Err(Unfit::Nowhere(number)),
    }
}

/// Fields that hold a list of items.
const LISTS: &[&str] = &[
    "participation",
    "legalInstruments",
    "sections",
    "scenarios",
    "triggers",
    "phases",
    "actions",
    "receptionPoints",
    "services",
    "transport",
    "budget",
    "staff",
    "bilateralInstruments",
    "contacts",
    "parts",
    "shares",
];

fn place_in(items: &[Value], step: &str) -> Option<usize> {
    match step.strip_prefix('#') {
        Some(place) => place.parse().ok(),
        None => items.iter().position(|item| name_of(item) == Some(step)),
    }
}

fn reorder(items: &mut Vec<Value>, order: Option<&Value>) -> Option<()> {
    let order = order?.as_array()?;
    let mut left: Vec<Option<Value>> = std::mem::take(items).into_iter().map(Some).collect();
    let mut places: HashMap<String, VecDeque<usize>> = HashMap::new();
    for (at, item) in left.iter().enumerate() {
        if let Some(name) = item.as_ref().and_then(name_of) {
            places.entry(name.to_owned()).or_default().push_back(at);
        }
    }
    for name in order {
        let at = places.get_mut(name.as_str()?)?.pop_front()?;
        items.push(left[at].take()?);
    }
    items.extend(left.into_iter().flatten());
    Some(())
}
