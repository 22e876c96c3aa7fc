//! The filters of an SDMX data query: keys in the path, and `c[COMPONENT]=...` with its operators.

use std::cmp::Ordering;

use crate::statistics::period::Period;

/// What a component must be: one of these, each of which is all of its terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition(Vec<Vec<Term>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    operator: Operator,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    ContainsNot,
    StartsWith,
    EndsWith,
}

use Operator::*;

const OPERATORS: [(&str, Operator); 10] = [
    ("eq", Equal),
    ("ne", NotEqual),
    ("lt", Less),
    ("le", LessOrEqual),
    ("gt", Greater),
    ("ge", GreaterOrEqual),
    ("co", Contains),
    ("nc", ContainsNot),
    ("sw", StartsWith),
    ("ew", EndsWith),
];

/// More terms than any question has.
const MOST: usize = 1_000;

impl Condition {
    /// `A,B` one or the other, `ge:A+le:B` both.
    pub fn parse(text: &str) -> Option<Self> {
        let term = |text: &str| {
            let told = text.split_once(':');
            let known = told.and_then(|(word, rest)| {
                let (_, operator) = OPERATORS.iter().find(|(known, _)| *known == word)?;
                Some((*operator, rest))
            });
            let (operator, text) = known.unwrap_or((Equal, text));
            (!text.is_empty()).then(|| Term { operator, text: text.to_owned() })
        };
        let all = |text: &str| text.split('+').map(term).collect::<Option<Vec<_>>>();
        let terms = text.split(',').map(all).collect::<Option<Vec<_>>>()?;
        (terms.iter().map(Vec::len).sum::<usize>() <= MOST).then_some(Self(terms))
    }

    /// At least, or at most.
    pub fn edge(operator: Operator, text: &str) -> Self {
        Self(vec![vec![Term { operator, text: text.to_owned() }]])
    }

    fn holds(&self, term: impl Fn(&Term) -> bool) -> bool {
        self.0.iter().any(|all| all.iter().all(&term))
    }

    /// Of a code; one that is asked for by order is compared as text.
    pub fn takes(&self, code: &str) -> bool {
        self.holds(|Term { operator, text }| match operator {
            Equal => code == text,
            NotEqual => code != text,
            Less => code < text.as_str(),
            LessOrEqual => code <= text.as_str(),
            Greater => code > text.as_str(),
            GreaterOrEqual => code >= text.as_str(),
            Contains => code.contains(text),
            ContainsNot => !code.contains(text),
            StartsWith => code.starts_with(text),
            EndsWith => code.ends_with(text),
        })
    }

    /// What every term is, where each must be readable so.
    pub fn read<T>(&self, read: impl Fn(&str) -> Option<T>) -> Option<Vec<Vec<(Operator, T)>>> {
        let term = |term: &Term| {
            let ordered = !matches!(term.operator, Contains | ContainsNot | StartsWith | EndsWith);
            ordered.then(|| Some((term.operator, read(&term.text)?)))?
        };
        self.0.iter().map(|all| all.iter().map(term).collect()).collect()
    }
}

/// Of a period: `ge:2020-03` begins no earlier than that month, `le:2020-12` ends no later.
pub fn within(wanted: &[Vec<(Operator, Period)>], period: Period) -> bool {
    let holds = |(operator, asked): &(Operator, Period)| match operator {
        Equal => period == *asked,
        NotEqual => period != *asked,
        Less => period.end() <= asked.start(),
        LessOrEqual => period.end() <= asked.end(),
        Greater => period.start() >= asked.end(),
        GreaterOrEqual => period.start() >= asked.start(),
        _ => false,
    };
    wanted.iter().any(|all| all.iter().all(holds))
}

/// Of a figure; what has none satisfies nothing but not being equal.
pub fn compares(wanted: &[Vec<(Operator, i64)>], value: Option<i64>) -> bool {
    let holds = |(operator, asked): &(Operator, i64)| match (value.map(|value| value.cmp(asked)), operator) {
        (None, operator) => *operator == NotEqual,
        (Some(order), Equal) => order == Ordering::Equal,
        (Some(order), NotEqual) => order != Ordering::Equal,
        (Some(order), Less) => order == Ordering::Less,
        (Some(order), LessOrEqual) => order != Ordering::Greater,
        (Some(order), Greater) => order == Ordering::Greater,
        (Some(order), GreaterOrEqual) => order != Ordering::Less,
        _ => false,
    };
    wanted.iter().any(|all| all.iter().all(holds))
}

/// One key: of each dimension the codes that it may have; `None` is any.
pub type Key = Vec<Option<Vec<String>>>;

/// `M.US,F.*`: one key or several, a code or `*` for each dimension; what is left out at the end is any. `M+F` is
/// one or the other, as older clients write it.
pub fn keys(text: &str, dimensions: usize) -> Option<Vec<Key>> {
    if matches!(text, "" | "*" | "all") {
        return Some(Vec::new());
    }
    let key = |text: &str| {
        let codes = |codes: &str| match codes {
            "*" | "" => None,
            codes => Some(codes.split('+').map(str::to_owned).collect()),
        };
        let key: Key = text.split('.').map(codes).collect();
        (key.len() <= dimensions).then_some(key)
    };
    let keys = text.split(',').map(key).collect::<Option<Vec<_>>>()?;
    (keys.len() <= MOST).then_some(keys)
}
