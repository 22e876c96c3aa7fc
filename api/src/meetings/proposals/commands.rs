//! A delegation proposes and takes back; the host decides.

use sea_orm::{ActiveModelTrait, IntoActiveModel, QuerySelect, Set, entity::prelude::*};

use super::row::{self, Outcome, Said, Sort};
use crate::{
    access::{Action, Kind, Party, Standing},
    bounds::{Bounds, NAME},
    error::{Error, Problem, Reason, Result},
    ids::{ProposalId, RecordId},
    ledger::{Body, Event, Reach, What, Work, sha256},
    meetings::{
        agenda::AgendaItem,
        closed,
        commands::{conducts, phase_of, wrong},
        content::MeetingContent,
        phase::{self, Phase},
        session::LONGEST,
        telling,
        terms::ItemKind,
    },
    records::{self, RecordRow},
    say,
    text::Text,
};

/// The most proposals of a delegation on one agenda.
const MOST: usize = 100;
/// The longest annotation or comment, in characters.
const LONGEST_TEXT: usize = 5_000;

/// Proposes something on an agenda that is open to the delegations.
pub async fn propose(
    work: &mut Work,
    id: RecordId,
    kind: Sort,
    item: Option<String>,
    said: Said,
) -> Result<RecordId> {
    let record = records::locked(work, Kind::Meeting, id).await?;
    let country = own_country(work)?;
    let shown = records::one::<MeetingContent>(&work.db, &work.viewer, id).await?;
    if shown.content.delegation(&country).is_none_or(|delegation| delegation.observing) {
        return Err(wrong(say!(
            "proponen las delegaciones invitadas que no solo observan",
            "delegations propose that are invited and do not only observe"
        )));
    }
    in_time(work, id).await?;
    check(&shown.content, kind, item.as_deref(), &said)?;
    let before = row::made(&work.db, &[id]).await?;
    if before.iter().filter(|row| row.country == country).count() >= MOST {
        let say = say!("a lo sumo {MOST} por delegación", "at most {MOST} for each delegation");
        return Err(Problem::new(Reason::TooLarge, "input", say).into());
    }
    let content = serde_json::to_string(&said).map_err(anyhow::Error::from)?;
    let hash = sha256(content.as_bytes());
    let row = row::Model {
        id: ProposalId::new(),
        meeting_id: id,
        country,
        kind,
        item,
        content,
        account_id: work.viewer.account,
        at: work.clock.now(),
        outcome: Outcome::Open,
        reason: None,
        outcome_by: None,
        outcome_at: None,
    };
    row::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    tell(work, What::MeetingProposalMade, &record, &shown.content, Some(hash)).await?;
    Ok(id)
}

/// Takes back what the own delegation proposed, as long as nothing came of it.
pub async fn withdraw(work: &mut Work, id: ProposalId) -> Result<RecordId> {
    let (record, shown, row) = found(work, id).await?;
    if own_country(work)? != row.country {
        return Err(Error::Forbidden(Action::SpeakForDelegation.say()));
    }
    conclude(work, row, Outcome::Withdrawn, None).await?;
    tell(work, What::MeetingProposalWithdrawn, &record, &shown, None).await?;
    Ok(record.id)
}

/// Accepts or declines a proposal, as the host. What is accepted of the agenda is saved as a new
/// revision of the newest.
pub async fn decide(
    work: &mut Work,
    id: ProposalId,
    accept: bool,
    reason: Option<Text>,
    session: Option<u32>,
) -> Result<RecordId> {
    let (record, shown, row) = found(work, id).await?;
    conducts(work, &record, Action::Conduct)?;
    let mut bounds = Bounds::default();
    bounds.words_if("input.reason", reason.as_ref(), 2_000);
    if !accept && reason.is_none() {
        bounds.add(
            Reason::Required,
            "input.reason",
            say!("diga por qué se declina", "say why it is declined"),
        );
    }
    bounds.done()?;
    let now = phase_of(&phase::taken(&work.db, &[record.id]).await?);
    if !matches!(now, Phase::Convoked | Phase::OpenToComment) {
        return Err(wrong(say!(
            "la agenda ya se adoptó, o la reunión no se prepara ahora",
            "the agenda is adopted already, or the meeting is not being prepared now"
        )));
    }
    let accepted = row.clone();
    conclude(work, row, if accept { Outcome::Accepted } else { Outcome::Declined }, reason).await?;
    if accept && accepted.kind != Sort::Comment {
        let amended = |content: MeetingContent| applied(content, &accepted, session);
        records::amend(work, record.id, None, amended).await?;
    }
    tell(work, What::MeetingProposalDecided, &record, &shown, None).await?;
    Ok(record.id)
}

