//! Plans as documents, to work on offline: `GET /plans/{id}` gives one, `POST /plans` begins a plan with one, and
//! `POST /plans/{id}` makes it the next revision. What the API does, with room for a larger document.

use axum::{
    Extension,
    body::Body,
    extract::{self, Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    Front,
    admission::{admitted, finish, in_time},
    body,
    boundary::{Asked, Noted},
    published::plain,
    refused::Refused,
};
use crate::{
    access::{Handling, Kind, Viewer},
    error::{Error, Problem, Reason, Result},
    ids::PlanId,
    plans::{PlanContent, exchange, form::check_text},
    records::{self, Shown},
    say,
};

/// Largest document, in bytes.
const LARGEST: usize = 8 * 1024 * 1024;

pub(super) async fn get(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut noted = Noted { kind: Some("export"), ..Noted::default() };
    let sent = in_time(&front, sent(&front, &id, &headers, &mut noted)).await;
    finish(sent, noted, &asked)
}

pub(super) async fn begin(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    request: Request,
) -> Response {
    let mut noted = Noted { kind: Some("import"), ..Noted::default() };
    let done = received(&front, None, request, &mut noted).await;
    finish(done, noted, &asked)
}

pub(super) async fn revise(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let mut noted = Noted { kind: Some("import"), ..Noted::default() };
    let done = received(&front, Some(id), request, &mut noted).await;
    finish(done, noted, &asked)
}

async fn sent(front: &Front, id: &str, headers: &HeaderMap, noted: &mut Noted) -> Result<Response, Refused> {
    let viewer = admitted(front, headers, "GET /plans/{id}", noted).await?;
    let db = &front.node.reads.0;
    let shown: Shown<PlanContent> =
        records::one(db, &viewer, named(id)?.into()).await.map_err(Refused::of)?;
    let document = exchange::export(db, &viewer, &shown).await.map_err(Refused::of)?;
    let mut response = plain("application/json; charset=utf-8", format!("{document:#}\n"));
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers
        .insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"plan.json\""));
    Ok(response)
}

async fn received(
    front: &Front,
    id: Option<String>,
    request: Request<Body>,
    noted: &mut Noted,
) -> Result<Response, Refused> {
    let (head, body) = request.into_parts();
    let route = if id.is_some() { "POST /plans/{id}" } else { "POST /plans" };
    let viewer = admitted(front, &head.headers, route, noted).await?;
    body::check(&head.headers, LARGEST)?;
    let id = id.as_deref().map(named).transpose()?;
    let (into, note) = wanted(id, &head.uri).map_err(Refused::of)?;
    let document = check_text(&body::read_within(body, LARGEST, front.node.config.request_seconds).await?)
        .map_err(Refused::of)?;
    in_time(front, stored(front, &viewer, document, into, note)).await
}

async fn stored(
    front: &Front,
    viewer: &Viewer,
    document: Value,
    into: exchange::Into,
    note: Option<String>,
) -> Result<Response, Refused> {
    let id = carry_out(front, viewer, document, into, note).await.map_err(Refused::of)?;
    let shown: Shown<PlanContent> =
        records::one(&front.node.reads.0, viewer, id).await.map_err(Refused::of)?;
    let told = json!({
        "id": PlanId::from(id).global(),
        "revision": shown.revision.number,
        "hash": shown.revision.hash,
    });
    let mut response = plain("application/json; charset=utf-8", told.to_string());
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

async fn carry_out(
    front: &Front,
    viewer: &Viewer,
    document: Value,
    into: exchange::Into,
    note: Option<String>,
) -> Result<crate::ids::RecordId> {
    let ledger = &front.node.ledger;
    ledger.write(viewer, None, async move |work| exchange::import(work, document, into, note).await).await
}

/// Where the document goes, as the address says.
fn wanted(id: Option<PlanId>, uri: &Uri) -> Result<(exchange::Into, Option<String>)> {
    let (mut handling, mut expected, mut note) = (None, None, None);
    let pairs = extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
    let pairs = pairs.map_err(|_| {
        Problem::new(Reason::Malformed, "query", say!("no se entiende", "cannot be understood"))
    })?;
    for (name, value) in pairs.0 {
        let wrong = |say| Problem::new(Reason::Malformed, name.clone(), say);
        match (name.as_str(), id) {
            ("handling", None) => {
                let text = Value::from(value);
                handling = Some(serde_json::from_value::<Handling>(text).map_err(|_| {
                    wrong(say!(
                        "una de CLEAR, GREEN, AMBER, AMBER_STRICT, RED",
                        "one of CLEAR, GREEN, AMBER, AMBER_STRICT, RED"
                    ))
                })?);
            }
            ("expectedRevision", Some(_)) => {
                let number = value.parse();
                expected = Some(number.map_err(|_| wrong(say!("un número entero", "a whole number")))?);
            }
            ("note", _) => note = Some(value),
            _ => {
                let say = say!(
                    "no se conoce; se pueden dar `handling`, `expectedRevision` y `note`",
                    "is not known; `handling`, `expectedRevision` and `note` can be given"
                );
                return Err(Problem::new(Reason::Unknown, "query", say).into());
            }
        }
    }
    Ok(match id {
        None => (exchange::Into::New { handling, chain: Vec::new() }, note),
        Some(id) => {
            let expected = expected.ok_or_else(|| {
                let say = say!("la revisión que leyó", "the revision that you read");
                Problem::new(Reason::Required, "expectedRevision", say)
            })?;
            (exchange::Into::Revision { id: id.into(), expected }, note)
        }
    })
}

fn named(id: &str) -> Result<PlanId, Refused> {
    PlanId::parse_global(id).ok_or_else(|| Refused::of(Error::NotFound(Kind::Plan.say())))
}
