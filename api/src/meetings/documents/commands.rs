//! A document is entered by who conducts the meeting, and fetched by whom it is for.

use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};

use super::{
    row::{self, Distribution, DocumentKind, Media, Model},
    sight::Sight,
    symbol,
};
use crate::{
    access::{Action, Kind, Party, Viewer},
    bounds::{Bounds, NAME},
    error::{Error, Problem, Reason, Result},
    ids::{DocumentId, RecordId},
    ledger::{Body, Event, Reach, What, Work},
    meetings::{MeetingContent, agenda::Outline, commands::conducts, telling},
    records::{self, RecordRow, Shown},
    say,
};

/// The most files of a meeting.
const MOST: usize = 2_000;

/// What is said of a file that is entered.
#[derive(Clone, Debug)]
pub struct Entering {
    /// The file as whoever sends it calls it.
    pub name: String,
    /// ISO 639-1.
    pub language: String,
    pub of: Of,
}

/// What the file is of.
#[derive(Clone, Debug)]
pub enum Of {
    /// A new document.
    New { kind: DocumentKind, distribution: Distribution, title: String, item: Option<String> },
    /// Another language of a document.
    LanguageOf(DocumentId),
    /// A new revision of a document.
    Revises(DocumentId),
}

/// A file that was inspected and lies in the vault.
pub struct Stored {
    pub media: Media,
    pub file: String,
    pub bytes: u64,
}

/// Refuses before anything is received whoever could not enter it, and what is said wrongly.
pub async fn may_enter(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    meeting: RecordId,
    entering: &Entering,
) -> Result<()> {
    let shown: Shown<MeetingContent> = records::one(db, viewer, meeting).await?;
    let record = &shown.record;
    let standing = viewer.standing(record.owner_id, record.owner_country.as_deref());
    if !record.worked_on_by(viewer) || !viewer.may(Action::Conduct, standing) {
        return Err(Error::Forbidden(Action::Conduct.say()));
    }
    check(entering, &shown.content)?;
    let there = row::of_meetings(db, &[meeting]).await?;
    placed(&there, entering.of.clone(), &entering.language).map(|_| ())
}

fn check(entering: &Entering, content: &MeetingContent) -> Result<()> {
    let mut bounds = Bounds::default();
    check_name(&entering.name, &mut bounds);
    let language = &entering.language;
    if language.len() != 2 || !language.bytes().all(|byte| byte.is_ascii_lowercase()) {
        let say = say!(
            "dos letras minúsculas (ISO 639-1), como `es`",
            "two small letters (ISO 639-1), such as `es`"
        );
        bounds.add(Reason::Malformed, "language", say);
    }
    if let Of::New { distribution, title, item, .. } = &entering.of {
        bounds.text("title", title, NAME);
        if let Some(key) = item {
            let at = content.items.iter().position(|one| one.key == *key);
            let closed = at.map(|at| Outline::of(&content.items).closed[at]);
            match closed {
                None => bounds.add(
                    Reason::Unknown,
                    "item",
                    say!("no hay tal punto en la agenda", "there is no such item of the agenda"),
                ),
                Some(true) if *distribution == Distribution::General => bounds.add(
                    Reason::OutOfRange,
                    "distribution",
                    say!(
                        "de un punto reservado no hay documentos para todos; use `LIMITED`",
                        "there are no documents for all of a closed item; use `LIMITED`"
                    ),
                ),
                Some(_) => {}
            }
        }
    }
    bounds.done()
}

