//! The cubes in memory: built from a vintage's file on first use, kept under a bound. Vintages are
//! immutable, so a cube is never out of date.

use std::{sync::Arc, time::Instant};

use prometheus_client::metrics::{counter::Counter, gauge::Gauge, histogram::Histogram};
use quick_cache::{
    DefaultHashBuilder, Lifecycle, OptionsBuilder, Weighter,
    sync::{Cache, DefaultLifecycle},
};
use tokio::sync::Semaphore;

use super::{
    cube::{Cube, revised},
    vintage,
};
use crate::{error::Result, vault::Vault};

#[derive(Clone)]
pub struct Cubes {
    vault: Vault,
    held: Arc<Cache<String, Arc<Cube>, Bytes, DefaultHashBuilder, Evictions>>,
    most: u64,
    /// One cube is built at a time, so that what is held and what is being built stay under the bound together.
    building: Arc<Semaphore>,
    counts: Counts,
}

/// What became of the questions, for whoever watches over the node.
#[derive(Clone)]
pub struct Counts {
    /// Answered from memory.
    pub hits: Counter,
    /// Cubes that were built.
    pub built: Counter,
    /// Questions for which the file was read, since its cube is larger than the bound.
    pub scans: Counter,
    /// Cubes that had to go to make room.
    pub evictions: Counter,
    /// Memory that the cubes take.
    pub bytes: Gauge,
    /// Time to build one.
    pub seconds: Histogram,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            hits: Counter::default(),
            built: Counter::default(),
            scans: Counter::default(),
            evictions: Counter::default(),
            bytes: Gauge::default(),
            seconds: Histogram::new([0.001, 0.01, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]),
        }
    }
}

/// A cube weighs what it takes in memory.
#[derive(Clone)]
struct Bytes;

impl Weighter<String, Arc<Cube>> for Bytes {
    fn weight(&self, name: &String, cube: &Arc<Cube>) -> u64 {
        (name.len() + cube.bytes()) as u64
    }
}

#[derive(Clone)]
struct Evictions(Counter);

impl Lifecycle<String, Arc<Cube>> for Evictions {
    type RequestState = <DefaultLifecycle<String, Arc<Cube>> as Lifecycle<String, Arc<Cube>>>::RequestState;

    fn on_evict(&self, _: &mut Self::RequestState, _: String, _: Arc<Cube>) {
        self.0.inc();
    }
}

impl Cubes {
    /// Holds cubes of at most `most` bytes in all.
    pub fn new(vault: Vault, most: u64) -> Self {
        let counts = Counts::default();
        // One shard, since each would take no cube that is larger than its own part of the bound.
        let options =
            OptionsBuilder::new().shards(1).estimated_items_capacity(64).weight_capacity(most).build();
        let options = options.expect("all that has no default is given");
        let evictions = Evictions(counts.evictions.clone());
        let held = Cache::with_options(options, Bytes, DefaultHashBuilder::default(), evictions);
        Self { vault, held: Arc::new(held), most, building: Arc::new(Semaphore::new(1)), counts }
    }

    /// The cube of a vintage's file. Who asks for the same at once waits for one reading.
    pub async fn get(&self, file: &str) -> Result<Arc<Cube>> {
        let found = self.held.get(file);
        let was_held = found.is_some();
        let cube = match found {
            Some(cube) => cube,
            None => self.held.get_or_insert_async(file, self.build(file)).await?,
        };
        if cube.is_read() {
            self.counts.scans.inc();
        } else if was_held {
            self.counts.hits.inc();
        }
        self.counts.bytes.set(self.held.weight() as i64);
        Ok(cube)
    }

    /// What a vintage's file says otherwise than that of an earlier one.
    pub async fn revised(&self, earlier: &str, file: &str) -> Result<Arc<Cube>> {
        let name = format!("{earlier} {file}");
        if let Some(found) = self.held.get(&name) {
            return Ok(found);
        }
        let (before, after) = (self.get(earlier).await?, self.get(file).await?);
        let walk = move || revised(&before, &after).map(Arc::new);
        let made = tokio::task::spawn_blocking(walk).await.map_err(anyhow::Error::from)??;
        self.held.insert(name, made.clone());
        Ok(made)
    }

    async fn build(&self, file: &str) -> anyhow::Result<Arc<Cube>> {
        let stored = self.vault.open(file).await?;
        let turn = self.building.clone().acquire_owned().await?;
        let (held, most, counts) = (self.held.clone(), self.most, self.counts.clone());
        let building = move || {
            let began = Instant::now();
            // Others make room as it grows.
            let cube = vintage::open_within(stored, usize::try_from(most).unwrap_or(usize::MAX), |bytes| {
                held.set_capacity(most.saturating_sub(bytes as u64).max(1));
            });
            held.set_capacity(most);
            counts.built.inc();
            counts.seconds.observe(began.elapsed().as_secs_f64());
            drop(turn);
            cube
        };
        Ok(Arc::new(tokio::task::spawn_blocking(building).await??))
    }

    /// Memory taken by the cubes, bytes.
    pub fn bytes(&self) -> u64 {
        self.held.weight()
    }

    pub fn counts(&self) -> &Counts {
        &self.counts
    }
}
