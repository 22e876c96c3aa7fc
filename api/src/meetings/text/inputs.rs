//! What clients send of negotiated texts.

use async_graphql::{InputObject, OneofObject};
use chrono::{DateTime, Utc};

use super::{
    adoption::{Stance, StatementKind},
    draft::{Paragraph, ParagraphKind, ParagraphState},
    moving::{Choice, Spot},
};
use crate::{
    ids::{MeetingId, TextId},
    text::TextInput,
};

/// A paragraph of a text.
#[derive(InputObject)]
pub struct TextParagraphInput {
    /// Its name as long as it is in the text: 1 to 32 small letters, digits or hyphens.
    pub key: String,
    /// Preambular or operative; preambular paragraphs stand first.
    pub kind: ParagraphKind,
    /// The words; at most 3,000 characters. Where a bracket of the paragraph stands, its key in square
    /// brackets.
    pub text: TextInput,
}

impl From<TextParagraphInput> for Paragraph {
    fn from(told: TextParagraphInput) -> Self {
        let TextParagraphInput { key, kind, text } = told;
        let state = ParagraphState::Open;
        Self { key, kind, state, text: text.into(), brackets: Vec::new(), by_silence: None }
    }
}

/// Begins a text that a meeting negotiates.
#[derive(InputObject)]
pub struct BeginTextInput {
    /// The meeting.
    pub meeting: MeetingId,
    /// What it is called.
    pub title: TextInput,
    /// The paragraphs, in order; at most 200.
    pub paragraphs: Vec<TextParagraphInput>,
}

/// The words of a text and the order of its paragraphs.
#[derive(InputObject)]
pub struct EditTextInput {
    /// The text.
    pub id: TextId,
    /// The version that you read.
    pub expected_version: i32,
    /// What it is called.
    pub title: TextInput,
    /// All paragraphs, in order. A bracket that is marked no more goes with its alternatives; a
    /// paragraph whose words change is open again.
    pub paragraphs: Vec<TextParagraphInput>,
}

/// Where an alternative is proposed.
#[derive(OneofObject)]
pub enum TextSpotInput {
    /// In the bracket of this key.
    Bracket(String),
    /// In place of these words, which stand in the paragraph once and are put in brackets.
    Words(TextInput),
}

/// Proposes an alternative, which your delegation then supports.
#[derive(InputObject)]
pub struct ProposeAlternativeInput {
    /// The text.
    pub id: TextId,
    /// The version that you read.
    pub expected_version: i32,
    /// The key of the paragraph.
    pub paragraph: String,
    /// Where.
    pub at: TextSpotInput,
    /// The words; left out if nothing is to stand there.
    pub alternative: Option<TextInput>,
    /// Your own country if left out; as the host another that has no account here, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// An alternative of a bracket.
#[derive(InputObject)]
pub struct TextChoiceInput {
    /// The key of the bracket.
    pub bracket: String,
    /// The key of the alternative.
    pub alternative: String,
}

impl From<TextChoiceInput> for Choice {
    fn from(TextChoiceInput { bracket, alternative }: TextChoiceInput) -> Self {
        Self { bracket, alternative }
    }
}

/// Supports an alternative, or no longer.
#[derive(InputObject)]
pub struct SupportAlternativeInput {
    /// The text.
    pub id: TextId,
    /// The version that you read.
    pub expected_version: i32,
    /// The key of the paragraph.
    pub paragraph: String,
    /// The alternative.
    pub choice: TextChoiceInput,
    /// False to take the support back.
    #[graphql(default = true)]
    pub holds: bool,
    /// Your own country if left out; as the host another that has no account here, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// What brackets of a paragraph come to, and how far it is agreed.
#[derive(InputObject)]
pub struct SettleParagraphInput {
    /// The text.
    pub id: TextId,
    /// The version that you read.
    pub expected_version: i32,
    /// The key of the paragraph.
    pub paragraph: String,
    /// The alternatives that brackets come to.
    #[graphql(default)]
    pub choices: Vec<TextChoiceInput>,
    /// How far it is agreed. If left out, as it was, and open where a bracket was resolved.
    pub state: Option<ParagraphState>,
}

/// Puts paragraphs under a silence procedure.
#[derive(InputObject)]
pub struct OpenSilenceInput {
    /// The text.
    pub id: TextId,
    /// The version that you read.
    pub expected_version: i32,
    /// The keys of the paragraphs: without brackets, and not agreed.
    pub paragraphs: Vec<String>,
    /// They are agreed at this time, unless somebody breaks it before.
    pub until: DateTime<Utc>,
}

/// Breaks a silence.
#[derive(InputObject)]
pub struct BreakSilenceInput {
    /// The text.
    pub id: TextId,
    /// The key of the silence procedure.
    pub silence: String,
    /// Why; at most 1,000 characters.
    pub reason: Option<TextInput>,
    /// Your own country if left out; as the host another that has no account here, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// A text in the version that you read.
#[derive(InputObject)]
pub struct ChangeTextInput {
    /// The text.
    pub id: TextId,
    /// The version that you read.
    pub expected_version: i32,
}

/// How a delegation stands to the words that are put to adoption.
#[derive(InputObject)]
pub struct TakeStanceInput {
    /// The text.
    pub id: TextId,
    /// The hash of those words.
    pub hash: String,
    /// How it stands.
    pub stance: Stance,
    /// Your own country if left out; as the host another that has no account here, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// Attaches a statement to the words that are put to adoption or adopted.
#[derive(InputObject)]
pub struct AttachStatementInput {
    /// The text.
    pub id: TextId,
    /// The hash of those words.
    pub hash: String,
    /// A reservation, of a delegation that adopts; or how it understands the text.
    pub kind: StatementKind,
    /// The key of the paragraph it speaks of; the whole if left out.
    pub paragraph: Option<String>,
    /// What it says; at most 5,000 characters.
    pub text: TextInput,
    /// Your own country if left out; as the host another that has no account here, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// Declares a text adopted.
#[derive(InputObject)]
pub struct AdoptTextInput {
    /// The text.
    pub id: TextId,
    /// The hash of its words.
    pub hash: String,
}

impl From<TextSpotInput> for Spot {
    fn from(told: TextSpotInput) -> Self {
        match told {
            TextSpotInput::Bracket(key) => Spot::Bracket(key),
            TextSpotInput::Words(words) => Spot::Words(words.into()),
        }
    }
}
