//! Two persons: whoever wrote any of what is approved or released does neither.

use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

use super::{
    content::{Content, canonical},
    record,
    revision::{self, Column, State},
};
use crate::{
    access::Kind,
    error::{Problem, Reason, Result},
    ids::AccountId,
    ledger::Work,
    say,
};

/// Those who saved a revision since the last one before the newest that was approved: what they wrote stands in
/// the newest, whoever saved that.
#[expect(clippy::disallowed_methods, reason = "authors of a record that the viewer works on")]
async fn authors(work: &Work, record: &record::Model) -> Result<Vec<AccountId>> {
    let of_record = || revision::Entity::find().filter(Column::RecordId.eq(record.id));
    let before = of_record()
        .filter(Column::Number.lt(record.head))
        .filter(Column::State.is_in([State::Approved, State::Released, State::Retracted]))
        .select_only()
        .column(Column::Number)
        .order_by_desc(Column::Number)
        .into_tuple::<i32>()
        .one(&work.db)
        .await?;
    let since = of_record()
        .filter(Column::Number.gt(before.unwrap_or_default()))
        .select_only()
        .column(Column::AuthorId)
        .distinct();
    Ok(since.into_tuple::<AccountId>().all(&work.db).await?)
}

/// Whoever approves or releases is not among the authors.
pub async fn second_person(work: &Work, record: &record::Model, newest: &revision::Model) -> Result<()> {
    let me = work.viewer.account;
    if newest.author_id != me && !authors(work, record).await?.contains(&me) {
        return Ok(());
    }
    Err(Problem::new(
        Reason::SamePerson,
        "input",
        say!(
            "lo aprueba y difunde otra persona, no quien escribió en él desde la última aprobación",
            "someone other than those who wrote in it since the last approval approves and releases it"
        ),
    )
    .into())
}

/// A revision of a plan that says what the one before says would make whoever saves it its author, and nothing else.
pub fn says_something_new<C: Content>(content: &C, before: &revision::Model) -> Result<()> {
    if C::KIND != Kind::Plan || canonical(content)?.1 != before.hash {
        return Ok(());
    }
    Err(Problem::new(
        Reason::Duplicate,
        "input.content",
        say!(
            "dice lo mismo que la revisión anterior; cambie algo o no la guarde",
            "it says what the revision before says; change something, or do not save it"
        ),
    )
    .into())
}
