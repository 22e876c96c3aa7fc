//! The root fields that write proposals.

use async_graphql::{Context, Object};

use super::{
    commands,
    inputs::{DecideProposalInput, ProposeOnAgendaInput, WithdrawProposalInput},
};
use crate::{
    ask::Ask,
    error::Result,
    meetings::mutation::{MeetingPayload, payload},
};

#[derive(Default)]
pub struct ProposalMutation;

#[Object]
impl ProposalMutation {
    /// Proposes an item, an amendment or a comment for your own delegation, until the time that was
    /// set. Those who take part see it.
    async fn propose_on_agenda(
        &self,
        ctx: &Context<'_>,
        input: ProposeOnAgendaInput,
    ) -> Result<MeetingPayload> {
        let (id, kind, item, said) = input.parts();
        let done =
            ctx.write(async move |work| commands::propose(work, id.into(), kind, item, said).await).await?;
        payload(ctx, done).await
    }

    /// Takes back a proposal of your own delegation that nothing came of yet.
    async fn withdraw_proposal(
        &self,
        ctx: &Context<'_>,
        input: WithdrawProposalInput,
    ) -> Result<MeetingPayload> {
        let done = ctx.write(async move |work| commands::withdraw(work, input.id).await).await?;
        payload(ctx, done).await
    }

    /// Accepts or declines a proposal, as the host, before the agenda is adopted. An item or an
    /// amendment that is accepted is saved as a new revision of the agenda.
    async fn decide_proposal(&self, ctx: &Context<'_>, input: DecideProposalInput) -> Result<MeetingPayload> {
        let DecideProposalInput { id, accept, reason, session } = input;
        let reason = reason.map(Into::into);
        let done =
            ctx.write(async move |work| commands::decide(work, id, accept, reason, session).await).await?;
        payload(ctx, done).await
    }
}
