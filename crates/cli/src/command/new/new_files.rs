//! Files that are made and never replaced: all of them whole, or none.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::app::reason;
use crate::{Complaint, Exit};

/// What was made and goes again when something fails.
#[derive(Default)]
struct Made {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

/// Writes each file that is not there yet, the last one last, and gives their paths. One that is there with the same text
/// stays, one with another refuses all, as does the last one whatever it holds.
pub(super) fn write_new(files: &[(PathBuf, String)]) -> Result<Vec<PathBuf>, Complaint> {
    let last = files.len() - 1;
    let mut missing = Vec::new();
    for (at, (path, text)) in files.iter().enumerate() {
        let is_same = |found: &fs::Metadata| {
            found.is_file() && fs::read(path).is_ok_and(|found| found == text.as_bytes())
        };
        match path.symlink_metadata() {
            Err(_) => missing.push((path, text)),
            Ok(found) if at < last && is_same(&found) => {}
            Ok(_) => return Err(is_there(path)),
        }
    }
    let mut made = Made::default();
    for (path, text) in &missing {
        if let Err(error) = made.write(path, text) {
            made.undo();
            return Err(unwritable(path, &error));
        }
    }
    Ok(made.files)
}

impl Made {
    fn write(&mut self, path: &Path, text: &str) -> io::Result<()> {
        self.folder(path.parent().unwrap_or(Path::new("")))?;
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}.new", std::process::id()));
        let new = PathBuf::from(name);
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&new)
            .and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| put(&new, path, text));
        let _ = fs::remove_file(&new);
        written?;
        self.files.push(path.to_owned());
        Ok(())
    }

    /// Makes `folder`, and what is missing of those it stands in.
    fn folder(&mut self, folder: &Path) -> io::Result<()> {
        if folder.as_os_str().is_empty() || folder.is_dir() {
            return Ok(());
        }
        if let Some(around) = folder.parent() {
            self.folder(around)?;
        }
        match fs::create_dir(folder) {
            Ok(()) => {
                self.folders.push(folder.to_owned());
                Ok(())
            }
            Err(_) if folder.is_dir() => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(io::ErrorKind::NotADirectory.into())
            }
            Err(error) => Err(error),
        }
    }

    fn undo(&self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Gives the whole file `new` its name, unless that is taken by now. File systems without hard links get a copy.
fn put(new: &Path, path: &Path, text: &str) -> io::Result<()> {
    match fs::hard_link(new, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Ok(()) => Ok(()),
        Err(_) => {
            let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
            let written = file
                .write_all(text.as_bytes())
                .and_then(|()| file.sync_all());
            if written.is_err() {
                let _ = fs::remove_file(path);
            }
            written
        }
    }
}

fn is_there(path: &Path) -> Complaint {
    let message = format!("{} is there already; nothing was written", path.display());
    Complaint::new(Exit::Refused, message).hint("give another name, or a folder of its own")
}

fn unwritable(path: &Path, error: &io::Error) -> Complaint {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return is_there(path);
    }
    let message = format!("cannot write {}: {}", path.display(), reason(error));
    Complaint::new(Exit::Refused, message)
        .hint("nothing was written; name a folder that can be written")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn all_files_are_made_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let files = |book: &str| {
            vec![
                (path("fixtures/a.sql"), "a".to_owned()),
                (path("fixtures/deep/b.sql"), "b".to_owned()),
                (path(book), "book".to_owned()),
            ]
        };
        let two = [files("book.md")[0].clone(), files("book.md")[2].clone()];
        assert_eq!(write_new(&two).unwrap().len(), 2);
        assert_eq!(names(folder.path()), ["book.md", "fixtures"]);
        assert_eq!(names(&path("fixtures")), ["a.sql"]);

        let refused = write_new(&two).unwrap_err();
        assert!(
            refused.message.contains("book.md is there already"),
            "{refused:?}"
        );
        let again = write_new(&[two[0].clone(), (path("other.md"), "o".to_owned())]);
        assert_eq!(again.unwrap(), [path("other.md")]);

        fs::write(path("fixtures/a.sql"), "mine").unwrap();
        let refused = write_new(&files("third.md")).unwrap_err();
        assert!(
            refused.message.contains("a.sql is there already"),
            "{refused:?}"
        );
        assert_eq!(fs::read_to_string(path("fixtures/a.sql")).unwrap(), "mine");
        assert_eq!(names(folder.path()), ["book.md", "fixtures", "other.md"]);
    }

    #[test]
    fn a_failure_takes_what_was_made_before_it_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let files = [
            (path("fixtures/a.sql"), "a".to_owned()),
            (path("made/deep/b.sql"), "b".to_owned()),
            (path("file/deep/book.md"), "book".to_owned()),
        ];
        fs::write(path("file"), "").unwrap();
        let refused = write_new(&files).unwrap_err();
        assert!(refused.message.contains("book.md: "), "{refused:?}");
        assert_eq!(names(folder.path()), ["file"]);
    }
}
