//! Structures as an SDMX-JSON 2.0 structure message.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Class,
    artefact::{Artefact, Body, Components, Item, Region},
    json::{named, with_names},
};
use crate::{
    clock::Moment,
    statistics::{
        layout::{OBS_STATUS, OBS_VALUE, TIME_PERIOD},
        lists::AGENCY,
    },
    text::{Lang, Text},
};

const STRUCTURE_SCHEMA: &str = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json";

pub fn message(artefacts: &[Artefact], id: &str, prepared: Moment, lang: Lang) -> String {
    let mut lists: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for artefact in artefacts {
        let list = match artefact.urn.class {
            Class::AgencyScheme => "agencySchemes",
            Class::Codelist => "codelists",
            Class::ConceptScheme => "conceptSchemes",
            Class::DataStructure => "dataStructures",
            Class::Dataflow => "dataflows",
            Class::DataConstraint => "dataConstraints",
        };
        lists.entry(list).or_default().push(written(artefact, lang));
    }
    let meta = json!({
        "schema": STRUCTURE_SCHEMA,
        "id": id,
        "test": false,
        "prepared": prepared.to_string(),
        "contentLanguages": ["es", "en"],
        "sender": { "id": AGENCY },
    });
    // Readers look for the schema near the beginning.
    format!("{{\"meta\":{meta},\"data\":{}}}", json!(lists))
}

fn annotated(object: &mut serde_json::Map<String, Value>, annotations: &[(&str, Text)], lang: Lang) {
    let one = |(kind, text): &(&str, Text)| {
        let (best, all) = named(text, lang);
        // Pysdmx reads counts where the registry of the BIS writes them.
        json!({ "id": kind, "type": kind, "title": best, "text": best, "texts": all })
    };
    if !annotations.is_empty() {
        object.insert("annotations".into(), annotations.iter().map(one).collect());
    }
}

fn written(artefact: &Artefact, lang: Lang) -> Value {
    let urn = &artefact.urn;
    let mut whole = with_names(json!({ "id": urn.id, "agencyID": urn.agency }), &artefact.name, lang);
    let Value::Object(object) = &mut whole else { return whole };
    // An agency scheme has no version of its own (SDMX 3.0).
    if urn.class != Class::AgencyScheme {
        object.insert("version".into(), json!(urn.version));
    }
    object.insert("links".into(), json!([{ "rel": "self", "urn": urn.to_string() }]));
    if let Some(description) = &artefact.description {
        let (best, all) = named(description, lang);
        object.extend([("description".into(), best), ("descriptions".into(), all)]);
    }
    annotated(object, &artefact.annotations, lang);
    if artefact.stub {
        object.insert("isExternalReference".into(), json!(true));
        return whole;
    }
    match &artefact.body {
        Body::Agencies(list) => add_items(object, "agencies", list, artefact.partial, lang),
        Body::Codes(list) => add_items(object, "codes", list, artefact.partial, lang),
        Body::Concepts(list) => add_items(object, "concepts", list, artefact.partial, lang),
        Body::Flow(structure) => {
            object.insert("structure".into(), json!(structure.to_string()));
        }
        Body::Structure(parts) => {
            object.insert("dataStructureComponents".into(), components(parts));
        }
        Body::Constraint(found) => {
            object.insert("role".into(), json!("Actual"));
            object.insert("constraintAttachment".into(), json!({ "dataflows": [found.flow.to_string()] }));
            object.insert("cubeRegions".into(), json!([region(found)]));
        }
    }
    whole
}

fn add_items(
    object: &mut serde_json::Map<String, Value>,
    name: &str,
    items: &[Item],
    partial: bool,
    lang: Lang,
) {
    let one = |item: &Item| {
        let mut whole = with_names(json!({ "id": item.id }), &item.name, lang);
        if let Value::Object(object) = &mut whole {
            object.extend(item.parent.as_ref().map(|parent| ("parent".to_owned(), json!(parent))));
            annotated(object, item.annotation.as_slice(), lang);
        }
        whole
    };
    object.insert("isPartial".into(), json!(partial));
    if !items.is_empty() {
        object.insert(name.to_owned(), items.iter().map(one).collect());
    }
}

fn components(parts: &Components) -> Value {
    let concept = |id: &str| parts.concepts.item("Concept", id);
    let dimension = |(at, (id, list)): (usize, &(String, Option<super::Urn>))| {
        let representation = match list {
            Some(list) => json!({ "enumeration": list.to_string() }),
            None => json!({ "format": { "dataType": "String" } }),
        };
        json!({ "id": id, "position": at, "conceptIdentity": concept(id), "localRepresentation": representation })
    };
    let dimensions: Vec<Value> = parts.dimensions.iter().enumerate().map(dimension).collect();
    let format = match parts.decimals {
        0 => json!({ "dataType": "Decimal" }),
        decimals => json!({ "dataType": "Decimal", "decimals": decimals }),
    };
    json!({
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": dimensions,
            "timeDimension": {
                "id": TIME_PERIOD, "conceptIdentity": concept(TIME_PERIOD),
                "localRepresentation": { "format": { "dataType": "ObservationalTimePeriod" } },
            },
        },
        "measureList": {
            "id": "MeasureDescriptor",
            "measures": [{
                "id": OBS_VALUE, "conceptIdentity": concept(OBS_VALUE), "usage": "optional",
                "localRepresentation": { "format": format },
            }],
        },
        "attributeList": {
            "id": "AttributeDescriptor",
            "attributes": [{
                "id": OBS_STATUS, "conceptIdentity": concept(OBS_STATUS), "usage": "mandatory",
                "attributeRelationship": { "observation": {} },
                "localRepresentation": { "enumeration": parts.statuses.to_string() },
            }],
        },
    })
}

fn region(found: &Region) -> Value {
    let key = |(id, codes): &(String, Vec<String>)| {
        let values: Vec<Value> = codes.iter().map(|code| json!({ "value": code })).collect();
        json!({ "id": id, "include": true, "values": values })
    };
    let keys: Vec<Value> = found.keys.iter().filter(|(_, codes)| !codes.is_empty()).map(key).collect();
    let mut region = json!({ "include": true, "keyValues": keys });
    if let (Some((first, last)), Value::Object(object)) = (found.time, &mut region) {
        let end = last.end().pred_opt().unwrap_or(last.end());
        object.insert(
            "components".into(),
            json!([{
                "id": TIME_PERIOD, "include": true,
                "timeRange": {
                    "startPeriod": { "isInclusive": true, "period": first.start().to_string() },
                    "endPeriod": { "isInclusive": true, "period": end.to_string() },
                },
            }]),
        );
    }
    region
}
