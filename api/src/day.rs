//! Days and local times as clients write them. Years are bounded, so that both databases can keep
//! them and every sum of days stays within reason.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// The years that are understood.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// A calendar day (ISO 8601), such as `2025-01-16`; years 1900 to 2200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Day(pub NaiveDate);

/// A calendar day (ISO 8601), such as `2025-01-16`; years 1900 to 2200.
#[Scalar(name = "Date")]
impl ScalarType for Day {
    fn parse(value: Value) -> InputValueResult<Self> {
        let day = match &value {
            Value::String(text) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
            _ => None,
        };
        let day = day.filter(|day| YEARS.contains(&day.year()));
        day.map(Self).ok_or_else(|| {
            InputValueError::custom("expected a day such as `2025-01-16`, of the years 1900 to 2200")
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A local time without offset (ISO 8601), such as `2025-01-16T09:00:00`; years 1900 to 2200.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime(pub NaiveDateTime);

/// A local time without offset (ISO 8601), such as `2025-01-16T09:00:00`; years 1900 to 2200.
#[Scalar(name = "LocalDateTime")]
impl ScalarType for LocalTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let time = match &value {
            Value::String(text) => ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
                .iter()
                .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()),
            _ => None,
        };
        let time = time.filter(|time| YEARS.contains(&time.year()));
        time.map(Self).ok_or_else(|| {
            InputValueError::custom(
                "expected a local time without offset, such as `2025-01-16T09:00:00`, of the years 1900 to 2200",
            )
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%dT%H:%M:%S").to_string())
    }
}
