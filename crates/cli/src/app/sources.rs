//! A runbook's file and those it includes, each read once. Does not judge what stands in them.

use std::io;
use std::path::{Component, Path, PathBuf};

use stepmark_core::plan::{SourceFile, Sources};
use stepmark_parse::{Parsed, parse_sources};

use super::reason;

/// What the file at `path` holds and means, whose text is `bytes`, together with what it includes. Of an included file that
/// cannot be read a diagnostic says so.
pub(crate) fn with_included(path: &Path, bytes: Vec<u8>) -> (Sources, Parsed) {
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    gather(path, bytes, |included| text_of(&folder.join(included)))
}

/// [`with_included`], the texts of included files taken from `read`, which is asked once for each.
pub(crate) fn gather(
    path: &Path,
    bytes: Vec<u8>,
    mut read: impl FnMut(&str) -> Result<Vec<u8>, String>,
) -> (Sources, Parsed) {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let mut sources = Sources::new(name.to_string_lossy(), bytes);
    loop {
        let parsed = parse_sources(&sources, &stem(path));
        if parsed.wanted.is_empty() {
            return (sources, parsed);
        }
        for included in &parsed.wanted {
            match read(included) {
                Ok(bytes) => sources.add(included, bytes),
                Err(objection) => sources.add_unreadable(included, objection),
            }
        }
    }
}

/// What the texts in `sources` mean, of the runbook at `path`.
pub(crate) fn understood(path: &Path, sources: &Sources) -> Parsed {
    parse_sources(sources, &stem(path))
}

/// The path of `file` for a person, who named the runbook as `runbook`.
pub(crate) fn shown_path(runbook: &Path, sources: &Sources, file: &SourceFile) -> PathBuf {
    if file == sources.runbook() {
        return runbook.to_owned();
    }
    let folder = runbook.parent().unwrap_or(Path::new(""));
    let mut path = PathBuf::new();
    for part in folder.join(&file.path).components() {
        match (part, path.components().next_back()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                path.pop();
            }
            _ => path.push(part),
        }
    }
    path
}

/// The bytes of the file at `path`; else why there are none, as the end of a sentence about it.
pub(super) fn text_of(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => "is not there".to_owned(),
        _ => format!("cannot be read: {}", reason(&error)),
    };
    let found = std::fs::metadata(path).map_err(unreadable)?;
    if found.is_dir() {
        return Err("is a folder".to_owned());
    }
    if !found.is_file() {
        return Err("is no regular file".to_owned());
    }
    std::fs::read(path).map_err(unreadable)
}

/// The file's name without its ending.
fn stem(path: &Path) -> String {
    path.file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn included_files_are_shown_from_where_the_runbook_was_named() {
        let shown = |runbook: &str, included: &str| {
            let mut sources = Sources::new("book.md", Vec::new());
            sources.add(included, Vec::new());
            let path = shown_path(Path::new(runbook), &sources, &sources.included()[0]);
            path.display().to_string()
        };
        let cases = [
            ("book.md", "a.md", "a.md"),
            ("book.md", "../a.md", "../a.md"),
            ("./runbooks/book.md", "shared/a.md", "runbooks/shared/a.md"),
            ("runbooks/book.md", "../a.md", "a.md"),
            ("/srv/runbooks/book.md", "../../a.md", "/a.md"),
            ("../x/book.md", "../../a.md", "../../a.md"),
        ];
        for (runbook, included, expected) in cases {
            assert_eq!(shown(runbook, included), expected, "{runbook} {included}");
        }
    }

    #[test]
    fn each_file_is_asked_for_once_however_often_it_is_included() {
        let book = "[A](a.md) <!-- {include=a.md name=x} -->\n\n[A](a.md) <!-- {include=a.md name=y} -->\n\n[B](b/b.md) <!-- {include=b/b.md} -->\n";
        let mut asked = Vec::new();
        let (sources, parsed) = gather(Path::new("f/book.md"), book.into(), |path| {
            asked.push(path.to_owned());
            match path {
                "a.md" => Ok(b"```sh {name=one}\n:\n```\n".to_vec()),
                "b/b.md" => Ok(b"[A](../a.md) <!-- {include=../a.md} -->\n".to_vec()),
                _ => Err("is not there".to_owned()),
            }
        });
        assert_eq!(asked, ["a.md", "b/b.md"]);
        assert_eq!(parsed.diagnostics, []);
        let ids: Vec<&str> = parsed
            .plan
            .steps
            .iter()
            .map(|step| step.id.as_str())
            .collect();
        assert_eq!(ids, ["x.one", "y.one", "one"]);
        assert_eq!(sources.files().len(), 3);
    }
}
