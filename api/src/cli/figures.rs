//! Figures from a file into a dataset.

use std::{collections::BTreeMap, fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use clap::Args;

use crate::{
    access::{Action, Kind, Viewer},
    bounds::Bounds,
    clock::Moment,
    directory::viewer_by_login,
    node::Node,
    records::{self, Shown},
    statistics::{
        DatasetContent, Told,
        columns::{Columns, PeriodColumns},
        comparing::Difference,
        conventions::{DateForm, Encoding, Numbers},
        course::Course,
        figure, import, imported_before, mapping_by_name, prepare,
        reading::{Limits, Report},
        totals::Override,
    },
    text::{Lang, Text},
};

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
    /// The mapping that the institution has saved under this name; what is said besides goes before it.
    #[arg(long)]
    mapping: Option<String>,
    /// A mapping in a file of JSON, as `enlace` shows those that are saved.
    #[arg(long, conflicts_with = "mapping")]
    mapping_file: Option<PathBuf>,
    /// UTF-8, Windows-1252, UTF-16LE or UTF-16BE.
    #[arg(long, value_parser = |text: &str| Encoding::parse(text).ok_or("unknown encoding"))]
    encoding: Option<Encoding>,
    /// The form of dates: DD/MM/YYYY, MM/YYYY, MMMM YYYY.
    #[arg(long, value_parser = |text: &str| DateForm::try_from(text.to_owned()).map_err(|say| say.en))]
    dates: Option<DateForm>,
    /// The decimal mark, and after it that of thousands: `,.` for 1.234,5.
    #[arg(long, value_parser = marks)]
    numbers: Option<Numbers>,
    /// The sheet of a workbook.
    #[arg(long)]
    sheet: Option<String>,
    /// The row of the headers.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000))]
    header_row: Option<u32>,
    /// Take the last computed value of formulas.
    #[arg(long)]
    cached_values: bool,
    /// Why a total that does not add up stands: 'SEX: _T = F + M=the reason'. May be repeated.
    #[arg(long = "override", value_parser = reason)]
    overrides: Vec<(String, String)>,
    /// Import a file that is a vintage of this dataset already.
    #[arg(long)]
    again: bool,
    /// Where the figures were published or drawn from.
    #[arg(long)]
    source: Option<String>,
    /// The day on which they were drawn from there: 2025-01-31.
    #[arg(long)]
    extracted: Option<NaiveDate>,
    /// Their compiler means to revise them.
    #[arg(long)]
    provisional: bool,
    /// Nobody to whom it is released sees it before this moment: 2025-01-31T09:00:00-06:00.
    #[arg(long)]
    embargo_until: Option<Moment>,
    /// What readers should know of this vintage, in Spanish.
    #[arg(long)]
    note: Option<String>,
}

pub fn pair(text: &str) -> Result<(String, String), String> {
    let (left, right) = text.split_once('=').ok_or("expected DIMENSION=TEXT")?;
    Ok((left.into(), right.into()))
}

/// A rule's name holds `=` itself: the reason begins after the last one without blanks around it.
fn reason(text: &str) -> Result<(String, String), String> {
    let at = text
        .match_indices('=')
        .find(|(at, _)| !text[..*at].ends_with(' ') && !text[at + 1..].starts_with(' '))
        .ok_or("expected RULE=reason, such as 'SEX: _T = F + M=as printed'")?
        .0;
    Ok((text[..at].trim().into(), text[at + 1..].trim().into()))
}

