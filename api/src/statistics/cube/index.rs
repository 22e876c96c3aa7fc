//! Numbers the cells of an answer: which one a group and a bucket add into.

use std::collections::HashMap;

use super::plan::{Group, Plan};

/// Up to here the cells of a question are numbered in one array (16 MB), beyond in hash maps.
const MOST_DENSE: usize = 4 << 20;

/// From a group and a bucket to its cell.
pub enum Index {
    /// Mixed radix: group by group, bucket last. 0 for no cell yet.
    Dense(Vec<u32>),
    Sparse {
        groups: HashMap<Box<[u32]>, u32>,
        cells: HashMap<(u32, u32), u32>,
    },
}

impl Index {
    pub fn of(plan: &Plan) -> Self {
        let size = plan
            .groups
            .iter()
            .map(|group| group.codes.len())
            .try_fold(plan.buckets.len(), usize::checked_mul)
            .filter(|size| *size <= MOST_DENSE);
        match size {
            Some(size) => Index::Dense(vec![0; size]),
            None => Index::Sparse { groups: HashMap::new(), cells: HashMap::new() },
        }
    }

    /// The group's number, to find its cells by.
    pub fn group(&mut self, group: &[u32], plan: &Plan) -> usize {
        match self {
            Self::Dense(_) => {
                let radix = |base, (place, by): (&u32, &Group)| base * by.codes.len() + *place as usize;
                group.iter().zip(&plan.groups).fold(0, radix) * plan.buckets.len()
            }
            Self::Sparse { groups, .. } => {
                let next = groups.len() as u32;
                match groups.get(group) {
                    Some(number) => *number as usize,
                    None => *groups.entry(group.into()).or_insert(next) as usize,
                }
            }
        }
    }

    /// The place where the cell's number is, counted from 1.
    pub fn cell(&mut self, group: usize, bucket: u32) -> &mut u32 {
        match self {
            Self::Dense(cells) => &mut cells[group + bucket as usize],
            Self::Sparse { cells, .. } => cells.entry((group as u32, bucket)).or_default(),
        }
    }
}
