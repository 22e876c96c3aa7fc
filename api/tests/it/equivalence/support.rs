//! Gaps and support in the play: one that two partners were asked about, what is woven in, and what is asked.

use api::access::Party;
use serde_json::json;

use super::{battery::Asking, play::World};
use crate::{
    acts::house,
    support::{GAP, acts, lacking},
};

impl World<'_> {
    /// Mexico lacks something, and asks Guatemala and Honduras.
    pub(super) async fn asked_for(&mut self) {
        let stage = self.stage;
        let gap = acts(stage, "mx.agency.editor", "stateGap", lacking(json!({}))).await.well();
        let gap = gap.text_at("stateGap.gap.id");
        for country in ["GT", "HN"] {
            let request = self.sent(&gap, "mx", json!({ "countries": [country] })).await;
            self.requests.push((country, request));
        }
    }

    /// A request by an agency's editor, sent by its focal point. Gives its id.
    async fn sent(&self, gap: &str, country: &str, to: serde_json::Value) -> String {
        let mut input = json!({ "gap": gap, "words": { "es": "x" } });
        for (key, value) in to.as_object().unwrap() {
            input[key] = value.clone();
        }
        let editor = format!("{country}.agency.editor");
        let drafted = acts(self.stage, &editor, "draftSupportRequests", input).await.well();
        let all = drafted.at("draftSupportRequests.gap.requests").as_array().unwrap().clone();
        let request = all.last().unwrap()["id"].as_str().unwrap().to_owned();
        let step = json!({ "request": request, "step": "SEND" });
        acts(self.stage, &format!("{country}.agency.focal"), "moveSupportRequest", step).await.well();
        request
    }

    /// A gap of which nobody of the viewer's country hears, asked of these.
    pub(super) async fn lacks(&mut self, country: &str, to: &[Party], eye: &str) {
        let stage = self.stage;
        let prefix = country.to_lowercase();
        let stated =
            acts(stage, &format!("{prefix}.agency.editor"), "stateGap", lacking(json!({}))).await.well();
        let gap = stated.text_at("stateGap.gap.id");
        for party in to {
            let abroad = [("GT-IGM", "GT"), ("HN-SRECI", "HN"), ("INT-IOM", "")];
            let to = match party {
                Party::Country(code) if code != country => json!({ "countries": [code] }),
                Party::Institution(id) => {
                    let home = abroad.iter().find(|(code, _)| stage.institution(code) == *id);
                    match home {
                        Some((_, home)) if *home != country => json!({ "institutions": [id.global()] }),
                        _ => continue,
                    }
                }
                _ => continue,
            };
            let request = self.sent(&gap, &prefix, to).await;
            // An offer is the business of the country that makes it, too.
            if let Party::Country(code) = party
                && code != eye
            {
                self.offered(code, &request).await;
            }
            self.gaps.push(request);
        }
        self.gaps.push(gap);
    }

    async fn offered(&self, country: &str, request: &str) {
        let focal = format!("{}.test.focal", country.to_lowercase());
        let words = json!({ "request": request, "words": { "es": "¿Cuándo?" } });
        acts(self.stage, &focal, "writeOnSupportRequest", words).await.well();
        let offer = json!({ "request": request, "amount": "5", "due": "2025-02-01", "terms": { "es": "x" } });
        acts(self.stage, &focal, "offerSupport", offer).await.well();
    }

    /// What another partner answers to the gap that the viewer may have been asked about.
    pub(super) async fn answered(&mut self, country: &str, eye: &str) {
        let stage = self.stage;
        let Some((_, request)) = self.requests.iter().find(|(asked, _)| *asked == country) else { return };
        if eye == country || eye == "MX" {
            return;
        }
        self.offered(country, request).await;
        let gaps = crate::support::gaps(stage, "mx.test.focal").await;
        let offers =
            gaps.as_array().unwrap().iter().flat_map(|gap| gap["offers"].as_array().unwrap().clone());
        let mine = offers.filter(|offer| {
            offer["state"] == "OPEN"
                && offer["institution"]["code"] == house(&format!("{}.test", country.to_lowercase()))
        });
        let offers: Vec<_> = mine.collect();
        if let Some(offer) = offers.last() {
            let step = json!({ "offer": offer["id"], "step": "ACCEPT" });
            acts(stage, "mx.test.focal", "moveSupportOffer", step).await.well();
        }
    }
}

/// Everything that can be asked of gaps and support.
pub(super) async fn support(asking: &mut Asking<'_>, world: &World<'_>) {
    let selected = &GAP[6..GAP.len() - 2];
    for filter in [
        "country: \"MX\"",
        "country: \"HN\", open: true",
        "country: \"GT\"",
        "service: LODGING",
        "service: FOOD",
        "open: false",
    ] {
        asking.ask(&format!("{{ gaps({filter}) {{ totalCount nodes {{ {selected} }} }} }}"), json!({})).await;
    }
    for event in [
        "gap.stated",
        "support-request.sent",
        "support-request.written",
        "support-offer.made",
        "commitment.made",
    ] {
        let ledger = format!(
            "{{ ledger(first: 100, filter: {{ events: [\"{event}\"] }}) {{ totalCount nodes {{ id at subject contentHash }} }} }}"
        );
        asking.ask(&ledger, json!({})).await;
    }
    let node = format!("query($id: ID!) {{ node(id: $id) {{ ... on Gap {{ {selected} }} }} }}");
    let does = |field: &str| {
        let ty = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
        format!(
            "mutation($i: {ty}!) {{ {field}(input: $i) {{ gap {{ id }} userErrors {{ code path message }} }} }}"
        )
    };
    for id in &world.gaps {
        if id.starts_with("Gap:") {
            asking.ask(&node, json!({ "id": id })).await;
            asking.ask(&does("closeGap"), json!({ "i": { "gap": id } })).await;
            let more = json!({ "gap": id, "countries": ["ZZ"], "words": { "es": "x" } });
            asking.ask(&does("draftSupportRequests"), json!({ "i": more })).await;
        } else {
            asking
                .ask(&does("moveSupportRequest"), json!({ "i": { "request": id, "step": "WITHDRAW" } }))
                .await;
            let offer = json!({ "request": id, "amount": "1", "due": "2025-02-01", "terms": { "es": "x" } });
            asking.ask(&does("offerSupport"), json!({ "i": offer })).await;
        }
    }
}
