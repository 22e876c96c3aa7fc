//! Keeps an eye on what is being added together: of each cell, which codes or periods went into it, so that a
//! pair that overlaps is found, and named.

use crate::statistics::code::Span;

/// Past this many words of bits (64 MB), a question is too wide to be watched.
pub const MOST_WORDS: usize = 8 << 20;

const UNWATCHED: u32 = u32::MAX;

/// Watches one dimension, or the periods. Only what overlaps something else has a slot, so that in most questions
/// there is nothing to watch at all.
pub struct Watch {
    /// Of each member (a code or a period), its bit, or [`UNWATCHED`].
    slot_of: Vec<u32>,
    /// Of each bit, the member and its span, sorted by span: an overlap shows in one sweep.
    slots: Vec<(Span, u32)>,
    /// Words of bits for each cell.
    words: usize,
    bits: Vec<u64>,
}

impl Watch {
    /// Over the members that may be met; `None` if no two of them overlap.
    pub fn over(members: usize, met: impl Iterator<Item = (Span, u32)>) -> Option<Self> {
        let mut met: Vec<(Span, u32)> = met.collect();
        met.sort_unstable_by_key(|(span, member)| (span.from, span.to, *member));
        let mut reach = 0;
        let mut touches = vec![false; met.len()];
        for at in 0..met.len() {
            let span = met[at].0;
            let next = met.get(at + 1).is_some_and(|(next, _)| next.from < span.to);
            touches[at] = next || span.from < reach;
            reach = reach.max(span.to);
        }
        let slots: Vec<(Span, u32)> =
            met.into_iter().zip(touches).filter(|(_, touches)| *touches).map(|(met, _)| met).collect();
        if slots.is_empty() {
            return None;
        }
        let mut slot_of = vec![UNWATCHED; members];
        for (slot, (_, member)) in (0..).zip(&slots) {
            slot_of[*member as usize] = slot;
        }
        Some(Self { slot_of, words: slots.len().div_ceil(64), slots, bits: Vec::new() })
    }

    /// How many words of bits it has taken.
    pub fn words(&self) -> usize {
        self.bits.len()
    }

    pub fn add_cell(&mut self) {
        self.bits.resize(self.bits.len() + self.words, 0);
    }

    pub fn note(&mut self, cell: usize, member: u32) {
        let slot = self.slot_of[member as usize];
        if slot != UNWATCHED {
            self.bits[cell * self.words + slot as usize / 64] |= 1 << (slot % 64);
        }
    }

    /// Notes in one cell what another watch over the same noted in one of its own.
    pub fn absorb(&mut self, cell: usize, other: &Self, theirs: usize) {
        let own = &mut self.bits[cell * self.words..][..self.words];
        own.iter_mut().zip(&other.bits[theirs * self.words..]).for_each(|(own, bits)| *own |= bits);
    }

    /// Two members that went into the cell and overlap.
    pub fn overlap(&self, cell: usize) -> Option<(u32, u32)> {
        let mut widest: Option<(Span, u32)> = None;
        for (word, mut bits) in (0..).zip(self.bits[cell * self.words..][..self.words].iter().copied()) {
            while bits != 0 {
                let (span, member) = self.slots[word * 64 + bits.trailing_zeros() as usize];
                bits &= bits - 1;
                match widest {
                    Some((before, other)) if span.from < before.to => return Some((other, member)),
                    _ => widest = Some((span, member)),
                }
            }
        }
        None
    }
}
