//! `POST /files`: a file that is to be imported, as the body or as the part `file` of a form. It goes to the
//! disk as it comes, never whole into memory.

use std::time::Duration;

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use futures::{Stream, StreamExt};
use serde_json::json;
use tokio::time::timeout;

use super::{
    Front,
    admission::{admitted, finish},
    body,
    boundary::{Asked, Noted},
    published::plain,
    refused::Refused,
};
use crate::{
    error::Error,
    say,
    statistics::uploads::{self, Arriving},
};

pub(super) async fn post(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let mut noted = Noted { kind: Some("upload"), ..Noted::default() };
    let received = received(&front, &head.headers, body, &mut noted).await;
    finish(received, noted, &asked)
}

async fn received(
    front: &Front,
    headers: &HeaderMap,
    body: Body,
    noted: &mut Noted,
) -> Result<Response, Refused> {
    let viewer = admitted(front, headers, "POST /files", noted).await?;
    body::not_encoded(headers)?;
    let most = front.node.config.upload_megabytes * 1024 * 1024;
    if body::announced(headers) > most {
        return Err(too_large(front));
    }
    let node = &front.node;
    uploads::make_room(&node.reads.0, &node.ledger, &node.tray, &viewer).await.map_err(Refused::of)?;
    let arriving = node.tray.receive().await.map_err(Refused::internal)?;
    let arriving = match boundary(headers)? {
        None => {
            let data = body.into_data_stream().map(|some| some.map_err(|_| cut_short()));
            write(front, arriving, data, most).await?
        }
        Some(boundary) => {
            let mut form = multer::Multipart::new(body.into_data_stream(), boundary);
            let part = loop {
                match in_time(front, form.next_field()).await?.map_err(|_| no_form())? {
                    Some(part) if part.name() == Some("file") => break part,
                    Some(_) => {}
                    None => return Err(no_form()),
                }
            };
            write(front, arriving, part.map(|some| some.map_err(|_| cut_short())), most).await?
        }
    };
    if arriving.bytes() == 0 {
        return Err(Refused::request(say!("el archivo está vacío", "the file is empty")));
    }
    let upload = uploads::enter(&node.ledger, &node.tray, &node.clock, &viewer, arriving)
        .await
        .map_err(Refused::of)?;
    let told = json!({ "file": upload.id.global(), "sha256": upload.sha256, "bytes": upload.bytes });
    let mut response = plain("application/json; charset=utf-8", told.to_string());
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

async fn write(
    front: &Front,
    mut arriving: Arriving,
    data: impl Stream<Item = Result<Bytes, Refused>>,
    most: u64,
) -> Result<Arriving, Refused> {
    let mut data = std::pin::pin!(data);
    while let Some(some) = in_time(front, data.next()).await? {
        let some = some?;
        if arriving.bytes() + some.len() as u64 > most {
            return Err(too_large(front));
        }
        arriving.write(&some).await.map_err(|cause| Refused::internal(cause.into()))?;
    }
    Ok(arriving)
}

/// A large file may take as long as it takes; but something of it must come within the time of a request.
async fn in_time<T>(front: &Front, doing: impl Future<Output = T>) -> Result<T, Refused> {
    let seconds = front.node.config.request_seconds;
    timeout(Duration::from_secs(seconds), doing).await.map_err(|_| {
        Refused::new(
            StatusCode::REQUEST_TIMEOUT,
            Error::Limited(say!(
                "en {seconds} s no llegó nada más del archivo",
                "nothing more of the file arrived within {seconds} s"
            )),
        )
        .with(header::CONNECTION, HeaderValue::from_static("close"))
    })
}

/// The boundary of a form with parts; none if the body is the file itself.
fn boundary(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let Some(given) = headers.get(header::CONTENT_TYPE) else { return Ok(None) };
    let text = given.to_str().unwrap_or_default();
    if !text.trim_start().to_ascii_lowercase().starts_with("multipart/") {
        return Ok(None);
    }
    multer::parse_boundary(text).map(Some).map_err(|_| no_form())
}

fn too_large(front: &Front) -> Refused {
    let most = front.node.config.upload_megabytes;
    Refused::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        Error::Limited(say!(
            "el archivo pasa del máximo de {most} MB; divídalo, o impórtelo con `enlace import`",
            "the file is larger than the limit of {most} MB; split it, or import it with `enlace import`"
        )),
    )
}

fn cut_short() -> Refused {
    Refused::request(say!("el archivo no llegó completo", "the file did not arrive in full"))
}

fn no_form() -> Refused {
    Refused::request(say!(
        "envíe el archivo como cuerpo, o como la parte `file` de un `multipart/form-data`",
        "send the file as the body, or as the part `file` of a `multipart/form-data`"
    ))
}
