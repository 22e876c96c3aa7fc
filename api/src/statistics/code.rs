//! The codes of dimensions, and which of them must not be added together.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::age::AgeBand;
use crate::{say, text::Say};

/// SDMX: the total over the dimension.
pub const TOTAL: &str = "_T";
/// SDMX: other than the codes listed. `_O_CA` is one kind of other.
pub const OTHER: &str = "_O";

/// The longest code, in characters.
pub const LONGEST: usize = 64;

/// What the codes of a dimension stand for, which decides which of them overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DimensionRole {
    /// Codes exclude one another; only the total contains others.
    #[default]
    Plain,
    /// Codes are age bands.
    Age,
    /// Codes are areas: `MX` contains `MX-PUE`.
    Area,
    /// Codes are never added to one another: what is counted, its unit, the part an area plays. Events are
    /// not persons, and whoever left Puebla arrived in Tamaulipas.
    Apart,
}

/// A code as it is kept: trimmed, composed (NFC), printable, 1 to 64 characters.
pub fn tidy(text: &str) -> Result<String, Say> {
    let code: String = text.trim().nfc().collect();
    if code.is_empty() {
        return Err(say!(
            "falta el código; si la cifra es de todos, escriba `_T`; si no se sabe, `_U`",
            "the code is missing; if the figure is for all, write `_T`; if it is not known, `_U`"
        ));
    }
    if code.chars().count() > LONGEST {
        return Err(say!(
            "un código tiene a lo más {LONGEST} caracteres",
            "a code has at most {LONGEST} characters"
        ));
    }
    if code.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Err(say!(
            "el código contiene un carácter que no se ve; escríbalo de nuevo",
            "the code contains a character that does not show; type it again"
        ));
    }
    Ok(code)
}

/// Two codes that look alike and differ would be two series.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether the code fits the role, beyond being [`tidy`].
pub fn suits(role: DimensionRole, code: &str) -> Result<(), Say> {
    if role == DimensionRole::Age && !is_special(code) && AgeBand::parse(code).is_none() {
        return Err(say!(
            "no es una banda de edad: escriba `Y0T11`, `Y12T17`, `Y18T`, `Y_LT5`, `Y30`, o `_T`, `_U`",
            "not an age band: write `Y0T11`, `Y12T17`, `Y18T`, `Y_LT5`, `Y30`, or `_T`, `_U`"
        ));
    }
    Ok(())
}

/// `_T`, `_U`, `_O`, `_Z`, `_N` and their kinds (`_O_CA`).
fn is_special(code: &str) -> bool {
    let mut rest = code.strip_prefix('_').unwrap_or_default().chars();
    rest.next().is_some_and(|c| c.is_ascii_alphabetic()) && rest.next().is_none_or(|c| c == '_')
}

/// The listed code that a special code is a kind of: `_O` of `_O_CA`.
pub fn special_head(code: &str) -> Option<&str> {
    is_special(code).then(|| &code[..2])
}

/// Contains every other code, or may: a total, and in a dimension of ages whatever is not a band.
fn is_whole(role: DimensionRole, code: &str) -> bool {
    code == TOTAL
        || code.starts_with("_T_")
        || code.eq_ignore_ascii_case("total")
        || role == DimensionRole::Apart
        || suits(role, code).is_err()
}

/// The code's place among areas, or among the kinds of a special code: whatever begins with it lies inside.
/// Without regard to case, since `us` beside `US` is one country written twice.
fn branch(role: DimensionRole, code: &str) -> Vec<String> {
    let code = code.to_uppercase();
    if is_special(&code) {
        let (head, kind) = code.split_at(2);
        return std::iter::once(head)
            .chain(kind.split('_').filter(|k| !k.is_empty()))
            .map(Into::into)
            .collect();
    }
    match role {
        DimensionRole::Area => code.split('-').map(Into::into).collect(),
        _ => vec![code],
    }
}

/// Whether some person or event may be counted under both codes of one dimension. In doubt, yes.
pub fn overlapping(role: DimensionRole, a: &str, b: &str) -> bool {
    if is_whole(role, a) || is_whole(role, b) {
        return true;
    }
    if role == DimensionRole::Age
        && let (Some(a), Some(b)) = (AgeBand::parse(a), AgeBand::parse(b))
    {
        return a.overlaps(b);
    }
    let (a, b) = (branch(role, a), branch(role, b));
    a.starts_with(&b) || b.starts_with(&a)
}

/// Whether everything under the first code lies inside the second: a state in its country, a band in a wider one,
/// whatever is no total in the total.
pub fn inside(role: DimensionRole, code: &str, wider: &str) -> bool {
    if is_whole(role, wider) {
        return role != DimensionRole::Apart && !is_whole(role, code);
    }
    if is_whole(role, code) {
        return false;
    }
    if role == DimensionRole::Age
        && let (Some(band), Some(wider)) = (AgeBand::parse(code), AgeBand::parse(wider))
    {
        return wider.contains(band);
    }
    branch(role, code).starts_with(&branch(role, wider))
}

/// A code as a stretch of a line: two codes overlap exactly when their stretches do. So whether a set of codes
/// holds an overlapping pair is seen in one sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: u32,
    pub to: u32,
}

/// Where special codes begin on the line of ages, beyond every age in months.
const BEYOND_AGES: u32 = 10_000;

pub fn spans<'a>(role: DimensionRole, codes: impl Iterator<Item = &'a str> + Clone) -> Vec<Span> {
    let branches: Vec<Vec<String>> =
        codes.clone().map(|code| branch(role, code)).collect::<BTreeSet<_>>().into_iter().collect();
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX - 1 - BEYOND_AGES) + BEYOND_AGES;
    codes
        .map(|code| {
            if is_whole(role, code) {
                return Span { from: 0, to: u32::MAX };
            }
            if role == DimensionRole::Age
                && let Some(band) = AgeBand::parse(code)
            {
                return Span { from: band.from, to: band.to };
            }
            let branch = branch(role, code);
            let from = branches.partition_point(|other| *other < branch);
            let inside = branches[from..].partition_point(|other| other.starts_with(&branch));
            Span { from: place(from), to: place(from + inside) }
        })
        .collect()
}
