//! What the differences between two plans are called, in words that an official reads: "capacidad nominal: 2 500 a
//! 1 200". Pure, like [`super::diff`].

use std::collections::HashMap;

use serde_json::Value;

use super::{
    diff::{Change, ORDER, name_of},
    terms::{Part, Term, lists},
};
use crate::{
    paper::grouped,
    text::{Lang, Text},
};

/// Longest part of a text that is quoted, in characters.
pub(super) const QUOTED: usize = 90;

/// Fields, as the document names them, and what they are called. A field of one list only is written with it.
const FIELDS: &[(&str, &str, &str)] = &[
    ("acronym", "siglas", "acronym"),
    ("actions", "acciones", "actions"),
    ("amount", "monto", "amount"),
    ("area", "área que clasifica", "unit that classified it"),
    ("areas", "áreas", "areas"),
    ("arrivalsPerDay", "llegadas al día", "arrivals a day"),
    ("arrivalsPerWeek", "llegadas a la semana", "arrivals a week"),
    ("articles", "artículos", "articles"),
    ("asOf", "fecha de corte", "as of"),
    ("assumptions", "supuestos", "assumptions"),
    ("audience", "audiencia", "audience"),
    ("authority", "autoridad notificada", "authority that is told"),
    ("backup", "suplente", "backup"),
    ("backupPhone", "teléfono del suplente", "backup's telephone"),
    ("basis", "fundamento legal", "basis in law"),
    ("bestInterest", "interés superior", "best interest"),
    ("bilateralInstruments", "instrumentos bilaterales", "bilateral instruments"),
    ("body", "texto", "text"),
    ("budget", "presupuesto", "budget"),
    ("by", "división", "division"),
    ("capacity", "capacidad nominal", "nominal capacity"),
    ("citation", "cita", "citation"),
    ("class", "clasificación", "class"),
    ("closed", "cierre", "closed"),
    ("code", "código", "code"),
    ("committed", "comprometido", "committed"),
    ("comparison", "comparación", "comparison"),
    ("contacts", "contactos", "contacts"),
    ("coordinationBody", "instancia de coordinación", "coordination body"),
    ("counterpart", "contraparte", "counterpart"),
    ("currency", "moneda", "currency"),
    ("day", "fecha", "day"),
    ("declaredBy", "lo declara", "declared by"),
    ("description", "descripción", "description"),
    ("destinations", "destinos", "destinations"),
    ("durationDays", "duración en días", "days it lasts"),
    ("eligibility", "requisitos", "eligibility"),
    ("ends", "término", "how it ends"),
    ("entry", "criterios de entrada", "entry criteria"),
    ("everyone", "todos", "everyone"),
    ("countries", "países", "countries"),
    ("institutions", "instituciones", "institutions"),
    ("accounts", "cuentas", "accounts"),
    ("excluded", "personas excluidas", "persons excluded"),
    ("executed", "ejercido", "executed"),
    ("exit", "criterios de salida", "exit criteria"),
    ("extension", "prórroga", "extension"),
    ("familyTracing", "búsqueda de la familia", "family tracing"),
    ("frequency", "frecuencia", "frequency"),
    ("from", "salida", "leaves from"),
    ("handling", "marca de difusión", "handling mark"),
    ("handover", "entrega", "handover"),
    ("heading", "título", "heading"),
    ("hours", "horario", "hours"),
    ("indicator", "indicador", "indicator"),
    ("indicatorCode", "código del indicador", "indicator's code"),
    ("institution", "institución", "institution"),
    ("key", "clave", "key"),
    ("kind", "tipo", "kind"),
    ("latitude", "latitud", "latitude"),
    ("lead", "institución rectora", "lead institution"),
    ("legalBasis", "fundamento jurídico", "legal basis"),
    ("legalInstruments", "instrumentos jurídicos", "legal instruments"),
    ("legend", "leyenda nacional", "national legend"),
    ("level", "nivel de alerta", "level of alert"),
    ("likelihood", "probabilidad", "likelihood"),
    ("longestDays", "duración máxima en días", "longest duration in days"),
    ("longitude", "longitud", "longitude"),
    ("manifestHours", "horas para el manifiesto", "hours for the manifest"),
    ("minorsProtocol", "protocolo de niñas, niños y adolescentes", "protocol for minors"),
    ("mode", "modo", "mode"),
    ("mostPerDay", "máximo al día", "most a day"),
    ("mostPerFlight", "máximo por vuelo", "most a flight"),
    ("movedTo", "trasladado a", "moved to"),
    ("name", "nombre", "name"),
    ("note", "nota", "note"),
    ("noticeHours", "horas de aviso", "hours of notice"),
    ("notifyHours", "horas para notificar", "hours to tell the authority"),
    ("number", "número", "number"),
    ("officialTranslations", "se exigen traducciones oficiales", "official translations are required"),
    ("opened", "apertura", "opened"),
    ("opens", "abre la fase", "opens the phase"),
    ("operator", "operador", "operator"),
    ("original", "idioma original", "original language"),
    ("overnightPlaces", "plazas para pernoctar", "overnight places"),
    ("part", "sección", "section"),
    ("participants", "instituciones participantes", "participating institutions"),
    ("participation", "participación", "participation"),
    ("parts", "marcas de las secciones", "marks of sections"),
    ("peoplePerDay", "personas al día", "people a day"),
    ("percent", "por ciento", "per cent"),
    ("phase", "fase", "phase"),
    ("phases", "fases", "phases"),
    ("phone", "teléfono", "telephone"),
    ("place", "lugar", "place"),
    ("planningFigure", "cifra de planeación", "planning figure"),
    ("point", "punto de recepción", "reception point"),
    ("points", "puntos de recepción", "reception points"),
    ("post", "puesto", "post"),
    ("profile", "perfil", "profile"),
    ("provider", "prestador", "provider"),
    ("reception", "recepción", "reception"),
    ("receptionPoints", "puntos de recepción", "reception points"),
    ("resources", "recursos", "resources"),
    ("responsible", "institución responsable", "responsible institution"),
    ("role", "función", "role"),
    ("scenarios", "escenarios", "scenarios"),
    ("seats", "asientos", "seats"),
    ("sections", "secciones", "sections"),
    ("sector", "sector", "sector"),
    ("services", "servicios", "services"),
    ("shares", "distribución", "shares"),
    ("shift", "turno", "shift"),
    ("shortName", "nombre corto", "short name"),
    ("source", "fuente", "source"),
    ("sourceNote", "nota sobre la fuente", "note on the source"),
    ("staff", "recursos humanos", "staff"),
    ("startHours", "inicio en horas", "starts after hours"),
    ("status", "estado", "status"),
    ("supporting", "instituciones de apoyo", "supporting institutions"),
    ("surgeCapacity", "capacidad de emergencia", "surge capacity"),
    ("targetGroups", "población objetivo", "target groups"),
    ("threshold", "umbral", "threshold"),
    ("trained", "capacitadas", "trained"),
    ("translation", "estado de la traducción", "state of the translation"),
    ("transport", "transporte", "transport"),
    ("triggers", "detonadores", "triggers"),
    ("under", "parte de", "part of"),
    ("unitCost", "costo unitario", "unit cost"),
    ("validFrom", "inicio de vigencia", "valid from"),
    ("validUntil", "fin de vigencia", "valid until"),
    ("vehicles", "vehículos", "vehicles"),
    ("windowDays", "ventana en días", "window in days"),
    ("years", "años de reserva", "years reserved"),
    ("es", "español", "Spanish"),
    ("en", "inglés", "English"),
];

