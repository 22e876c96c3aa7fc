//! Which codes of a cube are meant: those that are named, and those that lie inside others.

use std::collections::BTreeSet;

use super::inputs::DimensionFilterInput;
use crate::{
    bounds::Bounds,
    error::{Problem, Reason, Result},
    say,
    statistics::{code, cube::Cube},
};

pub const MOST_FILTERS: usize = 16;
const MOST_CODES: usize = 1_000;

pub fn check(path: &str, filters: &[DimensionFilterInput]) -> Result<()> {
    let mut bounds = Bounds::default();
    bounds.count(path, filters.len(), MOST_FILTERS);
    for (at, filter) in filters.iter().enumerate() {
        bounds.count(format!("{path}.{at}.codes"), filter.codes.len(), MOST_CODES);
        bounds.count(format!("{path}.{at}.within"), filter.within.len(), MOST_CODES);
    }
    bounds.done()
}

/// The codes that count, by dimension.
pub fn codes(cube: &Cube, filters: &[DimensionFilterInput]) -> Result<Vec<(String, Vec<String>)>> {
    filters
        .iter()
        .map(|filter| {
            let mut codes = filter.codes.clone();
            // One that is named a thousand times is looked into once.
            for wider in filter.within.iter().collect::<BTreeSet<_>>() {
                codes.extend(inside(cube, &filter.dimension, wider)?);
            }
            codes.sort();
            codes.dedup();
            Ok((filter.dimension.clone(), codes))
        })
        .collect()
}

fn inside(cube: &Cube, dimension: &str, wider: &str) -> Result<Vec<String>> {
    // A dimension that is not there is refused by the cube, with what there is.
    let Some(at) = cube.layout().position(dimension) else { return Ok(vec![wider.to_owned()]) };
    let declared = &cube.layout().dimensions[at];
    let lies = |code: &&String| {
        code.as_str() != wider
            && (code::inside(declared.role, code, wider)
                || declared.list().is_some_and(|list| list.inside(code, wider)))
    };
    let found: Vec<String> = cube.codes(at).iter().filter(lies).cloned().collect();
    if !found.is_empty()
        || cube.codes(at).iter().any(|code| code == wider)
        || declared.known().contains(&wider)
    {
        return Ok(if found.is_empty() { vec![wider.to_owned()] } else { found });
    }
    let say =
        say!("nada de {dimension} queda dentro de `{wider}`", "nothing of {dimension} lies inside `{wider}`");
    Err(Problem::new(Reason::Unknown, dimension, say).into())
}
