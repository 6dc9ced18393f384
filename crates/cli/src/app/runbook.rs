//! A runbook, read once with what it includes: the bytes that are shown are the bytes that are executed.

use std::path::{Path, PathBuf};

use stepmark_core::ConnectionName;
use stepmark_core::plan::{ConnectionSpec, Plan, Sources, Span, Step};
use stepmark_parse::Parsed;

use super::sources::{shown_path, with_included};
use crate::{Complaint, Exit, diagnostics};

/// A runbook that may be run.
pub(crate) struct Runbook {
    /// Its path as given.
    pub(crate) path: PathBuf,
    /// Its exact text, and those of the files it includes.
    pub(crate) sources: Sources,
    /// What they mean.
    pub(crate) plan: Plan,
    /// Warnings to show, rendered.
    pub(crate) warnings: String,
}

impl Runbook {
    /// Reads and understands the file at `path`, and what it includes.
    pub(crate) fn load(path: &Path) -> Result<Self, Complaint> {
        let (sources, parsed) = with_included(path, read(path)?);
        Self::of(path, sources, parsed)
    }

    /// Reads the file at `path` for somebody who does not run it: whatever is wrong with it is passed over.
    pub(crate) fn look_at(path: &Path) -> Result<Self, Complaint> {
        let (sources, parsed) = with_included(path, read(path)?);
        Ok(Self {
            path: path.to_owned(),
            sources,
            plan: parsed.plan,
            warnings: String::new(),
        })
    }

    /// The runbook at `path` that was `parsed` from `sources`, if it may be run.
    pub(crate) fn of(path: &Path, sources: Sources, parsed: Parsed) -> Result<Self, Complaint> {
        let shown = path.display();
        let rendered = diagnostics::render(path, &sources, &parsed.diagnostics);
        if parsed.has_errors() {
            crate::say::say_on_stderr(&stepmark_engines::sanitize::sanitize(&rendered));
            let complaint = Complaint::new(Exit::Usage, format!("{shown} cannot be run as it is"));
            return Err(
                complaint.hint("nothing was executed; mend what is named above and run it again")
            );
        }
        if !parsed.plan.steps.iter().any(Step::is_main) {
            let complaint = Complaint::new(Exit::Usage, format!("{shown} has no steps"));
            return Err(complaint.hint(
                "a step is a fence that begins with ```sql or ```bash, or a task `- [ ] text`",
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            sources,
            plan: parsed.plan,
            warnings: rendered,
        })
    }

    /// The connections with a server of their own, each with what is declared of it: `like` connections follow the one they
    /// name, and a runbook that declares none has the default one.
    pub(crate) fn servers(&self) -> Vec<(ConnectionName, Option<&ConnectionSpec>)> {
        let specs = &self.plan.front.connections;
        if specs.is_empty() {
            return vec![(ConnectionName::default(), None)];
        }
        let own = specs.iter().filter(|spec| spec.like.is_none());
        own.map(|spec| (spec.name.clone(), Some(spec))).collect()
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
        let (file, line) = self.sources.line_of(span);
        let path = shown_path(&self.path, &self.sources, file);
        format!("{}:{line}", path.display())
    }

    /// The file that the text of `step` stands in, for a person.
    pub(crate) fn file_of(&self, step: &Step) -> String {
        let file = self.sources.file_at(step.span.start);
        let path = shown_path(&self.path, &self.sources, file);
        path.display().to_string()
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

fn read(path: &Path) -> Result<Vec<u8>, Complaint> {
    std::fs::read(path).map_err(|error| unreadable(path, &error))
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
        let path = Path::new("book.md");
        let (sources, parsed) = with_included(path, text.into());
        Self {
            path: path.to_owned(),
            sources,
            plan: parsed.plan,
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
