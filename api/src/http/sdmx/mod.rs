//! `/sdmx/v2/...`: what a viewer is shown of the datasets, for clients that know SDMX-REST 2.x and no GraphQL.
//!
//! Structures (`structure`) and what there is of a dataflow (`availability`) as SDMX-JSON 2.0 or SDMX-ML 3.0, figures
//! (`data`) as SDMX-JSON 2.0 or SDMX-CSV 2.0. The same tokens, the same filter: what is not shown is no result, in a
//! list as by its name.

mod availability;
mod data;
mod flows;
mod query;
mod structure;
mod told;

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};

use super::{
    Front,
    admission::{admitted, in_time},
    boundary::{Asked, Noted},
    exports::{Still, Watched},
    refused::Refused,
};
use crate::{access::Viewer, clock::Moment, error::Error, say, statistics::exports::Found};

const ROUTE: &str = "GET /sdmx/v2/{*query}";

/// A query, as far as every kind of it is alike.
struct Question<'a> {
    front: &'a Front,
    asked: &'a Asked,
    headers: &'a HeaderMap,
    uri: &'a Uri,
    viewer: &'a Viewer,
    /// What stands after the resource, in order.
    path: Vec<String>,
}

pub(super) async fn get(
    State(front): State<Front>,
    Extension(asked): Extension<Asked>,
    Path(path): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let mut noted = Noted { kind: Some("sdmx"), ..Noted::default() };
    match in_time(&front, answered(&front, &asked, &path, (&headers, &uri), &mut noted)).await {
        Ok(mut response) => {
            response.extensions_mut().insert(noted);
            response
        }
        Err(refused) => told::refusal(refused.noting(noted), &front, &asked, &headers),
    }
}

async fn answered(
    front: &Front,
    asked: &Asked,
    path: &str,
    (headers, uri): (&HeaderMap, &Uri),
    noted: &mut Noted,
) -> Result<Response, Refused> {
    let viewer = admitted(front, headers, ROUTE, noted).await?;
    let mut path: Vec<String> = path.split('/').map(str::to_owned).collect();
    while path.last().is_some_and(String::is_empty) {
        path.pop();
    }
    let resource = if path.is_empty() { String::new() } else { path.remove(0) };
    let question = Question { front, asked, headers, uri, viewer: &viewer, path };
    match resource.as_str() {
        "structure" => structure::answer(question).await,
        "data" => data::answer(question).await,
        "availability" => availability::answer(question).await,
        "schema" | "metadata" | "registration" => Err(not_made(&resource)),
        _ => Err(malformed("structure, data, availability")),
    }
}

/// In the standard, and not here.
fn not_made(what: &str) -> Refused {
    let what: String = what.chars().take(64).collect();
    let say = say!("este nodo no ofrece `{what}`", "this node does not offer `{what}`");
    Refused::new(StatusCode::NOT_IMPLEMENTED, Error::BadRequest(say))
}

/// Not a query of SDMX-REST; what would be right stands in `right`.
fn malformed(right: &str) -> Refused {
    let say = say!("no es una consulta SDMX; sería: {right}", "not an SDMX query; it would be: {right}");
    Refused::new(StatusCode::BAD_REQUEST, Error::BadRequest(say))
}

/// Understood, and without sense for this dataflow.
fn senseless(error: Error) -> Refused {
    let status = match &error {
        Error::NotFound(_) | Error::Conflict(_) => StatusCode::NOT_FOUND,
        Error::Limited(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Invalid(_) | Error::BadRequest(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Refused::new(status, error)
}

fn no_results() -> Refused {
    let say = say!("un resultado para esta consulta", "result for this query");
    Refused::new(StatusCode::NOT_FOUND, Error::NotFound(say))
}

impl Question<'_> {
    /// A place of the path, or what stands for it when it is left out.
    fn place<'a>(&'a self, at: usize, usual: &'a str) -> &'a str {
        self.path.get(at).map_or(usual, String::as_str)
    }

    /// Does what takes its time where nobody waits for the thread.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        self.front.leaving.apart(work).await
    }

    /// What has to hold while this goes out.
    fn still(&self, found: &Found, as_of: Option<Moment>) -> Still {
        Still {
            front: self.front.clone(),
            account: self.viewer.account,
            route: ROUTE,
            shown: Watched::Datasets(vec![found.shown.record.id], as_of),
        }
    }
}
