//! Holds one scratch cluster for people and tests: prints its directory and URL, keeps it until its input ends.
//!
//! `stepmark-scratch [BASE]`, for example `cargo run -p stepmark-scratch`, then Ctrl-D.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use stepmark_scratch::{Cluster, ClusterOptions, Programs, Result};

fn main() -> ExitCode {
    match hold(std::env::args_os().nth(1).map(PathBuf::from)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = error.hint() {
                eprintln!("hint: {hint}");
            }
            ExitCode::FAILURE
        }
    }
}

fn hold(base: Option<PathBuf>) -> Result<()> {
    let options = ClusterOptions {
        base,
        ..ClusterOptions::default()
    };
    let cluster = Cluster::start(&Programs::find_here()?, options)?;
    let mut out = std::io::stdout();
    // Whoever reads has gone when these fail; the input then ends as well.
    let _ = writeln!(
        out,
        "{}\n{}",
        cluster.directory().display(),
        cluster.url("postgres")
    );
    let _ = out.flush();
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    cluster.stop()
}
