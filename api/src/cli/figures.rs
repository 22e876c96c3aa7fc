//! Figures in and out of files.

use std::{fs, io::Write, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    access::{Action, Kind, Viewer},
    directory::viewer_by_login,
    node::Node,
    records::{self, Shown},
    statistics::{
        DatasetContent, Told,
        columns::{Columns, PeriodColumns},
        figure, import,
        layout::{OBS_STATUS, OBS_VALUE, TIME_PERIOD},
        prepare,
        reading::{Limits, Report},
        vintage,
    },
    text::{Lang, Text},
};

/// Rows of a file that is imported at the console, at most.
const MOST_ROWS: u32 = 100_000_000;

#[derive(Args)]
pub struct Import {
    /// The account that imports, such as mx.segob.statistics.
    #[arg(long = "as")]
    login: String,
    /// The dataset's code, as the account's institution calls it.
    #[arg(long)]
    dataset: String,
    /// The CSV file.
    file: PathBuf,
    /// Only read and report; nothing is stored.
    #[arg(long)]
    dry_run: bool,
    /// A dimension whose header is not its code: SEX=sexo. May be repeated.
    #[arg(long, value_parser = pair)]
    column: Vec<(String, String)>,
    /// A dimension that has one code in the whole file: AREA_ROLE=NATIONAL. May be repeated.
    #[arg(long, value_parser = pair)]
    constant: Vec<(String, String)>,
    /// The header of the period.
    #[arg(long, conflicts_with_all = ["first_day", "last_day"])]
    period: Option<String>,
    /// The header of the period's first day.
    #[arg(long, requires = "last_day")]
    first_day: Option<String>,
    /// The header of the period's last day, which is part of it.
    #[arg(long, requires = "first_day")]
    last_day: Option<String>,
    /// The header of the figure.
    #[arg(long)]
    value: Option<String>,
    /// The header of the status (SDMX OBS_STATUS).
    #[arg(long)]
    status: Option<String>,
    /// A column that is known and not wanted. May be repeated.
    #[arg(long)]
    ignore: Vec<String>,
    /// Where the figures were published or drawn from.
    #[arg(long)]
    source: Option<String>,
    /// What readers should know of this vintage, in Spanish.
    #[arg(long)]
    note: Option<String>,
}

#[derive(Args)]
pub struct Export {
    /// The account that exports: it gets the vintage that it sees.
    #[arg(long = "as")]
    login: String,
    /// The dataset's code, as its owner calls it, or its id (Dataset:...).
    #[arg(long)]
    dataset: String,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (left, right) = text.split_once('=').ok_or("expected DIMENSION=TEXT")?;
    Ok((left.into(), right.into()))
}

