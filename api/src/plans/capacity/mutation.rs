//! The root fields that report and share capacity.

use async_graphql::{Context, Object, SimpleObject};
use sea_orm::entity::prelude::*;

use super::{
    commands,
    fields::{CapacityPoint, CapacityReport, CapacityShare},
    inputs::{RecallCapacityInput, ReportCapacityInput, SetCapacityPointInput, ShareCapacityInput},
    point, share,
    sight::Sight,
};
use crate::{
    ask::{Ask, UserError},
    bounds::Bounds,
    error::Result,
    ids::CapacityShareId,
};

/// The most reports that come together.
const MOST: usize = 500;

/// A point whose operation was set.
#[derive(Default, SimpleObject)]
pub struct CapacityPointPayload {
    /// How it is operated now; none if there was something to mend.
    capacity_point: Option<CapacityPoint>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

/// Reports that were made.
#[derive(Default, SimpleObject)]
pub struct CapacityReportsPayload {
    /// The reports, in the order in which they were sent; none if there was something to mend.
    reports: Vec<CapacityReport>,
    /// What you can mend, in whichever report.
    user_errors: Vec<UserError>,
}

/// What was shared or recalled.
#[derive(Default, SimpleObject)]
pub struct CapacitySharePayload {
    /// The act of sharing; none if there was something to mend.
    share: Option<CapacityShare>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

async fn payload(
    ctx: &Context<'_>,
    done: Result<CapacityShareId, Vec<UserError>>,
) -> Result<CapacitySharePayload> {
    Ok(match done {
        Ok(id) => {
            let found = share::of_own_country(ctx.viewer()?).filter(share::Column::Id.eq(id));
            let share = found.one(ctx.db()).await?.map(CapacityShare);
            CapacitySharePayload { share, ..Default::default() }
        }
        Err(user_errors) => CapacitySharePayload { user_errors, ..Default::default() },
    })
}

#[derive(Default)]
pub struct CapacityMutation;

#[Object]
impl CapacityMutation {
    /// Puts a reception point of your own country in service, or changes how it is operated.
    async fn set_capacity_point(
        &self,
        ctx: &Context<'_>,
        input: SetCapacityPointInput,
    ) -> Result<CapacityPointPayload> {
        let done = ctx.write(async move |work| point::set(work, input.into()).await).await?;
        Ok(match done {
            Ok(id) => {
                let shown = Sight::of(ctx.db(), ctx.viewer()?).await?.shown();
                let found = shown.filter(point::Column::PointId.eq(id)).one(ctx.db()).await?;
                CapacityPointPayload { capacity_point: found.map(CapacityPoint), ..Default::default() }
            }
            Err(user_errors) => CapacityPointPayload { user_errors, ..Default::default() },
        })
    }

    /// Reports what is so at reception points that your institution operates, at any hour. All of
    /// the reports are stored, or none. A report is never changed: a correction names the one it replaces.
    async fn report_capacity(
        &self,
        ctx: &Context<'_>,
        input: ReportCapacityInput,
    ) -> Result<CapacityReportsPayload> {
        let done = ctx
            .write(async move |work| {
                let mut bounds = Bounds::default();
                bounds.count("input.reports", input.reports.len(), MOST);
                bounds.done()?;
                commands::report(work, input.facts()).await
            })
            .await?;
        Ok(match done {
            Ok(first) => {
                let rows = commands::batch(ctx.db(), ctx.viewer()?, first).await?;
                let reports = rows.into_iter().map(CapacityReport).collect();
                CapacityReportsPayload { reports, ..Default::default() }
            }
            Err(user_errors) => CapacityReportsPayload { user_errors, ..Default::default() },
        })
    }

    /// Shares the capacity of your own country's points with others: the points themselves, or their
    /// total and nothing of a point. Nobody beyond your country sees anything until then.
    async fn share_capacity(
        &self,
        ctx: &Context<'_>,
        input: ShareCapacityInput,
    ) -> Result<CapacitySharePayload> {
        let done = ctx.write(async move |work| share::share(work, input.into()).await).await?;
        payload(ctx, done).await
    }

    /// Takes back what was shared. From then on nothing that it showed is theirs to see, of the past
    /// either; what they have copied elsewhere cannot be taken back. They are told that it was recalled.
    async fn recall_capacity(
        &self,
        ctx: &Context<'_>,
        input: RecallCapacityInput,
    ) -> Result<CapacitySharePayload> {
        let done = ctx.write(async move |work| share::recall(work, input.share).await).await?;
        payload(ctx, done).await
    }
}
