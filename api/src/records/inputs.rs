//! What clients send to move a record along.

use async_graphql::InputObject;

use super::sharing::{Named, Release};
use crate::{
    access::Party,
    ids::{AccountId, InstitutionId, RecordRef},
};

/// To whom a record is shown. The handling mark says how wide it may be.
#[derive(Default, InputObject)]
pub struct AudienceInput {
    /// Everybody who is signed in. Only for `CLEAR`.
    #[graphql(default)]
    pub everyone: bool,
    /// Member countries, ISO 3166-1 alpha-2. Not for `AMBER_STRICT` and `RED`.
    #[graphql(default)]
    pub countries: Vec<String>,
    /// Institutions, international organizations among them. Not for `RED`.
    #[graphql(default)]
    pub institutions: Vec<InstitutionId>,
    /// Single accounts.
    #[graphql(default)]
    pub accounts: Vec<AccountId>,
}

impl AudienceInput {
    /// The parties, each with its place in the input.
    pub fn named(self) -> Vec<Named> {
        let mut named = Vec::new();
        if self.everyone {
            named.push(("input.audience.everyone".into(), Party::Everyone));
        }
        let path = |list: &str, at: usize| format!("input.audience.{list}.{at}");
        named.extend(
            self.countries
                .into_iter()
                .enumerate()
                .map(|(at, code)| (path("countries", at), Party::Country(code))),
        );
        named.extend(
            self.institutions
                .into_iter()
                .enumerate()
                .map(|(at, id)| (path("institutions", at), Party::Institution(id))),
        );
        named.extend(
            self.accounts.into_iter().enumerate().map(|(at, id)| (path("accounts", at), Party::Account(id))),
        );
        named
    }
}

/// Moves the newest revision of a record along.
#[derive(InputObject)]
pub struct ChangeStateInput {
    /// The record.
    pub id: RecordRef,
    /// The revision you read; refused if somebody has saved since.
    pub expected_revision: i32,
}

/// Releases the newest revision, which was approved.
#[derive(InputObject)]
pub struct ReleaseInput {
    /// The record.
    pub id: RecordRef,
    /// The revision you read; refused if somebody has saved since.
    pub expected_revision: i32,
    /// To whom. Parties that were shown an earlier revision and are not named go on seeing that one.
    pub audience: AudienceInput,
    /// The legal instrument under which it is shared, such as a treaty, an agreement or a law.
    pub instrument: String,
    /// What the recipients may use it for.
    pub purpose: String,
}

/// Takes a record back.
#[derive(InputObject)]
pub struct RecallInput {
    /// The record.
    pub id: RecordRef,
    /// From whom; from all to whom it was released if left out. With a country its institutions
    /// and accounts lose it too, with an institution its accounts.
    pub audience: Option<AudienceInput>,
}

impl ReleaseInput {
    pub fn parts(self) -> (RecordRef, Release) {
        let Self { id, expected_revision, audience, instrument, purpose } = self;
        (id, Release { expected: expected_revision, audience: audience.named(), instrument, purpose })
    }
}
