//! Files that only their owner may read, replaced whole or not at all. Does not sync: what must last is the journal's affair.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Puts a file with this text, mode 0600, in the place of `path`; when that fails, what stood there still stands.
///
/// # Errors
/// What the system says; nothing is left behind beside `path`.
pub(crate) fn replace_private(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = Path::new(&name);
    match fs::remove_file(new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(new)?;
    let replaced = file
        .write_all(text.as_bytes())
        .and_then(|()| fs::rename(new, path));
    if replaced.is_err() {
        let _ = fs::remove_file(new);
    }
    replaced
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::replace_private;

    #[test]
    fn a_replaced_file_is_whole_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.md");
        fs::write(&path, "what stood there, longer").unwrap();
        fs::write(folder.path().join("report.md.new"), "of a killed one").unwrap();
        replace_private(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_replacement_that_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.md");
        fs::create_dir(&path).unwrap();
        assert!(replace_private(&path, "new").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
