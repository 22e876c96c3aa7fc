//! Who sees what of gaps and support: every read of it starts here.

use sea_orm::{
    Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select, entity::prelude::*,
};

use super::{
    gap, offer, request,
    states::{RequestState, Side},
};
use crate::{
    access::{Action, Party, Standing, Viewer},
    error::{Error, Result},
    ids::{GapId, SupportRequestId},
    ledger::Work,
    say,
};

fn reads(viewer: &Viewer) -> bool {
    viewer.may_ever(Action::ReadSupport)
}

fn home(viewer: &Viewer) -> String {
    viewer.country.clone().unwrap_or_default()
}

/// The states in which the partner sees its request.
fn shown() -> Vec<RequestState> {
    RequestState::ALL.iter().copied().filter(|state| state.is_shown()).collect()
}

/// The gaps of the own country, and those about which one of the viewer's parties was asked.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
pub fn gaps(viewer: &Viewer) -> Select<gap::Entity> {
    let asked = request::Entity::find()
        .select_only()
        .column(request::Column::GapId)
        .filter(request::Column::Party.is_in(viewer.parties()))
        .filter(request::Column::State.is_in(shown()))
        .into_query();
    let seen =
        Condition::any().add(gap::Column::Country.eq(home(viewer))).add(gap::Column::Id.in_subquery(asked));
    gap::Entity::find()
        .filter(seen)
        .filter(Condition::all().add_option((!reads(viewer)).then(|| Expr::cust("1 = 0"))))
}

/// The requests about gaps of the own country, and those to one of the viewer's parties.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
pub fn requests(viewer: &Viewer) -> Select<request::Entity> {
    let own = gap::Entity::find()
        .select_only()
        .column(gap::Column::Id)
        .filter(gap::Column::Country.eq(home(viewer)))
        .into_query();
    let mine = Condition::all()
        .add(request::Column::Party.is_in(viewer.parties()))
        .add(request::Column::State.is_in(shown()));
    request::Entity::find()
        .filter(Condition::any().add(request::Column::GapId.in_subquery(own)).add(mine))
        .filter(Condition::all().add_option((!reads(viewer)).then(|| Expr::cust("1 = 0"))))
}

/// The offers on requests that the viewer sees, and where they are shared all those on the gap.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
pub fn offers(viewer: &Viewer) -> Select<offer::Entity> {
    let requests = requests(viewer).select_only().column(request::Column::Id).into_query();
    let shared = gaps(viewer)
        .filter(gap::Column::OffersShared.eq(true))
        .select_only()
        .column(gap::Column::Id)
        .into_query();
    offer::Entity::find().filter(
        Condition::any()
            .add(offer::Column::RequestId.in_subquery(requests))
            .add(offer::Column::GapId.in_subquery(shared)),
    )
}

/// A gap that the viewer sees, with nobody else moving anything about it meanwhile.
#[expect(clippy::disallowed_methods, reason = "locks a row, of which nothing is told before it was seen")]
pub async fn locked(work: &Work, id: GapId) -> Result<gap::Model> {
    gap::Entity::find_by_id(id).lock_exclusive().one(&work.db).await?;
    let found = gaps(&work.viewer).filter(gap::Column::Id.eq(id)).one(&work.db).await?;
    found.ok_or_else(|| Error::NotFound(say!("una necesidad", "gap")))
}

/// A request that the viewer sees, its gap, and on which side the viewer is.
pub async fn request(work: &Work, id: SupportRequestId) -> Result<(request::Model, gap::Model, Side)> {
    let unknown = || Error::NotFound(say!("una solicitud de apoyo", "request for support"));
    let one = async || requests(&work.viewer).filter(request::Column::Id.eq(id)).one(&work.db).await;
    let gap = one().await?.ok_or_else(unknown)?.gap_id;
    let gap = locked(work, gap).await?;
    // As it stands now that nobody moves it.
    let request = one().await?.ok_or_else(unknown)?;
    let side = side(&work.viewer, &gap);
    Ok((request, gap, side))
}

pub fn side(viewer: &Viewer, gap: &gap::Model) -> Side {
    if viewer.country.as_ref() == Some(&gap.country) { Side::Home } else { Side::Partner }
}

/// May the viewer act for their side?
pub fn permit(work: &Work, side: Side, gap: &gap::Model, party: &Party) -> Result<()> {
    match side {
        Side::Home => {
            work.permit(Action::DecideSupport, work.viewer.standing(gap.owner_id, Some(&gap.country)))
        }
        Side::Partner => work.permit(Action::AnswerSupport, to_party(&work.viewer, party)),
    }
}

/// How the viewer stands to the party that was asked.
fn to_party(viewer: &Viewer, party: &Party) -> Standing {
    match party {
        Party::Institution(id) if *id == viewer.institution => Standing::Owner,
        Party::Country(code) if viewer.country.as_ref() == Some(code) => Standing::Compatriot,
        _ => Standing::Partner,
    }
}

/// Those who were asked about a gap and see it.
#[expect(clippy::disallowed_methods, reason = "for whom an entry is told to")]
pub async fn asked(db: &impl ConnectionTrait, gap: GapId) -> Result<Vec<Party>> {
    let rows = request::Entity::find()
        .filter(request::Column::GapId.eq(gap))
        .filter(request::Column::State.is_in(shown()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.party).collect())
}
