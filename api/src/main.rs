//! `enlace`: see `enlace help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    api::cli::run()
}
