//! Whether a directory can hold clusters: real, safe from other users, and short enough for a Unix socket.
//! Whether the server's account may enter it shows only when initdb runs.

use crate::{Error, Result};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The most bytes of a Unix socket path that work everywhere (macOS allows the fewest: 104 with the final NUL).
const SOCKET_PATH_BYTES_MAX: usize = 103;
const LONGEST_SOCKET: &str = "stepmark-scratch-XXXXXX/socket/.s.PGSQL.65535";

/// The real path of `base`.
///
/// # Errors
/// [`Error::Base`] with the first objection.
pub(crate) fn checked(base: &Path) -> Result<PathBuf> {
    let unfit = |reason: String| Error::Base {
        base: base.to_owned(),
        reason,
    };
    let real = base
        .canonicalize()
        .map_err(|error| unfit(error.to_string()))?;
    let metadata = real.metadata().map_err(|error| unfit(error.to_string()))?;
    if !metadata.is_dir() {
        return Err(unfit("it is not a directory".to_owned()));
    }
    let mode = metadata.mode();
    if mode & 0o1002 == 0o0002 {
        return Err(unfit(
            "everybody may rename what is in it (mode lacks the sticky bit)".to_owned(),
        ));
    }
    // pg_ctl hands its arguments to a shell, between double quotes.
    let plain = |c: char| !c.is_control() && !matches!(c, '"' | '\'' | '`' | '$' | '\\');
    if !real.to_str().is_some_and(|path| path.chars().all(plain)) {
        return Err(unfit(
            "its path holds quotes, backslashes, dollar signs or bytes that are not UTF-8"
                .to_owned(),
        ));
    }
    let socket = real.join(LONGEST_SOCKET);
    let bytes = socket.as_os_str().len();
    if bytes > SOCKET_PATH_BYTES_MAX {
        return Err(unfit(format!(
            "its path is too long: the socket's would be {bytes} bytes, the system allows {SOCKET_PATH_BYTES_MAX}"
        )));
    }
    Ok(real)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[track_caller]
    fn check(base: &Path, reason: &str) {
        let error = checked(base).unwrap_err();
        let expected = format!("no cluster can be kept in {}: {reason}", base.display());
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn unfit_directories_are_refused_with_the_reason() {
        let root = tempfile::Builder::new()
            .prefix("base")
            .tempdir_in("/tmp")
            .unwrap();
        let within = |name: &str| {
            let path = root.path().join(name);
            std::fs::create_dir(&path).unwrap();
            path
        };
        check(
            &root.path().join("absent"),
            "No such file or directory (os error 2)",
        );
        std::fs::write(root.path().join("file"), "").unwrap();
        check(&root.path().join("file"), "it is not a directory");
        let open = within("open");
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o777)).unwrap();
        check(
            &open,
            "everybody may rename what is in it (mode lacks the sticky bit)",
        );
        check(
            &within("a$(b)"),
            "its path holds quotes, backslashes, dollar signs or bytes that are not UTF-8",
        );
        let long = within(&"x".repeat(60));
        let bytes = long.canonicalize().unwrap().as_os_str().len() + 1 + LONGEST_SOCKET.len();
        check(
            &long,
            &format!(
                "its path is too long: the socket's would be {bytes} bytes, the system allows 103"
            ),
        );
    }

    #[test]
    fn a_link_to_a_fit_directory_is_followed_once() {
        let root = tempfile::tempdir().unwrap();
        let real = root.path().canonicalize().unwrap().join("real");
        std::fs::create_dir(&real).unwrap();
        let link = root.path().join("link");
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert_eq!(checked(&link).unwrap(), real);
    }
}
