//! A position in a sealed exchange: first its hash, then its text, which must be the one that was
//! committed to.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    clock::Moment,
    ids::{AccountId, ExchangeId},
    ledger::sha256,
    text::Text,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "sealed_position")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub exchange_id: ExchangeId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub country: String,
    /// What was committed to; gone once it is withdrawn.
    pub hash: Option<String>,
    pub account_id: AccountId,
    pub at: Moment,
    /// The sealed text, once it was handed in; gone once it is withdrawn.
    pub text: Option<String>,
    pub filed_at: Option<Moment>,
    pub withdrawn_at: Option<Moment>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a delegation says on one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The key of the item.
    pub item: String,
    pub text: Text,
}

#[derive(Serialize, Deserialize)]
struct Sealed<'a> {
    salt: std::borrow::Cow<'a, str>,
    statements: std::borrow::Cow<'a, [Statement]>,
}

/// The text that is sealed, and its hash: the SHA-256 of
/// `{"salt":…,"statements":[{"item":…,"text":{"en":…,"es":…}}]}` without spaces, `en` left out where
/// there is none. The salt keeps a short text from being guessed.
pub fn seal(salt: &str, statements: &[Statement]) -> (String, String) {
    let sealed = Sealed { salt: salt.into(), statements: statements.into() };
    let text = serde_json::to_string(&sealed).expect("a statement is plain data");
    let hash = sha256(text.as_bytes());
    (text, hash)
}

impl Model {
    /// What was handed in; nothing if it is not what was committed to.
    pub fn statements(&self) -> Option<Vec<Statement>> {
        let text = self.text.as_deref()?;
        if self.hash.as_deref() != Some(sha256(text.as_bytes()).as_str()) {
            return None;
        }
        let sealed: Sealed<'_> = serde_json::from_str(text).ok()?;
        Some(sealed.statements.into_owned())
    }

    pub fn is_filed(&self) -> bool {
        self.filed_at.is_some() && self.withdrawn_at.is_none()
    }
}

/// What was sealed in some exchanges, by all.
#[expect(
    clippy::disallowed_methods,
    reason = "what of it is told, and to whom, is in `fields` and `commands`"
)]
pub async fn of_exchanges(
    db: &impl ConnectionTrait,
    exchanges: impl IntoIterator<Item = ExchangeId>,
) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::ExchangeId.is_in(exchanges)).all(db).await
}
