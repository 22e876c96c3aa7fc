//! What the house asks of the directory: who is calling, and whether a code names something.

use std::{collections::HashSet, sync::OnceLock};

use chrono::NaiveDate;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, FromQueryResult, JoinType, QuerySelect, QueryTrait, Statement,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};

use super::{
    account, appointment, country,
    institution::{self, InstitutionKind},
    post,
};
use crate::{
    access::Viewer,
    clock::Moment,
    error::Result,
    ids::{AccountId, InstitutionId},
};

#[derive(FromQueryResult)]
struct Held {
    account: AccountId,
    login: String,
    institution: InstitutionId,
    country: Option<String>,
    roles: Option<String>,
}

/// The viewer that an account is now, with the roles of today's appointments; none for an account
/// that is closed or was never opened.
pub async fn viewer_by_account(
    db: &impl ConnectionTrait,
    id: AccountId,
    now: Moment,
) -> Result<Option<Viewer>> {
    // Asked before every request, so its words are written once. The values stand in their order.
    static SQLITE: OnceLock<String> = OnceLock::new();
    static POSTGRES: OnceLock<String> = OnceLock::new();
    let (backend, today) = (db.get_database_backend(), now.0.date_naive());
    let anew = || held(account::Column::Id.eq(id), today).build(backend);
    let kept = if backend == DbBackend::Postgres { &POSTGRES } else { &SQLITE };
    let words = kept.get_or_init(|| anew().sql);
    let values = [today.into(), today.into(), id.into(), true.into(), true.into()];
    let statement = Statement::from_sql_and_values(backend, words, values);
    debug_assert_eq!(statement, anew());
    viewer(db, statement, now).await
}

pub async fn viewer_by_login(db: &impl ConnectionTrait, login: &str, now: Moment) -> Result<Option<Viewer>> {
    let which = held(account::Column::Login.eq(login), now.0.date_naive());
    viewer(db, which.build(db.get_database_backend()), now).await
}

/// What an account holds on a day: a row for each of its appointments, one without if there is none.
#[expect(clippy::disallowed_methods, reason = "this is where a viewer comes from")]
fn held(which: SimpleExpr, today: NaiveDate) -> Select<account::Entity> {
    let to_institution = account::Entity::belongs_to(institution::Entity)
        .from(account::Column::InstitutionId)
        .to(institution::Column::Id)
        .into();
    let to_appointment = account::Entity::belongs_to(appointment::Entity)
        .from(account::Column::Id)
        .to(appointment::Column::AccountId)
        .on_condition(move |_, right| {
            let column = |column| Expr::col((right.clone(), column));
            sea_orm::Condition::all().add(column(appointment::Column::Since).lte(today)).add(
                sea_orm::Condition::any()
                    .add(column(appointment::Column::Until).is_null())
                    .add(column(appointment::Column::Until).gt(today)),
            )
        })
        .into();
    let to_post = appointment::Entity::belongs_to(post::Entity)
        .from(appointment::Column::PostId)
        .to(post::Column::Id)
        .into();
    account::Entity::find()
        .select_only()
        .column_as(account::Column::Id, "account")
        .column_as(account::Column::Login, "login")
        .column_as(account::Column::InstitutionId, "institution")
        .column_as(institution::Column::Country, "country")
        .column_as(post::Column::Roles, "roles")
        .join(JoinType::InnerJoin, to_institution)
        .join(JoinType::LeftJoin, to_appointment)
        .join(JoinType::LeftJoin, to_post)
        .filter(which)
        .filter(account::Column::Active.eq(true))
        .filter(institution::Column::Active.eq(true))
}

async fn viewer(db: &impl ConnectionTrait, held: Statement, now: Moment) -> Result<Option<Viewer>> {
    let rows = db.query_all_raw(held).await?;
    let held: Vec<Held> =
        rows.iter().map(|row| Held::from_query_result(row, "")).collect::<Result<_, DbErr>>()?;
    let mut roles: Vec<_> = held
        .iter()
        .flat_map(|held| post::roles_from_text(held.roles.as_deref().unwrap_or_default()))
        .collect();
    roles.sort();
    roles.dedup();
    Ok(held.into_iter().next().map(|held| Viewer {
        account: held.account,
        login: held.login,
        institution: held.institution,
        country: held.country,
        roles,
        at: now,
    }))
}

/// Those of the codes that name a country.
#[expect(clippy::disallowed_methods, reason = "whether a code exists is no secret of anybody")]
pub async fn known_countries(db: &impl ConnectionTrait, codes: &[String]) -> Result<HashSet<String>> {
    let rows = country::Entity::find().filter(country::Column::Code.is_in(codes)).all(db).await?;
    Ok(rows.into_iter().map(|row| row.code).collect())
}

/// Those of the ids that name an institution.
#[expect(clippy::disallowed_methods, reason = "institutions are open to all who are signed in")]
pub async fn known_institutions(
    db: &impl ConnectionTrait,
    ids: &[InstitutionId],
) -> Result<Vec<institution::Model>> {
    Ok(institution::Entity::find().filter(institution::Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// The institution in charge of foreign affairs, part of its country's approval chain.
#[expect(clippy::disallowed_methods, reason = "institutions are open to all who are signed in")]
pub async fn foreign_ministry_of(db: &impl ConnectionTrait, country: &str) -> Result<Option<InstitutionId>> {
    let found = institution::Entity::find()
        .filter(institution::Column::Country.eq(country))
        .filter(institution::Column::Kind.eq(InstitutionKind::ForeignMinistry))
        .filter(institution::Column::Active.eq(true))
        .one(db)
        .await?;
    Ok(found.map(|institution| institution.id))
}

/// The country of an account's institution, for accounts that are named in an audience.
pub async fn country_of(db: &impl ConnectionTrait, account: AccountId) -> Result<Option<Option<String>>> {
    Ok(home_of(db, account).await?.map(|institution| institution.country))
}

/// The institution of an account that is named in an audience.
#[expect(clippy::disallowed_methods, reason = "only whether the account exists and where it belongs leaves")]
pub async fn home_of(db: &impl ConnectionTrait, account: AccountId) -> Result<Option<institution::Model>> {
    let Some(account) = account::Entity::find_by_id(account).one(db).await? else { return Ok(None) };
    Ok(institution::Entity::find_by_id(account.institution_id).one(db).await?)
}

/// The countries that take part in the exchange.
#[expect(clippy::disallowed_methods, reason = "who takes part is open to all who are signed in")]
pub async fn members(db: &impl ConnectionTrait) -> Result<HashSet<String>> {
    let rows = country::Entity::find().filter(country::Column::Member.eq(true)).all(db).await?;
    Ok(rows.into_iter().map(|row| row.code).collect())
}

/// The posts that those accounts have held: since when, and until when.
#[expect(
    clippy::disallowed_methods,
    reason = "for records whose workers are told by which post something was done"
)]
pub async fn posts_held(
    db: &impl ConnectionTrait,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Result<Vec<(appointment::Model, post::Model)>> {
    let held =
        appointment::Entity::find().filter(appointment::Column::AccountId.is_in(accounts)).all(db).await?;
    let posts = post::Entity::find()
        .filter(post::Column::Id.is_in(held.iter().map(|held| held.post_id)))
        .all(db)
        .await?;
    let of = |held: appointment::Model| {
        let post = posts.iter().find(|post| post.id == held.post_id)?.clone();
        Some((held, post))
    };
    Ok(held.into_iter().filter_map(of).collect())
}
