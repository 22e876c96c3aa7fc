//! Who is on stage: three countries, each with its foreign ministry (`MX-SRE`, `GT-MINEX`,
//! `HN-SRECI`) and a migration agency (`MX-INM`, `GT-IGM`, `HN-INM`); an international organization
//! (`INT-IOM`). In each ministry there is `mx.test.<role>` and in each agency `mx.agency.<role>`,
//! one account a role, and `mx.test.nobody` without any; `int.iom.observer` observes. Each country has two reception
//! points (`MX-RP-NORTE`, `MX-RP-SUR`, and so on), which stand where its capital does, and two divisions.

use api::{
    access::{Role, Viewer},
    directory::{
        Admission, FirstAccount, admit, country, division,
        institution::{self, InstitutionKind},
        reception_point::{self, ReturnMode},
    },
    ids::{InstitutionId, ReceptionPointId},
    ledger::Ledger,
    text::{Text, fold},
};

pub const COUNTRIES: [(&str, &str, &str, &str, &str); 3] = [
    ("MX", "México", "Mexico", "SRE", "INM"),
    ("GT", "Guatemala", "Guatemala", "MINEX", "IGM"),
    ("HN", "Honduras", "Honduras", "SRECI", "INM"),
];

/// The last part of a login.
pub fn named(role: Role) -> &'static str {
    match role {
        Role::Minister => "minister",
        Role::FocalPoint => "focal",
        Role::PlanEditor => "editor",
        Role::StatisticsPublisher => "statistics",
        Role::Analyst => "analyst",
        Role::AgendaSecretary => "secretary",
        Role::ConsularOfficer => "consular",
        Role::LegalReviewer => "legal",
        Role::Auditor => "auditor",
        Role::Observer => "observer",
        Role::Administrator => "admin",
        Role::System => "system",
        Role::Device => "device",
    }
}

pub async fn enter(ledger: &Ledger) {
    let mut admissions: Vec<_> = COUNTRIES.into_iter().map(country).collect();
    admissions.push(Admission {
        institutions: vec![institution("INT-IOM", None, "IOM", InstitutionKind::International)],
        accounts: vec![account("int.iom.observer", "INT-IOM", vec![Role::Observer])],
        ..Admission::default()
    });
    for admission in admissions {
        let operator = Viewer::operator(super::opening().into());
        ledger.write(&operator, None, async |work| admit(work, admission).await).await.unwrap();
    }
}

fn country((code, es, en, ministry, agency): (&str, &str, &str, &str, &str)) -> Admission {
    let (ministry_code, agency_code) = (format!("{code}-{ministry}"), format!("{code}-{agency}"));
    let prefix = code.to_lowercase();
    let roles = Role::ALL.iter().filter(|role| **role != Role::System);
    let mut accounts: Vec<_> = roles
        .flat_map(|role| {
            let (name, roles) = (named(*role), vec![*role]);
            [
                account(&format!("{prefix}.test.{name}"), &ministry_code, roles.clone()),
                account(&format!("{prefix}.agency.{name}"), &agency_code, roles),
            ]
        })
        .collect();
    accounts.push(account(&format!("{prefix}.test.nobody"), &ministry_code, Vec::new()));
    Admission {
        countries: vec![country::Model {
            code: code.into(),
            name_es: es.into(),
            name_en: en.into(),
            member: true,
            search: fold(&format!("{code} {es} {en}")),
        }],
        institutions: vec![
            institution(&ministry_code, Some(code), ministry, InstitutionKind::ForeignMinistry),
            institution(&agency_code, Some(code), agency, InstitutionKind::MigrationAgency),
        ],
        accounts,
        divisions: divisions(code),
        reception_points: ["NORTE", "SUR"].map(|name| point(code, name)).into(),
        ..Admission::default()
    }
}

/// Two of each country, as the directory of the demonstration has them.
fn divisions(country: &str) -> Vec<division::Model> {
    let codes = match country {
        "MX" => ["MX-CMX", "MX-CHP"],
        "GT" => ["GT-01", "GT-13"],
        _ => ["HN-FM", "HN-CR"],
    };
    codes
        .map(|code| division::Model {
            code: code.into(),
            country: country.into(),
            name: code.into(),
            kind: "division".into(),
            national_code: None,
            national_scheme: None,
            search: fold(code),
        })
        .into()
}

fn point(country: &str, name: &str) -> reception_point::Model {
    let (latitude, longitude, division) = match country {
        "MX" => (19.43, -99.13, "MX-CMX"),
        "GT" => (14.63, -90.51, "GT-01"),
        _ => (14.07, -87.19, "HN-FM"),
    };
    let code = format!("{country}-RP-{name}");
    reception_point::Model {
        id: ReceptionPointId::new(),
        search: fold(&format!("{code} Punto {name}")),
        code,
        country: country.into(),
        name: format!("Punto {name}"),
        locality: "Capital".into(),
        division: division.into(),
        latitude,
        longitude,
        mode: ReturnMode::Air,
        capacity: None,
        opened: None,
        note_es: None,
        note_en: None,
        source: "https://enlace.test".into(),
    }
}

fn institution(
    code: &str,
    country: Option<&str>,
    acronym: &str,
    kind: InstitutionKind,
) -> institution::Model {
    institution::Model {
        id: InstitutionId::new(),
        code: code.into(),
        country: country.map(Into::into),
        acronym: acronym.into(),
        name_es: format!("Institución {acronym}"),
        name_en: format!("Institution {acronym}"),
        kind,
        active: true,
        search: fold(&format!("{code} {acronym} Institución {acronym} Institution {acronym}")),
    }
}

fn account(login: &str, institution: &str, roles: Vec<Role>) -> FirstAccount {
    FirstAccount {
        login: login.into(),
        institution: institution.into(),
        post: Text::both(format!("Puesto {login}"), format!("Post {login}")),
        roles,
    }
}
