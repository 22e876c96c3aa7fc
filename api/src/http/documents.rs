//! `POST /meetings/{id}/documents`: a document of a meeting, as the body. It goes to the disk as it
//! comes, is inspected there and shown to the scanner, and only then stored. `GET /documents/{id}`
//! sends it to whom it is for, after it was written down that they fetch it.

use std::{fs::File, io::Write, time::Duration};

use axum::{
    Extension,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures::StreamExt;
use serde_json::json;
use tokio::time::timeout;

use super::{
    Front,
    admission::{admitted, finish, in_time},
    body,
    boundary::{Asked, Noted},
    exports::{Origin, Query, Still, Watched, matches, streamed},
    form::Form,
    published::plain,
    refused::Refused,
};
use crate::{
    access::Kind,
    error::{Error, Problem, Reason, Result as Answered},
    ids::{DocumentId, MeetingId},
    ledger::Work,
    meetings::documents::{
        self, Distribution, Document, DocumentKind, Entering, Found, Media, Of, Scanner, Stored,
        inspect::{Wrong, inspect},
    },
    say,
    vault::Hashed,
};

/// The largest document, megabytes.
const MEGABYTES: u64 = 64;
const GET: &str = "GET /documents/{id}";

pub(super) async fn post(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let mut noted = Noted { kind: Some("document"), ..Noted::default() };
    match entered(&front, (&id, &head.headers, &head.uri), body, &mut noted).await {
        Ok(mut response) => {
            *response.status_mut() = StatusCode::CREATED;
            response.extensions_mut().insert(noted);
            response
        }
        Err(refused) => refused.noting(noted).answer(&asked, Form::Json),
    }
}

async fn entered(
    front: &Front,
    (id, headers, uri): (&str, &HeaderMap, &Uri),
    body: Body,
    noted: &mut Noted,
) -> Result<Response, Refused> {
    let viewer = admitted(front, headers, "POST /meetings/{id}/documents", noted).await?;
    body::not_encoded(headers)?;
    let entering = Query::of(uri).and_then(entering).map_err(Refused::of)?;
    let meeting =
        MeetingId::parse_global(id).ok_or_else(|| Refused::of(Error::NotFound(Kind::Meeting.say())))?.into();
    let node = &front.node;
    // Before anything is received: who could not enter it sends nothing.
    documents::may_enter(&node.reads.0, &viewer, meeting, &entering).await.map_err(Refused::of)?;
    if body::announced(headers) > MEGABYTES << 20 {
        return Err(too_large());
    }
    let (file, bytes) = received(front, body).await?;
    let sealed = file.seal();
    let read = || sealed.file().map_err(|cause| Refused::internal(cause.into()));
    let mut first = read()?;
    let turn = front.leaving.turn().await.map_err(Refused::internal)?;
    let inspecting = tokio::task::spawn_blocking(move || inspect(&mut first));
    let inspected = inspecting.await.map_err(|cause| Refused::internal(cause.into()))?;
    drop(turn);
    let media = inspected.map_err(wrong)?;
    declared(headers, &entering.name, media).map_err(Refused::of)?;
    if let Some(at) = &node.config.clamd {
        scanned(at, node.config.request_seconds, read()?).await?;
    }
    let file = node.vault.put_file(sealed).await.map_err(Refused::internal)?;
    let stored = Stored { media, file, bytes };
    let id = node
        .ledger
        .write(&viewer, None, async move |work| documents::enter(work, meeting, entering, stored).await)
        .await
        .map_err(Refused::of)?;
    let (document, _) = documents::seen(&node.reads.0, &viewer, id).await.map_err(Refused::of)?;
    let told = json!({ "document": id.global(), "symbol": document.symbol, "media": document.media,
        "sha256": document.file, "bytes": document.bytes });
    Ok(plain("application/json; charset=utf-8", told.to_string()))
}

fn entering(mut query: Query) -> Answered<Entering> {
    let mut required = |name: &str| {
        let say = say!("falta este parámetro", "this parameter is required");
        query.one(name)?.ok_or_else(|| Error::from(Problem::new(Reason::Required, name, say)))
    };
    let (name, language) = (required("name")?, required("language")?);
    let id = |text: Option<String>, name: &str| {
        let say = say!("el id de un documento", "the id of a document");
        let parsed = text.map(|text| DocumentId::parse_global(&text).ok_or(()));
        parsed.transpose().map_err(|()| Error::from(Problem::new(Reason::Malformed, name, say)))
    };
    let revises = id(query.one("revises")?, "revises")?;
    let language_of = id(query.one("languageOf")?, "languageOf")?;
    let of = match (revises, language_of) {
        (Some(id), None) => Of::Revises(id),
        (None, Some(id)) => Of::LanguageOf(id),
        (Some(_), Some(_)) => {
            let say = say!("o `revises` o `languageOf`", "either `revises` or `languageOf`");
            return Err(Problem::new(Reason::OutOfRange, "languageOf", say).into());
        }
        (None, None) => {
            let kinds = DocumentKind::ALL.map(DocumentKind::code).join(", ");
            let distributions = Distribution::ALL.map(Distribution::code).join(", ");
            let kind = query.one("kind")?.and_then(|code| DocumentKind::parse(&code));
            let distribution = query.one("distribution")?.and_then(|code| Distribution::parse(&code));
            let unknown = |name: &str, known: String| {
                Error::from(Problem::new(Reason::Unknown, name, say!("uno de: {known}", "one of: {known}")))
            };
            Of::New {
                kind: kind.ok_or_else(|| unknown("kind", kinds))?,
                distribution: distribution.ok_or_else(|| unknown("distribution", distributions))?,
                title: query.one("title")?.unwrap_or_default(),
                item: query.one("item")?,
            }
        }
    };
    query.done()?;
    Ok(Entering { name, language, of })
}

/// The body, on the disk, without a name: gone with the request unless it is stored.
async fn received(front: &Front, body: Body) -> Result<(Hashed<File>, u64), Refused> {
    let seconds = front.node.config.request_seconds;
    let scratch = front.node.vault.scratch().file().map_err(|cause| Refused::internal(cause.into()))?;
    let (mut file, mut bytes) = (Hashed::new(scratch), 0_u64);
    let mut data = body.into_data_stream();
    loop {
        let next = timeout(Duration::from_secs(seconds), data.next()).await.map_err(|_| {
            Refused::new(
                StatusCode::REQUEST_TIMEOUT,
                Error::Limited(say!(
                    "en {seconds} s no llegó nada más del archivo",
                    "nothing more of the file arrived within {seconds} s"
                )),
            )
            .with(header::CONNECTION, HeaderValue::from_static("close"))
        })?;
        let Some(some) = next else { break };
        let some = some.map_err(|_| {
            Refused::request(say!("el archivo no llegó completo", "the file did not arrive in full"))
        })?;
        bytes += some.len() as u64;
        if bytes > MEGABYTES << 20 {
            return Err(too_large());
        }
        file.write_all(&some).map_err(|cause| Refused::internal(cause.into()))?;
    }
    if bytes == 0 {
        return Err(Refused::request(say!("el archivo está vacío", "the file is empty")));
    }
    Ok((file, bytes))
}

fn too_large() -> Refused {
    let say = say!("un documento pasa a lo sumo {MEGABYTES} MB", "a document has at most {MEGABYTES} MB");
    Refused::new(StatusCode::PAYLOAD_TOO_LARGE, Error::Limited(say))
}

fn wrong(wrong: Wrong) -> Refused {
    match wrong {
        Wrong::Form(say) => Refused::of(Problem::new(Reason::Malformed, "file", say).into()),
        Wrong::Active(say) => Refused::of(Problem::new(Reason::ActiveContent, "file", say).into()),
        Wrong::Large(say) => Refused::of(Problem::new(Reason::TooLarge, "file", say).into()),
        Wrong::Broken(cause) => Refused::internal(cause.into()),
    }
}

/// Its name and the type it was sent as say what it is.
fn declared(headers: &HeaderMap, name: &str, media: Media) -> Answered<()> {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
    let sent = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let sent_right = sent.is_empty() || sent == "application/octet-stream" || sent == media.media_type();
    if media.is_called(name) && sent_right {
        return Ok(());
    }
    let code = media.code();
    let say = say!(
        "por sus bytes es {code}; su nombre o el `Content-Type` dicen otra cosa",
        "by its bytes it is {code}; its name or the `Content-Type` says something else"
    );
    Err(Problem::new(Reason::Malformed, "name", say).into())
}

async fn scanned(at: &str, seconds: u64, file: File) -> Result<(), Refused> {
    match Scanner::new(at, Duration::from_secs(seconds)).scan(rewound(file)?).await {
        Ok(Found::Nothing) => Ok(()),
        Ok(Found::Something) => {
            let say =
                say!("el antivirus encontró algo en el archivo", "the scanner found something in the file");
            Err(Refused::of(Problem::new(Reason::ActiveContent, "file", say).into()))
        }
        Err(cause) => {
            tracing::error!(cause = %format!("{cause:#}"), "the scanner did not clear a document");
            let say = say!(
                "el antivirus no responde, y sin él no se acepta ningún documento; inténtelo más tarde",
                "the scanner does not answer, and without it no document is taken; try again later"
            );
            Err(Refused::new(StatusCode::SERVICE_UNAVAILABLE, Error::Limited(say))
                .with(header::RETRY_AFTER, HeaderValue::from_static("60")))
        }
    }
}

fn rewound(mut file: File) -> Result<File, Refused> {
    std::io::Seek::rewind(&mut file).map_err(|cause| Refused::internal(cause.into()))?;
    Ok(file)
}

pub(super) async fn get(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut noted = Noted { kind: Some("document"), ..Noted::default() };
    let answered = in_time(&front, fetched(&front, &id, &headers, &mut noted)).await;
    finish(answered, noted, &asked)
}

async fn fetched(
    front: &Front,
    id: &str,
    headers: &HeaderMap,
    noted: &mut Noted,
) -> Result<Response, Refused> {
    let viewer = admitted(front, headers, GET, noted).await?;
    let nowhere = || Refused::of(Error::NotFound(say!("un documento", "document")));
    let id = DocumentId::parse_global(id).ok_or_else(nowhere)?;
    let node = &front.node;
    let (document, _) = documents::seen(&node.reads.0, &viewer, id).await.map_err(Refused::of)?;
    if matches(headers, &document.file) {
        // Nothing of it is sent, so nothing is written down.
        let mut unchanged = Response::new(Body::empty());
        *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
        dress(&mut unchanged, &document)?;
        return Ok(unchanged);
    }
    let place = front.leaving.place(viewer.account)?;
    let file = node.vault.open(&document.file).await.map_err(Refused::internal)?;
    // Whoever was recalled in between is refused here, and nothing is sent.
    let fetching = async move |work: &mut Work| documents::fetch(work, id).await;
    node.ledger.write(&viewer, None, fetching).await.map_err(Refused::of)?;
    let still =
        Still { front: front.clone(), account: viewer.account, route: GET, shown: Watched::Document(id) };
    let mut response = Response::new(streamed(Origin::File(file), place, still));
    dress(&mut response, &document)?;
    let dress = response.headers_mut();
    dress.insert(header::CONTENT_TYPE, HeaderValue::from_static(document.media.media_type()));
    dress.insert(header::CONTENT_LENGTH, document.bytes.into());
    Ok(response)
}

/// As an attachment, by its name and its hash.
fn dress(response: &mut Response, document: &Document) -> Result<(), Refused> {
    let value = |text: String| HeaderValue::from_str(&text).map_err(|cause| Refused::internal(cause.into()));
    let hash: Vec<u8> = (0..document.file.len() / 2)
        .filter_map(|at| u8::from_str_radix(document.file.get(at * 2..at * 2 + 2)?, 16).ok())
        .collect();
    let dress = response.headers_mut();
    dress.insert(header::ETAG, value(format!("\"{}\"", document.file))?);
    // RFC 9530.
    dress.insert("repr-digest", value(format!("sha-256=:{}:", BASE64_STANDARD.encode(hash)))?);
    dress.insert(header::CONTENT_DISPOSITION, value(attachment(&document.name))?);
    dress.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(())
}

/// A name as RFC 6266 has it: in ASCII for those who know no other, and in UTF-8 (RFC 8187).
fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' })
        .collect();
    let whole: String = name
        .bytes()
        .map(|byte| match byte {
            b if b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_') => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}