impl Import {
    pub async fn run(self, node: &Node) -> Result<ExitCode> {
        let viewer = account(node, &self.login).await?;
        let dataset: Shown<DatasetContent> =
            records::by_code(&node.reads.0, &viewer, viewer.institution, &self.dataset)
                .await
                .with_context(|| format!("{} has no dataset {}", self.login, self.dataset))?;
        if !viewer.may(Action::Draft(Kind::Dataset), dataset.standing) {
            bail!("none of the roles of {} allows to import", self.login);
        }
        let columns = self.columns();
        let size =
            fs::metadata(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?.len();
        let limits = Limits { max_rows: MOST_ROWS, max_bytes: size.max(1) };
        let content = dataset.content.clone();
        let file =
            fs::File::open(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?;
        let told = Told {
            source: self.source.clone(),
            note: self.note.clone().map(Text::spanish),
            ..Told::default()
        };
        let source =
            Progress { file: std::io::BufReader::with_capacity(1 << 18, file), size, read: 0, told: 0 };
        let scratch = node.vault.scratch().clone();
        let prepared =
            tokio::task::spawn_blocking(move || prepare(&content, source, &columns, limits, &scratch))
                .await??;
        tell(&prepared.report, dataset.content.layout.decimals);
        if self.dry_run {
            println!("dry run: nothing was stored");
            return Ok(if prepared.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        if !prepared.is_clean() {
            println!("nothing was imported: mend the rows above, then repeat");
            return Ok(ExitCode::FAILURE);
        }
        let stored = prepared.store(&node.vault).await?;
        let (id, expected, file) = (dataset.record.id, dataset.record.head, stored.file.clone());
        node.ledger
            .write(&viewer, None, async move |work| import(work, id, expected, stored, told).await)
            .await?;
        let imported: Shown<DatasetContent> = records::one(&node.reads.0, &viewer, id).await?;
        let number = imported.content.vintage.map_or(0, |vintage| vintage.number);
        println!("imported as vintage {number} of {}, a draft: {file}", self.dataset);
        Ok(ExitCode::SUCCESS)
    }

    fn columns(&self) -> Columns {
        let usual = Columns::default();
        let period = match (&self.period, &self.first_day, &self.last_day) {
            (Some(header), _, _) => PeriodColumns::One(header.clone()),
            (None, Some(first), Some(last)) => {
                PeriodColumns::Days { first: first.clone(), last: last.clone() }
            }
            _ => usual.period,
        };
        Columns {
            dimensions: self.column.iter().cloned().collect(),
            constants: self.constant.iter().cloned().collect(),
            period,
            value: self.value.clone().unwrap_or(usual.value),
            status: self.status.clone(),
            ignored: self.ignore.clone(),
            ignore_others: false,
        }
    }
}

fn tell(report: &Report, decimals: u8) {
    println!("rows read {}, accepted {}, refused {}", report.rows_read, report.accepted, report.refused);
    if let (Some(first), Some(last)) = (report.first_period, report.last_period) {
        println!("periods {first} .. {last}");
    }
    match i64::try_from(report.total) {
        Ok(total) => println!("sum of all figures {}", figure::write(total, decimals)),
        Err(_) => println!("sum of all figures {} (without decimal point)", report.total),
    }
    for problem in &report.problems {
        let (row, column, value) = (problem.row, &problem.column, &problem.value);
        print!(
            "row {row}, column {column}, `{value}`: {} {}",
            problem.reason.code(),
            problem.say.to(Lang::En)
        );
        match &problem.suggestion {
            Some(meant) => println!("; perhaps `{meant}`"),
            None => println!(),
        }
    }
    let untold = report.problem_count.saturating_sub(report.problems.len() as u64);
    if untold > 0 {
        println!("and {untold} problems more");
    }
}

impl Export {
    pub async fn run(self, node: &Node) -> Result<()> {
        let viewer = account(node, &self.login).await?;
        let dataset = self.dataset(node, &viewer).await?;
        let vintage = dataset.figures()?;
        let figures = vintage::Reader::open(node.vault.open(&vintage.file).await?)?;
        let layout = &dataset.content.layout;
        let mut table = csv::Writer::from_writer(std::io::BufWriter::new(std::io::stdout().lock()));
        table.write_record(layout.codes().chain([TIME_PERIOD, OBS_VALUE, OBS_STATUS]))?;
        for figure in figures {
            let vintage::Figure { series, period, value, status } = figure?;
            let value = value.map(|value| figure::write(value, layout.decimals)).unwrap_or_default();
            let (period, status) = (period.to_string(), status.to_string());
            table.write_record(series.iter().map(|code| &**code).chain([
                period.as_str(),
                &value,
                &status,
            ]))?;
        }
        table.into_inner().map_err(|error| error.into_error())?.flush()?;
        Ok(())
    }

    async fn dataset(&self, node: &Node, viewer: &Viewer) -> Result<Shown<DatasetContent>> {
        let unseen = || format!("{} sees no dataset {}", self.login, self.dataset);
        if let Some(id) = crate::ids::DatasetId::parse_global(&self.dataset) {
            return records::one(&node.reads.0, viewer, id.into()).await.with_context(unseen);
        }
        let page = crate::page::Page { size: crate::page::MOST, after: None, before: None, backward: false };
        let wanted = records::Wanted { text: Some(self.dataset.clone()), ..Default::default() };
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
        named.pop().with_context(unseen)
    }
}

async fn account(node: &Node, login: &str) -> Result<Viewer> {
    let found = viewer_by_login(&node.reads.0, login, node.clock.now()).await?;
    found.with_context(|| format!("there is no open account {login}"))
}

/// Tells on a terminal how far a long file has been read.
struct Progress<R> {
    file: R,
    size: u64,
    read: u64,
    told: u64,
}

impl<R: std::io::Read> std::io::Read for Progress<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        use std::io::IsTerminal;
        let count = self.file.read(into)?;
        self.read += count as u64;
        let percent = self.read * 100 / self.size.max(1);
        if self.size > 8 << 20 && percent > self.told && std::io::stderr().is_terminal() {
            self.told = percent;
            eprint!("\r{percent:>3} % of {} MB", self.size >> 20);
            if percent >= 100 {
                eprintln!();
            }
        }
        Ok(count)
    }
}
