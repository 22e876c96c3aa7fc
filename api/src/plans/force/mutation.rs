//! The root fields that put plans into force.

use async_graphql::{Context, Object, SimpleObject};

use super::{
    commands,
    fields::PlanActivation,
    graphql::one,
    inputs::{ActivatePlanInput, MoveActivationInput, SetActionStateInput},
    progress,
};
use crate::{
    ask::{Ask, UserError},
    error::Result,
    ids::ActivationId,
};

/// An activation that was begun or moved, or of which something was noted.
#[derive(Default, SimpleObject)]
pub struct ActivationPayload {
    /// The activation as it stands now; none if there was something to mend.
    activation: Option<PlanActivation>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

async fn payload(ctx: &Context<'_>, done: Result<ActivationId, Vec<UserError>>) -> Result<ActivationPayload> {
    Ok(match done {
        Ok(id) => ActivationPayload { activation: one(ctx, id).await?, ..Default::default() },
        Err(user_errors) => ActivationPayload { user_errors, ..Default::default() },
    })
}

#[derive(Default)]
pub struct ForceMutation;

#[Object]
impl ForceMutation {
    /// Puts the newest approved revision of a plan of your country into force, or begins an exercise of that. By the
    /// institutions that the chain of your country names; everybody who is shown the plan is told at once.
    async fn activate_plan(&self, ctx: &Context<'_>, input: ActivatePlanInput) -> Result<ActivationPayload> {
        payload(ctx, ctx.write(async move |work| commands::activate(work, input.into()).await).await?).await
    }

    /// Escalates or de-escalates a plan in force, opens another phase, takes up a later revision, or stands it down.
    async fn move_activation(
        &self,
        ctx: &Context<'_>,
        input: MoveActivationInput,
    ) -> Result<ActivationPayload> {
        payload(ctx, ctx.write(async move |work| commands::go_on(work, input.into()).await).await?).await
    }

    /// Notes how far an action of a plan in force has come.
    async fn set_action_state(
        &self,
        ctx: &Context<'_>,
        input: SetActionStateInput,
    ) -> Result<ActivationPayload> {
        payload(ctx, ctx.write(async move |work| progress::note(work, input.into()).await).await?).await
    }
}
