//! Reads what `export -p` prints, in the quoting of bash, dash and zsh. Does not run anything and does not filter.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

/// The exported variables that have a value, in the order printed. Arrays and lines that are not understood are left out.
pub(super) fn parse_exports(printed: &[u8]) -> Vec<(String, OsString)> {
    let mut words = Words { rest: printed };
    let mut exports = Vec::new();
    while let Some(line) = words.next_line() {
        let assignment = line
            .into_iter()
            .skip(1)
            .find(|word| !word.starts_with(b"-"));
        if let Some((name, value)) = assignment.and_then(|word| split_assignment(&word)) {
            exports.push((name, OsString::from_vec(value)));
        }
    }
    exports
}

/// Whether `name` is one that a shell can export.
pub(super) fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn split_assignment(word: &[u8]) -> Option<(String, Vec<u8>)> {
    let at = word.iter().position(|&byte| byte == b'=')?;
    let name = String::from_utf8(word[..at].to_vec()).ok()?;
    is_name(&name).then(|| (name, word[at + 1..].to_vec()))
}

struct Words<'a> {
    rest: &'a [u8],
}

impl Words<'_> {
    /// The words up to the next unquoted newline, unquoted.
    fn next_line(&mut self) -> Option<Vec<Vec<u8>>> {
        if self.rest.is_empty() {
            return None;
        }
        let mut words = Vec::new();
        let mut word = None;
        while let Some(byte) = self.take() {
            match byte {
                b'\n' => break,
                b' ' | b'\t' => words.extend(word.take()),
                _ => self.unquote(byte, word.get_or_insert_with(Vec::new)),
            }
        }
        words.extend(word);
        Some(words)
    }

    fn unquote(&mut self, byte: u8, word: &mut Vec<u8>) {
        match byte {
            b'\'' => self.single_quoted(word),
            b'"' => self.double_quoted(word),
            b'$' if self.rest.first() == Some(&b'\'') => {
                self.take();
                self.escaped(word);
            }
            b'\\' => match self.take() {
                Some(b'\n') | None => {}
                Some(next) => word.push(next),
            },
            _ => word.push(byte),
        }
    }

    fn single_quoted(&mut self, word: &mut Vec<u8>) {
        while let Some(byte) = self.take().filter(|&byte| byte != b'\'') {
            word.push(byte);
        }
    }

    fn double_quoted(&mut self, word: &mut Vec<u8>) {
        while let Some(byte) = self.take().filter(|&byte| byte != b'"') {
            if byte != b'\\' {
                word.push(byte);
                continue;
            }
            match self.take() {
                Some(b'\n') | None => {}
                Some(next @ (b'$' | b'`' | b'"' | b'\\')) => word.push(next),
                Some(next) => word.extend([b'\\', next]),
            }
        }
    }

    fn escaped(&mut self, word: &mut Vec<u8>) {
        while let Some(byte) = self.take().filter(|&byte| byte != b'\'') {
            if byte == b'\\' {
                self.escape(word);
            } else {
                word.push(byte);
            }
        }
    }

    fn escape(&mut self, word: &mut Vec<u8>) {
        let Some(byte) = self.take() else {
            return;
        };
        match byte {
            b'n' => word.push(b'\n'),
            b't' => word.push(b'\t'),
            b'r' => word.push(b'\r'),
            b'a' => word.push(7),
            b'b' => word.push(8),
            b'v' => word.push(11),
            b'f' => word.push(12),
            b'e' | b'E' => word.push(27),
            b'0'..=b'7' => {
                let more = self.digits(2, 8);
                let value = u32::from(byte - b'0') * 8_u32.pow(more.1) + more.0;
                word.push(value.to_le_bytes()[0]);
            }
            b'x' => word.push(self.digits(2, 16).0.to_le_bytes()[0]),
            b'u' | b'U' => {
                let value = self.digits(if byte == b'u' { 4 } else { 8 }, 16).0;
                let character = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                word.extend(character.encode_utf8(&mut [0; 4]).bytes());
            }
            b'C' | b'M' if self.rest.first() == Some(&b'-') => {
                self.take();
                let masked = self.modified();
                word.push(if byte == b'C' {
                    control(masked)
                } else {
                    masked | 0x80
                });
            }
            b'c' => {
                let next = self.take().unwrap_or_default();
                word.push(control(next));
            }
            _ => word.push(byte),
        }
    }

    /// The character that zsh's `\C-` or `\M-` changes, which may itself be one of those.
    fn modified(&mut self) -> u8 {
        let mut inner = Vec::new();
        match self.take() {
            Some(b'\\') => self.escape(&mut inner),
            Some(byte) => inner.push(byte),
            None => {}
        }
        inner.first().copied().unwrap_or_default()
    }

    /// The value of at most `count` digits, and how many there were.
    fn digits(&mut self, count: u32, base: u32) -> (u32, u32) {
        let (mut value, mut taken) = (0_u32, 0);
        while taken < count
            && let Some(digit) = self
                .rest
                .first()
                .and_then(|&byte| char::from(byte).to_digit(base))
        {
            value = value.wrapping_mul(base).wrapping_add(digit);
            taken += 1;
            self.take();
        }
        (value, taken)
    }

    fn take(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }
}

fn control(byte: u8) -> u8 {
    if byte == b'?' { 0x7f } else { byte & 0x1f }
}

#[cfg(test)]
mod tests {
    use super::parse_exports;

    #[track_caller]
    fn check(printed: &str, expected: &[(&str, &[u8])]) {
        let parsed = parse_exports(printed.as_bytes());
        let parsed: Vec<(&str, &[u8])> = parsed
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_encoded_bytes()))
            .collect();
        assert_eq!(parsed, expected, "{printed}");
    }

    #[test]
    fn each_shell_s_quoting_is_read() {
        check(
            "declare -x A=\"x\\\"y\\$z\\`\\\\ \\q\nsecond\"\n",
            &[("A", b"x\"y$z`\\ \\q\nsecond")],
        );
        check(
            "declare -rx B=$'\\001\\E[0m\\n\\'\\377\\x41\\u00e9'\n",
            &[("B", b"\x01\x1b[0m\n'\xffA\xc3\xa9")],
        );
        check(
            "export C='it'\"'\"'s\n'\nexport D=''\n",
            &[("C", b"it's\n"), ("D", b"")],
        );
        check(
            "export E=bare\\'s\nexport F=$'\\C-A\\M-\\C-B'\n",
            &[("E", b"bare's"), ("F", b"\x01\x82")],
        );
    }

    #[test]
    fn what_has_no_value_or_is_no_variable_is_left_out() {
        check(
            "declare -x A\nexport B\n\nexport a.b='x'\nexport C='y'",
            &[("C", b"y")],
        );
    }
}
