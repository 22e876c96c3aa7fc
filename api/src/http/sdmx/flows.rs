//! The dataflows that a viewer is shown.

use std::sync::Arc;

use axum::http::StatusCode;
use sea_orm::{ColumnTrait, QueryFilter};

use super::{Question, no_results, senseless};
use crate::{
    access::Open,
    clock::Moment,
    directory::institution,
    error::{Error, Result},
    http::refused::Refused,
    page::{MOST, Page},
    records::{self, Shown, Wanted},
    say,
    statistics::{
        DatasetContent,
        exports::Found,
        sdmx::{Class, Names, VERSION, Versions},
    },
};

/// More datasets than one node has.
const MOST_FLOWS: usize = 5_000;

/// All of them, newest first.
pub async fn all(question: &Question<'_>, as_of: Option<Moment>) -> Result<Vec<Found>> {
    let (db, viewer) = (&question.front.node.reads.0, question.viewer);
    let mut page = Page { size: MOST, after: None, before: None, backward: false };
    let mut shown: Vec<Shown<DatasetContent>> = Vec::new();
    loop {
        let read = records::page::<DatasetContent>(db, viewer, &page, &Wanted::default(), false).await?;
        let last = read.edges.last().map(|edge| edge.node.record.id);
        let more = read.page_info.has_next_page;
        shown.extend(read.edges.into_iter().map(|edge| edge.node));
        match last {
            Some(last) if more && shown.len() < MOST_FLOWS => page.after = Some(last.0.as_bytes().to_vec()),
            _ => break,
        }
    }
    let owners = Found::owners(db, viewer, &shown).await?;
    shown.into_iter().map(|shown| Found::join(Arc::new(shown), &owners, as_of)).collect()
}

/// The one that a data query names by `context/agency/id/version`.
pub async fn one(question: &Question<'_>, as_of: Option<Moment>) -> Result<Found, Refused> {
    let class = match question.place(0, "*") {
        "dataflow" => Some(Class::Dataflow),
        "datastructure" => Some(Class::DataStructure),
        "*" => None,
        "provisionagreement" => return Err(no_results()),
        _ => return Err(super::malformed("dataflow/AGENCY/ID/VERSION/KEY")),
    };
    let (agency, id) = (Names::parse(question.place(1, "*")), Names::parse(question.place(2, "*")));
    let versions =
        Versions::parse(question.place(3, "*")).ok_or_else(|| super::malformed("1.0.0, *, +, ~"))?;
    if versions.of(&[VERSION]).is_empty() {
        return Err(no_results());
    }
    let named = match (class, agency.only(), id.only()) {
        (Some(Class::Dataflow) | None, Some(agency), Some(id)) => by_name(question, agency, id).await?,
        _ => None,
    };
    let mut found = match named {
        Some(found) => vec![found],
        None => {
            let all = all(question, None).await.map_err(senseless)?;
            let takes = |found: &Found| {
                let flow = found.flow().ok()?;
                let structure = flow.structure();
                let id = if class == Some(Class::DataStructure) { &structure.id } else { &flow.id };
                Some((agency.take(&flow.agency), id.to_owned()))
            };
            let fits = |found: &Found| takes(found).is_some_and(|(agency, name)| agency && id.take(&name));
            all.into_iter().filter(fits).collect()
        }
    };
    match (found.pop(), found.is_empty()) {
        (None, _) => Err(no_results()),
        (Some(_), false) => {
            let say = say!(
                "la consulta nombra varios flujos; nombre uno por su organismo y su id",
                "the query names several dataflows; name one by its agency and its id"
            );
            Err(Refused::new(StatusCode::PAYLOAD_TOO_LARGE, Error::Limited(say)))
        }
        (Some(one), true) => {
            let (db, viewer) = (&question.front.node.reads.0, question.viewer);
            Found::one(db, viewer, one.shown.record.id, as_of).await.map_err(senseless)
        }
    }
}

async fn by_name(question: &Question<'_>, agency: &str, id: &str) -> Result<Option<Found>, Refused> {
    let (db, viewer) = (&question.front.node.reads.0, question.viewer);
    let owner =
        institution::Entity::open_to(viewer).filter(institution::Column::Code.eq(agency)).one(db).await;
    let Some(owner) = owner.map_err(|cause| senseless(cause.into()))? else { return Ok(None) };
    match records::by_code::<DatasetContent>(db, viewer, owner.id, id).await {
        Ok(shown) => Found::join(Arc::new(shown), &[Arc::new(owner)], None).map(Some).map_err(senseless),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(senseless(error)),
    }
}
