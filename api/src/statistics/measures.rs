//! What is derived from sums: shares, changes, moving averages, what has added up within a year.
//!
//! Pure, and above the cube: it takes the rows of answers and gives a cell for each. A measure of something that is
//! missing, incomplete or not comparable is missing too, and says why; never is anything taken for zero. What is
//! divided is rounded once, half to even, to [`PLACES`] decimals.

use std::collections::HashMap;

use super::{
    cube::Row,
    period::Period,
    status::{Status, Statuses},
};

/// Decimals of shares, rates and averages.
pub const PLACES: u8 = 6;
/// The most periods of a moving average: three years of months.
pub const WIDEST: u32 = 36;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    Sum,
    /// Of all groups together, in the same period.
    Share,
    /// Against the period before.
    Change,
    ChangeRate,
    /// Against the same period a year before.
    YearChange,
    YearChangeRate,
    /// Over so many periods, the last of them included.
    MovingAverage(u32),
    /// From the first period of the year on.
    Cumulative,
}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No observation has a value.
    NotObserved,
    /// Some observations that belong to it have no value.
    Incomplete,
    /// What it is measured against has no row.
    NoBase,
    /// What it is measured against is zero.
    ZeroBase,
    /// There is no such period: an odd range of days has none before it.
    NoSuchPeriod,
    /// It would rest on a sum that adds what should not be added.
    Incomparable,
    /// It is larger than can be represented.
    TooLarge,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Value { value: i64, decimals: u8, statuses: Statuses, missing: u64 },
    Suppressed { statuses: Statuses, missing: u64 },
    Missing { why: Why, statuses: Statuses, missing: u64 },
}

/// What the measures of a question are derived from.
pub struct Basis<'a> {
    /// The rows that get cells.
    pub rows: &'a [Row],
    /// Rows of earlier periods, beyond what was asked for.
    pub before: &'a [Row],
    /// The whole, a row for each period; by the question that asks for no groups.
    pub whole: &'a [Row],
    pub decimals: u8,
}

/// Why there is none, and what is known of the observations.
type Because = (Why, Statuses, u64);

/// A sum that may be built upon.
type Sum = Result<(i128, Statuses), Because>;

impl Basis<'_> {
    /// A cell for each row.
    pub fn cells(&self, measure: Measure) -> Vec<Cell> {
        let place = |row: &'_ Row| (row.codes.clone(), row.period.clone());
        let all: HashMap<_, &Row> =
            self.before.iter().chain(self.rows).map(|row| (place(row), row)).collect();
        let whole: HashMap<Option<&str>, &Row> =
            self.whole.iter().map(|row| (row.period.as_deref(), row)).collect();
        self.rows
            .iter()
            .map(|row| {
                let at = |period: &str| all.get(&(row.codes.clone(), Some(period.to_owned()))).copied();
                match measure {
                    Measure::Sum => plain(row, self.decimals),
                    Measure::Share => self.share(row, whole.get(&row.period.as_deref()).copied()),
                    Measure::Change => self.change(row, earlier(row, Span::Previous).map(|p| at(&p)), false),
                    Measure::ChangeRate => {
                        self.change(row, earlier(row, Span::Previous).map(|p| at(&p)), true)
                    }
                    Measure::YearChange => self.change(row, earlier(row, Span::Year).map(|p| at(&p)), false),
                    Measure::YearChangeRate => {
                        self.change(row, earlier(row, Span::Year).map(|p| at(&p)), true)
                    }
                    Measure::MovingAverage(width) => self.average(row, width, at),
                    Measure::Cumulative => self.cumulative(row, at),
                }
            })
            .collect()
    }

    fn share(&self, row: &Row, whole: Option<&Row>) -> Cell {
        of((|| {
            let (part, a) = sum(row)?;
            let (whole, b) = sum_of(whole)?;
            Ok((ratio(part, whole)?, PLACES, both(a, b)))
        })())
    }

    fn change(&self, row: &Row, base: Option<Option<&Row>>, relative: bool) -> Cell {
        of((|| {
            let (now, a) = sum(row)?;
            let (then, b) = sum_of(base.ok_or_else(|| no(Why::NoSuchPeriod))?)?;
            let change = now - then;
            let (value, decimals) =
                if relative { (ratio(change, then)?, PLACES) } else { (change, self.decimals) };
            Ok((value, decimals, both(a, b)))
        })())
    }

    fn average<'r>(&self, row: &'r Row, width: u32, at: impl Fn(&str) -> Option<&'r Row>) -> Cell {
        of((|| {
            let (mut total, mut statuses) = sum(row)?;
            let mut label = row.period.clone();
            for _ in 1..width {
                label = label.as_deref().and_then(|label| step(label, Span::Previous));
                let label = label.as_deref().ok_or_else(|| no(Why::NoSuchPeriod))?;
                let (more, with) = sum_of(at(label))?;
                total += more;
                statuses = both(statuses, with);
            }
            // In the unit itself, not in its last decimal.
            let scaled = i128::from(width) * 10_i128.pow(self.decimals.into());
            Ok((ratio(total, scaled)?, PLACES, statuses))
        })())
    }

    fn cumulative<'r>(&self, row: &'r Row, at: impl Fn(&str) -> Option<&'r Row>) -> Cell {
        of((|| {
            let (mut total, mut statuses) = sum(row)?;
            let label = row.period.as_deref().ok_or_else(|| no(Why::NoSuchPeriod))?;
            if label.starts_with("FY") {
                return Ok((total, self.decimals, statuses));
            }
            let period: Period = label.parse().map_err(|_| no(Why::NoSuchPeriod))?;
            let first = period.first_of_year().ok_or_else(|| no(Why::NoSuchPeriod))?;
            let mut at_period = period;
            while at_period != first {
                at_period =
                    at_period.previous().filter(|p| *p >= first).ok_or_else(|| no(Why::NoSuchPeriod))?;
                let (more, with) = sum_of(at(&at_period.to_string()))?;
                total += more;
                statuses = both(statuses, with);
            }
            Ok((total, self.decimals, statuses))
        })())
    }
}

