//! How wide an audience may be.

use sea_orm::entity::prelude::*;

use super::Party;
use crate::{
    error::{Problem, Reason},
    say,
};

/// The sharing mark, after the Traffic Light Protocol 2.0 (FIRST, 2022). The national legend
/// travels beside it as data; this mark says how wide an audience may be.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
pub enum Handling {
    /// TLP:CLEAR. Everyone.
    Clear,
    /// TLP:GREEN. Countries, institutions and accounts that are named.
    Green,
    /// TLP:AMBER. Countries, institutions and accounts that are named, on need to know.
    Amber,
    /// TLP:AMBER+STRICT. Institutions and accounts that are named; no whole country.
    AmberStrict,
    /// TLP:RED. Named accounts only, on the owner's side too.
    Red,
}

impl Handling {
    pub fn label(self) -> &'static str {
        match self {
            Handling::Clear => "TLP:CLEAR",
            Handling::Green => "TLP:GREEN",
            Handling::Amber => "TLP:AMBER",
            Handling::AmberStrict => "TLP:AMBER+STRICT",
            Handling::Red => "TLP:RED",
        }
    }

    /// Whether the mark lets this party be named in an audience.
    pub fn admits(self, party: &Party) -> bool {
        match party {
            Party::Everyone => self == Handling::Clear,
            Party::Country(_) => self <= Handling::Amber,
            Party::Institution(_) => self <= Handling::AmberStrict,
            Party::Account(_) => true,
        }
    }

    /// Refuses a party that the mark does not admit, and says which would be right.
    pub fn check(self, path: String, party: &Party) -> Result<(), Problem> {
        if self.admits(party) {
            return Ok(());
        }
        let mark = self.label();
        let say = match self {
            Handling::Clear | Handling::Green | Handling::Amber => say!(
                "{mark} no admite difundir a todos; nombre países, instituciones o cuentas",
                "{mark} does not go to everyone; name countries, institutions or accounts"
            ),
            Handling::AmberStrict => say!(
                "{mark} no admite países enteros; nombre instituciones o cuentas",
                "{mark} does not go to whole countries; name institutions or accounts"
            ),
            Handling::Red => {
                say!("{mark} solo admite cuentas nombradas", "{mark} goes to named accounts only")
            }
        };
        Err(Problem::new(Reason::WiderThanHandling, path, say))
    }
}
