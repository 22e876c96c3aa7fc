//! Adoption: the host puts a text, delegations say how they stand to it and attach statements, the
//! host declares it adopted by the rule of the meeting.

use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};

use super::{
    adoption::{self, Stance, StatementKind, stance, statement},
    commands::next,
    draft::ParagraphState,
    part::{Part, by_what_was_released, is_newest, of_host, put_words, seen, speaking, still_on},
    rows::{self, Act, text},
    telling::tell,
};
use crate::{
    access::Action,
    bounds::Bounds,
    error::{Problem, Reason, Result},
    ids::{RecordId, TextId},
    ledger::{What, Work},
    meetings::{
        commands::{conducts, wrong},
        delegation::{self, Fact, Facts},
    },
    say,
    text::Text,
};

/// The longest statement, in characters of one language.
const LONGEST: usize = 5_000;
/// The most stances and the most statements of a delegation on the same words: nobody uses up those of others.
const MOST: usize = 20;

/// Puts the text to adoption: every paragraph is agreed, and stands in both languages.
pub async fn put(work: &mut Work, id: TextId, expected: i32) -> Result<RecordId> {
    let part = of_host(work, id, Some(expected)).await?;
    let mut bounds = Bounds::default();
    if part.draft.paragraphs.is_empty() {
        bounds.add(Reason::Required, "paragraphs", say!("al menos un párrafo", "at least one paragraph"));
    }
    if part.draft.title.en.is_none() {
        bounds.add(Reason::Required, "title.en", say!("en los dos idiomas", "in both languages"));
    }
    for paragraph in &part.draft.paragraphs {
        let key = &paragraph.key;
        if paragraph.text.en.is_none() {
            let say = say!("en los dos idiomas", "in both languages");
            bounds.add(Reason::Required, format!("paragraphs.{key}.text.en"), say);
        }
        if paragraph.state != ParagraphState::Agreed {
            let say = say!("aún no está acordado", "is not agreed yet");
            bounds.add(Reason::WrongState, format!("paragraphs.{key}.state"), say);
        }
    }
    bounds.done()?;
    let draft = part.draft.clone();
    next(work, part, draft, Act::Put, None, What::MeetingTextPut).await
}

/// Opens a text again that was put to adoption and is not adopted. How delegations stood to those
/// words speaks of those words.
pub async fn reopen(work: &mut Work, id: TextId, expected: i32) -> Result<RecordId> {
    let Part { record, meeting, text, phase, .. } = seen(work, id).await?;
    conducts(work, &record, Action::Conduct)?;
    is_newest(&text, expected)?;
    // After the meeting it could not be put again.
    still_on(phase)?;
    if text.hash.is_none() || text.adopted_at.is_some() {
        return Err(wrong(say!(
            "se reabre lo que se sometió y no se adoptó",
            "what is opened again was put to adoption and is not adopted"
        )));
    }
    let mut open = text.clone().into_active_model();
    open.hash = Set(None);
    rows::TextRow::update(open).exec(&work.db).await?;
    tell(work, What::MeetingTextReopened, &record, &meeting.content, &text, None).await?;
    Ok(record.id)
}

