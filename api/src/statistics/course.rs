//! How far the reading of a file has come, and whether anybody still wants to know what it says.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use crate::error::{Error, Result};

/// Written to by whoever reads the file, looked at by whoever waits.
#[derive(Debug, Default)]
pub struct Course {
    rows: AtomicU64,
    bytes: AtomicU64,
    all_read: AtomicBool,
    stopped: AtomicBool,
    ended: AtomicBool,
}

impl Course {
    /// One row more was read. Fails once nobody waits.
    pub fn row(&self) -> Result<()> {
        self.rows.store(self.rows() + 1, Relaxed);
        self.go_on()
    }

    /// Fails once nobody waits.
    pub fn go_on(&self) -> Result<()> {
        match self.is_stopped() {
            true => Err(Error::Internal(anyhow::anyhow!("nobody waits for what this file says"))),
            false => Ok(()),
        }
    }

    pub fn rows(&self) -> u64 {
        self.rows.load(Relaxed)
    }

    pub fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// There is no row more.
    pub fn all_read(&self) {
        self.all_read.store(true, Relaxed);
    }

    /// How many rows there are in all, once that is known.
    pub fn rows_in_all(&self) -> Option<u64> {
        self.all_read.load(Relaxed).then(|| self.rows())
    }

    pub fn stop(&self) {
        self.stopped.store(true, Relaxed);
    }

    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Relaxed)
    }

    /// Nothing more comes of it.
    pub fn end(&self) {
        self.ended.store(true, Relaxed);
    }

    pub fn has_ended(&self) -> bool {
        self.ended.load(Relaxed)
    }
}

/// Held by whoever waits: a request that ran out of time, or whose client went away, leaves no thread reading.
#[derive(Default)]
pub struct Waiting(pub Arc<Course>);

impl Waiting {
    pub fn over<R: Read>(&self, source: R) -> Wanted<R> {
        Wanted { source, course: self.0.clone() }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// A file that is read as long as somebody waits for it.
pub struct Wanted<R> {
    source: R,
    course: Arc<Course>,
}

impl<R: Read> Read for Wanted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.course.go_on().map_err(io::Error::other)?;
        let count = self.source.read(into)?;
        self.course.bytes.fetch_add(count as u64, Relaxed);
        Ok(count)
    }
}
