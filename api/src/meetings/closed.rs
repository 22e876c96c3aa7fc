//! What of an agenda is for whom: the one place where closed items are kept from those who only
//! observe. Every reader of an agenda comes through here, since a meeting that is shown is cut
//! before anybody holds it.
//!
//! Whoever only observes is shown one block for each run of closed items in a session: that there
//! is something, and how long it takes. No title, no number of items; the breaks between them are
//! part of the block. What comes after begins when it begins for everybody.

use std::collections::HashMap;

use super::{
    agenda::{AgendaItem, Outline},
    content::MeetingContent,
    terms::ItemKind,
};
use crate::{access::Party, text::Text};

/// Whether one of these parties is a delegation that does not only observe, or the host.
pub fn admits(content: &MeetingContent, parties: &[Party]) -> bool {
    parties.iter().any(|party| match party {
        Party::Country(code) => {
            *code == content.host || content.delegation(code).is_some_and(|delegation| !delegation.observing)
        }
        _ => false,
    })
}

/// The items as they are shown to those who only observe. Keys are given anew, by the place: those
/// of the author would tell of what was left out.
pub fn withheld(items: &[AgendaItem]) -> Vec<AgendaItem> {
    let closed = closed_with_breaks(items);
    let parents: HashMap<&str, (Option<&str>, bool)> = items
        .iter()
        .zip(&closed)
        .map(|(item, closed)| (item.key.as_str(), (item.under.as_deref(), *closed)))
        .collect();
    // The nearest item above that is shown.
    let above = |item: &AgendaItem| {
        let mut under = item.under.as_deref();
        while let Some((further, true)) = under.and_then(|key| parents.get(key)) {
            under = *further;
        }
        under.map(str::to_owned)
    };
    let depth = |under: &Option<String>| {
        let mut depth = 0;
        let mut under = under.as_deref();
        while let Some((further, _)) = under.and_then(|key| parents.get(key)) {
            depth += 1;
            under = *further;
        }
        depth
    };

    let mut shown: Vec<AgendaItem> = Vec::new();
    for (item, closed) in items.iter().zip(closed) {
        if !closed {
            shown.push(item.clone());
            continue;
        }
        let under = above(item);
        match shown.last_mut() {
            Some(block) if block.kind == ItemKind::Closed && block.session == item.session => {
                block.minutes = block.minutes.saturating_add(item.minutes);
                if depth(&under) < depth(&block.under) {
                    block.under = under;
                }
            }
            _ => shown.push(block(item, under)),
        }
    }
    shown.retain(|item| item.kind != ItemKind::Closed || item.minutes > 0);
    keyed_anew(&mut shown);
    shown
}

/// Which items are closed, a break between closed items with them.
fn closed_with_breaks(items: &[AgendaItem]) -> Vec<bool> {
    let mut closed = Outline::of(items).closed;
    let is_break = |at: usize| items[at].kind == ItemKind::Break;
    let mut last: Option<usize> = None;
    for at in 0..items.len() {
        if is_break(at) && !closed[at] {
            continue;
        }
        if let Some(last) = last
            && closed[at]
            && items[last].session == items[at].session
        {
            closed[last + 1..at].fill(true);
        }
        last = closed[at].then_some(at);
    }
    closed
}

fn block(first: &AgendaItem, under: Option<String>) -> AgendaItem {
    AgendaItem {
        key: String::new(),
        under,
        kind: ItemKind::Closed,
        closed: true,
        title: Text::both("Bloque reservado a las delegaciones", "Block closed to observers"),
        session: first.session,
        minutes: first.minutes,
        proponent: None,
        speaker: None,
        outcome: None,
        annotation: None,
        documents: Vec::new(),
        plans: Vec::new(),
        datasets: Vec::new(),
    }
}

fn keyed_anew(items: &mut [AgendaItem]) {
    let keys: HashMap<String, String> =
        items.iter().enumerate().map(|(at, item)| (item.key.clone(), (at + 1).to_string())).collect();
    for (at, item) in items.iter_mut().enumerate() {
        item.key = (at + 1).to_string();
        item.under = item.under.as_ref().and_then(|under| keys.get(under).cloned());
    }
}
