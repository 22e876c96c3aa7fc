//! Calendars, as clients see them. Translation only.

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{commands, row};
use crate::{
    ask::{Ask, UserError},
    error::Result,
    ids::CalendarId,
    ledger::sha256,
    text::Lang,
};

/// Which meetings stand in a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "CalendarOf")]
pub enum Of {
    /// All that you see.
    Account,
    /// Of these, those that your country hosts or is invited to.
    Delegation,
}

/// A calendar of meetings (iCalendar, RFC 5545) at a private address, to be subscribed to. It
/// shows what you see when it is read, but no meeting under `RED` and no closed item of an agenda.
#[derive(SimpleObject)]
pub struct Calendar {
    /// The global id.
    id: CalendarId,
    /// Which meetings stand in it.
    of: Of,
    /// The language of its words.
    lang: Lang,
    /// When it was opened.
    opened_at: DateTime<Utc>,
    /// When it was revoked: nothing is found at its address from then on.
    revoked_at: Option<DateTime<Utc>>,
}

impl From<row::Model> for Calendar {
    fn from(row: row::Model) -> Self {
        Self {
            id: row.id,
            of: if row.of_delegation { Of::Delegation } else { Of::Account },
            lang: row.lang(),
            opened_at: row.at.0,
            revoked_at: row.revoked_at.map(|at| at.0),
        }
    }
}

/// Opens a calendar.
#[derive(InputObject)]
pub struct OpenCalendarInput {
    /// Which meetings stand in it.
    of: Of,
    /// The language of its words; yours if left out.
    lang: Option<Lang>,
}

/// Revokes a calendar.
#[derive(InputObject)]
pub struct RevokeCalendarInput {
    /// The calendar.
    id: CalendarId,
}

/// A calendar that was opened or revoked.
#[derive(Default, SimpleObject)]
pub struct CalendarPayload {
    /// The calendar; none if there was something to mend.
    calendar: Option<Calendar>,
    /// The address of the calendar that was opened, without scheme and host. It is told this once
    /// and kept nowhere: whoever holds it reads the calendar.
    address: Option<String>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct CalendarQuery;

#[Object]
impl CalendarQuery {
    /// Your own open calendars, at most five. Their addresses are not told again.
    async fn calendars(&self, ctx: &Context<'_>) -> Result<Vec<Calendar>> {
        let open = commands::theirs(ctx.viewer()?).all(ctx.db()).await?;
        Ok(open.into_iter().map(Calendar::from).collect())
    }
}

#[derive(Default)]
pub struct CalendarMutation;

#[Object]
impl CalendarMutation {
    /// Opens a calendar of your own at a private address.
    async fn open_calendar(&self, ctx: &Context<'_>, input: OpenCalendarInput) -> Result<CalendarPayload> {
        let secret = commands::secret()?;
        let (of_delegation, lang) = (input.of == Of::Delegation, input.lang.unwrap_or(ctx.lang()));
        let done = ctx.write(async |work| commands::open(work, of_delegation, lang, &secret).await).await?;
        let (mut payload, hash) = payload(ctx, done).await?;
        // A request that was carried out before brings back that calendar, which has another secret.
        if hash.is_some_and(|hash| hash == sha256(secret.as_bytes())) {
            payload.address = Some(format!("/calendars/{secret}.ics"));
        }
        Ok(payload)
    }

    /// Revokes a calendar of your own: nothing is found at its address from then on.
    async fn revoke_calendar(
        &self,
        ctx: &Context<'_>,
        input: RevokeCalendarInput,
    ) -> Result<CalendarPayload> {
        let done = ctx.write(async |work| commands::revoke(work, input.id).await).await?;
        Ok(payload(ctx, done).await?.0)
    }
}

/// The calendar as it is now, and the hash of its secret.
#[expect(clippy::disallowed_methods, reason = "the calendar that the own command answered with")]
async fn payload(
    ctx: &Context<'_>,
    done: Result<CalendarId, Vec<UserError>>,
) -> Result<(CalendarPayload, Option<String>)> {
    let id = match done {
        Ok(id) => id,
        Err(user_errors) => return Ok((CalendarPayload { user_errors, ..Default::default() }, None)),
    };
    let row = row::Entity::find_by_id(id)
        .filter(row::Column::AccountId.eq(ctx.viewer()?.account))
        .one(ctx.db())
        .await?;
    let hash = row.as_ref().map(|row| row.secret_hash.clone());
    Ok((CalendarPayload { calendar: row.map(Calendar::from), ..Default::default() }, hash))
}
