//! Which observations of a vintage go out.

use chrono::NaiveDate;

use super::Observed;
use crate::{
    error::{Error, Problem, Reason, Result},
    say,
    statistics::{
        asking::{DimensionFilterInput, selection},
        cube::{Cube, Frame},
        nearest::nearest,
        period::Period,
    },
};

/// Whether an observation goes out, by its value and its status.
pub type Keep = Box<dyn Fn(Observed) -> bool + Send>;

/// All must hold.
pub struct Selection {
    /// Of each dimension, whether each code of the frame counts.
    pub codes: Vec<Vec<bool>>,
    /// Of each period of the frame.
    pub periods: Vec<bool>,
    /// Of these combinations of codes only, where any are given: of each dimension the codes; `None` is any.
    pub keys: Vec<Vec<Option<Vec<u32>>>>,
    pub keep: Option<Keep>,
    /// So many of each series, from its beginning or from its end.
    pub first: Option<usize>,
    pub last: Option<usize>,
}

impl Selection {
    pub fn all(frame: &Frame) -> Self {
        let dimensions = 0..frame.layout().dimensions.len();
        Self {
            codes: dimensions.map(|at| vec![true; frame.codes(at).len()]).collect(),
            periods: vec![true; frame.periods().len()],
            keys: Vec::new(),
            keep: None,
            first: None,
            last: None,
        }
    }

    /// With these codes, and wholly within these days. A code that is known nowhere is refused, since the rest
    /// would pass for all.
    pub fn filtered(
        cube: &Cube,
        filters: &[DimensionFilterInput],
        (from, until): (Option<NaiveDate>, Option<NaiveDate>),
    ) -> Result<Self> {
        selection::check("where", filters)?;
        let mut selected = Self::all(cube.frame());
        let mut problems = Vec::new();
        for (dimension, codes) in selection::codes(cube, filters)? {
            match cube.layout().position(&dimension) {
                Some(at) => {
                    let counts = named(cube, at, &codes, &mut problems);
                    selected.codes[at].iter_mut().zip(counts).for_each(|(old, new)| *old &= new);
                }
                None => {
                    let all = cube.layout().codes().collect::<Vec<_>>().join(", ");
                    let say = say!(
                        "no hay dimensión `{dimension}`; hay: {all}",
                        "there is no dimension `{dimension}`; there are: {all}"
                    );
                    problems.push(Problem::new(Reason::Unknown, "where", say));
                }
            }
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let within = |period: &Period| {
            from.is_none_or(|from| from <= period.start())
                && until.is_none_or(|until| period.end().pred_opt().is_some_and(|last| last <= until))
        };
        selected.periods = cube.periods().iter().map(within).collect();
        Ok(selected)
    }
}

/// Codes that are not there; to say of each what was probably meant takes its time.
const MOST_TOLD: usize = 20;

fn named(cube: &Cube, dimension: usize, codes: &[String], problems: &mut Vec<Problem>) -> Vec<bool> {
    let (declared, present) = (&cube.layout().dimensions[dimension], cube.codes(dimension));
    let mut named = vec![false; present.len()];
    for code in codes {
        if let Ok(at) = present.binary_search(code) {
            named[at] = true;
        } else if problems.len() < MOST_TOLD && !declared.known().contains(&code.as_str()) {
            let near = declared.probably(code).or_else(|| nearest(code, present.iter().map(String::as_str)));
            let say = match near {
                Some(near) => say!(
                    "aquí no hay ese código; ¿quiso decir `{near}`?",
                    "there is no such code here; did you mean `{near}`?"
                ),
                None => say!("aquí no hay ese código", "there is no such code here"),
            };
            problems.push(Problem::new(Reason::Unknown, &declared.code, say));
        }
    }
    named
}
