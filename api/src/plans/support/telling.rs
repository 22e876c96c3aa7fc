//! Whom what happens is told to: those of the country that states the gap, and those who see it.

use uuid::Uuid;

use super::{gap, offer, sight};
use crate::{
    access::Party,
    error::Result,
    ledger::{Body, Event, Reach, What, Work},
};

/// Told at home only.
pub fn home(work: &mut Work, what: What, subject: Uuid, gap: &gap::Model, hash: Option<String>) {
    all(work, what, subject, gap, Vec::new(), hash);
}

/// Told at home, and to these.
pub fn all(
    work: &mut Work,
    what: What,
    subject: Uuid,
    gap: &gap::Model,
    to: Vec<Party>,
    hash: Option<String>,
) {
    let mut told = to;
    told.push(Party::Country(gap.country.clone()));
    work.record(Event {
        what,
        subject,
        owner: gap.owner_id,
        owner_country: Some(gap.country.clone()),
        reach: Reach::Named,
        told,
        body: Body { hash, ..Body::default() },
    });
}

/// Of an offer, or of what became of it, answers the institution that made it. Told to both sides, and
/// where the offers are shared to all who were asked.
pub async fn of_offer(
    work: &mut Work,
    what: What,
    subject: Uuid,
    gap: &gap::Model,
    (offer, party): (&offer::Model, Party),
    hash: Option<String>,
) -> Result<()> {
    let mut told = vec![Party::Country(gap.country.clone()), party];
    if gap.offers_shared {
        told.extend(sight::asked(&work.db, gap.id).await?);
    }
    work.record(Event {
        what,
        subject,
        owner: offer.institution_id,
        owner_country: offer.country.clone(),
        reach: Reach::Named,
        told,
        body: Body { hash, ..Body::default() },
    });
    Ok(())
}
