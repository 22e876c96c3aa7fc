//! Contents, read from their canonical text. To read the text of a plan costs more than to fetch it,
//! and the same texts are asked for over and over: what was read is kept, under the text itself, so that
//! it cannot be out of date. Who may see it is decided before, and what is cut off it is cut off after.

use std::{
    any::{Any, TypeId},
    hash::{Hash, Hasher},
    sync::{Arc, LazyLock},
};

use quick_cache::{Equivalent, Weighter, sync::Cache};

use super::content::Content;

/// Bytes of text whose contents are kept; a content takes two to three times its text.
const KEPT: u64 = 8 * 1024 * 1024;
/// Bytes of a text that is not worth the room of many.
const LONG: usize = 256 * 1024;

type Read = Arc<dyn Any + Send + Sync>;

static CONTENTS: LazyLock<Cache<Key, Read, ByLength>> =
    LazyLock::new(|| Cache::with_weighter(2_000, KEPT, ByLength));

/// A text, and as what it was read.
#[derive(Clone, PartialEq, Eq)]
struct Key(TypeId, Arc<str>);

struct Asked<'a>(TypeId, &'a str);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Asked(self.0, &self.1).hash(state);
    }
}

impl Hash for Asked<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
        self.1.hash(state);
    }
}

impl Equivalent<Key> for Asked<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.0 == key.0 && *self.1 == *key.1
    }
}

#[derive(Clone)]
struct ByLength;

impl Weighter<Key, Read> for ByLength {
    fn weight(&self, key: &Key, _: &Read) -> u64 {
        key.1.len() as u64
    }
}

/// The content that the text says.
pub fn content<C: Content>(text: &str) -> serde_json::Result<Arc<C>> {
    let kind = TypeId::of::<C>();
    if let Some(kept) = CONTENTS.get(&Asked(kind, text))
        && let Ok(content) = kept.downcast::<C>()
    {
        return Ok(content);
    }
    let content = Arc::new(serde_json::from_str::<C>(text)?);
    if text.len() <= LONG {
        CONTENTS.insert(Key(kind, text.into()), content.clone());
    }
    Ok(content)
}
