//! The demonstration: three members with their real institutions, plans, figures and a meeting, as
//! far as they are public. Made through the same commands that everybody uses, each step by the
//! account whose step it is. What the data are and where they come from: `docs/data.md`.

mod directory;
mod records;

use anyhow::Result;

use crate::{
    access::Viewer,
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
    told("directorio / directory");
    let admission = directory::admission()?;
    node.ledger.write(&Viewer::operator(), None, async move |work| admit(work, admission).await).await?;
    let names = records::Names::read(node, &acting(node, "mx.sre.focal").await?).await?;
    told("planes / plans");
    let plans = records::plans(node, &names).await?;
    told("cifras / figures");
    let datasets = records::datasets(node, &names).await?;
    told("reunión / meeting");
    records::meetings(node, &plans, &datasets).await?;
    Ok(true)
}

/// The viewer that an account of the demonstration is.
async fn acting(node: &Node, login: &str) -> Result<Viewer> {
    let found = viewer_by_login(&node.reads.0, login, node.clock.today()).await?;
    found.ok_or_else(|| anyhow::anyhow!("the demonstration has no account {login}"))
}
