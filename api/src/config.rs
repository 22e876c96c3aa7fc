//! Settings: one struct, from a file and from the environment, checked at the start. Nothing else
//! reads the environment.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// What can be set. Each has an environment variable `ENLACE_` + its name in capitals, which goes
/// before the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `sqlite:<path>` (embedded) or `postgres://user:password@host/database`.
    #[serde(default)]
    pub database_url: Option<String>,
    /// The folder of keys, vault, ledger head and, by default, the embedded database.
    #[serde(default = "folder")]
    pub folder: PathBuf,
    /// The address to listen on.
    #[serde(default = "listen")]
    pub listen: SocketAddr,
    /// The address clients know the node by: issuer and audience of its tokens.
    #[serde(default)]
    pub public_url: Option<String>,
    /// Connections that read, at most. 1 to 64.
    #[serde(default = "readers")]
    pub readers: u32,
    /// Largest request body, bytes.
    #[serde(default = "body")]
    pub body_limit: usize,
    /// Longest a request may take, seconds. 1 to 300.
    #[serde(default = "patience")]
    pub request_seconds: u64,
    /// Memory for statistics cubes, megabytes. 16 to 65,536.
    #[serde(default = "cubes")]
    pub cube_megabytes: u64,
    /// Largest file that is uploaded to be imported, megabytes. 1 to 16,384.
    #[serde(default = "upload")]
    pub upload_megabytes: u64,
    /// The program that sets papers; `enlace-press` beside the node's own if left out.
    #[serde(default)]
    pub press: Option<PathBuf>,
    /// The scanner for viruses that documents are shown to, `tcp:127.0.0.1:3310` or
    /// `unix:/run/clamav/clamd.ctl`; none if left out.
    #[serde(default)]
    pub clamd: Option<String>,
    /// A secret that `/metrics` asks for as bearer token; without one it answers this machine only.
    #[serde(default)]
    pub metrics_token: Option<String>,
    /// What is logged, such as `info` or `info,api::ledger=debug`.
    #[serde(default = "log")]
    pub log: String,
    /// `json` for machines, `text` for people.
    #[serde(default)]
    pub log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Json,
    Text,
}

fn folder() -> PathBuf {
    "data".into()
}
fn listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}
fn readers() -> u32 {
    8
}
fn body() -> usize {
    1024 * 1024
}
fn patience() -> u64 {
    30
}
fn cubes() -> u64 {
    512
}
fn upload() -> u64 {
    2048
}
fn log() -> String {
    "info".into()
}

impl Config {
    /// Reads the settings: the file, if one is named, then the environment.
    pub fn read(file: Option<&PathBuf>) -> Result<Self> {
        let mut sources = config::Config::builder();
        if let Some(file) = file {
            if !file.exists() {
                bail!(
                    "there is no settings file {}: name another with --config or ENLACE_CONFIG",
                    file.display()
                );
            }
            sources = sources.add_source(config::File::from(file.as_path()).format(config::FileFormat::Toml));
        }
        let environment = config::Environment::with_prefix("ENLACE").prefix_separator("_").try_parsing(false);
        let settings: Self = sources
            .add_source(environment.source(Some(environment_of_ours())))
            .build()
            .context("the settings cannot be read")?
            .try_deserialize()
            .map_err(|cause| anyhow::anyhow!("a setting is not right: {cause}. `enlace help` lists them"))?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<()> {
        let within = |name: &str, value: u64, least: u64, most: u64| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            bail!("setting `{name}` is {value}: set ENLACE_{} to {least} .. {most}", name.to_uppercase())
        };
        within("readers", self.readers.into(), 1, 64)?;
        within("request_seconds", self.request_seconds, 1, 300)?;
        within("cube_megabytes", self.cube_megabytes, 16, 65_536)?;
        within("upload_megabytes", self.upload_megabytes, 1, 16_384)?;
        within("body_limit", self.body_limit as u64, 1_024, 64 * 1024 * 1024)?;
        if let Some(url) = &self.database_url
            && !["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme))
        {
            bail!(
                "setting `database_url` is neither SQLite nor PostgreSQL: set ENLACE_DATABASE_URL to \
                 `sqlite:<path>` or `postgres://user:password@host/database`"
            );
        }
        if let Some(url) = &self.public_url
            && !(url.starts_with("https://") || url.starts_with("http://"))
        {
            bail!("setting `public_url` is no web address: set ENLACE_PUBLIC_URL to `https://...`");
        }
        if self.clamd.as_deref().is_some_and(|at| !is_scanner(at)) {
            bail!(
                "setting `clamd` names no scanner: set ENLACE_CLAMD to `tcp:<host>:<port>` or `unix:/<path>`"
            );
        }
        if self.metrics_token.as_ref().is_some_and(|token| token.len() < 16) {
            bail!("setting `metrics_token` is too short: set ENLACE_METRICS_TOKEN to 16 characters or more");
        }
        Ok(())
    }

    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.folder.join("enlace.sqlite").display()))
    }

    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }
}

/// Whether this names a scanner: `tcp:<host>:<port>` or `unix:/<path>`.
fn is_scanner(at: &str) -> bool {
    match at.split_once(':') {
        Some(("tcp", address)) => address
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0)),
        Some(("unix", path)) => path.starts_with('/'),
        _ => false,
    }
}

/// The variables that are settings. Names of the tool itself (`ENLACE_CONFIG`) are none.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
fn environment_of_ours() -> config::Map<String, String> {
    const NAMES: &[&str] = &[
        "DATABASE_URL",
        "FOLDER",
        "LISTEN",
        "PUBLIC_URL",
        "READERS",
        "BODY_LIMIT",
        "REQUEST_SECONDS",
        "CUBE_MEGABYTES",
        "UPLOAD_MEGABYTES",
        "PRESS",
        "CLAMD",
        "METRICS_TOKEN",
        "LOG",
        "LOG_FORMAT",
    ];
    NAMES
        .iter()
        .map(|name| format!("ENLACE_{name}"))
        .filter_map(|name| std::env::var(&name).ok().map(|value| (name, value)))
        .collect()
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: None,
            folder: folder(),
            listen: listen(),
            public_url: None,
            readers: readers(),
            body_limit: body(),
            request_seconds: patience(),
            cube_megabytes: cubes(),
            upload_megabytes: upload(),
            press: None,
            clamd: None,
            metrics_token: None,
            log: log(),
            log_format: LogFormat::default(),
        }
    }
}