/// The agenda with what was accepted.
fn applied(
    mut content: MeetingContent,
    row: &row::Model,
    session: Option<u32>,
) -> Result<MeetingContent, Problem> {
    let said = row.said();
    match (row.kind, &row.item) {
        (Sort::Item, _) => {
            let last = content.items.last().map_or(1, |item| item.session);
            let session = session.unwrap_or(last);
            let key = format!("p-{}", row.id.0.simple().to_string().get(16..).unwrap_or_default());
            let item = AgendaItem {
                key,
                under: None,
                kind: said.kind.unwrap_or(ItemKind::Discussion),
                closed: false,
                title: said.title.unwrap_or_else(|| Text::spanish("")),
                session,
                minutes: said.minutes.unwrap_or(1),
                proponent: Some(row.country.clone()),
                speaker: None,
                outcome: None,
                annotation: said.annotation,
                documents: Vec::new(),
                plans: Vec::new(),
                datasets: Vec::new(),
            };
            // Last of its session: what comes after belongs to a later one.
            let place = content.items.iter().position(|other| other.session > session);
            content.items.insert(place.unwrap_or(content.items.len()), item);
        }
        (Sort::Amendment, Some(key)) => {
            let item = content.items.iter_mut().find(|item| item.key == *key).ok_or_else(|| {
                let say = say!("ese punto ya no está en la agenda", "that item is no longer on the agenda");
                Problem::new(Reason::WrongState, "input.id", say)
            })?;
            if let Some(title) = said.title {
                item.title = title;
            }
            item.annotation = said.annotation.or(item.annotation.take());
            item.minutes = said.minutes.unwrap_or(item.minutes);
            item.kind = said.kind.unwrap_or(item.kind);
        }
        _ => {}
    }
    Ok(content)
}

fn check(content: &MeetingContent, kind: Sort, item: Option<&str>, said: &Said) -> Result<()> {
    let mut bounds = Bounds::default();
    let Said { title, annotation, minutes, kind: of_item, comment } = said;
    bounds.words_if("input.title", title.as_ref(), NAME);
    bounds.words_if("input.annotation", annotation.as_ref(), LONGEST_TEXT);
    bounds.words_if("input.comment", comment.as_ref(), LONGEST_TEXT);
    let mut require = |there: bool, path: &str| {
        if !there {
            bounds.add(Reason::Required, path, say!("falta", "is missing"));
        }
    };
    match kind {
        Sort::Item => {
            require(title.is_some(), "input.title");
            require(minutes.is_some(), "input.minutes");
        }
        Sort::Amendment => {
            require(item.is_some(), "input.item");
            let changes = title.is_some() || annotation.is_some() || minutes.is_some() || of_item.is_some();
            require(changes, "input.title");
        }
        Sort::Comment => require(comment.is_some(), "input.comment"),
    }
    if kind == Sort::Item && item.is_some() {
        let say = say!("un punto nuevo no habla de otro", "a new item speaks of no other");
        bounds.add(Reason::OutOfRange, "input.item", say);
    }
    if kind == Sort::Comment
        && (title.is_some() || annotation.is_some() || minutes.is_some() || of_item.is_some())
    {
        let say = say!("un comentario solo comenta", "a comment says a comment only");
        bounds.add(Reason::OutOfRange, "input", say);
    }
    if item.is_some_and(|key| !content.items.iter().any(|item| item.key == key)) {
        let say = say!("no es un punto de la agenda", "is no item of the agenda");
        bounds.add(Reason::Unknown, "input.item", say);
    }
    if minutes.is_some_and(|minutes| !(1..=LONGEST).contains(&minutes)) {
        let say = say!("entre 1 y {LONGEST} minutos", "between 1 and {LONGEST} minutes");
        bounds.add(Reason::OutOfRange, "input.minutes", say);
    }
    if *of_item == Some(ItemKind::Closed) {
        let say = say!("así solo se muestra lo reservado", "that is only how what is closed is shown");
        bounds.add(Reason::OutOfRange, "input.kind", say);
    }
    bounds.done()
}

