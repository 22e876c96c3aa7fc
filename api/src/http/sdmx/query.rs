//! The parameters of an address. A plus is a plus here: it joins terms of a filter.

use std::collections::BTreeMap;

use axum::{extract, http::Uri};
use chrono::NaiveDateTime;

use super::{malformed, not_made};
use crate::{clock::Moment, http::refused::Refused};

/// More parameters than any query has.
const MOST: usize = 200;

pub struct Query(BTreeMap<String, String>);

impl Query {
    pub fn of(uri: &Uri) -> Result<Self, Refused> {
        let raw = uri.query().unwrap_or_default().replace('+', "%2B");
        let uri: Uri = format!("/?{raw}").parse().map_err(|_| malformed("?name=value&name=value"))?;
        let pairs = extract::Query::<Vec<(String, String)>>::try_from_uri(&uri)
            .map_err(|_| malformed("?name=value&name=value"))?;
        let mut query = BTreeMap::new();
        for (name, value) in pairs.0 {
            if query.len() == MOST || query.insert(name, value).is_some() {
                return Err(malformed("?name=value&name=value"));
            }
        }
        Ok(Self(query))
    }

    pub fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|value| !value.is_empty())
    }

    /// Every `c[COMPONENT]`, by component.
    pub fn components(&mut self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        self.0.retain(|name, value| {
            let component = name.strip_prefix("c[").and_then(|rest| rest.strip_suffix(']'));
            match component {
                Some(component) => {
                    found.push((component.to_owned(), std::mem::take(value)));
                    false
                }
                None => true,
            }
        });
        found
    }

    pub fn count(&mut self, name: &str) -> Result<Option<usize>, Refused> {
        let Some(text) = self.take(name) else { return Ok(None) };
        text.parse().ok().filter(|count| *count > 0).map(Some).ok_or_else(|| malformed(&format!("{name}=1")))
    }

    /// A day to its end, or a moment; without an offset, UTC.
    pub fn as_of(&mut self) -> Result<Option<Moment>, Refused> {
        let Some(text) = self.take("asOf") else { return Ok(None) };
        let plain = || NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S").ok();
        let moment = crate::http::exports::moment(&text).ok();
        let moment = moment.or_else(|| plain().map(|at| Moment::from(at.and_utc())));
        moment.map(Some).ok_or_else(|| malformed("asOf=2025-01-16T15:00:00Z"))
    }

    /// Of a parameter that the standard has and this node has not.
    pub fn without(&mut self, names: &[&str]) -> Result<(), Refused> {
        match names.iter().find(|name| self.take(name).is_some_and(|value| value != "false" && value != "0"))
        {
            Some(name) => Err(not_made(name)),
            None => Ok(()),
        }
    }

    /// What is left is known to nobody: a parameter passed over would give another answer than was meant.
    pub fn done(self) -> Result<(), Refused> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => {
                let name: String = name.chars().take(64).collect();
                Err(malformed(&format!("without `{name}`")))
            }
        }
    }
}
