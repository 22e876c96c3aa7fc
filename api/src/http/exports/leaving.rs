//! How much goes out at once: each file on its way holds a piece of itself, and each piece takes a row group of its
//! vintage to make, however few clients read slowly or many ask at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use axum::http::{HeaderValue, StatusCode, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::going::Slot;
use crate::{
    clock::{Clock, Moment},
    error::{Error, Result},
    http::refused::Refused,
    ids::AccountId,
    say,
    statistics::{cube::Cube, exports::Found},
    text::Say,
    vault::Vault,
};

/// Files on their way.
const SENDING: usize = 64;
/// To one account, so that nobody takes all the places.
const EACH: usize = 4;
/// Pieces in the making.
const MAKING: usize = 4;

#[derive(Clone)]
pub struct Leaving {
    clock: Clock,
    sending: Arc<Semaphore>,
    making: Arc<Semaphore>,
    each: Arc<Mutex<HashMap<AccountId, usize>>>,
    going: Arc<Mutex<Vec<Weak<Slot>>>>,
}

impl Leaving {
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            sending: Arc::new(Semaphore::new(SENDING)),
            making: Arc::new(Semaphore::new(MAKING)),
            each: Arc::default(),
            going: Arc::default(),
        }
    }

    pub fn now(&self) -> Moment {
        self.clock.now()
    }
}

/// Held as long as a file is on its way.
pub struct Place {
    account: AccountId,
    each: Arc<Mutex<HashMap<AccountId, usize>>>,
    _one: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = each.get_mut(&self.account) {
            *held = held.saturating_sub(1);
        }
        each.retain(|_, held| *held > 0);
    }
}

impl Leaving {
    /// A place for a file of this account. What nobody has read on for too long makes room.
    pub fn place(&self, account: AccountId) -> Result<Place, Refused> {
        self.sweep();
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        let held = each.get(&account).copied().unwrap_or(0);
        if held >= EACH {
            return Err(later(
                StatusCode::TOO_MANY_REQUESTS,
                say!(
                    "ya recibe {EACH} archivos a la vez; espere a que termine uno",
                    "{EACH} files are on their way to you already; wait for one to end"
                ),
            ));
        }
        let one = self.sending.clone().try_acquire_owned().map_err(|_| {
            later(
                StatusCode::SERVICE_UNAVAILABLE,
                say!(
                    "ya salen {SENDING} archivos a la vez; inténtelo en un momento",
                    "{SENDING} files are on their way already; try again in a moment"
                ),
            )
        })?;
        each.insert(account, held + 1);
        drop(each);
        Ok(Place { account, each: self.each.clone(), _one: one })
    }

    /// To be swept when it is not read on.
    pub fn watch(&self, slot: &Arc<Slot>) {
        self.going.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(slot));
    }

    fn sweep(&self) {
        let now = self.now();
        let mut going = self.going.lock().unwrap_or_else(PoisonError::into_inner);
        going.retain(|slot| slot.upgrade().is_some_and(|slot| !slot.let_go_if_late(now)));
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

    /// Does what takes its time where nobody waits for the thread, few at a time.
    pub async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let turn = self.turn().await.map_err(Refused::internal)?;
        let working = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(working).await.map_err(|cause| Refused::internal(cause.into()))?
    }
}

fn later(status: StatusCode, say: Say) -> Refused {
    Refused::new(status, Error::Limited(say)).with(header::RETRY_AFTER, HeaderValue::from_static("5"))
}
