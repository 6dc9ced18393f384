//! Leaving a cluster to whoever wants to look inside. Says how to end it; ends nothing.

use crate::{Cluster, Error, Result};

/// A cluster that goes on without us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The command that stops it and removes all of it.
    pub end: String,
}

impl Cluster {
    /// Leaves the cluster running after this process: no sweep removes it any more.
    ///
    /// # Errors
    /// When it cannot be marked so; it is stopped and removed then.
    pub fn keep(self) -> Result<Kept> {
        let directory = self.directory().display().to_string();
        let disowned = self.home().disown();
        disowned.map_err(|error| Error::io(format!("keep {directory}"), error))?;
        let data = self.home().data().display().to_string();
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
        let (pid_file, whole) = (
            quoted(&format!("{data}/postmaster.pid")),
            quoted(&directory),
        );
        let kept = Kept {
            end: format!(
                "pid=$(head -n 1 {pid_file}); kill -INT $pid; while kill -0 $pid; do sleep 0.1; done 2>/dev/null; rm -r {whole}"
            ),
        };
        self.let_go();
        Ok(kept)
    }
}
