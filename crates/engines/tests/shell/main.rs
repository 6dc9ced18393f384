//! Shell steps on real processes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bench;
mod observing;
mod output;
mod psql;
mod running;
mod state;
mod tree;
