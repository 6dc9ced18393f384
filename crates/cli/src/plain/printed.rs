//! How far an output was printed, and the next part of it, indented. Does not print, and holds one part at a time.

use stepmark_core::output::OutputId;

/// How much is read at once, in bytes.
const PART_BYTES: usize = 256 * 1024;
/// How long a line may be before it is cut, in bytes; the log has it whole. Less than a part.
const LINE_BYTES_MAX: usize = 64 * 1024;
const INDENT: &str = "  ";

/// How far an output was printed.
pub(super) struct Printed {
    id: OutputId,
    bytes: u64,
    /// Whether it stands in a line that was cut, whose rest is passed over.
    is_cut: bool,
    part: Vec<u8>,
}

impl Printed {
    /// None of it.
    pub(super) fn nothing_of(id: OutputId) -> Self {
        Self {
            id,
            bytes: 0,
            is_cut: false,
            part: Vec::new(),
        }
    }

    /// Which output.
    pub(super) fn id(&self) -> &OutputId {
        &self.id
    }

    /// The next lines before the byte `until`, none where there are none; a line without an end only when that is the end of
    /// the `whole` output. `read` fills a buffer from a byte of the output on, and says why where it cannot, which ends it.
    pub(super) fn next(
        &mut self,
        until: u64,
        whole: bool,
        read: impl Fn(&OutputId, &mut [u8], u64) -> Result<usize, String>,
    ) -> Option<String> {
        let left = usize::try_from(until.saturating_sub(self.bytes)).unwrap_or(usize::MAX);
        if left == 0 {
            return None;
        }
        let mut part = std::mem::take(&mut self.part);
        part.resize(left.min(PART_BYTES), 0);
        let text = match read(&self.id, &mut part, self.bytes) {
            Ok(0) => None,
            Ok(taken) => self.lines_of(&part[..taken], whole),
            Err(why) => {
                self.bytes = u64::MAX;
                Some(format!("{INDENT}{why}\n"))
            }
        };
        self.part = part;
        text
    }

    fn lines_of(&mut self, part: &[u8], whole: bool) -> Option<String> {
        let is_full = part.len() == PART_BYTES;
        let end = match part.iter().rposition(|byte| *byte == b'\n') {
            Some(newline) => newline + 1,
            None if is_full || whole || self.is_cut => part.len(),
            None => return None,
        };
        let mut lines = &part[..end];
        self.bytes += end as u64;
        if self.is_cut {
            lines = &lines[newline(lines).map_or(end, |newline| newline + 1)..];
        }
        self.is_cut = (is_full || self.is_cut) && !part[..end].ends_with(b"\n");
        Some(indented(lines))
    }
}

/// `lines`, each indented where it is not empty, cut where it is too long, and ended.
fn indented(mut lines: &[u8]) -> String {
    let mut text = Vec::with_capacity(lines.len() + lines.len() / 16 + 64);
    while !lines.is_empty() {
        let length = newline(lines).unwrap_or(lines.len());
        if length > 0 {
            text.extend_from_slice(INDENT.as_bytes());
            text.extend_from_slice(&lines[..cut(&lines[..length])]);
        }
        text.push(b'\n');
        lines = &lines[(length + 1).min(lines.len())..];
    }
    String::from_utf8(text)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// How much of a line is printed: not more than is allowed, and no part of a character.
fn cut(line: &[u8]) -> usize {
    let is_inside = |at: &usize| line[*at] & 0xC0 == 0x80;
    match line.len() <= LINE_BYTES_MAX {
        true => line.len(),
        false => (0..=LINE_BYTES_MAX)
            .rev()
            .find(|at| !is_inside(at))
            .unwrap_or(0),
    }
}

/// Where the first newline is; searched for by blocks, which is several times as fast as byte by byte.
fn newline(bytes: &[u8]) -> Option<usize> {
    let mut blocks = bytes.chunks(32).enumerate();
    let (number, block) = blocks.find(|(_, block)| block.contains(&b'\n'))?;
    let at = block.iter().position(|byte| *byte == b'\n')?;
    Some(32 * number + at)
}

#[cfg(test)]
mod tests {
    use stepmark_core::output::OutputId;
    use stepmark_core::{Attempt, StepId};

    use super::{LINE_BYTES_MAX, PART_BYTES, Printed};

    fn printed() -> Printed {
        Printed::nothing_of(OutputId {
            step: StepId::new("a"),
            attempt: Attempt(1),
        })
    }

    /// What is printed of a text of which more and more is there.
    #[track_caller]
    fn check(text: &str, moments: &[usize], expected: &str) {
        let mut printed = printed();
        let mut shown = String::new();
        for (there, whole) in moments
            .iter()
            .map(|there| ((*there).min(text.len()), false))
            .chain([(text.len(), true)])
        {
            while let Some(next) = printed.next(there as u64, whole, |_, buffer, at| {
                let left = &text.as_bytes()[usize::try_from(at).unwrap()..there];
                let taken = left.len().min(buffer.len());
                buffer[..taken].copy_from_slice(&left[..taken]);
                Ok(taken)
            }) {
                shown.push_str(&next);
            }
        }
        assert!(shown == expected, "{} bytes", shown.len());
    }

    #[test]
    fn lines_are_indented_and_printed_when_they_have_ended() {
        check("a\n\nb\nc", &[0, 1, 2, 3, 4, 7], "  a\n\n  b\n  c\n");
        check("", &[0], "");
    }

    #[test]
    fn a_line_is_shown_as_soon_as_it_has_ended() {
        let mut printed = printed();
        let read = |_: &OutputId, buffer: &mut [u8], at: u64| {
            let left = &b"a\nb"[usize::try_from(at).unwrap()..];
            buffer[..left.len()].copy_from_slice(left);
            Ok(left.len())
        };
        assert_eq!(printed.next(3, false, read).as_deref(), Some("  a\n"));
        assert_eq!(printed.next(3, false, read), None);
        assert_eq!(printed.next(3, true, read).as_deref(), Some("  b\n"));
    }

    #[test]
    fn a_long_line_is_cut_at_a_character_wherever_parts_begin() {
        let wide = "\u{e9}";
        for before in ["", "x", "short\n"] {
            for length in [
                LINE_BYTES_MAX,
                PART_BYTES,
                2 * PART_BYTES,
                3 * PART_BYTES + 7,
            ] {
                let line = wide.repeat(length / 2);
                let text = format!("{before}{line}\nnext\nlast");
                let first = format!("{before}{line}");
                let (lines, long) = first.rsplit_once('\n').unwrap_or(("", &first));
                let lines = match lines {
                    "" => String::new(),
                    line => format!("  {line}\n"),
                };
                let long = &long[..long.floor_char_boundary(LINE_BYTES_MAX)];
                let expected = format!("{lines}  {long}\n  next\n  last\n");
                check(&text, &[], &expected);
                check(&text, &[10, PART_BYTES - 1, PART_BYTES + 1], &expected);
            }
        }
    }

    #[test]
    fn an_output_that_cannot_be_read_says_so_once() {
        let mut printed = printed();
        let read = |_: &OutputId, _: &mut [u8], _| Err("gone".to_owned());
        assert_eq!(printed.next(9, true, read).as_deref(), Some("  gone\n"));
        assert_eq!(printed.next(9, true, read), None);
    }
}
