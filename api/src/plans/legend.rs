//! The legend that a country's own law requires on what it classifies. It travels beside the handling mark, which says how
//! wide an audience may be; the legend says on what ground the country keeps it.

use async_graphql::{InputObject, SimpleObject};
use serde::{Deserialize, Serialize};

use super::terms::{LegendClass, Term};
use crate::{day::Day, paper::Words, text::Text};

/// The legend that a national law requires on what it classifies (leyenda de clasificación). It is printed on every page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "NationalLegend", input_name = "NationalLegendInput")]
#[serde(deny_unknown_fields)]
pub struct Legend {
    /// How the law classifies it.
    pub class: LegendClass,
    /// The law and the article (fundamento legal); at most 300 characters.
    pub basis: Text,
    /// The unit that classified it (área); at most 300 characters.
    pub area: Option<Text>,
    /// The day it was classified.
    pub day: Option<Day>,
    /// For how many years it is reserved (periodo de reserva), 1 to 20. Only of what is `RESERVED`.
    pub years: Option<i32>,
}

impl Legend {
    /// As it is printed, line by line.
    pub fn printed(&self) -> Vec<Words> {
        let class = Words::from(self.class.label()).capital();
        let years = self.years.map(|years| Words::both(format!("{years} años"), format!("{years} years")));
        let day = self.day.map(|day| Words::from(day.0.to_string()));
        let area = self.area.as_ref().map(Words::from);
        let first = [
            Some(class),
            years.map(|years| years.labelled("Periodo de reserva", "Reserved for")),
            day.map(|day| day.labelled("Clasificada", "Classified")),
        ];
        let first: Vec<Words> = first.into_iter().flatten().collect();
        let basis = Words::from(&self.basis).labelled("Fundamento", "Legal basis");
        let area = area.map(|area| area.labelled("Área", "Unit"));
        [Some(Words::joined(&first, " · ")), Some(basis), area].into_iter().flatten().collect()
    }
}
