//! How two revisions of an agenda differ, item by item and field by field, in words. Pure: it knows only what the reader is
//! shown of each. Where they differ the machinery of plans says ([`crate::plans::diff`]).

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::{
    agenda::{AgendaItem, Outline},
    content::MeetingContent,
    paper::{Linked, kind_of},
    session::Session,
    terms::ItemKind,
};
use crate::{
    paper::Words,
    plans::diff::{self, Change, ORDER},
    say,
    text::{Lang, Say, Text},
};

/// One difference between two revisions of an agenda.
pub struct Difference {
    /// The number of the item in the later revision, or in the earlier if it is gone.
    pub item: Option<String>,
    /// The field within the item, such as `title.es`; none where the item comes or goes.
    pub field: Option<String>,
    pub words: Text,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// An agenda as it is compared. Where closed items are withheld, keys tell of places only: items go by their titles then.
pub struct Compared<'a> {
    pub content: &'a MeetingContent,
    pub linked: &'a Linked,
}

/// What differs, in the order of the agenda.
pub fn differences(from: &Compared<'_>, to: &Compared<'_>, by_title: bool) -> Vec<Difference> {
    let (before, after) = (Known::of(from, by_title), Known::of(to, by_title));
    let changes = diff::diff(&before.document, &after.document);
    changes.into_iter().map(|change| told(change, &before, &after)).collect()
}

/// An agenda's document, and what each of its items is called.
struct Known {
    document: Value,
    called: HashMap<String, (Option<String>, Text)>,
}

impl Known {
    fn of(compared: &Compared<'_>, by_title: bool) -> Self {
        let items = &compared.content.items;
        let keys = if by_title { titles(items) } else { items.iter().map(|item| item.key.clone()).collect() };
        let renamed: HashMap<&str, &str> =
            items.iter().zip(&keys).map(|(item, key)| (item.key.as_str(), key.as_str())).collect();
        let written: Vec<Value> = items
            .iter()
            .zip(&keys)
            .map(|(item, key)| of_item(item, key, &renamed, compared.linked))
            .collect();
        let sessions: Vec<Value> = compared.content.sessions.iter().map(of_session).collect();
        let numbers = Outline::of(items).numbers;
        let called = items.iter().zip(&keys).zip(numbers);
        Self {
            document: json!({ "sessions": sessions, "items": written }),
            called: called.map(|((item, key), number)| (key.clone(), (number, item.title.clone()))).collect(),
        }
    }
}

/// Items by their titles, those of the same title by their place among them.
fn titles(items: &[AgendaItem]) -> Vec<String> {
    let mut counted: HashMap<(&str, u32), u32> = HashMap::new();
    let keys = items.iter().map(|item| {
        // Blocks are counted within their session, so that one more does not rename the later ones.
        let session = if item.kind == ItemKind::Closed { item.session } else { 0 };
        let count = counted.entry((&item.title.es, session)).or_default();
        *count += 1;
        format!("{}#{session}#{count}", item.title.es)
    });
    keys.collect()
}

fn of_item(item: &AgendaItem, key: &str, renamed: &HashMap<&str, &str>, linked: &Linked) -> Value {
    let mut said = Map::new();
    let mut say = |name: &str, value: Value| {
        if !value.is_null() {
            said.insert(name.into(), value);
        }
    };
    say("key", json!(key));
    say("title", words(&item.title));
    say("kind", json!(item.kind));
    say("closed", json!(item.closed));
    say("session", json!(item.session));
    say("under", json!(item.under.as_deref().and_then(|under| renamed.get(under))));
    say("minutes", json!(item.minutes));
    say("proponent", json!(item.proponent));
    for (name, text) in
        [("speaker", &item.speaker), ("outcome", &item.outcome), ("annotation", &item.annotation)]
    {
        say(name, text.as_ref().map_or(Value::Null, words));
    }
    say("documents", item.documents.iter().map(words).collect());
    // What a link leads to is told to whom it is shown; others find no trace of it.
    let plans = item.plans.iter().filter_map(|link| {
        let (name, _) = linked.plans.get(&link.id)?;
        Some(to(link.id.global(), name, link.pinned.as_ref()))
    });
    say("plans", plans.collect());
    let datasets = item.datasets.iter().filter_map(|link| {
        let (name, _) = linked.datasets.get(&link.id)?;
        Some(to(link.id.global(), name, link.pinned.as_ref()))
    });
    say("datasets", datasets.collect());
    Value::Object(said)
}

fn to(id: String, name: &Words, pinned: Option<&String>) -> Value {
    json!({ "key": id, "name": { "es": name.to(Lang::Es), "en": name.to(Lang::En) }, "pinned": pinned })
}

fn of_session(session: &Session) -> Value {
    json!({
        "title": session.title.as_ref().map(words),
        "timeZone": session.time_zone,
        "startsAt": session.starts_at,
        "minutes": session.minutes,
        "place": session.place.as_ref().map(words),
    })
}

fn words(text: &Text) -> Value {
    match &text.en {
        Some(en) => json!({ "es": text.es, "en": en }),
        None => json!({ "es": text.es }),
    }
}

