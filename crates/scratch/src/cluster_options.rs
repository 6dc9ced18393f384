//! What a caller may choose about a cluster. Paths, port and socket are chosen by the cluster itself.

use crate::Listen;
use std::path::PathBuf;

/// How a cluster differs from the default one.
#[derive(Clone, Debug, Default)]
pub struct ClusterOptions {
    /// Server settings in order, for example `("max_connections", "20")`; they win over this crate's own defaults.
    pub settings: Vec<(String, String)>,
    /// The directory in which the cluster's private directory is made; by default see [`ClusterOptions::default_base`].
    pub base: Option<PathBuf>,
    /// Where the server accepts connections.
    pub listen: Listen,
}

impl ClusterOptions {
    /// These options with one more server setting.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// `$XDG_RUNTIME_DIR` where it is a directory, else `/tmp`; for root always `/tmp`, since the account the
    /// server runs under cannot enter root's runtime directory.
    #[must_use]
    pub fn default_base() -> PathBuf {
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        runtime
            .filter(|directory| directory.is_absolute() && directory.is_dir())
            .filter(|_| !rustix::process::geteuid().is_root())
            .unwrap_or_else(|| PathBuf::from("/tmp"))
    }
}
