//! From the first draft to the approval, a function each: what it needs, who may, when it makes
//! sense, what changes, what the ledger will tell.

use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, QuerySelect, Set, entity::prelude::*,
    sea_query::OnConflict,
};

use super::{
    authors::{self, second_person},
    content::{Content, canonical},
    record,
    revision::{self, State},
};
use crate::{
    access::{Action, Audienced, Handling, Kind, Party, audience},
    bounds::Bounds,
    directory::{foreign_ministry_of, known_institutions},
    error::{Error, Problem, Reason, Result},
    ids::{InstitutionId, RecordId},
    ledger::{Body, Event, Reach, Step, What, Work},
    say,
};

/// A record that is begun.
pub struct Draft<C> {
    pub content: C,
    pub handling: Handling,
    /// Institutions of the own country that work on it, beside the owner and the foreign ministry.
    pub chain: Vec<InstitutionId>,
    /// Under `RED`, the accounts that work on it, beside the author.
    pub accounts: Vec<crate::ids::AccountId>,
    pub note: Option<String>,
}

/// The revision that a command speaks of; refused if it is not the newest.
pub type Expected = i32;

/// Begins a record that only its working audience can see.
pub async fn draft<C: Content>(work: &mut Work, draft: Draft<C>) -> Result<RecordId> {
    let (owner, country) = (work.viewer.institution, work.viewer.country.clone());
    work.permit(Action::Draft(C::KIND), work.viewer.standing(owner, country.as_deref()))?;
    note_in_bounds(draft.note.as_deref())?;
    draft.content.check(work).await?;
    draft.content.check_marks(work, draft.handling).await?;
    let code = draft.content.outline().code;
    if let Some(code) = &code {
        own_code_is_free(work, C::KIND, code).await?;
    }
    let chain = working_audience(work, draft.handling, &draft.chain, &draft.accounts).await?;

    let record = record::Model {
        id: RecordId::new(),
        kind: C::KIND.code().into(),
        owner_id: owner,
        owner_country: country,
        code,
        head: 1,
        chain: serde_json::to_string(&chain).map_err(anyhow::Error::from)?,
    };
    record.clone().into_active_model().reset_all().insert(&work.db).await?;
    let hash = write_revision(work, &record, &draft.content, draft.handling, draft.note).await?;
    show_at_work(work, C::KIND, &record).await?;
    tell(work, C::KIND, Step::Drafted, &record, &hash);
    Ok(record.id)
}

/// Saves a new revision. What was approved or released before stays as it was.
pub async fn revise<C: Content>(
    work: &mut Work,
    id: RecordId,
    expected: Expected,
    content: C,
    note: Option<String>,
) -> Result<RecordId> {
    let (mut record, newest) = newest(work, Action::Draft, C::KIND, id).await?;
    note_in_bounds(note.as_deref())?;
    is_newest(&record, expected)?;
    let before: C = serde_json::from_str(&newest.content).map_err(anyhow::Error::from)?;
    let content = content.following(&before)?;
    content.check(work).await?;
    content.check_marks(work, newest.handling).await?;
    authors::says_something_new(&content, &newest)?;
    if content.outline().code != record.code {
        return Err(Problem::new(
            Reason::WrongState,
            "input.code",
            say!("el código no se cambia después", "the code is not changed later"),
        )
        .into());
    }

    record.head += 1;
    let mut changed = record.clone().into_active_model();
    changed.head = Set(record.head);
    record::Entity::update(changed).exec(&work.db).await?;
    let hash = write_revision(work, &record, &content, newest.handling, note).await?;
    show_at_work(work, C::KIND, &record).await?;
    tell(work, C::KIND, Step::Revised, &record, &hash);
    Ok(id)
}

/// Saves a new revision that is the newest with a change, whatever the newest is by then: others
/// wait until this one is committed.
pub async fn amend<C: Content>(
    work: &mut Work,
    id: RecordId,
    note: Option<String>,
    change: impl FnOnce(C) -> Result<C, Problem>,
) -> Result<RecordId> {
    let (record, newest) = newest(work, Action::Draft, C::KIND, id).await?;
    let content = serde_json::from_str(&newest.content).map_err(anyhow::Error::from)?;
    revise(work, id, record.head, change(content)?, note).await
}

/// What the newest revision says, held against others until commit, for one who may revise it and has read it.
pub async fn newest_content<C: Content>(work: &Work, id: RecordId, expected: Expected) -> Result<C> {
    let (record, newest) = newest(work, Action::Draft, C::KIND, id).await?;
    is_newest(&record, expected)?;
    Ok(serde_json::from_str(&newest.content).map_err(anyhow::Error::from)?)
}

