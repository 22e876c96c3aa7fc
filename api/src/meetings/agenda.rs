//! The agenda (orden del día): its items, in order.

use serde::{Deserialize, Serialize};

use super::{session::LONGEST, terms::ItemKind};
use crate::{
    access::Kind,
    bounds::{Bounds, NAME},
    error::{Reason, Result},
    ids::{DatasetId, PlanId, RecordId},
    ledger::Work,
    records::held,
    say,
    text::Text,
};

/// An item of the agenda (punto del orden del día).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgendaItem {
    pub title: Text,
    pub kind: ItemKind,
    pub minutes: u32,
    /// The names of documents.
    pub documents: Vec<Text>,
    pub plans: Vec<PlanId>,
    pub datasets: Vec<DatasetId>,
}

impl AgendaItem {
    pub(super) async fn check(&self, path: &str, work: &Work, bounds: &mut Bounds) -> Result<()> {
        bounds.words(format!("{path}.title"), &self.title, NAME);
        bounds.count(format!("{path}.documents"), self.documents.len(), 50);
        bounds.count(format!("{path}.plans"), self.plans.len(), 20);
        bounds.count(format!("{path}.datasets"), self.datasets.len(), 20);
        for (at, document) in self.documents.iter().enumerate() {
            bounds.words(format!("{path}.documents.{at}"), document, NAME);
        }
        if !(1..=LONGEST).contains(&self.minutes) {
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.minutes"),
                say!("entre 1 y {LONGEST} minutos", "between 1 and {LONGEST} minutes"),
            );
        }
        // What the author does not see cannot be linked, whether it exists or not.
        let plans: Vec<RecordId> = self.plans.iter().take(20).map(|id| (*id).into()).collect();
        let datasets: Vec<RecordId> = self.datasets.iter().take(20).map(|id| (*id).into()).collect();
        for (kind, list, ids) in [(Kind::Plan, "plans", plans), (Kind::Dataset, "datasets", datasets)] {
            let seen = held(&work.db, kind, &work.viewer, &ids).await?;
            for (at, _) in ids.iter().enumerate().filter(|(_, id)| !seen.contains(id)) {
                bounds.add(
                    Reason::Unknown,
                    format!("{path}.{list}.{at}"),
                    say!("no existe", "does not exist"),
                );
            }
        }
        Ok(())
    }
}
