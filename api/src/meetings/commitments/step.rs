//! The steps of a commitment. Rows are added only.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::{QueryOrder, entity::prelude::*};

use super::state::{Course, Step};
use crate::{
    clock::Moment,
    ids::{AccountId, AgreementId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "commitment_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub commitment_id: AgreementId,
    /// From 1 on.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub step: Step,
    /// The new date, `2025-06-01`, where it was rescheduled.
    pub due: Option<String>,
    /// For which country, ISO 3166-1 alpha-2.
    pub country: String,
    /// The country of whoever did it: the host's, where it noted it for another.
    pub home: String,
    /// What was said of it, as canonical JSON of a text.
    pub content: Option<String>,
    pub account_id: AccountId,
    pub at: Moment,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn day(&self) -> Option<NaiveDate> {
        self.due.as_deref().and_then(|day| day.parse().ok())
    }
}

/// What has become of a commitment by its steps.
pub fn course(due: NaiveDate, steps: &[Model]) -> Course {
    let begun = Course::begun(due);
    steps.iter().fold(begun, |course, row| course.after(row.step, row.day()).unwrap_or(course))
}

#[expect(clippy::disallowed_methods, reason = "of commitments that are shown")]
pub async fn of(
    db: &impl ConnectionTrait,
    commitments: &[AgreementId],
) -> Result<HashMap<AgreementId, Vec<Model>>, DbErr> {
    let mut steps: HashMap<_, Vec<Model>> = HashMap::new();
    for some in commitments.chunks(500) {
        let of = Column::CommitmentId.is_in(some.iter().copied());
        let rows = Entity::find().filter(of).order_by_asc(Column::CommitmentId).order_by_asc(Column::Number);
        for row in rows.all(db).await? {
            steps.entry(row.commitment_id).or_default().push(row);
        }
    }
    Ok(steps)
}