/// Hands the newest revision to whoever approves.
pub async fn submit(work: &mut Work, kind: Kind, id: RecordId, expected: Expected) -> Result<RecordId> {
    let (record, newest) = newest(work, Action::Submit, kind, id).await?;
    is_newest(&record, expected)?;
    in_state(&newest, &[State::Draft])?;

    let hash = newest.hash.clone();
    let mut submitted = newest.into_active_model();
    submitted.state = Set(State::Submitted);
    submitted.update(&work.db).await?;
    tell(work, kind, Step::Submitted, &record, &hash);
    Ok(id)
}

/// Approves the newest revision, by a second person. The ledger keeps the hash of what was approved.
pub async fn approve(work: &mut Work, kind: Kind, id: RecordId, expected: Expected) -> Result<RecordId> {
    let (record, newest) = to_be_approved(work, kind, id, expected).await?;

    let hash = newest.hash.clone();
    let mut approved = newest.into_active_model();
    approved.state = Set(State::Approved);
    approved.approver_id = Set(Some(work.viewer.account));
    approved.approved_at = Set(Some(work.clock.now()));
    approved.update(&work.db).await?;
    tell(work, kind, Step::Approved, &record, &hash);
    Ok(id)
}

/// The record and its newest revision, which was submitted, for one who may approve it and did not write it.
pub async fn to_be_approved(
    work: &Work,
    kind: Kind,
    id: RecordId,
    expected: Expected,
) -> Result<(record::Model, revision::Model)> {
    let (record, newest) = newest(work, Action::Approve, kind, id).await?;
    is_newest(&record, expected)?;
    in_state(&newest, &[State::Submitted])?;
    second_person(work, &record, &newest).await?;
    Ok((record, newest))
}

/// The record, held against others until commit, and its newest revision, for one who may do this
/// to it. Who is shown it by release sees that it is there, and does nothing to it whatever their
/// role: the newest revision is not theirs to see.
pub(super) async fn newest(
    work: &Work,
    action: fn(Kind) -> Action,
    kind: Kind,
    id: RecordId,
) -> Result<(record::Model, revision::Model)> {
    let record = locked(work, kind, id).await?;
    let action = action(kind);
    if !record.worked_on_by(&work.viewer) {
        return Err(Error::Forbidden(action.say()));
    }
    work.permit(action, work.viewer.standing(record.owner_id, record.owner_country.as_deref()))?;
    let newest = revision_of(work, &record, record.head).await?;
    Ok((record, newest.ok_or_else(|| Error::NotFound(kind.say()))?))
}

/// The record, if the viewer sees it, held against others until commit.
pub async fn locked(work: &Work, kind: Kind, id: RecordId) -> Result<record::Model> {
    let record = record::Entity::visible_to(kind, &work.viewer).filter(record::Column::Id.eq(id));
    let record = record.lock_exclusive().one(&work.db).await?;
    record.ok_or_else(|| Error::NotFound(kind.say()))
}

#[expect(clippy::disallowed_methods, reason = "a revision is reached through its record, which is filtered")]
pub(super) async fn revision_of(
    work: &Work,
    record: &record::Model,
    number: i32,
) -> Result<Option<revision::Model>> {
    Ok(revision::Entity::find_by_id((record.id, number)).one(&work.db).await?)
}

pub(super) fn is_newest(record: &record::Model, expected: Expected) -> Result<()> {
    if record.head == expected {
        return Ok(());
    }
    let head = record.head;
    Err(Problem::new(
        Reason::StaleRevision,
        "input.expectedRevision",
        say!(
            "la última revisión es la {head}, no la {expected}; léala y repita",
            "the newest revision is {head}, not {expected}; read it and repeat"
        ),
    )
    .into())
}

pub(super) fn in_state(revision: &revision::Model, right: &[State]) -> Result<()> {
    if right.contains(&revision.state) {
        return Ok(());
    }
    let code = |state: &State| serde_json::to_string(state).unwrap_or_default().trim_matches('"').to_string();
    let (is, should) = (code(&revision.state), right.iter().map(code).collect::<Vec<_>>().join(" / "));
    Err(Problem::new(
        Reason::WrongState,
        "input",
        say!("está en {is}; se puede en {should}", "it is {is}; this can be done when {should}"),
    )
    .into())
}

fn note_in_bounds(note: Option<&str>) -> Result<()> {
    let mut bounds = Bounds::default();
    bounds.optional("input.note", note, 2_000);
    bounds.done()
}

