//! `structure/{type}/{agency}/{id}/{version}/{item}`

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use super::{Question, flows, malformed, no_results, query::Query, senseless};
use crate::{
    error::{Error, Result},
    http::{accept, refused::Refused},
    ledger::sha256,
    say,
    statistics::{
        exports::Found,
        sdmx::{self, Artefact, Class, Detail, Flow, Names, References, Versions},
    },
};

/// Of so many dataflows at most the codes are looked at for one answer.
const MOST_READ: usize = 100;

const OFFERS: [(&str, Option<&str>); 5] = [
    ("application/vnd.sdmx.structure+json", Some("2.0.0")),
    ("application/json", None),
    ("application/vnd.sdmx.structure+xml", Some("3.0.0")),
    ("application/xml", None),
    ("text/xml", None),
];
/// From here on an offer is XML.
const XML: usize = 2;

pub async fn answer(question: Question<'_>) -> Result<Response, Refused> {
    let mut query = Query::of(question.uri)?;
    let xml = wants_xml(&question, &mut query)?;
    let wanted = wanted(&question, &mut query)?;
    query.done()?;
    let found = flows::all(&question, None).await.map_err(senseless)?;
    let read = read(&question, &wanted, &found).await.map_err(senseless)?;
    let choosing = move || {
        let chosen = wanted.of(everything(read));
        if chosen.is_empty() { Err(no_results()) } else { Ok(chosen) }
    };
    written(&question, xml, choosing).await
}

/// As the address says, else as the `Accept` header does.
pub fn wants_xml(question: &Question<'_>, query: &mut Query) -> Result<bool, Refused> {
    match query.take("format").as_deref() {
        Some("sdmx-json") => return Ok(false),
        Some("sdmx-ml") => return Ok(true),
        Some(_) => return Err(malformed("format=sdmx-json, format=sdmx-ml")),
        None => {}
    }
    accept::preferred(question.headers, &OFFERS).map(|at| at >= XML).ok_or_else(|| {
        let say = say!(
            "las estructuras salen como SDMX-JSON 2.0 o SDMX-ML 3.0",
            "structures go out as SDMX-JSON 2.0 or SDMX-ML 3.0"
        );
        Refused::new(StatusCode::NOT_ACCEPTABLE, Error::BadRequest(say))
    })
}

fn wanted(question: &Question<'_>, query: &mut Query) -> Result<sdmx::Wanted, Refused> {
    let form = "structure/TYPE/AGENCY/ID/VERSION";
    if question.path.len() > 5 {
        return Err(malformed(form));
    }
    let class = match question.place(0, "*") {
        "*" | "structure" => None,
        word => match Class::parse(word) {
            Some(class) => Some(class),
            // Other types of the standard: there are none of them here.
            None if word.bytes().all(|c| c.is_ascii_lowercase()) => return Err(no_results()),
            None => return Err(malformed(form)),
        },
    };
    let references = query.take("references").unwrap_or_else(|| "none".into());
    let few = references.split(',').count() <= sdmx::MOST_NAMED;
    let references: Option<Vec<References>> =
        few.then(|| references.split(',').map(References::parse).collect()).flatten();
    let detail = Detail::parse(query.take("detail").as_deref().unwrap_or("full"));
    Ok(sdmx::Wanted {
        class,
        agency: Names::parse(question.place(1, "*")),
        id: Names::parse(question.place(2, "*")),
        version: Versions::parse(question.place(3, "~")).ok_or_else(|| malformed("1.0.0, *, +, ~"))?,
        items: Names::parse(question.place(4, "*")),
        references: references
            .ok_or_else(|| malformed("references=none, children, descendants, parents, all"))?,
        detail: detail.ok_or_else(|| malformed("detail=full, allstubs, referencestubs"))?,
    })
}

/// Of each dataflow the codes in its figures, where its lists matter.
async fn read(
    question: &Question<'_>,
    wanted: &sdmx::Wanted,
    found: &[Found],
) -> Result<Vec<(Flow, Option<Vec<Vec<String>>>)>> {
    let plain = matches!(wanted.class, Some(Class::Dataflow | Class::AgencyScheme))
        && wanted.references.iter().all(|how| matches!(how, References::None | References::Parents));
    let alone = wanted.references == [References::None];
    let mut read = Vec::with_capacity(found.len());
    let mut looked_at = 0;
    for found in found {
        let flow = found.flow()?;
        let (structure, concepts) = (flow.structure(), flow.concepts());
        let matters = wanted.names(Class::Dataflow, &flow.agency, &flow.id)
            || wanted.names(Class::DataStructure, &flow.agency, &structure.id)
            || wanted.names(Class::ConceptScheme, &flow.agency, &concepts.id)
            || (wanted.class.is_none_or(|class| class == Class::Codelist)
                && (!alone || wanted.agency.take(&flow.agency)));
        if plain || !matters {
            read.push((flow, None));
            continue;
        }
        looked_at += 1;
        if looked_at > MOST_READ {
            return Err(Error::Limited(say!(
                "la respuesta pasaría de las estructuras de {MOST_READ} flujos; nombre el organismo o el id",
                "the answer would pass the structures of {MOST_READ} dataflows; name the agency or the id"
            )));
        }
        read.push((flow, Some(occurring(question, found).await?)));
    }
    Ok(read)
}

/// Every artefact that could be chosen.
fn everything(read: Vec<(Flow, Option<Vec<Vec<String>>>)>) -> Vec<Artefact> {
    let mut all = vec![sdmx::agencies(read.iter().map(|(flow, _)| flow))];
    all.extend(sdmx::house_lists());
    for (flow, occurring) in &read {
        all.push(sdmx::dataflow(flow));
        if let Some(occurring) = occurring {
            all.extend(sdmx::structures(flow, occurring));
        }
    }
    all
}

/// The codes in the figures, by dimension; none of a vintage that is not there or was retracted.
pub async fn occurring(question: &Question<'_>, found: &Found) -> Result<Vec<Vec<String>>> {
    let Ok(vintage) = found.vintage() else { return Ok(Vec::new()) };
    let cube = question.front.node.cubes.get(&vintage.file).await?;
    Ok((0..cube.layout().dimensions.len()).map(|at| cube.codes(at).to_vec()).collect())
}

/// Chooses and writes, both apart: lists may be long.
pub async fn written(
    question: &Question<'_>,
    xml: bool,
    choosing: impl FnOnce() -> Result<Vec<Artefact>, Refused> + Send + 'static,
) -> Result<Response, Refused> {
    let prepared = question.front.node.clock.now();
    let id = format!("ENLACE-{}", &sha256(question.asked.id.as_bytes())[..16]);
    let lang = question.asked.lang;
    let writing = move || -> Result<_, Refused> {
        let chosen = choosing()?;
        Ok(match xml {
            true => {
                let body = sdmx::structures_xml(&chosen, &id, prepared);
                let body = body.map_err(|cause| Refused::internal(cause.into()))?;
                ("application/vnd.sdmx.structure+xml; version=3.0.0; charset=utf-8", body)
            }
            false => {
                let body = sdmx::structures_json(&chosen, &id, prepared, lang);
                ("application/vnd.sdmx.structure+json; version=2.0.0; charset=utf-8", body.into_bytes())
            }
        })
    };
    let (kind, body) = question.apart(writing).await?;
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok(response)
}
