//! Text in a plan is plain text: no markup, so that whatever shows it may show it as it stands.

use std::fmt::Display;

use crate::{bounds::Bounds, error::Reason, say, text::Text};

/// What begins a tag, a comment or a character reference of HTML. `< 500` and `R&D` are plain text.
fn is_markup(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        b'<' => bytes
            .get(at + 1)
            .is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?')),
        b'&' => {
            let reference: Vec<u8> =
                bytes[at + 1..].iter().copied().take(33).take_while(|byte| *byte != b';').collect();
            let ends = bytes.get(at + 1 + reference.len()) == Some(&b';');
            let named = reference.len() > 1
                && reference.first().is_some_and(u8::is_ascii_alphabetic)
                && reference.iter().all(u8::is_ascii_alphanumeric);
            let numbered = reference.first() == Some(&b'#') && reference.len() > 1;
            ends && (named || numbered)
        }
        _ => false,
    })
}

fn plain(bounds: &mut Bounds, path: String, text: &str) {
    if is_markup(text) {
        bounds.add(
            Reason::Malformed,
            path,
            say!(
                "contiene etiquetas o entidades de HTML; escriba solo texto",
                "holds tags or entities of HTML; write plain text only"
            ),
        );
    }
}

pub(super) fn words(bounds: &mut Bounds, path: impl Display, text: &Text, longest: usize) {
    bounds.words(&path, text, longest);
    plain(bounds, format!("{path}.es"), &text.es);
    if let Some(en) = &text.en {
        plain(bounds, format!("{path}.en"), en);
    }
}

pub(super) fn words_if(bounds: &mut Bounds, path: impl Display, text: Option<&Text>, longest: usize) {
    if let Some(text) = text {
        words(bounds, path, text, longest);
    }
}

/// A short text that may be left out, in one language for all.
pub(super) fn line(bounds: &mut Bounds, path: impl Display, text: Option<&str>, longest: usize) {
    bounds.optional(&path, text, longest);
    if let Some(text) = text {
        plain(bounds, path.to_string(), text);
    }
}
