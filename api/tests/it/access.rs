//! The attack: every root field of the API by a stranger, by each role, from each institution, on
//! records in every state. What must come back is worked out from the policy table and from who
//! was shown what, never from the code that is attacked.

mod administrators;
mod capacity;
mod commands;
mod fields;
pub mod form;
mod jobs;
mod mappings;
mod meetings;
mod persons;
mod recall;
mod revisions;
mod sight;
pub mod trace;

use api::{access::Role, directory::account};
use sea_orm::EntityTrait;

use crate::stage::Stage;

/// Somebody of the cast: who they are is read off their login.
#[derive(Clone, Debug)]
pub struct Attacker {
    pub login: String,
    /// `mx.test`; empty for those outside the three countries.
    pub prefix: String,
    /// `MX`; empty for those outside the three countries.
    pub country: String,
    pub role: Option<Role>,
}

impl Attacker {
    pub fn of(login: &str) -> Self {
        let (prefix, name) = login.rsplit_once('.').unwrap();
        let role = match name {
            "minister" => Some(Role::Minister),
            "focal" => Some(Role::FocalPoint),
            "editor" => Some(Role::PlanEditor),
            "statistics" => Some(Role::StatisticsPublisher),
            "analyst" => Some(Role::Analyst),
            "secretary" => Some(Role::AgendaSecretary),
            "consular" => Some(Role::ConsularOfficer),
            "legal" => Some(Role::LegalReviewer),
            "auditor" => Some(Role::Auditor),
            "observer" => Some(Role::Observer),
            "admin" => Some(Role::Administrator),
            "device" => Some(Role::Device),
            "nobody" => None,
            other => panic!("what may a {other} do?"),
        };
        let of_country = !login.starts_with("int.");
        Self {
            login: login.into(),
            prefix: if of_country { prefix.to_owned() } else { String::new() },
            country: if of_country { prefix[..2].to_uppercase() } else { String::new() },
            role,
        }
    }
}

/// Everybody of the cast.
pub fn everybody(stage: &Stage) -> Vec<Attacker> {
    let all: Vec<_> = stage.logins().into_iter().map(Attacker::of).collect();
    for role in Role::ALL.iter().filter(|role| **role != Role::System) {
        assert!(all.iter().any(|one| one.role == Some(*role)), "nobody plays {role:?}");
    }
    all
}

/// The account of a login, as clients name it.
pub async fn account_id(stage: &Stage, login: &str) -> String {
    let all = account::Entity::find().all(&stage.node.reads.0).await.unwrap();
    all.into_iter().find(|row| row.login == login).unwrap().id.global()
}
