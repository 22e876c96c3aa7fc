//! An import that is cut short, wherever, leaves the state before it.

use std::{
    fs,
    io::{self, Cursor, Read},
    path::Path,
    process::{Command, Stdio},
};

use api::{
    error::Error,
    ids::DatasetId,
    records::{self, Shown},
    statistics::{DatasetContent, Told, columns::Columns, course::Course, import, prepare, reading::Limits},
};

use super::declared;
use crate::stage::Stage;

/// All files below a folder, but those of the database and the keys.
fn files(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        match entry.path().is_dir() {
            true => files.extend(self::files(&entry.path()).into_iter().map(|file| format!("{name}/{file}"))),
            false => files.push(name),
        }
    }
    files.retain(|file| !file.contains("sqlite") && !file.starts_with("keys/"));
    files.sort();
    files
}

fn csv(rows: usize) -> String {
    let mut csv = String::from("FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE\n");
    for row in 0..rows {
        let (year, month, area) = (1990 + row / 12 % 30, row % 12 + 1, row / 360);
        csv += &format!("US-{area},F,{year}-{month:02},{row}\n");
    }
    csv
}

async fn dataset(stage: &Stage, id: &str) -> Shown<DatasetContent> {
    let id = DatasetId::parse_global(id).unwrap();
    let viewer = stage.viewer("mx.agency.statistics").await;
    records::one(&stage.node.reads.0, &viewer, id.into()).await.unwrap()
}

/// A disk or a line that fails in the middle.
struct Failing(Cursor<String>, u64);

impl Read for Failing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.1.saturating_sub(self.0.position()).min(into.len() as u64);
        if left == 0 {
            return Err(io::Error::other("cut"));
        }
        self.0.read(&mut into[..left as usize])
    }
}

#[tokio::test]
async fn wherever_an_import_fails_the_state_before_it_stands() {
    let stage = Stage::set().await;
    let id = declared(&stage, "MX-RETORNOS").await;
    let before = dataset(&stage, &id).await;
    let (folder, entries) = (&stage.node.config.folder, stage.entries().await.len());
    let (vault, found) = (&stage.node.vault, files(folder));
    let csv = csv(2_000);
    // So little memory that everything is put aside.
    let scratch = vault.scratch().clone().with_memory(4_000);
    let prepared = |source: Failing| {
        prepare(
            &before.content,
            None,
            source,
            &Columns::default(),
            Limits::default(),
            &scratch,
            &Course::default(),
        )
    };
    for cut in (0..csv.len() as u64).step_by(997) {
        assert!(matches!(prepared(Failing(Cursor::new(csv.clone()), cut)), Err(Error::Internal(_))));
        assert_eq!(files(folder), found);
    }
    let whole = || prepared(Failing(Cursor::new(csv.clone() + " "), csv.len() as u64 + 1));
    drop(prepared(Failing(Cursor::new(csv.clone()), u64::MAX)));
    assert_eq!(files(folder), found);
    drop(whole());
    assert_eq!(files(folder), found);

    // In the vault, but nothing tells of it.
    let prepared = prepare(
        &before.content,
        None,
        csv.as_bytes(),
        &Columns::default(),
        Limits::default(),
        &scratch,
        &Course::default(),
    );
    let stored = prepared.unwrap().store(vault, Vec::new()).await.unwrap();
    let name = stored.file.clone();
    let mut with_file = found.clone();
    with_file.push(format!("vault/{}/{name}", &name[..2]));
    with_file.sort();
    assert_eq!(files(folder), with_file);

    // The command itself, after all was said and before the commit.
    let viewer = stage.viewer("mx.agency.statistics").await;
    let (record, head) = (before.record.id, before.record.head);
    let failed = stage
        .node
        .ledger
        .write(&viewer, None, async move |work| {
            import(work, record, head, stored, Told::default()).await?;
            Err::<api::ids::RecordId, _>(Error::Internal(anyhow::anyhow!("cut")))
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(stage.entries().await.len(), entries);
    let after = dataset(&stage, &id).await;
    assert_eq!((after.record.head, after.content.vintage.is_none()), (before.record.head, true));
}

/// Bytes that a process has read so far.
fn read_by(process: u32) -> u64 {
    let told = fs::read_to_string(format!("/proc/{process}/io")).unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("rchar: "));
    line.and_then(|number| number.parse().ok()).unwrap_or(u64::MAX)
}

#[tokio::test]
async fn an_import_that_is_killed_leaves_nothing_behind() {
    let stage = Stage::set_now().await;
    let id = declared(&stage, "MX-RETORNOS").await;
    let (config, entries) = (&stage.node.config, stage.entries().await.len());
    let found = files(&config.folder);
    let (csv, elsewhere) = (csv(150_000), tempfile::tempdir().unwrap());
    let (file, size) = (elsewhere.path().join("figures.csv"), csv.len() as u64);
    fs::write(&file, csv).unwrap();
    for cut in [0, size / 3, size] {
        let mut importing = Command::new(env!("CARGO_BIN_EXE_enlace"))
            .args(["import", "--as", "mx.agency.statistics", "--dataset", "MX-RETORNOS"])
            .arg(&file)
            .env("ENLACE_FOLDER", &config.folder)
            .env("ENLACE_DATABASE_URL", config.database_url())
            .env("ENLACE_PUBLIC_URL", config.public_url())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // A process that has ended has no such file any more; then this fails below.
        while read_by(importing.id()) < cut {
            std::thread::yield_now();
        }
        importing.kill().unwrap();
        importing.wait().unwrap();
        // The next start.
        api::vault::Vault::in_folder(&config.folder.join("vault")).unwrap();
        let left: Vec<_> = files(&config.folder);
        let unfinished = |file: &&String| file.contains('#') || file.contains(".tmp");
        assert_eq!(left.iter().find(unfinished), None);
        assert!(left.len() <= found.len() + 1, "{left:?}");
        assert_eq!(stage.entries().await.len(), entries);
        assert!(dataset(&stage, &id).await.content.vintage.is_none());
    }
}
