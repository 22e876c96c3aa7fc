//! The agenda (orden del día): its items, in order, each with what is under it.

use serde::{Deserialize, Serialize};

use super::{
    session::{LONGEST, Session},
    terms::ItemKind,
};
use crate::{
    access::Kind,
    bounds::{Bounds, NAME},
    error::{Reason, Result},
    ids::{DatasetId, PlanId, RecordId},
    ledger::Work,
    records::held,
    say,
    text::Text,
};

/// An item of the agenda (punto del orden del día). What is part of it stands right after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgendaItem {
    /// What names it among the items of the meeting, wherever it stands.
    pub key: String,
    /// The key of the item it is part of.
    pub under: Option<String>,
    pub kind: ItemKind,
    /// Whether it, and what is part of it, is for delegations that do not only observe.
    pub closed: bool,
    pub title: Text,
    /// The session in which it is taken, from 1 on.
    pub session: u32,
    pub minutes: u32,
    /// The country that proposed it, ISO 3166-1 alpha-2.
    pub proponent: Option<String>,
    /// Who leads, by post; never a name.
    pub speaker: Option<Text>,
    /// What is to come of it.
    pub outcome: Option<Text>,
    pub annotation: Option<Text>,
    /// The names of documents.
    pub documents: Vec<Text>,
    pub plans: Vec<Link<PlanId>>,
    pub datasets: Vec<Link<DatasetId>>,
}

/// A link to a plan or a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link<Id> {
    pub id: Id,
    /// The hash of the revision that is meant; the latest, whichever it is, if left out.
    pub pinned: Option<String>,
}

/// The most items of an agenda.
pub const MOST: usize = 200;
/// The most levels: 1, 1.1, 1.1.1.
const DEEPEST: usize = 3;
/// The longest annotation, in characters.
const ANNOTATION: usize = 5_000;

/// Every item is in bounds, stands after what it is part of, and has its time within its session.
pub(super) async fn check(
    items: &[AgendaItem],
    sessions: &[Session],
    work: &Work,
    bounds: &mut Bounds,
) -> Result<()> {
    let path = "input.content.items";
    bounds.count(path, items.len(), MOST);
    let keys: Vec<&str> = items.iter().map(|item| item.key.as_str()).collect();
    bounds.distinct(path, &keys);
    let outline = Outline::of(items);
    for (at, (item, depth)) in items.iter().zip(&outline.depths).enumerate().take(MOST) {
        let path = format!("{path}.{at}");
        match depth {
            None => bounds.add(
                Reason::Unknown,
                format!("{path}.under"),
                say!(
                    "un punto va después de aquel del que es parte, junto a sus otras partes",
                    "an item stands after the one it is part of, together with its other parts"
                ),
            ),
            Some(depth) if *depth >= DEEPEST => bounds.add(
                Reason::TooLarge,
                format!("{path}.under"),
                say!("a lo sumo {DEEPEST} niveles", "at most {DEEPEST} levels"),
            ),
            Some(_) => {}
        }
        let parts = items.iter().any(|other| other.under.as_deref() == Some(&item.key));
        if parts && item.kind == ItemKind::Break {
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.kind"),
                say!("un receso no tiene partes", "a break has no parts"),
            );
        }
        let least = u32::from(!parts);
        if !(least..=LONGEST).contains(&item.minutes) {
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.minutes"),
                say!("entre {least} y {LONGEST} minutos", "between {least} and {LONGEST} minutes"),
            );
        }
        item.check(&path, bounds);
        item.check_links(&path, work, bounds).await?;
    }
    check_time(items, sessions, path, bounds);
    Ok(())
}

/// Items stand in the order of their sessions, and each session has room for its own.
fn check_time(items: &[AgendaItem], sessions: &[Session], path: &str, bounds: &mut Bounds) {
    let mut before = 1;
    for (at, item) in items.iter().enumerate() {
        if !(before..=sessions.len() as u32).contains(&item.session) {
            let last = sessions.len();
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.{at}.session"),
                say!("entre {before} y {last}, en orden", "between {before} and {last}, in order"),
            );
        }
        before = item.session.max(before);
    }
    for (at, session) in sessions.iter().enumerate() {
        let taken: u64 = items
            .iter()
            .filter(|item| item.session as usize == at + 1)
            .map(|item| u64::from(item.minutes))
            .sum();
        let there = session.minutes;
        if taken > u64::from(there) {
            bounds.add(
                Reason::OutOfRange,
                format!("input.content.sessions.{at}.minutes"),
                say!(
                    "sus puntos toman {taken} minutos y la sesión dura {there}",
                    "its items take {taken} minutes and the session lasts {there}"
                ),
            );
        }
    }
}

