//! A plan with every section, written and read back, and all that can be wrong with one.

use serde_json::{Value, json};

use super::{DRAFT, REVISE};
use crate::stage::Stage;

/// Something in every section.
pub fn everything(stage: &Stage) -> Value {
    let institution = |code: &str| stage.institution(code).global();
    let point = |code: &str| stage.point(code).global();
    let text = |es: &str, en: &str| json!({ "es": es, "en": en });
    json!({
        "name": text("Plan de retorno", "Return plan"),
        "shortName": text("Retorno", "Return"),
        "acronym": "PR",
        "lead": institution("MX-SRE"),
        "legend": { "class": "RESERVED", "basis": text("Ley General de Transparencia, art. 113", "Transparency law, art. 113"),
            "area": text("Dirección General", "Directorate General"), "day": "2025-01-16", "years": 5 },
        "participation": [
            { "institution": institution("MX-INM"), "role": "CO_EXECUTOR" },
            { "institution": institution("INT-IOM"), "role": "COOPERATION" },
        ],
        "coordinationBody": text("Comisión intersecretarial", "Interministerial commission"),
        "legalBasis": text("Ley de Migración", "Migration law"),
        "legalInstruments": [
            { "kind": "DECREE", "citation": { "es": "Decreto PCM-08-2025" }, "articles": "7(2)", "day": "2025-02-08" },
        ],
        "validFrom": "2025-01-20", "validUntil": "2025-07-20",
        "extension": text("Prorrogable por seis meses", "Can be extended by six months"),
        "targetGroups": ["RETURNED", "UNACCOMPANIED_MINORS"],
        "sections": [{ "key": "alcance", "heading": text("Alcance", "Scope"), "body": text("Todo.", "All.") }],
        "scenarios": [{
            "key": "E1", "name": text("Retorno masivo", "Mass return"), "planningFigure": 50000,
            "arrivalsPerDay": 500, "arrivalsPerWeek": 3500, "durationDays": 90, "likelihood": "HIGH",
            "assumptions": text("Vuelos diarios", "Daily flights"),
            "shares": [
                { "by": "MODE", "code": "AIR", "percent": "68.63" }, { "by": "MODE", "code": "LAND", "percent": "31.37" },
                { "by": "SEX", "code": "F", "percent": "12.5" },
            ],
        }],
        "triggers": [{
            "key": "D1", "name": text("Quinientos al día", "Five hundred a day"),
            "indicator": text("Personas retornadas al día", "Persons returned a day"),
            "indicatorCode": "RETURNED_PERSON", "comparison": "AT_LEAST", "threshold": "500", "windowDays": 3,
            "level": "ORANGE", "opens": "F2", "declaredBy": institution("MX-SRE"),
            "ends": text("Siete días por debajo", "Seven days below"),
        }],
        "phases": [
            { "key": "F1", "name": text("Asistencia consular", "Consular assistance") },
            { "key": "F2", "name": text("Recepción", "Reception"), "description": text("En los puntos", "At the points"),
              "entry": text("Detonador D1", "Trigger D1"), "exit": text("Fin de la alerta", "End of the alert"),
              "longestDays": 90, "triggers": ["D1"] },
        ],
        "actions": [{
            "key": "A1", "phase": "F2", "sector": "REGISTRATION", "description": text("Registrar", "Register"),
            "responsible": institution("MX-INM"), "supporting": [institution("MX-SRE")], "point": point("MX-RP-NORTE"),
            "place": text("Módulo 1", "Desk 1"), "resources": text("Diez equipos", "Ten machines"), "startHours": 24,
            "status": "READY",
        }],
        "receptionPoints": [
            { "point": point("MX-RP-NORTE"), "capacity": 1200, "surgeCapacity": 2500, "overnightPlaces": 300,
              "peoplePerDay": 600, "kind": "AIRPORT", "mode": "AIR", "operator": institution("MX-INM"),
              "place": text("Terminal 1", "Terminal 1"), "latitude": 19.436111, "longitude": -99.072222,
              "hours": text("De 8 a 20 h", "8 a.m. to 8 p.m."), "areas": ["MINORS", "HEALTH"],
              "opened": "2025-01-20", "closed": "2025-06-30", "movedTo": point("MX-RP-SUR"),
              "note": text("Nota", "Note") },
            { "point": point("MX-RP-SUR"), "capacity": 0 },
        ],
        "services": [{
            "key": "S1", "kind": "CASH", "description": text("Apoyo único", "One payment"),
            "provider": institution("MX-SRE"), "unitCost": { "amount": "2000.00", "currency": "MXN" },
            "eligibility": text("Personas retornadas", "Returned persons"), "points": [point("MX-RP-SUR")], "phase": "F2",
        }],
        "transport": [{
            "key": "T1", "mode": "BUS", "operator": institution("MX-INM"), "description": text("Traslado", "Transfer"),
            "vehicles": 10, "seats": 400, "frequency": text("Cada dos horas", "Every two hours"),
            "from": point("MX-RP-NORTE"), "destinations": ["MX-CHP"],
        }],
        "budget": [
            { "key": "B1", "name": text("Protección jurídica", "Legal protection"), "source": "LOTTERY",
              "sourceNote": text("Sorteo", "Draw"), "amount": "115.90", "currency": "MXN", "committed": "100",
              "executed": "50.5", "asOf": "2025-09-19" },
            { "key": "B1-1", "name": text("Fianzas", "Bonds"), "under": "B1", "source": "LOTTERY", "amount": "50",
              "currency": "MXN" },
            { "key": "B2", "name": text("Préstamo", "Loan"), "source": "LOAN", "amount": "120", "currency": "USD" },
        ],
        "staff": [{ "key": "P1", "institution": institution("MX-INM"), "profile": text("Agentes", "Officers"),
            "number": 263, "trained": 263, "shift": text("Turnos de 12 h", "12-hour shifts"), "point": point("MX-RP-SUR") }],
        "minorsProtocol": { "authority": institution("MX-SRE"), "notifyHours": 2, "reception": text("Aparte", "Apart"),
            "bestInterest": text("Primero", "First"), "familyTracing": text("Consulados", "Consulates"),
            "handover": text("A la familia", "To the family") },
        "bilateralInstruments": [{ "key": "I1", "name": text("Arreglo local", "Local arrangement"), "counterpart": "GT",
            "points": [point("MX-RP-NORTE")], "hours": text("Lunes a viernes", "Monday to Friday"), "noticeHours": 48,
            "manifestHours": 24, "mostPerFlight": 135, "mostPerDay": 300, "excluded": text("Menores", "Minors") }],
        "contacts": [{ "key": "C1", "post": text("Guardia", "Duty officer"), "institution": institution("MX-SRE"),
            "phone": "+52 55 3686 5100", "backup": text("Enlace", "Liaison"), "backupPhone": "+52 (55) 3686-5101" }],
    })
}

