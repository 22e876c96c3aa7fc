//! Negotiated texts, as clients see them. Translation only: what is for whom is in [`super::sight`].

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::{
    adoption::{self, Stance, StatementKind, stance},
    draft::{Draft, ParagraphKind, ParagraphState},
    rows::{self, Act, version},
    sight::{Rows, Sight, TextsOf},
};
use crate::{
    ask::Ask, error::Result, ids::TextId, meetings::content::MeetingContent, records::Shown, text::Text,
};

/// A text that a meeting negotiates, such as a declaration.
pub struct NegotiatedText {
    rows: Rows,
    sight: Sight,
    draft: Draft,
    hash: String,
}

/// How far a text has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum TextState {
    /// It is negotiated.
    Open,
    /// Its words are put to adoption.
    ToAdopt,
    /// It is adopted, and changes no more.
    Adopted,
}

/// The texts of a meeting that is shown, those of them that the viewer sees.
pub async fn texts_of(ctx: &Context<'_>, meeting: &Shown<MeetingContent>) -> Result<Vec<NegotiatedText>> {
    let now = ctx.now();
    let mut texts = Vec::new();
    for rows in ctx.load(TextsOf(meeting.record.id.into())).await?.unwrap_or_default() {
        let Some(sight) = Sight::of(ctx.viewer()?, meeting, &rows.text) else { continue };
        let (draft, hash) = sight.cut(&rows.newest, Some(now))?;
        texts.push(NegotiatedText { rows, sight, draft, hash });
    }
    Ok(texts)
}

/// A text that a meeting negotiates, such as a declaration: as it stands now. Seen by the host and by the
/// delegations that do not only observe; by others once the host shares it, without who holds what.
#[Object]
impl NegotiatedText {
    /// The global id.
    async fn id(&self) -> TextId {
        self.rows.text.id
    }
    /// The number of its newest version.
    async fn version(&self) -> i32 {
        self.rows.text.newest
    }
    /// What it is called.
    async fn title(&self) -> &Text {
        &self.draft.title
    }
    /// How far it has come.
    async fn state(&self) -> TextState {
        match (&self.rows.text.hash, self.rows.text.adopted_at) {
            (_, Some(_)) => TextState::Adopted,
            (Some(_), None) => TextState::ToAdopt,
            (None, None) => TextState::Open,
        }
    }
    /// The paragraphs, in order.
    async fn paragraphs(&self) -> Vec<TextParagraph> {
        paragraphs(&self.draft)
    }
    /// The silence procedures; for those who negotiate.
    async fn silences(&self) -> Vec<SilenceProcedure> {
        silences(&self.draft)
    }
    /// SHA-256 of what you see of its newest version.
    async fn version_hash(&self) -> &str {
        &self.hash
    }
    /// SHA-256 of the words that are put to adoption or adopted: of
    /// `{"title":…,"paragraphs":[{"kind":…,"text":…}]}` without spaces; null while it is open.
    async fn hash(&self) -> Option<&str> {
        self.rows.text.hash.as_deref()
    }
    /// When it was adopted.
    async fn adopted_at(&self) -> Option<DateTime<Utc>> {
        self.rows.text.adopted_at.map(|at| at.0)
    }
    /// Whether the host shares it with all who are shown the meeting.
    async fn shared(&self) -> bool {
        self.rows.text.observers_from.is_some()
    }
    /// How delegations stand to the words that are put to adoption, by country. That one attends and
    /// does not stand here is an answer too. Others than those who negotiate are told who adopted,
    /// once it is adopted.
    async fn stances(&self) -> Vec<DelegationStance> {
        let Some(hash) = &self.rows.text.hash else { return Vec::new() };
        let told = |row: &&stance::Model| {
            self.sight == Sight::Whole
                || (self.rows.text.adopted_at.is_some() && row.stance == Stance::Adopts)
        };
        let standing = adoption::standing(&self.rows.stances, hash);
        let told = standing.into_values().filter(told);
        told.map(|row| DelegationStance {
            country: row.country.clone(),
            stance: row.stance,
            by_host: row.by_host,
            at: row.at.0,
        })
        .collect()
    }
    /// Reservations and interpretative statements on the words that are put to adoption, in the order
    /// in which they were attached. Others than those who negotiate see them once it is adopted.
    async fn statements(&self) -> Result<Vec<TextStatement>> {
        let told = self.sight == Sight::Whole || self.rows.text.adopted_at.is_some();
        let rows =
            self.rows.statements.iter().filter(|row| told && self.rows.text.hash.as_ref() == Some(&row.hash));
        rows.map(|row| {
            Ok(TextStatement {
                country: row.country.clone(),
                kind: row.kind,
                paragraph: row.paragraph.clone(),
                text: serde_json::from_str(&row.content).map_err(anyhow::Error::from)?,
                by_host: row.by_host,
                at: row.at.0,
            })
        })
        .collect()
    }
    /// How it came about, version by version, as far as you see it.
    async fn history(&self, ctx: &Context<'_>) -> Result<Vec<TextStep>> {
        let from = match self.sight {
            Sight::Whole => 1,
            Sight::From(first) => first,
        };
        let whole = self.sight == Sight::Whole;
        let steps = rows::steps(ctx.db(), self.rows.text.id, from).await?;
        let told = steps.into_iter().map(|(version, act, country, at)| TextStep {
            version,
            act: whole.then_some(act),
            country: whole.then_some(country),
            at: at.0,
        });
        Ok(told.collect())
    }
    /// An earlier version, as it was saved; null for one that you do not see.
    async fn at_version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the version.")] number: i32,
    ) -> Result<Option<TextVersion>> {
        if !self.sight.reaches(number) {
            return Ok(None);
        }
        let found = rows::versions(ctx.db(), [(self.rows.text.id, number)]).await?.pop();
        found.map(|row| TextVersion::of(&row, self.sight)).transpose()
    }
}

