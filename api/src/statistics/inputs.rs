//! What clients send to declare a dataset and to ask of one.

use async_graphql::{Enum, InputObject};

use super::{
    code::DimensionRole,
    content::DatasetContent,
    cube::ByPeriod,
    layout::{Dimension, Layout},
    lists::{self, CodeList},
    totals::CrossTotal,
};
use crate::{
    access::Handling,
    error::{Problem, Reason, Result},
    ids::{AccountId, DatasetId, InstitutionId},
    say,
    text::TextInput,
};

/// How the codes of a dimension may overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "DimensionRole")]
pub enum DimensionOverlap {
    /// Codes exclude one another; only the total `_T` contains others.
    #[default]
    Plain,
    /// Codes are age bands: `Y0T17` contains `Y0T11`.
    Age,
    /// Codes are areas: `MX` contains `MX-PUE`.
    Area,
    /// Codes are never added to one another: what is counted, its unit, the part an area plays.
    Apart,
}

/// Which periods share a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "ByPeriod")]
pub enum PeriodGrouping {
    /// Only equal ones.
    Exact,
    /// Those of a month.
    Month,
    /// Those of a quarter.
    Quarter,
    /// Those of a calendar year.
    Year,
    /// Those of a US fiscal year: October to September, named by the year it ends in.
    UsFiscalYear,
}

/// What a dataset declares before any figure.
#[derive(InputObject)]
pub struct DatasetContentInput {
    /// What your institution calls it: capitals, digits, `-` and `_`. Cannot be changed later.
    pub code: String,
    /// Its name; at most 300 characters.
    pub name: TextInput,
    /// The institution that compiles the figures.
    pub compiler: InstitutionId,
    /// What is counted: a code of `indicators`, which says the unit too.
    pub indicator: String,
    /// How the compiler defines it, where that is not how `indicators` says; at most 2,000 characters.
    pub definition: Option<TextInput>,
    /// How often figures come: a code of `CL_FREQ`, such as `M`.
    pub frequency: Option<String>,
    /// The dimensions, in order; 1 to 16.
    pub dimensions: Vec<DimensionInput>,
    /// Decimals of every figure; 0 for counts, at most 6.
    #[graphql(default = 0)]
    pub decimals: i32,
    /// Totals that must be the sum of their parts; at most 50.
    #[graphql(default)]
    pub cross_totals: Vec<CrossTotalInput>,
}

/// In this dimension this code is the sum of those, all else being equal.
#[derive(InputObject)]
pub struct CrossTotalInput {
    /// The dimension's code.
    pub dimension: String,
    /// The code of the total, such as `_T`.
    pub total: String,
    /// The codes that it is the sum of.
    pub parts: Vec<String>,
}

/// A dimension of a dataset.
#[derive(InputObject)]
pub struct DimensionInput {
    /// Names it in files and questions: `SEX`, `REF_AREA`.
    pub code: String,
    /// Its name for people.
    pub name: TextInput,
    /// How its codes may overlap; `PLAIN` if left out. A list says so itself.
    pub role: Option<DimensionOverlap>,
    /// The list of its codes, of `codeLists`: `CL_SEX`, in its latest version, or `CL_SEX(1.0)`.
    pub list: Option<String>,
    /// The only codes it may have; any of its list, or any at all, if left out.
    pub codes: Option<Vec<String>>,
}

/// A dataset that is declared.
#[derive(InputObject)]
pub struct DeclareDatasetInput {
    /// What it declares.
    pub content: DatasetContentInput,
    /// How wide it may be shared later.
    pub handling: Handling,
    /// Institutions of your country that work on it, beside your own and the foreign ministry.
    #[graphql(default)]
    pub chain: Vec<InstitutionId>,
    /// Under `RED`: the accounts that work on it, beside your own.
    #[graphql(default)]
    pub accounts: Vec<AccountId>,
    /// A note on this revision, for your own country.
    pub note: Option<String>,
}

/// Says that a released vintage is wrong.
#[derive(InputObject)]
pub struct RetractVintageInput {
    /// The dataset.
    pub dataset: DatasetId,
    /// The number of the revision that holds it; it need not be the newest.
    pub revision: i32,
    /// Why, for all who could see it; at most 2,000 characters. Kept with the vintage, never in the
    /// ledger.
    pub reason: TextInput,
}

impl DatasetContentInput {
    pub fn content(self) -> Result<DatasetContent> {
        let decimals = u8::try_from(self.decimals).map_err(|_| {
            Problem::new(
                Reason::OutOfRange,
                "input.content.decimals",
                say!("de 0 a 6 decimales", "0 to 6 decimals"),
            )
        })?;
        let dimension = |dimension: DimensionInput| {
            let list = dimension.list.as_deref().and_then(lists::find);
            Dimension {
                code: dimension.code,
                codes: dimension.codes,
                // The latest version of today, by name: a later one does not change what was declared.
                list: list.map(CodeList::reference).or(dimension.list),
                name: dimension.name.into(),
                role: dimension.role.map_or(list.map_or(DimensionRole::Plain, |list| list.role), Into::into),
            }
        };
        Ok(DatasetContent {
            code: self.code,
            name: self.name.into(),
            compiler: self.compiler,
            indicator: self.indicator,
            definition: self.definition.map(Into::into),
            frequency: self.frequency,
            cross_totals: self
                .cross_totals
                .into_iter()
                .map(|rule| CrossTotal { dimension: rule.dimension, parts: rule.parts, total: rule.total })
                .collect(),
            layout: Layout { decimals, dimensions: self.dimensions.into_iter().map(dimension).collect() },
            vintage: None,
        })
    }
}
