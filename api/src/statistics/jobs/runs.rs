//! Which running nodes are alive: each holds a file's lock, which goes with the process, however that ends.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use anyhow::Context;
use chrono::TimeDelta;
use uuid::Uuid;

use crate::{access::create_dir_private, error::Result};

pub struct Runs {
    folder: PathBuf,
    own: OnceLock<(Uuid, File)>,
}

impl Runs {
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), own: OnceLock::new() }
    }

    /// This one; known to others from now on.
    pub fn own(&self) -> Result<Uuid> {
        if let Some((run, _)) = self.own.get() {
            return Ok(*run);
        }
        let run = Uuid::now_v7();
        create_dir_private(&self.folder)?;
        let path = self.path(run);
        let held = File::create_new(&path).and_then(|file| file.lock().map(|()| file));
        let held = held.with_context(|| format!("cannot hold {}", path.display()))?;
        // Another thread may have been quicker; then this file is nobody's.
        Ok(self.own.get_or_init(|| (run, held)).0)
    }

    pub fn is_own(&self, run: Uuid) -> bool {
        self.own.get().is_some_and(|(own, _)| *own == run)
    }

    /// Whether a run holds its file. A file system that knows no locks says of each that it does.
    pub fn is_alive(&self, run: Uuid) -> bool {
        File::open(self.path(run)).is_ok_and(|file| is_held(&file))
    }

    /// Takes away the files of dead runs, once they are so old that no job names them.
    pub fn clear(&self, after: TimeDelta) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let old = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
            let is_old = old().is_some_and(|age| after.to_std().is_ok_and(|after| age > after * 2));
            if is_old && File::open(entry.path()).is_ok_and(|file| !is_held(&file)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    fn path(&self, run: Uuid) -> PathBuf {
        self.folder.join(run.simple().to_string())
    }
}

fn is_held(file: &File) -> bool {
    // Shared, so that two who look at once do not take one another for the run.
    file.try_lock_shared().is_err()
}
