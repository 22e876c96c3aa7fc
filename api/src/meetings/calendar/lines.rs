//! Content lines of iCalendar (RFC 5545, 3.1): folded at 75 octets, never within a character, each
//! ended by CRLF.
//!
//! Of the libraries at hand one writes an invented UID and the machine's time into every part of a
//! time zone, and the one that knows time zones has a licence that does not fit; a line is little.

/// The most octets of a line, its end aside.
const LONGEST: usize = 75;

/// Adds a line, such as `line(out, "DTSTART;TZID=Europe/Madrid", "20250330T090000")`. The value is
/// taken as it is.
pub fn line(out: &mut String, name: &str, value: &str) {
    let mut room = LONGEST;
    for character in name.chars().chain([':']).chain(value.chars()) {
        // What would begin another line is left out, wherever it came from.
        if character.is_control() && character != '\t' {
            continue;
        }
        let octets = character.len_utf8();
        if octets > room {
            out.push_str("\r\n ");
            room = LONGEST - 1;
        }
        out.push(character);
        room -= octets;
    }
    out.push_str("\r\n");
}

/// Adds a line whose value is written text (RFC 5545, 3.3.11).
pub fn text(out: &mut String, name: &str, value: &str) {
    let mut escaped = String::with_capacity(value.len() + 8);
    for character in value.replace("\r\n", "\n").chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' | '\r' => escaped.push_str("\\n"),
            other => escaped.push(other),
        }
    }
    line(out, name, &escaped);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_characters() {
        let mut out = String::new();
        text(&mut out, "SUMMARY", &"ñ€𝄞,".repeat(60));
        assert!(out.split("\r\n").all(|line| line.len() <= LONGEST), "{out}");
        assert_eq!(out.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", "ñ€𝄞\\,".repeat(60)));
    }

    #[test]
    fn nothing_that_is_written_begins_a_line_of_its_own() {
        let mut out = String::new();
        text(&mut out, "SUMMARY", "a\r\nEND:VCALENDAR\rb\nc\\n;\u{b}\u{0}\u{85}d");
        assert_eq!(out, "SUMMARY:a\\nEND:VCALENDAR\\nb\\nc\\\\n\\;d\r\n");
        let mut out = String::new();
        line(&mut out, "DTSTART;TZID=A\r\nB", "1\n2");
        assert_eq!(out, "DTSTART;TZID=AB:12\r\n");
    }
}
