//! Where the settings file is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::{Complaint, Exit};

/// Where the settings file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConfigPath {
    /// There, if it is there at all.
    At(PathBuf),
    /// Nowhere: it is switched off, or there is no home.
    None,
}

/// `STEPMARK_CONFIG`, else `config.toml` in `$XDG_CONFIG_HOME/stepmark`, else in `~/.config/stepmark`. An empty
/// `STEPMARK_CONFIG` means no file; one that names a file which is not there is a mistake.
pub(crate) fn config_path(
    environment: &dyn Fn(&str) -> Option<OsString>,
) -> Result<ConfigPath, Complaint> {
    if let Some(named) = environment("STEPMARK_CONFIG") {
        let path = PathBuf::from(&named);
        return match named.is_empty() {
            true => Ok(ConfigPath::None),
            false if path.is_file() => Ok(ConfigPath::At(path)),
            false => Err(Complaint::new(
                Exit::Usage,
                format!(
                    "STEPMARK_CONFIG names {}, and there is no such file",
                    path.display()
                ),
            )
            .hint("name a file that is there, or unset it; `STEPMARK_CONFIG=` is no file at all")),
        };
    }
    let folder = |name: &str| {
        let path = environment(name).map(PathBuf::from);
        path.filter(|path| path.is_absolute())
    };
    let home = || folder("HOME").map(|home| home.join(".config"));
    let at = |folder: PathBuf| folder.join(Path::new("stepmark").join("config.toml"));
    let found = folder("XDG_CONFIG_HOME").or_else(home).map(at);
    Ok(found.map_or(ConfigPath::None, ConfigPath::At))
}
