//! Figures in millions: coming in, on disk, and asked, beside the same rows in PostgreSQL.

use std::{
    fs::{self, File},
    hint::black_box,
    io::{BufWriter, Read, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use api::{
    records::{self, Shown},
    statistics::{
        Cubes, DatasetContent,
        cube::{ByPeriod, Cube, Question},
    },
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::{fill, memory::resident, open};

const MONTHS: usize = 260;
const SEXES: [&str; 2] = ["F", "M"];
const AGES: [&str; 4] = ["Y0T11", "Y12T17", "Y18T59", "Y60T"];
const MODES: [&str; 3] = ["AIR", "LAND", "SEA"];

/// How often what is quick is repeated; the middle one counts.
const TIMES: usize = 9;

pub async fn measure(program: &Path, large: bool) -> Result<()> {
    let server = match std::env::var("ENLACE_TEST_POSTGRES") {
        Ok(url) => Some(Database::connect(url).await?),
        Err(_) => None,
    };
    let mut sizes = vec![1_000_000, 10_000_000];
    sizes.extend(large.then_some(50_000_000));
    for rows in sizes {
        let areas = rows / (MONTHS * SEXES.len() * AGES.len() * MODES.len());
        one(program, areas, server.as_ref()).await?;
    }
    Ok(())
}

/// As an agency publishes: month after month. Counts are mostly small and sometimes not.
fn write(file: &Path, areas: usize) -> Result<usize> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(file)?);
    writeln!(out, "SEX,AGE,RETURN_MODE,REF_AREA,TIME_PERIOD,OBS_VALUE")?;
    let (mut rows, mut random) = (0, 0x9e37_79b9_7f4a_7c15_u64);
    for month in 0..MONTHS {
        let (year, month) = (2004 + month / 12, month % 12 + 1);
        for area in 0..areas {
            for sex in SEXES {
                for age in AGES {
                    for mode in MODES {
                        random ^= random << 13;
                        random ^= random >> 7;
                        random ^= random << 17;
                        let value = ((random % 1_000) * (random >> 32 & 0x3ff)) >> 10;
                        writeln!(out, "{sex},{age},{mode},MX-{area:04},{year}-{month:02},{value}")?;
                        rows += 1;
                    }
                }
            }
        }
    }
    out.flush()?;
    Ok(rows)
}

async fn one(program: &Path, areas: usize, server: Option<&DatabaseConnection>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let csv = folder.path().join("figures.csv");
    let rows = write(&csv, areas)?;
    println!("\n## {rows} observations\n\nCSV {:.0} MB.\n", megabytes(fs::metadata(&csv)?.len()));

    let node = open("sqlite", "figures", &folder.path().join("node")).await?;
    let id = fill::declared(&node, "BENCH-LARGE").await?;
    let (took, most) = import(program, &folder.path().join("node"), &csv)?;
    let publisher = fill::viewer(&node, fill::PUBLISHER).await?;
    let found: Shown<DatasetContent> = records::one(&node.reads.0, &publisher, id).await?;
    let file = found.content.vintage.as_ref().context("a vintage")?.file.clone();
    let size = fs::metadata(folder.path().join("node/vault").join(&file[..2]).join(&file))?.len();
    let rate = |took: Duration| rows as f64 / took.as_secs_f64() / 1e6;
    println!(
        "| coming in | s | million rows a second | most memory, MB | on disk, MB |\n|---|---:|---:|---:|---:|"
    );
    println!(
        "| `enlace import` | {:.1} | {:.2} | {most:.0} | {:.1} |",
        took.as_secs_f64(),
        rate(took),
        megabytes(size)
    );
    if let Some(server) = server {
        let (took, table) = copy(server, &csv).await?;
        println!("| `COPY` | {:.1} | {:.2} | | {:.1} |", took.as_secs_f64(), rate(took), megabytes(table));
    }
    fs::remove_file(&csv)?;

    let question = Question {
        where_: vec![("SEX".into(), vec!["F".into()]), ("AGE".into(), vec!["Y0T11".into(), "Y12T17".into()])],
        group_by: vec!["RETURN_MODE".into()],
        by_period: Some(ByPeriod::Exact),
        ..Question::default()
    };
    println!(
        "\nMinors, girls only, by mode and month: a quarter of the rows, {} groups.\n",
        MODES.len() * MONTHS
    );
    println!("| asked | ms |\n|---|---:|");
    let began = Instant::now();
    let cubes = Cubes::new(node.vault.clone(), 512 << 20);
    let cube = cubes.get(&file).await?;
    let first = cube.ask(&question)?;
    println!("| the first question, nothing in memory | {:.0} |", milliseconds(began.elapsed()));
    let asked = middle(TIMES, || cube.ask(&question).map(drop).map_err(Into::into))?;
    println!("| the cube, as it is asked | {asked:.1} |");
    let alone = middle(TIMES, || cube.ask_with(&question, 1).map(drop).map_err(Into::into))?;
    println!("| the cube, one thread | {alone:.1} |");
    let held = (!cube.is_read()).then_some(megabytes(cube.bytes() as u64));
    let bare = if held.is_some() {
        let arrays = Arrays::of(&cube)?;
        ensure!(arrays.sums().iter().sum::<i64>() == total(&first), "the bare loop counts otherwise");
        Some(middle(TIMES, || {
            black_box(arrays.sums());
            Ok(())
        })?)
    } else {
        None
    };
    if let Some(bare) = bare {
        println!("| a bare loop over arrays, one thread | {bare:.1} |");
    }
    let reading = Cubes::new(node.vault.clone(), 1 << 20).get(&file).await?;
    ensure!(reading.is_read() && reading.ask(&question)? == first, "what is read says otherwise");
    let read = middle(3, || reading.ask(&question).map(drop).map_err(Into::into))?;
    println!("| the file, with a bound of 1 MB | {read:.0} |");
    if let Some(server) = server {
        let sql = sql(server, &first).await?;
        println!("| PostgreSQL, `GROUP BY` | {sql:.0} |");
        println!("\nThe cube is {:.0} times as fast as PostgreSQL.", sql / asked);
        server.execute_unprepared("DROP TABLE figures").await?;
    }
    if let (Some(held), Some(bare)) = (held, bare) {
        println!(
            "\nThe cube takes {held:.1} MB, and with one thread {:.1} times as long as the bare loop.",
            alone / bare
        );
    }
    node.close().await
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn total(answer: &api::statistics::cube::Answer) -> i64 {
    answer.rows.iter().filter_map(|row| row.sum).sum()
}

fn middle(times: usize, mut run: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let began = Instant::now();
        run()?;
        took.push(milliseconds(began.elapsed()));
    }
    took.sort_by(f64::total_cmp);
    Ok(took[times / 2])
}

/// The real program, looked at from outside. Gives its time and the most memory it was seen with.
fn import(program: &Path, node: &Path, csv: &Path) -> Result<(Duration, f64)> {
    let began = Instant::now();
    let mut child = Command::new(program)
        .args(["import", "--as", fill::PUBLISHER, "--dataset", "BENCH-LARGE"])
        .arg(csv)
        .env("ENLACE_FOLDER", node)
        .stdout(Stdio::null())
        .spawn()?;
    let mut most = 0.0_f64;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        most = most.max(resident(child.id(), "VmHWM:").unwrap_or_default());
        std::thread::sleep(Duration::from_millis(20));
    };
    ensure!(status.success(), "the import failed");
    Ok((began.elapsed(), most))
}

