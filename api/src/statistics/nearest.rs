//! What was probably meant: the known word nearest to one that is not known.

use crate::text::fold;

/// The nearest of the words, if one is near enough that naming it helps rather than misleads.
pub fn nearest<'a>(meant: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let meant: Vec<char> = fold(meant).chars().take(80).collect();
    let enough = (meant.len() / 3).max(1);
    words
        .into_iter()
        .map(|word| (distance(&meant, &fold(word).chars().take(80).collect::<Vec<_>>()), word))
        .filter(|(distance, _)| *distance <= enough && *distance < meant.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// How many characters must be added, dropped or replaced (Levenshtein).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut corner = above[0];
        above[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = corner + usize::from(from != to);
            corner = above[j + 1];
            above[j + 1] = replaced.min(corner + 1).min(above[j] + 1);
        }
    }
    above[b.len()]
}
