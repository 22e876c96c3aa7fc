//! A text in the hands of a command: who may write it, for whom, and while it can be written.

use super::{
    draft::Draft,
    rows::{self, text},
    sight::{Sight, no_such},
};
use crate::{
    access::{Action, Kind, Party, Standing},
    directory::members,
    error::{Error, Problem, Reason, Result},
    ids::TextId,
    ledger::Work,
    meetings::{
        closed,
        commands::{conducts, phase_of, wrong},
        content::MeetingContent,
        phase::{self, Phase},
    },
    records::{self, RecordRow, Shown, State},
    say,
};

/// A text that the viewer sees whole, of a meeting that nobody else changes meanwhile.
pub struct Part {
    pub record: RecordRow,
    pub meeting: Shown<MeetingContent>,
    pub text: text::Model,
    /// The newest version, as it stands now.
    pub draft: Draft,
    pub phase: Phase,
}

/// A text of which the viewer sees all, whatever has become of it.
pub async fn seen(work: &Work, id: TextId) -> Result<Part> {
    let found = rows::by_id(&work.db, id).await?.ok_or_else(no_such)?;
    let record =
        records::locked(work, Kind::Meeting, found.meeting_id).await.map_err(|refused| match refused {
            Error::NotFound(_) => no_such(),
            other => other,
        })?;
    let meeting = records::one::<MeetingContent>(&work.db, &work.viewer, record.id).await?;
    // Read again: it may have changed before the meeting was held here.
    let text = rows::by_id(&work.db, id).await?.ok_or_else(no_such)?;
    let sight = Sight::of(&work.viewer, &meeting, &text);
    if sight != Some(Sight::Whole) {
        // Who is shown the words alone knows of the text, and does nothing to it.
        return Err(sight.map_or_else(no_such, |_| Error::Forbidden(Action::SpeakForDelegation.say())));
    }
    let newest = rows::versions(&work.db, [(id, text.newest)]).await?.pop().ok_or_else(no_such)?;
    let (draft, _) = Sight::Whole.cut(&newest, Some(work.clock.now()))?;
    let phase = phase_of(&phase::taken(&work.db, &[record.id]).await?);
    Ok(Part { record, meeting, text, draft, phase })
}

/// A text that can still be written.
pub async fn part_in(work: &Work, id: TextId, expected: Option<i32>) -> Result<Part> {
    let part = seen(work, id).await?;
    if let Some(expected) = expected {
        is_newest(&part.text, expected)?;
    }
    still_on(part.phase)?;
    if part.text.hash.is_some() {
        return Err(wrong(match part.text.adopted_at {
            Some(_) => {
                say!("el texto está adoptado; ya no cambia", "the text is adopted; it changes no more")
            }
            None => say!(
                "el texto está sometido a adopción; el anfitrión lo reabre",
                "the text is put to adoption; the host opens it again"
            ),
        }));
    }
    Ok(part)
}

pub async fn of_host(work: &Work, id: TextId, expected: Option<i32>) -> Result<Part> {
    conducts(work, &seen(work, id).await?.record, Action::Conduct)?;
    part_in(work, id, expected).await
}

/// For whom the viewer speaks: their own delegation, or as the host another that has no account here.
/// Whether by the host.
pub async fn speaking(
    work: &Work,
    record: &RecordRow,
    meeting: &Shown<MeetingContent>,
    country: Option<String>,
) -> Result<(String, bool)> {
    let content = &meeting.content;
    let own = work.viewer.country.clone();
    let (country, by_host) = match country {
        Some(country) if Some(&country) != own.as_ref() => {
            conducts(work, record, Action::Conduct)?;
            by_what_was_released(meeting)?;
            if members(&work.db).await?.contains(&country) {
                return Err(wrong(say!(
                    "un país miembro habla por sí mismo",
                    "a member country speaks for itself"
                )));
            }
            (country, true)
        }
        _ => {
            work.permit(Action::SpeakForDelegation, Standing::Compatriot)?;
            (own.ok_or_else(|| Error::Forbidden(Action::SpeakForDelegation.say()))?, false)
        }
    };
    if !closed::admits(content, &[Party::Country(country.clone())]) {
        return Err(Problem::new(
            Reason::Unknown,
            "input.country",
            say!(
                "negocian el anfitrión y las delegaciones que no solo observan",
                "the host negotiates, and delegations that do not only observe"
            ),
        )
        .into());
    }
    Ok((country, by_host))
}

/// Whoever speaks for others, or counts how they stand, goes by the delegations and the rule that all were shown,
/// not by those of a draft of the host's.
pub fn by_what_was_released(meeting: &Shown<MeetingContent>) -> Result<()> {
    if meeting.revision.state == State::Released {
        return Ok(());
    }
    Err(wrong(say!(
        "la última revisión de la reunión no está difundida; difúndala primero",
        "the newest revision of the meeting is not released; release it first"
    )))
}

pub fn is_newest(text: &text::Model, expected: i32) -> Result<()> {
    let newest = text.newest;
    if newest == expected {
        return Ok(());
    }
    Err(Problem::new(
        Reason::StaleRevision,
        "input.expectedVersion",
        say!(
            "la última versión es la {newest}, no la {expected}; léala y repita",
            "the newest version is {newest}, not {expected}; read it and repeat"
        ),
    )
    .into())
}

pub fn still_on(phase: Phase) -> Result<()> {
    if !phase.is_over() {
        return Ok(());
    }
    let phase = phase.code();
    Err(wrong(say!("la reunión está en {phase}", "the meeting is {phase}")))
}

impl Part {
    /// The moments of a text in which delegations say how they stand to it.
    pub fn in_or_after_session(&self) -> Result<()> {
        if matches!(self.phase, Phase::InSession | Phase::Closed) {
            return Ok(());
        }
        let phase = self.phase.code();
        Err(wrong(say!(
            "no se anota mientras la reunión está en {phase}",
            "this is not noted while the meeting is {phase}"
        )))
    }
}

/// The hash of the words that are put to adoption, if it is the one that is meant.
pub fn put_words(text: &text::Model, meant: &str) -> Result<String> {
    match &text.hash {
        Some(hash) if hash == meant => Ok(hash.clone()),
        Some(_) => Err(Problem::new(
            Reason::NotAsSealed,
            "input.hash",
            say!("no es la huella de las palabras sometidas", "is not the hash of the words put to adoption"),
        )
        .into()),
        None => Err(wrong(say!("el texto no está sometido a adopción", "the text is not put to adoption"))),
    }
}
