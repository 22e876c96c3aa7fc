//! Time is given, never taken: the node's clock is injected, so that tests own it.

use std::{fmt, str::FromStr, sync::Arc};

use chrono::{DateTime, NaiveDate, SecondsFormat, SubsecRound, Utc};
use sea_orm::DeriveValueType;

/// A source of the present moment.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    pub fn of(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub fn now(&self) -> Moment {
        Moment::from((self.0)())
    }

    pub fn today(&self) -> NaiveDate {
        self.now().0.date_naive()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// A moment to the millisecond, in UTC. Stored as text of one length (`2025-01-16T15:00:00.000Z`)
/// on both databases, so that it sorts and compares alike on each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub struct Moment(pub DateTime<Utc>);

impl Moment {
    /// Later than anything that is written in four digits of a year.
    pub fn never() -> Self {
        const LAST_SECOND: i64 = 253_402_300_799;
        Self(DateTime::from_timestamp(LAST_SECOND, 0).unwrap_or(DateTime::<Utc>::MAX_UTC))
    }
}

impl From<DateTime<Utc>> for Moment {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.trunc_subsecs(3))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl FromStr for Moment {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(DateTime::parse_from_rfc3339(text)?.with_timezone(&Utc)))
    }
}

impl serde::Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
