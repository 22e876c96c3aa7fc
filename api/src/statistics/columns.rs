//! Which column of a ministry's file is what, and how what stands there is written. Files come as their offices
//! make them; the mapping is told once, not typed into the files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    conventions::{DateForm, Encoding, Numbers},
    layout::{MOST_CODES, MOST_DIMENSIONS, OBS_STATUS, OBS_VALUE, TIME_PERIOD},
};
use crate::bounds::Bounds;

/// More columns of figures than a table of thirty years of months has.
const MOST_ACROSS: usize = 400;
/// The longest header, or text that stands for a code, in characters.
const LONGEST: usize = 200;

/// Headers are matched without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Columns {
    /// Dimension to header; a dimension that is not here has the header of its own code.
    pub dimensions: BTreeMap<String, String>,
    /// Dimension to the one code it has in all the file, which has no column for it.
    pub constants: BTreeMap<String, String>,
    /// Dimension to what its office writes for a code: `Hombre` to `M`. What is not here is a code already.
    pub translations: BTreeMap<String, BTreeMap<String, String>>,
    pub period: PeriodColumns,
    pub value: String,
    /// Columns of figures side by side, instead of the one of `value`.
    pub across: Vec<Across>,
    /// Whether a blank cell is no observation; otherwise it is a problem, since a figure that was forgotten
    /// looks the same.
    pub skip_blank: bool,
    /// If not told: `OBS_STATUS`, where the file has it.
    pub status: Option<String>,
    /// Headers of columns that are known and not wanted.
    pub ignored: Vec<String>,
    /// Whether columns that nothing names are passed over; otherwise they are a problem, since a column that was
    /// forgotten adds up figures that its author kept apart.
    pub ignore_others: bool,
    pub encoding: Encoding,
    pub numbers: Numbers,
    /// If not told, periods are written as ISO 8601 and SDMX have them.
    pub dates: Option<DateForm>,
    /// The sheet of a workbook; if not told, it must have one only.
    pub sheet: Option<String>,
    /// The line of the headers; what stands above is passed over.
    pub header_row: u32,
    /// Whether a formula counts as the figure that was computed when the workbook was last saved.
    pub cached_values: bool,
}

/// Where the period stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PeriodColumns {
    /// One column in any form a [`Period`](super::period::Period) is read from.
    One(String),
    /// The first and the last day, both included.
    Days { first: String, last: String },
}

/// One of several columns of figures, and what its figures are of: `enero` of a month, `hombres` of a sex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Across {
    pub header: String,
    /// A period; or what is added to the one of the row, beginning with `-`: `-01` to `2024`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Dimension to the code that this column has.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            dimensions: BTreeMap::new(),
            constants: BTreeMap::new(),
            translations: BTreeMap::new(),
            period: PeriodColumns::One(TIME_PERIOD.into()),
            value: OBS_VALUE.into(),
            across: Vec::new(),
            skip_blank: false,
            status: None,
            ignored: Vec::new(),
            ignore_others: false,
            encoding: Encoding::default(),
            numbers: Numbers::default(),
            dates: None,
            sheet: None,
            header_row: 1,
            cached_values: false,
        }
    }
}

impl Columns {
    /// The header of the status column, and whether the file must have it.
    pub fn status(&self) -> (&str, bool) {
        self.status.as_deref().map_or((OBS_STATUS, false), |header| (header, true))
    }

    /// Whether a row tells its period, or part of it, beside what the columns say.
    pub fn has_period_column(&self) -> bool {
        let tells = |across: &Across| across.period.as_ref().is_some_and(|period| !period.starts_with('-'));
        self.across.is_empty() || !self.across.iter().all(tells)
    }

    /// Whether columns side by side tell this dimension.
    pub fn is_across(&self, dimension: &str) -> bool {
        self.across.iter().any(|across| across.codes.contains_key(dimension))
    }

    /// What is said of a dimension's texts, by the folded text.
    pub fn translation<'a>(&'a self, dimension: &str, text: &'a str) -> &'a str {
        let Some(known) = self.translations.get(dimension) else { return text };
        let same = || {
            let text = text.to_lowercase();
            known.iter().find(|(written, _)| written.trim().to_lowercase() == text).map(|(_, code)| code)
        };
        known.get(text).or_else(same).map_or(text, String::as_str)
    }

    /// What of it passes the bounds, whatever the dataset.
    pub fn check(&self, path: &str, bounds: &mut Bounds) {
        bounds.count(format!("{path}.dimensions"), self.dimensions.len(), MOST_DIMENSIONS);
        bounds.count(format!("{path}.constants"), self.constants.len(), MOST_DIMENSIONS);
        bounds.count(format!("{path}.translations"), self.translations.len(), MOST_DIMENSIONS);
        bounds.count(format!("{path}.across"), self.across.len(), MOST_ACROSS);
        bounds.count(format!("{path}.ignored"), self.ignored.len(), MOST_ACROSS);
        let translated: usize = self.translations.values().map(BTreeMap::len).sum();
        bounds.count(format!("{path}.translations"), translated, MOST_CODES);
        let across = self.across.iter().flat_map(|across| {
            let codes = across.codes.iter().flat_map(|(dimension, code)| [dimension, code]);
            codes.chain([&across.header]).chain(&across.period)
        });
        let pairs = [&self.dimensions, &self.constants].into_iter().flatten();
        let translated = self.translations.iter().flat_map(|(dimension, known)| {
            known.iter().flat_map(|(text, code)| [text, code]).chain([dimension])
        });
        let (first, last) = match &self.period {
            PeriodColumns::One(header) => (header, None),
            PeriodColumns::Days { first, last } => (first, Some(last)),
        };
        let texts = pairs.flat_map(|(a, b)| [a, b]).chain(translated).chain(across).chain(&self.ignored);
        let texts = texts.chain([first, &self.value]).chain(last).chain(&self.status).chain(&self.sheet);
        if let Some(long) = texts.clone().max_by_key(|text| text.chars().count()) {
            bounds.optional(path, Some(long), LONGEST);
        }
        if let Some(odd) = texts.into_iter().find(|text| text.chars().any(char::is_control)) {
            bounds.optional(path, Some(odd), usize::MAX);
        }
        if let Err(say) = self.numbers.check() {
            bounds.add(crate::error::Reason::Malformed, format!("{path}.numbers"), say);
        }
        if !(1..=1_000).contains(&self.header_row) {
            bounds.add(
                crate::error::Reason::OutOfRange,
                format!("{path}.headerRow"),
                crate::say!("de 1 a 1000", "1 to 1000"),
            );
        }
    }
}
