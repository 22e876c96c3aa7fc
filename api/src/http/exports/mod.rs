//! Figures as files: `GET /exports/{dataset}` gives those of a vintage, `GET /statistics` the answer to a question,
//! in the forms that [`Form`] knows.

mod asked;
mod leaving;
mod sent;

use std::time::Duration;

use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use futures::StreamExt;
use tokio::time::timeout;

pub(super) use asked::{Query, moment};
pub(super) use leaving::Leaving;
pub(super) use sent::{Sent, matches, not_modified, pieces};

use super::{
    Front, accept, bearer,
    boundary::{Asked, Noted},
    form,
    refused::Refused,
    transport::not_cross_site,
};
use crate::{
    access::{
        Viewer,
        policy::{Need, route_need},
    },
    error::{Error, Problem, Reason, Result},
    ids::DatasetId,
    say,
    statistics::exports::{Export, Form, Found, Selection, Slice},
};

/// The forms in which figures go out, as an `Accept` header names them; the first is the usual one.
const OFFERS: [(Form, &str, Option<&str>); 5] = [
    (Form::Csv, "text/csv", None),
    (Form::SdmxCsv, "application/vnd.sdmx.data+csv", Some("2.0.0")),
    (Form::SdmxJson, "application/vnd.sdmx.data+json", Some("2.0.0")),
    (Form::Parquet, "application/vnd.apache.parquet", None),
    (Form::Parquet, "application/x-parquet", None),
];

pub(super) async fn vintage(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    Path(dataset): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let mut noted = Noted { kind: Some("export"), ..Noted::default() };
    let answering = of_vintage(&front, &asked, &dataset, (&headers, &uri), &mut noted);
    let answered = in_time(&front, answering).await;
    finish(answered, noted, &asked)
}

pub(super) async fn statistics(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let mut noted = Noted { kind: Some("export"), ..Noted::default() };
    let answered = in_time(&front, of_question(&front, &asked, (&headers, &uri), &mut noted)).await;
    finish(answered, noted, &asked)
}

pub(super) fn finish(answered: Result<Response, Refused>, noted: Noted, asked: &Asked) -> Response {
    match answered {
        Ok(mut response) => {
            response.extensions_mut().insert(noted);
            response
        }
        Err(refused) => refused.noting(noted).answer(asked, form::Form::Json),
    }
}

/// An answer begins within the time of a request; what is made piece by piece then takes as long as it is read.
pub(super) async fn in_time<T>(
    front: &Front,
    answering: impl Future<Output = Result<T, Refused>>,
) -> Result<T, Refused> {
    let seconds = front.node.config.request_seconds;
    timeout(Duration::from_secs(seconds), answering).await.unwrap_or_else(|_| {
        let say = say!(
            "la respuesta no empezó en {seconds} s; pida menos o inténtelo más tarde",
            "the answer did not begin within {seconds} s; ask for less or try again later"
        );
        Err(Refused::new(StatusCode::SERVICE_UNAVAILABLE, Error::Limited(say)))
    })
}

/// Who asks, if the policy lets them.
pub(super) async fn admitted(
    front: &Front,
    headers: &HeaderMap,
    route: &str,
    noted: &mut Noted,
) -> Result<std::sync::Arc<Viewer>, Refused> {
    not_cross_site(headers)?;
    let viewer = bearer::viewer(front, headers).await?.ok_or_else(Refused::stranger)?;
    noted.account = Some(viewer.account);
    match route_need(route) {
        Some(need) if need.met_by(&viewer.roles) => Ok(viewer),
        Some(Need::May(action)) => Err(Refused::new(StatusCode::FORBIDDEN, Error::Forbidden(action.say()))),
        Some(Need::Token) | None => Err(Refused::new(
            StatusCode::FORBIDDEN,
            Error::Forbidden(say!("pedir esta dirección", "ask for this address")),
        )),
    }
}

async fn of_vintage(
    front: &Front,
    asked: &Asked,
    dataset: &str,
    (headers, uri): (&HeaderMap, &Uri),
    noted: &mut Noted,
) -> Result<Response, Refused> {
    let viewer = admitted(front, headers, "GET /exports/{dataset}", noted).await?;
    let mut query = asked::Query::of(uri).map_err(failed)?;
    let form = form_of(headers, &mut query)?;
    let id = DatasetId::parse_global(dataset)
        .ok_or_else(|| failed(Error::NotFound(crate::access::Kind::Dataset.say())))?;
    let (filters, days) = (query.filters(), query.days().map_err(failed)?);
    let as_of = query.as_of().map_err(failed)?;
    query.done().map_err(failed)?;
    let node = &front.node;
    let found = Found::one(&node.reads.0, &viewer, id.into(), as_of).await.map_err(failed)?;
    let vintage = found.vintage().map_err(failed)?.file.clone();
    let whole = filters.is_empty() && days == (None, None);
    // The file of a vintage is named by its hash, and goes out as it is.
    let tag = match (form, whole) {
        (Form::Parquet, true) => vintage.clone(),
        _ => {
            let raw = uri.query().unwrap_or_default();
            found.tag(&[form.word(), lang_word(asked), raw]).map_err(failed)?
        }
    };
    let sent = Sent { form, tag, name: found.content().code.clone(), vintages: vec![vintage.clone()] };
    if matches(headers, &sent.tag) {
        return Ok(not_modified(&sent));
    }
    if form == Form::Parquet && whole {
        let turn = front.leaving.turn().await.map_err(Refused::internal)?;
        let file = node.vault.open(&vintage).await.map_err(Refused::internal)?;
        drop(turn);
        return sent.file(file, &front.leaving);
    }
    let cube = front.leaving.open(&found, &node.vault).await.map_err(failed)?;
    let selection = Selection::filtered(&cube, &filters, days).map_err(failed)?;
    let slice = Slice::new(cube, selection);
    let export = Export::written(&found, slice, form, asked.lang).map_err(failed)?;
    sent.export(export, &front.leaving)
}

