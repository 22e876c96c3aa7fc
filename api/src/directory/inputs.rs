//! What clients send to the directory.

use async_graphql::InputObject;

use super::institution::InstitutionKind;
use crate::{
    access::Role,
    day::Day,
    ids::{AccountId, AppointmentId, InstitutionId, PostId},
    text::TextInput,
};

/// A new institution of your own country.
#[derive(InputObject)]
pub struct AddInstitutionInput {
    /// Country and acronym in capitals, such as `MX-SRE`. Cannot be changed later.
    pub code: String,
    /// The acronym it goes by; at most 24 characters.
    pub acronym: String,
    /// The official name.
    pub name: TextInput,
    /// What it is for.
    pub kind: InstitutionKind,
}

/// Changes to an institution of your own country. What is left out stays.
#[derive(InputObject)]
pub struct ChangeInstitutionInput {
    /// The institution.
    pub institution: InstitutionId,
    /// The acronym it goes by.
    pub acronym: Option<String>,
    /// The official name.
    pub name: Option<TextInput>,
    /// `false` closes it: its accounts lose all access at once.
    pub active: Option<bool>,
}

/// A new post in an institution of your own country.
#[derive(InputObject)]
pub struct AddPostInput {
    /// The institution the post belongs to.
    pub institution: InstitutionId,
    /// What the post is called.
    pub name: TextInput,
    /// The roles that come with it.
    pub roles: Vec<Role>,
}

/// A new account in an institution of your own country.
#[derive(InputObject)]
pub struct AddAccountInput {
    /// Named for the post, never for a person: `mx.sre.focal`.
    pub login: String,
    /// The institution it belongs to.
    pub institution: InstitutionId,
}

/// An account to close.
#[derive(InputObject)]
pub struct CloseAccountInput {
    /// The account.
    pub account: AccountId,
}

/// An appointment of an account to a post.
#[derive(InputObject)]
pub struct AppointInput {
    /// The account.
    pub account: AccountId,
    /// A post of the account's institution.
    pub post: PostId,
    /// The first day; today if left out.
    pub since: Option<Day>,
    /// The first day no more; open if left out.
    pub until: Option<Day>,
}

/// An appointment to end.
#[derive(InputObject)]
pub struct EndAppointmentInput {
    /// The appointment.
    pub appointment: AppointmentId,
    /// The first day no more; today if left out.
    pub on: Option<Day>,
}