/// Asked of the owner's own records only: whether others use the code must not show.
#[expect(clippy::disallowed_methods, reason = "within one owner, whoever of them may see it")]
async fn own_code_is_free(work: &Work, kind: Kind, code: &str) -> Result<()> {
    let taken = record::Entity::find()
        .filter(record::Column::Kind.eq(kind.code()))
        .filter(record::Column::OwnerId.eq(work.viewer.institution))
        .filter(record::Column::Code.eq(code))
        .one(&work.db)
        .await?;
    if taken.is_none() {
        return Ok(());
    }
    Err(Problem::new(
        Reason::Duplicate,
        "input.code",
        say!("su institución ya tiene uno con este código", "your institution has one of this code already"),
    )
    .into())
}

/// Owner, foreign ministry and whom the author names of the own country; under `RED` the author
/// and the accounts that are named.
async fn working_audience(
    work: &Work,
    handling: Handling,
    chain: &[InstitutionId],
    accounts: &[crate::ids::AccountId],
) -> Result<Vec<Party>> {
    let mut bounds = Bounds::default();
    bounds.count("input.chain", chain.len(), 20);
    bounds.count("input.accounts", accounts.len(), 50);
    let mut parties = Vec::new();
    if handling == Handling::Red {
        parties.push(Party::Account(work.viewer.account));
        for (at, account) in accounts.iter().enumerate() {
            let at_home =
                crate::directory::country_of(&work.db, *account).await? == Some(work.viewer.country.clone());
            if !at_home {
                bounds.add(
                    Reason::Unknown,
                    format!("input.accounts.{at}"),
                    say!("no es una cuenta de su país", "is no account of your country"),
                );
            }
            parties.push(Party::Account(*account));
        }
    } else {
        parties.push(Party::Institution(work.viewer.institution));
        if let Some(country) = &work.viewer.country {
            parties.extend(foreign_ministry_of(&work.db, country).await?.map(Party::Institution));
        }
        let known = known_institutions(&work.db, chain).await?;
        for (at, id) in chain.iter().enumerate() {
            let at_home = known.iter().any(|known| known.id == *id && known.country == work.viewer.country);
            if !at_home {
                bounds.add(
                    Reason::Unknown,
                    format!("input.chain.{at}"),
                    say!("no es una institución de su país", "is no institution of your country"),
                );
            }
            parties.push(Party::Institution(*id));
        }
    }
    bounds.done()?;
    parties.sort();
    parties.dedup();
    Ok(parties)
}

/// Bytes of a revision's canonical text. Lists read it whole.
const LONGEST: usize = 2 * 1024 * 1024;

async fn write_revision<C: Content>(
    work: &Work,
    record: &record::Model,
    content: &C,
    handling: Handling,
    note: Option<String>,
) -> Result<String> {
    let (text, hash) = canonical(content)?;
    if text.len() > LONGEST {
        let megabytes = LONGEST >> 20;
        let say = say!(
            "todo junto pasa de {megabytes} MB, que es el máximo de una revisión",
            "all of it together is more than {megabytes} MB, which is the limit of a revision"
        );
        return Err(Problem::new(Reason::TooLarge, "input.content", say).into());
    }
    let outline = content.outline();
    let revision = revision::Model {
        record_id: record.id,
        number: record.head,
        state: State::Draft,
        handling,
        content: text,
        hash: hash.clone(),
        search: outline.search(),
        starts: outline.starts,
        ends: outline.ends,
        note,
        author_id: work.viewer.account,
        at: work.clock.now(),
        approver_id: None,
        approved_at: None,
        releaser_id: None,
        released_at: None,
        retracted_at: None,
        retractor_id: None,
        retraction: None,
    };
    revision::Entity::insert(revision.into_active_model().reset_all())
        .exec_without_returning(&work.db)
        .await?;
    Ok(hash)
}

/// Those who work on it see the newest revision.
async fn show_at_work(work: &Work, kind: Kind, record: &record::Model) -> Result<()> {
    let rows =
        record.chain().into_iter().map(|party| audience::row(kind, party, record.id, record.head, true));
    let known =
        OnConflict::columns([audience::Column::Kind, audience::Column::Party, audience::Column::Subject])
            .update_columns([audience::Column::Revision, audience::Column::Working])
            .to_owned();
    audience::Entity::insert_many(rows).on_conflict(known).exec_without_returning(&work.db).await?;
    Ok(())
}

/// Drafting is told to those who work on it.
fn tell(work: &mut Work, kind: Kind, step: Step, record: &record::Model, hash: &str) {
    work.record(Event {
        what: What::of(kind, step),
        subject: record.id.0,
        owner: record.owner_id,
        owner_country: record.owner_country.clone(),
        reach: Reach::Owner,
        told: record.chain(),
        body: Body::of(record.head, hash),
    });
}
