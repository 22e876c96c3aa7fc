//! A delegation accredits its people; the host says who speaks when.

use sea_orm::{ActiveModelTrait, IntoActiveModel, Set, entity::prelude::*, sea_query::OnConflict};

use super::rows::{self, order, participant};
use crate::{
    access::{Action, Kind, Party, Standing},
    bounds::{Bounds, NAME},
    directory::members,
    error::{Error, Problem, Reason, Result},
    ids::{ParticipantId, RecordId},
    ledger::{Body, Event, Reach, What, Work},
    meetings::{
        closed,
        commands::{conducts, phase_of, wrong},
        content::MeetingContent,
        phase, telling,
        text::{by_what_was_released, tell_negotiators},
    },
    records::{self, RecordRow, Shown},
    say,
    text::Text,
};

/// The most participants of a delegation, and the most numbers it is ever given.
const MOST: usize = 200;
const MOST_NUMBERS: i32 = 1_000;
/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

/// Accredits somebody of a delegation, until the meeting is over.
pub async fn accredit(
    work: &mut Work,
    id: RecordId,
    name: String,
    post: Text,
    country: Option<String>,
) -> Result<RecordId> {
    let record = records::locked(work, Kind::Meeting, id).await?;
    let meeting = records::one::<MeetingContent>(&work.db, &work.viewer, id).await?;
    let country = accrediting(work, &record, &meeting, country).await?;
    not_over(work, id).await?;
    let mut bounds = Bounds::default();
    bounds.text("input.name", &name, LONGEST_NAME);
    if name.contains(['\n', '\r', '\t']) {
        bounds.add(Reason::Malformed, "input.name", say!("en una sola línea", "on one line"));
    }
    bounds.words("input.post", &post, NAME);
    bounds.done()?;
    let known = rows::participants(&work.db, id, Some(&country)).await?;
    let number = known.iter().map(|row| row.number).max().unwrap_or(0) + 1;
    if known.len() >= MOST || number > MOST_NUMBERS {
        let say = say!("a lo sumo {MOST} por delegación", "at most {MOST} for each delegation");
        return Err(Problem::new(Reason::TooLarge, "input", say).into());
    }
    let row = participant::Model {
        id: ParticipantId::new(),
        meeting_id: id,
        country: country.clone(),
        number,
        name: name.trim().to_owned(),
        post: serde_json::to_string(&post).map_err(anyhow::Error::from)?,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    rows::ParticipantRow::insert(row.into_active_model().reset_all())
        .exec_without_returning(&work.db)
        .await?;
    tell(work, What::MeetingParticipantAccredited, &record, &country).await?;
    Ok(id)
}

/// Takes an accreditation back.
pub async fn remove(work: &mut Work, id: ParticipantId) -> Result<RecordId> {
    let nothing = || Error::NotFound(say!("un participante", "participant"));
    let row = rows::participant(&work.db, id).await?.ok_or_else(nothing)?;
    let record =
        records::locked(work, Kind::Meeting, row.meeting_id).await.map_err(|refused| match refused {
            Error::NotFound(_) => nothing(),
            other => other,
        })?;
    let meeting = records::one::<MeetingContent>(&work.db, &work.viewer, record.id).await?;
    // To who may not accredit for that country there is no such participant.
    accrediting(work, &record, &meeting, Some(row.country.clone())).await.map_err(|_| nothing())?;
    let removed = row.clone().into_active_model().delete(&work.db).await?;
    if removed.rows_affected == 0 {
        return Err(nothing());
    }
    tell(work, What::MeetingParticipantRemoved, &record, &row.country).await?;
    Ok(record.id)
}

/// Sets in which order delegations speak on an item.
pub async fn order(work: &mut Work, id: RecordId, item: String, countries: Vec<String>) -> Result<RecordId> {
    let record = records::locked(work, Kind::Meeting, id).await?;
    conducts(work, &record, Action::Conduct)?;
    let meeting = records::one::<MeetingContent>(&work.db, &work.viewer, id).await?;
    by_what_was_released(&meeting)?;
    not_over(work, id).await?;
    let content = &meeting.content;
    let mut bounds = Bounds::default();
    if !content.items.iter().any(|known| known.key == item) {
        bounds.add(
            Reason::Unknown,
            "input.item",
            say!("la agenda no tiene tal punto", "the agenda has no such item"),
        );
    }
    bounds.count("input.countries", countries.len(), MOST);
    bounds.distinct("input.countries", &countries[..countries.len().min(MOST)]);
    for (at, country) in countries.iter().take(MOST).enumerate() {
        if !closed::admits(content, &[Party::Country(country.clone())]) {
            bounds.add(
                Reason::Unknown,
                format!("input.countries.{at}"),
                say!(
                    "el anfitrión o una delegación que no solo observe",
                    "the host, or a delegation that does not only observe"
                ),
            );
        }
    }
    bounds.done()?;
    let row = order::ActiveModel {
        meeting_id: Set(id),
        item: Set(item),
        countries: Set(serde_json::to_string(&countries).map_err(anyhow::Error::from)?),
        account_id: Set(work.viewer.account),
        at: Set(work.clock.now()),
    };
    let anew = OnConflict::columns([order::Column::MeetingId, order::Column::Item])
        .update_columns([order::Column::Countries, order::Column::AccountId, order::Column::At])
        .to_owned();
    rows::OrderRow::insert(row).on_conflict(anew).exec_without_returning(&work.db).await?;
    tell_negotiators(work, What::MeetingSpeakingOrderSet, &record, content, None).await?;
    Ok(id)
}

/// For which delegation the viewer accredits: their own, whether or not it only observes, or as the host another
/// that has no account here.
async fn accrediting(
    work: &Work,
    record: &RecordRow,
    meeting: &Shown<MeetingContent>,
    country: Option<String>,
) -> Result<String> {
    let own = work.viewer.country.clone();
    let country = match country {
        Some(country) if Some(&country) != own.as_ref() => {
            conducts(work, record, Action::Conduct)?;
            by_what_was_released(meeting)?;
            if members(&work.db).await?.contains(&country) {
                return Err(wrong(say!(
                    "un país miembro acredita a los suyos",
                    "a member country accredits its own"
                )));
            }
            country
        }
        _ => {
            work.permit(Action::SpeakForDelegation, Standing::Compatriot)?;
            own.ok_or_else(|| Error::Forbidden(Action::SpeakForDelegation.say()))?
        }
    };
    if country != meeting.content.host && meeting.content.delegation(&country).is_none() {
        return Err(Problem::new(
            Reason::Unknown,
            "input.country",
            say!("el anfitrión o una delegación invitada", "the host, or a delegation that is invited"),
        )
        .into());
    }
    Ok(country)
}

async fn not_over(work: &Work, id: RecordId) -> Result<()> {
    let now = phase_of(&phase::taken(&work.db, &[id]).await?);
    if !now.is_over() {
        return Ok(());
    }
    let now = now.code();
    Err(wrong(say!("la reunión está en {now}", "the meeting is {now}")))
}

/// Told to those who hold the meeting, and to those of that country who are shown it. No hash: that of a name could
/// be guessed.
async fn tell(work: &mut Work, what: What, record: &RecordRow, country: &str) -> Result<()> {
    let mut told = record.chain();
    told.extend(telling::of_country(work, record, country).await?);
    told.sort();
    told.dedup();
    work.record(Event {
        what,
        subject: record.id.0,
        owner: record.owner_id,
        owner_country: record.owner_country.clone(),
        reach: Reach::Named,
        told,
        body: Body::default(),
    });
    Ok(())
}
