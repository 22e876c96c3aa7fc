//! What reading a file found, as clients see it. Translation only.

use async_graphql::SimpleObject;

use crate::{
    statistics::{
        comparing::Change,
        figure,
        reading::{Report, RowProblem},
        totals::Disagreement,
    },
    text::Lang,
};

/// What reading a file found.
#[derive(SimpleObject)]
pub struct ImportReport {
    /// Whether nothing was to be stored.
    dry_run: bool,
    /// Rows of figures that were read.
    rows_read: u64,
    /// Rows without a problem.
    accepted: u64,
    /// Rows with one. Nothing is imported while there are any.
    refused: u64,
    /// All problems, also those not listed.
    problem_count: u64,
    /// The first 200 problems, in the order of the file.
    problems: Vec<ImportProblem>,
    /// The earliest period (ISO 8601).
    first_period: Option<String>,
    /// The latest period (ISO 8601).
    last_period: Option<String>,
    /// The sum of all accepted figures, whatever they count: to hold against a sum of your own.
    /// An exact decimal, as text.
    total: String,
    /// The number of the vintage that was made of this very file; importing it once more needs `again`.
    imported_before: Option<u32>,
    /// What it changes of the last vintage; none if there is none, or while there are problems.
    difference: Option<VintageDifference>,
    /// Totals that were held against their parts.
    totals_checked: u64,
    /// Totals that are not the sum of their parts: the first 100, by rule. Each rule named here needs an
    /// override, or other figures.
    disagreements: Vec<CrossTotalDisagreement>,
    /// All of them, also those not listed.
    disagreement_count: u64,
    /// Rules of which there were more totals than are held at once: they were not checked.
    unchecked_rules: Vec<String>,
}

/// What a vintage changes of the one before.
#[derive(SimpleObject)]
pub struct VintageDifference {
    /// Figures that were not there before.
    added: u64,
    /// Figures that are not there any more.
    removed: u64,
    /// Figures with another value or another status.
    revised: u64,
    /// Figures that stay as they were.
    unchanged: u64,
    /// The 20 revised figures that change most.
    largest: Vec<FigureChange>,
}

/// A figure as it was and as it will be.
#[derive(SimpleObject)]
pub struct FigureChange {
    /// Its codes, in the order of the dimensions.
    codes: Vec<String>,
    /// Its period (ISO 8601).
    period: String,
    /// The value in the last vintage, an exact decimal; none if it had none.
    before: Option<String>,
    /// The status in the last vintage.
    status_before: String,
    /// The value now.
    after: Option<String>,
    /// The status now.
    status_after: String,
}

/// A stated total that is not the sum of its parts.
#[derive(SimpleObject)]
pub struct CrossTotalDisagreement {
    /// The name of the rule, such as `SEX: _T = F + M`.
    rule: String,
    /// The codes of the total, in the order of the dimensions.
    codes: Vec<String>,
    /// Its period (ISO 8601).
    period: String,
    /// What the file says.
    stated: String,
    /// What the parts add up to.
    sum: String,
}

/// Something in a file that you can mend.
#[derive(SimpleObject)]
pub struct ImportProblem {
    /// The line of the file; the header is 1.
    row: u64,
    /// The column's header.
    column: String,
    /// What stands there, cut at 80 characters.
    value: String,
    /// A stable code, listed in `schema/errors.txt`.
    code: &'static str,
    /// What is wrong and what would be right, in your language.
    message: String,
    /// What was probably meant.
    suggestion: Option<String>,
}

impl ImportReport {
    pub fn of(
        report: &Report,
        decimals: u8,
        imported_before: Option<u32>,
        dry_run: bool,
        lang: Lang,
    ) -> Self {
        let exact = |sum: i128| {
            i64::try_from(sum).map_or_else(|_| sum.to_string(), |sum| figure::write(sum, decimals))
        };
        let problem = |problem: &RowProblem| ImportProblem {
            row: problem.row,
            column: problem.column.clone(),
            value: problem.value.clone(),
            code: problem.reason.code(),
            message: problem.say.to(lang).into(),
            suggestion: problem.suggestion.clone(),
        };
        let value = |value: Option<i64>| value.map(|value| figure::write(value, decimals));
        let change = |change: &Change| FigureChange {
            codes: change.codes.clone(),
            period: change.period.to_string(),
            before: value(change.before.0),
            status_before: change.before.1.to_string(),
            after: value(change.after.0),
            status_after: change.after.1.to_string(),
        };
        let disagreement = |found: &Disagreement| CrossTotalDisagreement {
            rule: found.rule.clone(),
            codes: found.codes.clone(),
            period: found.period.to_string(),
            stated: figure::write(found.stated, decimals),
            sum: exact(found.sum),
        };
        Self {
            dry_run,
            rows_read: report.rows_read,
            accepted: report.accepted,
            refused: report.refused,
            problem_count: report.problem_count,
            problems: report.problems.iter().map(problem).collect(),
            first_period: report.first_period.map(|period| period.to_string()),
            last_period: report.last_period.map(|period| period.to_string()),
            total: exact(report.total),
            imported_before,
            difference: report.difference.as_ref().map(|difference| VintageDifference {
                added: difference.added,
                removed: difference.removed,
                revised: difference.revised,
                unchanged: difference.unchanged,
                largest: difference.largest.iter().map(change).collect(),
            }),
            totals_checked: report.totals.checked,
            disagreements: report.totals.disagreements.iter().map(disagreement).collect(),
            disagreement_count: report.totals.counts.values().sum(),
            unchecked_rules: report.totals.unchecked.clone(),
        }
    }
}
