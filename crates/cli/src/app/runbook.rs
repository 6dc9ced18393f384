//! A runbook, read once: the bytes that are shown are the bytes that are executed.

use std::path::{Path, PathBuf};

use stepmark_core::plan::{Plan, Span};

use crate::{Complaint, Exit, diagnostics};

/// A runbook that may be run.
pub(crate) struct Runbook {
    /// Its path as given.
    pub(crate) path: PathBuf,
    /// Its exact bytes.
    pub(crate) source: Vec<u8>,
    /// What they mean.
    pub(crate) plan: Plan,
    /// Warnings to show, rendered.
    pub(crate) warnings: String,
}

impl Runbook {
    /// Reads and understands the file at `path`.
    pub(crate) fn load(path: &Path) -> Result<Self, Complaint> {
        let source = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        Self::parse(path, source)
    }

    /// Reads the file at `path` for somebody who does not run it: whatever is wrong with it is passed over.
    pub(crate) fn look_at(path: &Path) -> Result<Self, Complaint> {
        let source = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        let plan = stepmark_parse::parse(&source, &stem_of(path)).plan;
        Ok(Self {
            path: path.to_owned(),
            source,
            plan,
            warnings: String::new(),
        })
    }

    /// Understands `source`, the text of the file at `path`.
    pub(crate) fn parse(path: &Path, source: Vec<u8>) -> Result<Self, Complaint> {
        let stem = path
            .file_stem()
            .map_or_else(String::new, |stem| stem.to_string_lossy().into());
        let parsed = stepmark_parse::parse(&source, &stem);
        let shown = path.display().to_string();
        let text = String::from_utf8_lossy(&source);
        let rendered = diagnostics::render(&shown, &text, &parsed.diagnostics);
        if parsed.has_errors() {
            crate::say::say_on_stderr(&stepmark_engines::sanitize::sanitize(&rendered));
            let complaint = Complaint::new(Exit::Usage, format!("{shown} cannot be run as it is"));
            return Err(
                complaint.hint("nothing was executed; mend what is named above and run it again")
            );
        }
        if !parsed
            .plan
            .steps
            .iter()
            .any(stepmark_core::plan::Step::is_main)
        {
            let complaint = Complaint::new(Exit::Usage, format!("{shown} has no steps"));
            return Err(complaint.hint(
                "a step is a fence that begins with ```sql or ```bash, or a task `- [ ] text`",
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            source,
            plan: parsed.plan,
            warnings: rendered,
        })
    }

    /// The folder the runbook stands in.
    pub(crate) fn folder(&self) -> PathBuf {
        let parent = self
            .path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        std::path::absolute(parent).unwrap_or_else(|_| parent.to_owned())
    }

    /// Where `span` is, for a person: `migrate.md:4`.
    pub(crate) fn place(&self, span: &Span) -> String {
        let before = &self.source[..span.start.min(self.source.len())];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        format!("{}:{line}", self.path.display())
    }

    /// Its path from the root, for a log that is read in another folder.
    pub(crate) fn full_path(&self) -> PathBuf {
        std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone())
    }

    /// The file's name without its ending, as the name of a folder: what means another folder gets a `_` in front.
    pub(crate) fn stem(&self) -> String {
        stem_of(&self.path)
    }
}

/// [`Runbook::stem`] of the file at `path`.
pub(crate) fn stem_of(path: &Path) -> String {
    let stem = path.file_stem();
    folder_name(&stem.map_or_else(String::new, |stem| stem.to_string_lossy().into()))
}

fn folder_name(stem: &str) -> String {
    let name = stem.replace(['/', '\0'], "_");
    match name.as_str() {
        "" | "." | ".." => format!("_{name}"),
        _ => name,
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Complaint {
    let complaint = Complaint::new(
        Exit::Usage,
        format!("cannot read {}: {}", path.display(), reason(error)),
    );
    if path.is_dir() {
        return complaint.hint("name a Markdown file inside that folder");
    }
    complaint
        .hint("stepmark run FILE takes the path of a Markdown file; `stepmark demo` needs none")
}

/// What the system says, without Rust's `(os error 2)`.
pub(crate) fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

#[cfg(test)]
impl Runbook {
    /// The runbook `book.md` with this text, whatever is wrong with it.
    pub(crate) fn of_text(text: &str) -> Self {
        Self {
            path: PathBuf::from("book.md"),
            source: text.as_bytes().to_vec(),
            plan: stepmark_parse::parse(text.as_bytes(), "book").plan,
            warnings: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::folder_name;

    #[test]
    fn no_stem_leads_out_of_the_folder_of_runs() {
        let names = ["", ".", "..", "a/../b", "/", "migrate", "...", ".hidden"].map(folder_name);
        let expected = ["_", "_.", "_..", "a_.._b", "_", "migrate", "...", ".hidden"];
        assert_eq!(names, expected);
    }
}
