//! The demonstration: three members with their real institutions, plans, figures and a meeting, as
//! far as they are public. Made through the same commands that everybody uses, each step by the
//! account whose step it is. What the data are and where they come from: `docs/data.md`.

mod capacity;
mod directory;
mod force;
mod records;

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    access::Viewer,
    clock::Clock,
    directory::{admit, members, viewer_by_login},
    node::Node,
};

pub use directory::{Account, accounts};

/// Fills an empty node with the demonstration; leaves one that holds anything as it is. Says
/// whether it did.
pub async fn fill(node: &Node, told: impl Fn(&str)) -> Result<bool> {
    if !members(&node.reads.0).await?.is_empty() {
        return Ok(false);
    }
    // It was played over the last two months, so that what was known before a correction can be asked.
    let play = Play::of(node);
    let node = &play.node;
    told("directorio / directory");
    let admission = directory::admission()?;
    node.ledger
        .write(&Viewer::operator(node.clock.now()), None, async move |work| admit(work, admission).await)
        .await?;
    let names = records::Names::read(node, &acting(node, "mx.sre.focal").await?).await?;
    told("planes / plans");
    force::chains(node, &names).await?;
    let plans = records::plans(node, &names).await?;
    if let Some(plan) = plans.get("GT-IGM") {
        force::exercise(node, *plan).await?;
    }
    told("capacidad / capacity");
    capacity::capacity(node, &names).await?;
    told("cifras / figures");
    let datasets = records::datasets(&play, &names).await?;
    told("reunión / meeting");
    records::meetings(node, &plans, &datasets).await?;
    Ok(true)
}

/// The node with a clock that the demonstration turns.
pub(crate) struct Play {
    pub node: Node,
    now: Arc<Mutex<DateTime<Utc>>>,
}

impl Play {
    fn of(node: &Node) -> Self {
        let now = Arc::new(Mutex::new(node.clock.now().0 - TimeDelta::days(60)));
        let clock = {
            let now = now.clone();
            Clock::of(move || *now.lock().unwrap_or_else(PoisonError::into_inner))
        };
        let ledger = node.ledger.by(clock.clone());
        Self { node: Node { clock, ledger, ..node.clone() }, now }
    }

    /// Lets time pass until the corrections come.
    pub fn pass(&self) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) += TimeDelta::days(30);
    }
}

/// The viewer that an account of the demonstration is.
async fn acting(node: &Node, login: &str) -> Result<Viewer> {
    let found = viewer_by_login(&node.reads.0, login, node.clock.now()).await?;
    found.ok_or_else(|| anyhow::anyhow!("the demonstration has no account {login}"))
}
