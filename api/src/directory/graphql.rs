//! The directory, as clients see it. Translation only.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Object, SimpleObject, dataloader::Loader};
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

use super::{
    account, appointment, consulate, country, division,
    institution::{self, InstitutionKind},
    post,
    reception_point::{self, ReturnMode},
};
use crate::{
    access::{Open, Role},
    ask::{Ask, Loads, Missed},
    day::Day,
    error::{Error, Result},
    ids::{AccountId, AppointmentId, ConsulateId, InstitutionId, PostId, ReceptionPointId},
    say,
    text::Text,
};

/// A country: a member of the exchange, or one that is only spoken of.
pub struct Country(pub country::Model);

/// A country: a member of the exchange, or one that is only spoken of.
#[Object]
impl Country {
    /// ISO 3166-1 alpha-2, such as `MX`.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// The country's short name.
    async fn name(&self) -> Text {
        Text::both(&self.0.name_es, &self.0.name_en)
    }
    /// Whether it takes part in the exchange.
    async fn member(&self) -> bool {
        self.0.member
    }
}

/// A first-level division of a country: a state, a department.
pub struct Division(pub division::Model);

/// A first-level division of a country: a state, a department.
#[Object]
impl Division {
    /// ISO 3166-2, such as `MX-CHH`.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// The country it belongs to, ISO 3166-1 alpha-2.
    async fn country(&self) -> &str {
        &self.0.country
    }
    /// Its name, in the country's own language.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// What it is: State, Department, District.
    async fn kind(&self) -> &str {
        &self.0.kind
    }
    /// The code of the country's statistical office.
    async fn national_code(&self) -> Option<&str> {
        self.0.national_code.as_deref()
    }
    /// Whose code that is, such as INEGI AGEE.
    async fn national_scheme(&self) -> Option<&str> {
        self.0.national_scheme.as_deref()
    }
}

/// A ministry, an agency or an international organization.
pub struct Institution(pub Arc<institution::Model>);

/// A ministry, an agency or an international organization.
#[Object]
impl Institution {
    /// The global id.
    pub async fn id(&self) -> InstitutionId {
        self.0.id
    }
    /// Country and acronym, such as `MX-SRE`.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// The acronym it goes by.
    async fn acronym(&self) -> &str {
        &self.0.acronym
    }
    /// The official name.
    async fn name(&self) -> Text {
        Text::both(&self.0.name_es, &self.0.name_en)
    }
    /// What it is for.
    async fn kind(&self) -> InstitutionKind {
        self.0.kind
    }
    /// Its country, ISO 3166-1 alpha-2; none for an international organization.
    #[graphql(name = "country")]
    async fn country_code(&self) -> Option<&str> {
        self.0.country.as_deref()
    }
    /// Whether it is still there. A closed institution's accounts have no access.
    async fn active(&self) -> bool {
        self.0.active
    }
}

/// A consulate of a member country.
pub struct Consulate(pub consulate::Model);

/// A consulate of a member country.
#[Object]
impl Consulate {
    /// The global id.
    pub async fn id(&self) -> ConsulateId {
        self.0.id
    }
    /// A stable code, such as `MX-US-TX-ELPASO`.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// The sending country, ISO 3166-1 alpha-2.
    async fn country(&self) -> &str {
        &self.0.country
    }
    /// `CONSULATE` or `CONSULAR_SECTION`.
    async fn kind(&self) -> &str {
        &self.0.kind
    }
    /// The city it is in.
    async fn city(&self) -> &str {
        &self.0.city
    }
    /// Where it stands, ISO 3166-2.
    async fn division(&self) -> &str {
        &self.0.division
    }
    /// Degrees north, WGS 84. The centre of the city, not the building.
    async fn latitude(&self) -> f64 {
        self.0.latitude
    }
    /// Degrees east, WGS 84. The centre of the city, not the building.
    async fn longitude(&self) -> f64 {
        self.0.longitude
    }
    /// The street address, where known.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }
    /// Its pages, where known.
    async fn website(&self) -> Option<&str> {
        self.0.website.as_deref()
    }
    /// Where this is known from.
    async fn source(&self) -> &str {
        &self.0.source
    }
}

/// A place where returned people are received.
#[derive(Clone)]
pub struct ReceptionPoint(pub Arc<reception_point::Model>);