/// The sum of a row as it is, with what is missing in it.
pub fn plain(row: &Row, decimals: u8) -> Cell {
    match row.sum {
        Some(value) => Cell::Value { value, decimals, statuses: row.statuses, missing: row.missing },
        None => none(Why::NotObserved, row.statuses, row.missing),
    }
}

/// Of two figures, how much larger the second is, and the second over the first.
pub fn against(first: Option<&Row>, second: Option<&Row>, decimals: u8) -> (Cell, Cell) {
    let pair = || {
        let ((a, with), (b, more)) = (sum_of(first)?, sum_of(second)?);
        Ok((a, b, both(with, more)))
    };
    let difference = pair().map(|(a, b, statuses)| (b - a, decimals, statuses));
    let over = pair().and_then(|(a, b, statuses)| Ok((ratio(b, a)?, PLACES, statuses)));
    (of(difference), of(over))
}

#[derive(Clone, Copy)]
enum Span {
    Previous,
    Year,
}

fn earlier(row: &Row, span: Span) -> Option<String> {
    step(row.period.as_deref()?, span)
}

/// The label of an earlier period: of a year before, or the one just before.
fn step(label: &str, span: Span) -> Option<String> {
    if let Some(year) = label.strip_prefix("FY") {
        let year: i32 = year.parse().ok()?;
        return Some(format!("FY{}", year - 1));
    }
    let period: Period = label.parse().ok()?;
    let earlier = match span {
        Span::Previous => period.previous(),
        Span::Year => period.year_before(),
    };
    earlier.map(|period| period.to_string())
}

fn sum(row: &Row) -> Sum {
    let refuse = |why| Err((why, row.statuses, row.missing));
    match row.sum {
        _ if row.incomparable => refuse(Why::Incomparable),
        None => refuse(Why::NotObserved),
        Some(_) if row.missing > 0 => refuse(Why::Incomplete),
        Some(sum) => Ok((sum.into(), row.statuses)),
    }
}

fn sum_of(row: Option<&Row>) -> Sum {
    row.map_or_else(|| Err(no(Why::NoBase)), sum)
}

fn no(why: Why) -> Because {
    (why, Statuses::default(), 0)
}

fn both(a: Statuses, b: Statuses) -> Statuses {
    a.iter().chain(b.iter()).collect()
}

fn of(derived: Result<(i128, u8, Statuses), Because>) -> Cell {
    match derived {
        Ok((value, decimals, statuses)) => match value.try_into() {
            Ok(value) => Cell::Value { value, decimals, statuses, missing: 0 },
            Err(_) => none(Why::TooLarge, statuses, 0),
        },
        Err((why, statuses, missing)) => none(why, statuses, missing),
    }
}

fn none(why: Why, statuses: Statuses, missing: u64) -> Cell {
    let withheld = statuses.iter().any(|status| status == Status::SUPPRESSED);
    match why {
        Why::NotObserved | Why::Incomplete if withheld => Cell::Suppressed { statuses, missing },
        why => Cell::Missing { why, statuses, missing },
    }
}

/// `part / whole` with [`PLACES`] decimals, half to even.
fn ratio(part: i128, whole: i128) -> Result<i128, Because> {
    if whole == 0 {
        return Err(no(Why::ZeroBase));
    }
    let scaled = part.checked_mul(10_i128.pow(PLACES.into())).ok_or_else(|| no(Why::TooLarge))?;
    let (quotient, rest) = (scaled.div_euclid(whole), scaled.rem_euclid(whole));
    // `whole` may be negative; the rest is not, and is less than its size.
    let up = whole.signum();
    Ok(match (2 * rest).cmp(&whole.abs()) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + up,
        std::cmp::Ordering::Equal => quotient + up * (quotient % 2).abs(),
    })
}
