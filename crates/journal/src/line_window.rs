//! Cuts a window of lines out of a text that is read in place. Does not care whether it is memory or a file.

use std::io;
use std::ops::Range;

use stepmark_core::output::OutputLength;

use crate::line_index::LineStart;

const BLOCK_BYTES: usize = 32 * 1024;

/// Reads at an offset; fewer bytes than asked for are fine, none means the end.
pub(crate) trait ReadAt {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl ReadAt for [u8] {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let start = usize::try_from(offset).map_or(self.len(), |offset| offset.min(self.len()));
        let bytes = &self[start..];
        let taken = bytes.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&bytes[..taken]);
        Ok(taken)
    }
}

impl ReadAt for std::fs::File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buffer, offset)
    }
}

/// The lines of `range` in a text of `length`, each cut to `line_bytes_max` bytes at a character.
/// `known` holds at least one line start at or before the range, in order.
pub(crate) fn lines(
    text: &(impl ReadAt + ?Sized),
    length: OutputLength,
    known: &[LineStart],
    range: &Range<u64>,
    line_bytes_max: usize,
) -> io::Result<Vec<String>> {
    let end = range.end.min(length.lines);
    let mut scan = Scan {
        text,
        bytes: length.bytes,
        offset: 0,
        block: Vec::new(),
        at: 0,
    };
    let mut lines = Vec::new();
    let mut line = 0;
    for start in known {
        if start.line <= range.start {
            line = start.line;
            scan.jump(start.offset);
        }
    }
    while line < end {
        let wanted = if line < range.start {
            0
        } else {
            line_bytes_max
        };
        let (bytes, ended) = scan.line_start(wanted)?;
        if line >= range.start {
            lines.push(cut(bytes));
        }
        line += 1;
        if ended || line >= end {
            continue;
        }
        match known.iter().find(|start| start.line == line) {
            Some(next) => scan.jump(next.offset),
            None => scan.skip_line()?,
        }
    }
    Ok(lines)
}

/// A place in the text, with the block around it.
struct Scan<'a, R: ?Sized> {
    text: &'a R,
    bytes: u64,
    offset: u64,
    block: Vec<u8>,
    at: usize,
}

impl<R: ReadAt + ?Sized> Scan<'_, R> {
    fn jump(&mut self, offset: u64) {
        let block_start = self.offset - self.block.len() as u64;
        if (block_start..self.offset).contains(&offset) {
            self.at = usize::try_from(offset - block_start).expect("an offset within a block");
        } else {
            self.offset = offset;
            self.block.clear();
            self.at = 0;
        }
    }

    /// Up to `wanted` bytes of the line that begins here, and whether the line's end was reached and passed.
    fn line_start(&mut self, wanted: usize) -> io::Result<(Vec<u8>, bool)> {
        let mut bytes = Vec::new();
        loop {
            if !self.fill()? {
                return Ok((bytes, true));
            }
            let room = wanted - bytes.len();
            let rest = &self.block[self.at..];
            let window = &rest[..rest.len().min(room.saturating_add(1))];
            if let Some(newline) = newline(window) {
                bytes.extend_from_slice(&window[..newline]);
                self.at += newline + 1;
                return Ok((bytes, true));
            }
            if window.len() > room {
                bytes.extend_from_slice(&window[..room]);
                trim_character(&mut bytes, window[room]);
                self.at += room;
                return Ok((bytes, false));
            }
            bytes.extend_from_slice(window);
            self.at += window.len();
        }
    }

    fn skip_line(&mut self) -> io::Result<()> {
        while self.fill()? {
            let rest = &self.block[self.at..];
            if let Some(newline) = newline(rest) {
                self.at += newline + 1;
                return Ok(());
            }
            self.at = self.block.len();
        }
        Ok(())
    }

    /// Makes sure that there is a byte to look at; false at the end of the text.
    fn fill(&mut self) -> io::Result<bool> {
        if self.at < self.block.len() {
            return Ok(true);
        }
        let left = usize::try_from(self.bytes.saturating_sub(self.offset)).unwrap_or(usize::MAX);
        self.block.resize(BLOCK_BYTES.min(left), 0);
        let taken = self.text.read_at(&mut self.block, self.offset)?;
        self.block.truncate(taken);
        self.offset += taken as u64;
        self.at = 0;
        Ok(taken > 0)
    }
}

/// Where the first newline is; searched for by blocks, which is several times as fast as byte by byte.
fn newline(bytes: &[u8]) -> Option<usize> {
    let mut blocks = bytes.chunks(64).enumerate();
    let (number, block) = blocks.find(|(_, block)| block.contains(&b'\n'))?;
    let at = block.iter().position(|byte| *byte == b'\n')?;
    Some(64 * number + at)
}

/// Drops a last character whose rest, beginning with `next`, did not fit.
fn trim_character(bytes: &mut Vec<u8>, next: u8) {
    let is_inside = |byte: u8| byte & 0xC0 == 0x80;
    if !is_inside(next) {
        return;
    }
    while bytes.last().copied().is_some_and(is_inside) {
        bytes.pop();
    }
    bytes.pop();
}

fn cut(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests;