async fn of_question(
    front: &Front,
    asked: &Asked,
    (headers, uri): (&HeaderMap, &Uri),
    noted: &mut Noted,
) -> Result<Response, Refused> {
    let viewer = admitted(front, headers, "GET /statistics", noted).await?;
    let mut query = asked::Query::of(uri).map_err(failed)?;
    let form = form_of(headers, &mut query)?;
    let ask = query.question().map_err(failed)?;
    query.done().map_err(failed)?;
    let node = &front.node;
    let answer = ask.of(&node.reads.0, &viewer, &node.cubes).await.map_err(failed)?;
    let raw = uri.query().unwrap_or_default();
    let tag = answer.tag(&[form.word(), lang_word(asked), raw]).map_err(failed)?;
    let vintages = answer.found().iter().map(|found| Ok(found.vintage()?.file.clone()));
    let vintages: Vec<String> = vintages.collect::<Result<_>>().map_err(failed)?;
    let name = match answer.found() {
        [one] => one.content().code.clone(),
        _ => "statistics".into(),
    };
    let sent = Sent { form, tag, name, vintages };
    if matches(headers, &sent.tag) {
        return Ok(not_modified(&sent));
    }
    let lang = asked.lang;
    // Neither begun where no more may go out, nor many at once.
    let _place = front.leaving.place()?;
    let turn = front.leaving.turn().await.map_err(Refused::internal)?;
    let answering = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        answer.export(form, lang)
    });
    let export = answering.await.map_err(|cause| Refused::internal(cause.into()))?.map_err(failed)?;
    sent.export(export, &front.leaving)
}

fn lang_word(asked: &Asked) -> &'static str {
    match asked.lang {
        crate::text::Lang::Es => "es",
        crate::text::Lang::En => "en",
    }
}

/// As the address says, else as the `Accept` header does.
fn form_of(headers: &HeaderMap, query: &mut asked::Query) -> Result<Form, Refused> {
    let known = Form::ALL.map(Form::word).join(", ");
    if let Some(word) = query.one("format").map_err(failed)? {
        return Form::parse(&word).ok_or_else(|| {
            let say = say!("hay estas formas: {known}", "there are these forms: {known}");
            failed(Problem::new(Reason::Unknown, "format", say).into())
        });
    }
    let offers = OFFERS.map(|(_, media_type, version)| (media_type, version));
    accept::preferred(headers, &offers).map(|at| OFFERS[at].0).ok_or_else(|| {
        let say = say!(
            "no hay esa forma; con `format` o `Accept` pida una de: {known}",
            "there is no such form; with `format` or `Accept` ask for one of: {known}"
        );
        Refused::new(StatusCode::NOT_ACCEPTABLE, Error::BadRequest(say))
    })
}

pub(super) fn failed(error: Error) -> Refused {
    let status = match &error {
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::Limited(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Invalid(_) | Error::BadRequest(_) => StatusCode::BAD_REQUEST,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    Refused::new(status, error)
}

/// The pieces of a file, each made when the one before has gone out: a slow reader holds no thread.
pub(super) fn streamed(export: Export, leaving: &Leaving) -> Result<Body, Refused> {
    let begin = (export, leaving.place()?, leaving.clone());
    let pieces = futures::stream::unfold(Some(begin), |going| async {
        let (mut export, place, leaving) = going?;
        let turn = match leaving.turn().await {
            Ok(turn) => turn,
            Err(cause) => return Some((Err(broken(Error::Internal(cause))), None)),
        };
        let making = move || {
            let piece = export.next();
            drop(turn);
            (piece, export)
        };
        match tokio::task::spawn_blocking(making).await {
            Ok((Some(Ok(piece)), export)) => Some((Ok(piece), Some((export, place, leaving)))),
            Ok((None, _)) => None,
            Ok((Some(Err(error)), _)) => Some((Err(broken(error)), None)),
            Err(cause) => Some((Err(broken(Error::Internal(cause.into()))), None)),
        }
    });
    Ok(Body::from_stream(pieces.filter(|piece| {
        let some = piece.as_ref().map_or(true, |piece: &Vec<u8>| !piece.is_empty());
        std::future::ready(some)
    })))
}

/// What goes wrong in the middle can only be logged: the connection is cut, so that nobody takes a part for the whole.
fn broken(error: Error) -> std::io::Error {
    let cause = match error {
        Error::Internal(cause) => format!("{cause:#}"),
        other => other.to_string(),
    };
    tracing::error!(%cause, "an export broke off");
    std::io::Error::other("the export broke off")
}
