//! The steps of a request, an offer and a commitment: what leads where is in `states`.

use sea_orm::{ActiveModelTrait, IntoActiveModel, Set, entity::prelude::*};

use super::{
    gap::{self, still_open},
    offer::{self, commitment},
    request, sight,
    states::{CommitmentState, CommitmentStep, OfferState, OfferStep, RequestState, RequestStep, Side},
    telling,
};
use crate::{
    access::Action,
    error::{Error, Problem, Reason, Result},
    ids::{CommitmentId, GapId, SupportOfferId, SupportRequestId},
    ledger::{What, Work},
    say,
    text::Say,
};

fn wrong(say: Say) -> Error {
    Problem::new(Reason::WrongState, "input", say).into()
}

/// The step is the other side's, or leads nowhere from here.
fn not_now() -> Error {
    wrong(say!("en ese estado no se da ese paso", "that step is not taken in that state"))
}

fn others_step() -> Error {
    wrong(say!("ese paso lo da la otra parte", "that step is the other side's"))
}

/// Moves a request along.
pub async fn request(work: &mut Work, id: SupportRequestId, step: RequestStep) -> Result<GapId> {
    let (request, gap, side) = sight::request(work, id).await?;
    sight::permit(work, side, &gap, &request.party)?;
    if !step.by(side) {
        return Err(others_step());
    }
    let state = request.state.after(step).ok_or_else(not_now)?;
    match step {
        RequestStep::Send => {
            still_open(&gap)?;
            if request.account_id == work.viewer.account {
                let say = say!("quien la redactó no la envía", "whoever drafted it does not send it");
                return Err(Problem::new(Reason::SamePerson, "input.request", say).into());
            }
        }
        RequestStep::Withdraw | RequestStep::Decline => {
            if pending(work, id).await? {
                return Err(wrong(say!(
                    "tiene una oferta abierta o aceptada",
                    "it has an offer that is open or was accepted"
                )));
            }
        }
    }
    let was_shown = request.state.is_shown();
    let (party, now) = (request.party.clone(), work.clock.now());
    let mut moved = request.into_active_model();
    moved.state = Set(state);
    moved.moved_at = Set(now);
    if step == RequestStep::Send {
        moved.sent_by = Set(Some(work.viewer.account));
        moved.sent_at = Set(Some(now));
    }
    moved.update(&work.db).await?;
    let what = match step {
        RequestStep::Send => What::SupportRequestSent,
        RequestStep::Withdraw => What::SupportRequestWithdrawn,
        RequestStep::Decline => What::SupportRequestDeclined,
    };
    // One that was not sent is taken back from nobody.
    let to = if was_shown || state.is_shown() { vec![party] } else { Vec::new() };
    telling::all(work, what, id.0, &gap, to, None);
    Ok(gap.id)
}

#[expect(clippy::disallowed_methods, reason = "of a request that the viewer sees")]
async fn pending(work: &Work, id: SupportRequestId) -> Result<bool> {
    let found = offer::Entity::find()
        .filter(offer::Column::RequestId.eq(id))
        .filter(offer::Column::State.is_in([OfferState::Open, OfferState::Accepted]))
        .one(&work.db)
        .await?;
    Ok(found.is_some())
}

/// An offer that one of the two sides moves, with its request.
async fn offer_of(work: &Work, id: SupportOfferId) -> Result<offer::Model> {
    let found = sight::offers(&work.viewer).filter(offer::Column::Id.eq(id)).one(&work.db).await?;
    found.ok_or_else(|| Error::NotFound(say!("una oferta de apoyo", "offer of support")))
}

/// Moves an offer along. One that is accepted becomes a commitment.
pub async fn offer(work: &mut Work, id: SupportOfferId, step: OfferStep) -> Result<GapId> {
    let unlocked = offer_of(work, id).await?;
    let (request, gap, side) = its_request(work, unlocked.request_id).await?;
    // As it stands now that nobody moves it.
    let offer = offer_of(work, id).await?;
    sight::permit(work, side, &gap, &request.party)?;
    if !step.by(side) {
        return Err(others_step());
    }
    let state = offer.state.after(step).ok_or_else(not_now)?;
    if step == OfferStep::Accept {
        still_open(&gap)?;
    }
    let now = work.clock.now();
    let mut moved = offer.clone().into_active_model();
    moved.state = Set(state);
    moved.moved_at = Set(Some(now));
    moved.update(&work.db).await?;
    let what = match step {
        OfferStep::Withdraw => What::SupportOfferWithdrawn,
        OfferStep::Refuse => What::SupportOfferRefused,
        OfferStep::Accept => What::SupportOfferAccepted,
    };
    telling::of_offer(work, what, id.0, &gap, (&offer, request.party.clone()), None).await?;
    if step == OfferStep::Accept {
        let row = commitment::Model {
            id: CommitmentId::new(),
            offer_id: id,
            owner_id: offer.institution_id,
            amount: offer.amount,
            due: offer.due,
            state: CommitmentState::Promised,
            account_id: work.viewer.account,
            at: now,
            moved_at: None,
        };
        let subject = row.id.0;
        commitment::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(&work.db)
            .await?;
        telling::of_offer(work, What::CommitmentMade, subject, &gap, (&offer, request.party), None).await?;
    }
    Ok(gap.id)
}

/// The request of an offer that the viewer sees. Where the offers of a gap are shared, one may see an
/// offer and not its request: such a viewer moves nothing of it.
async fn its_request(work: &Work, id: SupportRequestId) -> Result<(request::Model, gap::Model, Side)> {
    sight::request(work, id).await.map_err(|error| match error {
        Error::NotFound(_) => Error::Forbidden(Action::AnswerSupport.say()),
        other => other,
    })
}

/// Moves a commitment along.
pub async fn commitment(work: &mut Work, id: CommitmentId, step: CommitmentStep) -> Result<GapId> {
    let unknown = || Error::NotFound(say!("un compromiso de apoyo", "commitment of support"));
    let unlocked = one(work, id).await?.ok_or_else(unknown)?;
    let not_theirs = |error| match error {
        Error::NotFound(_) => unknown(),
        other => other,
    };
    let offer = offer_of(work, unlocked.offer_id).await.map_err(not_theirs)?;
    let (request, gap, side) = its_request(work, offer.request_id).await?;
    let row = one(work, id).await?.ok_or_else(unknown)?;
    sight::permit(work, side, &gap, &request.party)?;
    if !step.by(side) {
        return Err(others_step());
    }
    let state = row.state.after(step).ok_or_else(not_now)?;
    let mut moved = row.into_active_model();
    moved.state = Set(state);
    moved.moved_at = Set(Some(work.clock.now()));
    moved.update(&work.db).await?;
    let what = match step {
        CommitmentStep::Begin => What::CommitmentBegun,
        CommitmentStep::Deliver => What::CommitmentDelivered,
        CommitmentStep::Receive => What::CommitmentReceived,
        CommitmentStep::Cancel => What::CommitmentCancelled,
    };
    telling::of_offer(work, what, id.0, &gap, (&offer, request.party), None).await?;
    Ok(gap.id)
}

#[expect(clippy::disallowed_methods, reason = "what is told of it depends on its offer, which is filtered")]
async fn one(work: &Work, id: CommitmentId) -> Result<Option<commitment::Model>> {
    Ok(commitment::Entity::find_by_id(id).one(&work.db).await?)
}

/// A request that can be answered by its partner.
pub fn answerable(request: &request::Model) -> Result<()> {
    match request.state {
        RequestState::Sent => Ok(()),
        _ => Err(not_now()),
    }
}
