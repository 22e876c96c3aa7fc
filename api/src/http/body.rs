//! The body of a request: JSON, in UTF-8, of a bearable size, in a bearable time.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use futures::StreamExt;
use tokio::time::timeout;

use super::refused::Refused;
use crate::{error::Error, say};

/// What can be told from the headers alone, before anything is read. A form on another site can
/// send any type but JSON without asking us first, so nothing else is looked at.
pub(super) fn check(headers: &HeaderMap, limit: usize) -> Result<(), Refused> {
    if !is_json(headers) {
        return Err(Refused::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Error::BadRequest(say!(
                "envíe JSON con `Content-Type: application/json`, en UTF-8",
                "send JSON with `Content-Type: application/json`, in UTF-8"
            )),
        )
        .with(header::ACCEPT, HeaderValue::from_static("application/json")));
    }
    not_encoded(headers)?;
    match announced(headers) > limit as u64 {
        true => Err(too_long(limit)),
        false => Ok(()),
    }
}

/// What is not read as it was sent is not read.
pub(super) fn not_encoded(headers: &HeaderMap) -> Result<(), Refused> {
    let encoding = headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes);
    if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case(b"identity")) {
        return Err(Refused::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Error::BadRequest(say!(
                "envíe el cuerpo sin comprimir, sin `Content-Encoding`",
                "send the body uncompressed, without `Content-Encoding`"
            )),
        )
        .with(header::ACCEPT_ENCODING, HeaderValue::from_static("identity")));
    }
    Ok(())
}

/// The length that was announced; 0 if none was.
pub(super) fn announced(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or_default()
}

/// Reads the body, and stops at the limit, whatever its length was said to be.
pub(super) async fn read(body: Body, limit: usize) -> Result<Vec<u8>, Refused> {
    let (mut stream, mut read) = (body.into_data_stream(), Vec::new());
    while let Some(some) = stream.next().await {
        let some = some.map_err(|_| {
            Refused::request(say!("el cuerpo no llegó completo", "the body did not arrive in full"))
        })?;
        if read.len() + some.len() > limit {
            return Err(too_long(limit));
        }
        read.extend_from_slice(&some);
    }
    Ok(read)
}

/// The same, if all of it comes within the time of a request.
pub(super) async fn read_within(body: Body, limit: usize, seconds: u64) -> Result<Vec<u8>, Refused> {
    timeout(Duration::from_secs(seconds), read(body, limit)).await.map_err(|_| too_slow(seconds))?
}

/// What is not there within the time of a request is not waited for.
pub(super) fn too_slow(seconds: u64) -> Refused {
    Refused::new(
        StatusCode::REQUEST_TIMEOUT,
        Error::Limited(say!(
            "la petición no llegó completa en {seconds} s",
            "the request did not arrive in full within {seconds} s"
        )),
    )
    .with(header::CONNECTION, HeaderValue::from_static("close"))
}

fn too_long(limit: usize) -> Refused {
    Refused::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        Error::Limited(say!(
            "el cuerpo de la petición supera el máximo de {limit} bytes",
            "the body of the request is longer than the limit of {limit} bytes"
        )),
    )
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (given.next(), given.next()) else { return false };
    let Ok(text) = value.to_str() else { return false };
    let mut parts = text.split(';').map(|part| part.trim().to_ascii_lowercase());
    parts.next().as_deref() == Some("application/json")
        && parts.all(|part| match part.split_once('=') {
            Some(("charset", charset)) => matches!(charset.trim_matches('"'), "utf-8" | "utf8"),
            _ => true,
        })
}
