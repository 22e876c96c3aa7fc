//! Words in two languages: what the node says ([`Say`]) and what ministries write ([`Text`]).

use std::{borrow::Cow, fmt};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, SimpleObject, Value, parser::types::Field,
    registry::Registry,
};
use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::plain::Plain;

/// A language the node speaks. Spanish unless a client prefers English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// Spanish.
    #[default]
    Es,
    /// English.
    En,
}

impl Lang {
    /// The first language of an `Accept-Language` header that the node speaks, by weight
    /// (RFC 9110, 12.5.4); Spanish when it names none.
    pub fn preferred(accept_language: &str) -> Self {
        let mut best = (0.0_f32, Lang::default());
        for range in accept_language.split(',').take(16) {
            let mut parts = range.trim().split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0));
            let lang = match tag.split('-').next() {
                Some("es") => Lang::Es,
                Some("en") => Lang::En,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, lang);
            }
        }
        best.1
    }
}

/// One sentence of the node's own, in both languages. Made by [`say!`](crate::say).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Say {
    pub es: String,
    pub en: String,
}

impl Say {
    pub fn to(&self, lang: Lang) -> &str {
        match lang {
            Lang::Es => &self.es,
            Lang::En => &self.en,
        }
    }
}

impl fmt::Display for Say {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// `say!("hay {n}", "there are {n}")`: both sentences, formatted with what is in scope.
#[macro_export]
macro_rules! say {
    ($es:literal, $en:literal $(,)?) => {
        $crate::text::Say { es: format!($es), en: format!($en) }
    };
}

/// Words of a ministry: Spanish always, English when there is a translation. Order of the fields
/// is part of the canonical form that is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    pub es: String,
    /// The language in which it was written; Spanish if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<Lang>,
    /// How far the other language can be relied on, where that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<Translation>,
}

/// How far a translation can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "TranslationState")]
pub enum Translation {
    /// An official translation.
    Official,
    /// For work; it binds nobody.
    Working,
    /// The original was changed since, and the translation was not.
    Stale,
}

/// Words of a ministry: Spanish always, English when there is a translation. Order of the fields
/// is part of the canonical form that is hashed.
#[derive(SimpleObject)]
#[graphql(name = "Text")]
struct Words<'a> {
    /// The words in English, where a translation exists.
    en: Option<&'a str>,
    /// The words in Spanish.
    es: &'a str,
    /// The language in which it was written.
    original: Lang,
    /// How far the other language can be relied on; null if there is none.
    translation: Option<Translation>,
}

/// Texts stand everywhere and wait for nothing.
impl OutputType for Text {
    fn type_name() -> Cow<'static, str> {
        Words::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Words::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let Self { es, en, original, translation } = self;
        let translation = en.as_ref().map(|_| translation.unwrap_or(Translation::Working));
        let words = Words { en: en.as_deref(), es, original: original.unwrap_or_default(), translation };
        Plain(words).resolve(ctx, field).await
    }
}

impl Text {
    pub fn spanish(words: impl Into<String>) -> Self {
        Self { es: words.into(), en: None, original: None, translation: None }
    }

    pub fn both(es: impl Into<String>, en: impl Into<String>) -> Self {
        Self { es: es.into(), en: Some(en.into()), original: None, translation: None }
    }
}

/// Words of a ministry, in Spanish and, if there is a translation, in English.
#[derive(Clone, Debug, async_graphql::InputObject)]
pub struct TextInput {
    /// The words in Spanish. Required.
    pub es: String,
    /// The words in English.
    pub en: Option<String>,
    /// The language in which it was written; Spanish if left out.
    pub original: Option<Lang>,
    /// How far the other language can be relied on; a working translation if left out.
    pub translation: Option<Translation>,
}

/// What is read and written alike may say `Text` in both directions; going in it is a [`TextInput`].
impl async_graphql::InputType for Text {
    type RawValueType = Self;
    fn type_name() -> std::borrow::Cow<'static, str> {
        <TextInput as async_graphql::InputType>::type_name()
    }
    fn create_type_info(registry: &mut async_graphql::registry::Registry) -> String {
        <TextInput as async_graphql::InputType>::create_type_info(registry)
    }
    fn parse(value: Option<async_graphql::Value>) -> async_graphql::InputValueResult<Self> {
        let input = <TextInput as async_graphql::InputType>::parse(value);
        input.map(Into::into).map_err(async_graphql::InputValueError::propagate)
    }
    fn to_value(&self) -> async_graphql::Value {
        async_graphql::InputType::to_value(&TextInput {
            es: self.es.clone(),
            en: self.en.clone(),
            original: self.original,
            translation: self.translation,
        })
    }
    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl From<TextInput> for Text {
    fn from(input: TextInput) -> Self {
        let TextInput { es, en, original, translation } = input;
        Self { es, en, original, translation }
    }
}

/// Text as it is searched: lower case, without accents, one space between words. What is stored
/// to be searched and what is searched for pass through the same fold, so both databases agree.
pub fn fold(text: &str) -> String {
    let plain: String = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
