//! The directory of the demonstration, from its tables in `api/demo`.

use anyhow::{Context, Result};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    access::Role,
    directory::{
        Admission, FirstAccount, consulate, country, division,
        institution::{self, InstitutionKind},
        reception_point::{self, ReturnMode},
    },
    ids::{ConsulateId, InstitutionId, ReceptionPointId},
    text::{Text, fold},
};

/// An account of the demonstration, and what its post is.
#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    pub login: String,
    pub institution: String,
    pub post_es: String,
    pub post_en: String,
    /// Role codes, separated by `;`.
    pub roles: String,
}

#[derive(Deserialize)]
struct CountryRow {
    code: String,
    name_es: String,
    name_en: String,
    member: bool,
}

#[derive(Deserialize)]
struct DivisionRow {
    code: String,
    country: String,
    name: String,
    kind: String,
    national_code: Option<String>,
    national_scheme: Option<String>,
}

#[derive(Deserialize)]
struct InstitutionRow {
    code: String,
    country: Option<String>,
    acronym: String,
    name_es: String,
    name_en: String,
    kind: InstitutionKind,
}

#[derive(Deserialize)]
struct ConsulateRow {
    code: String,
    country: String,
    kind: String,
    city: String,
    division: String,
    latitude: f64,
    longitude: f64,
    address: Option<String>,
    website: Option<String>,
    source: String,
}

#[derive(Deserialize)]
struct PointRow {
    code: String,
    country: String,
    name: String,
    locality: String,
    division: String,
    latitude: f64,
    longitude: f64,
    mode: ReturnMode,
    capacity: Option<i32>,
    opened: Option<String>,
    note_es: Option<String>,
    note_en: Option<String>,
    source: String,
}

/// The rows of a table; empty cells are absent.
fn rows<T: DeserializeOwned>(name: &str, text: &str) -> Result<Vec<T>> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .with_context(|| format!("the demonstration's {name}"))
}

pub fn accounts() -> Result<Vec<Account>> {
    rows("accounts", include_str!("../../demo/accounts.csv"))
}

pub fn admission() -> Result<Admission> {
    let countries = rows("countries", include_str!("../../demo/countries.csv"))?;
    let divisions = rows("divisions", include_str!("../../demo/divisions.csv"))?;
    let institutions = rows("institutions", include_str!("../../demo/institutions.csv"))?;
    let consulates = rows("consulates", include_str!("../../demo/consulates.csv"))?;
    let points = rows("reception points", include_str!("../../demo/reception_points.csv"))?;
    Ok(Admission {
        countries: countries.into_iter().map(country).collect(),
        divisions: divisions.into_iter().map(division).collect(),
        institutions: institutions.into_iter().map(institution).collect(),
        accounts: accounts()?.into_iter().map(first_account).collect(),
        consulates: consulates.into_iter().map(consulate).collect(),
        reception_points: points.into_iter().map(point).collect(),
    })
}

fn country(row: CountryRow) -> country::Model {
    let CountryRow { code, name_es, name_en, member } = row;
    country::Model { search: fold(&format!("{code} {name_es} {name_en}")), code, name_es, name_en, member }
}

fn division(row: DivisionRow) -> division::Model {
    let DivisionRow { code, country, name, kind, national_code, national_scheme } = row;
    division::Model {
        search: fold(&format!("{code} {name}")),
        code,
        country,
        name,
        kind,
        national_code,
        national_scheme,
    }
}

fn institution(row: InstitutionRow) -> institution::Model {
    let InstitutionRow { code, country, acronym, name_es, name_en, kind } = row;
    institution::Model {
        id: InstitutionId::new(),
        search: fold(&format!("{code} {acronym} {name_es} {name_en}")),
        code,
        country,
        acronym,
        name_es,
        name_en,
        kind,
        active: true,
    }
}

fn consulate(row: ConsulateRow) -> consulate::Model {
    let ConsulateRow { code, country, kind, city, division, latitude, longitude, address, website, source } =
        row;
    consulate::Model {
        id: ConsulateId::new(),
        search: fold(&format!("{code} {city} {} {}", division, address.as_deref().unwrap_or_default())),
        code,
        country,
        kind,
        city,
        division,
        latitude,
        longitude,
        address,
        website,
        source,
    }
}

fn point(row: PointRow) -> reception_point::Model {
    reception_point::Model {
        id: ReceptionPointId::new(),
        search: fold(&format!("{} {} {} {}", row.code, row.name, row.locality, row.division)),
        code: row.code,
        country: row.country,
        name: row.name,
        locality: row.locality,
        division: row.division,
        latitude: row.latitude,
        longitude: row.longitude,
        mode: row.mode,
        capacity: row.capacity,
        opened: row.opened,
        note_es: row.note_es,
        note_en: row.note_en,
        source: row.source,
    }
}

fn first_account(account: Account) -> FirstAccount {
    FirstAccount {
        login: account.login,
        institution: account.institution,
        post: Text::both(account.post_es, account.post_en),
        roles: account.roles.split(';').filter_map(Role::parse).collect(),
    }
}
