//! The figures of two vintages walked together, in the one order that both have. Neither is held in memory.

use std::{cmp::Ordering, iter::Peekable};

use super::vintage::Figure;
use crate::error::Result;

/// Each figure once: as it was before, and as it is after.
pub struct SideBySide<A: Iterator, B: Iterator> {
    before: Peekable<A>,
    after: Peekable<B>,
}

pub fn side_by_side<A, B>(before: A, after: B) -> SideBySide<A, B>
where
    A: Iterator<Item = Result<Figure>>,
    B: Iterator<Item = Result<Figure>>,
{
    SideBySide { before: before.peekable(), after: after.peekable() }
}

impl<A, B> Iterator for SideBySide<A, B>
where
    A: Iterator<Item = Result<Figure>>,
    B: Iterator<Item = Result<Figure>>,
{
    type Item = Result<(Option<Figure>, Option<Figure>)>;

    fn next(&mut self) -> Option<Self::Item> {
        let order = match (self.before.peek(), self.after.peek()) {
            (None, None) => return None,
            // What cannot be read comes first, and ends the walk.
            (Some(Err(_)), _) | (Some(_), None) => Ordering::Less,
            (_, Some(Err(_))) | (None, Some(_)) => Ordering::Greater,
            (Some(Ok(a)), Some(Ok(b))) => a.series.cmp(&b.series).then(a.period.cmp(&b.period)),
        };
        let before = if order.is_le() { self.before.next().transpose() } else { Ok(None) };
        let after = if order.is_ge() { self.after.next().transpose() } else { Ok(None) };
        Some(before.and_then(|before| Ok((before, after?))))
    }
}
