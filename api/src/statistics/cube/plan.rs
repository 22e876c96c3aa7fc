//! A question made ready for one pass over a cube: which codes count, which row each belongs to.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{ByPeriod, Frame, Periods, Question};
use crate::{
    error::{Error, Problem, Reason, Result},
    say,
    statistics::{nearest::nearest, period::Period},
};

/// In [`Plan::bucket_of`]: the period is not asked for.
pub const OUTSIDE: u32 = u32::MAX;
/// In [`Plan::bucket_of`]: the period reaches over an edge of the days that are asked for.
pub const STRADDLING: u32 = u32::MAX - 1;

pub struct Plan {
    /// Of each dimension, whether each code counts.
    pub counts: Vec<Vec<bool>>,
    pub groups: Vec<Group>,
    /// Of each period, its bucket, or [`OUTSIDE`] or [`STRADDLING`].
    pub bucket_of: Vec<u32>,
    /// Sorted by time.
    pub buckets: Vec<Bucket>,
}

/// A dimension that is grouped by.
pub struct Group {
    pub dimension: usize,
    /// Of each code of the dimension that counts, its place among those.
    pub place_of: Vec<u32>,
    /// The codes that count, sorted.
    pub codes: Vec<u32>,
}

pub struct Bucket {
    /// As it is written; `None` when all periods are added.
    pub label: Option<String>,
    /// Not a bucket, but a period that fits into none.
    pub misfit: Option<Period>,
}

