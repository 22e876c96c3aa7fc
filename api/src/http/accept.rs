//! Which of several media types a client prefers (RFC 9110, 12.5.1).

use axum::http::{HeaderMap, header};

/// The place among `offers` of what the `Accept` header wants most; the first if it does not say, none if it wants
/// nothing that there is. An offer is a media type and, where it has several, its version. A range with another
/// version is another type; `2.0.0+` and `2+.0.0` take later ones as well (SDMX).
pub(super) fn preferred(headers: &HeaderMap, offers: &[(&str, Option<&str>)]) -> Option<usize> {
    let wanted: Vec<&str> =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let wanted = wanted.join(",");
    if wanted.trim().is_empty() {
        return Some(0);
    }
    let fits = offers.iter().enumerate().filter_map(|(at, offer)| Some((fit(&wanted, *offer)?, at)));
    let best = fits
        .filter(|((weight, ..), _)| *weight > 0.0)
        .max_by(|((a, x, i), m), ((b, y, j), n)| a.total_cmp(b).then(x.cmp(y)).then(j.cmp(i)).then(n.cmp(m)));
    best.map(|(_, at)| at)
}

/// How well the most exact range fits: its weight, its exactness, and where it stands.
fn fit(wanted: &str, (media_type, version): (&str, Option<&str>)) -> Option<(f32, u8, usize)> {
    let ranges = wanted.split(',').take(64).enumerate().filter_map(|(at, range)| {
        let mut parts = range.split(';').map(|part| part.trim().to_ascii_lowercase());
        let named = parts.next()?;
        let exactness = match named.as_str() {
            "*/*" => 0,
            named if named == media_type => 2,
            named
                if named
                    .strip_suffix("/*")
                    .is_some_and(|kind| media_type.starts_with(&format!("{kind}/"))) =>
            {
                1
            }
            _ => return None,
        };
        let mut weight = 1.0;
        for part in parts {
            match part.split_once('=').map(|(name, value)| (name.trim(), value.trim().trim_matches('"'))) {
                Some(("q", q)) => weight = q.parse().ok().filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0),
                Some(("charset", charset)) if charset != "utf-8" => return None,
                Some(("version", asked)) if version.is_some_and(|version| !takes(asked, version)) => {
                    return None;
                }
                _ => {}
            }
        }
        Some((weight, exactness, if exactness == 2 { at } else { 0 }))
    });
    ranges.max_by_key(|(_, exactness, at)| (*exactness, usize::MAX - at))
}

fn takes(asked: &str, version: &str) -> bool {
    let plain = asked.replace('+', "");
    let major = |text: &str| text.split('.').next().map(str::to_owned);
    let same = plain == version || version.strip_suffix(".0") == Some(&plain);
    same || (asked.contains('+') && major(&plain) == major(version) && *plain < *version)
}
