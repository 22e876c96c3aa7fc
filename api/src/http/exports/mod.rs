//! Figures as files: `GET /exports/{dataset}` gives those of a vintage, `GET /statistics` the answer to a question,
//! in the forms that [`Form`] knows.

mod asked;
mod going;
mod leaving;
mod sent;

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};

pub(super) use asked::{Query, moment};
pub(super) use going::{Origin, Still, Watched, streamed};
pub(super) use leaving::Leaving;
pub(super) use sent::{Sent, matches, not_modified};

use super::{
    Front, accept,
    admission::{admitted, finish, in_time},
    boundary::{Asked, Noted},
    refused::Refused,
};
use crate::{
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

const VINTAGE: &str = "GET /exports/{dataset}";
const STATISTICS: &str = "GET /statistics";

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

async fn of_vintage(
    front: &Front,
    asked: &Asked,
    dataset: &str,
    (headers, uri): (&HeaderMap, &Uri),
    noted: &mut Noted,
) -> Result<Response, Refused> {
    let viewer = admitted(front, headers, VINTAGE, noted).await?;
    let mut query = asked::Query::of(uri).map_err(Refused::of)?;
    let form = form_of(headers, &mut query)?;
    let id = DatasetId::parse_global(dataset)
        .ok_or_else(|| Refused::of(Error::NotFound(crate::access::Kind::Dataset.say())))?;
    let (filters, days) = (query.filters(), query.days().map_err(Refused::of)?);
    let as_of = query.as_of().map_err(Refused::of)?;
    query.done().map_err(Refused::of)?;
    let node = &front.node;
    let found = Found::one(&node.reads.0, &viewer, id.into(), as_of).await.map_err(Refused::of)?;
    let vintage = found.vintage().map_err(Refused::of)?.file.clone();
    let whole = filters.is_empty() && days == (None, None);
    // The file of a vintage is named by its hash, and goes out as it is.
    let tag = match (form, whole) {
        (Form::Parquet, true) => vintage.clone(),
        _ => {
            let raw = uri.query().unwrap_or_default();
            found.tag(&[form.word(), lang_word(asked), raw]).map_err(Refused::of)?
        }
    };
    let sent = Sent { form, tag, name: found.content().code.clone(), vintages: vec![vintage.clone()] };
    if matches(headers, &sent.tag) {
        return Ok(not_modified(&sent));
    }
    let place = front.leaving.place(viewer.account)?;
    let still = Still {
        front: front.clone(),
        account: viewer.account,
        route: VINTAGE,
        shown: Watched::Datasets(vec![id.into()], as_of),
    };
    if form == Form::Parquet && whole {
        let turn = front.leaving.turn().await.map_err(Refused::internal)?;
        let file = node.vault.open(&vintage).await.map_err(Refused::internal)?;
        drop(turn);
        return Ok(sent.file(file, place, still));
    }
    let cube = front.leaving.open(&found, &node.vault).await.map_err(Refused::of)?;
    let lang = asked.lang;
    let making = move || {
        let selection = Selection::filtered(&cube, &filters, days)?;
        let slice = Slice::new(cube, selection);
        Export::written(&found, slice, form, lang)
    };
    let export = front.leaving.apart(move || making().map_err(Refused::of)).await?;
    Ok(sent.export(export, place, still))
}

async fn of_question(
    front: &Front,
    asked: &Asked,
    (headers, uri): (&HeaderMap, &Uri),
    noted: &mut Noted,
) -> Result<Response, Refused> {
    let viewer = admitted(front, headers, STATISTICS, noted).await?;
    let mut query = asked::Query::of(uri).map_err(Refused::of)?;
    let form = form_of(headers, &mut query)?;
    let ask = query.question().map_err(Refused::of)?;
    query.done().map_err(Refused::of)?;
    let node = &front.node;
    let answer = ask.of(&node.reads.0, &viewer, &node.cubes).await.map_err(Refused::of)?;
    let raw = uri.query().unwrap_or_default();
    let tag = answer.tag(&[form.word(), lang_word(asked), raw]).map_err(Refused::of)?;
    let vintages = answer.found().iter().map(|found| Ok(found.vintage()?.file.clone()));
    let vintages: Vec<String> = vintages.collect::<Result<_>>().map_err(Refused::of)?;
    let name = match answer.found() {
        [one] => one.content().code.clone(),
        _ => "statistics".into(),
    };
    let sent = Sent { form, tag, name, vintages };
    if matches(headers, &sent.tag) {
        return Ok(not_modified(&sent));
    }
    let lang = asked.lang;
    // Not begun where no more may go out.
    let place = front.leaving.place(viewer.account)?;
    let still = Still {
        front: front.clone(),
        account: viewer.account,
        route: STATISTICS,
        shown: Watched::Datasets(
            answer.found().iter().map(|found| found.shown.record.id).collect(),
            answer.as_of(),
        ),
    };
    let export = front.leaving.apart(move || answer.export(form, lang).map_err(Refused::of)).await?;
    Ok(sent.export(export, place, still))
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
    if let Some(word) = query.one("format").map_err(Refused::of)? {
        return Form::parse(&word).ok_or_else(|| {
            let say = say!("hay estas formas: {known}", "there are these forms: {known}");
            Refused::of(Problem::new(Reason::Unknown, "format", say).into())
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
