//! Who runs Stepmark, as far as libpq's defaults need it. Does not ask the system: the caller does.

use std::path::PathBuf;

/// The operating-system account: where its files are, and the role it connects as by default.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// The login name.
    pub user: Option<String>,
    /// The home directory.
    pub home: Option<PathBuf>,
}

impl Account {
    /// A file under the home directory.
    pub(super) fn file(&self, name: &str) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(name))
    }
}
