//! What a figure is worth: the observation status of SDMX (cross-domain list CL_OBS_STATUS 2.2).

use std::fmt;

use crate::{say, text::Say};

/// One letter of CL_OBS_STATUS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(u8);

impl Status {
    pub const NORMAL: Self = Self(b'A');
    pub const PROVISIONAL: Self = Self(b'P');
    pub const MISSING: Self = Self(b'O');
    pub const SUPPRESSED: Self = Self(b'Q');

    /// Every letter of the list.
    pub const ALL: &[u8] = b"ABDEFGHIJKLMNOPQSUVW";

    pub fn parse(text: &str) -> Result<Self, Say> {
        match *text.as_bytes() {
            [letter] => Self::of(letter),
            _ => None,
        }
        .ok_or_else(|| {
            say!(
                "no es un estado de SDMX: `A` normal, `P` preliminar, `E` estimado, `B` ruptura de serie, `D` otra definición, `O` sin dato, `Q` suprimido",
                "not a status of SDMX: `A` normal, `P` provisional, `E` estimated, `B` break in the series, `D` definition differs, `O` missing, `Q` suppressed"
            )
        })
    }

    pub(super) fn of(letter: u8) -> Option<Self> {
        Self::ALL.contains(&letter).then_some(Self(letter))
    }

    /// Says that there is no value: missing, not collected, cannot exist, holiday, suppressed.
    pub fn denies_value(self) -> bool {
        matches!(self.0, b'O' | b'L' | b'M' | b'H' | b'Q')
    }

    /// Explains why there may be none: also derogation, counted elsewhere, not significant, special event.
    pub fn excuses_value(self) -> bool {
        self.denies_value() || matches!(self.0, b'J' | b'K' | b'N' | b'S')
    }

    pub fn letter(self) -> char {
        self.0.into()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())
    }
}

impl serde::Serialize for Status {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Status {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(|say| serde::de::Error::custom(say.en))
    }
}

/// Which statuses the observations of a sum have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statuses(u32);

impl Statuses {
    pub fn of(status: Status) -> Self {
        Self(1 << (status.0 - b'A'))
    }

    pub fn insert(&mut self, status: Status) {
        self.add(Self::of(status));
    }

    pub fn add(&mut self, others: Self) {
        self.0 |= others.0;
    }

    pub fn iter(self) -> impl Iterator<Item = Status> {
        (b'A'..=b'Z').filter(move |letter| self.0 & (1 << (letter - b'A')) != 0).map(Status)
    }
}

impl FromIterator<Status> for Statuses {
    fn from_iter<I: IntoIterator<Item = Status>>(statuses: I) -> Self {
        let mut all = Self::default();
        statuses.into_iter().for_each(|status| all.insert(status));
        all
    }
}
