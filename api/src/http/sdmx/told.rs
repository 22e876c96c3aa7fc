//! What goes wrong, as SDMX clients expect it: a message of SDMX-JSON or of SDMX-ML with the code of the standard.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::json;

use super::super::{Front, accept, boundary::Asked, refused::Refused};
use crate::{
    statistics::{lists::AGENCY, sdmx},
    text::Lang,
};

const OFFERS: [(&str, Option<&str>); 7] = [
    ("application/vnd.sdmx.data+json", None),
    ("application/vnd.sdmx.structure+json", None),
    ("application/json", None),
    ("application/vnd.sdmx.structure+xml", None),
    ("application/vnd.sdmx.data+xml", None),
    ("application/xml", None),
    ("text/xml", None),
];
/// From here on an offer is XML.
const XML: usize = 3;

/// Code and title, after the web services guidelines of SDMX.
fn code(status: StatusCode) -> (u16, &'static str, &'static str) {
    match status.as_u16() {
        401 | 403 => (110, "Sin autorización", "Unauthorized"),
        404 => (100, "Sin resultados", "No results found"),
        413 => (130, "Respuesta demasiado grande", "Response too large"),
        409 | 422 => (150, "Error semántico", "Semantic error"),
        501 => (501, "No implementado", "Not implemented"),
        429 | 503 => (503, "Servicio no disponible", "Service unavailable"),
        500..=599 => (500, "Error interno", "Internal server error"),
        _ => (140, "Error de sintaxis", "Syntax error"),
    }
}

pub fn refusal(refused: Refused, front: &Front, asked: &Asked, headers: &HeaderMap) -> Response {
    let prepared = front.node.clock.now();
    refused.answer_with(asked, |status, message| {
        let (code, es, en) = code(status);
        let (lang, title) = if asked.lang == Lang::Es { ("es", es) } else { ("en", en) };
        let (kind, body) = match accept::preferred(headers, &OFFERS) {
            Some(at) if at >= XML => {
                let words = format!("{title}: {message}");
                ("application/xml; charset=utf-8", sdmx::error_xml(code, lang, &words).unwrap_or_default())
            }
            _ => {
                let told = json!({
                    "meta": { "id": format!("ERROR-{}", asked.id), "test": false, "prepared": prepared.to_string(),
                        "sender": { "id": AGENCY } },
                    "errors": [{ "code": code, "title": title, "titles": { "es": es, "en": en }, "detail": message }],
                });
                ("application/json; charset=utf-8", told.to_string().into_bytes())
            }
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    })
}
