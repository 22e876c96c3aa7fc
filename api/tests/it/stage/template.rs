//! The stage that all others are copied from, made once per process.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use api::{
    clock::Clock,
    config::Config,
    node::{Node, migrate_up, writing_pool},
};
use sea_orm::{ConnectionTrait, Database, Statement};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::{cast, opening};

/// The folder of a node, and its database on a server if it has one there.
pub struct Place {
    folder: TempDir,
    database: Option<OnServer>,
}

struct OnServer {
    superuser: String,
    name: String,
}

struct Template {
    folder: PathBuf,
    database: Option<OnServer>,
}

/// What a process that was killed may have left behind is swept away after this.
const STALE: Duration = Duration::from_secs(3600);

impl Place {
    pub async fn fresh() -> Self {
        static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(Template::make).await;
        let folder = tempfile::tempdir().unwrap();
        copy(&template.folder, folder.path());
        let database = match &template.database {
            Some(from) => Some(from.copy().await),
            None => None,
        };
        Self { folder, database }
    }

    /// A place with empty tables.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match server() {
            Some(url) => Some(OnServer::create(url, "").await),
            None => None,
        };
        let place = Self { folder, database };
        let writes = writing_pool(&place.config()).await.unwrap();
        migrate_up(&writes).await.unwrap();
        writes.close().await.unwrap();
        place
    }

    pub fn config(&self) -> Config {
        config(self.folder.path(), self.database.as_ref())
    }
}

impl Template {
    async fn make() -> Self {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = home.join(format!("stage-{}", Uuid::now_v7().simple()));
        sweep(home);
        let database = match server() {
            Some(url) => Some(OnServer::new(url).await),
            None => None,
        };
        let config = config(&folder, database.as_ref());
        fs::create_dir_all(&folder).unwrap();
        let writes = writing_pool(&config).await.unwrap();
        migrate_up(&writes).await.unwrap();
        let node = Node::on(config, Clock::of(opening), writes).await.unwrap();
        cast::enter(&node.ledger).await;
        node.close().await.unwrap();
        Self { folder, database }
    }
}

/// The PostgreSQL to test on, if not SQLite.
fn server() -> Option<String> {
    std::env::var("ENLACE_TEST_DATABASE").ok().filter(|url| url != "sqlite")
}

impl OnServer {
    /// An empty database, after the leftovers of old have been removed.
    async fn new(superuser: String) -> Self {
        let db = Database::connect(&superuser).await.unwrap();
        let known = "SELECT datname FROM pg_database WHERE datname LIKE 'enlace_stage_%'";
        let known = db.query_all_raw(Statement::from_string(db.get_database_backend(), known)).await.unwrap();
        for row in known {
            let name: String = row.try_get("", "datname").unwrap();
            if made(name.trim_start_matches("enlace_stage_")).is_some_and(|age| age > STALE) {
                let _ = db.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
            }
        }
        let _ = db.close().await;
        Self::create(superuser, "").await
    }

    async fn copy(&self) -> Self {
        Self::create(self.superuser.clone(), &format!("TEMPLATE {}", self.name)).await
    }

    async fn create(superuser: String, how: &str) -> Self {
        let name = format!("enlace_stage_{}", Uuid::now_v7().simple());
        let db = Database::connect(&superuser).await.unwrap();
        db.execute_unprepared(&format!("CREATE DATABASE {name} {how}")).await.unwrap();
        let _ = db.close().await;
        Self { superuser, name }
    }

    fn url(&self) -> String {
        let (server, database) = self.superuser.rsplit_once('/').unwrap();
        let options = database.split_once('?').map(|(_, options)| format!("?{options}")).unwrap_or_default();
        format!("{server}/{}{options}", self.name)
    }
}

/// Best effort: the process may be on its way out.
impl Drop for Place {
    fn drop(&mut self) {
        let Some(OnServer { superuser, name }) = self.database.take() else { return };
        // A runtime of its own: the test's is busy dropping us.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let db = Database::connect(&superuser).await.ok()?;
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                db.execute_unprepared(&drop).await.ok()?;
                Some(())
            })
        });
        let _ = dropping.join();
    }
}

fn config(folder: &Path, database: Option<&OnServer>) -> Config {
    Config {
        folder: folder.to_owned(),
        database_url: database.map(OnServer::url),
        public_url: Some("https://enlace.test".into()),
        readers: 4,
        press: Some(env!("CARGO_BIN_EXE_enlace-press").into()),
        ..Config::default()
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            fs::create_dir_all(&to).unwrap();
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

fn sweep(home: &Path) {
    for entry in fs::read_dir(home).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.strip_prefix("stage-"));
        if id.and_then(made).is_some_and(|age| age > STALE) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// How long ago something with this UUIDv7 in its name was made.
fn made(id: &str) -> Option<Duration> {
    let (seconds, nanos) = Uuid::try_parse(id).ok()?.get_timestamp()?.to_unix();
    (std::time::UNIX_EPOCH + Duration::new(seconds, nanos)).elapsed().ok()
}
