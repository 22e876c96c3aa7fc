//! Gaps and support, as clients see them. Translation only: what is not for the viewer is not loaded.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};

use super::{
    gap::{self, Unit, words},
    loading::{MessagesOf, OffersOf, RequestsOf},
    offer::{self, commitment},
    request::{self, message},
    states::{CommitmentState, OfferState, RequestState},
};
use crate::{
    ask::Ask,
    clock::Moment,
    day::Day,
    directory::{Institution, ReceptionPoint},
    error::{Error, Result},
    ids::{CommitmentId, GapId, InstitutionId, SupportOfferId, SupportRequestId},
    plans::terms::ServiceKind,
    records::Audience,
    say,
    text::Text,
};

async fn institution(ctx: &Context<'_>, id: InstitutionId) -> Result<Institution> {
    let found = ctx.load(id).await?;
    found.map(Institution).ok_or_else(|| Error::NotFound(say!("una institución", "institution")))
}

/// What a country lacks, and what comes of asking for it.
pub struct Gap(pub gap::Model);

/// What a country lacks, and what comes of asking for it.
#[Object]
impl Gap {
    /// The global id.
    pub async fn id(&self) -> GapId {
        self.0.id
    }
    /// The country that states it, ISO 3166-1 alpha-2.
    async fn country(&self) -> &str {
        &self.0.country
    }
    /// The institution that answers for it.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Institution> {
        institution(ctx, self.0.owner_id).await
    }
    /// What is lacking, of the catalogue of services.
    async fn service(&self) -> Option<ServiceKind> {
        use async_graphql::resolver_utils::EnumType;
        ServiceKind::items().iter().find(|item| item.name == self.0.service).map(|item| item.value)
    }
    /// What is lacking, in words.
    async fn lacking(&self) -> Text {
        self.0.lacking()
    }
    /// Where: the reception point.
    async fn point(&self, ctx: &Context<'_>) -> Result<Option<ReceptionPoint>> {
        match self.0.point_id {
            Some(id) => Ok(ctx.load(id).await?.map(ReceptionPoint)),
            None => Ok(None),
        }
    }
    /// Where: the division, ISO 3166-2.
    async fn division(&self) -> Option<&str> {
        self.0.division.as_deref()
    }
    /// The first day on which it is lacking.
    async fn from(&self) -> Day {
        Day(self.0.from_day)
    }
    /// The last day; null while it is open.
    async fn until(&self) -> Option<Day> {
        self.0.until_day.map(Day)
    }
    /// How much, as a decimal.
    async fn amount(&self) -> String {
        self.0.unit.write(self.0.amount)
    }
    /// What it is counted in.
    async fn unit(&self) -> Unit {
        self.0.unit
    }
    /// The currency of money, ISO 4217.
    async fn currency(&self) -> Option<&str> {
        self.0.currency.as_deref()
    }
    /// Whether those who are asked see one another's offers.
    async fn offers_shared(&self) -> bool {
        self.0.offers_shared
    }
    /// When it was stated.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at.0
    }
    /// When it was closed; null while it is open.
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.closed_at.map(|Moment(at)| at)
    }
    /// The requests about it: all of them for its own country, for a partner those to them.
    async fn requests(&self, ctx: &Context<'_>) -> Result<Vec<SupportRequest>> {
        let rows = ctx.load(RequestsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(SupportRequest).collect())
    }
    /// What was offered: all of it for its own country, for a partner what they offered themselves
    /// and, where the offers are shared, what others did.
    async fn offers(&self, ctx: &Context<'_>) -> Result<Vec<SupportOffer>> {
        let rows = ctx.load(OffersOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|(offer, commitment)| SupportOffer(offer, commitment, self.0.unit)).collect())
    }
}

/// A partner that is asked for support.
pub struct SupportRequest(request::Model);

/// A partner that is asked for support.
#[Object]
impl SupportRequest {
    /// The global id.
    async fn id(&self) -> SupportRequestId {
        self.0.id
    }
    /// Whom is asked.
    async fn asked(&self) -> Audience {
        Audience::of([self.0.party.clone()])
    }
    /// How far it has come.
    async fn state(&self) -> RequestState {
        self.0.state
    }
    /// What is asked.
    async fn words(&self) -> Text {
        words(&self.0.words)
    }
    /// When it was sent; null before.
    async fn sent_at(&self) -> Option<DateTime<Utc>> {
        self.0.sent_at.map(|Moment(at)| at)
    }
    /// What the two sides have written to one another, in order.
    async fn messages(&self, ctx: &Context<'_>) -> Result<Vec<SupportMessage>> {
        let rows = ctx.load(MessagesOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(SupportMessage).collect())
    }
}

/// A question, or its answer.
pub struct SupportMessage(message::Model);

/// A question, or its answer.
#[Object]
impl SupportMessage {
    /// Its place in the exchange, from 1 on.
    async fn number(&self) -> i32 {
        self.0.number
    }
    /// Whether the partner wrote it; else the country that asks did.
    async fn from_partner(&self) -> bool {
        self.0.from_partner
    }
    /// What it says.
    async fn words(&self) -> Text {
        words(&self.0.words)
    }
    /// When it was written.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at.0
    }
}

/// What a partner offers.
pub struct SupportOffer(offer::Model, Option<commitment::Model>, Unit);

/// What a partner offers.
#[Object]
impl SupportOffer {
    /// The global id.
    async fn id(&self) -> SupportOfferId {
        self.0.id
    }
    /// Who offers.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Institution> {
        institution(ctx, self.0.institution_id).await
    }
    /// How much, in the unit of the gap, as a decimal.
    async fn amount(&self) -> String {
        self.2.write(self.0.amount)
    }
    /// By when.
    async fn due(&self) -> Day {
        Day(self.0.due)
    }
    /// On which terms.
    async fn terms(&self) -> Text {
        words(&self.0.terms)
    }
    /// How far it has come.
    async fn state(&self) -> OfferState {
        self.0.state
    }
    /// When it was made.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at.0
    }
    /// What it has become, if it was accepted.
    async fn commitment(&self) -> Option<Commitment> {
        self.1.clone().map(|row| Commitment(row, self.2))
    }
}

/// Support that was promised.
pub struct Commitment(commitment::Model, Unit);

/// Support that was promised.
#[Object]
impl Commitment {
    /// The global id.
    async fn id(&self) -> CommitmentId {
        self.0.id
    }
    /// The institution that answers for it.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Institution> {
        institution(ctx, self.0.owner_id).await
    }
    /// How much, in the unit of the gap, as a decimal.
    async fn amount(&self) -> String {
        self.1.write(self.0.amount)
    }
    /// By when.
    async fn due(&self) -> Day {
        Day(self.0.due)
    }
    /// How far it has come.
    async fn state(&self) -> CommitmentState {
        self.0.state
    }
    /// Whether its day has passed and it is neither delivered nor cancelled.
    async fn overdue(&self, ctx: &Context<'_>) -> bool {
        let pending = matches!(self.0.state, CommitmentState::Promised | CommitmentState::UnderWay);
        pending && self.0.due < ctx.now().0.date_naive()
    }
    /// When it was promised.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at.0
    }
    /// When its state last moved.
    async fn moved_at(&self) -> Option<DateTime<Utc>> {
        self.0.moved_at.map(|Moment(at)| at)
    }
}
