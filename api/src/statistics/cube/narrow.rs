//! Whole numbers in as few bytes as the greatest of them needs.

use super::NO_VALUE;

/// None is negative but [`NO_VALUE`], which is the greatest that two or four bytes hold.
#[derive(Clone, Debug)]
pub enum Narrow {
    Two(Box<[u16]>),
    Four(Box<[u32]>),
    Eight(Box<[i64]>),
}

/// A number, or [`NO_VALUE`].
pub trait Whole: Copy {
    fn wide(self) -> i64;
    /// As a place in an array; a number that is there.
    fn place(self) -> usize;
}

impl Whole for u16 {
    fn wide(self) -> i64 {
        if self == Self::MAX { NO_VALUE } else { self.into() }
    }

    fn place(self) -> usize {
        self.into()
    }
}

impl Whole for u32 {
    fn wide(self) -> i64 {
        if self == Self::MAX { NO_VALUE } else { self.into() }
    }

    fn place(self) -> usize {
        self as usize
    }
}

impl Whole for i64 {
    fn wide(self) -> i64 {
        self
    }

    fn place(self) -> usize {
        self as usize
    }
}

impl Narrow {
    pub fn of(numbers: impl Iterator<Item = i64> + Clone) -> Self {
        let greatest = numbers.clone().max().unwrap_or_default();
        if greatest < u16::MAX.into() {
            Self::Two(numbers.map(|number| u16::try_from(number).unwrap_or(u16::MAX)).collect())
        } else if greatest < u32::MAX.into() {
            Self::Four(numbers.map(|number| u32::try_from(number).unwrap_or(u32::MAX)).collect())
        } else {
            Self::Eight(numbers.collect())
        }
    }

    pub fn get(&self, at: usize) -> i64 {
        match self {
            Self::Two(numbers) => numbers[at].wide(),
            Self::Four(numbers) => numbers[at].wide(),
            Self::Eight(numbers) => numbers[at],
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Two(numbers) => numbers.len(),
            Self::Four(numbers) => numbers.len(),
            Self::Eight(numbers) => numbers.len(),
        }
    }

    /// Memory it takes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Two(numbers) => size_of_val(&**numbers),
            Self::Four(numbers) => size_of_val(&**numbers),
            Self::Eight(numbers) => size_of_val(&**numbers),
        }
    }
}
