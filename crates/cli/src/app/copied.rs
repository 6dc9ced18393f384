//! Files for what was copied on the screen and the terminal's clipboard may not have taken. They stand beside the run's journal
//! and are no part of its record.

use std::path::Path;

use super::private_file::replace_private;

/// Writes `text` into a file of `folder` that is called after `name`, and says where.
///
/// # Errors
/// In words, when it cannot be written.
pub(crate) fn keep(folder: &Path, name: &str, text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name: String = name
        .chars()
        .map(|c| if is_plain(c) { c } else { '-' })
        .take(100)
        .collect();
    let path = folder.join(format!("copied-{name}.txt"));
    match replace_private(&path, text) {
        Ok(()) => Ok(path.display().to_string()),
        Err(error) => Err(format!(
            "{}: {}",
            path.display(),
            super::runbook::reason(&error)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_a_file_of_the_run_whatever_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let path = keep(folder.path(), "step-../\u{e4} x", "text").unwrap();
        let expected = folder.path().join("copied-step------x.txt");
        assert_eq!(path, expected.display().to_string());
        assert_eq!(std::fs::read_to_string(path).unwrap(), "text");
        let missing = folder.path().join("nowhere");
        assert!(keep(&missing, "x", "text").is_err());
    }
}