/// All sections, read in the words of the input: ids of what is linked instead of what it is.
pub const EVERYTHING: &str = "name { es en } shortName { es en } acronym legend { class basis { es en } area { es en } day years } lead { id } \
    participation { institution { id } role } coordinationBody { es en } legalBasis { es en } \
    legalInstruments { kind citation { es } articles day } validFrom validUntil extension { es en } targetGroups \
    sections { key heading { es en } body { es en } } \
    scenarios { key name { es en } planningFigure arrivalsPerDay arrivalsPerWeek durationDays likelihood \
      assumptions { es en } shares { by code percent } } \
    triggers { key name { es en } indicator { es en } indicatorCode comparison threshold windowDays level opens \
      declaredBy { id } ends { es en } } \
    phases { key name { es en } description { es en } entry { es en } exit { es en } longestDays triggers } \
    actions { key phase sector description { es en } responsible { id } supporting { id } point { id } place { es en } \
      resources { es en } startHours status } \
    receptionPoints { point { id } capacity surgeCapacity overnightPlaces peoplePerDay kind mode operator { id } \
      place { es en } latitude longitude hours { es en } areas opened closed movedTo { id } note { es en } } \
    services { key kind description { es en } provider { id } unitCost { amount currency } eligibility { es en } \
      points { id } phase } \
    transport { key mode operator { id } description { es en } vehicles seats frequency { es en } from { id } destinations } \
    budget { key name { es en } under source sourceNote { es en } amount currency committed executed asOf } \
    staff { key institution { id } profile { es en } number trained shift { es en } point { id } } \
    minorsProtocol { authority { id } notifyHours reception { es en } bestInterest { es en } familyTracing { es en } \
      handover { es en } } \
    bilateralInstruments { key name { es en } counterpart points { id } hours { es en } noticeHours manifestHours \
      mostPerFlight mostPerDay excluded { es en } } \
    contacts { key post { es en } institution { id } phone backup { es en } backupPhone }";

