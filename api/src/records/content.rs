//! What a record says.

use chrono::NaiveDate;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    access::{Handling, Kind, Party},
    clock::Moment,
    error::{Problem, Result},
    ledger::{Work, sha256},
    text::{Say, fold},
};

/// What a record of one kind says. Its JSON, with the fields in the order of the type, is the
/// canonical text that is hashed, approved and kept.
pub trait Content: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    const KIND: Kind;

    /// What lists know of it. Everybody who is shown any of it can find it by this, so it holds
    /// nothing of what may be withheld from some of them.
    fn outline(&self) -> Outline;

    /// When it opens to those to whom it is released; at once if there is none.
    fn opens(&self) -> Option<Moment> {
        None
    }

    /// Why it must not be released beyond its owner's country, if it must not.
    fn kept_at_home(&self, _: Handling) -> Option<Say> {
        None
    }

    /// Refuses what is out of bounds or refers to nothing that the author can see.
    fn check(&self, work: &Work) -> impl Future<Output = Result<()>> + Send;

    /// Refuses marks and audiences of portions that do not fit the record's handling mark.
    fn check_marks(&self, _: &Work, _: Handling) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// What it says when it is saved after another revision.
    fn following(self, _: &Self) -> Result<Self>
    where
        Self: Sized,
    {
        Ok(self)
    }

    /// What stands in the way of its release, if something does.
    fn unfit_for_release(&self) -> Vec<Problem> {
        Vec::new()
    }

    /// Whether some of it is for some only of those who are shown the record.
    fn in_portions(&self) -> bool {
        false
    }

    /// What of it these parties are shown, to whom the record was released. What is left must be
    /// what it would be had the rest never been there.
    fn portions(self, _to: &[Party]) -> Portions<Self>
    where
        Self: Sized,
    {
        Portions { content: self, withheld: false }
    }

    /// The highest handling mark of single portions, where they have their own.
    fn highest_mark(&self) -> Option<Handling> {
        None
    }
}

/// What is left of a content for some parties.
pub struct Portions<C> {
    pub content: C,
    /// Whether anything was left out. That is all that is told of it.
    pub withheld: bool,
}

/// Whether contents of this kind may be shown in portions, so that their hash as a whole is only
/// for those who work on them.
pub fn shown_in_portions(kind: Kind) -> bool {
    matches!(kind, Kind::Plan | Kind::Meeting)
}

/// What lists and filters know of a content.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// What the owner calls it, where it has a code.
    pub code: Option<String>,
    /// The words it is found by.
    pub words: Vec<String>,
    /// The first and the last day that it speaks of.
    pub starts: Option<NaiveDate>,
    pub ends: Option<NaiveDate>,
}

impl Outline {
    pub fn search(&self) -> String {
        fold(&self.words.join(" "))
    }
}

/// The canonical text of a content, and its SHA-256.
pub fn canonical(content: &impl Content) -> Result<(String, String)> {
    let text = serde_json::to_string(content).map_err(anyhow::Error::from)?;
    let hash = sha256(text.as_bytes());
    Ok((text, hash))
}
