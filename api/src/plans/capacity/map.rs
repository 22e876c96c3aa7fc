//! The reception points as a map: GeoJSON (RFC 7946), with the capacity that the viewer sees.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};
use serde_json::{Value, json};

use super::{latest::latest, point, sight::Sight, summing::Known};
use crate::{
    access::{Open, Viewer},
    directory::reception_point,
    error::{Error, Result},
    say,
};

/// More points than the directory of a region could hold.
const MOST_FEATURES: u64 = 20_000;

/// The map as the viewer sees it. The geometry is a point: degrees of WGS 84, east first. What is known
/// of the capacity at the viewer's moment stands in `capacity`, where the viewer sees it; else nothing
/// tells of it.
pub async fn geojson(db: &impl ConnectionTrait, viewer: &Viewer, country: Option<&str>) -> Result<String> {
    let mut places = reception_point::Entity::open_to(viewer);
    if let Some(country) = country {
        places = places.filter(reception_point::Column::Country.eq(country));
    }
    let places = places.order_by_asc(reception_point::Column::Code).limit(MOST_FEATURES + 1).all(db).await?;
    if places.len() as u64 > MOST_FEATURES {
        return Err(Error::Limited(say!(
            "son más de {MOST_FEATURES} puntos; pídalos por país",
            "there are more than {MOST_FEATURES} points; ask for them by country"
        )));
    }
    let mut shown = Sight::of(db, viewer).await?.shown();
    if let Some(country) = country {
        shown = shown.filter(point::Column::Country.eq(country));
    }
    let settings = shown.all(db).await?;
    let ids: Vec<_> = settings.iter().map(|setting| setting.point_id).collect();
    let mut reports = latest(db, &ids, viewer.at).await?;
    let mut settings: HashMap<_, _> =
        settings.into_iter().map(|setting| (setting.point_id, setting)).collect();
    let features: Vec<Value> = places
        .into_iter()
        .map(|place| {
            let known = settings.remove(&place.id).map(|setting| Known {
                latest: reports.remove(&setting.point_id),
                mode: place.mode,
                setting,
            });
            feature(place, known, viewer)
        })
        .collect();
    Ok(json!({ "type": "FeatureCollection", "features": features }).to_string())
}

fn feature(place: reception_point::Model, known: Option<Known>, viewer: &Viewer) -> Value {
    let mut properties = json!({
        "code": place.code,
        "name": place.name,
        "country": place.country,
        "locality": place.locality,
        "division": place.division,
        "mode": place.mode,
        "publishedCapacity": place.capacity,
        "opened": place.opened,
        "source": place.source,
    });
    if let Some(known) = known {
        properties["capacity"] = json!({
            "stale": known.is_stale(viewer.at),
            "latest": known.latest.map(|latest| json!({
                "asOf": latest.as_of,
                "occupied": latest.occupied,
                "free": latest.free,
                "nominal": latest.nominal,
                "surge": latest.surge,
                "staff": latest.staff,
            })),
        });
    }
    json!({
        "type": "Feature",
        "id": place.id.global(),
        "geometry": { "type": "Point", "coordinates": [place.longitude, place.latitude] },
        "properties": properties,
    })
}