/// What was read as it was written: `{ id }` becomes the id, and what is null was left out.
pub fn as_written(read: &Value) -> Value {
    match read {
        Value::Object(fields) if fields.len() == 1 && fields.contains_key("id") => fields["id"].clone(),
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), as_written(value)))
            .collect(),
        Value::Array(items) => items.iter().map(as_written).filter(|item| *item != json!([])).collect(),
        other => other.clone(),
    }
}

/// Lists that are empty were left out as well.
fn without_empty(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| **value != json!([]))
            .map(|(name, value)| (name.clone(), without_empty(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_empty).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn every_section_is_read_as_it_was_written() {
    let stage = Stage::set().await;
    let written = everything(&stage);
    let input = json!({ "handling": "GREEN", "content": written });
    let draft = stage.person("mx.test.editor").asks(DRAFT, json!({ "input": input })).await.well();
    let id = draft.text_at("draftPlan.plan.id");

    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Plan {{ {EVERYTHING} }} }} }}");
    let read = stage.person("mx.test.analyst").asks(&query, json!({ "id": id })).await.well();
    assert_eq!(without_empty(&as_written(read.at("node"))), without_empty(&written));

    let more = "query($id: ID!) { node(id: $id) { ... on Plan { participants { code } actions { start } \
                budgetTotals { currency amount committed executed } parts { part handling label { es } audience { countries } } } } }";
    let read = stage.person("mx.test.analyst").asks(more, json!({ "id": id })).await.well();
    assert_eq!(read.at("node.participants"), &json!([{ "code": "MX-INM" }, { "code": "INT-IOM" }]));
    assert_eq!(read.at("node.actions.0.start"), "T+24h");
    // Each currency by itself; a part counts with its whole.
    let totals = json!([
        { "currency": "MXN", "amount": "115.90", "committed": "100.00", "executed": "50.50" },
        { "currency": "USD", "amount": "120.00", "committed": "0.00", "executed": "0.00" },
    ]);
    assert_eq!(read.at("node.budgetTotals"), &totals);
    let parts = read.at("node.parts").as_array().unwrap();
    assert_eq!(parts.len(), 18);
    assert!(parts.iter().all(|part| part["handling"] == "GREEN" && part["audience"].is_null()));
    assert_eq!(parts[13]["label"]["es"], "Presupuesto");
}

#[tokio::test]
async fn the_words_of_a_plan_have_labels_in_both_languages() {
    let stage = Stage::set().await;
    let query = "{ planTerms { name terms { code label { es en } } } }";
    let read = stage.person("hn.test.analyst").asks(query, json!({})).await.well();
    let lists = read.at("planTerms").as_array().unwrap();
    let catalogue = lists.iter().find(|list| list["name"] == "PlanServiceKind").unwrap();
    let cash = json!({ "code": "CASH", "label": { "es": "apoyo económico", "en": "cash" } });
    assert!(catalogue["terms"].as_array().unwrap().contains(&cash));
    assert_eq!(catalogue["terms"].as_array().unwrap().len(), 14);
}

/// A change to the plan with everything, and how it is refused.
async fn refused(stage: &Stage, id: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut content = everything(stage);
    change(&mut content);
    let input = json!({ "id": id, "expectedRevision": 1, "content": content });
    let answer = stage.person("mx.test.editor").asks(REVISE, json!({ "input": input })).await;
    let errors = answer.at("revisePlan.userErrors").as_array().unwrap();
    assert!(errors.iter().all(|error| !error["message"].as_str().unwrap().is_empty()), "{}", answer.text);
    let text = |error: &Value, name: &str| error[name].as_str().unwrap().replace("input.content.", "");
    let mut found: Vec<_> =
        errors.iter().map(|error| format!("{} {}", text(error, "code"), text(error, "path"))).collect();
    found.sort();
    found
}

