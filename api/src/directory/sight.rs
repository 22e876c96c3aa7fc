//! What the house asks of the directory: who is calling, and whether a code names something.

use std::collections::HashSet;

use sea_orm::{
    ConnectionTrait, FromQueryResult, JoinType, QuerySelect, entity::prelude::*, sea_query::ExprTrait,
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
    viewer(db, account::Column::Id.eq(id), now).await
}

pub async fn viewer_by_login(db: &impl ConnectionTrait, login: &str, now: Moment) -> Result<Option<Viewer>> {
    viewer(db, account::Column::Login.eq(login), now).await
}

#[expect(clippy::disallowed_methods, reason = "this is where a viewer comes from")]
async fn viewer(
    db: &impl ConnectionTrait,
    which: sea_orm::sea_query::SimpleExpr,
    now: Moment,
) -> Result<Option<Viewer>> {
    let today = now.0.date_naive();
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
    let held: Vec<Held> = account::Entity::find()
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
        .into_model()
        .all(db)
        .await?;
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
