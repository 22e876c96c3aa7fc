//! What is done with a meeting as a whole, and what is noted of its delegations.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use super::{
    content::MeetingContent,
    delegation::{self, Delegation, Fact, Facts},
    phase::{self, Move, Phase, Step},
    text,
};
use crate::{
    access::{Action, Kind, Party, Standing},
    clock::Moment,
    directory::members,
    error::{Error, Problem, Reason, Result},
    ids::RecordId,
    ledger::{Body, Event, Reach, What, Work},
    records::{self, RecordRow, State},
    say,
    text::Say,
};

/// Takes a meeting one step further, or calls it off. All who are shown it are told.
pub async fn take(
    work: &mut Work,
    id: RecordId,
    taken: Move,
    until: Option<DateTime<Utc>>,
) -> Result<RecordId> {
    let action = match taken {
        Move::Step(_) => Action::Conduct,
        Move::CallOff(_) => Action::CallOff,
    };
    let record = records::locked(work, Kind::Meeting, id).await?;
    conducts(work, &record, action)?;
    let steps = phase::taken(&work.db, &[id]).await?;
    let (now, newest) = (phase_of(&steps), steps.last());
    let next = now.after(taken).ok_or_else(|| {
        let now = now.code();
        wrong(say!(
            "la reunión está en {now}; desde ahí no se puede",
            "the meeting is {now}; this cannot be done from there"
        ))
    })?;
    let Some(told) = records::shown_to(work, &record).await? else {
        return Err(wrong(say!(
            "nadie sabe aún de la reunión; difúndala primero",
            "nobody knows of the meeting yet; release it first"
        )));
    };
    let shown = records::one::<MeetingContent>(&work.db, &work.viewer, id).await?;
    let until = deadline(work, taken, until, newest, &shown.content)?;
    match taken {
        Move::Step(Step::AdoptAgenda) => {
            comments_are_in(work, newest)?;
            if shown.revision.state != State::Released {
                return Err(wrong(say!(
                    "se adopta la agenda que se difundió; la última revisión no lo está",
                    "the agenda that is adopted is the one that was released; the newest revision is not"
                )));
            }
        }
        Move::Step(Step::Begin) => can_begin(work, &record, &shown.content).await?,
        _ => {}
    }

    let row = phase::Model {
        meeting_id: id,
        number: newest.map_or(0, |row| row.number) + 1,
        phase: next,
        until,
        revision: record.head,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    phase::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    tell(work, taken.told(), &record, told);
    Ok(id)
}

/// Notes what holds of a delegation from now on: its own country does, or the host. Whether a
/// member adopts or reserves only that member says; of others, who have no account here, the host
/// notes it.
pub async fn note(work: &mut Work, id: RecordId, country: &str, fact: Fact, holds: bool) -> Result<RecordId> {
    let record = records::locked(work, Kind::Meeting, id).await?;
    let shown = records::one::<MeetingContent>(&work.db, &work.viewer, id).await?;
    let by_host = !speaks_for(work, country);
    if by_host {
        conducts(work, &record, Action::Conduct)?;
    }
    let delegation = invited(&shown.content, country)?;
    if by_host && fact != Fact::Attending && members(&work.db).await?.contains(country) {
        return Err(wrong(say!(
            "si un país miembro adopta o reserva lo dice él mismo",
            "whether a member country adopts or reserves it says itself"
        )));
    }
    let now = phase_of(&phase::taken(&work.db, &[id]).await?);
    let rows = delegation::noted(&work.db, &[id]).await?;
    let number = rows.last().map_or(0, |row| row.number) + 1;
    Facts::of(rows).admit(delegation, fact, holds, now)?;
    let Some(told) = records::shown_to(work, &record).await? else {
        return Err(wrong(say!("la reunión no se ha difundido", "the meeting was not released")));
    };

    let by_text = match fact {
        Fact::Attending => false,
        Fact::Adopting | Fact::Reserving => {
            !holds && text::has_adopted(work, id, country, fact == Fact::Reserving).await?
        }
    };
    if by_text {
        return Err(wrong(say!(
            "consta en un texto que adoptó o reservó",
            "it stands in a text that it adopted or reserved"
        )));
    }

    let row = delegation::Model {
        meeting_id: id,
        number,
        country: country.into(),
        fact,
        holds,
        by_host,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    delegation::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    tell(work, What::MeetingDelegationNoted, &record, told);
    Ok(id)
}

/// Refuses to change what a meeting is to be once it is over.
pub async fn still_to_be(work: &Work, id: RecordId) -> Result<()> {
    records::locked(work, Kind::Meeting, id).await?;
    let now = phase_of(&phase::taken(&work.db, &[id]).await?);
    if now.is_over() {
        let now = now.code();
        return Err(wrong(say!(
            "la reunión está en {now}; ya no cambia",
            "the meeting is {now}; it changes no more"
        )));
    }
    Ok(())
}

/// Whoever conducts or calls off a meeting works on it, and has a role for it.
pub(super) fn conducts(work: &Work, record: &RecordRow, action: Action) -> Result<()> {
    if !record.worked_on_by(&work.viewer) {
        return Err(Error::Forbidden(action.say()));
    }
    work.permit(action, work.viewer.standing(record.owner_id, record.owner_country.as_deref()))
}

/// Whether the viewer speaks for this delegation: it is of their own country, and they have a role
/// for it.
fn speaks_for(work: &Work, country: &str) -> bool {
    work.viewer.country.as_deref() == Some(country)
        && work.viewer.may(Action::SpeakForDelegation, Standing::Compatriot)
}

pub(super) fn phase_of(steps: &[phase::Model]) -> Phase {
    steps.last().map_or(Phase::Convoked, |row| row.phase)
}

pub(super) fn wrong(say: Say) -> Error {
    Problem::new(Reason::WrongState, "input", say).into()
}

fn invited<'a>(content: &'a MeetingContent, country: &str) -> Result<&'a Delegation> {
    content.delegation(country).ok_or_else(|| {
        Problem::new(
            Reason::Unknown,
            "input.country",
            say!("no es una delegación invitada", "is no delegation that is invited"),
        )
        .into()
    })
}

