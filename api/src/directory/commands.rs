//! What an administrator can do, a function each: what it needs, who may, when it makes sense, what
//! changes, what the ledger will tell.

use chrono::NaiveDate;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Set, entity::prelude::*};
use uuid::Uuid;

use super::{
    account, appointment,
    institution::{self, InstitutionKind},
    post,
};
use crate::{
    access::{Action, Open, Party, Role},
    bounds::{Bounds, NAME},
    error::{Error, Problem, Reason, Result},
    ids::{AccountId, AppointmentId, InstitutionId, PostId},
    ledger::{Body, Event, Reach, What, Work},
    say,
    text::{Text, fold},
};

pub struct InstitutionFacts {
    pub code: String,
    pub acronym: String,
    pub name: Text,
    pub kind: InstitutionKind,
}

pub struct PostFacts {
    pub institution: InstitutionId,
    pub name: Text,
    pub roles: Vec<Role>,
}

pub struct AccountFacts {
    pub login: String,
    pub institution: InstitutionId,
}

pub struct AppointmentFacts {
    pub account: AccountId,
    pub post: PostId,
    pub since: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

/// Adds an institution to the administrator's own country.
pub async fn add_institution(work: &mut Work, facts: InstitutionFacts) -> Result<InstitutionId> {
    work.permit(Action::ManageInstitutions, crate::access::Standing::Compatriot)?;
    let country = own_country(work)?;
    let mut bounds = Bounds::default();
    bounds.text("input.acronym", &facts.acronym, 24);
    bounds.words("input.name", &facts.name, NAME);
    let of_country = facts.code.strip_prefix(&format!("{country}-")).is_some_and(|rest| {
        (1..=28).contains(&rest.len())
            && rest.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'-')
    });
    if !of_country {
        bounds.add(
            Reason::Malformed,
            "input.code",
            say!(
                "use `{country}-` y la sigla en mayúsculas, como `{country}-SRE`",
                "use `{country}-` and the acronym in capitals, such as `{country}-SRE`"
            ),
        );
    }
    if facts.kind == InstitutionKind::International {
        bounds.add(
            Reason::OutOfRange,
            "input.kind",
            say!(
                "un país no tiene organismos internacionales",
                "a country has no international organizations"
            ),
        );
    }
    bounds.done()?;
    let taken = institution::Entity::open_to(&work.viewer)
        .filter(institution::Column::Code.eq(&facts.code))
        .one(&work.db)
        .await?;
    if taken.is_some() {
        return Err(duplicate("input.code"));
    }

    let Text { es, en, .. } = facts.name;
    let row = institution::Model {
        id: InstitutionId::new(),
        search: fold(&format!("{} {} {es} {}", facts.code, facts.acronym, en.as_deref().unwrap_or_default())),
        code: facts.code,
        country: Some(country),
        acronym: facts.acronym,
        name_en: en.unwrap_or_else(|| es.clone()),
        name_es: es,
        kind: facts.kind,
        active: true,
    };
    let row = row.into_active_model().reset_all().insert(&work.db).await?;
    tell(work, What::InstitutionAdded, row.id.0, &row, vec![Party::Everyone]);
    Ok(row.id)
}

/// Changes an institution's names, or closes it; its accounts then lose all access.
pub async fn change_institution(
    work: &mut Work,
    id: InstitutionId,
    acronym: Option<String>,
    name: Option<Text>,
    active: Option<bool>,
) -> Result<InstitutionId> {
    let row = own_institution(work, id, Action::ManageInstitutions).await?;
    let mut bounds = Bounds::default();
    bounds.optional("input.acronym", acronym.as_deref(), 24);
    bounds.words_if("input.name", name.as_ref(), NAME);
    bounds.done()?;
    if active == Some(false) && id == work.viewer.institution {
        return Err(Problem::new(
            Reason::WrongState,
            "input.active",
            say!("no puede cerrar su propia institución", "you cannot close your own institution"),
        )
        .into());
    }

    let mut changed = row.clone();
    changed.acronym = acronym.unwrap_or(changed.acronym);
    if let Some(Text { es, en, .. }) = name {
        changed.name_en = en.unwrap_or_else(|| es.clone());
        changed.name_es = es;
    }
    changed.active = active.unwrap_or(changed.active);
    changed.search =
        fold(&format!("{} {} {} {}", changed.code, changed.acronym, changed.name_es, changed.name_en));
    changed.clone().into_active_model().reset_all().update(&work.db).await?;
    tell(work, What::InstitutionChanged, id.0, &changed, vec![Party::Everyone]);
    Ok(id)
}

