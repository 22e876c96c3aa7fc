//! Structures as an SDMX-ML 3.0 structure message, and errors as an error message.

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{
    Class, Urn,
    artefact::{Artefact, Body, Components, Item, Region},
};
use crate::{
    clock::Moment,
    statistics::{
        layout::{OBS_STATUS, OBS_VALUE, TIME_PERIOD},
        lists::AGENCY,
    },
    text::Text,
};

type Xml = Writer<Vec<u8>>;
type Written = std::io::Result<()>;

const NAMESPACES: [(&str, &str); 3] = [
    ("xmlns:mes", "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message"),
    ("xmlns:str", "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure"),
    ("xmlns:com", "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common"),
];

/// The lists of a message, in the order of its schema.
const LISTS: [(Class, &str, &str); 6] = [
    (Class::AgencyScheme, "str:AgencySchemes", "str:AgencyScheme"),
    (Class::Codelist, "str:Codelists", "str:Codelist"),
    (Class::ConceptScheme, "str:ConceptSchemes", "str:ConceptScheme"),
    (Class::DataConstraint, "str:DataConstraints", "str:DataConstraint"),
    (Class::Dataflow, "str:Dataflows", "str:Dataflow"),
    (Class::DataStructure, "str:DataStructures", "str:DataStructure"),
];

pub fn message(artefacts: &[Artefact], id: &str, prepared: Moment) -> std::io::Result<Vec<u8>> {
    whole("mes:Structure", |xml| {
        within(xml, "mes:Header", &[], |xml| {
            text(xml, "mes:ID", &[], id)?;
            text(xml, "mes:Test", &[], "false")?;
            text(xml, "mes:Prepared", &[], &prepared.to_string())?;
            within(xml, "mes:Sender", &[("id", AGENCY)], |_| Ok(()))
        })?;
        if artefacts.is_empty() {
            return Ok(());
        }
        within(xml, "mes:Structures", &[], |xml| {
            for (class, list, element) in LISTS {
                let mut of_class = artefacts.iter().filter(|artefact| artefact.urn.class == class).peekable();
                if of_class.peek().is_some() {
                    within(xml, list, &[], |xml| {
                        of_class.try_for_each(|artefact| written(xml, element, artefact))
                    })?;
                }
            }
            Ok(())
        })
    })
}

/// Words in one language.
pub fn error(code: u16, lang: &str, words: &str) -> std::io::Result<Vec<u8>> {
    whole("mes:Error", |xml| {
        within(xml, "mes:ErrorMessage", &[("code", &code.to_string())], |xml| {
            text(xml, "com:Text", &[("xml:lang", lang)], words)
        })
    })
}

fn whole(root: &str, inside: impl FnOnce(&mut Xml) -> Written) -> std::io::Result<Vec<u8>> {
    let mut xml = Writer::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    within(&mut xml, root, &NAMESPACES, inside)?;
    Ok(xml.into_inner())
}

/// An element with what stands inside.
fn within(
    xml: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    inside: impl FnOnce(&mut Xml) -> Written,
) -> Written {
    let element = xml.create_element(name).with_attributes(attributes.iter().copied());
    element.write_inner_content(inside)?;
    Ok(())
}

fn text(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], words: &str) -> Written {
    // What XML 1.0 cannot hold at all is left out: no text of ours has it, and no message fails for it.
    let words: String = words
        .chars()
        .filter(|c| !matches!(c, '\u{FFFE}' | '\u{FFFF}') && (!c.is_control() || matches!(c, '\t' | '\n')))
        .collect();
    let element = xml.create_element(name).with_attributes(attributes.iter().copied());
    element.write_text_content(BytesText::new(&words))?;
    Ok(())
}

fn texts(xml: &mut Xml, name: &str, words: &Text) -> Written {
    text(xml, name, &[("xml:lang", "es")], &words.es)?;
    words.en.as_ref().map_or(Ok(()), |en| text(xml, name, &[("xml:lang", "en")], en))
}

fn annotations<'a>(xml: &mut Xml, all: impl IntoIterator<Item = &'a (&'static str, Text)>) -> Written {
    let mut all = all.into_iter().peekable();
    if all.peek().is_none() {
        return Ok(());
    }
    within(xml, "com:Annotations", &[], |xml| {
        all.try_for_each(|(kind, words)| {
            within(xml, "com:Annotation", &[("id", kind)], |xml| {
                text(xml, "com:AnnotationType", &[], kind)?;
                texts(xml, "com:AnnotationText", words)
            })
        })
    })
}

