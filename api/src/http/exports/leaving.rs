//! How much goes out at once: each file on its way holds a piece of itself, and each piece takes a row group of its
//! vintage to make, however few clients read slowly or many ask at once.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    error::{Error, Result},
    http::refused::Refused,
    say,
    statistics::{cube::Cube, exports::Found},
    vault::Vault,
};

/// Files on their way.
const SENDING: usize = 64;
/// Pieces in the making.
const MAKING: usize = 4;

#[derive(Clone)]
pub struct Leaving {
    sending: Arc<Semaphore>,
    making: Arc<Semaphore>,
}

impl Default for Leaving {
    fn default() -> Self {
        Self { sending: Arc::new(Semaphore::new(SENDING)), making: Arc::new(Semaphore::new(MAKING)) }
    }
}

impl Leaving {
    /// Held as long as a file is on its way.
    pub fn place(&self) -> Result<OwnedSemaphorePermit, Refused> {
        self.sending.clone().try_acquire_owned().map_err(|_| {
            let say = say!(
                "ya salen {SENDING} archivos a la vez; inténtelo en un momento",
                "{SENDING} files are on their way already; try again in a moment"
            );
            Refused::new(StatusCode::SERVICE_UNAVAILABLE, Error::Limited(say))
                .with(header::RETRY_AFTER, HeaderValue::from_static("5"))
        })
    }

    /// The figures, to be read; few at a time, since each thread that reads keeps what it took for a while.
    pub async fn open(&self, found: &Found, vault: &Vault) -> Result<Cube> {
        let _turn = self.turn().await?;
        found.open(vault).await
    }

    /// Held while a piece is made, or a file opened.
    pub async fn turn(&self) -> anyhow::Result<OwnedSemaphorePermit> {
        Ok(self.making.clone().acquire_owned().await?)
    }
}
