//! The money of a plan in all, each currency by itself.

use async_graphql::SimpleObject;

use super::means::BudgetLine;
use crate::statistics::figure;

/// The money of a plan in one currency.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
#[graphql(name = "PlanBudgetTotal")]
pub struct BudgetTotal {
    /// The currency, ISO 4217.
    pub currency: String,
    /// The amount, as a decimal.
    pub amount: String,
    /// What of it is said to be committed.
    pub committed: String,
    /// What of it is said to be spent.
    pub executed: String,
}

/// A total for each currency, in the order in which the lines name them. A line that is part of another counts with
/// that one; where only the parts say what is committed or spent, theirs counts.
pub fn totals(lines: &[BudgetLine]) -> Vec<BudgetTotal> {
    let read = |text: &str| figure::parse(text, 2).unwrap_or_default();
    let mut currencies: Vec<&str> = Vec::new();
    for line in lines {
        if !currencies.contains(&line.currency.as_str()) {
            currencies.push(&line.currency);
        }
    }
    let total = |currency: &str| {
        let tops = lines.iter().filter(|line| line.currency == currency && line.under.is_none());
        let mut sums = [0i64; 3];
        for line in tops {
            let said = [
                Some(read(&line.amount)),
                spent(lines, line, &|line| line.committed.as_deref(), 0),
                spent(lines, line, &|line| line.executed.as_deref(), 0),
            ];
            for (sum, said) in sums.iter_mut().zip(said) {
                *sum = sum.saturating_add(said.unwrap_or_default());
            }
        }
        let [amount, committed, executed] = sums.map(|sum| figure::write(sum, 2));
        BudgetTotal { currency: currency.into(), amount, committed, executed }
    };
    currencies.into_iter().map(total).collect()
}

/// What a line says, else what its parts say together.
fn spent(
    lines: &[BudgetLine],
    line: &BudgetLine,
    said: &impl Fn(&BudgetLine) -> Option<&str>,
    deep: usize,
) -> Option<i64> {
    if let Some(text) = said(line) {
        return Some(figure::parse(text, 2).unwrap_or_default());
    }
    if deep > lines.len() {
        return None;
    }
    let parts = lines.iter().filter(|part| part.under.as_deref() == Some(line.key.as_str()));
    parts.filter_map(|part| spent(lines, part, said, deep + 1)).reduce(i64::saturating_add)
}
