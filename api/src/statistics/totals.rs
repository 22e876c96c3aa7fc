//! Totals that a dataset says are the sum of parts, held against the parts.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{code, layout::Layout, period::Period, vintage::Figure};
use crate::{
    bounds::Bounds,
    error::{Reason, Result},
    say,
    text::Text,
};

pub const MOST_RULES: usize = 50;
const MOST_PARTS: usize = 100;
/// So many totals of one rule are held at once; beyond, it is told that they were not looked at.
const MOST_HELD: usize = 1_000_000;
/// So many disagreements are told one by one; all are counted.
pub const MOST_TOLD: usize = 100;

/// In this dimension this code is the sum of those, all else being equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrossTotal {
    pub dimension: String,
    pub parts: Vec<String>,
    pub total: String,
}

/// Why a total that is not the sum of its parts stands all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    pub reason: Text,
    /// The rule's [name](CrossTotal::name).
    pub rule: String,
}

/// A stated total that is not the sum of its parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Disagreement {
    pub rule: String,
    /// Of the total, in the order of the dimensions.
    pub codes: Vec<String>,
    pub period: Period,
    pub stated: i64,
    pub sum: i128,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Totals that were held against all their parts.
    pub checked: u64,
    /// In order of rule, codes and period; at most [`MOST_TOLD`].
    pub disagreements: Vec<Disagreement>,
    /// How many there are in all, by rule.
    pub counts: BTreeMap<String, u64>,
    /// Rules of which there were too many totals to look at.
    pub unchecked: Vec<String>,
}

impl CrossTotal {
    /// Such as `SEX: _T = F + M`.
    pub fn name(&self) -> String {
        format!("{}: {} = {}", self.dimension, self.total, self.parts.join(" + "))
    }
}

/// Everything that is wrong with the rules of a dataset.
pub fn check_rules(rules: &[CrossTotal], layout: &Layout, path: &str, bounds: &mut Bounds) {
    bounds.count(path, rules.len(), MOST_RULES);
    bounds.distinct(path, &rules.iter().map(CrossTotal::name).collect::<Vec<_>>());
    for (at, rule) in rules.iter().take(MOST_RULES).enumerate() {
        let path = format!("{path}.{at}");
        let Some(dimension) = layout.position(&rule.dimension).map(|at| &layout.dimensions[at]) else {
            let name = &rule.dimension;
            let say = say!("no hay dimensión `{name}`", "there is no dimension `{name}`");
            bounds.add(Reason::Unknown, format!("{path}.dimension"), say);
            continue;
        };
        if rule.parts.is_empty() {
            let say = say!("diga de qué partes es la suma", "say of which parts it is the sum");
            bounds.add(Reason::Required, format!("{path}.parts"), say);
        }
        bounds.count(format!("{path}.parts"), rule.parts.len(), MOST_PARTS);
        bounds.distinct(format!("{path}.parts"), &rule.parts);
        if rule.parts.contains(&rule.total) {
            let say = say!("el total no es parte de sí mismo", "the total is no part of itself");
            bounds.add(Reason::Malformed, format!("{path}.parts"), say);
        }
        let codes = rule.parts.iter().take(MOST_PARTS).chain([&rule.total]);
        for code in codes {
            let sound = dimension.takes(code)
                && code::tidy(code).is_ok_and(|tidy| tidy == *code)
                && code::suits(dimension.role, code).is_ok();
            if !sound {
                let say = say!("no es un código de esta dimensión", "is no code of this dimension");
                bounds.add(Reason::Unknown, path.clone(), say);
                break;
            }
        }
    }
}

/// Holds every total of the rules against its parts, in one walk. A total whose parts are not all there with a value
/// is left alone: nothing says what it should be.
pub fn check(
    figures: impl Iterator<Item = Result<Figure>>,
    rules: &[CrossTotal],
    layout: &Layout,
) -> Result<Totals> {
    let held = |rule| {
        Some(Held { rule, dimension: layout.position(&rule.dimension)?, groups: Some(HashMap::new()) })
    };
    let mut held: Vec<Held> = rules.iter().filter_map(held).collect();
    for figure in figures {
        let figure = figure?;
        for rule in &mut held {
            rule.take(&figure);
        }
    }
    let mut totals = Totals::default();
    for rule in held {
        rule.tell(&mut totals);
    }
    totals.disagreements.sort();
    totals.disagreements.truncate(MOST_TOLD);
    Ok(totals)
}

/// The totals of a rule, each with the sum of its parts, by all codes but that of the dimension, and by period.
struct Held<'a> {
    rule: &'a CrossTotal,
    dimension: usize,
    /// None once there were too many.
    groups: Option<HashMap<Key, Group>>,
}

/// All codes but that of the rule's dimension, and the period.
type Key = (Vec<Arc<str>>, Period);

#[derive(Default)]
struct Group {
    stated: Option<i64>,
    sum: i128,
    seen: usize,
}

impl Held<'_> {
    fn take(&mut self, figure: &Figure) {
        let (Some(groups), Some(value)) = (&mut self.groups, figure.value) else { return };
        let code = &*figure.series[self.dimension];
        let is_total = code == self.rule.total;
        if !is_total && !self.rule.parts.iter().any(|part| part == code) {
            return;
        }
        let mut codes = figure.series.to_vec();
        codes.remove(self.dimension);
        let group = groups.entry((codes, figure.period)).or_default();
        if is_total {
            group.stated = Some(value);
        } else {
            group.sum += i128::from(value);
            group.seen += 1;
        }
        if groups.len() > MOST_HELD {
            self.groups = None;
        }
    }

    fn tell(self, totals: &mut Totals) {
        let name = self.rule.name();
        let Some(groups) = self.groups else { return totals.unchecked.push(name) };
        for ((mut codes, period), group) in groups {
            let (Some(stated), true) = (group.stated, group.seen == self.rule.parts.len()) else { continue };
            totals.checked += 1;
            if i128::from(stated) == group.sum {
                continue;
            }
            *totals.counts.entry(name.clone()).or_default() += 1;
            codes.insert(self.dimension, self.rule.total.as_str().into());
            let codes = codes.iter().map(|code| code.to_string()).collect();
            totals.disagreements.push(Disagreement {
                rule: name.clone(),
                codes,
                period,
                stated,
                sum: group.sum,
            });
            if totals.disagreements.len() >= 2 * MOST_TOLD {
                totals.disagreements.sort();
                totals.disagreements.truncate(MOST_TOLD);
            }
        }
    }
}
