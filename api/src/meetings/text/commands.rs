//! Writing a text: the host edits and settles, delegations propose, support and break silences.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};

use super::{
    draft::{Broken, Draft, LARGEST, Paragraph, ParagraphState},
    moving::{self, Choice, Spot},
    rows::{self, Act, text, version},
    sight::{Sight, no_such},
    telling::tell,
};
use crate::{
    access::{Action, Kind, Party, Standing},
    bounds::Bounds,
    directory::members,
    error::{Error, Problem, Reason, Result},
    ids::{RecordId, TextId},
    ledger::{What, Work, sha256},
    meetings::{
        closed,
        commands::{conducts, phase_of, wrong},
        content::MeetingContent,
        phase::{self, Phase},
    },
    records::{self, RecordRow, Shown},
    say,
    text::Text,
};

/// The most texts of a meeting, and the most versions of a text.
const MOST_TEXTS: usize = 10;
const MOST_VERSIONS: i32 = 1_000;

/// A text that the viewer sees whole, of a meeting that nobody else changes meanwhile.
pub struct Part {
    pub record: RecordRow,
    pub meeting: Shown<MeetingContent>,
    pub text: text::Model,
    /// The newest version, as it stands now.
    pub draft: Draft,
    pub phase: Phase,
}

/// Begins a text.
pub async fn begin(
    work: &mut Work,
    id: RecordId,
    title: Text,
    paragraphs: Vec<Paragraph>,
) -> Result<RecordId> {
    let record = records::locked(work, Kind::Meeting, id).await?;
    conducts(work, &record, Action::Conduct)?;
    let meeting = records::one::<MeetingContent>(&work.db, &work.viewer, id).await?;
    still_on(phase_of(&phase::taken(&work.db, &[id]).await?))?;
    if rows::of_meetings(&work.db, &[id]).await?.len() >= MOST_TEXTS {
        return Err(wrong(say!("a lo sumo {MOST_TEXTS} textos", "at most {MOST_TEXTS} texts")));
    }
    let text = text::Model {
        id: TextId::new(),
        meeting_id: id,
        newest: 0,
        hash: None,
        adopted_at: None,
        observers_from: None,
        at: work.clock.now(),
    };
    rows::TextRow::insert(text.clone().into_active_model().reset_all())
        .exec_without_returning(&work.db)
        .await?;
    let draft = Draft { title, paragraphs, silences: Vec::new() };
    let host = meeting.content.host.clone();
    save(work, &record, &meeting.content, text, draft, (Act::Edited, host, What::MeetingTextBegun)).await?;
    Ok(id)
}

/// The words and the order of the paragraphs, by the host. Brackets stay with the paragraphs in whose
/// words they are still marked; a paragraph with other words is open again.
pub async fn edit(
    work: &mut Work,
    id: TextId,
    expected: i32,
    title: Text,
    paragraphs: Vec<Paragraph>,
) -> Result<RecordId> {
    let part = of_host(work, id, Some(expected)).await?;
    let mut draft = part.draft.clone();
    for known in &part.draft.paragraphs {
        if paragraphs.iter().find(|one| one.key == known.key).map(|one| (&one.text, one.kind))
            != Some((&known.text, known.kind))
        {
            moving::is_still(&part.draft, &known.key)?;
        }
    }
    draft.title = title;
    draft.paragraphs = paragraphs
        .into_iter()
        .map(|mut paragraph| {
            let Some(known) = part.draft.paragraph(&paragraph.key) else { return paragraph };
            let marked = |key: &str| paragraph.text.es.contains(&format!("[{key}]"));
            paragraph.brackets =
                known.brackets.iter().filter(|bracket| marked(&bracket.key)).cloned().collect();
            if paragraph.text == known.text {
                paragraph.state = known.state;
                paragraph.by_silence = known.by_silence;
            }
            paragraph
        })
        .collect();
    next(work, part, draft, Act::Edited, None, What::MeetingTextEdited).await
}

/// An alternative of the own delegation, or as the host of one that has no account here.
pub async fn propose(
    work: &mut Work,
    id: TextId,
    expected: i32,
    paragraph: &str,
    spot: Spot,
    (words, country): (Option<Text>, Option<String>),
) -> Result<RecordId> {
    let part = part_in(work, id, Some(expected)).await?;
    let (country, _) = speaking(work, &part, country).await?;
    let draft = moving::proposed(part.draft.clone(), paragraph, spot, words, &country)?;
    next(work, part, draft, Act::Proposed, Some(country), What::MeetingTextProposed).await
}

/// Support of an alternative, or its end.
pub async fn support(
    work: &mut Work,
    id: TextId,
    expected: i32,
    paragraph: &str,
    choice: Choice,
    (holds, country): (bool, Option<String>),
) -> Result<RecordId> {
    let part = part_in(work, id, Some(expected)).await?;
    let (country, _) = speaking(work, &part, country).await?;
    let draft = moving::supported(part.draft.clone(), paragraph, &choice, &country, holds)?;
    next(work, part, draft, Act::Supported, Some(country), What::MeetingTextProposed).await
}

