//! Who is asking.

use std::sync::Arc;

use axum::http::{HeaderMap, header};

use super::{Front, refused::Refused};
use crate::{access::Viewer, directory::viewer_by_account};

/// The viewer a request comes from; none for a stranger, who brings no token. A token that is not
/// good in every respect makes nobody a stranger: it is refused.
pub(super) async fn viewer(front: &Front, headers: &HeaderMap) -> Result<Option<Arc<Viewer>>, Refused> {
    let Some(token) = token(headers)? else { return Ok(None) };
    let node = &front.node;
    let account = node.tokens.verify(token).map_err(Refused::token)?;
    let viewer = viewer_by_account(&node.reads.0, account, node.clock.now())
        .await
        .map_err(|cause| Refused::internal(anyhow::Error::new(cause).context("who is asking")))?;
    viewer.map(|viewer| Some(Arc::new(viewer))).ok_or_else(|| Refused::token("closed account"))
}

/// The token of the `Authorization` header; none if there is no such header.
pub(super) fn token(headers: &HeaderMap) -> Result<Option<&str>, Refused> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(Refused::token("two tokens"));
    }
    let text = first.to_str().map_err(|_| Refused::token("no text"))?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(Refused::token("no bearer token")),
    }
}
