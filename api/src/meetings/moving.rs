//! An item of the agenda in another place, with all that is part of it.

use super::agenda::AgendaItem;
use crate::{
    error::{Problem, Reason},
    say,
};

/// Where an item goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Right before this one, beside it.
    Before(String),
    /// Under this one, after its other parts.
    Under(String),
    /// To the end of the agenda.
    End,
}

/// The items with one of them in another place. It takes on the session of where it goes.
pub fn moved(mut items: Vec<AgendaItem>, key: &str, to: &Place) -> Result<Vec<AgendaItem>, Problem> {
    let from = place_of(&items, key, "input.item")?;
    let end = from + span(&items, from);
    let mut taken: Vec<AgendaItem> = items.splice(from..end, []).collect();
    let within = |key: &str, path: &str, taken: &[AgendaItem]| match taken.iter().any(|item| item.key == key)
    {
        true => Err(Problem::new(
            Reason::OutOfRange,
            path,
            say!("un punto no va dentro de sí mismo", "an item does not go into itself"),
        )),
        false => Ok(()),
    };
    let (at, under, session) = match to {
        Place::Before(key) => {
            within(key, "input.before", &taken)?;
            let at = place_of(&items, key, "input.before")?;
            (at, items[at].under.clone(), items[at].session)
        }
        Place::Under(key) => {
            within(key, "input.under", &taken)?;
            let at = place_of(&items, key, "input.under")?;
            let after = at + span(&items, at);
            (after, Some(key.clone()), items[after - 1].session)
        }
        Place::End => (items.len(), None, items.last().map_or(taken[0].session, |last| last.session)),
    };
    taken[0].under = under;
    for item in &mut taken {
        item.session = session;
    }
    items.splice(at..at, taken);
    Ok(items)
}

fn place_of(items: &[AgendaItem], key: &str, path: &str) -> Result<usize, Problem> {
    items.iter().position(|item| item.key == key).ok_or_else(|| {
        Problem::new(
            Reason::Unknown,
            path,
            say!("la agenda no tiene tal punto", "the agenda has no such item"),
        )
    })
}

/// How many items an item is with all that is part of it.
fn span(items: &[AgendaItem], at: usize) -> usize {
    let mut inside = vec![items[at].key.as_str()];
    for item in &items[at + 1..] {
        match item.under.as_deref() {
            Some(under) if inside.contains(&under) => inside.push(&item.key),
            _ => break,
        }
    }
    inside.len()
}
