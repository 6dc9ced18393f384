//! The journal through its public face: real directories, real files, and a disk that fails where it is told to.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod common;
mod directory;
mod disk_failures;
mod foreign;
mod golden;
mod outputs;
mod pruning;
mod recovery;
mod round_trip;
mod signatures;
mod tamper;
mod texts;
mod verification;
