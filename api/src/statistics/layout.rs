//! What a dataset declares before any figure: its dimensions, in order, and how exact its figures are.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{
    code::{self, DimensionRole},
    lists::{self, CodeList},
    nearest::nearest,
};
use crate::{
    error::{Problem, Reason},
    say,
    text::Text,
};

/// The columns every vintage has beside its dimensions, named as in SDMX.
pub const TIME_PERIOD: &str = "TIME_PERIOD";
pub const OBS_VALUE: &str = "OBS_VALUE";
pub const OBS_STATUS: &str = "OBS_STATUS";

pub const MOST_DIMENSIONS: usize = 16;
pub const MOST_DECIMALS: u8 = 6;
/// The most codes a closed list may hold: more than the municipalities of the region.
pub const MOST_CODES: usize = 10_000;

/// Fields in alphabetical order: this is the canonical form that a vintage carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Decimals of every figure; 0 for counts.
    #[serde(default)]
    pub decimals: u8,
    pub dimensions: Vec<Dimension>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// Names the dimension everywhere: `SEX`, `REF_AREA`.
    pub code: String,
    /// The only codes it may have; any of its list, if none are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<Vec<String>>,
    /// The [list](super::lists) of its codes, with its version: `CL_SEX(1.0)`. Any code, if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    pub name: Text,
    #[serde(default)]
    pub role: DimensionRole,
}

impl Layout {
    pub fn position(&self, code: &str) -> Option<usize> {
        self.dimensions.iter().position(|dimension| dimension.code == code)
    }

    pub fn codes(&self) -> impl Iterator<Item = &str> + Clone {
        self.dimensions.iter().map(|dimension| dimension.code.as_str())
    }