#[tokio::test]
async fn what_makes_no_sense_in_a_plan_is_refused_with_its_place_and_nothing_is_stored() {
    let stage = Stage::set().await;
    let input = json!({ "handling": "GREEN", "content": everything(&stage) });
    let draft = stage.person("mx.test.editor").asks(DRAFT, json!({ "input": input })).await.well();
    let id = draft.text_at("draftPlan.plan.id");
    let before = stage.entries().await.len();

    let foreign = stage.point("GT-RP-SUR").global();
    type Change<'a> = Box<dyn FnOnce(&mut Value) + 'a>;
    let set = |pointer: &'static str, value: Value| -> Change<'_> {
        Box::new(move |content| {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            content.pointer_mut(parent).unwrap()[name] = value;
        })
    };
    let cases: Vec<(Change<'_>, Vec<&str>)> = vec![
        (set("/phases/1/triggers", json!(["D9"])), vec!["UNKNOWN phases.1.triggers.0"]),
        (
            set("/triggers/0/opens", json!("F9")),
            vec!["OUT_OF_RANGE phases.1.triggers.0", "UNKNOWN triggers.0.opens"],
        ),
        (set("/triggers/0/opens", json!("F1")), vec!["OUT_OF_RANGE phases.1.triggers.0"]),
        (set("/triggers/0/indicatorCode", json!("NADA")), vec!["UNKNOWN triggers.0.indicatorCode"]),
        (set("/triggers/0/threshold", json!("-1")), vec!["OUT_OF_RANGE triggers.0.threshold"]),
        (set("/triggers/0/threshold", json!("1,5")), vec!["NOT_A_NUMBER triggers.0.threshold"]),
        (set("/legend/years", json!(0)), vec!["OUT_OF_RANGE legend.years"]),
        (set("/legend/class", json!("CONFIDENTIAL")), vec!["OUT_OF_RANGE legend.years"]),
        (set("/legend/basis", json!({ "es": "<b>art.</b>" })), vec!["MALFORMED legend.basis.es"]),
        (set("/legend/area", json!({ "es": "x".repeat(301) })), vec!["TOO_LARGE legend.area.es"]),
        (set("/actions/0/phase", json!("F9")), vec!["UNKNOWN actions.0.phase"]),
        (set("/actions/0/startHours", json!(-1)), vec!["OUT_OF_RANGE actions.0.startHours"]),
        (set("/actions/0/point", json!(foreign)), vec!["UNKNOWN actions.0.point"]),
        (set("/actions/0/key", json!("a b")), vec!["MALFORMED actions.0.key"]),
        (
            set("/phases/1/key", json!("F1")),
            vec![
                "DUPLICATE phases.1.key",
                "OUT_OF_RANGE phases.1.triggers.0",
                "UNKNOWN actions.0.phase",
                "UNKNOWN services.0.phase",
                "UNKNOWN triggers.0.opens",
            ],
        ),
        (set("/receptionPoints/0/capacity", json!(-1)), vec!["OUT_OF_RANGE receptionPoints.0.capacity"]),
        (
            set("/receptionPoints/0/surgeCapacity", json!(1199)),
            vec!["OUT_OF_RANGE receptionPoints.0.surgeCapacity"],
        ),
        (
            set("/receptionPoints/0/closed", json!("2025-01-19")),
            vec!["OUT_OF_RANGE receptionPoints.0.closed"],
        ),
        (
            set("/receptionPoints/0/movedTo", json!(stage.point("MX-RP-NORTE").global())),
            vec!["OUT_OF_RANGE receptionPoints.0.movedTo"],
        ),
        // Swapped, without its sign, in another country, alone, off the globe.
        (set("/receptionPoints/0/latitude", json!(-99.07)), vec!["OUT_OF_RANGE receptionPoints.0.latitude"]),
        (set("/receptionPoints/0/longitude", json!(99.07)), vec!["OUT_OF_RANGE receptionPoints.0.longitude"]),
        (set("/receptionPoints/0/latitude", json!(14.07)), vec!["OUT_OF_RANGE receptionPoints.0.latitude"]),
        (set("/receptionPoints/0/latitude", json!(null)), vec!["REQUIRED receptionPoints.0.latitude"]),
        (set("/receptionPoints/0/latitude", json!(1e300)), vec!["OUT_OF_RANGE receptionPoints.0.latitude"]),
        (set("/validUntil", json!("2025-01-19")), vec!["OUT_OF_RANGE validUntil"]),
        (set("/services/0/points", json!([foreign])), vec!["UNKNOWN services.0.points.0"]),
        (
            set("/services/0/unitCost", json!({ "amount": "1.234", "currency": "Pesos" })),
            vec!["NOT_A_NUMBER services.0.unitCost.amount", "UNKNOWN services.0.unitCost.currency"],
        ),
        (set("/budget/1/currency", json!("USD")), vec!["INCOMPARABLE budget.1.currency"]),
        (set("/budget/1/amount", json!("115.91")), vec!["DOES_NOT_ADD_UP budget.1.amount"]),
        (set("/budget/0/under", json!("B1-1")), vec!["UNKNOWN budget.0.under", "UNKNOWN budget.1.under"]),
        (
            set("/scenarios/0/shares/1/percent", json!("31.38")),
            vec!["OUT_OF_RANGE scenarios.0.shares.1.percent"],
        ),
        (set("/staff/0/trained", json!(264)), vec!["OUT_OF_RANGE staff.0.trained"]),
        (set("/transport/0/destinations", json!(["MX-XXX"])), vec!["UNKNOWN transport.0.destinations.0"]),
        (
            set("/bilateralInstruments/0/counterpart", json!("ZZ")),
            vec!["UNKNOWN bilateralInstruments.0.counterpart"],
        ),
        (set("/contacts/0/phone", json!("5536865100")), vec!["MALFORMED contacts.0.phone"]),
        (set("/contacts/0/post/es", json!("<b>Guardia</b>")), vec!["MALFORMED contacts.0.post.es"]),
        (set("/sections/0/body/en", json!("x &lt;script&gt;")), vec!["MALFORMED sections.0.body.en"]),
        (set("/sections/0/body/es", json!("x\u{0}y")), vec!["MALFORMED sections.0.body.es"]),
        (set("/acronym", json!("<!--")), vec!["MALFORMED acronym"]),
        (set("/sections/0/body/es", json!("x".repeat(20_001))), vec!["TOO_LARGE sections.0.body.es"]),
    ];
    for (number, (change, expected)) in cases.into_iter().enumerate() {
        assert_eq!(refused(&stage, &id, change).await, expected, "case {number}");
    }
    assert_eq!(stage.entries().await.len(), before);

    // What looks like markup and is none, is plain text.
    let plain = |content: &mut Value| {
        content["sections"][0]["body"]["es"] =
            json!("menos de < 500 & más de > 3; R&D; a<5, I <3 D&B &;\n\ty «más»");
    };
    assert_eq!(refused(&stage, &id, plain).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_too_large_or_nested_too_deep_is_refused_before_it_is_read() {
    let stage = Stage::set().await;
    let before = stage.entries().await.len();
    let editor = stage.person("mx.test.editor");
    let body = |content: &str| {
        format!(
            r#"{{"query":{},"variables":{{"input":{{"handling":"GREEN","content":{content}}}}}}}"#,
            json!(DRAFT)
        )
    };
    let large =
        editor.asking().posts(body(&json!({ "name": { "es": "x".repeat(10 << 20) } }).to_string())).await;
    assert_eq!((large.status.as_u16(), large.code()), (413, "LIMITED"), "{}", large.text);
    let deep = format!(r#"{{"name":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let deep = editor.asking().posts(body(&deep)).await;
    assert_eq!((deep.status.as_u16(), deep.code()), (400, "BAD_REQUEST"), "{}", deep.text);
    assert_eq!(stage.entries().await.len(), before);
}
