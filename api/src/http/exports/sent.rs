//! A file as it is sent: as an attachment of a safe name, named by a hash so that who holds it need not get it again.

use std::{fs::File, io::Read};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};

use super::{Leaving, streamed};
use crate::{
    http::refused::Refused,
    statistics::exports::{Export, Form},
};

/// The SHA-256 of each vintage whose figures are in the answer.
const VINTAGE: HeaderName = HeaderName::from_static("enlace-vintage");
/// So much of a file is read at once.
const PART: usize = 1 << 18;

pub struct Sent {
    pub form: Form,
    /// What the bytes are named by.
    pub tag: String,
    /// What the file is called, without its ending.
    pub name: String,
    pub vintages: Vec<String>,
}

/// Whether the client holds these bytes already.
pub fn matches(headers: &HeaderMap, tag: &str) -> bool {
    let held = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = held.flat_map(|text| text.split(',')).take(64).map(str::trim);
    tags.any(|held| held == "*" || held.strip_prefix("W/").unwrap_or(held).trim_matches('"') == tag)
}

pub fn not_modified(sent: &Sent) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    sent.named(response.headers_mut());
    response
}

impl Sent {
    pub fn export(self, export: Export, leaving: &Leaving) -> Result<Response, Refused> {
        Ok(self.body(streamed(export, leaving)?))
    }

    pub fn file(self, file: File, leaving: &Leaving) -> Result<Response, Refused> {
        let length = file.metadata().map(|metadata| metadata.len()).ok();
        let mut response = self.body(pieces(file, leaving)?);
        if let Some(length) = length {
            response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        }
        Ok(response)
    }

    pub fn body(self, body: Body) -> Response {
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        self.named(headers);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.form.media_type()));
        let name: String =
            self.name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        let name = format!("attachment; filename=\"{name}.{}\"", self.form.ending());
        if let Ok(name) = HeaderValue::from_str(&name) {
            headers.insert(header::CONTENT_DISPOSITION, name);
        }
        response
    }

    /// May be kept by who got it, and asked for again each time: what was recalled is gone then.
    fn named(&self, headers: &mut HeaderMap) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", self.tag)) {
            headers.insert(header::ETAG, tag);
        }
        if let Ok(vintages) = HeaderValue::from_str(&self.vintages.join(", ")) {
            headers.insert(VINTAGE, vintages);
        }
    }
}

/// A file, piece by piece.
pub fn pieces(file: File, leaving: &Leaving) -> Result<Body, Refused> {
    let begin = (file, leaving.place()?);
    Ok(Body::from_stream(futures::stream::unfold(Some(begin), |going| async {
        let (mut file, place) = going?;
        let read = move || {
            let mut part = Vec::with_capacity(PART);
            let read = file.by_ref().take(PART as u64).read_to_end(&mut part);
            read.map(|_| (part, file))
        };
        match tokio::task::spawn_blocking(read).await.map_err(std::io::Error::other).flatten() {
            Ok((part, _)) if part.is_empty() => None,
            Ok((part, file)) => Some((Ok(part), Some((file, place)))),
            Err(cause) => Some((Err(cause), None)),
        }
    })))
}
