//! Texts as they can be set. What has no shape on paper, or would make the rest read otherwise than it was written
//! (controls, marks that turn the direction of writing), stands as a replacement character; a word that is longer than a
//! line may be broken.

use serde_json::Value;

/// Longest run of characters without a place to break, and how often there is one in a longer run.
const LONGEST_RUN: usize = 24;
const BREAK_EVERY: usize = 12;
/// Most marks upon one letter.
const MOST_MARKS: usize = 4;
/// A place where a line may end, without a width.
const BREAK: char = '\u{200b}';
/// A place where no line ends. Spanish says a hyphen again on the next line, which would make another code or address
/// of what is printed.
const UNBROKEN: char = '\u{2060}';
const REPLACEMENT: char = '\u{fffd}';

/// Every text of the document.
pub fn clean(value: &mut Value) {
    match value {
        Value::String(text) => *text = cleaned(text),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(fields) => fields.values_mut().for_each(clean),
        _ => {}
    }
}

fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.split_inclusive(char::is_whitespace).map(word).collect()
}

/// One word, and the white space after it.
fn word(word: &str) -> String {
    let numbered = word.chars().any(char::is_numeric);
    let long = word.chars().filter(|c| !is_mark(*c)).count() > LONGEST_RUN;
    let (mut set, mut letters, mut marks) = (String::with_capacity(word.len()), 0, 0);
    for c in word.chars().map(shown) {
        if is_mark(c) {
            marks += 1;
            if marks <= MOST_MARKS {
                set.push(c);
            }
            continue;
        }
        if long && letters > 0 && letters % BREAK_EVERY == 0 && !c.is_whitespace() {
            set.push(BREAK);
        }
        (letters, marks) = (letters + 1, 0);
        set.push(c);
        if c == '-' && (long || numbered) {
            set.push(UNBROKEN);
        }
    }
    set
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn shown(c: char) -> char {
    match c {
        '\n' => c,
        '\t' | '\u{2028}' | '\u{2029}' | '\u{85}' => ' ',
        // Marks of direction, joiners that hide, what Unicode gives to nobody or to private use.
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{f0000}'..='\u{10ffff}' => REPLACEMENT,
        '\u{e0000}'..='\u{effff}' => REPLACEMENT,
        c if c.is_control() || (u32::from(c) & 0xfffe) == 0xfffe => REPLACEMENT,
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{BREAK, cleaned};

    #[test]
    fn a_text_keeps_its_letters_and_loses_what_has_no_shape() {
        assert_eq!(cleaned("Cañón, ñandú\tÀ\r\nfin"), "Cañón, ñandú À\nfin");
        assert_eq!(cleaned("a\u{202e}b\u{0}c"), "a\u{fffd}b\u{fffd}c");
        let long = cleaned(&"x".repeat(60));
        assert_eq!(long.replace(BREAK, ""), "x".repeat(60));
        assert!(long.split(BREAK).all(|piece| piece.len() <= 12));
        let piled = cleaned(&format!("a{}", "\u{301}".repeat(500)));
        assert!(piled.chars().count() < 10, "{piled}");
    }
}