    /// Everything that is wrong with it; `path` is where it stands in the input.
    pub fn check(&self, path: &str) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        if self.decimals > MOST_DECIMALS {
            problems.push(Problem::new(
                Reason::OutOfRange,
                format!("{path}.decimals"),
                say!("a lo más {MOST_DECIMALS} decimales", "at most {MOST_DECIMALS} decimals"),
            ));
        }
        let count = self.dimensions.len();
        if count == 0 || count > MOST_DIMENSIONS {
            problems.push(Problem::new(
                if count == 0 { Reason::Required } else { Reason::TooLarge },
                format!("{path}.dimensions"),
                say!("de 1 a {MOST_DIMENSIONS} dimensiones", "1 to {MOST_DIMENSIONS} dimensions"),
            ));
        }
        let mut seen = HashSet::new();
        for (at, dimension) in self.dimensions.iter().take(MOST_DIMENSIONS).enumerate() {
            let path = format!("{path}.dimensions.{at}");
            if !seen.insert(dimension.code.to_lowercase()) {
                let code = &dimension.code;
                problems.push(Problem::new(
                    Reason::Duplicate,
                    format!("{path}.code"),
                    say!(
                        "otra dimensión ya se llama `{code}`",
                        "another dimension is already called `{code}`"
                    ),
                ));
            }
            dimension.check(&path, &mut problems);
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

impl Dimension {
    pub fn list(&self) -> Option<&'static CodeList> {
        lists::find(self.list.as_deref()?)
    }

    /// Whether it may have this code.
    pub fn takes(&self, code: &str) -> bool {
        match &self.codes {
            Some(codes) => codes.iter().any(|known| known == code),
            None => self.list().is_none_or(|list| list.has(code)),
        }
    }

    /// The codes it may have, where they are known one by one.
    pub fn known(&self) -> Vec<&str> {
        match (&self.codes, self.list()) {
            (Some(codes), _) => codes.iter().map(String::as_str).collect(),
            (None, Some(list)) => list.codes.iter().map(|listed| listed.code.as_str()).collect(),
            (None, None) => Vec::new(),
        }
    }

    /// What was probably meant by a code that it does not take: the one of that name, or the nearest.
    pub fn probably(&self, code: &str) -> Option<&str> {
        let called = self.list().and_then(|list| list.called(code)).filter(|called| self.takes(called));
        called.or_else(|| nearest(code, self.known()))
    }

    fn check_list(&self, path: &str, problems: &mut Vec<Problem>) {
        let Some(reference) = &self.list else { return };
        let Some(list) = lists::find(reference) else {
            let all = lists::all().iter().map(CodeList::reference).collect::<Vec<_>>().join(", ");
            problems.push(Problem::new(
                Reason::Unknown,
                format!("{path}.list"),
                say!(
                    "no hay lista `{reference}`; hay: {all}",
                    "there is no list `{reference}`; there are: {all}"
                ),
            ));
            return;
        };
        if list.role != self.role {
            problems.push(Problem::new(
                Reason::Malformed,
                format!("{path}.role"),
                say!(
                    "la lista {reference} ya dice cómo se traslapan sus códigos; quite `role`",
                    "the list {reference} says itself how its codes overlap; leave `role` out"
                ),
            ));
        }
        for (at, code) in self.codes.iter().flatten().enumerate().filter(|(_, code)| !list.has(code)) {
            problems.push(Problem::new(
                Reason::Unknown,
                format!("{path}.codes.{at}"),
                say!("`{code}` no está en la lista {reference}", "`{code}` is not in the list {reference}"),
            ));
        }
    }

    fn check(&self, path: &str, problems: &mut Vec<Problem>) {
        if let Some(problem) = self.misnamed(&format!("{path}.code")) {
            problems.push(problem);
        }
        if self.name.es.trim().is_empty() {
            problems.push(Problem::new(
                Reason::Required,
                format!("{path}.name.es"),
                say!("la dimensión necesita un nombre", "the dimension needs a name"),
            ));
        }
        if self.name.es.chars().count().max(self.name.en.as_deref().map_or(0, |en| en.chars().count())) > 200
        {
            problems.push(Problem::new(
                Reason::TooLarge,
                format!("{path}.name"),
                say!("un nombre tiene a lo más 200 caracteres", "a name has at most 200 characters"),
            ));
        }
        self.check_list(path, problems);
        let Some(codes) = &self.codes else { return };
        if codes.is_empty() || codes.len() > MOST_CODES {
            problems.push(Problem::new(
                if codes.is_empty() { Reason::Required } else { Reason::TooLarge },
                format!("{path}.codes"),
                say!(
                    "de 1 a {MOST_CODES} códigos; sin lista, se admite cualquiera",
                    "1 to {MOST_CODES} codes; without a list, any is allowed"
                ),
            ));
            return;
        }
        let mut seen = HashSet::new();
        for (at, code) in codes.iter().enumerate() {
            let wrong = match code::tidy(code) {
                Err(say) => Some((Reason::Malformed, say)),
                Ok(tidy) if tidy != *code => {
                    Some((Reason::Malformed, say!("escriba `{tidy}`", "write `{tidy}`")))
                }
                Ok(_) if !seen.insert(code.to_lowercase()) => Some((
                    Reason::Duplicate,
                    say!("`{code}` ya está en la lista", "`{code}` is already in the list"),
                )),
                Ok(_) => code::suits(self.role, code).err().map(|say| (Reason::Malformed, say)),
            };
            if let Some((reason, say)) = wrong {
                problems.push(Problem::new(reason, format!("{path}.codes.{at}"), say));
            }
        }
    }

    fn misnamed(&self, path: &str) -> Option<Problem> {
        let code = &self.code;
        let mut letters = code.chars();
        let sound = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
            && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
            && code.len() <= code::LONGEST;
        if !sound {
            return Some(Problem::new(
                Reason::Malformed,
                path,
                say!(
                    "una letra, luego letras, cifras y `_`, hasta 64: `REF_AREA`",
                    "a letter, then letters, digits and `_`, up to 64: `REF_AREA`"
                ),
            ));
        }
        [TIME_PERIOD, OBS_VALUE, OBS_STATUS].iter().any(|name| name.eq_ignore_ascii_case(code)).then(|| {
            Problem::new(
                Reason::Duplicate,
                path,
                say!("toda serie ya tiene `{code}`", "every series has `{code}` already"),
            )
        })
    }
}