/// Until when the agenda is open: a time to come, before the meeting begins, and never earlier
/// than what the delegations were told before.
fn deadline(
    work: &Work,
    taken: Move,
    until: Option<DateTime<Utc>>,
    newest: Option<&phase::Model>,
    content: &MeetingContent,
) -> Result<Option<Moment>> {
    let refuse = |reason, say| Err(Problem::new(reason, "input.commentsUntil", say).into());
    let opens = taken == Move::Step(Step::OpenAgenda);
    let until = match (opens, until) {
        (false, None) => return Ok(None),
        (false, Some(_)) => {
            return refuse(
                Reason::OutOfRange,
                say!("solo al abrir la agenda a comentarios", "only when the agenda is opened to comment"),
            );
        }
        (true, None) => {
            return refuse(
                Reason::Required,
                say!("diga hasta cuándo se comenta", "say until when delegations comment"),
            );
        }
        (true, Some(until)) => Moment::from(until),
    };
    let before = newest.and_then(|row| row.until).filter(|before| *before > until);
    if until <= work.clock.now() || before.is_some() {
        return refuse(
            Reason::OutOfRange,
            say!(
                "una hora por venir, no anterior a la que ya se comunicó",
                "a time to come, not earlier than the one that was told before"
            ),
        );
    }
    if content.starts().is_some_and(|starts| until.0 > starts) {
        return refuse(
            Reason::OutOfRange,
            say!("antes de que empiece la reunión", "before the meeting begins"),
        );
    }
    Ok(Some(until))
}

/// The time that delegations were given to comment is theirs to the end.
fn comments_are_in(work: &Work, newest: Option<&phase::Model>) -> Result<()> {
    match newest.and_then(|row| row.until) {
        Some(until) if work.clock.now() < until => Err(wrong(say!(
            "las delegaciones comentan hasta {until}",
            "the delegations comment until {until}"
        ))),
        _ => Ok(()),
    }
}

/// A meeting begins on the day of its first session or later, with its quorum.
async fn can_begin(work: &Work, record: &RecordRow, content: &MeetingContent) -> Result<()> {
    if let Some(session) = content.sessions.first()
        && let Some(zone) = session.zone()
    {
        let day = session.starts_at.date();
        if work.clock.now().0.with_timezone(&zone).date_naive() < day {
            return Err(wrong(say!("empieza el {day}", "it begins on {day}")));
        }
    }
    let facts = Facts::of(delegation::noted(&work.db, &[record.id]).await?);
    let quorum = content.quorum.unwrap_or_default();
    let there = content
        .delegations
        .iter()
        .filter(|delegation| !delegation.observing && facts.hold(&delegation.country, Fact::Attending))
        .count();
    if there < quorum as usize {
        return Err(wrong(say!(
            "asisten {there} delegaciones y el cuórum es de {quorum}",
            "{there} delegations attend and the quorum is {quorum}"
        )));
    }
    Ok(())
}

/// Told to everybody who is shown the meeting now.
fn tell(work: &mut Work, what: What, record: &RecordRow, told: Vec<Party>) {
    work.record(Event {
        what,
        subject: record.id.0,
        owner: record.owner_id,
        owner_country: record.owner_country.clone(),
        reach: Reach::Named,
        told,
        body: Body { revision: Some(record.head), ..Body::default() },
    });
}
