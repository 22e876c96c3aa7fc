//! The log: one line per request, written at the boundary, and one per error of ours, with its
//! cause. Never a token, never a name or a value of a record, never a document or its variables.

use std::{io, panic};

use anyhow::{Context, Result};
use tracing::Dispatch;
use tracing_subscriber::{EnvFilter, fmt, fmt::MakeWriter};

use crate::config::{Config, LogFormat};

/// Starts logging to standard error; standard output belongs to the commands.
pub fn start(config: &Config) -> Result<()> {
    tracing::dispatcher::set_global_default(dispatch(config, io::stderr)?).context("logging runs already")?;
    // What a panic says may hold a value; where it happened cannot.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(target: "enlace::panic", place, "a defect of ours");
    }));
    Ok(())
}

/// The log as it is configured, written to `writer`.
pub fn dispatch<W>(config: &Config, writer: W) -> Result<Dispatch>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&config.log).with_context(|| {
        format!("setting `log` is not right: set ENLACE_LOG to `info`, not `{}`", config.log)
    })?;
    let log = fmt().with_env_filter(filter).with_writer(writer);
    Ok(match config.log_format {
        LogFormat::Json => Dispatch::new(
            log.json().flatten_event(true).with_current_span(false).with_span_list(false).finish(),
        ),
        LogFormat::Text => Dispatch::new(log.with_ansi(false).finish()),
    })
}