/// A version of a negotiated text, as it was saved.
#[derive(SimpleObject)]
pub struct TextVersion {
    /// Its number, from 1 on.
    number: i32,
    /// What it was called.
    title: Text,
    /// The paragraphs, in order.
    paragraphs: Vec<TextParagraph>,
    /// The silence procedures; for those who negotiate.
    silences: Vec<SilenceProcedure>,
    /// SHA-256 of what you see of it.
    hash: String,
    /// When it was saved.
    saved_at: DateTime<Utc>,
}

impl TextVersion {
    fn of(row: &version::Model, sight: Sight) -> Result<Self> {
        let (draft, hash) = sight.cut(row, None)?;
        Ok(Self {
            number: row.number,
            paragraphs: paragraphs(&draft),
            silences: silences(&draft),
            title: draft.title,
            hash,
            saved_at: row.at.0,
        })
    }
}

/// What was done to a text.
#[derive(SimpleObject)]
pub struct TextStep {
    /// The version that it led to.
    version: i32,
    /// What was done; for those who negotiate.
    act: Option<Act>,
    /// By or for which country, ISO 3166-1 alpha-2; for those who negotiate.
    country: Option<String>,
    /// When.
    at: DateTime<Utc>,
}

/// A paragraph of a negotiated text.
#[derive(SimpleObject)]
pub struct TextParagraph {
    /// Its name as long as it is in the text, whatever its number.
    key: String,
    /// Its number, such as `P2` or `4`.
    number: String,
    /// Preambular or operative.
    kind: ParagraphKind,
    /// How far it is agreed, now.
    state: ParagraphState,
    /// The words, `[b1]` where the bracket of that key stands.
    text: Text,
    /// The words as they are read out: each bracket with its alternatives, between strokes.
    read_out: Text,
    /// What is not agreed.
    brackets: Vec<TextBracket>,
    /// When it was agreed, if by silence.
    agreed_by_silence_at: Option<DateTime<Utc>>,
    /// Until when it is under silence, if it is.
    silent_until: Option<DateTime<Utc>>,
}

