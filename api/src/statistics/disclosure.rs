//! Small figures: those from which somebody could tell who was counted.
//!
//! Enlace does not suppress cells. Until it does, a vintage with a figure below its threshold is not released
//! beyond its own country. What was published already, to everyone and with its address, discloses nothing more.

use std::fs::File;

use serde::{Deserialize, Serialize};

use super::{
    age::AgeBand,
    code::{self, DimensionRole, TOTAL},
    content::DatasetContent,
    figure,
    indicator::{Indicator, Unit},
    layout::{Dimension, Layout},
    period::Period,
    reference, vintage,
};
use crate::error::Result;

/// A figure of minors, or of sex and age within a division, is small below this.
pub const USUAL: u32 = 5;
/// So many small figures are named; all are counted.
pub const MOST_NAMED: usize = 3;

/// The small figures of a vintage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Small {
    pub cells: u64,
    /// The first of them, as `MX-PUE, F, Y0T17, 2024-01: 3`.
    pub first: Vec<String>,
}

/// Looks at one figure after the other.
pub struct Watch<'a> {
    layout: &'a Layout,
    indicator: &'a Indicator,
    pub small: Small,
}

/// The small figures of a vintage's file. It is read again, a part at a time, only if what it holds can disclose
/// anything.
pub fn small(content: &DatasetContent, file: File) -> Result<Small> {
    let mut watch = Watch::new(&content.layout, reference::of(content)?);
    if watch.can_disclose() {
        for figure in vintage::Reader::open(file)? {
            let vintage::Figure { series, period, value, .. } = figure?;
            let codes: Vec<&str> = series.iter().map(|code| &**code).collect();
            watch.see(&codes, period, value);
        }
    }
    Ok(watch.small)
}

impl<'a> Watch<'a> {
    pub fn new(layout: &'a Layout, indicator: &'a Indicator) -> Self {
        Self { layout, indicator, small: Small::default() }
    }

    /// `value` in units of the last decimal. A zero discloses nobody.
    pub fn see(&mut self, codes: &[&str], period: Period, value: Option<i64>) {
        let Some(value) = value.filter(|value| *value > 0) else { return };
        let threshold = self.indicator.threshold.unwrap_or(USUAL);
        let decimals = self.layout.decimals;
        if value >= i64::from(threshold) * 10_i64.pow(decimals.into()) || !self.discloses(codes) {
            return;
        }
        self.small.cells += 1;
        if self.small.first.len() < MOST_NAMED {
            let told = codes.iter().filter(|code| **code != TOTAL).copied().collect::<Vec<_>>().join(", ");
            self.small.first.push(format!("{told}, {period}: {}", figure::write(value, decimals)));
        }
    }

    /// Whether any figure of the dataset could tell who was counted.
    fn can_disclose(&self) -> bool {
        let told = |dimension: &Dimension| {
            dimension.role == DimensionRole::Age
                || dimension.list().is_some_and(|list| list.id == "CL_ACCOMPANIMENT")
        };
        self.indicator.threshold.is_some()
            || (self.counts_people() && self.layout.dimensions.iter().any(told))
    }

    fn counts_people(&self) -> bool {
        matches!(self.indicator.unit, Unit::Event | Unit::Person)
    }

    /// Whether a small figure of these codes could tell who was counted: where the indicator has a
    /// threshold of its own, always; else of minors, and of sex and age within a division.
    fn discloses(&self, codes: &[&str]) -> bool {
        if self.indicator.threshold.is_some() {
            return true;
        }
        if !self.counts_people() {
            return false;
        }
        let (mut minors, mut aged, mut divided, mut sexed) = (false, false, false, false);
        for (dimension, code) in self.layout.dimensions.iter().zip(codes) {
            let list = dimension.list().map(|list| list.id);
            let stated = *code != TOTAL && code::special_head(code).is_none();
            match dimension.role {
                DimensionRole::Age => {
                    aged |= stated;
                    minors |= AgeBand::parse(code).is_some_and(AgeBand::is_of_minors);
                }
                DimensionRole::Area => divided |= stated && code.contains('-'),
                _ => {
                    minors |= stated && list == Some("CL_ACCOMPANIMENT");
                    sexed |= stated && (list == Some("CL_SEX") || dimension.code.eq_ignore_ascii_case("SEX"));
                }
            }
        }
        minors || (divided && sexed && aged)
    }
}
