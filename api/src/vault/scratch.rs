//! Work that does not fit in memory.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use aws_lc_rs::digest::{Context, SHA256};

/// Where the file system cannot make a file without a name, it has one like this for a moment.
pub const PREFIX: &str = ".tmp";

/// Memory that reading a file of figures takes, unless told otherwise.
const MEMORY: usize = 128 << 20;

/// Files without a name, on the disk of the node: nobody can open them, and they are gone with whoever holds them,
/// also when the process is killed.
#[derive(Clone)]
pub struct Scratch {
    folder: Arc<Path>,
    memory: usize,
}

impl Scratch {
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.into(), memory: MEMORY }
    }

    /// With another bound on memory, bytes.
    pub fn with_memory(self, memory: usize) -> Self {
        Self { memory, ..self }
    }

    /// How much may be held in memory before it goes to a file.
    pub fn memory(&self) -> usize {
        self.memory
    }

    pub fn file(&self) -> io::Result<File> {
        let _writing = self.writing()?;
        tempfile::tempfile_in(&self.folder)
    }

    /// While it is held, nothing in the making is taken for a leftover. A file system that knows no locks is never
    /// swept either.
    pub(super) fn writing(&self) -> io::Result<File> {
        let here = File::open(&self.folder)?;
        let _ = here.lock_shared();
        Ok(here)
    }
}

/// A file on its way into the vault, complete.
#[derive(Debug)]
pub struct Sealed {
    pub(super) file: File,
    pub(super) hash: String,
}

impl Sealed {
    /// Its name to be: SHA-256, hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// To read it before it is stored.
    pub fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }
}

/// Hashes what is written through it.
pub struct Hashed<W> {
    inner: W,
    context: Context,
}

impl<W: Write> Hashed<W> {
    pub fn new(inner: W) -> Self {
        Self { inner, context: Context::new(&SHA256) }
    }

    /// What was written to, and the SHA-256 of all of it.
    pub fn finish(self) -> (W, String) {
        let hash = self.context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        (self.inner, hash)
    }
}

impl Hashed<File> {
    pub fn seal(self) -> Sealed {
        let (file, hash) = self.finish();
        Sealed { file, hash }
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.context.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
