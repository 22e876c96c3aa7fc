//! Words on paper, in one language or in each.

use serde::Serialize;

use crate::text::{Lang, Say, Text};

/// Words: the same in all languages, or each language's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Words {
    Same(String),
    Each {
        es: String,
        /// None where there is no translation: Spanish stands there then, and looks so.
        #[serde(skip_serializing_if = "Option::is_none")]
        en: Option<String>,
    },
}

/// What stands in a table: words, or several of which the first count most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    One(Words),
    Several(Vec<Words>),
}

impl Words {
    pub fn both(es: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Each { es: es.into(), en: Some(en.into()) }
    }

    /// Nothing to say.
    pub fn none() -> Self {
        Self::Same(String::new())
    }

    fn own(&self, lang: Lang) -> Option<&str> {
        match (self, lang) {
            (Self::Same(words), _) => Some(words),
            (Self::Each { es, .. }, Lang::Es) => Some(es),
            (Self::Each { en, .. }, Lang::En) => en.as_deref(),
        }
    }

    /// In a language, or in Spanish where there is no translation.
    pub fn to(&self, lang: Lang) -> &str {
        self.own(lang).or_else(|| self.own(Lang::Es)).unwrap_or_default()
    }

    /// All of them, one after the other.
    pub fn joined(all: &[Words], between: &str) -> Self {
        if all.iter().all(|words| matches!(words, Self::Same(_))) {
            let words: Vec<&str> = all.iter().map(|words| words.to(Lang::Es)).collect();
            return Self::Same(words.join(between));
        }
        let in_lang = |lang| all.iter().map(|words| words.to(lang)).collect::<Vec<_>>().join(between);
        Self::both(in_lang(Lang::Es), in_lang(Lang::En))
    }

    /// With a label before it.
    pub fn labelled(&self, es: &str, en: &str) -> Self {
        match self {
            Self::Each { es: own, en: None } => Self::Each { es: format!("{es}: {own}"), en: None },
            _ => Self::both(format!("{es}: {}", self.to(Lang::Es)), format!("{en}: {}", self.to(Lang::En))),
        }
    }

    /// With the groups of its numbers kept in one line.
    pub fn with_whole_numbers(self) -> Self {
        let kept = |words: String| {
            let letters: Vec<char> = words.chars().collect();
            let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
            let group = |at: usize| at > 0 && digit(at - 1) && (at + 1..=at + 3).all(digit) && !digit(at + 4);
            let whole = letters.iter().enumerate();
            whole.map(|(at, letter)| if *letter == ' ' && group(at) { '\u{a0}' } else { *letter }).collect()
        };
        match self {
            Self::Same(words) => Self::Same(kept(words)),
            Self::Each { es, en } => Self::Each { es: kept(es), en: en.map(kept) },
        }
    }

    /// With a capital at the beginning, as a heading has it.
    pub fn capital(self) -> Self {
        let raise = |words: String| {
            let mut letters = words.chars();
            let first = letters.next().map(|first| first.to_uppercase().collect::<String>());
            first.unwrap_or_default() + letters.as_str()
        };
        match self {
            Self::Same(words) => Self::Same(raise(words)),
            Self::Each { es, en } => Self::Each { es: raise(es), en: en.map(raise) },
        }
    }

    /// A whole number, in groups of three.
    pub fn count(number: impl Into<i64>) -> Self {
        let digits = number.into().to_string();
        Self::both(unbroken(&grouped(&digits, Lang::Es)), grouped(&digits, Lang::En))
    }

    /// An amount of money: a decimal and its currency.
    pub fn money(amount: &str, currency: &str) -> Self {
        let (whole, part) = match amount.split_once('.') {
            Some((whole, part)) => (whole, format!(".{part}")),
            None => (amount, String::new()),
        };
        let written = |lang| unbroken(&format!("{}{part} {currency}", grouped(whole, lang)));
        Self::both(written(Lang::Es), written(Lang::En))
    }
}

/// In one line.
fn unbroken(number: &str) -> String {
    number.replace(' ', "\u{a0}")
}

/// Whole numbers in groups of three: with a space in Spanish, with a comma in English.
pub fn grouped(number: &str, lang: Lang) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mark = if lang == Lang::Es { ' ' } else { ',' };
    let mut words = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            words.push(mark);
        }
        words.push(digit);
    }
    words
}

impl From<&str> for Words {
    fn from(words: &str) -> Self {
        Self::Same(words.to_owned())
    }
}

impl From<String> for Words {
    fn from(words: String) -> Self {
        Self::Same(words)
    }
}

impl From<&Text> for Words {
    fn from(text: &Text) -> Self {
        Self::Each { es: text.es.clone(), en: text.en.clone() }
    }
}

impl From<Text> for Words {
    fn from(Text { es, en, .. }: Text) -> Self {
        Self::Each { es, en }
    }
}

impl From<Say> for Words {
    fn from(Say { es, en }: Say) -> Self {
        Self::both(es, en)
    }
}

impl<W: Into<Words>> From<W> for Cell {
    fn from(words: W) -> Self {
        Self::One(words.into())
    }
}

impl Cell {
    /// Nothing to say.
    pub fn none() -> Self {
        Self::One(Words::none())
    }

    /// The first, and below it those of the rest that say something.
    pub fn several(first: impl Into<Words>, more: Vec<Option<Words>>) -> Self {
        let more = more.into_iter().flatten().filter(|words| !words.to(Lang::Es).trim().is_empty());
        Self::Several(std::iter::once(first.into()).chain(more).collect())
    }
}
