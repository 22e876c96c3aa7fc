//! Admitting a member: the one act of the node's operator on the directory. A country comes with
//! its foreign ministry and a first administrator; everything after that is the country's own.

use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};

use super::{account, appointment, consulate, country, division, institution, post, reception_point};
use crate::{
    access::{Action, Party, Standing},
    error::{Problem, Reason, Result},
    ids::{AccountId, AppointmentId, InstitutionId, PostId},
    ledger::{Body, Event, Reach, What, Work},
    say,
    text::Text,
};

/// A member as it is admitted, with the reference data that come with it.
#[derive(Default)]
pub struct Admission {
    /// Countries that are spoken of; those already known are left as they are, but for becoming a member.
    pub countries: Vec<country::Model>,
    pub divisions: Vec<division::Model>,
    pub institutions: Vec<institution::Model>,
    pub accounts: Vec<FirstAccount>,
    pub consulates: Vec<consulate::Model>,
    pub reception_points: Vec<reception_point::Model>,
}

/// An account that exists from the beginning, appointed to a post of its own.
pub struct FirstAccount {
    pub login: String,
    /// The code of its institution.
    pub institution: String,
    pub post: Text,
    pub roles: Vec<crate::access::Role>,
}

/// Admits what the admission holds. Answers with the first institution.
pub async fn admit(work: &mut Work, admission: Admission) -> Result<InstitutionId> {
    work.permit(Action::AdmitCountry, Standing::Partner)?;
    let Some(first) = admission.institutions.first().map(|institution| institution.id) else {
        return Err(Problem::new(
            Reason::Required,
            "institutions",
            say!("un miembro tiene al menos una institución", "a member has at least one institution"),
        )
        .into());
    };

    let members: Vec<_> = admission
        .countries
        .iter()
        .filter(|country| country.member)
        .map(|country| country.code.clone())
        .collect();
    insert(work, admission.countries, country::Column::Code, Some(country::Column::Member)).await?;
    insert(work, admission.divisions, division::Column::Code, None).await?;
    for institution in &admission.institutions {
        institution.clone().into_active_model().reset_all().insert(&work.db).await?;
    }
    insert(work, admission.consulates, consulate::Column::Code, None).await?;
    insert(work, admission.reception_points, reception_point::Column::Code, None).await?;
    for first in admission.accounts {
        open(work, &admission.institutions, first).await?;
    }

    for institution in admission.institutions {
        let joins = match &institution.country {
            Some(country) => {
                members.contains(country) && institution.kind == institution::InstitutionKind::ForeignMinistry
            }
            None => true,
        };
        work.record(Event {
            what: if joins { What::MemberAdmitted } else { What::InstitutionAdded },
            subject: institution.id.0,
            owner: institution.id,
            owner_country: institution.country,
            reach: Reach::Named,
            told: vec![Party::Everyone],
            body: Body::default(),
        });
    }
    Ok(first)
}

/// Adds the rows that are not there yet; of those that are, only `renewed` is brought up to date.
async fn insert<M, A, E>(work: &Work, rows: Vec<M>, key: E::Column, renewed: Option<E::Column>) -> Result<()>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = E>,
    E: EntityTrait,
{
    let mut known = OnConflict::column(key);
    match renewed {
        Some(column) => known.update_column(column),
        None => known.do_nothing(),
    };
    let rows: Vec<_> = rows.into_iter().map(|row| row.into_active_model().reset_all()).collect();
    for some in rows.chunks(200) {
        E::insert_many(some.to_vec()).on_conflict(known.clone()).exec_without_returning(&work.db).await?;
    }
    Ok(())
}

async fn open(work: &Work, institutions: &[institution::Model], first: FirstAccount) -> Result<()> {
    let Some(institution) = institutions.iter().find(|institution| institution.code == first.institution)
    else {
        let code = first.institution;
        return Err(Problem::new(
            Reason::Unknown,
            "accounts",
            say!("no hay institución `{code}`", "there is no institution `{code}`"),
        )
        .into());
    };
    let account = account::Model {
        id: AccountId::new(),
        login: first.login,
        institution_id: institution.id,
        active: true,
    };
    let Text { es, en, .. } = first.post;
    let post = post::Model {
        id: PostId::new(),
        institution_id: institution.id,
        name_en: en.unwrap_or_else(|| es.clone()),
        name_es: es,
        roles: post::roles_to_text(&first.roles),
    };
    let appointment = appointment::Model {
        id: AppointmentId::new(),
        account_id: account.id,
        post_id: post.id,
        since: work.clock.today(),
        until: None,
    };
    account.into_active_model().reset_all().insert(&work.db).await?;
    post.into_active_model().reset_all().insert(&work.db).await?;
    appointment.into_active_model().reset_all().insert(&work.db).await?;
    Ok(())
}
