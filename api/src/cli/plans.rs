//! Plans out of the node as documents, and in again.

use std::{fs, io::Write, path::PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

use super::figures::account;
use crate::{
    access::Handling,
    error::{Error, Problem},
    ids::PlanId,
    node::Node,
    plans::{PlanContent, exchange, form::check_text},
    records::{self, Shown},
    text::Lang,
};

#[derive(Subcommand)]
pub enum Plans {
    /// Write a plan, as an account sees it, to standard output as a document.
    Export(Export),
    /// Begin a plan with a document, or make it the next revision of one.
    Import(Import),
}

#[derive(Args)]
pub struct Export {
    /// The account that exports: it gets the sections that are for it.
    #[arg(long = "as")]
    login: String,
    /// The plan (Plan:...).
    #[arg(long, value_parser = id)]
    plan: PlanId,
}

#[derive(Args)]
pub struct Import {
    /// The document.
    file: PathBuf,
    /// The account that writes.
    #[arg(long = "as")]
    login: String,
    /// The plan whose next revision it is (Plan:...); a plan is begun if left out.
    #[arg(long, value_parser = id, requires = "expected_revision")]
    plan: Option<PlanId>,
    /// With --plan: the revision that was read.
    #[arg(long)]
    expected_revision: Option<i32>,
    /// Without --plan: CLEAR, GREEN, AMBER, AMBER_STRICT or RED, no lower than the file says; what it says if left out
    #[arg(long, value_parser = mark)]
    handling: Option<Handling>,
    /// A note on the revision.
    #[arg(long)]
    note: Option<String>,
}

fn id(text: &str) -> Result<PlanId, String> {
    PlanId::parse_global(text).ok_or_else(|| "expected the id of a plan, such as Plan:0192...".into())
}

fn mark(text: &str) -> Result<Handling, String> {
    serde_json::from_value(text.into())
        .map_err(|_| "expected CLEAR, GREEN, AMBER, AMBER_STRICT or RED".into())
}

impl Plans {
    pub async fn run(self, node: &Node) -> Result<()> {
        match self {
            Plans::Export(export) => export.run(node).await,
            Plans::Import(import) => import.run(node).await,
        }
    }
}

impl Export {
    async fn run(self, node: &Node) -> Result<()> {
        let (viewer, db) = (account(node, &self.login).await?, &node.reads.0);
        let unseen = || format!("{} sees no plan {}", self.login, self.plan);
        let shown: Shown<PlanContent> =
            records::one(db, &viewer, self.plan.into()).await.with_context(unseen)?;
        let document = exchange::export(db, &viewer, &shown).await?;
        writeln!(std::io::stdout().lock(), "{document:#}")?;
        Ok(())
    }
}

impl Import {
    async fn run(self, node: &Node) -> Result<()> {
        let viewer = account(node, &self.login).await?;
        let text = fs::read(&self.file).with_context(|| format!("{} cannot be read", self.file.display()))?;
        let into = match self.plan {
            Some(plan) => exchange::Into::Revision {
                id: plan.into(),
                expected: self.expected_revision.unwrap_or_default(),
            },
            None => exchange::Into::New { handling: self.handling, chain: Vec::new() },
        };
        let done = match check_text(&text) {
            Ok(document) => {
                let import = async |work: &mut _| exchange::import(work, document, into, self.note).await;
                node.ledger.write(&viewer, None, import).await
            }
            Err(refused) => Err(refused),
        };
        let refused = match done {
            Ok(id) => {
                let shown: Shown<PlanContent> = records::one(&node.reads.0, &viewer, id).await?;
                println!("{} revision {} {}", PlanId::from(id), shown.revision.number, shown.revision.hash);
                return Ok(());
            }
            Err(refused) => refused,
        };
        let problems: Vec<Problem> = match refused {
            Error::Invalid(problems) => problems,
            Error::Conflict(problem) => vec![*problem],
            other => bail!("{}", other.told(Lang::En)),
        };
        for Problem { reason, path, say } in &problems {
            eprintln!("{path}: {say} ({})", reason.code());
        }
        bail!("nothing was stored: {} things to mend", problems.len())
    }
}
