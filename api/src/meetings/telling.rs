//! Whom what happens in a meeting is told to.

use crate::{
    access::Party,
    directory::{country_of, known_institutions},
    error::Result,
    ledger::Work,
    records::{self, RecordRow},
};

/// Those of a country who are shown the meeting: what concerns one delegation is told to them, and
/// to nobody of that country who does not know of the meeting.
pub async fn of_country(work: &Work, record: &RecordRow, country: &str) -> Result<Vec<Party>> {
    let shown = records::shown_to(work, record).await?.unwrap_or_else(|| record.chain());
    let home = Some(country.to_owned());
    let mut told = Vec::new();
    for party in shown {
        let at_home = match &party {
            Party::Everyone => {
                told.push(Party::Country(country.into()));
                false
            }
            Party::Country(code) => code == country,
            Party::Institution(id) => {
                known_institutions(&work.db, &[*id]).await?.iter().any(|known| known.country == home)
            }
            Party::Account(id) => country_of(&work.db, *id).await?.flatten() == home,
        };
        if at_home {
            told.push(party);
        }
    }
    Ok(told)
}
