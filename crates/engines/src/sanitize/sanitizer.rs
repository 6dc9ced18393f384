//! The streaming sanitiser: holds the line that is being written until it is sure. Does not know about time: whoever
//! feeds it decides when a line without newline has waited long enough, and calls [`Sanitizer::flush`].

use super::invisible;
use super::sequence::{Sequence, Step};
use super::style::Style;

/// A line longer than this many bytes is given out in parts; its earlier parts can then no longer be rewritten.
pub const LINE_HELD_BYTES_MAX: usize = 64 * 1024;

/// What a [`Sanitizer`] is holding back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    Nothing,
    /// The beginning of a line.
    Line,
    /// The state of a line that is being rewritten, as progress displays do.
    Progress,
}

/// Turns bytes, in chunks of any size, into inert text; the same text whatever the chunks.
///
/// Kept: characters, `\n`, `\t`, colour sequences in a normal form (each line stands alone: closed at its end, opened again in
/// the next). Invalid UTF-8 becomes U+FFFD. `\r\n` is a newline; any other `\r` rewrites its line, of which only the last state
/// is given out. Reordering and invisible characters become `‹U+202E›`. All other controls and escape sequences vanish.
#[derive(Debug, Default)]
pub struct Sanitizer {
    /// Bytes of a character that is not complete yet.
    partial: Vec<u8>,
    sequence: Sequence,
    line: String,
    wanted: Style,
    applied: Style,
    /// What was applied where the held part of the line begins.
    applied_before: Style,
    returned: bool,
    rewritten: bool,
    given_out: bool,
}

impl Sanitizer {
    /// A sanitiser at the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes and adds to `clean` what is certain.
    pub fn push(&mut self, mut bytes: &[u8], clean: &mut String) {
        while !self.partial.is_empty() {
            let Some((&next, rest)) = bytes.split_first() else {
                return;
            };
            self.partial.push(next);
            match std::str::from_utf8(&self.partial) {
                Ok(character) => {
                    let character = character.to_owned();
                    self.partial.clear();
                    self.take_text(&character, clean);
                    bytes = rest;
                }
                Err(error) if error.error_len().is_none() => bytes = rest,
                Err(_) => {
                    self.partial.clear();
                    self.take_text("\u{fffd}", clean);
                }
            }
        }
        let mut left = bytes.len();
        for chunk in bytes.utf8_chunks() {
            self.take_text(chunk.valid(), clean);
            let invalid = chunk.invalid();
            left -= chunk.valid().len() + invalid.len();
            if invalid.is_empty() {
                continue;
            }
            match std::str::from_utf8(invalid) {
                Err(error) if left == 0 && error.error_len().is_none() => {
                    self.partial.extend(invalid);
                }
                _ => self.take_text("\u{fffd}", clean),
            }
        }
    }

    /// What is being held back.
    pub fn held(&self) -> Held {
        if self.line.is_empty() {
            Held::Nothing
        } else if self.rewritten || self.returned {
            Held::Progress
        } else {
            Held::Line
        }
    }

    /// Whether the last thing given out was a part of a line.
    pub fn is_line_open(&self) -> bool {
        self.given_out
    }

    /// Gives out the held part of the line. It is not taken back: a later `\r` begins a new line.
    pub fn flush(&mut self, clean: &mut String) {
        if self.line.is_empty() {
            return;
        }
        clean.push_str(&self.line);
        self.line.clear();
        self.applied_before = self.applied.clone();
        self.given_out = true;
    }

    /// Ends a line of which a part was given out, because something else is about to be written after it.
    pub fn break_line(&mut self, clean: &mut String) {
        if !self.given_out {
            return;
        }
        Style::default().write_after(&self.applied_before, clean);
        clean.push('\n');
        self.given_out = false;
        let before = std::mem::take(&mut self.applied_before);
        if self.line.is_empty() {
            self.applied = Style::default();
        } else {
            let rest = std::mem::take(&mut self.line);
            before.write_after(&Style::default(), &mut self.line);
            self.line.push_str(&rest);
        }
    }