/// A place where returned people are received.
#[Object]
impl ReceptionPoint {
    /// The global id.
    pub async fn id(&self) -> ReceptionPointId {
        self.0.id
    }
    /// A stable code, such as `MX-RP-TIJUANA`.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// The country it is in, ISO 3166-1 alpha-2.
    async fn country(&self) -> &str {
        &self.0.country
    }
    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// The town or city.
    async fn locality(&self) -> &str {
        &self.0.locality
    }
    /// ISO 3166-2.
    async fn division(&self) -> &str {
        &self.0.division
    }
    /// Degrees north, WGS 84. The centre of the locality.
    async fn latitude(&self) -> f64 {
        self.0.latitude
    }
    /// Degrees east, WGS 84. The centre of the locality.
    async fn longitude(&self) -> f64 {
        self.0.longitude
    }
    /// How people arrive there.
    async fn mode(&self) -> ReturnMode {
        self.0.mode
    }
    /// Persons it can take, as published; a plan states its own.
    async fn capacity(&self) -> Option<i32> {
        self.0.capacity
    }
    /// When it opened: a day, a month or a year (ISO 8601), as far as known.
    async fn opened(&self) -> Option<&str> {
        self.0.opened.as_deref()
    }
    /// What else is known of it.
    async fn note(&self) -> Option<Text> {
        let es = self.0.note_es.clone()?;
        Some(Text { en: self.0.note_en.clone(), ..Text::spanish(es) })
    }
    /// Where this is known from.
    async fn source(&self) -> &str {
        &self.0.source
    }
}

/// An account, named for a post and never for a person. Seen by administrators and auditors of its country.
pub struct Account(pub account::Model);

/// An account, named for a post and never for a person. Seen by administrators and auditors of its country.
#[Object]
impl Account {
    /// The global id.
    pub async fn id(&self) -> AccountId {
        self.0.id
    }
    /// What it is called, such as `mx.sre.focal`.
    async fn login(&self) -> &str {
        &self.0.login
    }
    /// Whether it can be used.
    async fn active(&self) -> bool {
        self.0.active
    }
    /// The institution it belongs to.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Institution> {
        let found = ctx.load(self.0.institution_id).await?;
        found.map(Institution).ok_or_else(|| Error::NotFound(say!("una institución", "institution")))
    }
    /// The posts it holds, held or will hold, oldest first; the latest 100.
    #[expect(clippy::disallowed_methods, reason = "reached through the account, which is filtered")]
    async fn appointments(&self, ctx: &Context<'_>) -> Result<Vec<Appointment>> {
        let mut held = appointment::Entity::find()
            .filter(appointment::Column::AccountId.eq(self.0.id))
            .order_by_desc(appointment::Column::Id)
            .limit(100)
            .all(ctx.db())
            .await?;
        held.reverse();
        let posts = post::Entity::find()
            .filter(post::Column::Id.is_in(held.iter().map(|held| held.post_id)))
            .all(ctx.db())
            .await?;
        let posts: HashMap<PostId, post::Model> = posts.into_iter().map(|post| (post.id, post)).collect();
        Ok(held.into_iter().filter_map(|held| Appointment::of(&held, posts.get(&held.post_id)?)).collect())
    }
}

/// An account holds a post from one day to another.
#[derive(SimpleObject)]
pub struct Appointment {
    /// The global id.
    id: AppointmentId,
    /// The post.
    post: Post,
    /// The first day.
    since: Day,
    /// The first day no more; none while it lasts.
    until: Option<Day>,
}

/// A post of an institution, and the roles that come with it.
#[derive(SimpleObject)]
pub struct Post {
    /// The global id.
    id: PostId,
    /// What it is called.
    name: Text,
    /// The roles of whoever holds it.
    roles: Vec<Role>,
}

impl Appointment {
    fn of(held: &appointment::Model, post: &post::Model) -> Option<Self> {
        let post = Post {
            id: post.id,
            name: Text::both(&post.name_es, &post.name_en),
            roles: post::roles_from_text(&post.roles),
        };
        Some(Self { id: held.id, post, since: Day(held.since), until: held.until.map(Day) })
    }
}

impl Loader<InstitutionId> for Loads {
    type Value = Arc<institution::Model>;
    type Error = Missed;

    async fn load(&self, ids: &[InstitutionId]) -> Result<HashMap<InstitutionId, Self::Value>, Missed> {
        let rows = institution::Entity::open_to(&self.viewer)
            .filter(institution::Column::Id.is_in(ids.iter().copied()))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }
}

impl Loader<ReceptionPointId> for Loads {
    type Value = Arc<reception_point::Model>;
    type Error = Missed;

    async fn load(&self, ids: &[ReceptionPointId]) -> Result<HashMap<ReceptionPointId, Self::Value>, Missed> {
        let rows = reception_point::Entity::open_to(&self.viewer)
            .filter(reception_point::Column::Id.is_in(ids.iter().copied()))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }
}

impl Loader<ConsulateId> for Loads {
    type Value = consulate::Model;
    type Error = Missed;

    async fn load(&self, ids: &[ConsulateId]) -> Result<HashMap<ConsulateId, Self::Value>, Missed> {
        let rows = consulate::Entity::open_to(&self.viewer)
            .filter(consulate::Column::Id.is_in(ids.iter().copied()))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

impl Loader<AccountId> for Loads {
    type Value = account::Model;
    type Error = Missed;

    async fn load(&self, ids: &[AccountId]) -> Result<HashMap<AccountId, Self::Value>, Missed> {
        let rows = account::Entity::open_to(&self.viewer)
            .filter(account::Column::Id.is_in(ids.iter().copied()))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}
