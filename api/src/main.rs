//! `enlace`: see `enlace help`.

use std::process::ExitCode;

/// Rows are made on the driver's threads and dropped on ours, which the system's allocator minds.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    api::cli::run()
}
