//! What one version of a negotiated text says. Pure: it knows no database and no GraphQL.

use serde::{Deserialize, Serialize};

use crate::{
    bounds::{Bounds, NAME},
    clock::Moment,
    error::Reason,
    ledger::sha256,
    say,
    text::Text,
};

/// The most paragraphs of a text.
pub const MOST_PARAGRAPHS: usize = 200;
/// The longest paragraph, in characters of one language.
pub const LONGEST: usize = 3_000;
/// The longest version, in bytes of its canonical form.
pub const LARGEST: usize = 512 * 1024;

/// The paragraph's place in a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ParagraphKind {
    /// Says from what the text starts (preambular); numbered `P1`, `P2`.
    Preambular,
    /// Says what is declared or decided (operative); numbered `1`, `2`.
    Operative,
}

/// How far a paragraph is agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ParagraphState {
    /// Under negotiation.
    Open,
    /// Agreed by the negotiators, to be confirmed by their capitals (ad referéndum).
    AdReferendum,
    /// Agreed.
    Agreed,
}

/// One version, whole. The order of the fields is part of what is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    pub title: Text,
    pub paragraphs: Vec<Paragraph>,
    pub silences: Vec<Silence>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paragraph {
    /// Its name for as long as it is in the text, whatever its number.
    pub key: String,
    pub kind: ParagraphKind,
    pub state: ParagraphState,
    /// The words; `[b1]` where the bracket of that key stands.
    pub text: Text,
    pub brackets: Vec<Bracket>,
    /// When it was agreed, if by silence.
    pub by_silence: Option<Moment>,
}

/// Words that are not agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bracket {
    pub key: String,
    pub alternatives: Vec<Alternative>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    pub key: String,
    /// None: that nothing stands there.
    pub text: Option<Text>,
    /// Whose it is, ISO 3166-1 alpha-2; none for the words that stood there before.
    pub by: Option<String>,
    pub supporters: Vec<String>,
}

/// A silence procedure: what it names is agreed at its time, unless somebody breaks it before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    pub key: String,
    pub paragraphs: Vec<String>,
    pub until: Moment,
    pub broken: Option<Broken>,
    /// Whether its outcome stands in the paragraphs.
    pub kept: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Broken {
    pub country: String,
    pub at: Moment,
    pub reason: Option<Text>,
}

impl Draft {
    /// As it stands at a moment: a silence that was kept to its time has agreed what it names.
    pub fn at(mut self, now: Moment) -> Self {
        for silence in &mut self.silences {
            if silence.kept || silence.broken.is_some() || now < silence.until {
                continue;
            }
            silence.kept = true;
            for paragraph in &mut self.paragraphs {
                if silence.paragraphs.contains(&paragraph.key) {
                    paragraph.state = ParagraphState::Agreed;
                    paragraph.by_silence = Some(silence.until);
                }
            }
        }
        self
    }

    /// As those see it to whom it is shared and who negotiate nothing: without whose each alternative
    /// is, who supports it, and the silences.
    pub fn for_observers(mut self) -> Self {
        self.silences.clear();
        let brackets = self.paragraphs.iter_mut().flat_map(|paragraph| &mut paragraph.brackets);
        for alternative in brackets.flat_map(|bracket| &mut bracket.alternatives) {
            alternative.by = None;
            alternative.supporters.clear();
        }
        self
    }

    pub fn paragraph(&self, key: &str) -> Option<&Paragraph> {
        self.paragraphs.iter().find(|paragraph| paragraph.key == key)
    }

    /// The silence that is running on a paragraph, of a draft as it stands now.
    pub fn silence_on(&self, key: &str) -> Option<&Silence> {
        self.silences
            .iter()
            .find(|silence| silence.is_running() && silence.paragraphs.iter().any(|k| k == key))
    }

    /// The number of each paragraph, in order.
    pub fn numbers(&self) -> Vec<String> {
        let (mut preambular, mut operative) = (0, 0);
        let number = |paragraph: &Paragraph| match paragraph.kind {
            ParagraphKind::Preambular => {
                preambular += 1;
                format!("P{preambular}")
            }
            ParagraphKind::Operative => {
                operative += 1;
                operative.to_string()
            }
        };
        self.paragraphs.iter().map(number).collect()
    }

