//! The figures without the node: periods, codes, files and sums.

pub mod invented;
mod periods;
mod codes;
mod layouts;
mod lists;
mod measures;
mod reading;
mod gathering;
mod written;
pub mod workbooks;
mod amendments;
mod vintages;
mod sums;
mod naive;
mod cubes;
mod out;
mod revised;
