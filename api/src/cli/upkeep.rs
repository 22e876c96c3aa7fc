//! Keeping a node: tables, tokens, keys, ledger, backups, members.

use std::{path::Path, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    access::{Keys, Role, Viewer},
    audit::altered_revision,
    backup,
    clock::Clock,
    config::Config,
    directory::{
        Admission, FirstAccount, admit, country,
        institution::{self, InstitutionKind},
        viewer_by_login,
    },
    ids::InstitutionId,
    ledger::{Ledger, Verdict, verify as walk},
    node::{Node, migrate_down, migrate_up, reading_pool, writing_pool},
    text::{Text, fold},
};

pub async fn migrate(config: &Config, down: Option<u32>, confirmed: bool) -> Result<()> {
    if down.is_some() && !confirmed {
        bail!(
            "taking changes of the tables back loses what is in them, the ledger among them, for ever: \
             make a backup (`enlace backup`), stop the node, then repeat with --confirm"
        );
    }
    let db = writing_pool(config).await?;
    match down {
        Some(steps) => {
            let taken = migrate_down(&db, steps).await?;
            println!("changes of the tables taken back: {taken}");
        }
        None => {
            migrate_up(&db).await?;
            println!("the tables are up to date");
        }
    }
    Ok(db.close().await?)
}

pub async fn token(node: &Node, login: &str, minutes: i64) -> Result<()> {
    let viewer = viewer_by_login(&node.reads.0, login, node.clock.now()).await?;
    let viewer = viewer.with_context(|| format!("there is no open account {login}"))?;
    println!("{}", node.tokens.issue(viewer.account, minutes * 60)?);
    Ok(())
}

/// Walks the ledger. Exits with 1 where it is not as it was written.
pub async fn verify(config: &Config) -> Result<ExitCode> {
    let clock = Clock::system();
    let keys = Keys::found(&config.folder.join("keys"))?;
    let db = reading_pool(config).await?;
    let ledger = Ledger::new(db.clone(), clock, keys, config.folder.join("ledger.head"));
    let head = match ledger.head() {
        Ok(head) => head,
        Err(cause) => {
            println!("BROKEN: the signed head cannot be trusted: {cause:#}");
            return Ok(ExitCode::FAILURE);
        }
    };
    match walk(&db, head.as_ref()).await? {
        Verdict::Sound { entries } => match altered_revision(&db).await? {
            Ok(revisions) => {
                println!("sound: {entries} entries checked, every one as it was written;");
                println!("       {revisions} revisions hold what their entries say");
                Ok(ExitCode::SUCCESS)
            }
            Err(why) => {
                println!("BROKEN: {entries} entries are sound, but {}", why.en);
                Ok(ExitCode::FAILURE)
            }
        },
        Verdict::Broken { checked, number, why } => {
            println!("BROKEN at entry {number}, {checked} entries before it checked: {}", why.en);
            Ok(ExitCode::FAILURE)
        }
    }
}

pub async fn back_up(node: &Node, to: &Path) -> Result<()> {
    let (rows, files) = backup::back_up(node, to).await?;
    println!("backed up {rows} rows, {files} files in all, to {}", to.display());
    Ok(())
}

pub async fn restore(config: &Config, from: &Path) -> Result<ExitCode> {
    let rows = backup::restore(config, from).await?;
    println!("restored {rows} rows from {}", from.display());
    verify(config).await
}

pub fn list_keys(config: &Config) -> Result<()> {
    let keys = Keys::found(&config.folder.join("keys"))?;
    for key in keys.all().iter() {
        let use_ = match (&key.private, key.superseded) {
            (None, _) => "verifies the ledger only".into(),
            (_, Some(at)) => format!("superseded {at}"),
            _ => "signs".into(),
        };
        println!("{}  created {}  {use_}", key.kid, key.created);
    }
    Ok(())
}

pub fn rotate_keys(node: &Node) -> Result<()> {
    let key = node.keys.rotate(&node.clock)?;
    node.ledger.renew_head()?;
    println!("{} signs from now on; tokens signed before stay good until they expire", key.kid);
    Ok(())
}

#[derive(Args)]
pub struct Admit {
    /// ISO 3166-1 alpha-2, such as SV.
    country: String,
    /// The country's name in Spanish.
    #[arg(long)]
    name_es: String,
    /// The country's name in English.
    #[arg(long)]
    name_en: String,
    /// The foreign ministry's acronym, such as RREE.
    #[arg(long)]
    ministry: String,
    /// The foreign ministry's name in Spanish.
    #[arg(long)]
    ministry_es: String,
    /// The foreign ministry's name in English.
    #[arg(long)]
    ministry_en: String,
}

impl Admit {
    pub async fn run(self, node: &Node) -> Result<()> {
        let Self { country: code, name_es, name_en, ministry: acronym, ministry_es, ministry_en } = self;
        if code.len() != 2 || !code.bytes().all(|c| c.is_ascii_uppercase()) {
            bail!("`{code}` is no country code: use ISO 3166-1 alpha-2 in capitals, such as SV");
        }
        if acronym.is_empty() || acronym.len() > 24 || !acronym.bytes().all(|c| c.is_ascii_alphanumeric()) {
            bail!("`{acronym}` is no acronym: letters and digits, at most 24");
        }
        let institution = institution::Model {
            id: InstitutionId::new(),
            code: format!("{code}-{}", acronym.to_uppercase()),
            country: Some(code.clone()),
            search: fold(&format!("{code} {acronym} {ministry_es} {ministry_en}")),
            acronym,
            name_es: ministry_es,
            name_en: ministry_en,
            kind: InstitutionKind::ForeignMinistry,
            active: true,
        };
        let login = format!("{}.admin", code.to_lowercase());
        let admission = Admission {
            countries: vec![country::Model {
                search: fold(&format!("{code} {name_es} {name_en}")),
                code,
                name_es: name_es.clone(),
                name_en,
                member: true,
            }],
            accounts: vec![FirstAccount {
                login: login.clone(),
                institution: institution.code.clone(),
                post: Text::both("Administración de cuentas", "Administration of accounts"),
                roles: vec![Role::Administrator],
            }],
            institutions: vec![institution],
            ..Admission::default()
        };
        node.ledger
            .write(&Viewer::operator(node.clock.now()), None, async move |work| admit(work, admission).await)
            .await?;
        println!("admitted {name_es}; its first account is {login}: `enlace token {login}`");
        Ok(())
    }
}
