//! What clients say of a file: which column is what, and how it is written.

use std::collections::BTreeMap;

use async_graphql::InputObject;

use crate::{
    bounds::Bounds,
    error::{Reason, Result},
    say,
    statistics::{
        columns::{Across, Columns, PeriodColumns},
        conventions::{DateForm, Encoding, Numbers},
    },
};

/// Which column of the file is what. Headers match whatever their case.
#[derive(InputObject)]
pub struct ColumnsInput {
    /// Dimensions whose header is not their code.
    #[graphql(default)]
    pub dimensions: Vec<NamedColumnInput>,
    /// Dimensions that have no column but one code for the whole file.
    #[graphql(default)]
    pub constants: Vec<ConstantInput>,
    /// The header of the period; not together with `firstDay` and `lastDay`.
    pub period: Option<String>,
    /// The header of the period's first day.
    pub first_day: Option<String>,
    /// The header of the period's last day, which is part of it.
    pub last_day: Option<String>,
    /// The header of the figure.
    pub value: Option<String>,
    /// Columns of figures side by side, instead of `value`: months across, or sexes.
    #[graphql(default)]
    pub across: Vec<AcrossInput>,
    /// What the office writes for a code. What is not here is taken as a code already.
    #[graphql(default)]
    pub translations: Vec<TranslationInput>,
    /// A blank cell is no observation; otherwise it is a problem.
    #[graphql(default = false)]
    pub skip_blank: bool,
    /// The header of the status (SDMX OBS_STATUS).
    pub status: Option<String>,
    /// Columns that are known and not wanted.
    #[graphql(default)]
    pub ignored: Vec<String>,
    /// Pass over every column that nothing names.
    #[graphql(default = false)]
    pub ignore_others: bool,
    /// Which bytes stand for which letters. It is never guessed.
    #[graphql(default)]
    pub encoding: Encoding,
    /// The marks in numbers; by default a point for decimals and nothing between thousands.
    pub numbers: Option<NumbersInput>,
    /// The one form of dates, such as `DD/MM/YYYY`, `MM/YYYY` or `MMMM YYYY` (names of months in Spanish
    /// or English). By default as ISO 8601 and SDMX have them.
    pub dates: Option<String>,
    /// The sheet of a workbook; it may be left out where there is only one.
    pub sheet: Option<String>,
    /// The row of the headers; what stands above is passed over.
    #[graphql(default = 1)]
    pub header_row: i32,
    /// Take the value that a formula had when the workbook was last saved; otherwise a formula is a
    /// problem, since nobody has seen that value.
    #[graphql(default = false)]
    pub cached_values: bool,
}

/// A column of figures, and what its figures are of.
#[derive(InputObject)]
pub struct AcrossInput {
    /// The column's header.
    pub header: String,
    /// Its period; or what is added to the row's own, beginning with `-`: `-01` to `2024`.
    pub period: Option<String>,
    /// The codes that this column has.
    #[graphql(default)]
    pub codes: Vec<ConstantInput>,
}

/// What an office writes for a code.
#[derive(InputObject)]
pub struct TranslationInput {
    /// The dimension's code.
    pub dimension: String,
    /// What stands in the file, whatever its case.
    pub text: String,
    /// The code it stands for.
    pub code: String,
}

/// The marks in numbers.
#[derive(InputObject)]
pub struct NumbersInput {
    /// `.` or `,`.
    #[graphql(default = ".")]
    pub decimal: String,
    /// What groups the thousands: `.`, `,`, `'` or a space.
    pub thousands: Option<String>,
}

/// A dimension and the header of its column.
#[derive(InputObject)]
pub struct NamedColumnInput {
    /// The dimension's code.
    pub dimension: String,
    /// The column's header.
    pub header: String,
}

/// A dimension and the code it has in the whole file.
#[derive(InputObject)]
pub struct ConstantInput {
    /// The dimension's code.
    pub dimension: String,
    /// Its one code.
    pub code: String,
}

impl ColumnsInput {
    pub fn columns(self) -> Result<Columns> {
        let usual = Columns::default();
        let mut bounds = Bounds::default();
        let names = |of: &[ConstantInput]| of.iter().map(|one| one.dimension.clone()).collect::<Vec<_>>();
        let headed: Vec<_> = self.dimensions.iter().map(|named| named.dimension.clone()).collect();
        bounds.distinct("input.columns.dimensions", &headed);
        bounds.distinct("input.columns.constants", &names(&self.constants));
        let period = match (self.period, self.first_day, self.last_day) {
            (None, None, None) => usual.period,
            (Some(header), None, None) => PeriodColumns::One(header),
            (None, Some(first), Some(last)) => PeriodColumns::Days { first, last },
            _ => {
                bounds.add(
                    Reason::Malformed,
                    "input.columns.period",
                    say!(
                        "nombre `period`, o bien `firstDay` y `lastDay`",
                        "name either `period` or both `firstDay` and `lastDay`"
                    ),
                );
                usual.period
            }
        };
        let mark =
            |text: &str| text.chars().next().filter(|mark| text.len() == mark.len_utf8()).unwrap_or('?');
        let numbers = self.numbers.map_or(usual.numbers, |numbers| Numbers {
            decimal: mark(&numbers.decimal),
            thousands: numbers.thousands.as_deref().map(mark),
        });
        let dates = self.dates.map(DateForm::try_from).transpose().unwrap_or_else(|say| {
            bounds.add(Reason::Malformed, "input.columns.dates", say);
            None
        });
        let codes = |of: Vec<ConstantInput>| of.into_iter().map(|one| (one.dimension, one.code)).collect();
        let mut translations: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for TranslationInput { dimension, text, code } in self.translations {
            translations.entry(dimension).or_default().insert(text, code);
        }
        let across = self.across.into_iter().map(|across| Across {
            header: across.header,
            period: across.period,
            codes: codes(across.codes),
        });
        let columns = Columns {
            dimensions: self.dimensions.into_iter().map(|named| (named.dimension, named.header)).collect(),
            constants: codes(self.constants),
            translations,
            period,
            value: self.value.unwrap_or(usual.value),
            across: across.collect(),
            skip_blank: self.skip_blank,
            status: self.status,
            ignored: self.ignored,
            ignore_others: self.ignore_others,
            encoding: self.encoding,
            numbers,
            dates,
            sheet: self.sheet,
            header_row: u32::try_from(self.header_row).unwrap_or_default(),
            cached_values: self.cached_values,
        };
        columns.check("input.columns", &mut bounds);
        bounds.done()?;
        Ok(columns)
    }
}
