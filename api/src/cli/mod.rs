//! The command line. Every command says what it did and exits with 0, or says what is wrong and
//! what would be right, and exits with 1.

mod capacity;
mod export;
mod figures;
mod plans;
mod serving;
mod upkeep;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{clock::Clock, config::Config, http::logging, node::Node};

/// Enlace: the node through which ministries share contingency plans, case statistics and meeting
/// agendas.
///
/// Settings come from a TOML file (--config) and from the environment, which goes first:
/// ENLACE_DATABASE_URL (sqlite:<path> or postgres://...), ENLACE_FOLDER (data), ENLACE_LISTEN
/// (127.0.0.1:8080), ENLACE_PUBLIC_URL, ENLACE_READERS, ENLACE_BODY_LIMIT, ENLACE_REQUEST_SECONDS,
/// ENLACE_CUBE_MEGABYTES, ENLACE_UPLOAD_MEGABYTES, ENLACE_PRESS, ENLACE_CLAMD, ENLACE_METRICS_TOKEN, ENLACE_LOG, ENLACE_LOG_FORMAT
/// (json or text).
#[derive(Parser)]
#[command(name = "enlace", version, max_term_width = 100)]
struct Cli {
    /// A settings file.
    #[arg(long, global = true, env = "ENLACE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the node until SIGTERM or Ctrl-C; what runs is finished first.
    Serve,
    /// Serve a node with demonstration data, and print accounts with tokens and first queries.
    Demo,
    /// Bring the tables up to date, or take changes back.
    Migrate {
        /// Take this many of the latest changes back instead. Their data are lost.
        #[arg(long)]
        down: Option<u32>,
        /// With --down: yes, lose what is in those tables.
        #[arg(long)]
        confirm: bool,
    },
    /// Print a token for an account.
    Token {
        /// The account, such as mx.sre.focal.
        account: String,
        /// How long it is good, in minutes; at most 720.
        #[arg(long, default_value_t = 720, value_parser = clap::value_parser!(i64).range(1..=720))]
        minutes: i64,
    },
    /// Import a CSV file as a new vintage of a dataset.
    Import(Box<figures::Import>),
    /// Write the vintage of a dataset, as an account sees it, to standard output: as CSV, SDMX or Parquet.
    Export(Box<export::Export>),
    /// Report the capacity of reception points from a CSV file: all of its lines, or none.
    Capacity(capacity::Capacity),
    /// Plans as documents, to work on offline.
    #[command(subcommand)]
    Plan(plans::Plans),
    /// The ledger.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Write a backup of database and vault into a new folder, while the node serves.
    Backup {
        /// A folder that does not exist yet.
        to: PathBuf,
    },
    /// Restore a backup into an empty node (ENLACE_FOLDER, ENLACE_DATABASE_URL), and verify it.
    Restore {
        /// The backup's folder.
        from: PathBuf,
    },
    /// Admit a country, with its foreign ministry and a first administrator.
    Admit(upkeep::Admit),
    /// The keys that sign tokens and the ledger's head.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Print the GraphQL schema.
    Schema,
}

#[derive(Subcommand)]
enum LedgerCommand {
    /// Walk the whole chain and hold its end against the signed head.
    Verify,
}

#[derive(Subcommand)]
enum KeysCommand {
    /// List the keys, newest first.
    List,
    /// Make a new key that signs from now on. Tokens signed before stay good until they expire.
    Rotate,
}

/// Runs the command line.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // One provider for all of TLS, chosen here and nowhere else.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(cause) => {
            eprintln!("error: no threads to run on: {cause}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(carry_out(cli)) {
        Ok(code) => code,
        Err(cause) => {
            eprintln!("error: {cause:#}");
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(cli: Cli) -> Result<ExitCode> {
    if let Command::Schema = cli.command {
        print!("{}", crate::schema::sdl(&crate::schema::bare()));
        return Ok(ExitCode::SUCCESS);
    }
    let mut config = Config::read(cli.config.as_ref())?;
    match cli.command {
        Command::Serve => {
            logging::start(&config)?;
            serving::serve(config).await?;
        }
        Command::Demo => {
            serving::quiet(&mut config);
            logging::start(&config)?;
            serving::demo(config).await?;
        }
        Command::Migrate { down, confirm } => upkeep::migrate(&config, down, confirm).await?,
        Command::Token { account, minutes } => upkeep::token(&open(config).await?, &account, minutes).await?,
        Command::Import(import) => return (*import).run(&open(config).await?).await,
        Command::Capacity(capacity) => return capacity.run(&open(config).await?).await,
        Command::Export(export) => export.run(&open(config).await?).await?,
        Command::Plan(plan) => plan.run(&open(config).await?).await?,
        Command::Ledger(LedgerCommand::Verify) => return upkeep::verify(&config).await,
        Command::Backup { to } => upkeep::back_up(&open(config).await?, &to).await?,
        Command::Restore { from } => return upkeep::restore(&config, &from).await,
        Command::Admit(admit) => admit.run(&open(config).await?).await?,
        Command::Keys(KeysCommand::List) => upkeep::list_keys(&config)?,
        Command::Keys(KeysCommand::Rotate) => upkeep::rotate_keys(&open(config).await?)?,
        Command::Schema => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(config: Config) -> Result<Node> {
    Node::open(config, Clock::system()).await
}