/// Adds a post to an institution of the administrator's own country.
pub async fn add_post(work: &mut Work, facts: PostFacts) -> Result<PostId> {
    let institution = own_institution(work, facts.institution, Action::ManageAccounts).await?;
    let mut bounds = Bounds::default();
    bounds.words("input.name", &facts.name, NAME);
    bounds.distinct("input.roles", &facts.roles);
    for (at, role) in facts.roles.iter().enumerate() {
        if matches!(role, Role::System | Role::Device) {
            bounds.add(
                Reason::OutOfRange,
                format!("input.roles.{at}"),
                say!("esta función no se da a un puesto", "this role is not given to a post"),
            );
        }
    }
    bounds.done()?;

    let Text { es, en, .. } = facts.name;
    let row = post::Model {
        id: PostId::new(),
        institution_id: institution.id,
        name_en: en.unwrap_or_else(|| es.clone()),
        name_es: es,
        roles: post::roles_to_text(&facts.roles),
    };
    let row = row.into_active_model().reset_all().insert(&work.db).await?;
    tell_home(work, What::PostAdded, row.id.0, &institution);
    Ok(row.id)
}

/// Opens an account in an institution of the administrator's own country. It may do nothing until
/// it is appointed.
pub async fn add_account(work: &mut Work, facts: AccountFacts) -> Result<AccountId> {
    let institution = own_institution(work, facts.institution, Action::ManageAccounts).await?;
    let country = own_country(work)?.to_lowercase();
    let well_formed = facts.login.strip_prefix(&format!("{country}.")).is_some_and(|rest| {
        (1..=60).contains(&rest.len())
            && rest.split('.').all(|part| {
                !part.is_empty() && part.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            })
    });
    if !well_formed {
        return Err(Problem::new(
            Reason::Malformed,
            "input.login",
            say!(
                "use el puesto, como `{country}.sre.focal`: minúsculas, cifras y puntos",
                "use the post, such as `{country}.sre.focal`: small letters, digits and dots"
            ),
        )
        .into());
    }
    let taken = account::Entity::open_to(&work.viewer)
        .filter(account::Column::Login.eq(&facts.login))
        .one(&work.db)
        .await?;
    if taken.is_some() {
        return Err(duplicate("input.login"));
    }

    let row = account::Model {
        id: AccountId::new(),
        login: facts.login,
        institution_id: institution.id,
        active: true,
    };
    let row = row.into_active_model().reset_all().insert(&work.db).await?;
    tell_home(work, What::AccountAdded, row.id.0, &institution);
    Ok(row.id)
}

/// Closes an account: its tokens are refused from the next request on.
pub async fn close_account(work: &mut Work, id: AccountId) -> Result<AccountId> {
    let (row, institution) = own_account(work, id).await?;
    not_oneself(work, id, "input.account")?;
    let mut closed = row.into_active_model();
    closed.active = Set(false);
    closed.update(&work.db).await?;
    tell_home(work, What::AccountClosed, id.0, &institution);
    Ok(id)
}

/// Appoints an account to a post of its own institution.
pub async fn appoint(work: &mut Work, facts: AppointmentFacts) -> Result<AppointmentId> {
    let (account, institution) = own_account(work, facts.account).await?;
    not_oneself(work, facts.account, "input.account")?;
    let post =
        one_post(&work.db, facts.post).await?.filter(|post| post.institution_id == account.institution_id);
    if post.is_none() {
        return Err(Problem::new(
            Reason::Unknown,
            "input.post",
            say!("no es un puesto de la institución de la cuenta", "is no post of the account's institution"),
        )
        .into());
    }
    let since = facts.since.unwrap_or_else(|| work.clock.today());
    if facts.until.is_some_and(|until| until <= since) {
        return Err(Problem::new(
            Reason::OutOfRange,
            "input.until",
            say!("debe ser posterior a {since}", "must be later than {since}"),
        )
        .into());
    }

    let row = appointment::Model {
        id: AppointmentId::new(),
        account_id: facts.account,
        post_id: facts.post,
        since,
        until: facts.until,
    };
    let row = row.into_active_model().reset_all().insert(&work.db).await?;
    tell_home(work, What::Appointed, row.id.0, &institution);
    Ok(row.id)
}

