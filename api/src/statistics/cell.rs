//! A field of a CSV file that a spreadsheet opens.
//!
//! A text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return is a formula to a spreadsheet, whoever
//! wrote it (CWE-1236). Such a text gets an apostrophe before it, and loses it again where it is read; one that
//! begins with apostrophes before such a sign gets one more, so that what is read is always what was written.

use std::borrow::Cow;

/// The text as a cell of it is written.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if begins_a_formula(text.trim_start_matches('\'')) { format!("'{text}").into() } else { text.into() }
}

/// The text of a cell, as it was before it was [`guarded`].
pub fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if begins_a_formula(text.trim_start_matches('\'')) => text,
        _ => cell,
    }
}

fn begins_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}
