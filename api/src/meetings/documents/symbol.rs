//! The symbol of a document by the rule of its series: `RMMH/2025/3/Rev.1`. What is not for
//! everybody is counted apart (`RMMH/2025/L.2`, `RMMH/2025/R.1`), so that the numbers of what
//! somebody sees tell nothing of what they do not.

use chrono::Datelike;

use super::row::Distribution;
use crate::meetings::MeetingContent;

pub fn of(content: &MeetingContent, distribution: Distribution, number: i32, revision: i32) -> String {
    let year = content.sessions.first().map_or(0, |session| session.starts_at.year());
    let apart = match distribution {
        Distribution::General => "",
        Distribution::Limited => "L.",
        Distribution::Restricted => "R.",
    };
    let series = series(content.series.as_deref().unwrap_or_default());
    let held = content.number.as_deref().map(code).filter(|held| !held.is_empty());
    let held = held.map(|held| format!("-{held}")).unwrap_or_default();
    let revised = if revision > 0 { format!("/Rev.{revision}") } else { String::new() };
    format!("{series}{held}/{year}/{apart}{number}{revised}")
}

/// The abbreviation of a series: itself if it is one, else the first letters of its words that are
/// written with a capital.
fn series(name: &str) -> String {
    let is_code = (2..=12).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-');
    if is_code {
        return name.into();
    }
    let initials =
        name.split_whitespace().filter_map(|word| word.chars().next()).filter(|c| c.is_uppercase());
    let code: String = initials.filter_map(plain).take(12).collect();
    if code.len() < 2 { "DOC".into() } else { code }
}

fn code(number: &str) -> String {
    number.chars().filter_map(plain).take(12).collect()
}

fn plain(c: char) -> Option<char> {
    let c = match c {
        'Á' => 'A',
        'É' => 'E',
        'Í' => 'I',
        'Ó' => 'O',
        'Ú' => 'U',
        'Ñ' => 'N',
        other => other.to_ascii_uppercase(),
    };
    c.is_ascii_alphanumeric().then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_abbreviated_by_its_capitals() {
        for (name, expected) in [
            ("RMMH", "RMMH"),
            ("CRM-2", "CRM-2"),
            ("Reunión Ministerial sobre Movilidad Humana", "RMMH"),
            ("Ámbito de Órganos", "AO"),
            ("reuniones", "DOC"),
            ("", "DOC"),
            ("../X/Y", "DOC"),
        ] {
            assert_eq!(series(name), expected, "{name}");
        }
        assert_eq!(code("XXVI (bis)/.."), "XXVIBIS");
    }
}
