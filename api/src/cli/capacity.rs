//! Reports of capacity in bulk.

use std::{collections::HashMap, fs, path::PathBuf, process::ExitCode};

use super::figures::account;
use crate::{
    access::Open,
    directory::reception_point,
    error::Error,
    node::Node,
    plans::capacity::{Report, prepared, read_csv, report},
    text::Lang,
};
use anyhow::{Context, Result, bail};
use clap::Args;

/// The largest file: 5,000 lines are far smaller.
const MOST_BYTES: u64 = 4 << 20;

#[derive(Args)]
pub struct Capacity {
    /// The account that reports, such as mx.segob.editor.
    #[arg(long = "as")]
    login: String,
    /// The CSV file: UTF-8 with a line of headers. Columns point (its code), as_of (RFC 3339), occupied
    /// and nominal; if wanted free, surge, people_in, people_out, staff and replaces (the id of the
    /// report that a line corrects).
    file: PathBuf,
    /// Only read and report; nothing is stored.
    #[arg(long)]
    dry_run: bool,
}

impl Capacity {
    pub async fn run(self, node: &Node) -> Result<ExitCode> {
        let viewer = account(node, &self.login).await?;
        let file =
            fs::File::open(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?;
        if file.metadata()?.len() > MOST_BYTES {
            bail!("{} has more than {} MB: split it", self.file.display(), MOST_BYTES >> 20);
        }
        let db = &node.reads.0;
        let points = reception_point::Entity::open_to(&viewer).all(db).await?;
        let points: HashMap<_, _> = points.into_iter().map(|point| (point.code, point.id)).collect();
        let codes: HashMap<_, _> = points.iter().map(|(code, id)| (*id, code.as_str())).collect();
        let facts = match read_csv(std::io::BufReader::new(file), &points) {
            Ok(facts) => facts,
            Err(refused) => return Ok(tell(refused)?),
        };
        // Read once without writing: what it would do is told in full, dry run or not.
        let told = match prepared(db, &viewer, node.clock.now(), facts.clone()).await {
            Ok(rows) => rows,
            Err(refused) => return Ok(tell(refused)?),
        };
        for Report { point_id, as_of, occupied, free, nominal, surge, replaces, .. } in &told {
            let code = codes.get(point_id).copied().unwrap_or_default();
            let corrects = if replaces.is_some() { ", a correction" } else { "" };
            println!(
                "{code} {as_of}: occupied {occupied}, free {free}, nominal {nominal}, surge {surge}{corrects}"
            );
        }
        if self.dry_run {
            println!("dry run: {} reports are in order, nothing was stored", told.len());
            return Ok(ExitCode::SUCCESS);
        }
        match node.ledger.write(&viewer, None, async move |work| report(work, facts).await).await {
            Ok(_) => println!("{} reports were stored", told.len()),
            Err(refused) => return Ok(tell(refused)?),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What there is to mend, a line each.
fn tell(refused: Error) -> Result<ExitCode, Error> {
    for problem in refused.mendable()? {
        println!("{}: {} {}", problem.path, problem.reason.code(), problem.say.to(Lang::En));
    }
    println!("nothing was stored: mend the lines above, then repeat");
    Ok(ExitCode::FAILURE)
}