impl AgendaItem {
    fn check(&self, path: &str, bounds: &mut Bounds) {
        let fit = |key: &str| {
            (1..=32).contains(&key.len())
                && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        if !fit(&self.key) {
            bounds.add(
                Reason::Malformed,
                format!("{path}.key"),
                say!(
                    "de 1 a 32 letras minúsculas, cifras o guiones",
                    "1 to 32 small letters, digits or hyphens"
                ),
            );
        }
        if self.kind == ItemKind::Closed {
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.kind"),
                say!(
                    "así se muestra lo reservado; al redactar use `closed: true`",
                    "that is how what is closed is shown; when writing, use `closed: true`"
                ),
            );
        }
        bounds.words(format!("{path}.title"), &self.title, NAME);
        bounds.optional(format!("{path}.proponent"), self.proponent.as_deref(), 2);
        bounds.words_if(format!("{path}.speaker"), self.speaker.as_ref(), NAME);
        bounds.words_if(format!("{path}.outcome"), self.outcome.as_ref(), 1_000);
        bounds.words_if(format!("{path}.annotation"), self.annotation.as_ref(), ANNOTATION);
        bounds.count(format!("{path}.documents"), self.documents.len(), 50);
        for (at, document) in self.documents.iter().take(50).enumerate() {
            bounds.words(format!("{path}.documents.{at}"), document, NAME);
        }
    }

    /// What the author does not see cannot be linked, whether it exists or not.
    async fn check_links(&self, path: &str, work: &Work, bounds: &mut Bounds) -> Result<()> {
        let plans: Vec<_> = self.plans.iter().map(|link| (RecordId::from(link.id), &link.pinned)).collect();
        let datasets: Vec<_> =
            self.datasets.iter().map(|link| (RecordId::from(link.id), &link.pinned)).collect();
        for (kind, list, links) in [(Kind::Plan, "plans", plans), (Kind::Dataset, "datasets", datasets)] {
            bounds.count(format!("{path}.{list}"), links.len(), 20);
            let ids: Vec<RecordId> = links.iter().take(20).map(|(id, _)| *id).collect();
            let seen = held(&work.db, kind, &work.viewer, &ids).await?;
            for (at, (id, pinned)) in links.iter().take(20).enumerate() {
                if !seen.contains(id) {
                    bounds.add(
                        Reason::Unknown,
                        format!("{path}.{list}.{at}.id"),
                        say!("no existe", "does not exist"),
                    );
                }
                let hash =
                    |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
                if pinned.as_ref().is_some_and(|pinned| !hash(pinned)) {
                    bounds.add(
                        Reason::Malformed,
                        format!("{path}.{list}.{at}.pinned"),
                        say!(
                            "el `hash` de una revisión: 64 cifras hexadecimales",
                            "the `hash` of a revision: 64 hexadecimal digits"
                        ),
                    );
                }
            }
        }
        Ok(())
    }
}

/// How the items stand under one another, worked out from their order.
pub struct Outline {
    /// How deep each stands, from 0 on; none where it stands apart from what it is part of.
    pub depths: Vec<Option<usize>>,
    /// Whether each is closed, by itself or with what it is part of.
    pub closed: Vec<bool>,
    /// What each is called; none for a break and for a closed block.
    ///
    /// Closed items are counted apart (`C1`, `2.C1`), so that the number of an open item is the
    /// same for everybody and tells nothing of those before it.
    pub numbers: Vec<Option<String>>,
}

impl Outline {
    pub fn of(items: &[AgendaItem]) -> Self {
        // Of each level that is open at this place: key, closed, number, and what was counted in it.
        let mut levels: Vec<(&str, bool, String, [u32; 2])> = Vec::new();
        let mut top = [0, 0];
        let mut outline =
            Self { depths: Vec::new(), closed: Vec::new(), numbers: Vec::with_capacity(items.len()) };
        for item in items {
            match &item.under {
                None => levels.clear(),
                Some(under) => {
                    let depth = levels.iter().position(|(key, ..)| key == under);
                    levels.truncate(depth.map_or(0, |depth| depth + 1));
                    if depth.is_none() {
                        outline.depths.push(None);
                        outline.closed.push(item.closed);
                        outline.numbers.push(None);
                        continue;
                    }
                }
            }
            let inherited = levels.last().is_some_and(|(_, closed, ..)| *closed);
            let closed = item.closed || inherited;
            let counted = item.kind != ItemKind::Break && item.kind != ItemKind::Closed;
            let number = counted.then(|| {
                let (before, counts) = match levels.last_mut() {
                    Some((_, _, number, counts)) => (format!("{number}."), counts),
                    None => (String::new(), &mut top),
                };
                let apart = closed && !inherited;
                counts[usize::from(apart)] += 1;
                format!("{before}{}{}", if apart { "C" } else { "" }, counts[usize::from(apart)])
            });
            outline.depths.push(Some(levels.len()));
            outline.closed.push(closed);
            outline.numbers.push(number.clone());
            levels.push((&item.key, closed, number.unwrap_or_default(), [0, 0]));
        }
        outline
    }
}

/// How many minutes after the beginning of its session each item begins: after those before it.
pub fn offsets(items: &[AgendaItem]) -> Vec<u32> {
    let (mut session, mut taken) = (0, 0_u32);
    let begins = items.iter().map(|item| {
        if item.session != session {
            (session, taken) = (item.session, 0);
        }
        let at = taken;
        taken = taken.saturating_add(item.minutes);
        at
    });
    begins.collect()
}