fn marks(text: &str) -> Result<Numbers, String> {
    let mut marks = text.chars();
    let numbers = Numbers { decimal: marks.next().unwrap_or('?'), thousands: marks.next() };
    numbers.check().map_err(|say| say.en).map(|()| numbers)
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
        let columns = self.columns(node, &viewer).await?;
        let mut bounds = Bounds::default();
        columns.check("mapping", &mut bounds);
        bounds.done()?;
        let before = match &dataset.content.vintage {
            Some(vintage) => Some(node.vault.open(&vintage.file).await?),
            None => None,
        };
        let size =
            fs::metadata(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?.len();
        let limits = Limits { max_bytes: size.max(1), ..Limits::WHOLE };
        let content = dataset.content.clone();
        let file =
            fs::File::open(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?;
        let told = Told {
            source: self.source.clone(),
            extracted: self.extracted,
            provisional: self.provisional,
            embargo_until: self.embargo_until,
            note: self.note.clone().map(Text::spanish),
            revision_note: None,
            again: self.again,
        };
        let source =
            Progress { file: std::io::BufReader::with_capacity(1 << 18, file), size, read: 0, told: 0 };
        let scratch = node.vault.scratch().clone();
        let reading =
            move || prepare(&content, before, source, &columns, limits, &scratch, &Course::default());
        let prepared = tokio::task::spawn_blocking(reading).await??;
        tell(&prepared.report, dataset.content.layout.decimals);
        if let Some(number) = imported_before(&node.reads.0, dataset.record.id, &prepared.imported).await? {
            println!("this very file is vintage {number} already");
        }
        if self.dry_run {
            println!("dry run: nothing was stored");
            return Ok(if prepared.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        if !prepared.is_clean() {
            println!("nothing was imported: mend the rows above, then repeat");
            return Ok(ExitCode::FAILURE);
        }
        let told_why = |(rule, reason): &(String, String)| Override {
            reason: Text::spanish(reason.clone()),
            rule: rule.clone(),
        };
        let overrides = self.overrides.iter().map(told_why).collect();
        let stored = prepared.store(&node.vault, overrides).await?;
        let (id, expected, file) = (dataset.record.id, dataset.record.head, stored.file.clone());
        node.ledger
            .write(&viewer, None, async move |work| import(work, id, expected, stored, told).await)
            .await?;
        let imported: Shown<DatasetContent> = records::one(&node.reads.0, &viewer, id).await?;
        let number = imported.content.vintage.as_ref().map_or(0, |vintage| vintage.number);
        println!("imported as vintage {number} of {}, a draft: {file}", self.dataset);
        Ok(ExitCode::SUCCESS)
    }

    /// What is said of the file: as it is saved or written down, and here besides.
    async fn columns(&self, node: &Node, viewer: &Viewer) -> Result<Columns> {
        let usual: Columns = match (&self.mapping, &self.mapping_file) {
            (Some(name), _) => {
                let saved = mapping_by_name(&node.reads.0, viewer, name).await;
                saved.with_context(|| format!("{} has no mapping `{name}`", self.login))?.columns()?
            }
            (None, Some(file)) => {
                let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
                serde_json::from_slice(&text).with_context(|| format!("{} is no mapping", file.display()))?
            }
            (None, None) => Columns::default(),
        };
        let period = match (&self.period, &self.first_day, &self.last_day) {
            (Some(header), _, _) => PeriodColumns::One(header.clone()),
            (None, Some(first), Some(last)) => {
                PeriodColumns::Days { first: first.clone(), last: last.clone() }
            }
            _ => usual.period,
        };
        let with = |known: BTreeMap<String, String>, said: &[(String, String)]| {
            known.into_iter().chain(said.iter().cloned()).collect()
        };
        Ok(Columns {
            dimensions: with(usual.dimensions, &self.column),
            constants: with(usual.constants, &self.constant),
            period,
            value: self.value.clone().unwrap_or(usual.value),
            status: self.status.clone().or(usual.status),
            ignored: usual.ignored.into_iter().chain(self.ignore.iter().cloned()).collect(),
            encoding: self.encoding.unwrap_or(usual.encoding),
            dates: self.dates.clone().or(usual.dates),
            numbers: self.numbers.unwrap_or(usual.numbers),
            sheet: self.sheet.clone().or(usual.sheet),
            header_row: self.header_row.unwrap_or(usual.header_row),
            cached_values: self.cached_values || usual.cached_values,
            ..usual
        })
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
    if let Some(difference) = &report.difference {
        let Difference { added, removed, revised, unchanged, largest } = difference;
        println!(
            "against the last vintage: added {added}, removed {removed}, revised {revised}, unchanged {unchanged}"
        );
        let value = |value: Option<i64>| value.map_or("none".into(), |value| figure::write(value, decimals));
        for change in largest {
            let (codes, period) = (change.codes.join(" "), change.period);
            let ((before, status), (after, new)) = (change.before, change.after);
            println!("  {codes} {period}: {} {status} -> {} {new}", value(before), value(after));
        }
    }
    for found in &report.totals.disagreements {
        let (codes, period, stated) =
            (found.codes.join(" "), found.period, figure::write(found.stated, decimals));
        println!(
            "{} does not add up at {codes} {period}: stated {stated}, the parts give {}",
            found.rule, found.sum
        );
    }
    for (rule, count) in &report.totals.counts {
        println!("{rule}: {count} totals do not add up; to import all the same, --override '{rule}=reason'");
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

pub async fn account(node: &Node, login: &str) -> Result<Viewer> {
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
