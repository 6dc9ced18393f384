//! Throwaway PostgreSQL clusters from the system's own programs.
//!
//! [`Programs`] finds the installed server programs, [`Cluster`] starts one private server and removes it
//! again, [`sweep`] clears away what a killed owner left behind. This crate knows nothing of runbooks,
//! downloads nothing, and never touches a directory it did not make.
//!
//! A cluster is initialised afresh each time (about half a second). Copies of one initialised template would
//! start faster, but all of them would carry the same system identifier, which is what tells one server from another.

mod account;
mod base;
mod cluster;
mod cluster_options;
mod configuration;
mod error;
mod home;
mod keep;
mod listen;
mod look;
mod looked;
mod places;
mod process;
mod program;
mod programs;
mod run;
mod server_processes;
mod sweep;
mod version;

pub use cluster::Cluster;
pub use cluster_options::ClusterOptions;
pub use error::Error;
pub use keep::Kept;
pub use listen::Listen;
pub use looked::Looked;
pub use programs::Programs;
pub use sweep::{Swept, sweep};
pub use version::Version;

/// What this crate returns: a value, or why it could not do its job.
pub type Result<T, E = Error> = std::result::Result<T, E>;
