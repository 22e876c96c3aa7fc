//! A calendar is opened and revoked by the account whose it is.

use aws_lc_rs::rand;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use sea_orm::{
    ActiveModelTrait, DatabaseConnection, IntoActiveModel, QueryOrder, QuerySelect, Set, entity::prelude::*,
};

use super::row;
use crate::{
    access::{Action, Kind, Open, Party, Standing, Viewer},
    directory::institution,
    error::{Error, Problem, Reason, Result},
    ids::CalendarId,
    ledger::{Body, Event, Reach, What, Work, sha256},
    say,
    text::Lang,
};

/// The most that an account has open at once.
const MOST: usize = 5;
/// Bytes of a secret.
const SECRET: usize = 32;

/// A new secret, as it stands in an address.
pub fn secret() -> Result<String> {
    let mut bytes = [0; SECRET];
    rand::fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system gave no random bytes"))?;
    Ok(B64.encode(bytes))
}

pub async fn open(work: &mut Work, of_delegation: bool, lang: Lang, secret: &str) -> Result<CalendarId> {
    work.permit(Action::Read(Kind::Meeting), Standing::Owner)?;
    if of_delegation && work.viewer.country.is_none() {
        return Err(Problem::new(
            Reason::WrongState,
            "input.of",
            say!("un organismo no es delegación", "an organization is no delegation"),
        )
        .into());
    }
    // Held against others of the institution until commit: there may be no calendar yet to hold, and an account is shown
    // to administrators only.
    let home = institution::Entity::open_to(&work.viewer);
    home.filter(institution::Column::Id.eq(work.viewer.institution)).lock_exclusive().one(&work.db).await?;
    if theirs(&work.viewer).all(&work.db).await?.len() >= MOST {
        return Err(Problem::new(
            Reason::TooLarge,
            "input",
            say!(
                "ya hay {MOST} calendarios abiertos; revoque uno primero",
                "{MOST} calendars are open already; revoke one first"
            ),
        )
        .into());
    }
    let row = row::Model {
        id: CalendarId::new(),
        account_id: work.viewer.account,
        of_delegation,
        lang: if lang == Lang::En { "en" } else { "es" }.into(),
        secret_hash: sha256(secret.as_bytes()),
        at: work.clock.now(),
        revoked_at: None,
    };
    let id = row.id;
    row::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    tell(work, What::CalendarOpened, id);
    Ok(id)
}

/// From the next reading on nothing is found at its address.
pub async fn revoke(work: &mut Work, id: CalendarId) -> Result<CalendarId> {
    let row = theirs(&work.viewer).filter(row::Column::Id.eq(id)).lock_exclusive().one(&work.db).await?;
    let row = row.ok_or_else(|| Error::NotFound(say!("un calendario", "calendar")))?;
    let mut revoked = row.into_active_model();
    revoked.revoked_at = Set(Some(work.clock.now()));
    revoked.update(&work.db).await?;
    tell(work, What::CalendarRevoked, id);
    Ok(id)
}

/// The open calendars of an account: to everybody else there are none.
#[expect(clippy::disallowed_methods, reason = "a calendar is its account's alone: this is the filter")]
pub fn theirs(viewer: &Viewer) -> Select<row::Entity> {
    row::Entity::find()
        .filter(row::Column::AccountId.eq(viewer.account))
        .filter(row::Column::RevokedAt.is_null())
        .order_by_asc(row::Column::Id)
}

/// The open calendar at an address.
#[expect(clippy::disallowed_methods, reason = "who holds the secret may read it; what it shows is filtered")]
pub async fn of_secret(db: &DatabaseConnection, secret: &str) -> Result<Option<row::Model>> {
    // Nothing but a secret is looked up.
    if B64.decode(secret).map_or(true, |bytes| bytes.len() != SECRET) {
        return Ok(None);
    }
    let row = row::Entity::find()
        .filter(row::Column::SecretHash.eq(sha256(secret.as_bytes())))
        .filter(row::Column::RevokedAt.is_null());
    Ok(row.one(db).await?)
}

/// Told to the account alone, and to the auditors of its country.
fn tell(work: &mut Work, what: What, id: CalendarId) {
    work.record(Event {
        what,
        subject: id.0,
        owner: work.viewer.institution,
        owner_country: work.viewer.country.clone(),
        reach: Reach::Owner,
        told: vec![Party::Account(work.viewer.account)],
        body: Body::default(),
    });
}
