//! The directory's root fields, for administrators.

use async_graphql::{Context, Object, SimpleObject};

use super::{
    Account, Institution, add_account, add_institution, add_post, appoint, change_institution, close_account,
    commands::{AccountFacts, AppointmentFacts, InstitutionFacts, PostFacts},
    end_appointment,
    inputs::*,
};
use crate::{
    ask::{Ask, UserError},
    day::Day,
    error::Result,
    ids::{AccountId, AppointmentId, InstitutionId, PostId},
};

/// An institution that was added or changed.
#[derive(Default, SimpleObject)]
pub struct InstitutionPayload {
    /// The institution; none if there was something to mend.
    institution: Option<Institution>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

/// A post that was added.
#[derive(Default, SimpleObject)]
pub struct PostPayload {
    /// The post's id; none if there was something to mend.
    post: Option<PostId>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

/// An account that was opened or closed.
#[derive(Default, SimpleObject)]
pub struct AccountPayload {
    /// The account; none if there was something to mend.
    account: Option<Account>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

/// An appointment that was made or ended.
#[derive(Default, SimpleObject)]
pub struct AppointmentPayload {
    /// The appointment's id; none if there was something to mend.
    appointment: Option<AppointmentId>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

async fn institution(
    ctx: &Context<'_>,
    done: Result<InstitutionId, Vec<UserError>>,
) -> Result<InstitutionPayload> {
    Ok(match done {
        Ok(id) => {
            InstitutionPayload { institution: ctx.load(id).await?.map(Institution), ..Default::default() }
        }
        Err(user_errors) => InstitutionPayload { user_errors, ..Default::default() },
    })
}

async fn account(ctx: &Context<'_>, done: Result<AccountId, Vec<UserError>>) -> Result<AccountPayload> {
    Ok(match done {
        Ok(id) => AccountPayload { account: ctx.load(id).await?.map(Account), ..Default::default() },
        Err(user_errors) => AccountPayload { user_errors, ..Default::default() },
    })
}

fn appointment(done: Result<AppointmentId, Vec<UserError>>) -> AppointmentPayload {
    match done {
        Ok(id) => AppointmentPayload { appointment: Some(id), ..Default::default() },
        Err(user_errors) => AppointmentPayload { user_errors, ..Default::default() },
    }
}

#[derive(Default)]
pub struct DirectoryMutation;

#[Object]
impl DirectoryMutation {
    /// Adds an institution to your own country. For administrators.
    async fn add_institution(
        &self,
        ctx: &Context<'_>,
        input: AddInstitutionInput,
    ) -> Result<InstitutionPayload> {
        let AddInstitutionInput { code, acronym, name, kind } = input;
        let facts = InstitutionFacts { code, acronym, name: name.into(), kind };
        institution(ctx, ctx.write(async move |work| add_institution(work, facts).await).await?).await
    }

    /// Changes or closes an institution of your own country. For administrators.
    async fn change_institution(
        &self,
        ctx: &Context<'_>,
        input: ChangeInstitutionInput,
    ) -> Result<InstitutionPayload> {
        let ChangeInstitutionInput { institution: id, acronym, name, active } = input;
        let name = name.map(Into::into);
        institution(
            ctx,
            ctx.write(async move |work| change_institution(work, id, acronym, name, active).await).await?,
        )
        .await
    }

    /// Adds a post, with its roles, to an institution of your own country. For administrators.
    async fn add_post(&self, ctx: &Context<'_>, input: AddPostInput) -> Result<PostPayload> {
        let facts = PostFacts { institution: input.institution, name: input.name.into(), roles: input.roles };
        Ok(match ctx.write(async move |work| add_post(work, facts).await).await? {
            Ok(id) => PostPayload { post: Some(id), ..Default::default() },
            Err(user_errors) => PostPayload { user_errors, ..Default::default() },
        })
    }

    /// Opens an account in an institution of your own country. It may do nothing until it is
    /// appointed to a post. For administrators.
    async fn add_account(&self, ctx: &Context<'_>, input: AddAccountInput) -> Result<AccountPayload> {
        let facts = AccountFacts { login: input.login, institution: input.institution };
        account(ctx, ctx.write(async move |work| add_account(work, facts).await).await?).await
    }

    /// Closes an account of your own country: it loses all access with its next request. For administrators.
    async fn close_account(&self, ctx: &Context<'_>, input: CloseAccountInput) -> Result<AccountPayload> {
        account(ctx, ctx.write(async move |work| close_account(work, input.account).await).await?).await
    }

    /// Appoints an account of your own country, but your own, to a post of its institution. For administrators.
    async fn appoint(&self, ctx: &Context<'_>, input: AppointInput) -> Result<AppointmentPayload> {
        let AppointInput { account, post, since, until } = input;
        let day = |day: Option<Day>| day.map(|Day(day)| day);
        let facts = AppointmentFacts { account, post, since: day(since), until: day(until) };
        Ok(appointment(ctx.write(async move |work| appoint(work, facts).await).await?))
    }

    /// Ends an appointment: from that day on its roles are gone. For administrators.
    async fn end_appointment(
        &self,
        ctx: &Context<'_>,
        input: EndAppointmentInput,
    ) -> Result<AppointmentPayload> {
        let EndAppointmentInput { appointment: id, on } = input;
        Ok(appointment(
            ctx.write(async move |work| end_appointment(work, id, on.map(|Day(day)| day)).await).await?,
        ))
    }
}
