//! Capacity now: what operators report, who is shown it, and what it sums up to.

mod console;
mod history;
mod map;
mod reports;
mod sharing;
mod sums;
mod withholding;

pub use map::ROUTES_ATTACKED;

use std::collections::HashMap;

use api::{
    directory::{
        division,
        reception_point::{self, ReturnMode},
    },
    ids::ReceptionPointId,
    text::fold,
};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::stage::{Answer, Stage};

/// Further reception points by code: six in Mexico, five in Guatemala, three in Honduras.
pub struct Points(pub HashMap<String, ReceptionPointId>);

impl Points {
    pub fn id(&self, code: &str) -> String {
        self.0[code].global()
    }
}

/// Puts reception points into the directory, beside the two of each country.
pub async fn built(stage: &Stage) -> Points {
    use ReturnMode::*;
    let db = stage.node.ledger.groundwork();
    let places: [(&str, &[ReturnMode]); 3] = [
        ("MX", &[Air, Air, Air, Land, Land, Land]),
        ("GT", &[Air, Air, Land, Land, Other]),
        ("HN", &[Air, Land, Land]),
    ];
    let mut built = HashMap::new();
    for (country, modes) in places {
        let code = format!("{country}-CAP");
        let row = division::Model {
            code: code.clone(),
            country: country.into(),
            name: "División".into(),
            kind: "State".into(),
            national_code: None,
            national_scheme: None,
            search: "division".into(),
        };
        division::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(db)
            .await
            .unwrap();
        for (at, mode) in modes.iter().enumerate() {
            let row = reception_point::Model {
                id: ReceptionPointId::new(),
                code: format!("{country}-RP-{at}"),
                country: country.into(),
                name: format!("Centro {at}"),
                locality: "Ñuble".into(),
                division: code.clone(),
                latitude: 15.5 + at as f64,
                longitude: -90.25 - at as f64,
                mode: *mode,
                capacity: Some(2_500),
                opened: None,
                note_es: None,
                note_en: None,
                source: "https://example.org".into(),
                search: fold(&format!("{country}-RP-{at} Centro {at} Ñuble")),
            };
            built.insert(row.code.clone(), row.id);
            let row = row.into_active_model().reset_all();
            reception_point::Entity::insert(row).exec_without_returning(db).await.unwrap();
        }
    }
    Points(built)
}

const AGENCY: [(&str, &str); 3] = [("MX", "MX-INM"), ("GT", "GT-IGM"), ("HN", "HN-INM")];

pub async fn does(stage: &Stage, login: &str, field: &str, ty: &str, select: &str, input: Value) -> Answer {
    let document = format!(
        "mutation($i: {ty}!) {{ {field}(input: $i) {{ {select} userErrors {{ code path message }} }} }}"
    );
    stage.person(login).asks(&document, json!({ "i": input })).await
}

/// Puts a point in service: the migration agency of its country operates it.
pub async fn set(stage: &Stage, points: &Points, code: &str, minutes: i32) {
    let country = &code[..2];
    let agency = AGENCY.iter().find(|(known, _)| *known == country).unwrap().1;
    let input = json!({ "point": points.id(code), "operator": stage.institution(agency).global(),
        "staleAfterMinutes": minutes });
    let login = format!("{}.test.focal", country.to_lowercase());
    let select = "capacityPoint { staleAfterMinutes operator { code } point { code } }";
    let set = does(stage, &login, "setCapacityPoint", "SetCapacityPointInput", select, input).await.well();
    assert_eq!(
        set.at("setCapacityPoint.capacityPoint"),
        &json!({ "staleAfterMinutes": minutes, "operator": { "code": agency }, "point": { "code": code } })
    );
}

/// What is reported of a point; `more` goes before.
pub fn said(points: &Points, code: &str, as_of: DateTime<Utc>, occupied: i32, more: Value) -> Value {
    let mut said = json!({ "point": points.id(code), "asOf": as_of, "occupied": occupied, "nominal": 100 });
    for (key, value) in more.as_object().into_iter().flatten() {
        said[key] = value.clone();
    }
    said
}

pub async fn reports(stage: &Stage, login: &str, reports: Value) -> Answer {
    let select = "reports { id asOf recordedAt occupied free nominal surge peopleIn peopleOut staff replaces \
                  point { code } hash }";
    does(stage, login, "reportCapacity", "ReportCapacityInput", select, json!({ "reports": reports })).await
}

/// The operator's own account reports of one point as of now. Gives the report's id.
pub async fn reported(stage: &Stage, points: &Points, code: &str, occupied: i32, more: Value) -> String {
    let login = format!("{}.agency.editor", code[..2].to_lowercase());
    let made = reports(stage, &login, json!([said(points, code, stage.now(), occupied, more)])).await.well();
    made.text_at("reportCapacity.reports.0.id")
}

/// Shares capacity of a country. Gives the share's id.
pub async fn shared(
    stage: &Stage,
    country: &str,
    level: &str,
    points: Option<Vec<String>>,
    to: Value,
) -> String {
    let mut input = json!({ "level": level, "handling": "CLEAR", "audience": to,
        "instrument": "Convenio", "purpose": "Coordinar" });
    if let Some(points) = points {
        input["points"] = json!(points);
    }
    let login = format!("{}.test.focal", country.to_lowercase());
    let made =
        does(stage, &login, "shareCapacity", "ShareCapacityInput", "share { id level }", input).await.well();
    assert_eq!(made.text_at("shareCapacity.share.level"), level);
    made.text_at("shareCapacity.share.id")
}

pub async fn recalled(stage: &Stage, login: &str, share: &str) -> Answer {
    let input = json!({ "share": share });
    does(stage, login, "recallCapacity", "RecallCapacityInput", "share { id endedAt }", input).await
}

const SUM: &str = "points reported stale staleShare nominal surge occupied free";

/// What somebody is told of the region.
pub async fn regional(stage: &Stage, login: &str, variables: Value) -> Answer {
    let query = format!(
        "query($asOf: DateTime, $countries: [String!], $mode: ReturnMode) {{ regionalCapacity(asOf: $asOf, \
         countries: $countries, mode: $mode) {{ asOf total {{ {SUM} }} countries {{ country knownAt total {{ {SUM} }} \
         modes {{ mode sum {{ {SUM} }} }} }} points(first: 100) {{ totalCount nodes {{ stale point {{ code }} \
         latest {{ id asOf occupied free nominal surge }} }} }} }} }}"
    );
    stage.person(login).asks(&query, variables).await
}

/// The codes of the points that somebody is shown.
pub async fn seen(stage: &Stage, login: &str) -> Vec<String> {
    let answer = regional(stage, login, json!({})).await.well();
    let nodes = answer.at("regionalCapacity.points.nodes").as_array().unwrap().clone();
    assert_eq!(answer.at("regionalCapacity.points.totalCount"), &json!(nodes.len()));
    nodes.iter().map(|node| node["point"]["code"].as_str().unwrap().to_owned()).collect()
}
