//! Shell steps on real processes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod background;
mod bench;
mod handing_out;
mod observing;
mod output;
mod programs;
mod psql;
mod running;
mod state;
mod tree;
