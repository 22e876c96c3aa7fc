//! Making a commitment, and taking it a step further.

use chrono::NaiveDate;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use super::{
    promise::{self, Promise},
    register,
    state::Step,
    step,
};
use crate::{
    access::{Action, Kind, Party},
    bounds::Bounds,
    directory::{known_countries, known_institutions},
    error::{Error, Reason, Result},
    ids::{AgreementId, InstitutionId, RecordId},
    ledger::{What, Work, sha256},
    meetings::{
        closed,
        commands::{conducts, phase_of, wrong},
        content::MeetingContent,
        phase::{self, Phase},
        text::{by_what_was_released, speaking, tell_negotiators},
    },
    records, say,
    text::Text,
};

/// The most commitments of a meeting, and the most steps of one.
const MOST: usize = 500;
const MOST_STEPS: i32 = 200;

/// Makes a commitment, in or after the session.
pub async fn make(work: &mut Work, id: RecordId, promise: Promise) -> Result<RecordId> {
    let record = records::locked(work, Kind::Meeting, id).await?;
    conducts(work, &record, Action::Conduct)?;
    let meeting = records::one::<MeetingContent>(&work.db, &work.viewer, id).await?;
    by_what_was_released(&meeting)?;
    let now = phase_of(&phase::taken(&work.db, &[id]).await?);
    if !matches!(now, Phase::InSession | Phase::Closed) {
        let now = now.code();
        return Err(wrong(say!(
            "se acuerda en la reunión o después; está en {now}",
            "it is agreed in the meeting or after; it is {now}"
        )));
    }
    check(work, &meeting.content, &promise).await?;
    let known = promise::of_meetings(&work.db, &[id]).await?;
    if known.len() >= MOST {
        return Err(wrong(say!("a lo sumo {MOST} por reunión", "at most {MOST} for a meeting")));
    }
    let content = serde_json::to_string(&promise).map_err(anyhow::Error::from)?;
    let hash = sha256(content.as_bytes());
    let row = promise::Model {
        id: AgreementId::new(),
        meeting_id: id,
        number: known.iter().map(|row| row.number).max().unwrap_or(0) + 1,
        content,
        hash: hash.clone(),
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    promise::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    tell_negotiators(work, What::MeetingCommitmentMade, &record, &meeting.content, Some(hash)).await?;
    Ok(id)
}

async fn check(work: &Work, meeting: &MeetingContent, promise: &Promise) -> Result<()> {
    let mut bounds = Bounds::default();
    bounds.words("input.text", &promise.text, 2_000);
    bounds.words_if("input.indicator", promise.indicator.as_ref(), 500);
    let begins = meeting.sessions.first().map(|session| session.starts_at.date());
    if begins.is_some_and(|begins| promise.due < begins) {
        let say = say!("no antes de la reunión", "not before the meeting");
        bounds.add(Reason::OutOfRange, "input.due", say);
    }
    if promise.responsible.is_empty() {
        bounds.add(Reason::Required, "input.responsible", say!("al menos un país", "at least one country"));
    }
    bounds.count("input.responsible", promise.responsible.len(), 200);
    let countries: Vec<&String> = promise.responsible.iter().map(|one| &one.country).collect();
    bounds.distinct("input.responsible", &countries[..countries.len().min(200)]);
    let ids: Vec<InstitutionId> = promise
        .responsible
        .iter()
        .take(200)
        .flat_map(|one| one.institutions.iter().copied().take(20))
        .collect();
    let institutions = known_institutions(&work.db, &ids).await?;
    let known =
        known_countries(&work.db, &countries.iter().map(|code| code.to_string()).collect::<Vec<_>>()).await?;
    for (at, one) in promise.responsible.iter().take(200).enumerate() {
        let takes_part =
            known.contains(&one.country) && closed::admits(meeting, &[Party::Country(one.country.clone())]);
        if !takes_part {
            let say = say!(
                "el anfitrión o una delegación que participe",
                "the host, or a delegation that takes part"
            );
            bounds.add(Reason::Unknown, format!("input.responsible.{at}.country"), say);
        }
        bounds.count(format!("input.responsible.{at}.institutions"), one.institutions.len(), 20);
        for (number, id) in one.institutions.iter().take(20).enumerate() {
            if !institutions
                .iter()
                .any(|known| known.id == *id && known.country.as_ref() == Some(&one.country))
            {
                let say = say!("una institución de ese país", "an institution of that country");
                bounds.add(Reason::Unknown, format!("input.responsible.{at}.institutions.{number}"), say);
            }
        }
    }
    bounds.done()?;
    match &promise.evidence {
        Some(evidence) => evidence.check(work).await,
        None => Ok(()),
    }
}

/// What is said with a step.
pub struct Said {
    pub due: Option<NaiveDate>,
    pub note: Option<Text>,
    pub country: Option<String>,
}

/// Takes a commitment a step further.
pub async fn take(
    work: &mut Work,
    id: AgreementId,
    taken: Step,
    expected: i32,
    said: Said,
) -> Result<RecordId> {
    let Said { due, note, country } = said;
    let no_such = || Error::NotFound(say!("un compromiso", "commitment"));
    let row = promise::by_id(&work.db, id).await?.ok_or_else(no_such)?;
    let record =
        records::locked(work, Kind::Meeting, row.meeting_id).await.map_err(|refused| match refused {
            Error::NotFound(_) => no_such(),
            other => other,
        })?;
    let meeting = records::one::<MeetingContent>(&work.db, &work.viewer, record.id).await?;
    if !register::sees(&work.viewer, &meeting) {
        return Err(no_such());
    }
    let promise: Promise = serde_json::from_str(&row.content).map_err(anyhow::Error::from)?;
    let steps = step::of(&work.db, &[id]).await?.remove(&id).unwrap_or_default();
    let home = work.viewer.country.clone().unwrap_or_default();
    let (country, _) = match taken {
        Step::Reschedule | Step::Cancel => {
            conducts(work, &record, Action::Conduct)?;
            (home.clone(), false)
        }
        _ => speaking(work, &record, &meeting, country).await?,
    };
    let newest = steps.last().map_or(0, |step| step.number);
    if newest != expected {
        return Err(crate::error::Problem::new(
            Reason::StaleRevision,
            "input.expectedStep",
            say!(
                "el último paso es el {newest}, no el {expected}; léalo y repita",
                "the newest step is {newest}, not {expected}; read it and repeat"
            ),
        )
        .into());
    }
    let mut bounds = Bounds::default();
    bounds.words_if("input.note", note.as_ref(), 1_000);
    let today = work.clock.today();
    match (taken, due) {
        (Step::Reschedule, None) => {
            bounds.add(Reason::Required, "input.due", say!("diga hasta cuándo", "say until when"))
        }
        (Step::Reschedule, Some(due)) if due < today => {
            bounds.add(Reason::OutOfRange, "input.due", say!("{today} o después", "{today} or later"));
        }
        (Step::Reschedule, Some(_)) | (_, None) => {}
        (_, Some(_)) => {
            bounds.add(Reason::OutOfRange, "input.due", say!("solo al reprogramar", "only to reschedule"))
        }
    }
    bounds.done()?;
    let course = step::course(promise.due, &steps);
    if course.after(taken, due).is_none() || newest >= MOST_STEPS {
        return Err(wrong(say!(
            "el compromiso no está en un estado que lo permita",
            "the commitment is not in a state that permits this"
        )));
    }
    match taken {
        Step::Begin | Step::ReportKept | Step::ReportPartlyKept => {
            if !promise.responsible.iter().any(|one| one.country == country) {
                return Err(wrong(say!("informa quien es responsable", "who is responsible reports")));
            }
        }
        Step::Confirm | Step::Reject => {
            let told =
                steps.iter().rev().find(|row| matches!(row.step, Step::ReportKept | Step::ReportPartlyKept));
            if told.is_some_and(|row| {
                [&row.country, &row.home].iter().any(|one| **one == country || **one == home)
            }) {
                return Err(crate::error::Problem::new(
                    Reason::SamePerson,
                    "input",
                    say!(
                        "lo confirma otro país que el que informó",
                        "another country confirms it than reported it"
                    ),
                )
                .into());
            }
        }
        Step::Reschedule | Step::Cancel => {}
    }
    let content = note.map(|note| serde_json::to_string(&note)).transpose().map_err(anyhow::Error::from)?;
    let hash = content.as_ref().map(|content| sha256(content.as_bytes()));
    let row = step::Model {
        commitment_id: id,
        number: newest + 1,
        step: taken,
        due: due.map(|due| due.to_string()),
        country,
        home,
        content,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    step::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    tell_negotiators(work, What::MeetingCommitmentMoved, &record, &meeting.content, hash).await?;
    Ok(record.id)
}
