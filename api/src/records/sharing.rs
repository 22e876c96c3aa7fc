//! Sharing and taking back: only the owner's side does either, and never the author alone.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, Set, entity::prelude::*, sea_query::OnConflict,
};

use super::{
    Content,
    authors::second_person,
    commands::{Expected, in_state, is_newest, newest},
    record,
    revision::State,
    share,
};
use crate::{
    access::{Action, Handling, Kind, Party, audience},
    bounds::Bounds,
    clock::Moment,
    directory::{country_of, home_of, known_institutions, members},
    error::{Error, Problem, Reason, Result},
    ids::{InstitutionId, RecordId},
    ledger::{Body, Event, Reach, Step, What, Work},
    say,
    text::Say,
};

/// A party, and where in the input it was named.
pub type Named = (String, Party);

/// To whom, under which instrument, for what purpose.
pub struct Release {
    pub expected: Expected,
    pub audience: Vec<Named>,
    pub instrument: String,
    pub purpose: String,
}

/// Shows the newest revision, which was approved, to an audience: at once, or when its embargo ends.
/// Others who were shown an earlier one go on seeing that. A release that has not opened gives way to
/// this one.
pub async fn release<C: Content>(work: &mut Work, id: RecordId, release: Release) -> Result<RecordId> {
    let (record, newest) = newest(work, Action::Release, C::KIND, id).await?;
    is_newest(&record, release.expected)?;
    in_state(&newest, &[State::Approved, State::Released])?;
    second_person(work, &record, &newest).await?;
    let mut bounds = Bounds::default();
    bounds.text("input.instrument", &release.instrument, 500);
    bounds.text("input.purpose", &release.purpose, 500);
    bounds.done()?;
    check_audience(work, newest.handling, &release.audience).await?;
    let content: C = serde_json::from_str(&newest.content).map_err(anyhow::Error::from)?;
    let unfit = content.unfit_for_release();
    if !unfit.is_empty() {
        return Err(Error::Invalid(unfit));
    }
    if let Some(why) = content.kept_at_home(newest.handling) {
        stays_at_home(work, &record, &why, &release.audience).await?;
    }

    let now = work.clock.now();
    let opens = content.opens().filter(|opens| *opens > now);
    let to: Vec<Party> =
        release.audience.into_iter().map(|(_, party)| party).collect::<BTreeSet<_>>().into_iter().collect();
    show(work, C::KIND, &record, &to, (now, opens)).await?;
    let share = share::Model {
        id: Uuid::now_v7(),
        record_id: id,
        revision: record.head,
        parties: serde_json::to_string(&to).map_err(anyhow::Error::from)?,
        instrument: release.instrument,
        purpose: release.purpose,
        account_id: work.viewer.account,
        at: now,
        opens_at: opens,
    };
    share.into_active_model().reset_all().insert(&work.db).await?;
    let hash = newest.hash.clone();
    if newest.state == State::Approved {
        let mut released = newest.into_active_model();
        released.state = Set(State::Released);
        released.releaser_id = Set(Some(work.viewer.account));
        released.released_at = Set(Some(now));
        released.update(&work.db).await?;
    }
    let at_once = if opens.is_some() { Vec::new() } else { to.clone() };
    let body = Body { to, opens, ..Body::of(record.head, &hash) };
    tell(work, What::of(C::KIND, Step::Released), &record, at_once, body);
    Ok(id)
}