/// The agenda is open to the delegations, and its deadline is to come.
async fn in_time(work: &Work, id: RecordId) -> Result<()> {
    let steps = phase::taken(&work.db, &[id]).await?;
    let until = steps.last().filter(|step| step.phase == Phase::OpenToComment).and_then(|step| step.until);
    match until {
        None => {
            Err(wrong(say!("la agenda no está abierta a propuestas", "the agenda is not open to proposals")))
        }
        Some(until) if work.clock.now() >= until => {
            Err(wrong(say!("se proponía hasta {until}", "proposals were taken until {until}")))
        }
        Some(_) => Ok(()),
    }
}

fn own_country(work: &Work) -> Result<String> {
    work.permit(Action::SpeakForDelegation, Standing::Compatriot)?;
    let country = work.viewer.country.clone();
    country.ok_or_else(|| Error::Forbidden(Action::SpeakForDelegation.say()))
}

/// The proposal, with its meeting, for one who takes part in it.
#[expect(
    clippy::disallowed_methods,
    reason = "its meeting is read through the filter, and who takes part is asked"
)]
async fn found(work: &Work, id: ProposalId) -> Result<(RecordRow, MeetingContent, row::Model)> {
    let nothing = || Error::NotFound(say!("una propuesta", "proposal"));
    let row = row::Entity::find_by_id(id).one(&work.db).await?.ok_or_else(nothing)?;
    let record = records::locked(work, Kind::Meeting, row.meeting_id).await.map_err(|error| match error {
        Error::NotFound(_) => nothing(),
        other => other,
    })?;
    let shown = records::one::<MeetingContent>(&work.db, &work.viewer, record.id).await?;
    if !record.worked_on_by(&work.viewer) && !closed::admits(&shown.content, &work.viewer.parties()) {
        return Err(nothing());
    }
    // As it is now that nobody else changes it.
    let row = row::Entity::find_by_id(id).lock_exclusive().one(&work.db).await?.ok_or_else(nothing)?;
    Ok((record, std::sync::Arc::unwrap_or_clone(shown.content), row))
}

async fn conclude(work: &Work, row: row::Model, outcome: Outcome, reason: Option<Text>) -> Result<()> {
    if row.outcome != Outcome::Open {
        return Err(wrong(say!("ya se resolvió", "something came of it already")));
    }
    let reason = reason.map(|text| serde_json::to_string(&text)).transpose().map_err(anyhow::Error::from)?;
    let mut concluded = row.into_active_model();
    concluded.outcome = Set(outcome);
    concluded.reason = Set(reason);
    concluded.outcome_by = Set(Some(work.viewer.account));
    concluded.outcome_at = Set(Some(work.clock.now()));
    concluded.update(&work.db).await?;
    Ok(())
}

/// Told to those who work on the meeting and to those of the delegations who are shown it; to none
/// that only observes.
async fn tell(
    work: &mut Work,
    what: What,
    record: &RecordRow,
    content: &MeetingContent,
    hash: Option<String>,
) -> Result<()> {
    let mut told: Vec<Party> = record.chain();
    for delegation in content.delegations.iter().filter(|one| !one.observing) {
        told.extend(telling::of_country(work, record, &delegation.country).await?);
    }
    told.sort();
    told.dedup();
    work.record(Event {
        what,
        subject: record.id.0,
        owner: record.owner_id,
        owner_country: record.owner_country.clone(),
        reach: Reach::Named,
        told,
        body: Body { hash, ..Body::default() },
    });
    Ok(())
}
