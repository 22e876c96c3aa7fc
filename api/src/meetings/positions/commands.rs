//! Writing a position, and the steps of a sealed exchange.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};

use super::{
    exchange,
    position::{self, Said},
    seal::{self, Statement, seal},
};
use crate::{
    access::{Action, Kind, Party, Standing},
    bounds::Bounds,
    clock::Moment,
    error::{Error, Problem, Reason, Result},
    ids::{ExchangeId, RecordId},
    ledger::{Body, Event, Reach, What, Work, sha256},
    meetings::{
        agenda::MOST,
        closed,
        commands::{conducts, phase_of, wrong},
        content::MeetingContent,
        phase, telling,
    },
    records::{self, RecordRow},
    say,
};

/// The longest text of a position on an item, in characters.
const LONGEST: usize = 5_000;
/// The most savings of a position on one item.
const MOST_SAVED: i32 = 1_000;
/// The most exchanges of a meeting.
const MOST_EXCHANGES: usize = 50;

/// Writes the position of the own country on an item of the agenda.
pub async fn write(work: &mut Work, id: RecordId, item: String, said: Said) -> Result<RecordId> {
    let record = records::locked(work, Kind::Meeting, id).await?;
    let country = own_country(work)?;
    let shown = records::one::<MeetingContent>(&work.db, &work.viewer, id).await?;
    if !closed::admits(&shown.content, &[Party::Country(country.clone())]) {
        return Err(wrong(say!(
            "posiciones tienen el anfitrión y las delegaciones que no solo observan",
            "the host has positions, and delegations that do not only observe"
        )));
    }
    let mut bounds = Bounds::default();
    bounds.words("input.position", &said.position, LONGEST);
    bounds.words_if("input.linesToTake", said.lines_to_take.as_ref(), LONGEST);
    bounds.words_if("input.redLines", said.red_lines.as_ref(), LONGEST);
    is_of_agenda(&shown.content, "input.item", &item, &mut bounds);
    bounds.done()?;
    let before = position::of_own_country(&work.db, &work.viewer, &[id]).await?;
    let number = before.iter().find(|row| row.item == item).map_or(0, |row| row.number) + 1;
    if number > MOST_SAVED {
        return Err(wrong(say!(
            "se guardó ya {MOST_SAVED} veces",
            "it was saved {MOST_SAVED} times already"
        )));
    }
    let content = serde_json::to_string(&said).map_err(anyhow::Error::from)?;
    let hash = sha256(content.as_bytes());
    let row = position::Model {
        meeting_id: id,
        country: country.clone(),
        item,
        number,
        content,
        hash: hash.clone(),
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    position::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    tell_own(work, What::MeetingPositionWritten, &record, &country, Some(hash)).await?;
    Ok(id)
}

/// Calls delegations to a sealed exchange.
pub async fn call(
    work: &mut Work,
    id: RecordId,
    countries: Vec<String>,
    opens_at: Option<DateTime<Utc>>,
) -> Result<RecordId> {
    let record = records::locked(work, Kind::Meeting, id).await?;
    conducts(work, &record, Action::Conduct)?;
    still_on(work, id).await?;
    let shown = records::one::<MeetingContent>(&work.db, &work.viewer, id).await?;
    let told = records::shown_to(work, &record).await?.unwrap_or_default();
    let opens_at = opens_at.map(Moment::from);
    let mut bounds = Bounds::default();
    if countries.len() < 2 {
        bounds.add(
            Reason::Required,
            "input.countries",
            say!("al menos dos delegaciones", "at least two delegations"),
        );
    }
    bounds.count("input.countries", countries.len(), 200);
    bounds.distinct("input.countries", &countries);
    for (at, country) in countries.iter().enumerate().take(200) {
        // An exchange is between countries: to one whose single institutions see the meeting it
        // would be told too widely.
        let sees = told.contains(&Party::Everyone)
            || told.contains(&Party::Country(country.clone()))
            || record.owner_country.as_ref() == Some(country);
        let invited = *country == shown.content.host
            || shown.content.delegation(country).is_some_and(|delegation| !delegation.observing);
        if !invited || !sees {
            bounds.add(
                Reason::Unknown,
                format!("input.countries.{at}"),
                say!(
                    "no es una delegación que participe y a cuyo país se haya difundido la reunión",
                    "is no delegation that takes part and to whose country the meeting was released"
                ),
            );
        }
    }
    if opens_at.is_some_and(|at| at <= work.clock.now()) {
        bounds.add(Reason::OutOfRange, "input.opensAt", say!("una hora por venir", "a time to come"));
    }
    bounds.done()?;
    if exchange::of_meetings(&work.db, &[id]).await?.len() >= MOST_EXCHANGES {
        return Err(wrong(say!(
            "a lo sumo {MOST_EXCHANGES} por reunión",
            "at most {MOST_EXCHANGES} for a meeting"
        )));
    }
    let row = exchange::Model {
        id: ExchangeId::new(),
        meeting_id: id,
        countries: serde_json::to_string(&countries).map_err(anyhow::Error::from)?,
        opens_at,
        complete_at: None,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    exchange::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    tell_all(work, What::MeetingExchangeCalled, &record, &countries).await?;
    Ok(id)
}

/// Commits the own delegation to a text by its hash. Once.
pub async fn commit(work: &mut Work, id: ExchangeId, hash: String) -> Result<RecordId> {
    let Part { record, exchange, country, own, .. } = part_in(work, id).await?;
    still_sealed(work, &exchange)?;
    let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if hash.len() != 64 || !hash.bytes().all(lower) {
        let say = say!("64 cifras hexadecimales, en minúsculas", "64 hexadecimal digits, in small letters");
        return Err(Problem::new(Reason::Malformed, "input.hash", say).into());
    }
    if own.is_some() {
        return Err(wrong(say!(
            "su delegación ya selló una posición",
            "your delegation has sealed a position already"
        )));
    }
    let row = seal::Model {
        exchange_id: id,
        country: country.clone(),
        hash: Some(hash.clone()),
        account_id: work.viewer.account,
        at: work.clock.now(),
        text: None,
        filed_at: None,
        withdrawn_at: None,
    };
    seal::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    tell_own(work, What::MeetingPositionSealed, &record, &country, Some(hash)).await?;
    Ok(record.id)
}

/// Hands in the text that was committed to. With the last of the list the exchange opens.
pub async fn file(
    work: &mut Work,
    id: ExchangeId,
    salt: String,
    statements: Vec<Statement>,
) -> Result<RecordId> {
    let Part { record, exchange, country, own, all } = part_in(work, id).await?;
    let shown = records::one::<MeetingContent>(&work.db, &work.viewer, record.id).await?;
    let own = own.filter(|own| own.withdrawn_at.is_none());
    let Some(own) = own.filter(|own| own.filed_at.is_none()) else {
        return Err(wrong(say!(
            "primero se sella la posición; se entrega una sola vez",
            "a position is sealed first, and handed in once"
        )));
    };
    let mut bounds = Bounds::default();
    if !(16..=200).contains(&salt.len()) {
        bounds.add(Reason::OutOfRange, "input.salt", say!("de 16 a 200 caracteres", "16 to 200 characters"));
    }
    bounds.count("input.statements", statements.len(), MOST);
    if statements.is_empty() {
        bounds.add(Reason::Required, "input.statements", say!("al menos una", "at least one"));
    }
    let items: Vec<&String> = statements.iter().map(|statement| &statement.item).collect();
    bounds.distinct("input.statements", &items);
    for (at, statement) in statements.iter().enumerate().take(MOST) {
        bounds.words(format!("input.statements.{at}.text"), &statement.text, LONGEST);
        is_of_agenda(&shown.content, &format!("input.statements.{at}.item"), &statement.item, &mut bounds);
    }
    bounds.done()?;
    let (text, hash) = seal(&salt, &statements);
    if own.hash.as_ref() != Some(&hash) {
        return Err(Problem::new(
            Reason::NotAsSealed,
            "input",
            say!(
                "no es el texto que se selló: su huella es otra",
                "this is not the text that was sealed: its hash is another"
            ),
        )
        .into());
    }

    let now = work.clock.now();
    let mut filed = own.into_active_model();
    filed.text = Set(Some(text));
    filed.filed_at = Set(Some(now));
    seal::Entity::update(filed).exec(&work.db).await?;
    tell_own(work, What::MeetingPositionFiled, &record, &country, Some(hash)).await?;
    let filed: HashSet<&str> = all
        .iter()
        .filter(|row| row.is_filed())
        .map(|row| row.country.as_str())
        .chain([country.as_str()])
        .collect();
    let countries = exchange.countries();
    let complete = countries.iter().all(|country| filed.contains(country.as_str()));
    if complete && exchange.opened(now).is_none() {
        let mut opened = exchange.into_active_model();
        opened.complete_at = Set(Some(now));
        exchange::Entity::update(opened).exec(&work.db).await?;
        tell_all(work, What::MeetingExchangeOpened, &record, &countries).await?;
    }
    Ok(record.id)
}

/// Takes back what the own delegation sealed, as long as nothing is open. That it was taken back is
/// all that is left.
pub async fn withdraw(work: &mut Work, id: ExchangeId) -> Result<RecordId> {
    let Part { record, exchange, country, own, .. } = part_in(work, id).await?;
    still_sealed(work, &exchange)?;
    let Some(own) = own.filter(|own| own.withdrawn_at.is_none()) else {
        return Err(wrong(say!("su delegación no tiene nada sellado", "your delegation has nothing sealed")));
    };
    let mut withdrawn = own.into_active_model();
    withdrawn.hash = Set(None);
    withdrawn.text = Set(None);
    withdrawn.withdrawn_at = Set(Some(work.clock.now()));
    seal::Entity::update(withdrawn).exec(&work.db).await?;
    tell_own(work, What::MeetingPositionWithdrawn, &record, &country, None).await?;
    Ok(record.id)
}

/// An exchange in which the viewer's country takes part.
struct Part {
    record: RecordRow,
    exchange: exchange::Model,
    country: String,
    /// What the own delegation sealed.
    own: Option<seal::Model>,
    /// What anybody sealed: to be counted, never told.
    all: Vec<seal::Model>,
}

/// The exchange, for one who speaks for a delegation of its list. To others there is no such thing.
async fn part_in(work: &Work, id: ExchangeId) -> Result<Part> {
    let no_such = || Error::NotFound(say!("un intercambio", "exchange"));
    let country = own_country(work)?;
    let found = exchange::by_id(&work.db, id).await?.filter(|exchange| exchange.is_between(&country));
    let meeting = found.ok_or_else(no_such)?.meeting_id;
    let record = records::locked(work, Kind::Meeting, meeting).await.map_err(|refused| match refused {
        Error::NotFound(_) => no_such(),
        other => other,
    })?;
    // Read again: it may have been opened before the meeting was held here.
    let exchange = exchange::by_id(&work.db, id).await?.ok_or_else(no_such)?;
    let all = seal::of_exchanges(&work.db, [id]).await?;
    let own = all.iter().find(|row| row.country == country).cloned();
    Ok(Part { record, exchange, country, own, all })
}

fn own_country(work: &Work) -> Result<String> {
    work.permit(Action::SpeakForDelegation, Standing::Compatriot)?;
    work.viewer.country.clone().ok_or_else(|| Error::Forbidden(Action::SpeakForDelegation.say()))
}

fn still_sealed(work: &Work, exchange: &exchange::Model) -> Result<()> {
    match exchange.opened(work.clock.now()) {
        None => Ok(()),
        Some(_) => Err(wrong(say!("el intercambio ya está abierto", "the exchange is open already"))),
    }
}

async fn still_on(work: &Work, id: RecordId) -> Result<()> {
    let now = phase_of(&phase::taken(&work.db, &[id]).await?);
    if !now.is_over() {
        return Ok(());
    }
    let now = now.code();
    Err(wrong(say!("la reunión está en {now}", "the meeting is {now}")))
}

/// Items that are closed to the viewer are none of those they can speak on.
fn is_of_agenda(content: &MeetingContent, path: &str, item: &str, bounds: &mut Bounds) {
    if !content.items.iter().any(|known| known.key == item) {
        bounds.add(
            Reason::Unknown,
            path,
            say!("la agenda no tiene tal punto", "the agenda has no such item"),
        );
    }
}

/// Told to those of the own country who are shown the meeting: to the host it would tell who has
/// handed in.
async fn tell_own(
    work: &mut Work,
    what: What,
    record: &RecordRow,
    country: &str,
    hash: Option<String>,
) -> Result<()> {
    let told = telling::of_country(work, record, country).await?;
    work.record(Event {
        what,
        subject: record.id.0,
        owner: work.viewer.institution,
        owner_country: Some(country.into()),
        reach: Reach::Owner,
        told,
        body: Body { hash, ..Body::default() },
    });
    Ok(())
}

/// Told to every delegation of the list that is still shown the meeting, and to the host.
async fn tell_all(work: &mut Work, what: What, record: &RecordRow, countries: &[String]) -> Result<()> {
    let shown = records::shown_to(work, record).await?.unwrap_or_default();
    let to = countries.iter().cloned().map(Party::Country);
    let to = to.filter(|country| shown.contains(country) || shown.contains(&Party::Everyone));
    work.record(Event {
        what,
        subject: record.id.0,
        owner: record.owner_id,
        owner_country: record.owner_country.clone(),
        reach: Reach::Named,
        told: record.chain().into_iter().chain(to).collect(),
        body: Body::default(),
    });
    Ok(())
}