/// The same file into a plain table. Gives the time and the table's size.
async fn copy(server: &DatabaseConnection, csv: &Path) -> Result<(Duration, u64)> {
    server
        .execute_unprepared(
            "CREATE TABLE figures (sex text NOT NULL, age text NOT NULL, return_mode text NOT NULL, \
             ref_area text NOT NULL, time_period text NOT NULL, obs_value bigint)",
        )
        .await?;
    let mut connection = server.get_postgres_connection_pool().acquire().await?;
    let began = Instant::now();
    let mut copy = connection.copy_in_raw("COPY figures FROM STDIN (FORMAT csv, HEADER)").await?;
    let (mut file, mut part) = (File::open(csv)?, vec![0; 1 << 20]);
    loop {
        let count = file.read(&mut part)?;
        if count == 0 {
            break;
        }
        copy.send(&part[..count]).await?;
    }
    copy.finish().await?;
    let took = began.elapsed();
    server.execute_unprepared("VACUUM ANALYZE figures").await?;
    let size = Statement::from_string(server.get_database_backend(), "SELECT pg_table_size('figures')");
    let size = server.query_one_raw(size).await?.context("a size")?.try_get_by_index::<i64>(0)?;
    Ok((took, size.unsigned_abs()))
}

/// The same question in SQL, and whether it says the same.
async fn sql(server: &DatabaseConnection, expected: &api::statistics::cube::Answer) -> Result<f64> {
    let question = Statement::from_string(
        server.get_database_backend(),
        "SELECT return_mode, time_period, sum(obs_value)::bigint FROM figures \
         WHERE sex = 'F' AND age IN ('Y0T11', 'Y12T17') GROUP BY 1, 2",
    );
    let mut took = Vec::new();
    for _ in 0..3 {
        let began = Instant::now();
        let rows = server.query_all_raw(question.clone()).await?;
        took.push(milliseconds(began.elapsed()));
        let sums = rows.iter().map(|row| row.try_get_by_index::<i64>(2)).collect::<Result<Vec<_>, _>>()?;
        ensure!(sums.iter().sum::<i64>() == total(expected), "PostgreSQL counts otherwise");
    }
    took.sort_by(f64::total_cmp);
    Ok(took[1])
}

/// What a program would do that knew the question beforehand and checked nothing.
struct Arrays {
    /// Of each series: whether it counts, its mode, where its figures end.
    series: Vec<(bool, usize, usize)>,
    periods: Vec<u32>,
    values: Vec<i64>,
    months: usize,
}

impl Arrays {
    fn of(cube: &Cube) -> Result<Self> {
        let mut arrays = Self {
            series: Vec::new(),
            periods: Vec::new(),
            values: Vec::new(),
            months: cube.periods().len(),
        };
        for at in 0..cube.stretch_count() {
            let stretch = cube.stretch(at)?;
            for series in 0..stretch.series_count() {
                let code =
                    |dimension| cube.codes(dimension)[stretch.code(dimension, series) as usize].as_str();
                let counts = code(0) == "F" && matches!(code(1), "Y0T11" | "Y12T17");
                for row in stretch.rows(series) {
                    arrays.periods.push(stretch.period(row) as u32);
                    arrays.values.push(stretch.value(row).unwrap_or_default());
                }
                arrays.series.push((counts, stretch.code(2, series) as usize, arrays.values.len()));
            }
        }
        Ok(arrays)
    }

    fn sums(&self) -> Vec<i64> {
        let mut sums = vec![0; MODES.len() * self.months];
        let mut from = 0;
        for (counts, mode, to) in &self.series {
            if *counts {
                let sums = &mut sums[mode * self.months..][..self.months];
                for (period, value) in self.periods[from..*to].iter().zip(&self.values[from..*to]) {
                    sums[*period as usize] += value;
                }
            }
            from = *to;
        }
        sums
    }
}
