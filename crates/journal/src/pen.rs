//! How an output gets to disk. Does not know what readers see of it.

use std::path::{Path, PathBuf};

use stepmark_core::Digest;
use stepmark_core::digest::DigestStream;

use crate::JournalError;
use crate::disk::DiskFile;
use crate::volume::{Volume, append_pieces};

/// The digest of an output and, once it is long, its file.
pub(crate) struct Pen {
    directory: PathBuf,
    name: String,
    path: PathBuf,
    file: File,
    digest: DigestStream,
}

enum File {
    None,
    Open(Box<dyn DiskFile>),
    Finished(Option<String>),
}

impl Pen {
    /// An output without content, which would be kept as `name` in `directory`.
    pub(crate) fn new(directory: PathBuf, name: String) -> Self {
        Self {
            path: directory.join(&name),
            directory,
            name,
            file: File::None,
            digest: Digest::stream(),
        }
    }

    /// Counts `text` into the digest.
    pub(crate) fn digest(&mut self, text: &str) {
        self.digest.update(text.as_bytes());
    }

    pub(crate) fn digest_so_far(&self) -> Digest {
        self.digest.clone().finish()
    }

    /// Writes `text` to the file, after `before` when the file is only now made. Returns its path.
    pub(crate) fn write_file(
        &mut self,
        volume: &Volume,
        before: &[u8],
        text: &str,
    ) -> Result<&Path, JournalError> {
        self.digest.update(text.as_bytes());
        if !matches!(self.file, File::Open(_)) {
            let mut file = volume
                .disk()
                .create(&self.path)
                .map_err(|error| JournalError::disk("create", &self.path, &error))?;
            append_pieces(&mut *file, before)
                .map_err(|error| JournalError::disk("write", &self.path, &error))?;
            self.file = File::Open(file);
        }
        if let File::Open(file) = &mut self.file {
            append_pieces(&mut **file, text.as_bytes())
                .map_err(|error| JournalError::disk("write", &self.path, &error))?;
        }
        Ok(&self.path)
    }

    /// Whether the output has come to its end.
    pub(crate) fn is_finished(&self) -> bool {
        matches!(self.file, File::Finished(_))
    }

    /// Comes to the end of an output without content.
    pub(crate) fn finish_unwritten(&mut self) {
        self.file = File::Finished(None);
    }

    /// Makes the file and its name durable and closes it. Returns its name, if there is a file.
    pub(crate) fn finish(&mut self, volume: &Volume) -> Result<Option<String>, JournalError> {
        let name = match &mut self.file {
            File::Finished(name) => name.clone(),
            File::None => None,
            File::Open(file) => {
                volume
                    .sync(&mut **file)
                    .map_err(|error| JournalError::disk("sync", &self.path, &error))?;
                volume
                    .sync_directory(&self.directory)
                    .map_err(|error| JournalError::disk("sync", &self.directory, &error))?;
                Some(self.name.clone())
            }
        };
        self.file = File::Finished(name.clone());
        Ok(name)
    }
}
