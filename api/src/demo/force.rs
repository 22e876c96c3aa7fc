//! By whom plans are approved in each country, and an exercise of one. The exercise is invented, and says so.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{acting, records::Names};
use crate::{
    ids::PlanId,
    node::Node,
    plans::{
        approval::{ApprovalStepInput, set_chain},
        force::{Activation, Grounds, activate},
        terms::AlertLevel,
    },
    text::Text,
};

#[derive(Deserialize)]
struct ChainFile {
    /// Who sets it.
    admin: String,
    steps: Vec<StepTold>,
}

#[derive(Deserialize)]
struct StepTold {
    institution: String,
    name: Text,
}

/// The national chains of approval, each set by its country's administrator.
pub async fn chains(node: &Node, names: &Names) -> Result<()> {
    let files: Vec<ChainFile> =
        serde_json::from_str(include_str!("../../demo/chains.json")).context("the demonstration's chains")?;
    for ChainFile { admin, steps } in files {
        let step = |told: StepTold| -> Result<ApprovalStepInput> {
            Ok(ApprovalStepInput {
                institution: names.institution(&told.institution)?,
                name: told.name,
                declares: false,
            })
        };
        let steps: Vec<_> = steps.into_iter().map(step).collect::<Result<_>>()?;
        let viewer = acting(node, &admin).await?;
        node.ledger.write(&viewer, None, async move |work| set_chain(work, steps).await).await?;
    }
    Ok(())
}

/// An exercise of the Guatemalan plan: nothing of it has happened.
pub async fn exercise(node: &Node, plan: PlanId) -> Result<()> {
    let told = Activation {
        plan: plan.into(),
        expected: 1,
        phase: Some("F2".into()),
        level: AlertLevel::Yellow,
        exercise: true,
        grounds: Grounds {
            reason: Text::both(
                "Demostración: simulacro inventado; nada de esto ha ocurrido.",
                "Demonstration: an invented exercise; nothing of this has happened.",
            ),
            from: node.clock.now(),
            trigger: None,
            observed: None,
            dataset: None,
        },
    };
    let viewer = acting(node, "gt.amn.minister").await?;
    node.ledger.write(&viewer, None, async move |work| activate(work, told).await).await?;
    Ok(())
}
