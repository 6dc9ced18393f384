//! What is to be copied, and where it fits. Does not copy: the loop does.

use stepmark_core::output::{OutputId, OutputReader};

use crate::text::is_harmful;
use crate::{Clipboard, sgr};

/// The longest text that goes into a terminal's clipboard, in bytes: with base64 that is what xterm and others take.
const CLIPBOARD_BYTES_MAX: usize = 56 * 1024;
/// The longest text that is copied into a file, in bytes.
const FILE_BYTES_MAX: usize = 1024 * 1024;
/// Lines of output that are read at a time.
const LINES_AT_ONCE: u64 = 4_096;

/// What is to be copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Copying {
    /// What it is, in a few words.
    pub(crate) what: String,
    /// What its file would be called.
    pub(crate) name: String,
    pub(crate) source: Source,
}

/// Where its text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// From here.
    Text(String),
    /// From an output, and where that stands whole if it does already.
    Output(OutputId, Option<String>),
}

/// Where a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) clipboard: bool,
    pub(crate) file: bool,
}

impl Places {
    /// Where a text of so many bytes goes.
    pub(crate) fn of(bytes: usize, clipboard: Clipboard) -> Self {
        let fits = bytes <= CLIPBOARD_BYTES_MAX;
        Self {
            clipboard: fits && clipboard != Clipboard::File,
            file: !fits || clipboard != Clipboard::Terminal,
        }
    }
}

/// The text, without escapes and control characters.
///
/// # Errors
/// In words, when it is too long, or there is nothing.
pub(crate) fn text(copying: &Copying, outputs: &dyn OutputReader) -> Result<String, String> {
    let text = match &copying.source {
        Source::Text(text) => text.clone(),
        Source::Output(id, whole) => output(id, outputs).ok_or_else(|| match whole {
            Some(path) => format!("{} is too long to copy; it stands in {path}", copying.what),
            None => format!(
                "{} is too long to copy; once the step has ended, its file is named here",
                copying.what
            ),
        })?,
    };
    match text.is_empty() {
        true => Err(format!("{} is empty; nothing was copied", copying.what)),
        false => Ok(text),
    }
}

fn output(id: &OutputId, outputs: &dyn OutputReader) -> Option<String> {
    let mut text = String::new();
    let mut next = 0;
    loop {
        let lines = outputs.lines(id, next..next + LINES_AT_ONCE, FILE_BYTES_MAX);
        if lines.is_empty() {
            return Some(text);
        }
        next += LINES_AT_ONCE;
        for line in lines {
            let kept = sgr::plain(&line);
            text.extend(kept.chars().filter(|c| !is_harmful(*c)));
            text.push('\n');
            if text.len() > FILE_BYTES_MAX {
                return None;
            }
        }
    }
}

/// What is said once it is copied; `kept` is what became of the file, where one was wanted.
///
/// # Errors
/// In words, when it is nowhere.
pub(crate) fn outcome(
    copying: &Copying,
    text: &str,
    places: Places,
    kept: Option<Result<String, String>>,
) -> Result<String, String> {
    let what = &copying.what;
    let size = match text.lines().count() {
        1 => "1 line".to_owned(),
        lines => format!("{lines} lines"),
    };
    match (places.clipboard, kept) {
        (true, None) => Ok(format!(
            "copied {what} ({size}) to the terminal's clipboard"
        )),
        (true, Some(Ok(path))) => Ok(format!("copied {what} ({size}), also into {path}")),
        (true, Some(Err(why))) => Ok(format!(
            "copied {what} ({size}), if this terminal has a clipboard; no file: {why}"
        )),
        (false, Some(Ok(path))) => Ok(format!("copied {what} ({size}) into {path}")),
        (false, Some(Err(why))) => Err(format!("{what} was not copied: {why}")),
        (false, None) => Err(format!("{what} was not copied: there is no clipboard")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_goes_to_the_clipboard_and_what_may_be_refused_to_a_file_too() {
        let places = |bytes, clipboard| {
            let Places { clipboard, file } = Places::of(bytes, clipboard);
            (clipboard, file)
        };
        assert_eq!(places(10, Clipboard::Terminal), (true, false));
        assert_eq!(places(10, Clipboard::TerminalAndFile), (true, true));
        assert_eq!(places(10, Clipboard::File), (false, true));
        assert_eq!(places(60 * 1024, Clipboard::Terminal), (false, true));
    }
}
