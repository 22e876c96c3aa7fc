//! Figures out of a dataset into a file.

use std::io::Write;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::figures::account;
use crate::{
    access::Viewer,
    ids::DatasetId,
    node::Node,
    page::{MOST, Page},
    records::{self, Wanted},
    statistics::{
        DatasetContent, DimensionFilterInput,
        exports::{Export as Written, Form, Found, Selection, Slice},
        period,
    },
    text::Lang,
};

#[derive(Args)]
pub struct Export {
    /// The account that exports: it gets the vintage that it sees.
    #[arg(long = "as")]
    login: String,
    /// The dataset's code, as its owner calls it, or its id (Dataset:...).
    #[arg(long)]
    dataset: String,
    /// csv (texts that a spreadsheet would take for a formula get an apostrophe), sdmx-csv, sdmx-json or parquet.
    #[arg(long, default_value = "csv", value_parser = |text: &str| Form::parse(text).ok_or("unknown form"))]
    format: Form,
    /// Only observations with this code: SEX=F. May be repeated.
    #[arg(long = "where", value_parser = super::figures::pair)]
    codes: Vec<(String, String)>,
    /// Only periods that begin on this day or later: 2024-01-01.
    #[arg(long, value_parser = day)]
    from: Option<chrono::NaiveDate>,
    /// Only periods that end on this day or earlier.
    #[arg(long, value_parser = day)]
    until: Option<chrono::NaiveDate>,
    /// As the account was shown it at the end of this day (UTC).
    #[arg(long, value_parser = day)]
    as_of: Option<chrono::NaiveDate>,
}

fn day(text: &str) -> Result<chrono::NaiveDate, String> {
    period::day(text).ok_or_else(|| "expected a day such as 2024-01-31".into())
}

impl Export {
    pub async fn run(self, node: &Node) -> Result<()> {
        let viewer = account(node, &self.login).await?;
        let id = self.dataset(node, &viewer).await?;
        let unseen = || format!("{} sees no dataset {}", self.login, self.dataset);
        let as_of = self.as_of.map(crate::statistics::end_of);
        let found = Found::one(&node.reads.0, &viewer, id.into(), as_of).await.with_context(unseen)?;
        let filters = self.filters();
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        // The file of a vintage is named by its hash, and goes out as it is.
        if self.format == Form::Parquet && filters.is_empty() && self.from.is_none() && self.until.is_none() {
            let mut file = node.vault.open(&found.vintage()?.file).await?;
            std::io::copy(&mut file, &mut out)?;
        } else {
            let cube = found.open(&node.vault).await?;
            let selection = Selection::filtered(&cube, &filters, (self.from, self.until))?;
            let slice = Slice::new(cube, selection);
            for piece in Written::written(&found, slice, self.format, Lang::default())? {
                out.write_all(&piece?)?;
            }
        }
        out.flush()?;
        Ok(())
    }

    fn filters(&self) -> Vec<DimensionFilterInput> {
        let mut filters: Vec<DimensionFilterInput> = Vec::new();
        for (dimension, code) in &self.codes {
            match filters.iter_mut().find(|filter| filter.dimension == *dimension) {
                Some(filter) => filter.codes.push(code.clone()),
                None => filters.push(DimensionFilterInput {
                    dimension: dimension.clone(),
                    codes: vec![code.clone()],
                    within: Vec::new(),
                }),
            }
        }
        filters
    }

    async fn dataset(&self, node: &Node, viewer: &Viewer) -> Result<DatasetId> {
        if let Some(id) = DatasetId::parse_global(&self.dataset) {
            return Ok(id);
        }
        let page = Page { size: MOST, after: None, before: None, backward: false };
        let wanted = Wanted { text: Some(self.dataset.clone()), ..Default::default() };
        let seen = records::page::<DatasetContent>(&node.reads.0, viewer, &page, &wanted, false).await?;
        let mut named: Vec<_> = seen
            .edges
            .into_iter()
            .map(|edge| edge.node)
            .filter(|node| node.content.code == self.dataset)
            .collect();
        if named.len() > 1 {
            bail!("several owners call a dataset {}: give its id (Dataset:...) instead", self.dataset);
        }
        let found =
            named.pop().with_context(|| format!("{} sees no dataset {}", self.login, self.dataset))?;
        Ok(found.record.id.into())
    }
}
