//! Sixteen at once, for a while, and how long each turn took.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use async_trait::async_trait;
use tokio::runtime::{self, Runtime};

/// Connections, and tasks that replay statements.
pub const LANES: usize = 16;
/// Node and statements take turns, so that whatever else the machine does befalls both alike.
const ROUNDS: usize = 4;
const ROUND: Duration = Duration::from_millis(1_500);

/// One of those who ask at once.
#[async_trait]
pub trait Lane: Send {
    async fn turn(&mut self, at: usize) -> Result<()>;
}

/// What was measured of one side.
#[derive(Default)]
pub struct Tally {
    micros: Vec<u64>,
    spent: Duration,
}

impl Tally {
    pub fn per_second(&self) -> f64 {
        self.micros.len() as f64 / self.spent.as_secs_f64()
    }

    /// The time within which this share of the turns was done, in milliseconds.
    pub fn within(&self, share: f64) -> f64 {
        let at = ((self.micros.len() as f64 * share) as usize).min(self.micros.len().saturating_sub(1));
        self.micros.get(at).map_or(0.0, |micros| *micros as f64 / 1000.0)
    }
}

/// Both sides by turns, after each has warmed up.
pub async fn measure(mut node: Lanes, mut floor: Lanes) -> Result<(Tally, Tally)> {
    let (mut of_node, mut of_floor) = (Tally::default(), Tally::default());
    node.run(ROUND / 3, &mut Tally::default()).await?;
    floor.run(ROUND / 3, &mut Tally::default()).await?;
    for _ in 0..ROUNDS {
        node.run(ROUND, &mut of_node).await?;
        floor.run(ROUND, &mut of_floor).await?;
    }
    of_node.micros.sort_unstable();
    of_floor.micros.sort_unstable();
    Ok((of_node, of_floor))
}

/// The lanes of one side, and the number of the next turn.
pub struct Lanes {
    lanes: Vec<Box<dyn Lane>>,
    next: Arc<AtomicU64>,
    /// Where clients run: not among the node's own threads, as they would not in truth.
    apart: Option<Runtime>,
}

impl Lanes {
    /// Lanes that run on the node's own threads.
    pub fn new(lanes: Vec<Box<dyn Lane>>) -> Self {
        Self { lanes, next: Arc::default(), apart: None }
    }

    /// Lanes that run on one thread of their own.
    pub fn of_clients(lanes: Vec<Box<dyn Lane>>) -> Result<Self> {
        let apart = runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { lanes, next: Arc::default(), apart: Some(apart) })
    }

    async fn run(&mut self, time: Duration, tally: &mut Tally) -> Result<()> {
        let (lanes, next) = (std::mem::take(&mut self.lanes), self.next.clone());
        let (lanes, micros, spent) = match self.apart.take() {
            None => all(lanes, next, time).await?,
            Some(apart) => {
                let there = move || (apart.block_on(all(lanes, next, time)), apart);
                let (done, apart) = tokio::task::spawn_blocking(there).await?;
                self.apart = Some(apart);
                done?
            }
        };
        self.lanes = lanes;
        tally.micros.extend(micros);
        tally.spent += spent;
        Ok(())
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        if let Some(apart) = self.apart.take() {
            apart.shutdown_background();
        }
    }
}

type Done = (Vec<Box<dyn Lane>>, Vec<u64>, Duration);

async fn all(lanes: Vec<Box<dyn Lane>>, next: Arc<AtomicU64>, time: Duration) -> Result<Done> {
    let began = Instant::now();
    let end = began + time;
    let running: Vec<_> = lanes
        .into_iter()
        .map(|mut lane| {
            let next = next.clone();
            tokio::spawn(async move {
                let mut micros = Vec::new();
                while Instant::now() < end {
                    let turn = Instant::now();
                    lane.turn(next.fetch_add(1, Ordering::Relaxed) as usize).await?;
                    micros.push(turn.elapsed().as_micros() as u64);
                }
                anyhow::Ok((lane, micros))
            })
        })
        .collect();
    let (mut lanes, mut micros) = (Vec::new(), Vec::new());
    for lane in running {
        let (lane, took) = lane.await??;
        lanes.push(lane);
        micros.extend(took);
    }
    Ok((lanes, micros, began.elapsed()))
}