/// Which list of words a field is written with, by the list of the plan that it stands in.
const LISTED: &[(&str, &str, &str)] = &[
    ("", "targetGroups", "TargetGroup"),
    ("legend", "class", "NationalLegendClass"),
    ("participation", "role", "PlanParticipantRole"),
    ("legalInstruments", "kind", "PlanLegalKind"),
    ("scenarios", "likelihood", "PlanLikelihood"),
    ("scenarios", "by", "PlanShareOf"),
    ("triggers", "comparison", "PlanComparison"),
    ("triggers", "level", "AlertLevel"),
    ("actions", "sector", "PlanSector"),
    ("actions", "status", "PlanActionStatus"),
    ("receptionPoints", "kind", "ReceptionPointKind"),
    ("receptionPoints", "areas", "ReceptionPointArea"),
    ("services", "kind", "PlanServiceKind"),
    ("transport", "mode", "PlanTransportMode"),
    ("budget", "source", "PlanBudgetSource"),
    ("parts", "part", "PlanPartKind"),
];

/// What a field is called.
pub fn label(field: &str) -> Option<Text> {
    FIELDS.iter().find(|(name, ..)| *name == field).map(|(_, es, en)| Text::both(*es, *en))
}

/// The section of the plan that a field at its root belongs to.
pub fn part_of(field: &str) -> Part {
    match field {
        "participants" | "participation" | "coordinationBody" => Part::Institutions,
        "legalBasis" | "legalInstruments" => Part::LegalBasis,
        "validFrom" | "validUntil" | "extension" => Part::Validity,
        "targetGroups" => Part::TargetGroups,
        "sections" => Part::Narrative,
        "scenarios" => Part::Scenarios,
        "triggers" => Part::Triggers,
        "phases" => Part::Phases,
        "actions" => Part::Actions,
        "receptionPoints" => Part::ReceptionPoints,
        "services" => Part::Services,
        "transport" => Part::Transport,
        "budget" => Part::Budget,
        "staff" => Part::Staff,
        "minorsProtocol" => Part::MinorsProtocol,
        "bilateralInstruments" => Part::BilateralInstruments,
        "contacts" => Part::Contacts,
        _ => Part::Identity,
    }
}

