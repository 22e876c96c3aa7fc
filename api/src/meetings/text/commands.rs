//! Writing a text: the host edits and settles, delegations propose, support and break silences.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};

use super::{
    draft::{Broken, Draft, LARGEST, Paragraph, ParagraphState},
    moving::{self, Choice, Spot},
    part::{Part, is_newest, of_host, part_in, seen, speaking, still_on},
    rows::{self, Act, text, version},
    telling::tell,
};
use crate::{
    access::{Action, Kind},
    bounds::Bounds,
    error::{Problem, Reason, Result},
    ids::{RecordId, TextId},
    ledger::{What, Work, sha256},
    meetings::{
        commands::{conducts, phase_of, wrong},
        content::MeetingContent,
        phase,
    },
    records::{self, RecordRow},
    say,
    text::Text,
};

/// The most texts of a meeting, and the most versions of a text.
const MOST_TEXTS: usize = 10;
const MOST_VERSIONS: i32 = 1_000;

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
    let (country, _) = speaking(work, &part.record, &part.meeting, country).await?;
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
    let (country, _) = speaking(work, &part.record, &part.meeting, country).await?;
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
    // A silence runs on after the meeting, and can be broken as long as it runs.
    let part = seen(work, id).await?;
    if part.text.hash.is_some() {
        return Err(wrong(say!(
            "el texto ya está sometido a adopción",
            "the text is put to adoption already"
        )));
    }
    let (country, _) = speaking(work, &part.record, &part.meeting, country).await?;
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
    // Breaking a silence must be in time, whatever else was saved; there are not more than silences.
    let full = content.len() > LARGEST || text.newest >= MOST_VERSIONS;
    if full && act != Act::SilenceBroken {
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
