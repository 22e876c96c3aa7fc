//! Reception points in service, and with whom their capacity is shared. What is there on a day is public of
//! none of them, so nothing is reported: whoever tries the demonstration does.

use anyhow::{Context, Result};

use super::{acting, records::Names};
use crate::{
    access::{Handling, Party},
    node::Node,
    plans::capacity::{Level, SettingFacts, Sharing, set, share},
};

/// The focal point, the operator, and the points that are in service.
const SERVICE: [(&str, &str, &[&str]); 3] = [
    (
        "mx.sre.focal",
        "MX-SEGOB",
        &[
            "MX-RP-TIJUANA",
            "MX-RP-MEXICALI",
            "MX-RP-NOGALES",
            "MX-RP-SAN-LUIS-RIO-COLORADO",
            "MX-RP-CIUDAD-JUAREZ",
            "MX-RP-NUEVA-ROSITA",
            "MX-RP-MATAMOROS",
            "MX-RP-REYNOSA",
            "MX-RP-VILLAHERMOSA",
            "MX-RP-TAPACHULA",
        ],
    ),
    ("gt.minex.focal", "GT-IGM", &["GT-RP-CRR", "GT-RP-CAM-ZONA-5", "GT-RP-CAR"]),
    ("hn.sreci.focal", "HN-SRECI", &["HN-RP-LA-LIMA", "HN-RP-BELEN", "HN-RP-OMOA"]),
];

/// What each country shares with the two others: Mexico its total, the others their points.
const SHARED: [(&str, Level, [&str; 2]); 3] = [
    ("mx.sre.focal", Level::Total, ["GT", "HN"]),
    ("gt.minex.focal", Level::Detail, ["MX", "HN"]),
    ("hn.sreci.focal", Level::Detail, ["MX", "GT"]),
];

/// A report is late after twelve hours.
const STALE_MINUTES: i32 = 720;

pub async fn capacity(node: &Node, names: &Names) -> Result<()> {
    for (login, operator, points) in SERVICE {
        let (viewer, operator) = (acting(node, login).await?, names.institution(operator)?);
        for code in points {
            let setting = SettingFacts { point: names.point(code)?, operator, stale_minutes: STALE_MINUTES };
            node.ledger
                .write(&viewer, None, async move |work| set(work, setting).await)
                .await
                .with_context(|| format!("{code} as {login}"))?;
        }
    }
    for (login, level, to) in SHARED {
        let viewer = acting(node, login).await?;
        let sharing = Sharing {
            level,
            points: None,
            handling: Handling::Green,
            audience: to.map(|code| ("audience".into(), Party::Country(code.into()))).into(),
            instrument: super::records::INSTRUMENT.into(),
            purpose: "Demostración: saber qué puede recibir la región / Demonstration: to know what the region can receive".into(),
        };
        node.ledger
            .write(&viewer, None, async move |work| share(work, sharing).await)
            .await
            .with_context(|| format!("as {login}"))?;
    }
    Ok(())
}
