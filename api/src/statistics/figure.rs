//! How a figure is written. It is kept as a whole number of its last decimal: 12.5 with one decimal is 125.

use crate::{error::Reason, say, text::Say};

/// Why a text is not a figure, and which one was probably meant.
#[derive(Clone, Debug)]
pub struct NotAFigure {
    pub reason: Reason,
    pub say: Say,
    pub suggestion: Option<String>,
}

/// Digits, and at most `decimals` more after a point. No thousands separators, signs or exponents.
pub fn parse(text: &str, decimals: u8) -> Result<i64, NotAFigure> {
    let refuse = |reason, say, suggestion| Err(NotAFigure { reason, say, suggestion });
    if let Some(rest) = text.strip_prefix(['-', '−'])
        && plain(rest).is_some()
    {
        return refuse(
            Reason::OutOfRange,
            say!("una cuenta no puede ser negativa", "a count cannot be negative"),
            None,
        );
    }
    let Some((whole, fraction)) = plain(text) else {
        return refuse(
            Reason::NotANumber,
            say!(
                "no es un número: escriba solo cifras, sin separador de miles, y punto para los decimales",
                "not a number: write digits only, without thousands separators, and a point for decimals"
            ),
            probably(text, decimals),
        );
    };
    if fraction.len() > decimals.into() {
        let whole_number = fraction.bytes().all(|b| b == b'0').then(|| whole.to_owned());
        return refuse(
            Reason::NotANumber,
            match decimals {
                0 => say!("debe ser un número entero", "must be a whole number"),
                _ => say!("tiene más de {decimals} decimales", "has more than {decimals} decimals"),
            },
            whole_number.or_else(|| probably(text, decimals)),
        );
    }
    let digits = format!("{whole}{fraction:0<width$}", width = decimals.into());
    digits.parse().or_else(|_| {
        refuse(
            Reason::NotANumber,
            say!("es mayor que lo que se puede guardar", "is larger than can be stored"),
            None,
        )
    })
}

/// The text of a figure, with all its decimals.
pub fn write(value: i64, decimals: u8) -> String {
    let width = usize::from(decimals);
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = width + 1);
    let (whole, fraction) = digits.split_at(digits.len() - width);
    let sign = if value < 0 { "-" } else { "" };
    if width == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

fn plain(text: &str) -> Option<(&str, &str)> {
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    (!whole.is_empty() && digits(whole) && digits(fraction)).then_some((whole, fraction))
}

/// `1,234` and `1 234` and, where there are no decimals, `1.234` were thousands; `12,5` had a comma for the point.
fn probably(text: &str, decimals: u8) -> Option<String> {
    let mark = text.chars().find(|c| !c.is_ascii_digit())?;
    let groups: Vec<&str> = text.split(mark).collect();
    let thousands = matches!(mark, ',' | ' ' | '\'' | '.' | '\u{a0}' | '\u{202f}')
        && (1..=3).contains(&groups[0].len())
        && groups[1..].iter().all(|group| group.len() == 3)
        && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_digit()));
    if thousands && (decimals == 0 || groups.len() > 2 || !matches!(mark, ',' | '.')) {
        return Some(groups.concat());
    }
    let point = text.replacen(',', ".", 1);
    (point != text && !thousands && parse(&point, decimals).is_ok()).then_some(point)
}
