//! What is printed: PDFs of what whoever asks is shown, set by the press. `?lang=es`, `en` or `both`, these in two columns;
//! the language of the request if nothing is said. Who holds the paper already, by its `ETag`, is not sent it again.

use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::Response,
};

use super::{
    Front,
    boundary::{Asked, Noted},
    exports::{Query, admitted, failed, finish, in_time, matches},
    refused::Refused,
};
use crate::{
    access::Kind,
    error::{Error, Problem, Reason, Result},
    ids::PlanId,
    paper::{self, Jam, Paper},
    plans::{self, PlanContent},
    records::{self, Shown},
    say,
};

pub(super) async fn plan(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let mut noted = noted();
    let making = async {
        let viewer = admitted(&front, &headers, "GET /plans/{id}/plan.pdf", &mut noted).await?;
        let mut query = Query::of(&uri).map_err(failed)?;
        let langs =
            paper::langs(query.one("lang").map_err(failed)?.as_deref(), asked.lang).map_err(failed)?;
        query.done().map_err(failed)?;
        let db = &front.node.reads.0;
        let shown: Shown<PlanContent> =
            records::one(db, &viewer, plan_id(&id)?.into()).await.map_err(failed)?;
        plans::paper::plan(db, &viewer, &shown, langs).await.map_err(failed)
    };
    let made = in_time(&front, making).await;
    finish(sent(&front, &headers, made, "plan").await, noted, &asked)
}

pub(super) async fn difference(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let mut noted = noted();
    let making = async {
        let viewer = admitted(&front, &headers, "GET /plans/{id}/difference.pdf", &mut noted).await?;
        let mut query = Query::of(&uri).map_err(failed)?;
        let langs =
            paper::langs(query.one("lang").map_err(failed)?.as_deref(), asked.lang).map_err(failed)?;
        let between =
            (number(&mut query, "from").map_err(failed)?, number(&mut query, "to").map_err(failed)?);
        query.done().map_err(failed)?;
        let db = &front.node.reads.0;
        let id = plan_id(&id)?.into();
        plans::paper::difference(db, &viewer, id, between, langs).await.map_err(failed)
    };
    let made = in_time(&front, making).await;
    finish(sent(&front, &headers, made, "difference").await, noted, &asked)
}

fn noted() -> Noted {
    Noted { kind: Some("paper"), ..Noted::default() }
}

fn plan_id(id: &str) -> Result<PlanId, Refused> {
    PlanId::parse_global(id).ok_or_else(|| failed(Error::NotFound(Kind::Plan.say())))
}

/// The number of a revision.
fn number(query: &mut Query, name: &str) -> Result<i32> {
    let number = query.one(name)?.and_then(|text| text.parse().ok());
    number.ok_or_else(|| {
        let say = say!("el número de una revisión, como `2`", "the number of a revision, such as `2`");
        Problem::new(Reason::Malformed, name, say).into()
    })
}

/// Set and sent as an attachment.
async fn sent(
    front: &Front,
    headers: &HeaderMap,
    made: Result<Paper, Refused>,
    name: &str,
) -> Result<Response, Refused> {
    let written = made?.written().map_err(failed)?;
    let tag = paper::tag(&written);
    let mut response = if matches(headers, &tag) {
        let mut unchanged = Response::new(Body::empty());
        *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
        unchanged
    } else {
        let pdf = front.node.press.print(&written).await.map_err(unprinted)?;
        let mut response = Response::new(Body::from(pdf));
        let dress = response.headers_mut();
        dress.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
        let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}.pdf\""));
        dress.insert(header::CONTENT_DISPOSITION, named.map_err(|cause| Refused::internal(cause.into()))?);
        response
    };
    let dress = response.headers_mut();
    let tag =
        HeaderValue::from_str(&format!("\"{tag}\"")).map_err(|cause| Refused::internal(cause.into()))?;
    dress.insert(header::ETAG, tag);
    // It is theirs alone, and is asked for again each time: what was recalled is gone then.
    dress.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    dress.insert(header::VARY, HeaderValue::from_static("authorization, accept-language"));
    Ok(response)
}

fn unprinted(jam: Jam) -> Refused {
    let later = |say| {
        Refused::new(StatusCode::SERVICE_UNAVAILABLE, Error::Limited(say))
            .with(header::RETRY_AFTER, HeaderValue::from_static("5"))
    };
    match jam {
        Jam::Missing => Refused::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Error::Limited(say!(
                "este nodo no imprime: falta el programa `enlace-press`; avise a quien lo opera",
                "this node does not print: the program `enlace-press` is missing; tell whoever operates it"
            )),
        ),
        Jam::Busy => later(say!(
            "ya se imprime bastante a la vez; inténtelo en un momento",
            "enough is being printed already; try again in a moment"
        )),
        Jam::TooLong(seconds) => later(say!(
            "no se imprimió en {seconds} s; inténtelo más tarde o pida una sola lengua",
            "it was not printed within {seconds} s; try again later or ask for one language"
        )),
        Jam::TooLarge => Refused::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            Error::Limited(say!("es demasiado para imprimirse", "it is too much to be printed")),
        ),
        Jam::Broken(cause) => Refused::internal(cause),
    }
}
