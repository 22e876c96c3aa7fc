//! What is played: a common script, and what is woven into it on the second stage.

use api::access::Kind;
use proptest::{collection::vec, prelude::*};

/// First parts of the logins of those who own records.
pub const OWNERS: [&str; 6] = ["mx.test", "mx.agency", "gt.test", "gt.agency", "hn.test", "hn.agency"];

/// Words that contents are made of; filters look for all of them.
pub const WORDS: [&str; 5] = ["maíz", "Río", "frontera sur", "Ñandú", "colibrí"];

pub const MARKS: [&str; 3] = ["CLEAR", "GREEN", "AMBER_STRICT"];

/// Parties that things are released to, see [`party`](super::play::party).
pub const PARTIES: usize = 10;

#[derive(Clone, Debug)]
pub enum Act {
    /// A record is begun.
    Begin { by: usize, kind: Kind, mark: usize, word: usize },
    /// A new revision of a record, submitted, approved and released.
    Publish { record: usize, word: usize, to: Vec<usize>, link: usize },
    /// A new revision, left as a draft.
    Revise { record: usize, word: usize },
    /// The newest revision to others besides, if it was released.
    Widen { record: usize, to: Vec<usize> },
    /// From one party, or from all.
    Recall { record: usize, from: Option<usize> },
    /// A new institution in a country.
    Institution { country: usize },
    /// An account, a post and an appointment in a country.
    Account { country: usize },
}

/// An act on the second stage only, after a common one.
#[derive(Clone, Debug)]
pub struct Hidden {
    pub after: usize,
    pub what: Veiled,
}

#[derive(Clone, Debug)]
pub enum Veiled {
    /// A record that the viewer never sees, perhaps released to others, perhaps recalled.
    Record { by: usize, kind: Kind, word: usize, to: Vec<usize>, recalled: bool },
    /// A further revision of a common record, as far as it comes: draft, submitted, approved, released to others.
    Revision { record: usize, word: usize, far: usize, to: Vec<usize> },
    /// The revision that is there, released to others.
    Release { record: usize, to: Vec<usize> },
    /// A further vintage of a common dataset, released to anybody, the viewer too, and not open yet; perhaps
    /// retracted or recalled before it is.
    Embargo { record: usize, to: Vec<usize>, undone: usize },
    /// An account where the viewer sees none.
    Account { country: usize },
    /// A gap of another country, asked of others; or what another partner answers to one that the viewer was asked about.
    Support { country: usize, answered: bool, to: Vec<usize> },
    /// A point of another country put in service, reported, and shared with others; perhaps recalled.
    Capacity { country: usize, point: usize, level: usize, to: Vec<usize>, recalled: bool },
}

#[derive(Clone, Debug)]
pub struct Script {
    pub acts: Vec<Act>,
    pub hidden: Vec<Hidden>,
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Plan), Just(Kind::Dataset), Just(Kind::Meeting)]
}

fn to() -> impl Strategy<Value = Vec<usize>> {
    vec(0..PARTIES, 1..4)
}

fn act() -> impl Strategy<Value = Act> {
    let (record, word) = (0..32usize, 0..WORDS.len());
    prop_oneof![
        3 => (0..OWNERS.len(), kind(), 0..MARKS.len(), word.clone())
            .prop_map(|(by, kind, mark, word)| Act::Begin { by, kind, mark, word }),
        6 => (record.clone(), word.clone(), to(), 0..32usize)
            .prop_map(|(record, word, to, link)| Act::Publish { record, word, to, link }),
        2 => (record.clone(), word.clone()).prop_map(|(record, word)| Act::Revise { record, word }),
        2 => (record.clone(), to()).prop_map(|(record, to)| Act::Widen { record, to }),
        2 => (record, proptest::option::of(0..PARTIES)).prop_map(|(record, from)| Act::Recall { record, from }),
        1 => (0..3usize).prop_map(|country| Act::Institution { country }),
        1 => (0..3usize).prop_map(|country| Act::Account { country }),
    ]
}

fn veiled() -> impl Strategy<Value = Veiled> {
    let (record, word) = (0..32usize, 0..WORDS.len());
    prop_oneof![
        3 => (0..OWNERS.len(), kind(), word.clone(), to(), any::<bool>())
            .prop_map(|(by, kind, word, to, recalled)| Veiled::Record { by, kind, word, to, recalled }),
        4 => (record.clone(), word, 0..4usize, to())
            .prop_map(|(record, word, far, to)| Veiled::Revision { record, word, far, to }),
        2 => (record.clone(), to()).prop_map(|(record, to)| Veiled::Release { record, to }),
        3 => (record, to(), 0..3usize).prop_map(|(record, to, undone)| Veiled::Embargo { record, to, undone }),
        1 => (0..3usize).prop_map(|country| Veiled::Account { country }),
        3 => (0..3usize, any::<bool>(), to())
            .prop_map(|(country, answered, to)| Veiled::Support { country, answered, to }),
        3 => (0..3usize, 0..2usize, 0..3usize, to(), any::<bool>()).prop_map(|(country, point, level, to, recalled)| {
            Veiled::Capacity { country, point, level, to, recalled }
        }),
    ]
}

/// Every script begins with something of each kind that is there to be seen.
fn prologue() -> Vec<Act> {
    let begun =
        [(0, Kind::Plan), (1, Kind::Dataset), (4, Kind::Meeting), (3, Kind::Plan), (0, Kind::Meeting)];
    let acts = begun.into_iter().enumerate().flat_map(|(record, (by, kind))| {
        let mark = record % 2;
        [
            Act::Begin { by, kind, mark, word: record },
            Act::Publish { record, word: record, to: vec![2, 3, 4], link: record },
        ]
    });
    acts.collect()
}

pub fn script() -> impl Strategy<Value = Script> {
    let acts = vec(act(), 4..14).prop_map(|more| prologue().into_iter().chain(more).collect::<Vec<_>>());
    let hidden = vec((0..24usize, veiled()), 6..16);
    (acts, hidden).prop_map(|(acts, hidden)| {
        let hidden =
            hidden.into_iter().map(|(after, what)| Hidden { after: after % acts.len(), what }).collect();
        Script { acts, hidden }
    })
}
