//! How a country's plans are approved: a chain of steps, each signed by an institution of its own. The chain is data of
//! the country; a country that has said none has one step, for whoever may approve.
//!
//! A signature is over the hash of one revision. Any later revision is signed from the first step on. Nobody signs what
//! they wrote, and nobody signs twice.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*};

use super::{content::PlanContent, revisions::posts_on};
use crate::{
    access::{Action, Kind, Open, Party, Standing},
    ask::{Ask, UserError},
    bounds::{Bounds, NAME},
    directory::{Institution, country, known_institutions},
    error::{Error, Problem, Reason, Result},
    ids::{InstitutionId, RecordId},
    ledger::{Body, Event, Reach, What, Work},
    records::{self, Draft, Expected},
    say,
    text::Text,
};

pub mod step {
    //! A step of a country's chain.

    use sea_orm::entity::prelude::*;

    use crate::ids::InstitutionId;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "approval_step")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub country: String,
        /// From 1 on.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub institution_id: InstitutionId,
        pub name_es: String,
        pub name_en: String,
        /// Whether the institution puts plans into force.
        #[serde(default)]
        pub declares: bool,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod signature {
    //! A step of a chain, signed for one revision. Fixed once made.

    use sea_orm::entity::prelude::*;

    use crate::{
        clock::Moment,
        ids::{AccountId, InstitutionId, RecordId},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "signature")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: RecordId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub revision: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub step: i32,
        /// SHA-256 of what was signed.
        pub hash: String,
        pub institution_id: InstitutionId,
        /// What the step was called when it was signed.
        pub name_es: String,
        pub name_en: String,
        pub account_id: AccountId,
        pub at: Moment,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Steps of a chain at most.
const MOST_STEPS: usize = 10;

/// The chain of a country, in order; empty if it has said none.
#[expect(clippy::disallowed_methods, reason = "who approves in a country is open to all who are signed in")]
pub async fn chain(db: &impl ConnectionTrait, country: Option<&str>) -> Result<Vec<step::Model>> {
    let Some(country) = country else { return Ok(Vec::new()) };
    let steps = step::Entity::find().filter(step::Column::Country.eq(country));
    Ok(steps.order_by_asc(step::Column::Number).all(db).await?)
}

/// The institutions that put plans into force by this chain: those that it says, or else that of its last step.
pub fn declarers(chain: &[step::Model]) -> Vec<InstitutionId> {
    let said: Vec<_> = chain.iter().filter(|step| step.declares).map(|step| step.institution_id).collect();
    if said.is_empty() { chain.last().map(|step| step.institution_id).into_iter().collect() } else { said }
}

#[expect(clippy::disallowed_methods, reason = "signatures of a record that the viewer works on")]
async fn signed(db: &impl ConnectionTrait, id: RecordId, revision: i32) -> Result<Vec<signature::Model>> {
    let signed = signature::Entity::find()
        .filter(signature::Column::RecordId.eq(id))
        .filter(signature::Column::Revision.eq(revision));
    Ok(signed.order_by_asc(signature::Column::Step).all(db).await?)
}

/// Begins a plan; the institutions of the country's chain work on it.
pub async fn begin(work: &mut Work, mut draft: Draft<PlanContent>) -> Result<RecordId> {
    for step in chain(&work.db, work.viewer.country.as_deref()).await? {
        if !draft.chain.contains(&step.institution_id) {
            draft.chain.push(step.institution_id);
        }
    }
    records::draft(work, draft).await
}

/// Signs the next step of the chain for the newest revision. With the last step it is approved.
pub async fn approve(work: &mut Work, id: RecordId, expected: Expected) -> Result<RecordId> {
    let (record, newest) = records::to_be_approved(work, Kind::Plan, id, expected).await?;
    let steps = chain(&work.db, record.owner_country.as_deref()).await?;
    let before = signed(&work.db, id, newest.number).await?;
    if before.iter().any(|signature| signature.account_id == work.viewer.account) {
        let say = say!(
            "ya firmó un paso; el siguiente lo firma otra persona",
            "you signed a step; someone else signs the next"
        );
        return Err(Problem::new(Reason::SamePerson, "input", say).into());
    }
    let next = steps.iter().find(|step| before.iter().all(|signature| signature.step != step.number));
    // A signature counts for the institution that gave it, at the step that it was given for.
    let stands = |signature: &signature::Model| {
        steps
            .iter()
            .any(|step| step.number == signature.step && step.institution_id == signature.institution_id)
    };
    if !before.is_empty() && (next.is_none() || !before.iter().all(stands)) {
        let say = say!(
            "la cadena de aprobación cambió desde la primera firma; guarde otra revisión y fírmela de nuevo",
            "the chain of approval changed since the first signature; save another revision, and sign it anew"
        );
        return Err(Problem::new(Reason::WrongState, "input", say).into());
    }
    let (number, name) = match next {
        Some(step) if step.institution_id != work.viewer.institution => {
            let whose = known_institutions(&work.db, &[step.institution_id]).await?;
            let whose = whose.first().map(|row| row.acronym.clone()).unwrap_or_default();
            let (es, en) = (&step.name_es, &step.name_en);
            let say = say!("sigue «{es}», que firma {whose}", "“{en}” is next, which {whose} signs");
            return Err(Problem::new(Reason::WrongState, "input", say).into());
        }
        Some(step) => (step.number, (step.name_es.clone(), step.name_en.clone())),
        None => (1, ("Aprobación".into(), "Approval".into())),
    };
    let row = signature::Model {
        record_id: id,
        revision: newest.number,
        step: number,
        hash: newest.hash.clone(),
        institution_id: work.viewer.institution,
        name_es: name.0,
        name_en: name.1,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    signature::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    if steps.last().is_none_or(|last| last.number == number) {
        return records::approve(work, Kind::Plan, id, expected).await;
    }
    work.record(Event {
        what: What::PlanEndorsed,
        subject: id.0,
        owner: record.owner_id,
        owner_country: record.owner_country.clone(),
        reach: Reach::Owner,
        told: record.chain(),
        body: Body::of(newest.number, &newest.hash),
    });
    Ok(id)
}

/// A step of a chain, as it is set.
#[derive(Clone, InputObject)]
pub struct ApprovalStepInput {
    /// What it is called, such as the endorsement of a council.
    pub name: Text,
    /// The institution whose minister signs it.
    pub institution: InstitutionId,
    /// Whether the institution puts plans into force and stands them down. If no step says so, that of the last
    /// step does.
    #[graphql(default)]
    pub declares: bool,
}

/// By whom plans of your country are approved.
#[derive(InputObject)]
pub struct SetApprovalChainInput {
    /// The steps, in order; 1 to 10. They hold for what is approved from now on; the institutions are in the working
    /// audience of plans that are begun from now on.
    pub steps: Vec<ApprovalStepInput>,
}

/// Says by whom plans of the administrator's own country are approved.
pub async fn set_chain(work: &mut Work, steps: Vec<ApprovalStepInput>) -> Result<InstitutionId> {
    work.permit(Action::ManageInstitutions, Standing::Compatriot)?;
    let country = work.viewer.country.clone();
    let Some(country) = country else { return Err(Error::Forbidden(Action::ManageInstitutions.say())) };
    let mut bounds = Bounds::default();
    bounds.count("input.steps", steps.len(), MOST_STEPS);
    if steps.is_empty() {
        bounds.add(Reason::Required, "input.steps", say!("al menos un paso", "one step at least"));
    }
    let named: Vec<_> = steps.iter().map(|step| step.institution).collect();
    bounds.distinct("input.steps", &named);
    let known = known_institutions(&work.db, &named).await?;
    for (at, step) in steps.iter().enumerate().take(MOST_STEPS) {
        bounds.words(format!("input.steps.{at}.name"), &step.name, NAME);
        let at_home = |row: &&crate::directory::institution::Model| {
            row.id == step.institution && row.active && row.country.as_deref() == Some(country.as_str())
        };
        if !known.iter().any(|row| at_home(&row)) {
            let say = say!("no es una institución de su país", "is no institution of your country");
            bounds.add(Reason::Unknown, format!("input.steps.{at}.institution"), say);
        }
    }
    bounds.done()?;
    let at_home = country::Entity::open_to(&work.viewer).filter(country::Column::Code.eq(&country));
    // One at a time, however many set it at once.
    at_home.lock_exclusive().one(&work.db).await?;
    step::Entity::delete_many().filter(step::Column::Country.eq(&country)).exec(&work.db).await?;
    let rows = (1..).zip(steps).map(|(number, step)| {
        let Text { es, en, .. } = step.name;
        let row = step::Model {
            country: country.clone(),
            number,
            institution_id: step.institution,
            name_en: en.unwrap_or_else(|| es.clone()),
            name_es: es,
            declares: step.declares,
        };
        row.into_active_model().reset_all()
    });
    step::Entity::insert_many(rows).exec_without_returning(&work.db).await?;
    let own = work.viewer.institution;
    work.record(Event {
        what: What::ApprovalChainSet,
        subject: own.0,
        owner: own,
        owner_country: Some(country),
        reach: Reach::Named,
        told: vec![Party::Everyone],
        body: Body::default(),
    });
    Ok(own)
}

/// A step of the chain by which a plan is approved.
#[derive(SimpleObject)]
pub struct PlanApproval {
    /// Its number, from 1 on.
    step: i32,
    /// What it is called.
    name: Text,
    /// The institution that signs it; null where whoever may approve does.
    institution: Option<Institution>,
    /// Whether that institution puts the plan into force.
    declares: bool,
    /// When it was signed for the newest revision; null if it was not yet.
    signed_at: Option<chrono::DateTime<chrono::Utc>>,
    /// The post that signed.
    signed_by: Option<Text>,
    /// SHA-256 of what was signed.
    hash: Option<String>,
}

/// The chain of a plan, and how far its newest revision has come in it.
pub async fn approvals(
    ctx: &Context<'_>,
    country: Option<&str>,
    id: RecordId,
    revision: i32,
) -> Result<Vec<PlanApproval>> {
    let db = ctx.db();
    let signed = signed(db, id, revision).await?;
    let posts = posts_on(db, signed.iter().map(|row| (row.account_id, row.at))).await?;
    let chain = chain(db, country).await?;
    let declarers = declarers(&chain);
    let mut steps: Vec<(i32, Text, Option<InstitutionId>)> = chain
        .into_iter()
        .map(|step| (step.number, Text::both(step.name_es, step.name_en), Some(step.institution_id)))
        .collect();
    if steps.is_empty() {
        steps.push((1, Text::both("Aprobación", "Approval"), None));
    }
    // What was signed stays told, where the chain was made shorter since.
    let beyond = signed.iter().filter(|row| steps.iter().all(|(number, ..)| *number != row.step));
    let beyond =
        beyond.map(|row| (row.step, Text::both(&row.name_es, &row.name_en), Some(row.institution_id)));
    steps.extend(beyond.collect::<Vec<_>>());
    steps.sort_by_key(|(number, ..)| *number);
    let mut told = Vec::new();
    for (number, name, institution) in steps {
        let at = signed.iter().position(|row| row.step == number);
        let row = at.and_then(|at| signed.get(at));
        // What was signed is told as it was signed, whatever the chain says by now.
        let name = row.map_or(name, |row| Text::both(&row.name_es, &row.name_en));
        let institution = row.map(|row| row.institution_id).or(institution);
        told.push(PlanApproval {
            step: number,
            name,
            declares: institution.is_some_and(|id| declarers.contains(&id)),
            institution: match institution {
                Some(id) => ctx.load(id).await?.map(Institution),
                None => None,
            },
            signed_at: row.map(|row| row.at.0),
            signed_by: at.and_then(|at| posts.get(at)?.clone()),
            hash: row.map(|row| row.hash.clone()),
        });
    }
    Ok(told)
}

/// The chain that was set.
#[derive(Default, SimpleObject)]
pub struct ApprovalChainPayload {
    /// The institution whose administrator set it; none if there was something to mend.
    institution: Option<Institution>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct ApprovalMutation;

#[Object]
impl ApprovalMutation {
    /// Says by whom plans of your country are approved, step by step.
    async fn set_approval_chain(
        &self,
        ctx: &Context<'_>,
        input: SetApprovalChainInput,
    ) -> Result<ApprovalChainPayload> {
        Ok(match ctx.write(async move |work| set_chain(work, input.steps).await).await? {
            Ok(id) => ApprovalChainPayload {
                institution: ctx.load(id).await?.map(Institution),
                ..Default::default()
            },
            Err(user_errors) => ApprovalChainPayload { user_errors, ..Default::default() },
        })
    }
}
