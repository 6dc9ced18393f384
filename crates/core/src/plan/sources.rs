//! The texts a plan was made from: the runbook's, and behind it that of each file it includes, in one row. Reads no file.

use super::{SourceFile, Span};
use crate::Digest;

/// The texts a plan was made from, one behind the other, so that a [`Span`] into any of them needs no name beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    row: String,
    files: Vec<SourceFile>,
}

impl Sources {
    /// The runbook called `name`, before anything it includes.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let mut sources = Self {
            row: String::new(),
            files: Vec::new(),
        };
        sources.add(name, bytes);
        sources
    }

    /// Puts the file that is included as `path` (relative to the runbook's folder) behind the others. Of bytes that are not
    /// UTF-8 each bad one is `\u{fffd}`, and the file says so.
    pub fn add(&mut self, path: impl Into<String>, bytes: Vec<u8>) {
        let digest = Digest::of(&bytes);
        let (text, not_utf8) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let byte = error.as_bytes()[at];
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                (text, Some((at, byte)))
            }
        };
        let start = self.row.len();
        let end = start + text.len();
        match start {
            0 => self.row = text,
            _ => self.row.push_str(&text),
        }
        self.row.push(SEPARATOR);
        self.files.push(SourceFile {
            path: path.into(),
            digest,
            span: start..end,
            not_utf8,
            objection: None,
        });
    }

    /// Says why the file that is included as `path` cannot be read, as the end of a sentence about it.
    pub fn add_unreadable(&mut self, path: impl Into<String>, objection: impl Into<String>) {
        let at = self.row.len();
        self.files.push(SourceFile {
            path: path.into(),
            digest: Digest::of(b""),
            span: at..at,
            not_utf8: None,
            objection: Some(objection.into()),
        });
    }

    /// The runbook itself.
    pub fn runbook(&self) -> &SourceFile {
        &self.files[0]
    }

    /// The files it includes, directly or through others, in the order they were added.
    pub fn included(&self) -> &[SourceFile] {
        &self.files[1..]
    }

    /// One digest for all texts; of a runbook that includes nothing its own.
    pub fn digest(&self) -> Digest {
        let included = self.included().iter();
        self.runbook().digest.with(included.map(|file| file.digest))
    }

    /// All files, the runbook first.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// All texts in one row, with a newline behind each: what a [`Span`] is a range of.
    pub fn row(&self) -> &str {
        &self.row
    }

    /// The exact text of `file`.
    pub fn text(&self, file: &SourceFile) -> &str {
        &self.row[file.span.clone()]
    }

    /// Whether a file is there under `path`, read or not.
    pub fn find(&self, path: &str) -> Option<usize> {
        self.files.iter().position(|file| file.path == path)
    }

    /// The file that holds the byte at `offset` of the row; the last one for offsets beyond it.
    pub fn file_at(&self, offset: usize) -> &SourceFile {
        let after = self.files.partition_point(|file| file.span.start <= offset);
        let mut before = self.files[..after].iter().rev();
        before
            .find(|file| file.objection.is_none())
            .unwrap_or(self.runbook())
    }

    /// The file of `span` and the line it starts on, from 1.
    pub fn line_of(&self, span: &Span) -> (&SourceFile, usize) {
        let file = self.file_at(span.start);
        let end = span.start.clamp(file.span.start, file.span.end);
        let before = &self.row.as_bytes()[file.span.start..end];
        let newlines = before.iter().filter(|byte| **byte == b'\n').count();
        (file, newlines + 1)
    }
}

/// Stands behind every text in the row, so that no line goes on in the next file.
const SEPARATOR: char = '\n';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_in_the_row_is_of_one_file() {
        let mut sources = Sources::new("book.md", b"a\nb".to_vec());
        sources.add_unreadable("gone.md", "is not there");
        sources.add("empty.md", Vec::new());
        sources.add("part.md", b"c\n\xff\n".to_vec());
        assert_eq!(sources.row(), "a\nb\n\nc\n\u{fffd}\n\n");
        let places = [0, 2, 3, 4, 5, 7, 99].map(|at| {
            let (file, line) = sources.line_of(&(at..at));
            format!("{}:{line}", file.path)
        });
        let expected = [
            "book.md:1",
            "book.md:2",
            "book.md:2",
            "empty.md:1",
            "part.md:1",
            "part.md:2",
            "part.md:3",
        ];
        assert_eq!(places, expected);
        let texts: Vec<&str> = sources
            .files()
            .iter()
            .map(|file| sources.text(file))
            .collect();
        assert_eq!(texts, ["a\nb", "", "", "c\n\u{fffd}\n"]);
        assert_eq!(sources.included()[2].not_utf8, Some((2, 0xff)));
        assert_eq!(sources.runbook().digest, Digest::of(b"a\nb"));
        assert_eq!(sources.find("part.md"), Some(3));
        assert_ne!(sources.digest(), sources.runbook().digest);
        let alone = Sources::new("x.md", b"a".to_vec());
        assert_eq!(alone.digest(), Digest::of(b"a"));
    }
}