/// What brackets of a paragraph come to, and how far it is agreed.
pub async fn settle(
    work: &mut Work,
    id: TextId,
    expected: i32,
    paragraph: &str,
    choices: &[Choice],
    state: Option<ParagraphState>,
) -> Result<RecordId> {
    let part = of_host(work, id, Some(expected)).await?;
    let mut bounds = Bounds::default();
    bounds.count("input.choices", choices.len(), 20);
    bounds.done()?;
    let draft = moving::settled(part.draft.clone(), paragraph, choices, state)?;
    if draft == part.draft {
        return Err(wrong(say!("ya consta así", "that is noted already")));
    }
    next(work, part, draft, Act::Settled, None, What::MeetingTextEdited).await
}

/// Opens a silence procedure.
pub async fn silence(
    work: &mut Work,
    id: TextId,
    expected: i32,
    paragraphs: Vec<String>,
    until: DateTime<Utc>,
) -> Result<RecordId> {
    let part = of_host(work, id, Some(expected)).await?;
    let draft = moving::silenced(part.draft.clone(), paragraphs, until.into(), work.clock.now())?;
    next(work, part, draft, Act::SilenceOpened, None, What::MeetingSilenceOpened).await
}

/// Breaks a silence. It names no version: who breaks it is in time whatever else was saved.
pub async fn break_silence(
    work: &mut Work,
    id: TextId,
    silence: &str,
    reason: Option<Text>,
    country: Option<String>,
) -> Result<RecordId> {
    let part = part_in(work, id, None).await?;
    let (country, _) = speaking(work, &part, country).await?;
    let mut bounds = Bounds::default();
    bounds.words_if("input.reason", reason.as_ref(), 1_000);
    bounds.done()?;
    let by = Broken { country: country.clone(), at: work.clock.now(), reason };
    let draft = moving::broken(part.draft.clone(), silence, by)?;
    next(work, part, draft, Act::SilenceBroken, Some(country), What::MeetingSilenceBroken).await
}

/// Shares the text with all who are shown the meeting, from its newest version on.
pub async fn share(work: &mut Work, id: TextId, expected: i32) -> Result<RecordId> {
    let Part { record, meeting, text, .. } = seen(work, id).await?;
    conducts(work, &record, Action::Conduct)?;
    is_newest(&text, expected)?;
    if text.observers_from.is_some() {
        return Err(wrong(say!("ya se comparte", "it is shared already")));
    }
    let mut shared = text.clone().into_active_model();
    shared.observers_from = Set(Some(text.newest));
    rows::TextRow::update(shared).exec(&work.db).await?;
    let text = text::Model { observers_from: Some(text.newest), ..text };
    tell(work, What::MeetingTextShared, &record, &meeting.content, &text, None).await?;
    Ok(record.id)
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
async fn part_in(work: &Work, id: TextId, expected: Option<i32>) -> Result<Part> {
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
pub async fn speaking(work: &Work, part: &Part, country: Option<String>) -> Result<(String, bool)> {
    let own = work.viewer.country.clone();
    let content = &part.meeting.content;
    let (country, by_host) = match country {
        Some(country) if Some(&country) != own.as_ref() => {
            conducts(work, &part.record, Action::Conduct)?;
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

fn still_on(phase: Phase) -> Result<()> {
    if !phase.is_over() {
        return Ok(());
    }
    let phase = phase.code();
    Err(wrong(say!("la reunión está en {phase}", "the meeting is {phase}")))
}

pub async fn next(
    work: &mut Work,
    part: Part,
    draft: Draft,
    act: Act,
    country: Option<String>,
    what: What,
) -> Result<RecordId> {
    let Part { record, meeting, text, .. } = part;
    let country = country.unwrap_or_else(|| meeting.content.host.clone());
    save(work, &record, &meeting.content, text, draft, (act, country, what)).await
}

/// Saves a draft as the next version.
async fn save(
    work: &mut Work,
    record: &RecordRow,
    meeting: &MeetingContent,
    text: text::Model,
    draft: Draft,
    (act, country, what): (Act, String, What),
) -> Result<RecordId> {
    let mut bounds = Bounds::default();
    draft.check("input", &mut bounds);
    bounds.done()?;
    let content = serde_json::to_string(&draft).map_err(anyhow::Error::from)?;
    if content.len() > LARGEST || text.newest >= MOST_VERSIONS {
        let (kilobytes, versions) = (LARGEST / 1024, MOST_VERSIONS);
        return Err(Problem::new(
            Reason::TooLarge,
            "input",
            say!(
                "a lo sumo {kilobytes} KiB y {versions} versiones",
                "at most {kilobytes} KiB and {versions} versions"
            ),
        )
        .into());
    }
    let hash = sha256(content.as_bytes());
    let row = version::Model {
        text_id: text.id,
        number: text.newest + 1,
        act,
        country,
        content,
        hash: hash.clone(),
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    rows::VersionRow::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    let mut newer = text.clone().into_active_model();
    newer.newest = Set(text.newest + 1);
    if act == Act::Put {
        newer.hash = Set(Some(draft.words_hash()));
    }
    rows::TextRow::update(newer).exec(&work.db).await?;
    tell(work, what, record, meeting, &text, Some(hash)).await?;
    Ok(record.id)
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
