//! Saying that what was released is wrong. It is kept, with its hash, and whoever could see it is told; a recall
//! takes sight away, a retraction does not.

use sea_orm::{ActiveModelTrait, IntoActiveModel, Set, entity::prelude::*};

use super::{
    commands::{in_state, newest, revision_of},
    revision::State,
    share,
    sharing::tell_apart,
};
use crate::{
    access::{Action, Kind, Party, audience},
    bounds::Bounds,
    error::{Problem, Reason, Result},
    ids::RecordId,
    ledger::{Body, What, Work},
    say,
    text::Text,
};

/// Which revision is wrong, and why.
pub struct Retraction {
    pub revision: i32,
    pub reason: Text,
}

/// Retracts a released revision. Those to whom it has not opened yet never see it.
pub async fn retract(
    work: &mut Work,
    kind: Kind,
    id: RecordId,
    what: What,
    retraction: Retraction,
) -> Result<RecordId> {
    let (record, _) = newest(work, Action::Retract, kind, id).await?;
    let mut bounds = Bounds::default();
    bounds.words("input.reason", &retraction.reason, 2_000);
    bounds.done()?;
    let Some(wrong) = revision_of(work, &record, retraction.revision).await? else {
        let say = say!("no tiene esa revisión", "it has no such revision");
        return Err(Problem::new(Reason::Unknown, "input.revision", say).into());
    };
    in_state(&wrong, &[State::Released])?;
    let (saw, waiting) = unshown(work, id, wrong.number).await?;

    let hash = wrong.hash.clone();
    let mut retracted = wrong.into_active_model();
    retracted.state = Set(State::Retracted);
    retracted.retracted_at = Set(Some(work.clock.now()));
    retracted.retractor_id = Set(Some(work.viewer.account));
    retracted.retraction = Set(Some(serde_json::to_string(&retraction.reason).map_err(anyhow::Error::from)?));
    retracted.update(&work.db).await?;
    tell_apart(work, what, &record, Body::of(retraction.revision, &hash), saw, waiting);
    Ok(id)
}

/// Takes the revision from those to whom it has not opened yet. Gives those who could see it, and still see the
/// record, and those from whom it was taken.
#[expect(clippy::disallowed_methods, reason = "the audience of a record that the viewer may retract")]
async fn unshown(work: &Work, id: RecordId, revision: i32) -> Result<(Vec<Party>, Vec<Party>)> {
    let now = work.clock.now();
    let shares = share::of(&work.db, &[id]).await?;
    let rows = audience::Entity::find()
        .filter(audience::Column::Subject.eq(id))
        .filter(audience::Column::Working.eq(false))
        .all(&work.db)
        .await?;
    let (mut saw, mut waiting) = (Vec::new(), Vec::new());
    for row in rows {
        let shown = share::timeline(&shares, &row, now);
        if shown.iter().any(|(_, shown)| *shown == revision) && row.shown_at(now).is_some() {
            saw.push(row.party.clone());
        }
        if row.revision != revision || row.shown_at(now) == Some(revision) {
            continue;
        }
        waiting.push(row.party.clone());
        match row.until_then {
            None => {
                row.delete(&work.db).await?;
            }
            Some(before) => {
                let mut back = row.into_active_model();
                back.revision = Set(before);
                back.opens_at = Set(None);
                back.until_then = Set(None);
                back.update(&work.db).await?;
            }
        }
    }
    Ok((saw, waiting))
}
