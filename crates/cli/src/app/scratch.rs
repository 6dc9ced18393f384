//! A throwaway cluster for a run.

use std::path::Path;

use stepmark_scratch::{Cluster, ClusterOptions, Programs};

use crate::{Complaint, Exit};

/// The database that a throwaway run works in.
pub(crate) const DATABASE: &str = "shop";

/// A running throwaway cluster; gone when dropped.
pub(crate) struct Scratch {
    cluster: Cluster,
}

impl Scratch {
    /// Starts a cluster with one database and runs `fixture` (name and SQL) in it.
    pub(crate) fn start(fixture: Option<(&str, &str)>) -> Result<Self, Complaint> {
        let programs = Programs::find_here().map_err(|error| complain(&error))?;
        let options = ClusterOptions::named("run");
        let cluster = Cluster::start(&programs, options).map_err(|error| complain(&error))?;
        let scratch = Self { cluster };
        scratch
            .cluster
            .create_database(DATABASE)
            .map_err(|error| complain(&error))?;
        if let Some((name, sql)) = fixture {
            scratch.cluster.execute(DATABASE, sql).map_err(|error| {
                let complaint = complain(&error);
                Complaint {
                    message: format!("the fixture {name} failed: {}", complaint.message),
                    ..complaint
                }
            })?;
        }
        Ok(scratch)
    }

    /// Reads the fixture file at `path`, then starts.
    pub(crate) fn start_with(path: Option<&Path>) -> Result<Self, Complaint> {
        let Some(path) = path else {
            return Self::start(None);
        };
        let sql = std::fs::read_to_string(path).map_err(|error| {
            let reason = super::runbook::reason(&error);
            Complaint::new(
                Exit::Usage,
                format!("cannot read {}: {reason}", path.display()),
            )
        })?;
        Self::start(Some((&path.display().to_string(), &sql)))
    }

    /// Where its database is.
    pub(crate) fn url(&self) -> String {
        self.cluster.url(DATABASE)
    }

    /// `PATH` with the cluster's own programs first, so that shell steps use the same version.
    pub(crate) fn path_variable(&self) -> (String, String) {
        let path = std::env::var("PATH").unwrap_or_default();
        let bindir = self.cluster.programs().bindir().display();
        ("PATH".to_owned(), format!("{bindir}:{path}"))
    }
}

fn complain(error: &stepmark_scratch::Error) -> Complaint {
    let text = error.to_string();
    let mut lines = text.lines().map(str::to_owned);
    let complaint = Complaint::new(Exit::Refused, lines.next().unwrap_or_default()).details(lines);
    match error.hint() {
        Some(hint) => complaint.hint(hint),
        None => complaint,
    }
}
