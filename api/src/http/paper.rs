//! What is printed: PDFs of what whoever asks is shown, set by the press. `?lang=es`, `en` or `both`, these in two columns;
//! the language of the request if nothing is said. Who holds the paper already, by its `ETag`, is not sent it again.

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use sea_orm::DatabaseConnection;

use super::{
    Front,
    admission::{admitted, finish, in_time},
    boundary::{Asked, Noted},
    exports::{Query, matches},
    refused::Refused,
};
use crate::{
    access::{Kind, Viewer},
    error::{Error, Problem, Reason, Result},
    ids::{ActivationId, MeetingId, PlanId, TextId},
    meetings::{self, MeetingContent},
    paper::{self, Jam, Paper},
    plans::{self, PlanContent},
    records::{self, Shown},
    say,
    text::Lang,
};

type Asking = (State<Front>, Extension<Asked>, Path<String>, HeaderMap, Uri);

pub(super) async fn plan(asking: Asking) -> Response {
    let id = asking.2.0.clone();
    let make = async |db: &DatabaseConnection, viewer: &Arc<Viewer>, _: &mut Query, langs| {
        let id = PlanId::parse_global(&id).ok_or_else(|| Error::NotFound(Kind::Plan.say()))?;
        let shown: Shown<PlanContent> = records::one(db, viewer, id.into()).await?;
        plans::paper::plan(db, viewer, &shown, langs).await
    };
    printed(&asking, ("GET /plans/{id}/plan.pdf", "plan"), make).await
}

pub(super) async fn difference(asking: Asking) -> Response {
    let id = asking.2.0.clone();
    let make = async |db: &DatabaseConnection, viewer: &Arc<Viewer>, query: &mut Query, langs| {
        let between = (number(query, "from")?, number(query, "to")?);
        let id = PlanId::parse_global(&id).ok_or_else(|| Error::NotFound(Kind::Plan.say()))?;
        plans::paper::difference(db, viewer, id.into(), between, langs).await
    };
    printed(&asking, ("GET /plans/{id}/difference.pdf", "difference"), make).await
}

/// The newest activation, or the one that `?activation=` names.
pub(super) async fn activation(asking: Asking) -> Response {
    let id = asking.2.0.clone();
    let make = async |db: &DatabaseConnection, viewer: &Arc<Viewer>, query: &mut Query, langs| {
        let none = || Error::NotFound(say!("una activación", "activation"));
        let wanted = query.one("activation")?;
        let wanted = wanted.map(|id| ActivationId::parse_global(&id).ok_or_else(none)).transpose()?;
        let id = PlanId::parse_global(&id).ok_or_else(|| Error::NotFound(Kind::Plan.say()))?;
        let shown: Shown<PlanContent> = records::one(db, viewer, id.into()).await?;
        plans::paper::notice(db, viewer, &shown, wanted, langs).await
    };
    printed(&asking, ("GET /plans/{id}/activation.pdf", "activation"), make).await
}

pub(super) async fn agenda(asking: Asking) -> Response {
    let id = asking.2.0.clone();
    let make = async |db: &DatabaseConnection, viewer: &Arc<Viewer>, _: &mut Query, langs| {
        meetings::paper::agenda(db, viewer, &meeting(db, viewer, &id).await?, langs).await
    };
    printed(&asking, ("GET /meetings/{id}/agenda.pdf", "agenda"), make).await
}

pub(super) async fn delegations(asking: Asking) -> Response {
    let id = asking.2.0.clone();
    let make = async |db: &DatabaseConnection, viewer: &Arc<Viewer>, _: &mut Query, langs| {
        meetings::paper::delegations(db, viewer, &meeting(db, viewer, &id).await?, langs).await
    };
    printed(&asking, ("GET /meetings/{id}/delegations.pdf", "delegations"), make).await
}

pub(super) async fn minutes(asking: Asking) -> Response {
    let id = asking.2.0.clone();
    let make = async |db: &DatabaseConnection, viewer: &Arc<Viewer>, _: &mut Query, langs| {
        meetings::paper::minutes(db, viewer, &meeting(db, viewer, &id).await?, langs).await
    };
    printed(&asking, ("GET /meetings/{id}/minutes.pdf", "minutes"), make).await
}

/// The first text that the meeting negotiates, or the one that `?text=` names.
pub(super) async fn declaration(asking: Asking) -> Response {
    let id = asking.2.0.clone();
    let make = async |db: &DatabaseConnection, viewer: &Arc<Viewer>, query: &mut Query, langs| {
        let none = || Error::NotFound(say!("un texto negociado", "negotiated text"));
        let wanted = query.one("text")?;
        let wanted = wanted.map(|id| TextId::parse_global(&id).ok_or_else(none)).transpose()?;
        meetings::paper::declaration(db, viewer, &meeting(db, viewer, &id).await?, wanted, langs).await
    };
    printed(&asking, ("GET /meetings/{id}/declaration.pdf", "declaration"), make).await
}

async fn meeting(db: &DatabaseConnection, viewer: &Viewer, id: &str) -> Result<Shown<MeetingContent>> {
    let id = MeetingId::parse_global(id).ok_or_else(|| Error::NotFound(Kind::Meeting.say()))?;
    records::one(db, viewer, id.into()).await
}

/// The number of a revision.
fn number(query: &mut Query, name: &str) -> Result<i32> {
    let number = query.one(name)?.and_then(|text| text.parse().ok());
    number.ok_or_else(|| {
        let say = say!("el número de una revisión, como `2`", "the number of a revision, such as `2`");
        Problem::new(Reason::Malformed, name, say).into()
    })
}

/// Makes the paper that a route of this name asks for, and sends it as a file of that name.
async fn printed(
    (State(front), Extension(asked), _, headers, uri): &Asking,
    (route, name): (&str, &str),
    make: impl AsyncFnOnce(&DatabaseConnection, &Arc<Viewer>, &mut Query, Vec<Lang>) -> Result<Paper>,
) -> Response {
    let mut noted = Noted { kind: Some("paper"), ..Noted::default() };
    let making = async {
        let viewer = admitted(front, headers, route, &mut noted).await?;
        let mut query = Query::of(uri).map_err(Refused::of)?;
        let langs = query.one("lang").and_then(|lang| paper::langs(lang.as_deref(), asked.lang));
        let made = make(&front.node.reads.0, &viewer, &mut query, langs.map_err(Refused::of)?).await;
        let made = made.map_err(Refused::of)?;
        query.done().map_err(Refused::of)?;
        Ok(made)
    };
    let made = in_time(front, making).await;
    finish(sent(front, headers, made, name).await, noted, asked)
}

/// Set and sent as an attachment.
async fn sent(
    front: &Front,
    headers: &HeaderMap,
    made: Result<Paper, Refused>,
    name: &str,
) -> Result<Response, Refused> {
    let written = made?.written().map_err(Refused::of)?;
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
