//! What is counted: the indicators of the house, so that figures of several offices can be held against each
//! other.
//!
//! Reference data like the [code lists](super::lists), compiled in. Offices do not mean the same by the same
//! word: an indicator has a definition, and another for each country whose offices count otherwise; a dataset
//! may say its own. Figures are added together only where the unit, the indicator and the definition are the
//! same, or where the list says that two indicators exclude one another.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::text::Text;

/// What a figure is a number of. Figures of unlike units are never added together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Unit {
    /// Events: a person returned twice counts twice.
    Event,
    /// Persons: each counts once.
    Person,
    /// Vehicles: flights, buses.
    Vehicle,
    /// An amount of money, in the currency that the definition names.
    Money,
    /// Anything else that is counted.
    Other,
}

/// Something that is counted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub code: String,
    pub name: Text,
    pub unit: Unit,
    pub definition: Text,
    /// Where the offices of a country count otherwise.
    #[serde(default)]
    pub definitions: Vec<InCountry>,
    /// The indicators that exclude this one, so that the two may be added. Both say so.
    #[serde(default)]
    pub adds_to: Vec<String>,
    /// Every figure under it is small, if it is not 0. Without one, the usual rule holds.
    pub threshold: Option<u32>,
    /// Whether the dataset has to define it.
    #[serde(default)]
    pub own: bool,
}

/// What an indicator means in one country.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, async_graphql::SimpleObject)]
#[graphql(name = "NationalDefinition")]
pub struct InCountry {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// What the offices of the country count.
    pub text: Text,
}

static INDICATORS: LazyLock<Vec<Indicator>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("lists/indicators.json")).expect("the list of indicators")
});

pub fn all() -> &'static [Indicator] {
    &INDICATORS
}

pub fn find(code: &str) -> Option<&'static Indicator> {
    all().iter().find(|indicator| indicator.code == code)
}

impl Indicator {
    /// What the offices of a country count.
    pub fn defined_in(&self, country: Option<&str>) -> &Text {
        let national = self.definitions.iter().find(|national| Some(national.country.as_str()) == country);
        national.map_or(&self.definition, |national| &national.text)
    }

    /// Whether figures of the two count different things of one unit.
    pub fn adds_to(&self, other: &Self) -> bool {
        self.unit == other.unit && self.adds_to.contains(&other.code)
    }
}
