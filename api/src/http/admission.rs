//! Who may ask for a route at all, and how its answer ends: alike for every route but `/graphql`, where fields are asked for.

use std::{sync::Arc, time::Duration};

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use tokio::time::timeout;

use super::{
    Front, bearer,
    boundary::{Asked, Noted},
    form::Form,
    refused::Refused,
    transport::not_cross_site,
};
use crate::{
    access::{
        Viewer,
        policy::{Need, route_need},
    },
    error::Error,
    say,
};

/// Who asks, if the policy lets them.
pub(super) async fn admitted(
    front: &Front,
    headers: &HeaderMap,
    route: &str,
    noted: &mut Noted,
) -> Result<Arc<Viewer>, Refused> {
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

pub(super) fn finish(answered: Result<Response, Refused>, noted: Noted, asked: &Asked) -> Response {
    match answered {
        Ok(mut response) => {
            response.extensions_mut().insert(noted);
            response
        }
        Err(refused) => refused.noting(noted).answer(asked, Form::Json),
    }
}
