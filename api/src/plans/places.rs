//! Where a plan is carried out, and what is given there: reception points, services, transport.

use std::borrow::Cow;

use async_graphql::{
    ComplexObject, Context, InputObject, InputType, InputValueError, InputValueResult, OutputType,
    SimpleObject, Value, registry::Registry,
};
use serde::{Deserialize, Serialize};

use super::{
    graphql::{institution, point, points},
    terms::{PointArea, PointKind, ServiceKind, TransportMode},
};
use crate::{
    day::Day,
    directory::{Institution, ReceptionPoint, reception_point::ReturnMode},
    error::Result,
    ids::{InstitutionId, ReceptionPointId},
    text::Text,
};

/// Degrees, WGS 84, kept as millionths so that the canonical text of a plan holds whole numbers only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Degrees(pub i32);

impl Degrees {
    pub fn degrees(self) -> f64 {
        f64::from(self.0) / 1e6
    }
}

/// Going in and out a `Float`.
impl InputType for Degrees {
    type RawValueType = Self;
    fn type_name() -> Cow<'static, str> {
        <f64 as InputType>::type_name()
    }
    fn create_type_info(registry: &mut Registry) -> String {
        <f64 as InputType>::create_type_info(registry)
    }
    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let degrees = <f64 as InputType>::parse(value).map_err(InputValueError::propagate)?;
        // What lies off the globe is kept apart, to be refused with its place.
        Ok(Self((degrees.clamp(-1_000.0, 1_000.0) * 1e6).round() as i32))
    }
    fn to_value(&self) -> Value {
        self.degrees().to_value()
    }
    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl OutputType for Degrees {
    fn type_name() -> Cow<'static, str> {
        <f64 as OutputType>::type_name()
    }
    fn create_type_info(registry: &mut Registry) -> String {
        <f64 as OutputType>::create_type_info(registry)
    }
    async fn resolve(
        &self,
        _: &async_graphql::ContextSelectionSet<'_>,
        _: &async_graphql::Positioned<async_graphql::parser::types::Field>,
    ) -> async_graphql::ServerResult<Value> {
        Ok(InputType::to_value(self))
    }
}

/// A reception point as the plan uses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(complex, name = "PlanPointFields", input_name = "PlanPointInput")]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The reception point, of the directory.
    #[graphql(skip_output)]
    pub point: ReceptionPointId,
    /// Nominal capacity: persons at a time that the plan counts on.
    pub capacity: Option<i32>,
    /// What else is said of it.
    pub note: Option<Text>,
    /// What sort of place it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PointKind>,
    /// How people arrive there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<ReturnMode>,
    /// Who runs it.
    #[graphql(skip_output)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<InstitutionId>,
    /// The address or the place, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Text>,
    /// Degrees north, WGS 84; of the place itself, where the directory knows its town only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<Degrees>,
    /// Degrees east, WGS 84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<Degrees>,
    /// Surge capacity: persons at a time in an emergency. Not below the nominal one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surge_capacity: Option<i32>,
    /// Places for the night.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overnight_places: Option<i32>,
    /// People it can process a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people_per_day: Option<i32>,
    /// When it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Text>,
    /// What it has room for besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub areas: Vec<PointArea>,
    /// The day it opened or will open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<Day>,
    /// The last day it is open. Not before it opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Day>,
    /// The reception point that took its place.
    #[graphql(skip_output)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<ReceptionPointId>,
}

impl Point {
    /// The point alone, with what the plan counts on there.
    pub fn of(point: ReceptionPointId, capacity: Option<i32>) -> Self {
        Self {
            point,
            capacity,
            note: None,
            kind: None,
            mode: None,
            operator: None,
            place: None,
            latitude: None,
            longitude: None,
            surge_capacity: None,
            overnight_places: None,
            people_per_day: None,
            hours: None,
            areas: Vec::new(),
            opened: None,
            closed: None,
            moved_to: None,
        }
    }
}

#[ComplexObject]
impl Point {
    /// Who runs it.
    async fn operator(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        institution(ctx, self.operator).await
    }
    /// The reception point that took its place.
    async fn moved_to(&self, ctx: &Context<'_>) -> Result<Option<ReceptionPoint>> {
        point(ctx, self.moved_to).await
    }
}

/// A service that is given (servicio).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(complex, name = "PlanService", input_name = "PlanServiceInput")]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// What names it within the plan: letters, digits, `-` and `_`, at most 40.
    pub key: String,
    /// Which service of the catalogue it is.
    pub kind: ServiceKind,
    /// What it is, in words.
    pub description: Option<Text>,
    /// Who gives it.
    #[graphql(skip_output)]
    pub provider: Option<InstitutionId>,
    /// What it costs for one person.
    pub unit_cost: Option<Money>,
    /// Who is entitled to it.
    pub eligibility: Option<Text>,
    /// Where it is given: reception points of the plan.
    #[graphql(skip_output, default)]
    pub points: Vec<ReceptionPointId>,
    /// The key of the phase in which it is given.
    pub phase: Option<String>,
}

#[ComplexObject]
impl Service {
    /// Who gives it.
    async fn provider(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        institution(ctx, self.provider).await
    }
    /// Where it is given.
    async fn points(&self, ctx: &Context<'_>) -> Result<Vec<ReceptionPoint>> {
        points(ctx, self.points.clone()).await
    }
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "Money", input_name = "MoneyInput")]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// A decimal with two places at most, such as `2600` or `115900000.50`.
    pub amount: String,
    /// The currency, ISO 4217, such as `MXN`, `GTQ`, `HNL` or `USD`.
    pub currency: String,
}

/// How people are taken on (transporte).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(complex, name = "PlanTransport", input_name = "PlanTransportInput")]
#[serde(deny_unknown_fields)]
pub struct Transport {
    /// What names it within the plan: letters, digits, `-` and `_`, at most 40.
    pub key: String,
    /// By what.
    pub mode: TransportMode,
    /// Who runs it.
    #[graphql(skip_output)]
    pub operator: Option<InstitutionId>,
    /// What it is, in words.
    pub description: Option<Text>,
    /// How many vehicles.
    pub vehicles: Option<i32>,
    /// How many seats in all.
    pub seats: Option<i32>,
    /// How often it goes.
    pub frequency: Option<Text>,
    /// The reception point it leaves from, one of the plan's.
    #[graphql(skip_output)]
    pub from: Option<ReceptionPointId>,
    /// The divisions it goes to, ISO 3166-2, such as `GT-01`.
    #[graphql(default)]
    pub destinations: Vec<String>,
}

#[ComplexObject]
impl Transport {
    /// Who runs it.
    async fn operator(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        institution(ctx, self.operator).await
    }
    /// The reception point it leaves from.
    async fn from(&self, ctx: &Context<'_>) -> Result<Option<ReceptionPoint>> {
        point(ctx, self.from).await
    }
}