/// A name, and no path: it is only ever told, never used to find a file.
fn check_name(name: &str, bounds: &mut Bounds) {
    let odd = |c: char| {
        c.is_control() || matches!(c, '/' | '\\' | ':' | '"' | '<' | '>' | '|' | '*' | '?')
            // What turns the direction of writing hides what a file ends with.
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let fits = (1..=150).contains(&name.chars().count())
        && !name.contains(odd)
        && !name.contains("..")
        && !name.starts_with('.')
        && name.trim() == name;
    if !fits {
        let say = say!(
            "un nombre de archivo sin ruta, de 1 a 150 caracteres, como `nota.pdf`",
            "the name of a file without a path, 1 to 150 characters, such as `note.pdf`"
        );
        bounds.add(Reason::Malformed, "name", say);
    }
}

/// Enters a file that lies in the vault. The meeting is locked, so that numbers follow one another.
pub async fn enter(
    work: &mut Work,
    meeting: RecordId,
    entering: Entering,
    stored: Stored,
) -> Result<DocumentId> {
    let record = records::locked(work, Kind::Meeting, meeting).await?;
    conducts(work, &record, Action::Conduct)?;
    let shown: Shown<MeetingContent> = records::one(&work.db, &work.viewer, meeting).await?;
    check(&entering, &shown.content)?;
    let there = row::of_meetings(&work.db, &[meeting]).await?;
    let Entering { name, language, of } = entering;
    let Placed { kind, distribution, title, item, number, revision } = placed(&there, of, &language)?;
    // A revision keeps the symbol it has, whatever the series is called now.
    let first = there.iter().find(|one| (one.distribution, one.number) == (distribution, number));
    let symbol = match first.map(|one| one.symbol.split("/Rev.").next().unwrap_or_default().to_owned()) {
        Some(base) if revision > 0 => format!("{base}/Rev.{revision}"),
        Some(base) => base,
        None => symbol::of(&shown.content, distribution, number, revision),
    };
    let row = Model {
        id: DocumentId::new(),
        meeting_id: meeting,
        distribution,
        number,
        revision,
        language,
        symbol,
        kind,
        title,
        item,
        file: stored.file,
        bytes: i64::try_from(stored.bytes).unwrap_or(i64::MAX),
        media: stored.media,
        name,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    let told = told_to(work, &record, &shown.content, &row).await?;
    tell(work, What::MeetingDocumentEntered, &record, &row, told);
    let id = row.id;
    row::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    Ok(id)
}

/// What a file is entered as.
struct Placed {
    kind: DocumentKind,
    distribution: Distribution,
    title: String,
    item: Option<String>,
    number: i32,
    revision: i32,
}

/// Its place among the files that are there.
fn placed(there: &[Model], of: Of, language: &str) -> Result<Placed> {
    if there.len() >= MOST {
        let say = say!("una reunión tiene a lo sumo {MOST} archivos", "a meeting has at most {MOST} files");
        return Err(Problem::new(Reason::TooLarge, "file", say).into());
    }
    let (id, path, more) = match of {
        Of::New { kind, distribution, title, item } => {
            let before = there.iter().filter(|one| one.distribution == distribution).map(|one| one.number);
            let number = before.max().unwrap_or_default() + 1;
            return Ok(Placed { kind, distribution, title, item, number, revision: 0 });
        }
        Of::LanguageOf(id) => (id, "languageOf", 0),
        Of::Revises(id) => (id, "revises", 1),
    };
    let like = there.iter().find(|one| one.id == id).ok_or_else(|| {
        let say = say!("no hay tal documento de la reunión", "there is no such document of the meeting");
        Problem::new(Reason::Unknown, path, say)
    })?;
    let same = there.iter().filter(|one| (one.distribution, one.number) == (like.distribution, like.number));
    let revision = same.clone().map(|one| one.revision).max().unwrap_or_default() + more;
    if same.clone().any(|one| one.revision == revision && one.language == language) {
        let say = say!(
            "esa revisión ya está en esa lengua; use `revises` para una nueva",
            "that revision is there in that language; use `revises` for a new one"
        );
        return Err(Problem::new(Reason::Duplicate, "language", say).into());
    }
    Ok(Placed {
        kind: like.kind,
        distribution: like.distribution,
        title: like.title.clone(),
        item: like.item.clone(),
        number: like.number,
        revision,
    })
}

/// Refuses what is not for the viewer; else that they fetch it is written down.
pub async fn fetch(work: &mut Work, id: DocumentId) -> Result<DocumentId> {
    let (row, shown) = seen(&work.db, &work.viewer, id).await?;
    // Told to those who work on the meeting: who reads is not everybody's business.
    let told = shown.record.chain();
    tell(work, What::MeetingDocumentFetched, &shown.record, &row, told);
    Ok(id)
}

/// The document and its meeting, if both are for the viewer.
pub async fn seen(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    id: DocumentId,
) -> Result<(Model, Shown<MeetingContent>)> {
    let nowhere = || Error::NotFound(say!("un documento", "document"));
    let row = row::by_id(db, id).await?.ok_or_else(nowhere)?;
    let shown = records::all_shown::<MeetingContent>(db, viewer, &[row.meeting_id]).await?.pop();
    let shown = shown.ok_or_else(nowhere)?;
    match Sight::of(db, viewer, &shown).await?.shows(&row) {
        true => Ok((row, shown)),
        false => Err(nowhere()),
    }
}

/// Those who see it: all who are shown the meeting, or the delegations that do not only observe, or
/// those who work on it.
async fn told_to(
    work: &Work,
    record: &RecordRow,
    content: &MeetingContent,
    row: &Model,
) -> Result<Vec<Party>> {
    let mut told = record.chain();
    let Some(all) = records::shown_to(work, record).await? else { return Ok(told) };
    match (row.distribution, &row.item) {
        (Distribution::Restricted, _) => {}
        (Distribution::General, None) => told = all,
        // An item may be closed to observers, or not yet be shown to them.
        (Distribution::General | Distribution::Limited, _) => {
            for delegation in content.delegations.iter().filter(|delegation| !delegation.observing) {
                told.extend(telling::of_country(work, record, &delegation.country).await?);
            }
        }
    }
    Ok(told)
}

fn tell(work: &mut Work, what: What, record: &RecordRow, row: &Model, told: Vec<Party>) {
    work.record(Event {
        what,
        subject: row.id.0,
        owner: record.owner_id,
        owner_country: record.owner_country.clone(),
        reach: if what == What::MeetingDocumentFetched { Reach::Owner } else { Reach::Named },
        told,
        body: Body { hash: Some(row.file.clone()), ..Body::default() },
    });
}
