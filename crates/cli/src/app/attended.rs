//! A run is not left alone: when what shows it panics, it is put down and its end recorded before the program ends.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use stepmark_core::runner::Command;
use stepmark_driver::{Driver, DriverError, Ended};

/// Shows the run with `show` and waits for its end.
///
/// # Errors
/// As [`Driver::join`].
///
/// # Panics
/// When `show` does, after the step under way was cancelled and the run's last record was written.
pub(crate) fn attended(driver: Driver, show: impl FnOnce(&Driver)) -> Result<Ended, DriverError> {
    let shown = catch_unwind(AssertUnwindSafe(|| show(&driver)));
    let Err(panic) = shown else {
        return driver.join();
    };
    driver.remote().command(Command::Stop);
    // The panic is what is told; a journal that failed as well has said so to the feed.
    drop(driver.join());
    resume_unwind(panic)
}

#[cfg(test)]
mod tests;
