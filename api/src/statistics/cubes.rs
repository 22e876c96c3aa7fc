//! The cubes in memory: built from a vintage's file on first use, kept under a bound. Vintages are
//! immutable, so a cube is never out of date.

use std::sync::Arc;

use quick_cache::{Weighter, sync::Cache};

use super::{cube::Cube, vintage};
use crate::{error::Result, vault::Vault};

#[derive(Clone)]
pub struct Cubes {
    vault: Vault,
    held: Arc<Cache<String, Arc<Cube>, Bytes>>,
}

/// A cube weighs what it takes in memory.
#[derive(Clone)]
struct Bytes;

impl Weighter<String, Arc<Cube>> for Bytes {
    fn weight(&self, name: &String, cube: &Arc<Cube>) -> u64 {
        (name.len() + cube.bytes()) as u64
    }
}

impl Cubes {
    /// Holds cubes of at most `bytes` in all.
    pub fn new(vault: Vault, bytes: u64) -> Self {
        Self { vault, held: Arc::new(Cache::with_weighter(64, bytes, Bytes)) }
    }

    /// The cube of a vintage's file. Who asks for the same at once waits for one reading.
    pub async fn get(&self, file: &str) -> Result<Arc<Cube>> {
        let read = async {
            let bytes = self.vault.get(file).await?;
            let cube = tokio::task::spawn_blocking(move || vintage::open(bytes)).await??;
            anyhow::Ok(Arc::new(cube))
        };
        Ok(self.held.get_or_insert_async(file, read).await?)
    }

    /// Memory taken by the cubes, bytes.
    pub fn bytes(&self) -> u64 {
        self.held.weight()
    }
}
