//! A file that is read as long as somebody waits for it: a request that ran out of time, or whose client went away,
//! leaves no thread reading.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Held by whoever waits.
#[derive(Default)]
pub struct Waiting(Arc<AtomicBool>);

impl Waiting {
    pub fn over<R: Read>(&self, source: R) -> Wanted<R> {
        Wanted { source, gone: self.0.clone() }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

pub struct Wanted<R> {
    source: R,
    gone: Arc<AtomicBool>,
}

impl<R: Read> Read for Wanted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.gone.load(Ordering::Relaxed) {
            return Err(io::Error::other("nobody waits for what this file says"));
        }
        self.source.read(into)
    }
}
