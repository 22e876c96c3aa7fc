//! Who puts a country's plans into force, and whom each step is told to.

use crate::{
    access::{Action, Kind, Party},
    directory::{country_of, home_of, known_institutions},
    error::{Error, Problem, Reason, Result},
    ledger::{Body, Event, Reach, What, Work},
    plans::{PlanContent, approval, parts::PartAudience, terms::Part},
    records::{self, RecordRow},
    say,
};

/// The record, held against others until commit, for one who works on it and may do this to it.
pub async fn workable(work: &Work, id: crate::ids::RecordId, action: Action) -> Result<RecordRow> {
    let record = records::locked(work, Kind::Plan, id).await?;
    if !record.worked_on_by(&work.viewer) {
        return Err(Error::Forbidden(action.say()));
    }
    work.permit(action, work.viewer.standing(record.owner_id, record.owner_country.as_deref()))?;
    Ok(record)
}

/// Does the viewer's institution put plans of this country into force? Those do that the chain names; in a country
/// without a chain the owner.
pub async fn declares(work: &Work, record: &RecordRow) -> Result<()> {
    let chain = approval::chain(&work.db, record.owner_country.as_deref()).await?;
    let mut named = approval::declarers(&chain);
    let works = record.chain();
    if works.iter().any(|party| matches!(party, Party::Institution(_))) {
        // A chain that was changed since may name one that this plan was never opened to.
        named.retain(|id| works.contains(&Party::Institution(*id)));
    }
    if named.is_empty() {
        named.push(record.owner_id);
    }
    if named.contains(&work.viewer.institution) {
        return Ok(());
    }
    let whose: Vec<_> =
        known_institutions(&work.db, &named).await?.into_iter().map(|row| row.acronym).collect();
    let whose = whose.join(", ");
    let say = say!(
        "lo declara {whose}, según la cadena de su país",
        "{whose} declares it, by the chain of your country"
    );
    Err(Problem::new(Reason::WrongState, "input", say).into())
}

/// Everybody who is shown the plan; who works on it if it was never released.
pub async fn audience(work: &Work, record: &RecordRow) -> Result<Vec<Party>> {
    Ok(records::shown_to(work, record).await?.unwrap_or_else(|| record.chain()))
}

/// Those who are told of what happens in these parts of a revision: who works on the plan, and of those to whom that
/// revision was ever shown, those who are shown the parts both in it and in what they see now.
pub async fn shown_parts(
    work: &Work,
    record: &RecordRow,
    (number, content): (i32, &PlanContent),
    parts: &[Part],
) -> Result<Vec<Party>> {
    let mut told = record.chain();
    for (party, shown) in records::once_shown_to(&work.db, record.id, number, work.clock.now()).await? {
        let mut mine = narrowed(work, vec![party], content, parts).await?;
        if shown != number && !mine.is_empty() {
            let now = super::commands::numbered(work, record.id, shown).await?;
            let now: PlanContent = serde_json::from_str(&now.content).map_err(anyhow::Error::from)?;
            mine = narrowed(work, mine, &now, parts).await?;
        }
        told.extend(mine);
    }
    told.sort();
    told.dedup();
    Ok(told)
}

/// Of these parties those that are shown the parts: themselves, or who of them is.
async fn narrowed(
    work: &Work,
    mut told: Vec<Party>,
    content: &PlanContent,
    parts: &[Part],
) -> Result<Vec<Party>> {
    for part in parts {
        let Some(PartAudience(admitted)) = content.mark(*part).and_then(|mark| mark.audience.clone()) else {
            continue;
        };
        let mut both = Vec::new();
        for one in &told {
            for other in &admitted {
                if within(work, one, other).await? {
                    both.push(one.clone());
                } else if within(work, other, one).await? {
                    both.push(other.clone());
                }
            }
        }
        told = both;
    }
    Ok(told)
}

/// Whether whoever is the one party is the other as well.
async fn within(work: &Work, narrow: &Party, wide: &Party) -> Result<bool> {
    Ok(match (narrow, wide) {
        (one, other) if one == other => true,
        (_, Party::Everyone) => true,
        (Party::Institution(id), Party::Country(code)) => {
            let known = known_institutions(&work.db, &[*id]).await?;
            known.iter().any(|row| row.country.as_deref() == Some(code))
        }
        (Party::Account(id), Party::Country(code)) => {
            country_of(&work.db, *id).await?.flatten().as_deref() == Some(code)
        }
        (Party::Account(id), Party::Institution(institution)) => {
            home_of(&work.db, *id).await?.is_some_and(|home| home.id == *institution)
        }
        _ => false,
    })
}

/// Tells it.
pub fn tell(work: &mut Work, what: What, record: &RecordRow, told: Vec<Party>, body: Body) {
    work.record(Event {
        what,
        subject: record.id.0,
        owner: record.owner_id,
        owner_country: record.owner_country.clone(),
        reach: Reach::Named,
        told: record.chain().into_iter().chain(told).collect(),
        body,
    });
}
