//! Offering support, as a partner that was asked.

use chrono::NaiveDate;
use sea_orm::{IntoActiveModel, PaginatorTrait, entity::prelude::*};

use super::{
    gap::{LONGEST, still_open},
    moving::answerable,
    offer::{self, commitment},
    sight,
    states::{OfferState, Side},
    telling,
};
use crate::{
    bounds::Bounds,
    error::{Problem, Reason, Result},
    ids::{GapId, SupportOfferId, SupportRequestId},
    ledger::{What, Work, sha256},
    say,
    text::Text,
};

/// What is offered.
pub struct Offered {
    pub request: SupportRequestId,
    pub amount: String,
    pub due: NaiveDate,
    pub terms: Text,
}

/// The most offers on a request.
const MOST_OFFERS: u64 = 50;

/// Offers support, on a request that was sent.
pub async fn offer(work: &mut Work, offered: Offered) -> Result<GapId> {
    let Offered { request: id, amount, due, terms } = offered;
    let (request, gap, side) = sight::request(work, id).await?;
    sight::permit(work, side, &gap, &request.party)?;
    if side == Side::Home {
        let say = say!("ofrece la parte a la que se pide", "the partner that was asked offers");
        return Err(Problem::new(Reason::WrongState, "input", say).into());
    }
    answerable(&request)?;
    still_open(&gap)?;
    let mut bounds = Bounds::default();
    bounds.words("input.terms", &terms, LONGEST);
    let today = work.clock.today();
    if due < today {
        bounds.add(
            Reason::OutOfRange,
            "input.due",
            say!("no antes de hoy, {today}", "not before today, {today}"),
        );
    }
    let amount = match gap.unit.parse(&amount, "input.amount") {
        Ok(amount) => amount,
        Err(problem) => {
            bounds.add(problem.reason, problem.path, problem.say);
            0
        }
    };
    bounds.done()?;
    if count(work, id).await? >= MOST_OFFERS {
        let say = say!("a lo sumo {MOST_OFFERS} ofertas", "at most {MOST_OFFERS} offers");
        return Err(Problem::new(Reason::WrongState, "input", say).into());
    }
    let terms = serde_json::to_string(&terms).map_err(anyhow::Error::from)?;
    let row = offer::Model {
        id: SupportOfferId::new(),
        request_id: id,
        gap_id: gap.id,
        institution_id: work.viewer.institution,
        country: work.viewer.country.clone(),
        amount,
        due,
        terms,
        state: OfferState::Open,
        account_id: work.viewer.account,
        at: work.clock.now(),
        moved_at: None,
    };
    let hash = sha256(format!("{}\n{}\n{}", row.amount, row.due, row.terms).as_bytes());
    offer::Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(&work.db)
        .await?;
    telling::of_offer(work, What::SupportOfferMade, row.id.0, &gap, (&row, request.party), Some(hash))
        .await?;
    Ok(gap.id)
}

#[expect(clippy::disallowed_methods, reason = "of a request that the viewer sees")]
async fn count(work: &Work, id: SupportRequestId) -> Result<u64> {
    Ok(offer::Entity::find().filter(offer::Column::RequestId.eq(id)).count(&work.db).await?)
}

/// The commitments that offers have become.
#[expect(clippy::disallowed_methods, reason = "of offers that the viewer sees")]
pub async fn commitments(
    db: &impl ConnectionTrait,
    offers: &[SupportOfferId],
) -> std::result::Result<Vec<commitment::Model>, DbErr> {
    commitment::Entity::find().filter(commitment::Column::OfferId.is_in(offers.iter().copied())).all(db).await
}
