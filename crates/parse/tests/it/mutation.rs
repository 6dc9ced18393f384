//! Breaks documents in the ways that break parsers. The same seed gives the same documents everywhere.

/// Xorshift64*: small, and good enough to choose where to cut.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap_or(0) % bound
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// Pieces that mean something somewhere in a runbook.
pub(crate) const WORDS: &[&str] = &[
    "```",
    "````",
    "~~~",
    "```sql\n",
    "```sh {name=a}\n",
    "```bash {needs=a,b}\n",
    "```console\n$ ",
    "\n> ",
    "> ",
    "- ",
    "- [ ] ",
    "* [x] ",
    "1. [ ] ",
    "2) ",
    "\t",
    "  ",
    "    ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "<!-- {name=b} -->",
    "<!--",
    "-->",
    "<div>",
    "<pre>",
    "{",
    "}",
    "{name=a}",
    " {required confirm=\"x\"}",
    "{\"name\":\"c\"}",
    "rollback=a",
    "probe=a",
    "needs=none",
    "check",
    "timeout=5s",
    "=",
    "\"",
    "\\",
    "\\d",
    "'",
    "$$",
    ";",
    "SELECT 1;",
    "/*",
    ":'x'",
    "|",
    "|---|\n",
    "# ",
    "## Heading\n",
    "---\n",
    "===\n",
    "+++\n",
    "title: x\n",
    "[a](b)",
    "[ ]",
    "![",
    "`",
    "*",
    "**",
    "_",
    "~~",
    "&amp;",
    "&#0;",
    "\0",
    "\u{feff}",
    "\u{200b}",
    "\u{202e}",
    "\u{85}",
    "\u{2028}",
    "ä",
    "日本",
    "\u{1f600}",
    "e\u{301}",
    "\u{1b}[31m",
    "\u{b}",
    "\u{c}",
    "\u{a0}",
];

/// `document` after a few changes, with pieces of `others` in it. Stays below 8 KiB, mostly valid UTF-8.
pub(crate) fn mutated(document: &[u8], others: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    const BYTES_MAX: usize = 8 * 1024;
    let mut text = document.to_vec();
    for _ in 0..=random.below(8) {
        let at = random.below(text.len() + 1);
        let end = at + random.below((text.len() - at).min(60) + 1);
        match random.below(9) {
            0 => drop(text.drain(at..end)),
            1 | 2 => drop(text.splice(at..at, random.pick(WORDS).bytes())),
            3 => drop(text.splice(at..end, random.pick(WORDS).bytes())),
            4 => {
                let piece = text[at..end].to_vec();
                let to = random.below(text.len() + 1);
                text.splice(to..to, piece);
            }
            5 => {
                let other = &others[random.below(others.len())];
                let from = random.below(other.len() + 1);
                let to = from + random.below((other.len() - from).min(200) + 1);
                text.splice(at..at, other[from..to].iter().copied());
            }
            6 => {
                let start = line_start(&text, at);
                let word = random.pick(&["> ", "- ", "  ", "\t", "    ", "1. ", "- [ ] "]);
                text.splice(start..start, word.bytes());
            }
            7 => text.truncate(end),
            _ => {
                if let Some(byte) = text.get_mut(at) {
                    *byte ^= 1 << random.below(7);
                }
            }
        }
        text.truncate(BYTES_MAX);
    }
    if random.below(20) > 0
        && let Err(error) = std::str::from_utf8(&text)
    {
        text.truncate(error.valid_up_to());
    }
    text
}

fn line_start(text: &[u8], at: usize) -> usize {
    text[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |newline| newline + 1)
}
