//! What anybody may read: a word of welcome, the schema, the keys that verify our tokens; and what
//! is said of pages there are not.

use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use super::{Front, boundary::Asked, form::Form, refused::Refused};
use crate::{error::Error, say};

const WELCOME: &str = r#"<!doctype html>
<html lang="es">
<meta charset="utf-8">
<title>Enlace</title>
<p>Enlace: la API GraphQL está en <a href="/graphql">/graphql</a>; su esquema, documentado campo por
campo, en <a href="/schema.graphql">/schema.graphql</a>.</p>
<p lang="en">Enlace: the GraphQL API is at <a href="/graphql">/graphql</a>; its schema, documented field
by field, at <a href="/schema.graphql">/schema.graphql</a>.</p>
</html>
"#;

pub(super) async fn welcome() -> Response {
    plain("text/html; charset=utf-8", WELCOME)
}

pub(super) async fn schema(State(front): State<Front>) -> Response {
    plain("text/plain; charset=utf-8", &*front.sdl)
}

/// The public keys (RFC 7517). Whoever verifies our tokens may keep them for a while.
pub(super) async fn jwks(State(front): State<Front>) -> Response {
    let mut response = plain("application/jwk-set+json", front.node.keys.jwks().to_string());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

pub(super) async fn no_such_page(Extension(asked): Extension<Asked>) -> Response {
    let page = Error::NotFound(say!("una página en esta dirección", "page at this address"));
    Refused::new(StatusCode::NOT_FOUND, page).answer(&asked, Form::Json)
}

pub(super) async fn no_such_method(Extension(asked): Extension<Asked>) -> Response {
    let method = Error::BadRequest(say!(
        "esta dirección no admite ese método; vea `Allow`",
        "this address does not take that method; see `Allow`"
    ));
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, method).answer(&asked, Form::Json)
}

pub(super) fn plain(media_type: &'static str, text: impl Into<String>) -> Response {
    let mut response = Response::new(Body::from(text.into()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