/// What is behind an id or a key: the name of an institution, a point, an item of the plan.
pub type Behind<'a> = &'a dyn Fn(&str, Lang) -> Option<String>;

/// A document, and where in each of its lists an item of a name stands.
pub struct Known<'a> {
    whole: &'a Value,
    /// By the place of the list in memory, which does not move while the document is borrowed.
    places: HashMap<*const Vec<Value>, HashMap<&'a str, usize>>,
}

impl<'a> Known<'a> {
    pub fn of(whole: &'a Value) -> Self {
        let mut known = Self { whole, places: HashMap::new() };
        known.walk(whole);
        known
    }

    fn walk(&mut self, value: &'a Value) {
        match value {
            Value::Object(fields) => fields.values().for_each(|value| self.walk(value)),
            Value::Array(items) => {
                let mut places = HashMap::new();
                for (at, item) in items.iter().enumerate() {
                    if let Some(name) = name_of(item) {
                        places.entry(name).or_insert(at);
                    }
                    self.walk(item);
                }
                self.places.insert(items, places);
            }
            _ => {}
        }
    }

    fn below(&self, value: &'a Value, step: &str) -> Option<&'a Value> {
        match value {
            Value::Object(fields) => fields.get(step),
            Value::Array(items) => match step.strip_prefix('#') {
                Some(place) => items.get(place.parse::<usize>().ok()?),
                None => items.get(*self.places.get(&std::ptr::from_ref(items))?.get(step)?),
            },
            _ => None,
        }
    }
}

/// The difference in both languages.
pub fn sentence(change: &Change, documents: (&Known<'_>, &Known<'_>), behind: Behind<'_>) -> Text {
    let said = |lang| one(change, documents, behind, lang);
    Text::both(said(Lang::Es), said(Lang::En))
}

fn one(change: &Change, (from, to): (&Known<'_>, &Known<'_>), behind: Behind<'_>, lang: Lang) -> String {
    let pick = |es: &str, en: &str| if lang == Lang::Es { es.to_owned() } else { en.to_owned() };
    let called = |text: Text| if lang == Lang::Es { text.es } else { text.en.unwrap_or_default() };
    let root = change.path.first().map(String::as_str).unwrap_or_default();
    let mut words = vec![called(part_of(root).label())];
    let mut at = (Some(from.whole), Some(to.whole));
    for (number, step) in change.path.iter().enumerate() {
        let parent = at.1.or(at.0);
        at = (at.0.and_then(|at| from.below(at, step)), at.1.and_then(|at| to.below(at, step)));
        let item = at.1.or(at.0);
        if step == ORDER {
            words.push(pick("orden", "order"));
        } else if parent.is_some_and(Value::is_array) {
            words.push(item.and_then(|item| title(item, behind, lang)).unwrap_or_else(|| step.clone()));
        } else if number > 0 || !is_list_of_its_part(root) {
            words.push(label(step).map_or_else(|| step.clone(), called));
        }
    }
    let list = if change.path.len() > 1 { root } else { "" };
    let field = change.path.iter().rev().find(|step| label(step).is_some()).map_or("", String::as_str);
    let show = |value: &Value| quoted(value, (list, field), behind, lang);
    let whole = |value: &Value| value.is_object();
    let told = match (&change.before, &change.after) {
        (None, Some(after)) if whole(after) => pick("se agrega", "added"),
        (Some(before), None) if whole(before) => pick("se quita", "removed"),
        (None, Some(after)) => format!("{} {}", pick("se agrega", "added:"), show(after)),
        (Some(before), None) => format!("{} {}", pick("se quita", "removed:"), show(before)),
        (Some(before), Some(after)) => format!("{} {} {}", show(before), pick("a", "to"), show(after)),
        (None, None) => String::new(),
    };
    format!("{}: {told}", words.join(", "))
}

/// Whether the field is all of its section, so that it need not be named beside it.
fn is_list_of_its_part(root: &str) -> bool {
    !matches!(part_of(root), Part::Identity | Part::Institutions | Part::LegalBasis | Part::Validity)
}

/// What an item of a list is called.
fn title(item: &Value, behind: Behind<'_>, lang: Lang) -> Option<String> {
    let words = ["name", "heading", "citation", "description", "post", "profile"];
    let text = words.into_iter().find_map(|name| item.get(name)).and_then(|text| in_lang(text, lang));
    let named = || name_of(item).map(|name| behind(name, lang).unwrap_or_else(|| name.to_owned()));
    text.map(|text| short(&text)).or_else(named)
}

fn in_lang(text: &Value, lang: Lang) -> Option<String> {
    let wanted = if lang == Lang::Es { "es" } else { "en" };
    text.get(wanted).or_else(|| text.get("es"))?.as_str().map(str::to_owned)
}

fn short(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    match first.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &first[..end]),
        None if first.len() < text.len() => format!("{first}…"),
        None => first.to_owned(),
    }
}

