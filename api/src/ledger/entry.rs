//! An entry of the ledger, as stored.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use sea_orm::{Condition, QuerySelect, QueryTrait, Set, entity::prelude::*, sea_query::ExprTrait};

use super::event::Event;
use crate::{
    access::{Action, Kind, Party, Standing, Viewer},
    clock::Moment,
    ids::{AccountId, EntryId, InstitutionId},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub id: EntryId,
    pub at: Moment,
    pub actor_id: AccountId,
    pub event: String,
    pub kind: String,
    pub subject: Uuid,
    pub owner_id: InstitutionId,
    pub owner_country: Option<String>,
    pub reach: String,
    /// JSON text; kept as text, since the hash is over its bytes.
    pub body: String,
    pub previous: String,
    pub hash: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub mod party {
    //! Whom an entry is told to.

    use sea_orm::entity::prelude::*;

    use crate::{access::Party, clock::Moment};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "entry_party")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub party: Party,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        /// When it is told to them; at once if there is none.
        pub opens_at: Option<Moment>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A party that is told of an entry, and from when on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    pub party: Party,
    pub opens: Option<Moment>,
}

/// The party as it is written; `c:GT@2025-03-01T12:00:00.000Z` where it is told later. So the hash of
/// an entry is also over when it opens.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.party.fmt(f)?;
        self.opens.map_or(Ok(()), |opens| write!(f, "@{opens}"))
    }
}

impl serde::Serialize for Told {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The hash before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(digest(&SHA256, bytes).as_ref())
}

pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Model {
    /// The next entry after `(number, hash)`.
    pub(super) fn next(event: &Event, actor: AccountId, at: Moment, (number, hash): &(i64, String)) -> Self {
        let mut entry = Self {
            number: number + 1,
            id: EntryId::new(),
            at,
            actor_id: actor,
            event: event.what.name().into(),
            kind: event.what.kind().into(),
            subject: event.subject,
            owner_id: event.owner,
            owner_country: event.owner_country.clone(),
            reach: event.reach.code().into(),
            body: serde_json::to_string(&event.body).expect("a body is plain data"),
            previous: hash.clone(),
            hash: String::new(),
        };
        entry.hash = entry.digest(&told(event));
        entry
    }

    /// SHA-256 over everything the entry says, to whom, and the hash of the one before: a JSON
    /// array in this order, so that no two different entries have the same text.
    pub fn digest(&self, told: &[Told]) -> String {
        let text = serde_json::to_string(&(
            (&self.previous, self.number, self.id, self.at, self.actor_id),
            (&self.event, &self.kind, self.subject, self.owner_id, &self.owner_country),
            (&self.reach, &self.body, told),
        ))
        .expect("an entry is plain data");
        sha256(text.as_bytes())
    }
}

/// The parties of an event, each once, in order.
pub(super) fn told(event: &Event) -> Vec<Told> {
    let at_once = event.told.iter().map(|party| Told { party: party.clone(), opens: None });
    let later = event.body.to.iter().filter(|party| !event.told.contains(party));
    let later = later.map(|party| Told { party: party.clone(), opens: event.body.opens });
    let mut told: Vec<Told> = at_once.chain(later.filter(|told| told.opens.is_some())).collect();
    told.sort();
    told.dedup();
    told
}

pub(super) fn party_row(told: &Told, number: i64) -> party::ActiveModel {
    party::ActiveModel { party: Set(told.party.clone()), number: Set(number), opens_at: Set(told.opens) }
}

/// A release under an embargo is told when it opens, unless something else was said of the record to the same
/// party before: a recall or a retraction, which is then told to nobody, or another release.
const DID_OPEN: &str = r#"NOT EXISTS (SELECT 1 FROM entry AS released
    INNER JOIN entry AS said ON said.subject = released.subject AND said.number > released.number
    INNER JOIN entry_party AS later ON later.number = said.number
    WHERE released.number = entry_party.number AND later.party = entry_party.party
    AND said."at" < entry_party.opens_at)"#;

/// The entries that a viewer is told of: those addressed to one of the viewer's parties, about a
/// kind of record that one of the viewer's roles may read; for an auditor, all of the own country's.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
pub fn told_to(viewer: &Viewer) -> Select<Entity> {
    let addressed = party::Entity::find()
        .select_only()
        .column(party::Column::Number)
        .filter(party::Column::Party.is_in(viewer.parties()))
        .filter(
            party::Column::OpensAt
                .is_null()
                .or(party::Column::OpensAt.lte(viewer.at).and(Expr::cust(DID_OPEN))),
        )
        .into_query();
    let mut kinds: Vec<&str> = Kind::ALL
        .iter()
        .filter(|kind| viewer.may_ever(Action::Read(**kind)))
        .map(|kind| kind.code())
        .collect();
    if viewer.may_ever(Action::ReadDirectory) {
        kinds.extend(["member", "institution"]);
    }
    if viewer.may_ever(Action::ReadAccounts) {
        kinds.extend(["post", "account", "appointment"]);
    }
    if viewer.may_ever(Action::Draft(Kind::Dataset)) {
        kinds.push("mapping");
    }
    if viewer.may_ever(Action::Read(Kind::Meeting)) {
        kinds.extend(["calendar", "document"]);
    }
    if viewer.may_ever(Action::ReadCapacity) {
        kinds.extend(["capacity-point", "capacity-report", "capacity-share"]);
    }
    if viewer.may_ever(Action::ReadSupport) {
        kinds.extend(["gap", "support-request", "support-offer", "commitment"]);
    }
    let mut told = Condition::any()
        .add(Condition::all().add(Column::Number.in_subquery(addressed)).add(Column::Kind.is_in(kinds)));
    if let Some(country) = viewer.country.as_ref().filter(|_| viewer.may(Action::Audit, Standing::Compatriot))
    {
        told = told.add(Column::OwnerCountry.eq(country.as_str()));
    }
    let listens = viewer.may_ever(Action::ReadLedger);
    Entity::find().filter(told).filter(Condition::all().add_option((!listens).then(|| Expr::cust("1 = 0"))))
}
