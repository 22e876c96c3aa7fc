//! A vintage made of the one before and a file that tells the changes only.

use std::{collections::HashMap, sync::Arc};

use super::{
    gathering::{Gathering, Settled},
    layout::Layout,
    period::Period,
    reading::{Amends, Deletion},
    side_by_side::side_by_side,
    vintage::Figure,
};
use crate::{error::Result, vault::Scratch};

/// What is to go. Deletions of one figure are looked up, those of many are tried one by one.
struct Going<'a> {
    one: HashMap<(Vec<&'a str>, Period), usize>,
    many: Vec<(usize, &'a Deletion)>,
    /// Which of them met a figure.
    met: Vec<bool>,
    /// What `many` says of the series that is walked through: nothing more is asked for each figure of it.
    series: Option<Arc<[Arc<str>]>>,
    of_series: Vec<(usize, &'a Deletion)>,
}

impl<'a> Going<'a> {
    fn new(deletions: &'a [Deletion]) -> Self {
        let (mut one, mut many) = (HashMap::new(), Vec::new());
        for (at, deletion) in deletions.iter().enumerate() {
            let codes: Option<Vec<&str>> = deletion.codes.iter().map(Option::as_deref).collect();
            match codes.zip(deletion.period) {
                Some(key) => drop(one.insert(key, at)),
                None => many.push((at, deletion)),
            }
        }
        Self { one, many, met: vec![false; deletions.len()], series: None, of_series: Vec::new() }
    }

    fn takes(&mut self, figure: &Figure) -> bool {
        let mut gone = false;
        if !self.one.is_empty() {
            let key = (figure.series.iter().map(|code| &**code).collect(), figure.period);
            if let Some(at) = self.one.get(&key) {
                (self.met[*at], gone) = (true, true);
            }
        }
        if self.series.as_ref().is_none_or(|series| !Arc::ptr_eq(series, &figure.series)) {
            let speaks = |deletion: &Deletion| {
                let codes = deletion.codes.iter().zip(&*figure.series);
                codes
                    .into_iter()
                    .all(|(wanted, code)| wanted.as_deref().is_none_or(|wanted| wanted == &**code))
            };
            self.of_series = self.many.iter().filter(|(_, deletion)| speaks(deletion)).copied().collect();
            self.series = Some(figure.series.clone());
        }
        for (at, deletion) in &self.of_series {
            if deletion.period.is_none_or(|period| period == figure.period) {
                (self.met[*at], gone) = (true, true);
            }
        }
        gone
    }
}

/// The figures of before without what is deleted, and with what is written; and the deletions that met nothing.
pub fn amend<'a>(
    layout: &Layout,
    before: impl Iterator<Item = Result<Figure>>,
    written: impl Iterator<Item = Result<Figure>>,
    amends: &'a Amends,
    scratch: &Scratch,
) -> Result<(Settled, Vec<&'a Deletion>)> {
    let mut whole = Gathering::new(layout.clone(), scratch.clone());
    let mut going = Going::new(&amends.deletions);
    let mut codes = Vec::new();
    for both in side_by_side(before, written) {
        let (before, after) = both?;
        let stays = before.filter(|figure| !going.takes(figure));
        let figure = match (stays, after) {
            (Some(old), Some(new)) if amends.keeps_status && !amends.replaces && new.value.is_some() => {
                // Without a word on the status it is as it was, unless it said that there was no figure.
                let status = if old.status.denies_value() { new.status } else { old.status };
                Figure { status, ..new }
            }
            (_, Some(new)) => new,
            (Some(old), None) => old,
            (None, None) => continue,
        };
        codes.clear();
        codes.extend(figure.series.iter().enumerate().map(|(at, code)| whole.code(at, code)));
        whole.push(&codes, figure.period, figure.value, figure.status, 0)?;
    }
    let missed = amends.deletions.iter().zip(going.met).filter(|(_, met)| !met).map(|(deletion, _)| deletion);
    Ok((whole.settle(0)?, missed.collect()))
}
