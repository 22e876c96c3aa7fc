//! The root fields that write negotiated texts. Translation only.

use async_graphql::{Context, Object};

use super::{
    adopting, commands,
    inputs::{
        AdoptTextInput, AttachStatementInput, BeginTextInput, BreakSilenceInput, ChangeTextInput,
        EditTextInput, OpenSilenceInput, ProposeAlternativeInput, SettleParagraphInput,
        SupportAlternativeInput, TakeStanceInput,
    },
};
use crate::{
    ask::Ask,
    error::Result,
    meetings::mutation::{MeetingPayload, payload},
};

#[derive(Default)]
pub struct TextMutation;

#[Object]
impl TextMutation {
    /// Begins a text that a meeting negotiates, as the host.
    async fn begin_text(&self, ctx: &Context<'_>, input: BeginTextInput) -> Result<MeetingPayload> {
        let BeginTextInput { meeting, title, paragraphs } = input;
        let paragraphs = paragraphs.into_iter().map(Into::into).collect();
        let done = ctx
            .write(async move |work| commands::begin(work, meeting.into(), title.into(), paragraphs).await)
            .await?;
        payload(ctx, done).await
    }

    /// Edits the words of a text and the order of its paragraphs, as the host.
    async fn edit_text(&self, ctx: &Context<'_>, input: EditTextInput) -> Result<MeetingPayload> {
        let EditTextInput { id, expected_version, title, paragraphs } = input;
        let paragraphs = paragraphs.into_iter().map(Into::into).collect();
        let done = ctx
            .write(async move |work| {
                commands::edit(work, id, expected_version, title.into(), paragraphs).await
            })
            .await?;
        payload(ctx, done).await
    }

    /// Proposes an alternative for your delegation: in a bracket, or in place of words, which are then
    /// put in brackets.
    async fn propose_alternative(
        &self,
        ctx: &Context<'_>,
        input: ProposeAlternativeInput,
    ) -> Result<MeetingPayload> {
        let ProposeAlternativeInput { id, expected_version, paragraph, at, alternative, country } = input;
        let words = alternative.map(Into::into);
        let done = ctx
            .write(async move |work| {
                commands::propose(work, id, expected_version, &paragraph, at.into(), (words, country)).await
            })
            .await?;
        payload(ctx, done).await
    }

    /// Supports an alternative for your delegation, or takes the support back.
    async fn support_alternative(
        &self,
        ctx: &Context<'_>,
        input: SupportAlternativeInput,
    ) -> Result<MeetingPayload> {
        let SupportAlternativeInput { id, expected_version, paragraph, choice, holds, country } = input;
        let done = ctx
            .write(async move |work| {
                commands::support(work, id, expected_version, &paragraph, choice.into(), (holds, country))
                    .await
            })
            .await?;
        payload(ctx, done).await
    }

    /// Resolves brackets of a paragraph and says how far it is agreed, as the host.
    async fn settle_paragraph(
        &self,
        ctx: &Context<'_>,
        input: SettleParagraphInput,
    ) -> Result<MeetingPayload> {
        let SettleParagraphInput { id, expected_version, paragraph, choices, state } = input;
        let choices: Vec<_> = choices.into_iter().map(Into::into).collect();
        let done = ctx
            .write(async move |work| {
                commands::settle(work, id, expected_version, &paragraph, &choices, state).await
            })
            .await?;
        payload(ctx, done).await
    }

    /// Puts paragraphs under a silence procedure, as the host: they are agreed at its time, unless a
    /// delegation breaks it before.
    async fn open_silence(&self, ctx: &Context<'_>, input: OpenSilenceInput) -> Result<MeetingPayload> {
        let OpenSilenceInput { id, expected_version, paragraphs, until } = input;
        let done = ctx
            .write(async move |work| commands::silence(work, id, expected_version, paragraphs, until).await)
            .await?;
        payload(ctx, done).await
    }

    /// Breaks a silence for your delegation, before its time. It names no version, so that whoever
    /// breaks it is in time whatever else was saved.
    async fn break_silence(&self, ctx: &Context<'_>, input: BreakSilenceInput) -> Result<MeetingPayload> {
        let BreakSilenceInput { id, silence, reason, country } = input;
        let reason = reason.map(Into::into);
        let done = ctx
            .write(async move |work| commands::break_silence(work, id, &silence, reason, country).await)
            .await?;
        payload(ctx, done).await
    }

    /// Shares a text with all who are shown the meeting, from its newest version on, as the host. They
    /// see its words, and not who holds what.
    async fn share_text(&self, ctx: &Context<'_>, input: ChangeTextInput) -> Result<MeetingPayload> {
        let ChangeTextInput { id, expected_version } = input;
        let done = ctx.write(async move |work| commands::share(work, id, expected_version).await).await?;
        payload(ctx, done).await
    }

    /// Puts a text to adoption, as the host: every paragraph is agreed, and stands in both languages.
    async fn put_text(&self, ctx: &Context<'_>, input: ChangeTextInput) -> Result<MeetingPayload> {
        let ChangeTextInput { id, expected_version } = input;
        let done = ctx.write(async move |work| adopting::put(work, id, expected_version).await).await?;
        payload(ctx, done).await
    }

    /// Opens a text again that was put to adoption and is not adopted, as the host.
    async fn reopen_text(&self, ctx: &Context<'_>, input: ChangeTextInput) -> Result<MeetingPayload> {
        let ChangeTextInput { id, expected_version } = input;
        let done = ctx.write(async move |work| adopting::reopen(work, id, expected_version).await).await?;
        payload(ctx, done).await
    }

    /// Says how your delegation stands to the words that are put to adoption. Whoever adopts them is
    /// noted to adopt in the meeting. As the host, of a country that has no account here.
    async fn take_stance(&self, ctx: &Context<'_>, input: TakeStanceInput) -> Result<MeetingPayload> {
        let TakeStanceInput { id, hash, stance, country } = input;
        let done =
            ctx.write(async move |work| adopting::stand(work, id, &hash, stance, country).await).await?;
        payload(ctx, done).await
    }

    /// Attaches a reservation or an interpretative statement of your delegation.
    async fn attach_statement(
        &self,
        ctx: &Context<'_>,
        input: AttachStatementInput,
    ) -> Result<MeetingPayload> {
        let AttachStatementInput { id, hash, kind, paragraph, text, country } = input;
        let done = ctx
            .write(async move |work| {
                adopting::attach(work, id, &hash, (kind, paragraph), text.into(), country).await
            })
            .await?;
        payload(ctx, done).await
    }

    /// Declares a text adopted, as the host, by the meeting's rule. From then on it changes no more.
    async fn adopt_text(&self, ctx: &Context<'_>, input: AdoptTextInput) -> Result<MeetingPayload> {
        let AdoptTextInput { id, hash } = input;
        let done = ctx.write(async move |work| adopting::adopt(work, id, &hash).await).await?;
        payload(ctx, done).await
    }
}
