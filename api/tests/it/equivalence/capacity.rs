//! Capacity in the play: what all see of it, what is woven in, and what is asked.

use api::access::Party;
use chrono::TimeDelta;
use serde_json::json;

use super::{
    battery::Asking,
    play::{World, audience},
};
use crate::capacity::{built, recalled, reported, reports, said, set, shared};

impl World<'_> {
    /// The reception points, and two whose capacity everybody sees.
    pub async fn furnish(&mut self) {
        let stage = self.stage;
        let points = built(stage).await;
        for code in ["MX-RP-0", "GT-RP-0"] {
            set(stage, &points, code, 60).await;
            shared(stage, &code[..2], "DETAIL", Some(vec![points.id(code)]), json!({ "everyone": true }))
                .await;
            reported(stage, &points, code, 40, json!({})).await;
        }
        self.points = Some(points);
        self.asked_for().await;
    }

    /// A point that nobody of the viewer's country hears of.
    pub(super) async fn capacity(
        &mut self,
        number: usize,
        country: &str,
        point: usize,
        level: usize,
        to: &[Party],
        take_back: bool,
    ) {
        let stage = self.stage;
        let points = self.points.as_ref().unwrap();
        let country = country.to_uppercase();
        let code = format!("{country}-RP-{}", point + 1);
        set(stage, points, &code, 60).await;
        let share = match to {
            [] => None,
            to => {
                let level = ["DETAIL", "TOTAL", "MODES"][level];
                let which = (level == "DETAIL").then(|| vec![points.id(&code)]);
                Some(shared(stage, &country, level, which, audience(to)).await)
            }
        };
        let as_of = stage.now() - TimeDelta::seconds(number as i64 + 1);
        let report = json!([said(points, &code, as_of, number as i32, json!({}))]);
        reports(stage, &format!("{}.agency.editor", country.to_lowercase()), report).await;
        if let Some(share) = share {
            if take_back {
                recalled(stage, &format!("{}.test.focal", country.to_lowercase()), &share).await.well();
            }
            self.shares.push(share);
        }
    }
}

/// Everything that can be asked of capacity.
pub(super) async fn capacity(asking: &mut Asking<'_>, world: &World<'_>) {
    let points = world.points.as_ref().unwrap();
    let mut codes: Vec<&String> = points.0.keys().collect();
    codes.sort();
    asking.get("/reception-points.geojson").await;
    asking.get("/reception-points.geojson?country=GT").await;
    let sum = "points reported stale nominal occupied free";
    let regional = format!(
        "query($countries: [String!], $mode: ReturnMode, $asOf: DateTime) {{ regionalCapacity(countries: $countries, \
         mode: $mode, asOf: $asOf) {{ total {{ {sum} }} countries {{ country knownAt total {{ {sum} }} modes {{ mode \
         sum {{ {sum} }} }} }} points(first: 2) {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ stale latest \
         {{ id }} }} }} }} }}"
    );
    for asked in [
        json!({}),
        json!({ "countries": ["MX"] }),
        json!({ "countries": ["HN", "GT", "ZZ"] }),
        json!({ "mode": "AIR" }),
        json!({ "mode": "SEA" }),
        json!({ "asOf": "2025-01-16T15:00:00Z" }),
        json!({ "asOf": "2025-01-16T15:05:00Z", "countries": ["MX"] }),
    ] {
        asking.ask(&regional, asked).await;
    }
    let history = "query($p: ID!) { capacityHistory(point: $p, by: HOUR) { totalCount nodes { reports mostOccupied \
                   last { id } } } }";
    for code in &codes {
        asking.ask(history, json!({ "p": points.id(code) })).await;
    }
    for event in
        ["capacity-point.set", "capacity-report.made", "capacity-share.made", "capacity-share.recalled"]
    {
        let ledger = format!(
            "{{ ledger(first: 100, filter: {{ events: [\"{event}\"] }}) {{ totalCount nodes {{ id at subject \
             contentHash to {{ countries }} }} }} }}"
        );
        asking.ask(&ledger, json!({})).await;
    }
    // And what is refused.
    let report = "mutation($i: ReportCapacityInput!) { reportCapacity(input: $i) { reports { id } userErrors { code path message } } }";
    for code in &codes {
        let input = json!({ "reports": [said(points, code, world.stage.now(), -1, json!({}))] });
        asking.ask(report, json!({ "i": input })).await;
    }
    let recall = "mutation($i: RecallCapacityInput!) { recallCapacity(input: $i) { share { id } userErrors { code path message } } }";
    for share in &world.shares {
        asking.ask(recall, json!({ "i": { "share": share } })).await;
    }
}
