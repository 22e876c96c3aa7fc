//! Asking partners for support: one request each, drafted by one person and sent by another; and what
//! the two sides write to one another.

use std::collections::BTreeSet;

use sea_orm::{IntoActiveModel, PaginatorTrait, QueryOrder, entity::prelude::*};

use super::{
    gap::{LONGEST, still_open},
    request::{self, message},
    sight,
    states::{RequestState, Side},
    telling,
};
use crate::{
    access::{Action, Handling, Party},
    bounds::Bounds,
    error::{Problem, Reason, Result},
    ids::{GapId, SupportRequestId},
    ledger::{What, Work, sha256},
    records::{Named, check_audience},
    say,
    text::Text,
};

/// The most requests about a gap.
const MOST_ASKED: usize = 30;
/// The most that is written on a request.
const MOST_WRITTEN: u64 = 200;

/// Drafts a request to each of the named partners. Nobody beyond the country sees it until it is sent.
pub async fn draft(work: &mut Work, id: GapId, partners: Vec<Named>, words: Text) -> Result<GapId> {
    let gap = sight::locked(work, id).await?;
    work.permit(Action::StateGap, work.viewer.standing(gap.owner_id, Some(&gap.country)))?;
    still_open(&gap)?;
    let mut bounds = Bounds::default();
    bounds.words("input.words", &words, LONGEST);
    bounds.count("input.partners", partners.len(), MOST_ASKED);
    bounds.done()?;
    // An institution or a country; a whole country is asked as one, single accounts are not.
    check_audience(work, Handling::Green, &partners).await?;
    let known = of_gap(work, id).await?;
    let mut bounds = Bounds::default();
    let mut named = BTreeSet::new();
    for (path, party) in &partners {
        let abroad = match party {
            Party::Country(code) => *code != gap.country,
            Party::Institution(id) => {
                let found = crate::directory::known_institutions(&work.db, &[*id]).await?;
                found.iter().all(|known| known.country.as_ref() != Some(&gap.country))
            }
            Party::Everyone | Party::Account(_) => false,
        };
        if !abroad {
            bounds.add(
                Reason::OutOfRange,
                path,
                say!(
                    "se pide a otros países o a sus instituciones",
                    "ask other countries or their institutions"
                ),
            );
        }
        let asked = |row: &&request::Model| row.party == *party && row.state != RequestState::Withdrawn;
        if known.iter().any(|row| asked(&row)) || !named.insert(party.clone()) {
            bounds.add(Reason::Duplicate, path, say!("ya se le pide", "is asked already"));
        }
    }
    bounds.done()?;
    if known.len() + named.len() > MOST_ASKED {
        let say = say!("a lo sumo {MOST_ASKED} por necesidad", "at most {MOST_ASKED} for a gap");
        return Err(Problem::new(Reason::WrongState, "input.partners", say).into());
    }

    let (text, now) = (serde_json::to_string(&words).map_err(anyhow::Error::from)?, work.clock.now());
    let hash = sha256(text.as_bytes());
    for party in named {
        let row = request::Model {
            id: SupportRequestId::new(),
            gap_id: id,
            party,
            state: RequestState::Drafted,
            words: text.clone(),
            account_id: work.viewer.account,
            at: now,
            sent_by: None,
            sent_at: None,
            moved_at: now,
        };
        let subject = row.id.0;
        request::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
        telling::home(work, What::SupportRequestDrafted, subject, &gap, Some(hash.clone()));
    }
    Ok(id)
}

#[expect(clippy::disallowed_methods, reason = "of a gap of the viewer's own country")]
async fn of_gap(work: &Work, id: GapId) -> Result<Vec<request::Model>> {
    Ok(request::Entity::find().filter(request::Column::GapId.eq(id)).all(&work.db).await?)
}

/// Writes to the other side: a question, or its answer.
pub async fn write(work: &mut Work, id: SupportRequestId, words: Text) -> Result<GapId> {
    let (request, gap, side) = sight::request(work, id).await?;
    sight::permit(work, side, &gap, &request.party)?;
    let mut bounds = Bounds::default();
    bounds.words("input.words", &words, LONGEST);
    bounds.done()?;
    if request.state != RequestState::Sent {
        let say = say!("se escribe en una solicitud enviada", "one writes on a request that was sent");
        return Err(Problem::new(Reason::WrongState, "input", say).into());
    }
    still_open(&gap)?;
    let written = written(work, id).await?;
    if written >= MOST_WRITTEN {
        let say = say!("a lo sumo {MOST_WRITTEN} mensajes", "at most {MOST_WRITTEN} messages");
        return Err(Problem::new(Reason::WrongState, "input", say).into());
    }
    let text = serde_json::to_string(&words).map_err(anyhow::Error::from)?;
    let hash = sha256(text.as_bytes());
    let row = message::Model {
        request_id: id,
        number: written as i32 + 1,
        from_partner: side == Side::Partner,
        words: text,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    message::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    telling::all(work, What::SupportRequestWritten, id.0, &gap, vec![request.party], Some(hash));
    Ok(gap.id)
}

#[expect(clippy::disallowed_methods, reason = "of a request that the viewer sees")]
async fn written(work: &Work, id: SupportRequestId) -> Result<u64> {
    Ok(message::Entity::find().filter(message::Column::RequestId.eq(id)).count(&work.db).await?)
}

/// What was written on some requests, in order.
#[expect(clippy::disallowed_methods, reason = "of requests that the viewer sees")]
pub async fn messages(
    db: &impl ConnectionTrait,
    requests: &[SupportRequestId],
) -> std::result::Result<Vec<message::Model>, DbErr> {
    message::Entity::find()
        .filter(message::Column::RequestId.is_in(requests.iter().copied()))
        .order_by_asc(message::Column::RequestId)
        .order_by_asc(message::Column::Number)
        .all(db)
        .await
}