/// Ends an appointment; from that day on its roles are gone.
#[expect(
    clippy::disallowed_methods,
    reason = "an appointment is reached through its account, which is filtered"
)]
pub async fn end_appointment(
    work: &mut Work,
    id: AppointmentId,
    on: Option<NaiveDate>,
) -> Result<AppointmentId> {
    let unknown = || Error::NotFound(say!("un nombramiento", "appointment"));
    let row = appointment::Entity::find_by_id(id).one(&work.db).await?.ok_or_else(unknown)?;
    let (_, institution) = own_account(work, row.account_id).await.map_err(|error| match error {
        Error::NotFound(_) => unknown(),
        other => other,
    })?;
    not_oneself(work, row.account_id, "input.appointment")?;
    let on = on.unwrap_or_else(|| work.clock.today());
    if let Some(until) = row.until.filter(|until| on > *until) {
        return Err(Problem::new(
            Reason::OutOfRange,
            "input.on",
            say!(
                "termina ya el {until}; para prolongarlo, nombre de nuevo",
                "it ends on {until} already; to go on, appoint anew"
            ),
        )
        .into());
    }
    if on < row.since {
        let since = row.since;
        return Err(Problem::new(
            Reason::OutOfRange,
            "input.on",
            say!("no puede ser anterior a {since}", "cannot be earlier than {since}"),
        )
        .into());
    }
    let mut ended = row.into_active_model();
    ended.until = Set(Some(on));
    ended.update(&work.db).await?;
    tell_home(work, What::AppointmentEnded, id.0, &institution);
    Ok(id)
}

fn own_country(work: &Work) -> Result<String> {
    work.viewer.country.clone().ok_or_else(|| Error::Forbidden(Action::ManageInstitutions.say()))
}

async fn own_institution(work: &Work, id: InstitutionId, action: Action) -> Result<institution::Model> {
    let found = institution::Entity::open_to(&work.viewer)
        .filter(institution::Column::Id.eq(id))
        .one(&work.db)
        .await?;
    let row = found.ok_or_else(|| Error::NotFound(say!("una institución", "institution")))?;
    work.permit(action, work.viewer.standing(row.id, row.country.as_deref()))?;
    Ok(row)
}

async fn own_account(work: &Work, id: AccountId) -> Result<(account::Model, institution::Model)> {
    let found =
        account::Entity::open_to(&work.viewer).filter(account::Column::Id.eq(id)).one(&work.db).await?;
    let row = found.ok_or_else(|| Error::NotFound(say!("una cuenta", "account")))?;
    let institution = own_institution(work, row.institution_id, Action::ManageAccounts).await?;
    Ok((row, institution))
}

#[expect(clippy::disallowed_methods, reason = "a post is reached through its institution, which is checked")]
async fn one_post(db: &impl ConnectionTrait, id: PostId) -> Result<Option<post::Model>> {
    Ok(post::Entity::find_by_id(id).one(db).await?)
}

/// Nobody gives themselves a role, or takes the last administrator away by mistake.
fn not_oneself(work: &Work, account: AccountId, path: &str) -> Result<()> {
    if account != work.viewer.account {
        return Ok(());
    }
    Err(Problem::new(
        Reason::SamePerson,
        path,
        say!(
            "nadie cambia sus propias funciones; pídalo a otra cuenta administradora",
            "nobody changes their own roles; ask another administrator"
        ),
    )
    .into())
}

fn duplicate(path: &str) -> Error {
    Problem::new(Reason::Duplicate, path, say!("ya existe", "exists already")).into()
}

fn tell(work: &mut Work, what: What, subject: Uuid, institution: &institution::Model, told: Vec<Party>) {
    work.record(Event {
        what,
        subject,
        owner: institution.id,
        owner_country: institution.country.clone(),
        reach: Reach::Named,
        told,
        body: Body::default(),
    });
}

/// Accounts are told of at home only, to those who may read accounts.
fn tell_home(work: &mut Work, what: What, subject: Uuid, institution: &institution::Model) {
    let home = institution.country.clone().map(Party::Country).into_iter().collect();
    tell(work, what, subject, institution, home);
}