/// How a delegation stands to the words that were put to adoption. Whoever adopts, adopts in this
/// meeting: the fact is noted with it.
pub async fn stand(
    work: &mut Work,
    id: TextId,
    hash: &str,
    taken: Stance,
    country: Option<String>,
) -> Result<RecordId> {
    let part = seen(work, id).await?;
    let (country, by_host) = speaking(work, &part.record, &part.meeting, country).await?;
    let hash = put_words(&part.text, hash)?;
    part.in_or_after_session()?;
    attends(work, &part, &country).await?;
    let before = adoption::stances(&work.db, &[id]).await?;
    let known = adoption::standing(&before, &hash).get(country.as_str()).map(|row| row.stance);
    if known == Some(taken) {
        return Err(wrong(say!("ya consta así", "that is noted already")));
    }
    if part.text.adopted_at.is_some() && (taken != Stance::Adopts || known == Some(Stance::Adopts)) {
        return Err(wrong(say!(
            "el texto está adoptado; una delegación aún puede sumarse",
            "the text is adopted; a delegation may still join"
        )));
    }
    if known == Some(Stance::Adopts)
        && adoption::statements(&work.db, &[id])
            .await?
            .iter()
            .any(|row| row.country == country && row.hash == hash && row.kind == StatementKind::Reservation)
    {
        return Err(wrong(say!("consta su reserva", "its reservation is attached")));
    }
    few(before.iter().filter(|row| row.country == country && row.hash == hash).count())?;
    let row = stance::Model {
        text_id: id,
        number: before.last().map_or(0, |row| row.number) + 1,
        country: country.clone(),
        stance: taken,
        hash: hash.clone(),
        by_host,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    adoption::StanceRow::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    if taken == Stance::Adopts {
        noted(work, &part, &country, Fact::Adopting, by_host).await?;
    }
    tell(work, What::MeetingTextStanceTaken, &part.record, &part.meeting.content, &part.text, Some(hash))
        .await?;
    Ok(part.record.id)
}

/// Attaches a reservation of a delegation that adopts, or how one understands the text.
pub async fn attach(
    work: &mut Work,
    id: TextId,
    hash: &str,
    (kind, paragraph): (StatementKind, Option<String>),
    said: Text,
    country: Option<String>,
) -> Result<RecordId> {
    let part = seen(work, id).await?;
    let (country, by_host) = speaking(work, &part.record, &part.meeting, country).await?;
    let hash = put_words(&part.text, hash)?;
    part.in_or_after_session()?;
    attends(work, &part, &country).await?;
    let mut bounds = Bounds::default();
    bounds.words("input.text", &said, LONGEST);
    if paragraph.as_ref().is_some_and(|key| part.draft.paragraph(key).is_none()) {
        let say = say!("el texto no tiene tal párrafo", "the text has no such paragraph");
        bounds.add(Reason::Unknown, "input.paragraph", say);
    }
    bounds.done()?;
    let stances = adoption::stances(&work.db, &[id]).await?;
    let stance = adoption::standing(&stances, &hash).get(country.as_str()).map(|row| row.stance);
    if kind == StatementKind::Reservation && stance != Some(Stance::Adopts) {
        return Err(wrong(say!("reserva quien adopta", "who reserves adopts")));
    }
    let before = adoption::statements(&work.db, &[id]).await?;
    few(before.iter().filter(|row| row.country == country && row.hash == hash).count())?;
    let row = statement::Model {
        text_id: id,
        number: before.last().map_or(0, |row| row.number) + 1,
        country: country.clone(),
        kind,
        paragraph,
        hash,
        content: serde_json::to_string(&said).map_err(anyhow::Error::from)?,
        by_host,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    let said = crate::ledger::sha256(row.content.as_bytes());
    adoption::StatementRow::insert(row.into_active_model().reset_all())
        .exec_without_returning(&work.db)
        .await?;
    if kind == StatementKind::Reservation {
        noted(work, &part, &country, Fact::Reserving, by_host).await?;
    }
    let Part { record, meeting, text, .. } = part;
    tell(work, What::MeetingTextStatementAttached, &record, &meeting.content, &text, Some(said)).await?;
    Ok(record.id)
}

/// Declares the text adopted, by the meeting's rule.
pub async fn adopt(work: &mut Work, id: TextId, hash: &str) -> Result<RecordId> {
    let Part { record, meeting, text, phase, draft } = seen(work, id).await?;
    conducts(work, &record, Action::Conduct)?;
    let hash = put_words(&text, hash)?;
    if text.adopted_at.is_some() {
        return Err(wrong(say!("ya está adoptado", "it is adopted already")));
    }
    let part = Part { record, meeting, text, phase, draft };
    part.in_or_after_session()?;
    by_what_was_released(&part.meeting)?;
    let content = &part.meeting.content;
    let facts = Facts::of(delegation::noted(&work.db, &[part.record.id]).await?);
    let mut there = vec![content.host.as_str()];
    for delegation in content.delegations.iter().filter(|one| !one.observing) {
        let country = delegation.country.as_str();
        if facts.hold(country, Fact::Attending) && !there.contains(&country) {
            there.push(country);
        }
    }
    let stances = adoption::stances(&work.db, &[id]).await?;
    if !adoption::carried(content.decision, &there, &adoption::standing(&stances, &hash)) {
        return Err(wrong(say!(
            "según la regla de la reunión no está adoptado: por consenso nadie objeta y alguien adopta",
            "by the meeting's rule it is not adopted: by consensus nobody objects and somebody adopts"
        )));
    }
    let mut adopted = part.text.clone().into_active_model();
    adopted.adopted_at = Set(Some(work.clock.now()));
    rows::TextRow::update(adopted).exec(&work.db).await?;
    tell(work, What::MeetingTextAdopted, &part.record, content, &part.text, Some(hash)).await?;
    Ok(part.record.id)
}

/// Who says how it stands to a text is there. The host is.
async fn attends(work: &Work, part: &Part, country: &str) -> Result<()> {
    let facts = Facts::of(delegation::noted(&work.db, &[part.record.id]).await?);
    if country == part.meeting.content.host || facts.hold(country, Fact::Attending) {
        return Ok(());
    }
    Err(wrong(say!(
        "adopta quien asiste; anote primero su asistencia",
        "who adopts attends; note that first"
    )))
}

/// Notes the fact of the meeting that goes with it, where it does not hold already. The host is no
/// delegation of its own meeting, unless it stands in the list.
async fn noted(work: &mut Work, part: &Part, country: &str, fact: Fact, by_host: bool) -> Result<()> {
    let Some(delegation) = part.meeting.content.delegation(country) else { return Ok(()) };
    let rows = delegation::noted(&work.db, &[part.record.id]).await?;
    let number = rows.last().map_or(0, |row| row.number) + 1;
    let facts = Facts::of(rows);
    if facts.hold(country, fact) {
        return Ok(());
    }
    facts.admit(delegation, fact, true, part.phase)?;
    let row = delegation::Model {
        meeting_id: part.record.id,
        number,
        country: country.into(),
        fact,
        holds: true,
        by_host,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    delegation::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    Ok(())
}

fn few(rows: usize) -> Result<()> {
    match rows < MOST {
        true => Ok(()),
        false => {
            Err(Problem::new(Reason::WrongState, "input", say!("a lo sumo {MOST}", "at most {MOST}")).into())
        }
    }
}

/// Whether a country adopted a text of the meeting that is put to adoption or adopted.
pub async fn has_adopted(work: &Work, meeting: RecordId, country: &str, reserved: bool) -> Result<bool> {
    let texts: Vec<text::Model> = rows::of_meetings(&work.db, &[meeting]).await?;
    let ids: Vec<TextId> = texts.iter().map(|text| text.id).collect();
    let (stances, statements) =
        (adoption::stances(&work.db, &ids).await?, adoption::statements(&work.db, &ids).await?);
    Ok(texts.iter().any(|text| {
        let Some(hash) = &text.hash else { return false };
        let of: Vec<_> = stances.iter().filter(|row| row.text_id == text.id).cloned().collect();
        let adopts =
            adoption::standing(&of, hash).get(country).is_some_and(|row| row.stance == Stance::Adopts);
        let reserves = statements.iter().any(|row| {
            row.text_id == text.id
                && row.country == country
                && row.kind == StatementKind::Reservation
                && row.hash == *hash
        });
        adopts && (!reserved || reserves)
    }))
}