    /// Ends the stream: gives out what is held and closes the colours.
    pub fn finish(&mut self, clean: &mut String) {
        if !self.partial.is_empty() {
            self.partial.clear();
            self.take_text("\u{fffd}", clean);
        }
        self.sequence = Sequence::None;
        Style::default().write_after(&self.applied, &mut self.line);
        self.applied = Style::default();
        self.wanted = Style::default();
        self.flush(clean);
    }

    fn take_text(&mut self, mut text: &str, clean: &mut String) {
        while !text.is_empty() {
            if self.sequence.is_none() {
                let plain = plain_length(text.as_bytes());
                self.take_plain(&text[..plain], clean);
                text = &text[plain..];
            }
            let Some(character) = text.chars().next() else {
                return;
            };
            text = &text[character.len_utf8()..];
            match self.sequence.take(character) {
                Step::Within => {}
                Step::Colour(parameters) => self.wanted.apply(&parameters),
                Step::Outside => self.take_character(character, clean),
            }
        }
    }

    fn take_character(&mut self, character: char, clean: &mut String) {
        match character {
            '\x1b' => self.sequence = Sequence::Escape,
            '\r' => self.returned = true,
            '\n' => self.end_line(clean),
            '\t' => self.put(|line| line.push('\t'), clean),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' => {}
            _ if invisible::is_invisible(character) => {
                self.put(|line| invisible::write_visibly(character, line), clean);
            }
            _ => self.put(|line| line.push(character), clean),
        }
    }

    /// Takes text that consists of printable ASCII, tabs and newlines only.
    fn take_plain(&mut self, mut text: &str, clean: &mut String) {
        while self.is_unsettled() || !self.line.is_empty() {
            let Some(end) = text.find('\n') else {
                break;
            };
            self.put_plain(&text[..end], clean);
            self.end_line(clean);
            text = &text[end + 1..];
        }
        if let Some(end) = text.rfind('\n').filter(|_| !self.is_unsettled()) {
            clean.push_str(&text[..=end]);
            self.given_out = false;
            self.rewritten = false;
            text = &text[end + 1..];
        }
        self.put_plain(text, clean);
    }

    fn is_unsettled(&self) -> bool {
        self.returned || !self.applied.is_plain() || !self.wanted.is_plain()
    }

    fn put_plain(&mut self, text: &str, clean: &mut String) {
        if !text.is_empty() {
            self.put(|line| line.push_str(text), clean);
        }
    }

    fn put(&mut self, write: impl FnOnce(&mut String), clean: &mut String) {
        if self.returned {
            self.begin_again(clean);
        }
        self.wanted.write_after(&self.applied, &mut self.line);
        if self.wanted != self.applied {
            self.applied = self.wanted.clone();
        }
        write(&mut self.line);
        if self.line.len() > LINE_HELD_BYTES_MAX {
            self.flush(clean);
        }
    }

    fn begin_again(&mut self, clean: &mut String) {
        self.returned = false;
        if self.given_out {
            self.flush(clean);
            self.break_line(clean);
            self.rewritten = true;
        } else {
            self.rewritten |= !self.line.is_empty();
            self.line.clear();
            self.applied = Style::default();
        }
    }

    fn end_line(&mut self, clean: &mut String) {
        Style::default().write_after(&self.applied, &mut self.line);
        self.applied = Style::default();
        self.applied_before = Style::default();
        self.line.push('\n');
        clean.push_str(&self.line);
        self.line.clear();
        self.returned = false;
        self.rewritten = false;
        self.given_out = false;
    }
}

/// How many of the first bytes are printable ASCII, tabs and newlines. Looks at blocks to their end, which becomes vector code.
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    let mut length = 0;
    for block in bytes.chunks(64) {
        if !block
            .iter()
            .fold(true, |plain, byte| plain & is_plain(byte))
        {
            let plain = block.iter().take_while(|byte| is_plain(byte));
            return length + plain.count();
        }
        length += block.len();
    }
    length
}
