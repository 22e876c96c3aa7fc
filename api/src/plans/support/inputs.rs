//! What clients send of gaps and support.

use async_graphql::InputObject;

use super::{
    gap::{Facts, Unit},
    states::{CommitmentStep, OfferStep, RequestStep},
};
use crate::{
    access::Party,
    day::Day,
    ids::{CommitmentId, GapId, InstitutionId, ReceptionPointId, SupportOfferId, SupportRequestId},
    plans::terms::ServiceKind,
    records::Named,
    text::TextInput,
};

/// What your country lacks.
#[derive(InputObject)]
pub struct StateGapInput {
    /// What is lacking, of the catalogue of services.
    pub service: ServiceKind,
    /// What is lacking, in words; at most 5,000 characters.
    pub lacking: TextInput,
    /// Where: a reception point of your country.
    pub point: Option<ReceptionPointId>,
    /// Where: a division of your country, ISO 3166-2.
    pub division: Option<String>,
    /// The first day on which it is lacking.
    pub from: Day,
    /// The last day; open if left out.
    pub until: Option<Day>,
    /// How much, as a decimal: whole numbers, and for money two places at most.
    pub amount: String,
    /// What it is counted in.
    pub unit: Unit,
    /// With `MONEY`, the currency, ISO 4217.
    pub currency: Option<String>,
    /// Whether those who are asked see one another's offers. It is told to them, and cannot be changed.
    #[graphql(default)]
    pub offers_shared: bool,
}

/// A gap to close.
#[derive(InputObject)]
pub struct CloseGapInput {
    /// The gap.
    pub gap: GapId,
}

/// Requests to partners, to be sent by another person.
#[derive(InputObject)]
pub struct DraftSupportRequestsInput {
    /// The gap.
    pub gap: GapId,
    /// Other member countries, ISO 3166-1 alpha-2: each is asked as one.
    #[graphql(default)]
    pub countries: Vec<String>,
    /// Institutions of other countries, or international organizations.
    #[graphql(default)]
    pub institutions: Vec<InstitutionId>,
    /// What is asked; at most 5,000 characters.
    pub words: TextInput,
}

/// A step of a request.
#[derive(InputObject)]
pub struct MoveSupportRequestInput {
    /// The request.
    pub request: SupportRequestId,
    /// The step.
    pub step: RequestStep,
}

/// A question on a request, or its answer.
#[derive(InputObject)]
pub struct WriteOnSupportRequestInput {
    /// The request.
    pub request: SupportRequestId,
    /// What you write; at most 5,000 characters.
    pub words: TextInput,
}

/// What you offer on a request to you.
#[derive(InputObject)]
pub struct OfferSupportInput {
    /// The request.
    pub request: SupportRequestId,
    /// How much, in the unit of the gap, as a decimal.
    pub amount: String,
    /// By when.
    pub due: Day,
    /// On which terms; at most 5,000 characters.
    pub terms: TextInput,
}

/// A step of an offer.
#[derive(InputObject)]
pub struct MoveSupportOfferInput {
    /// The offer.
    pub offer: SupportOfferId,
    /// The step.
    pub step: OfferStep,
}

/// A step of a commitment.
#[derive(InputObject)]
pub struct MoveCommitmentInput {
    /// The commitment.
    pub commitment: CommitmentId,
    /// The step.
    pub step: CommitmentStep,
}

impl From<StateGapInput> for Facts {
    fn from(input: StateGapInput) -> Self {
        Self {
            service: input.service,
            point: input.point,
            division: input.division,
            from: input.from.0,
            until: input.until.map(|Day(day)| day),
            amount: input.amount,
            unit: input.unit,
            currency: input.currency,
            lacking: input.lacking.into(),
            offers_shared: input.offers_shared,
        }
    }
}

impl DraftSupportRequestsInput {
    /// The partners, each with its place in the input.
    pub fn partners(countries: Vec<String>, institutions: Vec<InstitutionId>) -> Vec<Named> {
        let path = |list: &str, at: usize| format!("input.{list}.{at}");
        let countries = countries.into_iter().map(Party::Country).enumerate();
        let institutions = institutions.into_iter().map(Party::Institution).enumerate();
        countries
            .map(|(at, party)| (path("countries", at), party))
            .chain(institutions.map(|(at, party)| (path("institutions", at), party)))
            .collect()
    }
}