impl Plan {
    pub fn of(frame: &Frame, question: &Question) -> Result<Self> {
        let mut problems = Vec::new();
        let mut counts: Vec<Vec<bool>> =
            frame.dictionaries.iter().map(|d| vec![true; d.codes.len()]).collect();
        for (name, codes) in &question.where_ {
            match dimension(frame, name, name) {
                Ok(dimension) => narrow(frame, dimension, codes, &mut counts[dimension], &mut problems),
                Err(problem) => problems.push(problem),
            }
        }
        let mut groups: Vec<Group> = Vec::new();
        for name in &question.group_by {
            match dimension(frame, name, "groupBy") {
                Ok(dimension) if groups.iter().any(|group| group.dimension == dimension) => {
                    let say = say!("`{name}` está dos veces", "`{name}` stands there twice");
                    problems.push(Problem::new(Reason::Duplicate, "groupBy", say));
                }
                Ok(dimension) => groups.push(Group::of(dimension, &counts[dimension])),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let (bucket_of, buckets) = buckets(frame, question);
        Ok(Self { counts, groups, bucket_of, buckets })
    }
}

impl Group {
    fn of(dimension: usize, counts: &[bool]) -> Self {
        let mut place_of = vec![0; counts.len()];
        let mut codes = Vec::new();
        for (code, _) in (0..).zip(counts).filter(|(_, counts)| **counts) {
            place_of[code as usize] = codes.len() as u32;
            codes.push(code);
        }
        Self { dimension, place_of, codes }
    }
}

fn dimension(frame: &Frame, name: &str, path: &str) -> Result<usize, Problem> {
    frame.layout.position(name).ok_or_else(|| {
        let all = frame.layout.codes().collect::<Vec<_>>().join(", ");
        let say = match nearest(name, frame.layout.codes()) {
            Some(near) => say!(
                "no hay dimensión `{name}`; ¿quiso decir `{near}`? Hay: {all}",
                "there is no dimension `{name}`; did you mean `{near}`? There are: {all}"
            ),
            None => {
                say!(
                    "no hay dimensión `{name}`; hay: {all}",
                    "there is no dimension `{name}`; there are: {all}"
                )
            }
        };
        Problem::new(Reason::Unknown, path, say)
    })
}

/// A code that a closed list has and no observation counts nothing; one that is known nowhere is refused, since
/// the sum without it would pass for the sum with it.
fn narrow(
    frame: &Frame,
    dimension: usize,
    codes: &[String],
    counts: &mut [bool],
    problems: &mut Vec<Problem>,
) {
    let declared = &frame.layout.dimensions[dimension];
    if codes.is_empty() {
        let say = say!(
            "diga al menos un código, o quite el filtro",
            "name at least one code, or leave the filter out"
        );
        problems.push(Problem::new(Reason::Required, &declared.code, say));
    }
    let present = &frame.dictionaries[dimension].codes;
    let mut named = vec![false; present.len()];
    for code in codes {
        if let Ok(at) = present.binary_search(code) {
            named[at] = true;
        } else if !declared.known().contains(&code.as_str()) {
            let near = declared.probably(code).or_else(|| nearest(code, present.iter().map(String::as_str)));
            let say = match near {
                Some(near) => say!(
                    "aquí no hay `{code}`; ¿quiso decir `{near}`?",
                    "there is no `{code}` here; did you mean `{near}`?"
                ),
                None => say!("aquí no hay `{code}`", "there is no `{code}` here"),
            };
            problems.push(Problem::new(Reason::Unknown, &declared.code, say));
        }
    }
    counts.iter_mut().zip(named).for_each(|(counts, named)| *counts &= named);
}

/// Sorted by time: first day, first day after, how it is written.
type BucketKey = (NaiveDate, NaiveDate, Option<String>);

fn buckets(frame: &Frame, question: &Question) -> (Vec<u32>, Vec<Bucket>) {
    let asked: Vec<u32> = frame.periods.iter().map(|period| asked(*period, &question.periods)).collect();
    let mut keys: BTreeMap<BucketKey, (u32, Option<Period>)> = BTreeMap::new();
    let key_of = |period: Period| match question.by_period {
        None => ((NaiveDate::MIN, NaiveDate::MIN, None), None),
        Some(by) => match by.bucket(period) {
            Some(key) => (key, None),
            None => ((period.start(), period.end(), Some(period.to_string())), Some(period)),
        },
    };
    let inside = |at: &usize| asked[*at] == 0;
    for at in (0..asked.len()).filter(inside) {
        let (key, misfit) = key_of(frame.periods[at]);
        keys.insert(key, (0, misfit));
    }
    for (number, (place, _)) in (0..).zip(keys.values_mut()) {
        *place = number;
    }
    let mut bucket_of = asked.clone();
    for at in (0..asked.len()).filter(inside) {
        bucket_of[at] = keys[&key_of(frame.periods[at]).0].0;
    }
    let buckets = keys.into_iter().map(|((_, _, label), (_, misfit))| Bucket { label, misfit }).collect();
    (bucket_of, buckets)
}

/// 0 if it is asked for.
fn asked(period: Period, periods: &Option<Periods>) -> u32 {
    match periods {
        None => 0,
        Some(Periods::Among(list)) => {
            if list.contains(&period) {
                0
            } else {
                OUTSIDE
            }
        }
        Some(Periods::Within(from, to)) if *from <= period.start() && period.end() <= *to => 0,
        Some(Periods::Within(from, to)) if period.start() < *to && *from < period.end() => STRADDLING,
        Some(Periods::Within(..)) => OUTSIDE,
    }
}

impl ByPeriod {
    /// The bucket a period lies wholly inside, if there is one.
    fn bucket(self, period: Period) -> Option<BucketKey> {
        let bucket = match self {
            Self::Exact => period,
            Self::Month => period.month()?,
            Self::Quarter => period.quarter()?,
            Self::Year => period.year()?,
            Self::UsFiscalYear => {
                let year = period.us_fiscal_year()?;
                let first = |year| NaiveDate::from_ymd_opt(year, 10, 1);
                return Some((first(year - 1)?, first(year)?, Some(format!("FY{year}"))));
            }
        };
        Some((bucket.start(), bucket.end(), Some(bucket.to_string())))
    }

    /// What a period does not fit into.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Exact => ("periodo", "period"),
            Self::Month => ("mes", "month"),
            Self::Quarter => ("trimestre", "quarter"),
            Self::Year => ("año", "year"),
            Self::UsFiscalYear => ("año fiscal de EE. UU.", "US fiscal year"),
        }
    }
}
