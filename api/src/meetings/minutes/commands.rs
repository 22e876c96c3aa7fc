//! Writing the minutes, and approving them.

use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use super::rows::{self, Said, approval, version};
use crate::{
    access::{Action, Kind},
    bounds::Bounds,
    error::{Error, Problem, Reason, Result},
    ids::RecordId,
    ledger::{What, Work, sha256},
    meetings::{
        agenda,
        commands::{conducts, phase_of, wrong},
        content::MeetingContent,
        delegation::{self, Fact, Facts},
        phase::{self, Phase},
        text::{by_what_was_released, negotiates, speaking, tell_negotiators},
    },
    records, say,
};

/// The most versions of the minutes.
const MOST_VERSIONS: usize = 200;

/// Writes the minutes anew.
pub async fn write(work: &mut Work, id: RecordId, expected: i32, said: Said) -> Result<RecordId> {
    let record = records::locked(work, Kind::Meeting, id).await?;
    conducts(work, &record, Action::Conduct)?;
    let meeting = records::one::<MeetingContent>(&work.db, &work.viewer, id).await?;
    by_what_was_released(&meeting)?;
    in_or_after_session(work, id).await?;
    let versions = rows::versions(&work.db, id).await?;
    let newest = versions.last().map_or(0, |row| row.number);
    if newest != expected {
        return Err(Problem::new(
            Reason::StaleRevision,
            "input.expectedVersion",
            say!(
                "la última versión es la {newest}, no la {expected}; léala y repita",
                "the newest version is {newest}, not {expected}; read it and repeat"
            ),
        )
        .into());
    }
    let mut bounds = Bounds::default();
    bounds.count("input.items", said.items.len(), agenda::MOST);
    if said.items.is_empty() {
        bounds.add(Reason::Required, "input.items", say!("al menos un punto", "at least one item"));
    }
    let keys: Vec<&String> = said.items.iter().map(|one| &one.item).collect();
    bounds.distinct("input.items", &keys[..keys.len().min(agenda::MOST)]);
    for (at, one) in said.items.iter().take(agenda::MOST).enumerate() {
        if !meeting.content.items.iter().any(|known| known.key == one.item) {
            let say = say!("la agenda no tiene tal punto", "the agenda has no such item");
            bounds.add(Reason::Unknown, format!("input.items.{at}.item"), say);
        }
        bounds.words(format!("input.items.{at}.summary"), &one.summary, 5_000);
        bounds.count(format!("input.items.{at}.decisions"), one.decisions.len(), 50);
        for (number, decision) in one.decisions.iter().take(50).enumerate() {
            bounds.words(format!("input.items.{at}.decisions.{number}"), decision, 2_000);
        }
    }
    let approved = rows::approvals(&work.db, id).await?.iter().any(|row| row.number == newest);
    match &said.correction {
        Some(correction) => bounds.words("input.correction", correction, 1_000),
        None if approved => bounds.add(
            Reason::Required,
            "input.correction",
            say!("ya se aprobó; diga qué se corrige", "it was approved already; say what is corrected"),
        ),
        None => {}
    }
    bounds.done()?;
    if versions.len() >= MOST_VERSIONS {
        return Err(wrong(say!("a lo sumo {MOST_VERSIONS} versiones", "at most {MOST_VERSIONS} versions")));
    }
    let content = serde_json::to_string(&said).map_err(anyhow::Error::from)?;
    let hash = sha256(content.as_bytes());
    let row = version::Model {
        meeting_id: id,
        number: newest + 1,
        content,
        hash: hash.clone(),
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    rows::VersionRow::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    tell_negotiators(work, What::MeetingMinutesWritten, &record, &meeting.content, Some(hash)).await?;
    Ok(id)
}

/// Approves the newest version, for a delegation that was there.
pub async fn approve(work: &mut Work, id: RecordId, hash: &str, country: Option<String>) -> Result<RecordId> {
    let record = records::locked(work, Kind::Meeting, id).await?;
    let meeting = records::one::<MeetingContent>(&work.db, &work.viewer, id).await?;
    if !negotiates(&work.viewer, &meeting) {
        return Err(Error::Forbidden(Action::SpeakForDelegation.say()));
    }
    let (country, by_host) = speaking(work, &record, &meeting, country).await?;
    let facts = Facts::of(delegation::noted(&work.db, &[id]).await?);
    if !present(&meeting.content, &facts).contains(&country) {
        return Err(wrong(say!(
            "aprueba la minuta quien estuvo presente",
            "who was present approves the minutes"
        )));
    }
    let Some(newest) = rows::versions(&work.db, id).await?.pop() else {
        return Err(wrong(say!("aún no hay minuta", "there are no minutes yet")));
    };
    if newest.hash != hash {
        return Err(Problem::new(
            Reason::NotAsSealed,
            "input.hash",
            say!("no es la huella de la última versión", "is not the hash of the newest version"),
        )
        .into());
    }
    let known = rows::approvals(&work.db, id).await?;
    if known.iter().any(|row| row.number == newest.number && row.country == country) {
        return Err(wrong(say!("ya consta así", "that is noted already")));
    }
    let row = approval::Model {
        meeting_id: id,
        number: newest.number,
        country,
        hash: newest.hash.clone(),
        by_host,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    rows::ApprovalRow::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    tell_negotiators(work, What::MeetingMinutesApproved, &record, &meeting.content, Some(newest.hash))
        .await?;
    Ok(id)
}

/// Who was there and approves: the host, and the delegations that attended and did not only observe.
pub fn present(content: &MeetingContent, facts: &Facts) -> Vec<String> {
    let mut there = vec![content.host.clone()];
    for one in content.delegations.iter().filter(|one| !one.observing) {
        if facts.hold(&one.country, Fact::Attending) && !there.contains(&one.country) {
            there.push(one.country.clone());
        }
    }
    there
}

async fn in_or_after_session(work: &Work, id: RecordId) -> Result<()> {
    let now = phase_of(&phase::taken(&work.db, &[id]).await?);
    if matches!(now, Phase::InSession | Phase::Closed) {
        return Ok(());
    }
    let now = now.code();
    Err(wrong(say!("la reunión está en {now}", "the meeting is {now}")))
}
