//! Everything a running node holds.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use futures::future::BoxFuture;
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbBackend};
use sqlx::Connection;

use crate::{
    access::{Keys, Tokens, create_dir_private},
    ask::Reads,
    clock::Clock,
    config::Config,
    gate::{Gate, Limits, Propagate},
    ledger::Ledger,
    paper::Press,
    plain::Unwatched,
    schema::{self, Schema},
    statistics::{Cubes, Jobs, uploads::Tray},
    vault::Vault,
};

#[derive(Clone)]
pub struct Node {
    pub config: Arc<Config>,
    pub clock: Clock,
    pub reads: Reads,
    pub ledger: Ledger,
    pub vault: Vault,
    pub cubes: Cubes,
    pub tray: Tray,
    pub jobs: Jobs,
    pub press: Press,
    pub keys: Keys,
    pub tokens: Tokens,
    pub gate: Arc<Gate>,
    /// Tells errors as the specification has them.
    pub schema: Schema,
    /// The same, for answers without any: nothing watches over each field, and whatever fails has to
    /// be asked again of the other.
    pub plain: Schema,
}

impl Node {
    /// Opens the node on its folder and database, and brings the tables up to date.
    pub async fn open(config: Config, clock: Clock) -> Result<Self> {
        create_dir_private(&config.folder)?;
        let writes = writing_pool(&config).await?;
        migrate_up(&writes).await?;
        Self::on(config, clock, writes).await
    }

    /// Opens the node on tables that are up to date.
    pub async fn on(config: Config, clock: Clock, writes: DatabaseConnection) -> Result<Self> {
        let keys = Keys::open(&config.folder.join("keys"), &clock)?;
        let ledger = Ledger::new(writes, clock.clone(), keys.clone(), config.folder.join("ledger.head"));
        let reads = Reads(reading_pool(&config).await?);
        let vault = Vault::in_folder(&config.folder.join("vault"))?;
        let tray = Tray::in_folder(&config.folder.join("uploads"))?;
        let gate = Gate::new(&schema::sdl(&schema::bare()), Limits::default())?;
        let cubes = Cubes::new(vault.clone(), config.cube_megabytes * 1024 * 1024);
        let runs = config.folder.join("imports");
        let jobs = Jobs::new(reads.0.clone(), ledger.clone(), vault.clone(), clock.clone(), &runs);
        let over = || {
            schema::over(reads.clone(), ledger.clone(), vault.clone(), cubes.clone())
                .data(tray.clone())
                .data(clock.clone())
                .data(jobs.clone())
        };
        let (schema, plain) = (over().extension(Propagate).finish(), over().data(Unwatched).finish());
        let press = Press::new(config.press.as_deref(), Duration::from_secs(config.request_seconds));
        let tokens = Tokens::new(keys.clone(), clock.clone(), config.public_url());
        Ok(Self {
            config: Arc::new(config),
            clock,
            reads,
            ledger,
            vault,
            cubes,
            tray,
            jobs,
            press,
            keys,
            tokens,
            gate: Arc::new(gate),
            schema,
            plain,
        })
    }

    /// Lets what runs finish, then closes both pools.
    pub async fn close(self) -> Result<()> {
        self.jobs.close().await;
        self.reads.0.close().await?;
        self.ledger.close().await?;
        Ok(())
    }
}

/// Brings the tables up to date.
pub async fn migrate_up(db: &DatabaseConnection) -> Result<()> {
    Migrator::up(db, None).await.context("the tables cannot be brought up to date")
}

/// Takes the last `steps` changes of the tables back.
/// Says how many there were to take back.
pub async fn migrate_down(db: &DatabaseConnection, steps: u32) -> Result<usize> {
    let applied = async || Migrator::get_applied_migrations(db).await.map(|applied| applied.len());
    let before = applied().await?;
    Migrator::down(db, Some(steps)).await.context("the change of the tables cannot be taken back")?;
    Ok(before - applied().await?)
}

/// The pool that can write; only the ledger holds it. SQLite has one writer, so it has one
/// connection.
pub async fn writing_pool(config: &Config) -> Result<DatabaseConnection> {
    connect(config, false).await
}

/// The pool that resolvers read through: the database refuses to write on it.
pub async fn reading_pool(config: &Config) -> Result<DatabaseConnection> {
    connect(config, true).await
}

/// Whether a connection may serve the next transaction. When the disk is full, SQLite takes a
/// transaction back by itself and the library does not hear of it: what it would begin next on that
/// connection is inside a transaction that nobody commits. Such a connection is thrown away.
fn between_works(connection: &mut sqlx::SqliteConnection) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    Box::pin(async move {
        // Waits until what was sent before, such as a rollback, has been carried out.
        connection.ping().await?;
        Ok(!connection.is_in_transaction())
    })
}

async fn connect(config: &Config, read_only: bool) -> Result<DatabaseConnection> {
    let url = config.database_url();
    let file = url.strip_prefix("sqlite:").map(|path| PathBuf::from(path.trim_start_matches("//")));
    let mut options = ConnectOptions::new(url.clone());
    options
        .connect_timeout(Duration::from_secs(10))
        .acquire_timeout(Duration::from_secs(20))
        .sqlx_logging(false);
    match file {
        Some(file) => {
            if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                create_dir_private(folder)?;
            }
            options.max_connections(if read_only { config.readers } else { 1 });
            if !read_only {
                options.map_sqlx_sqlite_pool_opts(|pool| {
                    pool.before_acquire(|connection, _| between_works(connection))
                });
            }
            options.map_sqlx_sqlite_opts(move |sqlite| {
                let sqlite = sqlite
                    .create_if_missing(!read_only)
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_secs(15))
                    // A REPLACE deletes without firing the triggers that keep the ledger, unless told.
                    .pragma("recursive_triggers", "ON")
                    .pragma("cache_size", "-8000");
                match read_only {
                    true => sqlite.pragma("query_only", "ON"),
                    false => sqlite.pragma("journal_mode", "WAL").pragma("synchronous", "FULL"),
                }
            });
        }
        None => {
            options.max_connections(if read_only { config.readers } else { 16 });
            options.map_sqlx_postgres_opts(move |postgres| {
                let read_only = if read_only { "on" } else { "off" };
                postgres.application_name("enlace").options([
                    ("default_transaction_read_only", read_only),
                    // A statement is planned once for a connection, not for each value: ours are
                    // written so that one plan serves all.
                    ("plan_cache_mode", "force_generic_plan"),
                ])
            });
        }
    }
    let db = Database::connect(options).await.map_err(|cause| {
        anyhow::anyhow!(
            "no connection to the database ({cause}): check ENLACE_DATABASE_URL and that the server runs"
        )
    })?;
    if db.get_database_backend() == DbBackend::MySql {
        bail!("MySQL is not supported");
    }
    Ok(db)
}
