//! To whom something can be shown.

use std::{fmt, str::FromStr};

use sea_orm::DeriveValueType;
use uuid::Uuid;

use crate::ids::{AccountId, InstitutionId};

/// A party of an audience. Stored as short text (`*`, `c:MX`, `i:<id>`, `a:<id>`), the leading
/// part of the index that answers "what may I see?".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum Party {
    /// Everybody who is signed in.
    Everyone,
    /// All institutions of a country, by ISO 3166-1 alpha-2.
    Country(String),
    Institution(InstitutionId),
    Account(AccountId),
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Party::Everyone => f.write_str("*"),
            Party::Country(code) => write!(f, "c:{code}"),
            Party::Institution(id) => write!(f, "i:{}", id.0.simple()),
            Party::Account(id) => write!(f, "a:{}", id.0.simple()),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a party")]
pub struct NotAParty(String);

impl sea_orm::TryFromU64 for Party {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("Party"))
    }
}

impl FromStr for Party {
    type Err = NotAParty;

    fn from_str(text: &str) -> Result<Self, NotAParty> {
        let bad = || NotAParty(text.into());
        match text.split_once(':') {
            None if text == "*" => Ok(Party::Everyone),
            Some(("c", code)) if code.len() == 2 => Ok(Party::Country(code.into())),
            Some(("i", id)) => Ok(Party::Institution(InstitutionId(Uuid::try_parse(id).map_err(|_| bad())?))),
            Some(("a", id)) => Ok(Party::Account(AccountId(Uuid::try_parse(id).map_err(|_| bad())?))),
            _ => Err(bad()),
        }
    }
}

impl serde::Serialize for Party {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Party {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <String as serde::Deserialize>::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
