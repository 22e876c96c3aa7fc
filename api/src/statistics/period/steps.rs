//! From a period to the one before it, and to the same a year before.

use chrono::{Datelike, Months, NaiveDate, Weekday};

use super::Period;

impl Period {
    /// How many whole months it is, from the first of one: a month, a quarter, a semester, a year.
    fn whole_months(self) -> Option<u32> {
        [1, 3, 6, 12]
            .into_iter()
            .find(|count| Self::months(self.start.year(), self.start.month(), *count) == Some(self))
    }

    fn is_week(self) -> bool {
        self.start.weekday() == Weekday::Mon && self.days() == 7
    }

    /// The period of the same kind that ends where this begins; none for an odd range of days, of which
    /// it cannot be said.
    pub fn previous(self) -> Option<Self> {
        match self.whole_months() {
            Some(count) => Self::new(self.start.checked_sub_months(Months::new(count))?, self.start),
            None if self.is_week() || self.days() == 1 => Self::new(
                self.start.checked_sub_days(chrono::Days::new(self.days().unsigned_abs()))?,
                self.start,
            ),
            None => None,
        }
    }

    /// The same period a year before: the same months or dates, or the ISO week of the same number.
    /// None where that year has no such day or week.
    pub fn year_before(self) -> Option<Self> {
        if let Some(count) = self.whole_months() {
            return Self::months(self.start.year() - 1, self.start.month(), count);
        }
        if self.is_week() {
            let week = self.start.iso_week();
            return Self::week(week.year() - 1, week.week());
        }
        let back = |day: NaiveDate| day.with_year(day.year() - 1);
        Self::new(back(self.start)?, back(self.end.pred_opt()?)?.succ_opt()?)
    }

    /// The first period of the same kind in its year; none for an odd range of days.
    pub fn first_of_year(self) -> Option<Self> {
        let count = self.whole_months()?;
        Self::months(self.start.year(), 1, count)
    }
}