fn told(change: Change, from: &Known, to: &Known) -> Difference {
    let path: Vec<&str> = change.path.iter().map(String::as_str).collect();
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    let (item, field, said) = match path.as_slice() {
        ["items", ORDER] => {
            let said = say!("los puntos van en otro orden", "the items stand in another order");
            // By keys it would say nothing that is not in the agendas themselves.
            return Difference {
                item: None,
                field: Some(ORDER.into()),
                words: Text::both(said.es, said.en),
                before: None,
                after: None,
            };
        }
        ["items", key, rest @ ..] => {
            let found = to.called.get(*key).or_else(|| from.called.get(*key));
            let number = found.and_then(|(number, _)| number.clone());
            let title = found.map_or_else(|| Text::spanish(*key), |(_, title)| title.clone());
            let (es, en) = (&title.es, title.en.as_ref().unwrap_or(&title.es));
            let named = match &number {
                Some(number) => say!("punto {number} «{es}»", "item {number} “{en}”"),
                None => say!("«{es}»", "“{en}”"),
            };
            let said =
                if rest.is_empty() { happened(before, after) } else { field_said(rest, before, after) };
            let said = joined(&named, &said);
            (number, (!rest.is_empty()).then(|| rest.join(".")), said)
        }
        ["sessions", place, rest @ ..] => {
            let number = place.trim_start_matches('#').parse::<usize>().map_or(0, |place| place + 1);
            let named = say!("sesión {number}", "session {number}");
            let said =
                if rest.is_empty() { happened(before, after) } else { field_said(rest, before, after) };
            (None, Some(change.written()), joined(&named, &said))
        }
        _ => (None, Some(change.written()), happened(before, after)),
    };
    Difference {
        item,
        field,
        words: Text::both(said.es, said.en),
        before: change.before,
        after: change.after,
    }
}

fn joined(named: &Say, said: &Say) -> Say {
    Say { es: format!("{}: {}", named.es, said.es), en: format!("{}: {}", named.en, said.en) }
}

fn happened(before: Option<&Value>, after: Option<&Value>) -> Say {
    match (before, after) {
        (None, _) => say!("se añade", "is added"),
        (_, None) => say!("se suprime", "is taken out"),
        _ => say!("cambia", "changes"),
    }
}

fn field_said(rest: &[&str], before: Option<&Value>, after: Option<&Value>) -> Say {
    let name = rest.first().copied().unwrap_or_default();
    let label = label(name);
    let language = match rest.last() {
        Some(&"es") => say!(" en español", " in Spanish"),
        Some(&"en") => say!(" en inglés", " in English"),
        _ => say!("", ""),
    };
    let label =
        Say { es: format!("{}{}", label.es, language.es), en: format!("{}{}", label.en, language.en) };
    let null = |value: Option<&Value>| value.is_none_or(Value::is_null);
    let said = match (value(name, before), value(name, after)) {
        (Some(before), Some(after)) => Say {
            es: format!("de {} a {}", before.es, after.es),
            en: format!("from {} to {}", before.en, after.en),
        },
        (None, Some(after)) if null(before) => {
            Say { es: format!("se añade {}", after.es), en: format!("{} is added", after.en) }
        }
        (Some(before), None) if null(after) => {
            Say { es: format!("se suprime {}", before.es), en: format!("{} is taken out", before.en) }
        }
        _ => happened(before.filter(|one| !one.is_null()), after.filter(|one| !one.is_null())),
    };
    joined(&label, &said)
}

fn label(name: &str) -> Say {
    match name {
        "title" => say!("título", "title"),
        "kind" => say!("tipo", "type"),
        "closed" => say!("acceso", "access"),
        "session" => say!("sesión", "session"),
        "under" => say!("lugar", "place"),
        "minutes" => say!("duración", "duration"),
        "proponent" => say!("proponente", "proponent"),
        "speaker" => say!("ponente", "lead speaker"),
        "outcome" => say!("resultado esperado", "expected outcome"),
        "annotation" => say!("anotación", "annotation"),
        "documents" => say!("documentos", "documents"),
        "plans" => say!("planes", "plans"),
        "datasets" => say!("cifras", "figures"),
        "startsAt" => say!("inicio", "beginning"),
        "timeZone" => say!("huso horario", "time zone"),
        "place" => say!("lugar", "place"),
        _ => say!("contenido", "content"),
    }
}

/// The longest value that is quoted, in characters.
const QUOTED: usize = 160;

/// A value as one would say it; none where it is too long to be quoted, or has no words.
fn value(name: &str, value: Option<&Value>) -> Option<Say> {
    match value? {
        Value::Number(number) if name == "minutes" => Some(say!("{number} min", "{number} min")),
        Value::Number(number) => Some(say!("{number}", "{number}")),
        Value::Bool(true) => Some(say!("reservado a las delegaciones", "closed to observers")),
        Value::Bool(false) => Some(say!("abierto", "open")),
        Value::String(code) if name == "kind" => {
            let kind = serde_json::from_value::<ItemKind>(json!(code)).ok().and_then(kind_of)?;
            Some(Say { es: kind.to(Lang::Es).into(), en: kind.to(Lang::En).into() })
        }
        // A key is nobody's word.
        Value::String(_) if name == "under" => None,
        Value::String(text) if matches!(name, "proponent" | "startsAt" | "timeZone") => {
            Some(say!("{text}", "{text}"))
        }
        Value::String(text) => (text.chars().count() <= QUOTED).then(|| say!("«{text}»", "“{text}”")),
        Value::Object(fields) => {
            let fields = fields.get("name").and_then(Value::as_object).unwrap_or(fields);
            let es = fields.get("es")?.as_str()?;
            let en = fields.get("en").and_then(Value::as_str).unwrap_or(es);
            (es.chars().count().max(en.chars().count()) <= QUOTED).then(|| say!("«{es}»", "“{en}”"))
        }
        _ => None,
    }
}
