//! The root fields that write positions.

use async_graphql::{Context, Object};

use super::{
    commands,
    inputs::{
        CallExchangeInput, FilePositionInput, SealPositionInput, WithdrawPositionInput, WritePositionInput,
    },
};
use crate::{
    ask::Ask,
    error::Result,
    meetings::mutation::{MeetingPayload, payload},
};

#[derive(Default)]
pub struct PositionMutation;

#[Object]
impl PositionMutation {
    /// Writes the position of your own country on an item of the agenda. Only your own country sees it.
    async fn write_position(&self, ctx: &Context<'_>, input: WritePositionInput) -> Result<MeetingPayload> {
        let (id, item, said) = input.parts();
        let done = ctx.write(async move |work| commands::write(work, id.into(), item, said).await).await?;
        payload(ctx, done).await
    }

    /// Calls delegations to a sealed exchange of positions, as the host.
    async fn call_exchange(&self, ctx: &Context<'_>, input: CallExchangeInput) -> Result<MeetingPayload> {
        let CallExchangeInput { id, countries, opens_at } = input;
        let done =
            ctx.write(async move |work| commands::call(work, id.into(), countries, opens_at).await).await?;
        payload(ctx, done).await
    }

    /// Commits your delegation to a text by its hash, before the exchange is open. Once.
    async fn seal_position(&self, ctx: &Context<'_>, input: SealPositionInput) -> Result<MeetingPayload> {
        let SealPositionInput { exchange, hash } = input;
        let done = ctx.write(async move |work| commands::commit(work, exchange, hash).await).await?;
        payload(ctx, done).await
    }

    /// Hands in the text that your delegation committed to. Nobody is shown it before the exchange
    /// is open. With the last delegation of the list it opens.
    async fn file_position(&self, ctx: &Context<'_>, input: FilePositionInput) -> Result<MeetingPayload> {
        let FilePositionInput { exchange, salt, statements } = input;
        let statements = statements.into_iter().map(Into::into).collect();
        let done =
            ctx.write(async move |work| commands::file(work, exchange, salt, statements).await).await?;
        payload(ctx, done).await
    }

    /// Takes back what your delegation sealed, as long as the exchange is not open. That it did is
    /// all that is left of it.
    async fn withdraw_position(
        &self,
        ctx: &Context<'_>,
        input: WithdrawPositionInput,
    ) -> Result<MeetingPayload> {
        let done = ctx.write(async move |work| commands::withdraw(work, input.exchange).await).await?;
        payload(ctx, done).await
    }
}