fn quoted(value: &Value, place: (&str, &str), behind: Behind<'_>, lang: Lang) -> String {
    match value {
        Value::String(text) => {
            let term = term(place, text, lang);
            match term.or_else(|| behind(text, lang)) {
                Some(words) => words,
                None if text.contains(char::is_whitespace) && lang == Lang::Es => {
                    format!("«{}»", short(text))
                }
                None if text.contains(char::is_whitespace) => format!("“{}”", short(text)),
                None => short(text),
            }
        }
        Value::Number(number) => grouped(&number.to_string(), lang),
        Value::Bool(true) => if lang == Lang::Es { "sí" } else { "yes" }.into(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().take(20).map(|item| quoted(item, place, behind, lang)).collect();
            items.join(", ")
        }
        Value::Object(_) => in_lang(value, lang).map_or_else(|| "…".into(), |text| short(&text)),
        Value::Bool(false) | Value::Null => "no".into(),
    }
}

fn term((list, field): (&str, &str), code: &str, lang: Lang) -> Option<String> {
    let (.., name) = LISTED.iter().find(|(in_list, of, _)| *in_list == list && *of == field)?;
    let terms = lists().into_iter().find(|known| known.name == *name)?.terms;
    let (_, label) = terms.into_iter().find(|(known, _)| *known == code)?;
    Some(if lang == Lang::Es { label.es } else { label.en.unwrap_or_default() })
}
