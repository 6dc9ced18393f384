//! The first record of a journal, as far as a listing needs it. Does not read what stands behind it, and does not prove it.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use serde_json::Value;
use stepmark_core::Digest;
use stepmark_core::plan::Sources;
use stepmark_core::record::RehearsalPart;

/// How much of the beginning is read at first, in bytes; most first records are shorter.
const WINDOW_BYTES: usize = 2 * 1024;
/// A first record that is longer is passed over.
const RECORD_BYTES_MAX: usize = 1024 * 1024;

/// What the first record of a journal says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FirstRecord {
    /// Whether the run is a rehearsal.
    pub(crate) is_rehearsal: bool,
    /// Which part of one; none where the record does not say.
    pub(super) part: Option<RehearsalPart>,
    /// One digest for the texts that were run; none where the record does not say.
    texts: Option<Digest>,
}

impl FirstRecord {
    /// Of the journal at `path`; one that cannot be read is a run like any other, whose end says what is wrong.
    pub(crate) fn of(path: &Path) -> Self {
        first_line(path)
            .and_then(|line| Self::read(&line))
            .unwrap_or_default()
    }

    fn read(line: &[u8]) -> Option<Self> {
        let header: Value = serde_json::from_slice(line).ok()?;
        let digest = |of: &Value| Digest::from_hex(of.as_str().unwrap_or_default());
        let included = header["included"].as_array().into_iter().flatten();
        let included: Option<Vec<Digest>> = included.map(|one| digest(&one["digest"])).collect();
        let texts = digest(&header["runbook"]).zip(included);
        Some(Self {
            is_rehearsal: !header["rehearsal"].is_null(),
            part: serde_json::from_value(header["rehearsal"]["part"].clone()).ok(),
            texts: texts.map(|(runbook, included)| runbook.with(included)),
        })
    }

    /// Whether exactly the texts in `sources` were run.
    pub(crate) fn is_of(&self, sources: &Sources) -> bool {
        self.texts == Some(sources.digest())
    }
}

fn first_line(path: &Path) -> Option<Vec<u8>> {
    let file = File::open(path).ok()?;
    let mut window = WINDOW_BYTES;
    loop {
        let mut bytes = vec![0; window];
        let taken = file.read_at(&mut bytes, 0).ok()?;
        bytes.truncate(taken);
        if let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            bytes.truncate(end);
            return Some(bytes);
        }
        if taken < window || window >= RECORD_BYTES_MAX {
            return None;
        }
        window *= 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_record_says_whether_it_is_a_rehearsal_and_of_which_texts() {
        let mut sources = Sources::new("book.md", b"a".to_vec());
        sources.add("part.md", b"b".to_vec());
        let [book, part] = [0, 1].map(|at| sources.files()[at].digest);
        let read = |more: &str| {
            let line = format!(
                "{{\"v\":1,\"type\":\"run_started\",\"path\":\"a\\u00e4\",\"runbook\":\"{book}\"{more}}}"
            );
            FirstRecord::read(line.as_bytes()).unwrap()
        };
        let alone = read("");
        assert!(!alone.is_rehearsal && !alone.is_of(&sources));
        assert!(alone.is_of(&Sources::new("other.md", b"a".to_vec())));
        let whole = read(&format!(
            ",\"included\":[{{\"path\":\"part.md\",\"digest\":\"{part}\",\"file\":\"f\"}}],\"rehearsal\":{{\"part\":\"to_the_end\"}}"
        ));
        assert!(whole.is_rehearsal && whole.is_of(&sources));
        assert_eq!(FirstRecord::read(b"not JSON"), None);
    }
}
