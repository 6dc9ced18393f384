//! The texts that a run goes by: which files beside the journal hold its runbook and what that includes. Does not parse.

use std::io;
use std::path::Path;

use stepmark_core::Digest;
use stepmark_core::plan::Sources;
use stepmark_core::record::{Event, IncludedSource, Record};

use crate::measured::read_at_most;
use crate::{RunDirectory, output_name};

/// More than this is no runbook that a run was made of.
const RUNBOOK_BYTES_MAX: u64 = 256 << 20;
/// The first text of a run's runbook.
pub(crate) const RUNBOOK: &str = "runbook.md";

/// The texts that a run goes by, as its records name them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunTexts {
    /// The file that holds the runbook.
    pub file: String,
    /// SHA-256 of the runbook; none when no record says.
    pub digest: Option<Digest>,
    /// What it includes.
    pub included: Vec<IncludedSource>,
    /// What the runbook was called.
    name: String,
}

/// A text of a run that cannot be read, or is another than was run.
#[derive(Debug)]
pub struct UnreadableText {
    /// The file beside the journal.
    pub file: String,
    /// Why.
    pub error: io::Error,
}

impl RunTexts {
    /// Those that the run of `records` went on with last.
    pub fn of(records: &[Record]) -> Self {
        let mut texts = Self {
            file: RUNBOOK.to_owned(),
            digest: None,
            included: Vec::new(),
            name: RUNBOOK.to_owned(),
        };
        for record in records {
            match &record.event {
                Event::RunStarted(header) => {
                    let name = Path::new(&header.path).file_name();
                    if let Some(name) = name {
                        texts.name = name.to_string_lossy().into_owned();
                    }
                    texts.digest = Some(header.runbook);
                    texts.included.clone_from(&header.included);
                }
                Event::RunbookReplaced {
                    runbook,
                    file,
                    included,
                    ..
                } => {
                    texts.file.clone_from(file);
                    texts.digest = Some(*runbook);
                    texts.included.clone_from(included);
                }
                _ => {}
            }
        }
        texts
    }

    /// Reads them from `directory`, whatever their digests.
    ///
    /// # Errors
    /// The first file that cannot be read, has more bytes than a runbook can have, or lies elsewhere.
    pub fn read(&self, directory: &RunDirectory) -> Result<Sources, UnreadableText> {
        let mut sources = Sources::new(&self.name, bytes_of(directory, &self.file)?);
        for included in &self.included {
            sources.add(&included.path, bytes_of(directory, &included.file)?);
        }
        Ok(sources)
    }

    /// Reads them from `directory`, as they were run.
    ///
    /// # Errors
    /// As [`RunTexts::read`]; also the first file that is another than was run.
    pub fn read_unchanged(&self, directory: &RunDirectory) -> Result<Sources, UnreadableText> {
        let sources = self.read(directory)?;
        let runbook = self.digest.map(|digest| (&self.file, digest));
        let included = self.included.iter().map(|one| (&one.file, one.digest));
        let expected = runbook.into_iter().chain(included);
        let found = sources.files().iter().skip(usize::from(runbook.is_none()));
        for ((file, digest), found) in expected.zip(found) {
            if found.digest != digest {
                return Err(UnreadableText {
                    file: file.clone(),
                    error: io::Error::other("it is not the text that was run"),
                });
            }
        }
        Ok(sources)
    }
}

/// How the copy of the `number`-th file, from 1, that the text in `runbook` includes is called.
pub fn included_file(runbook: &str, number: usize) -> String {
    let stem = runbook.strip_suffix(".md").unwrap_or(runbook);
    format!("{stem}.include.{number}.md")
}

fn bytes_of(directory: &RunDirectory, file: &str) -> Result<Vec<u8>, UnreadableText> {
    let read = match output_name::is_plain(file) {
        true => read_at_most(&directory.path().join(file), RUNBOOK_BYTES_MAX),
        false => Err(io::Error::other("its name leads out of the run")),
    };
    read.map_err(|error| UnreadableText {
        file: file.to_owned(),
        error,
    })
}