/// Writes the audience rows of those who do not work on it.
#[expect(clippy::disallowed_methods, reason = "the audience of a record that the viewer may release")]
async fn show(
    work: &Work,
    kind: Kind,
    record: &record::Model,
    to: &[Party],
    (now, opens): (Moment, Option<Moment>),
) -> Result<()> {
    let held: HashMap<Party, audience::Model> = audience::Entity::find()
        .filter(audience::Column::Subject.eq(record.id))
        .filter(audience::Column::Working.eq(false))
        .all(&work.db)
        .await?
        .into_iter()
        .map(|row| (row.party.clone(), row))
        .collect();
    let chain = record.chain();
    let rows = to.iter().filter(|party| !chain.contains(party)).map(|party| {
        let shown = held.get(party).filter(|row| row.shown_at(now).is_some());
        audience::ActiveModel {
            opens_at: Set(opens),
            until_then: Set(shown.filter(|_| opens.is_some()).and_then(|row| row.shown_at(now))),
            since: Set(shown.map_or(Some(opens.unwrap_or(now)), |row| row.since)),
            ..audience::row(kind, party.clone(), record.id, record.head, false)
        }
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    use audience::Column as Of;
    let known = OnConflict::columns([Of::Kind, Of::Party, Of::Subject])
        .update_columns([Of::Revision, Of::OpensAt, Of::UntilThen, Of::Since])
        .to_owned();
    audience::Entity::insert_many(rows).on_conflict(known).exec_without_returning(&work.db).await?;
    Ok(())
}

/// Refuses an audience beyond the owner's country.
async fn stays_at_home(work: &Work, record: &record::Model, why: &Say, audience: &[Named]) -> Result<()> {
    let homes = homes(work, audience.iter().map(|(_, party)| party)).await?;
    let at_home = |party: &Party| match party {
        Party::Everyone => false,
        Party::Country(code) => record.owner_country.as_ref() == Some(code),
        Party::Institution(id) if *id == record.owner_id => true,
        party => {
            let country = homes.get(party).and_then(|(_, country)| country.as_ref());
            country.is_some() && country == record.owner_country.as_ref()
        }
    };
    let mut bounds = Bounds::default();
    for (path, _) in audience.iter().filter(|(_, party)| !at_home(party)) {
        bounds.add(Reason::BelowThreshold, path, why.clone());
    }
    bounds.done()
}

/// Takes the record back from some of its audience, or from all of it. From then on nothing of it
/// is theirs to see; the ledger tells them that it was recalled.
#[expect(
    clippy::disallowed_methods,
    reason = "the audience of a record that the viewer was permitted to recall"
)]
pub async fn recall(work: &mut Work, kind: Kind, id: RecordId, from: Option<Vec<Named>>) -> Result<RecordId> {
    let (record, _) = newest(work, Action::Recall, kind, id).await?;
    let rows = audience::Entity::find()
        .filter(audience::Column::Subject.eq(id))
        .filter(audience::Column::Working.eq(false))
        .all(&work.db)
        .await?;
    let now = work.clock.now();
    let waiting = |party: &Party| rows.iter().any(|row| row.party == *party && row.shown_at(now).is_none());
    let shown: Vec<Party> = rows.iter().map(|row| row.party.clone()).collect();
    let recalled = match from {
        None => shown,
        Some(named) => recalled_with(work, &named, &shown).await?,
    };
    if recalled.is_empty() {
        return Err(Problem::new(
            Reason::WrongState,
            "input.audience",
            say!("no está difundido a nadie", "it is not released to anybody"),
        )
        .into());
    }

    audience::Entity::delete_many()
        .filter(audience::Column::Subject.eq(id))
        .filter(audience::Column::Working.eq(false))
        .filter(audience::Column::Party.is_in(recalled.clone()))
        .exec(&work.db)
        .await?;
    // From those to whom it had not opened nothing was taken, and they are told nothing.
    let (waiting, recalled): (Vec<Party>, Vec<Party>) = recalled.into_iter().partition(waiting);
    let body = Body { revision: Some(record.head), ..Body::default() };
    tell_apart(work, What::of(kind, Step::Recalled), &record, body, recalled, waiting);
    Ok(id)
}

/// Everybody who is shown the record now, whether to work on it or by release; none if it was never
/// released.
#[expect(
    clippy::disallowed_methods,
    reason = "the audience of a record that is shown, for whom an entry is told to"
)]
pub async fn shown_to(work: &Work, record: &record::Model) -> Result<Option<Vec<Party>>> {
    let released = share::Entity::find().filter(share::Column::RecordId.eq(record.id)).one(&work.db).await?;
    if released.is_none() {
        return Ok(None);
    }
    let rows = audience::Entity::find().filter(audience::Column::Subject.eq(record.id)).all(&work.db).await?;
    let now = work.clock.now();
    let shown = rows.into_iter().filter(|row| row.shown_at(now).is_some());
    Ok(Some(shown.map(|row| row.party).collect()))
}

