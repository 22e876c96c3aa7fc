//! The directory's root fields, for reading.

use std::sync::Arc;

use async_graphql::{Context, Object};

use super::{
    Account, Consulate, Country, Division, Institution, ReceptionPoint, account, consulate, country,
    division, institution,
    listing::{Match, list},
    reception_point,
};
use crate::{
    access::{Role, Viewer},
    ask::Ask,
    error::{Error, Result},
    page::{Connection, Page},
    say,
};

/// Who you are to the node, today.
pub struct Me(Viewer);

#[Object(name = "Viewer")]
impl Me {
    /// Your account, such as `mx.sre.focal`.
    async fn login(&self) -> &str {
        &self.0.login
    }
    /// Your institution.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Institution> {
        let found = ctx.load(self.0.institution).await?;
        found.map(Institution).ok_or_else(|| Error::NotFound(say!("una institución", "institution")))
    }
    /// Your country, ISO 3166-1 alpha-2; none for an international organization.
    async fn country(&self) -> Option<&str> {
        self.0.country.as_deref()
    }
    /// The roles of the posts you hold today.
    async fn roles(&self) -> &[Role] {
        &self.0.roles
    }
}

#[derive(Default)]
pub struct DirectoryQuery;

#[Object]
impl DirectoryQuery {
    /// Who you are to the node, today.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Me> {
        Ok(Me(ctx.viewer()?.clone()))
    }

    /// The countries, by code.
    async fn countries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only names with this text, whatever its case and accents.")] text: Option<String>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Country>> {
        let page = Page::new(first, after, last, before)?;
        let wanted = Match { text, country: None };
        let rows =
            list::<country::Entity>(ctx.db(), ctx.viewer()?, &page, &wanted, ctx.wants("totalCount")).await?;
        Ok(rows.map(Country))
    }

    /// First-level divisions, by ISO 3166-2 code.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn divisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of this country, ISO 3166-1 alpha-2.")] country: Option<String>,
        #[graphql(desc = "Only names with this text, whatever its case and accents.")] text: Option<String>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Division>> {
        let page = Page::new(first, after, last, before)?;
        let wanted = Match { text, country };
        let rows = list::<division::Entity>(ctx.db(), ctx.viewer()?, &page, &wanted, ctx.wants("totalCount"))
            .await?;
        Ok(rows.map(Division))
    }

    /// Ministries, agencies and international organizations, by code.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn institutions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of this country, ISO 3166-1 alpha-2.")] country: Option<String>,
        #[graphql(desc = "Only codes and names with this text, whatever its case and accents.")] text: Option<
            String,
        >,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Institution>> {
        let page = Page::new(first, after, last, before)?;
        let wanted = Match { text, country };
        let rows =
            list::<institution::Entity>(ctx.db(), ctx.viewer()?, &page, &wanted, ctx.wants("totalCount"))
                .await?;
        Ok(rows.map(|row| Institution(Arc::new(row))))
    }

    /// The consulates of the member countries, by code.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn consulates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of this sending country, ISO 3166-1 alpha-2.")] country: Option<String>,
        #[graphql(desc = "Only cities and addresses with this text, whatever its case and accents.")]
        text: Option<String>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Consulate>> {
        let page = Page::new(first, after, last, before)?;
        let wanted = Match { text, country };
        let rows =
            list::<consulate::Entity>(ctx.db(), ctx.viewer()?, &page, &wanted, ctx.wants("totalCount"))
                .await?;
        Ok(rows.map(Consulate))
    }

    /// The places where returned people are received, by code.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn reception_points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only in this country, ISO 3166-1 alpha-2.")] country: Option<String>,
        #[graphql(desc = "Only names and localities with this text, whatever its case and accents.")]
        text: Option<String>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ReceptionPoint>> {
        let page = Page::new(first, after, last, before)?;
        let wanted = Match { text, country };
        let rows =
            list::<reception_point::Entity>(ctx.db(), ctx.viewer()?, &page, &wanted, ctx.wants("totalCount"))
                .await?;
        Ok(rows.map(|row| ReceptionPoint(Arc::new(row))))
    }

    /// The accounts of your own country, by login. For its administrators and auditors.
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only logins with this text.")] text: Option<String>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Account>> {
        let page = Page::new(first, after, last, before)?;
        let wanted = Match { text, country: None };
        let rows =
            list::<account::Entity>(ctx.db(), ctx.viewer()?, &page, &wanted, ctx.wants("totalCount")).await?;
        Ok(rows.map(Account))
    }
}