    /// SHA-256 of the words alone: `{"title":…,"paragraphs":[{"kind":…,"text":…}]}` without spaces.
    pub fn words_hash(&self) -> String {
        #[derive(Serialize)]
        struct Words<'a> {
            title: &'a Text,
            paragraphs: Vec<Said<'a>>,
        }
        #[derive(Serialize)]
        struct Said<'a> {
            kind: ParagraphKind,
            text: &'a Text,
        }
        let said = self.paragraphs.iter().map(|one| Said { kind: one.kind, text: &one.text });
        let words = Words { title: &self.title, paragraphs: said.collect() };
        sha256(&serde_json::to_vec(&words).expect("words are plain data"))
    }

    /// What is wrong with it.
    pub fn check(&self, path: &str, bounds: &mut Bounds) {
        bounds.words(format!("{path}.title"), &self.title, NAME);
        let most = MOST_PARAGRAPHS;
        bounds.count(format!("{path}.paragraphs"), self.paragraphs.len(), most);
        let keys: Vec<&str> = self.paragraphs.iter().map(|paragraph| paragraph.key.as_str()).collect();
        bounds.distinct(format!("{path}.paragraphs"), &keys[..keys.len().min(most)]);
        let mut operative = false;
        for (at, paragraph) in self.paragraphs.iter().take(most).enumerate() {
            let path = format!("{path}.paragraphs.{at}");
            check_key(&format!("{path}.key"), &paragraph.key, bounds);
            bounds.words(format!("{path}.text"), &paragraph.text, LONGEST);
            paragraph.check_marks(&format!("{path}.text"), bounds);
            operative |= paragraph.kind == ParagraphKind::Operative;
            if operative && paragraph.kind == ParagraphKind::Preambular {
                bounds.add(
                    Reason::OutOfRange,
                    format!("{path}.kind"),
                    say!(
                        "los párrafos preambulares van antes de los operativos",
                        "preambular paragraphs stand before the operative ones"
                    ),
                );
            }
        }
    }
}

/// The most letters of a key.
const LONGEST_KEY: usize = 32;

fn check_key(path: &str, key: &str, bounds: &mut Bounds) {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(plain) {
        bounds.add(
            Reason::Malformed,
            path,
            say!(
                "de 1 a {LONGEST_KEY} letras minúsculas, cifras o guiones",
                "1 to {LONGEST_KEY} small letters, digits or hyphens"
            ),
        );
    }
}

impl Paragraph {
    /// In each language every bracket is marked once, and nothing else stands in square brackets.
    fn check_marks(&self, path: &str, bounds: &mut Bounds) {
        let mut meant: Vec<&str> = self.brackets.iter().map(|bracket| bracket.key.as_str()).collect();
        meant.sort_unstable();
        for (lang, words) in [("es", Some(&self.text.es)), ("en", self.text.en.as_ref())] {
            let Some(words) = words else { continue };
            let marks = marks(words).map(|mut marks| {
                marks.sort_unstable();
                marks
            });
            if marks.as_ref() != Some(&meant) {
                bounds.add(
                    Reason::Malformed,
                    format!("{path}.{lang}"),
                    say!(
                        "entre corchetes solo la clave de cada corchete del párrafo, una vez; nuevos corchetes se proponen",
                        "in square brackets only the key of each bracket of the paragraph, once; new brackets are proposed"
                    ),
                );
            }
        }
    }

    pub fn bracket(&self, key: &str) -> Option<&Bracket> {
        self.brackets.iter().find(|bracket| bracket.key == key)
    }

    /// The words as they are read out: what is not agreed in brackets, its alternatives between strokes.
    pub fn read_out(&self) -> Text {
        let mut text = self.text.clone();
        for bracket in &self.brackets {
            let mark = format!("[{}]", bracket.key);
            let of = |lang: fn(&Text) -> &str| {
                let words = bracket.alternatives.iter().map(|one| one.text.as_ref().map_or("–", lang));
                format!("[{}]", words.collect::<Vec<_>>().join(" / "))
            };
            text.es = text.es.replace(&mark, &of(|text| &text.es));
            text.en = text.en.map(|en| en.replace(&mark, &of(|text| text.en.as_deref().unwrap_or(&text.es))));
        }
        text
    }
}

/// What stands in square brackets, in order; none if they do not match.
pub fn marks(words: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    let mut rest = words;
    while let Some(at) = rest.find(['[', ']']) {
        let inside = rest[at..].strip_prefix('[')?;
        let end = inside.find(['[', ']'])?;
        if !inside[end..].starts_with(']') {
            return None;
        }
        found.push(&inside[..end]);
        rest = &inside[end + 1..];
    }
    Some(found)
}

impl Silence {
    /// Whether it is neither broken nor come to its end.
    pub fn is_running(&self) -> bool {
        !self.kept && self.broken.is_none()
    }
}