/// Words that are not agreed.
#[derive(SimpleObject)]
pub struct TextBracket {
    /// Its name, as it is marked in the words.
    key: String,
    /// What might stand there.
    alternatives: Vec<TextAlternative>,
}

/// What might stand in a bracket.
#[derive(SimpleObject)]
pub struct TextAlternative {
    /// Its name within the bracket.
    key: String,
    /// The words; null if it is that nothing stands there.
    text: Option<Text>,
    /// Who proposed it, ISO 3166-1 alpha-2; null for the words that stood there before. For those who
    /// negotiate.
    by: Option<String>,
    /// Who supports it, ISO 3166-1 alpha-2; for those who negotiate.
    supporters: Vec<String>,
}

/// A silence procedure: what it names is agreed at its time, unless somebody breaks it before.
#[derive(SimpleObject)]
pub struct SilenceProcedure {
    /// Its name.
    key: String,
    /// The keys of the paragraphs.
    paragraphs: Vec<String>,
    /// When it ends.
    until: DateTime<Utc>,
    /// Whether it came to its end and nobody broke it.
    kept: bool,
    /// Who broke it, ISO 3166-1 alpha-2.
    broken_by: Option<String>,
    /// When it was broken.
    broken_at: Option<DateTime<Utc>>,
    /// Why it was broken, if that was said.
    reason: Option<Text>,
}

/// How a delegation stands to a text.
#[derive(SimpleObject)]
pub struct DelegationStance {
    /// The country, ISO 3166-1 alpha-2.
    country: String,
    /// How it stands.
    stance: Stance,
    /// Whether the host noted it, for a country that has no account here.
    by_host: bool,
    /// When.
    at: DateTime<Utc>,
}

/// What a delegation attaches to a text.
#[derive(SimpleObject)]
pub struct TextStatement {
    /// The country, ISO 3166-1 alpha-2.
    country: String,
    /// A reservation, or how it understands the text.
    kind: StatementKind,
    /// The key of the paragraph it speaks of; null for the whole.
    paragraph: Option<String>,
    /// What it says.
    text: Text,
    /// Whether the host noted it, for a country that has no account here.
    by_host: bool,
    /// When.
    at: DateTime<Utc>,
}

fn paragraphs(draft: &Draft) -> Vec<TextParagraph> {
    let numbered = draft.paragraphs.iter().zip(draft.numbers());
    numbered
        .map(|(paragraph, number)| TextParagraph {
            key: paragraph.key.clone(),
            number,
            kind: paragraph.kind,
            state: paragraph.state,
            text: paragraph.text.clone(),
            read_out: paragraph.read_out(),
            brackets: paragraph
                .brackets
                .iter()
                .map(|bracket| TextBracket {
                    key: bracket.key.clone(),
                    alternatives: bracket
                        .alternatives
                        .iter()
                        .map(|one| TextAlternative {
                            key: one.key.clone(),
                            text: one.text.clone(),
                            by: one.by.clone(),
                            supporters: one.supporters.clone(),
                        })
                        .collect(),
                })
                .collect(),
            agreed_by_silence_at: paragraph.by_silence.map(|at| at.0),
            silent_until: draft.silence_on(&paragraph.key).map(|silence| silence.until.0),
        })
        .collect()
}

fn silences(draft: &Draft) -> Vec<SilenceProcedure> {
    let told = draft.silences.iter().map(|silence| SilenceProcedure {
        key: silence.key.clone(),
        paragraphs: silence.paragraphs.clone(),
        until: silence.until.0,
        kept: silence.kept,
        broken_by: silence.broken.as_ref().map(|broken| broken.country.clone()),
        broken_at: silence.broken.as_ref().map(|broken| broken.at.0),
        reason: silence.broken.as_ref().and_then(|broken| broken.reason.clone()),
    });
    told.collect()
}
