//! What became of a file.

use serde::{Deserialize, Serialize};

use crate::{
    error::Reason,
    statistics::{comparing::Difference, gathering::Summary, period::Period, totals::Totals},
    text::Say,
};

/// So many problems are told; all are counted.
pub const MOST_TOLD: usize = 200;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// Without the header.
    pub rows_read: u64,
    pub accepted: u64,
    pub refused: u64,
    /// The first by line, at most [`MOST_TOLD`].
    pub problems: Vec<RowProblem>,
    /// How many there are in all; a row may have several.
    pub problem_count: u64,
    /// The earliest and the latest period of what was accepted.
    pub first_period: Option<Period>,
    pub last_period: Option<Period>,
    /// Of all accepted values, in units of the last decimal: to check against the office's own total.
    pub total: i128,
    /// Against the vintage of before; none if there is none, or while there are problems.
    pub difference: Option<Difference>,
    /// Of what the dataset says must add up; empty while there are problems.
    pub totals: Totals,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RowProblem {
    /// The line in the file; the header is 1.
    pub row: u64,
    /// The header; empty when it is about the whole line.
    pub column: String,
    /// What stands there, cut at 80 characters.
    pub value: String,
    pub reason: Reason,
    pub say: Say,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl RowProblem {
    pub fn of_line(row: u64, reason: Reason, say: Say) -> Self {
        Self { row, column: String::new(), value: String::new(), reason, say, suggestion: None }
    }
}

impl Report {
    /// Whether the file may be published as it is.
    pub fn is_clean(&self) -> bool {
        self.problem_count == 0
    }

    /// Whether one more problem would be told, and so is worth the search for a suggestion.
    pub(super) fn has_room(&self) -> bool {
        self.problems.len() < MOST_TOLD
    }

    pub fn tell(&mut self, problem: RowProblem) {
        self.problem_count += 1;
        if self.has_room() {
            self.problems.push(RowProblem { value: cut(&problem.value), ..problem });
        }
    }

    /// Problems that could be seen only at the end: how many, and the first by line.
    pub fn tell_late(&mut self, count: u64, problems: impl Iterator<Item = RowProblem>) {
        self.problem_count += count;
        self.problems.extend(problems);
        self.problems.sort_by_key(|problem| problem.row);
        self.problems.truncate(MOST_TOLD);
    }

    pub(super) fn describe(&mut self, summary: &Summary) {
        self.accepted = summary.observations;
        (self.first_period, self.last_period) = (summary.first, summary.last);
        self.total = summary.total;
    }
}

fn cut(value: &str) -> String {
    value.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(80).collect()
}
