//! Age bands, which differ by agency: 0-11 and 12-17 in Mexico, 0-10 and 11-17 in Honduras. A band is a
//! range, never a member of a fixed list.

/// Older than anyone, in months.
const NO_END: u32 = 200 * 12;

/// From an age in months to another, which is no longer inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeBand {
    pub from: u32,
    pub to: u32,
}

impl AgeBand {
    /// Reads `Y30`, `Y0T11`, `Y18T`, `Y_GE60`, `Y_GT59`, `Y_LT5`, `Y_LE4`; `M` for months.
    pub fn parse(code: &str) -> Option<Self> {
        let (unit, rest) = code.split_at_checked(1)?;
        let months = match unit {
            "Y" => 12,
            "M" => 1,
            _ => return None,
        };
        let (from, to) = if let Some((sign, age)) = rest.strip_prefix('_').and_then(|r| r.split_at_checked(2))
        {
            let age = number(age)?;
            match sign {
                "GE" => (age, None),
                "GT" => (age + 1, None),
                "LT" => (0, Some(age)),
                "LE" => (0, Some(age + 1)),
                _ => return None,
            }
        } else if let Some((from, last)) = rest.split_once('T') {
            let last = if last.is_empty() { None } else { Some(number(last)? + 1) };
            (number(from)?, last)
        } else {
            let age = number(rest)?;
            (age, Some(age + 1))
        };
        let band = Self { from: from * months, to: to.map_or(NO_END, |to| to * months) };
        (band.from < band.to && band.to <= NO_END).then_some(band)
    }

    /// Whether nobody in it is of age.
    pub fn is_of_minors(self) -> bool {
        self.to <= 18 * 12
    }

    pub fn contains(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

fn number(text: &str) -> Option<u32> {
    ((1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}