fn written(xml: &mut Xml, element: &str, artefact: &Artefact) -> Written {
    let urn = artefact.urn.to_string();
    let mut attributes =
        vec![("id", artefact.urn.id.as_str()), ("urn", &urn), ("agencyID", &artefact.urn.agency)];
    if artefact.urn.class != Class::AgencyScheme {
        attributes.push(("version", &artefact.urn.version));
    }
    if artefact.stub {
        attributes.push(("isExternalReference", "true"));
    } else if artefact.partial {
        attributes.push(("isPartial", "true"));
    }
    if matches!(artefact.body, Body::Constraint(_)) {
        attributes.push(("role", "Actual"));
    }
    within(xml, element, &attributes, |xml| {
        annotations(xml, &artefact.annotations)?;
        texts(xml, "com:Name", &artefact.name)?;
        if let Some(description) = &artefact.description {
            texts(xml, "com:Description", description)?;
        }
        if artefact.stub {
            return Ok(());
        }
        match &artefact.body {
            Body::Agencies(list) => items(xml, "str:Agency", list),
            Body::Codes(list) => items(xml, "str:Code", list),
            Body::Concepts(list) => items(xml, "str:Concept", list),
            Body::Flow(structure) => text(xml, "str:Structure", &[], &structure.to_string()),
            Body::Structure(parts) => components(xml, parts),
            Body::Constraint(found) => region(xml, found),
        }
    })
}

fn items(xml: &mut Xml, element: &str, list: &[Item]) -> Written {
    list.iter().try_for_each(|item| {
        within(xml, element, &[("id", &item.id)], |xml| {
            annotations(xml, &item.annotation)?;
            texts(xml, "com:Name", &item.name)?;
            item.parent.as_ref().map_or(Ok(()), |parent| text(xml, "str:Parent", &[], parent))
        })
    })
}

fn concept(xml: &mut Xml, concepts: &Urn, id: &str) -> Written {
    text(xml, "str:ConceptIdentity", &[], &concepts.item("Concept", id))
}

fn components(xml: &mut Xml, parts: &Components) -> Written {
    let concepts = &parts.concepts;
    within(xml, "str:DataStructureComponents", &[], |xml| {
        within(xml, "str:DimensionList", &[("id", "DimensionDescriptor")], |xml| {
            for (at, (id, list)) in parts.dimensions.iter().enumerate() {
                within(xml, "str:Dimension", &[("id", id), ("position", &at.to_string())], |xml| {
                    concept(xml, concepts, id)?;
                    within(xml, "str:LocalRepresentation", &[], |xml| match list {
                        Some(list) => text(xml, "str:Enumeration", &[], &list.to_string()),
                        None => within(xml, "str:TextFormat", &[("textType", "String")], |_| Ok(())),
                    })
                })?;
            }
            within(xml, "str:TimeDimension", &[("id", TIME_PERIOD)], |xml| {
                concept(xml, concepts, TIME_PERIOD)?;
                within(xml, "str:LocalRepresentation", &[], |xml| {
                    within(xml, "str:TextFormat", &[("textType", "ObservationalTimePeriod")], |_| Ok(()))
                })
            })
        })?;
        within(xml, "str:AttributeList", &[("id", "AttributeDescriptor")], |xml| {
            within(xml, "str:Attribute", &[("id", OBS_STATUS), ("usage", "mandatory")], |xml| {
                concept(xml, concepts, OBS_STATUS)?;
                within(xml, "str:LocalRepresentation", &[], |xml| {
                    text(xml, "str:Enumeration", &[], &parts.statuses.to_string())
                })?;
                within(xml, "str:AttributeRelationship", &[], |xml| {
                    within(xml, "str:Observation", &[], |_| Ok(()))
                })
            })
        })?;
        within(xml, "str:MeasureList", &[("id", "MeasureDescriptor")], |xml| {
            within(xml, "str:Measure", &[("id", OBS_VALUE), ("usage", "optional")], |xml| {
                concept(xml, concepts, OBS_VALUE)?;
                let decimals = parts.decimals.to_string();
                let mut format = vec![("textType", "Decimal")];
                if parts.decimals > 0 {
                    format.push(("decimals", &decimals));
                }
                within(xml, "str:LocalRepresentation", &[], |xml| {
                    within(xml, "str:TextFormat", &format, |_| Ok(()))
                })
            })
        })
    })
}

fn region(xml: &mut Xml, found: &Region) -> Written {
    within(xml, "str:ConstraintAttachment", &[], |xml| {
        text(xml, "str:Dataflow", &[], &found.flow.to_string())
    })?;
    within(xml, "str:CubeRegion", &[("include", "true")], |xml| {
        for (id, codes) in found.keys.iter().filter(|(_, codes)| !codes.is_empty()) {
            within(xml, "str:KeyValue", &[("id", id)], |xml| {
                codes.iter().try_for_each(|code| text(xml, "str:Value", &[], code))
            })?;
        }
        let Some((first, last)) = found.time else { return Ok(()) };
        let end = last.end().pred_opt().unwrap_or(last.end());
        within(xml, "str:Component", &[("id", TIME_PERIOD)], |xml| {
            within(xml, "str:TimeRange", &[], |xml| {
                text(xml, "str:StartPeriod", &[("isInclusive", "true")], &first.start().to_string())?;
                text(xml, "str:EndPeriod", &[("isInclusive", "true")], &end.to_string())
            })
        })
    })
}