/// The parties that lose sight when the named ones do: with a country its institutions and
/// accounts, with an institution its accounts. Refused where a named one would go on seeing it
/// through a wider party.
async fn recalled_with(work: &Work, named: &[Named], shown: &[Party]) -> Result<Vec<Party>> {
    let mut bounds = Bounds::default();
    bounds.count("input.audience", named.len(), 200);
    bounds.done()?;
    let homes = homes(work, shown.iter().chain(named.iter().map(|(_, party)| party))).await?;
    let within = |narrow: &Party, wide: &Party| {
        let (institution, country) = homes.get(narrow).cloned().unwrap_or_default();
        match wide {
            Party::Everyone => true,
            Party::Country(code) => country.as_deref() == Some(code),
            Party::Institution(id) => institution == Some(*id),
            Party::Account(_) => false,
        }
    };
    // What was said to all is taken back by itself: those who were named besides keep it.
    let lost = |party: &Party| {
        let goes = |other: &&Party| *other == party || (*party != Party::Everyone && within(other, party));
        shown.iter().filter(goes).cloned().collect::<Vec<_>>()
    };
    let recalled: BTreeSet<Party> = named.iter().flat_map(|(_, party)| lost(party)).collect();

    let mut bounds = Bounds::default();
    for (path, party) in named {
        let wider =
            shown.iter().find(|wide| *wide != party && !recalled.contains(wide) && within(party, wide));
        match wider {
            Some(Party::Everyone) => bounds.add(
                Reason::WrongState,
                path,
                say!(
                    "está difundido a todos; retírelo primero de todos (`everyone: true`)",
                    "it is released to everyone; recall it from everyone first (`everyone: true`)"
                ),
            ),
            Some(_) => bounds.add(
                Reason::WrongState,
                path,
                say!(
                    "está difundido también a su país o institución; retírelo también de allí",
                    "it is released to their country or institution too; recall it from there as well"
                ),
            ),
            None if lost(party).is_empty() => {
                bounds.add(
                    Reason::Unknown,
                    path,
                    say!("no se le ha difundido", "it was not released to them"),
                );
            }
            None => {}
        }
    }
    bounds.done()?;
    Ok(recalled.into_iter().collect())
}

/// The institution and the country that accounts and institutions belong to.
async fn homes(
    work: &Work,
    parties: impl Iterator<Item = &Party> + Clone,
) -> Result<HashMap<Party, (Option<InstitutionId>, Option<String>)>> {
    let institutions: Vec<InstitutionId> = parties
        .clone()
        .filter_map(|party| match party {
            Party::Institution(id) => Some(*id),
            _ => None,
        })
        .collect();
    let mut homes: HashMap<_, _> = known_institutions(&work.db, &institutions)
        .await?
        .into_iter()
        .map(|known| (Party::Institution(known.id), (None, known.country)))
        .collect();
    for party in parties {
        if let Party::Account(account) = party
            && let Some(home) = home_of(&work.db, *account).await?
        {
            homes.insert(party.clone(), (Some(home.id), home.country));
        }
    }
    Ok(homes)
}

/// Everyone named exists, and the handling mark admits them.
pub async fn check_audience(work: &Work, handling: Handling, audience: &[Named]) -> Result<()> {
    let mut bounds = Bounds::default();
    if audience.is_empty() {
        bounds.add(
            Reason::Required,
            "input.audience",
            say!("diga a quién se difunde", "say to whom it is released"),
        );
    }
    bounds.count("input.audience", audience.len(), 200);
    bounds.done()?;

    let members = members(&work.db).await?;
    let institutions: Vec<InstitutionId> = audience
        .iter()
        .filter_map(|(_, party)| match party {
            Party::Institution(id) => Some(*id),
            _ => None,
        })
        .collect();
    let known = known_institutions(&work.db, &institutions).await?;
    let mut problems = Vec::new();
    for (path, party) in audience {
        let exists = match party {
            Party::Everyone => true,
            Party::Country(code) => members.contains(code),
            Party::Institution(id) => known.iter().any(|known| known.id == *id && known.active),
            Party::Account(id) => country_of(&work.db, *id).await?.is_some(),
        };
        if !exists {
            let mut codes: Vec<_> = members.iter().map(String::as_str).collect();
            codes.sort_unstable();
            let codes = codes.join(", ");
            let say = match party {
                Party::Country(_) => {
                    say!("no es un país miembro; lo son {codes}", "is no member country; members are {codes}")
                }
                _ => say!("no existe", "does not exist"),
            };
            problems.push(Problem::new(Reason::Unknown, path, say));
        }
        problems.extend(handling.check(path.clone(), party).err());
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}

/// A release and a recall speak to those they concern, and to those who work on the record.
fn tell(work: &mut Work, what: What, record: &record::Model, told: Vec<Party>, body: Body) {
    work.record(Event {
        what,
        subject: record.id.0,
        owner: record.owner_id,
        owner_country: record.owner_country.clone(),
        reach: Reach::Named,
        told: record.chain().into_iter().chain(told).collect(),
        body,
    });
}

/// Told to those who could see it. That it was taken from others before it opened to them stands in an entry of its
/// own, for those who work on it.
pub(super) fn tell_apart(
    work: &mut Work,
    what: What,
    record: &record::Model,
    body: Body,
    saw: Vec<Party>,
    waiting: Vec<Party>,
) {
    if !saw.is_empty() || waiting.is_empty() {
        tell(work, what, record, saw.clone(), Body { to: saw, ..body.clone() });
    }
    if !waiting.is_empty() {
        tell(work, what, record, Vec::new(), Body { to: waiting, opens: Some(Moment::never()), ..body });
    }
}
