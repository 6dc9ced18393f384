//! What a text reads like: without colours, and without the line ends at which a long word was wrapped. Remembers what was left
//! out, so that places can be given back. Finds nothing.

/// A line end is left out where the word before it has at least so many bytes, as the lines of wrapped base64 and hex do.
const WORD_BYTES_MIN: usize = 32;
/// A longer colour sequence is taken for text.
const COLOUR_BYTES_MAX: usize = 256;

/// A text as it reads, beside the original that it was made of, which its owner keeps.
#[derive(Debug)]
pub(super) struct View {
    /// What is left of the original.
    pub(super) text: String,
    /// The character before [`Self::text`].
    before: char,
    gaps: Vec<Gap>,
    /// How much of the original was looked at.
    taken: usize,
    /// How long the word is that has not ended, in bytes.
    word: usize,
}

/// Something that was left out.
#[derive(Clone, Copy, Debug)]
struct Gap {
    /// Where, in the view.
    at: usize,
    /// How much, in bytes of the original.
    length: usize,
    /// How much was left out up to its end.
    total: usize,
    is_line_end: bool,
}

/// Whether something is a word, as far as one side of it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// A word begins, or ends, there.
    Word,
    /// It is a part of a longer one.
    Within,
    /// That depends on what comes.
    Unknown,
}

impl Default for View {
    fn default() -> Self {
        Self {
            text: String::new(),
            before: '\n',
            gaps: Vec::new(),
            taken: 0,
            word: 0,
        }
    }
}

impl View {
    /// The view of a text that is there as a whole.
    pub(super) fn of(original: &str) -> Self {
        let mut view = Self::default();
        view.take(original);
        view.end(original);
        view
    }

    /// Takes in what `original` has now beyond what it had before; the beginning of a colour sequence at its end is left for
    /// the next time.
    pub(super) fn take(&mut self, original: &str) {
        loop {
            let rest = &original[self.taken..];
            let plain = rest.find('\x1b').unwrap_or(rest.len());
            self.take_plain(&rest[..plain]);
            self.taken += plain;
            let rest = &rest[plain..];
            match colour(rest) {
                Some(length) if length <= rest.len() => {
                    self.leave_out(length, false);
                    self.taken += length;
                }
                Some(_) => return,
                None if rest.is_empty() => return,
                None => {
                    self.take_plain(&rest[..1]);
                    self.taken += 1;
                }
            }
        }
    }

    /// Takes in `original` where it reads as it is and nothing came before that is not forgotten yet, but only the last
    /// `kept` bytes of it, as if the rest were forgotten already.
    pub(super) fn take_end(&mut self, original: &str, kept: usize) {
        let (given, held) = original.split_at(original.len() - kept);
        if let Some(last) = given.chars().next_back() {
            self.before = last;
        }
        self.text.push_str(held);
        self.taken = held.len();
        self.word = self.word_after(original);
    }

    /// Whether `original` reads as it is after what came before.
    pub(super) fn is_as_it_reads(&self, original: &str) -> bool {
        !original.contains('\x1b') && wrap(original, 0, self.word).is_none()
    }

    /// Takes in what was left for the next time, since there is none.
    pub(super) fn end(&mut self, original: &str) {
        self.take_plain(&original[self.taken..]);
        self.taken = original.len();
    }

    /// Where in the original the byte at `at` stands; after everything where there is none.
    pub(super) fn start(&self, at: usize) -> usize {
        at + self.left_out(self.gaps.partition_point(|gap| gap.at <= at))
    }

    /// Where in the original that ends which ends at `at`.
    pub(super) fn end_of(&self, at: usize) -> usize {
        at + self.left_out(self.gaps.partition_point(|gap| gap.at < at))
    }

    /// The colour sequences left out between two places of the view.
    pub(super) fn colours<'a>(
        &'a self,
        original: &'a str,
        from: usize,
        to: usize,
    ) -> impl Iterator<Item = &'a str> {
        let first = self.gaps.partition_point(|gap| gap.at <= from);
        let within = self.gaps[first..].iter().take_while(move |gap| gap.at < to);
        within.filter(|gap| !gap.is_line_end).map(|gap| {
            let end = gap.at + gap.total;
            &original[end - gap.length..end]
        })
    }

    /// Whether a line end was left out between two places of the view.
    pub(super) fn is_wrapped(&self, from: usize, to: usize) -> bool {
        let first = self.gaps.partition_point(|gap| gap.at <= from);
        let mut within = self.gaps[first..].iter().take_while(|gap| gap.at < to);
        within.any(|gap| gap.is_line_end)
    }

    /// Whether a word can begin at `at`.
    pub(super) fn begins(&self, at: usize) -> Edge {
        let next = self.text[at..].chars().next();
        let last = self.text[..at].chars().next_back();
        match next.is_some_and(is_word) && is_word(last.unwrap_or(self.before)) {
            true if !self.is_line_end(at) => Edge::Within,
            _ => Edge::Word,
        }
    }

    /// Whether a word can end at `at`.
    pub(super) fn ends(&self, at: usize) -> Edge {
        let last = self.text[..at].chars().next_back();
        if !last.is_some_and(is_word) || self.is_line_end(at) {
            return Edge::Word;
        }
        match self.text[at..].chars().next() {
            None => Edge::Unknown,
            Some(next) if is_word(next) => Edge::Within,
            Some(_) => Edge::Word,
        }
    }

    /// Forgets everything before `at`; its owner forgets what stands before [`Self::start`] of it.
    pub(super) fn forget(&mut self, at: usize) {
        let first = self.gaps.partition_point(|gap| gap.at <= at);
        let left_out = self.left_out(first);
        if let Some(last) = self.text[..at].chars().next_back() {
            self.before = last;
        }
        if self.is_line_end(at) {
            self.before = '\n';
        }
        self.taken -= at + left_out;
        self.text.drain(..at);
        self.gaps.drain(..first);
        for gap in &mut self.gaps {
            gap.at -= at;
            gap.total -= left_out;
        }
    }

    fn left_out(&self, gaps: usize) -> usize {
        gaps.checked_sub(1).map_or(0, |last| self.gaps[last].total)
    }

    fn is_line_end(&self, at: usize) -> bool {
        let first = self.gaps.partition_point(|gap| gap.at < at);
        let mut here = self.gaps[first..].iter().take_while(|gap| gap.at == at);
        here.any(|gap| gap.is_line_end)
    }

    fn leave_out(&mut self, length: usize, is_line_end: bool) {
        self.gaps.push(Gap {
            at: self.text.len(),
            length,
            total: self.left_out(self.gaps.len()) + length,
            is_line_end,
        });
    }

    fn take_plain(&mut self, plain: &str) {
        let mut shown = 0;
        while let Some(end) = wrap(plain, shown, self.word) {
            self.text.push_str(&plain[shown..end]);
            self.leave_out(1, true);
            self.word = 0;
            shown = end + 1;
        }
        self.text.push_str(&plain[shown..]);
        self.word = self.word_after(&plain[shown..]);
    }

    /// How long the word is that has not ended after `plain`.
    fn word_after(&self, plain: &str) -> usize {
        match plain.bytes().rposition(|byte| is_blank(&byte)) {
            Some(blank) => plain.len() - blank - 1,
            None => self.word + plain.len(),
        }
    }
}

/// Where the next line ends at which a long word was wrapped, from `at` on, where a word of `word` bytes is under way.
fn wrap(text: &str, at: usize, mut word: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut line = at;
    loop {
        let end = line + text[line..].find('\n')?;
        let is_wrapped = match end - line {
            // So few bytes are a long word only together with what is under way.
            length @ ..WORD_BYTES_MIN => {
                word + length >= WORD_BYTES_MIN && is_full(&bytes[line..end])
            }
            _ => is_full(&bytes[end - WORD_BYTES_MIN..end]),
        };
        if is_wrapped {
            return Some(end);
        }
        line = end + 1;
        word = 0;
    }
}

fn is_full(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |full, byte| full & !is_blank(byte))
}

fn is_blank(byte: &u8) -> bool {
    *byte <= b' '
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The length of the colour sequence that `text` begins with, more than `text` has where it has not ended; none where it is none.
fn colour(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_parameter = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b';' | b':');
    match bytes {
        [] => None,
        [b'\x1b'] => Some(2),
        [b'\x1b', b'[', parameters @ ..] => {
            match parameters.iter().position(|byte| !is_parameter(byte)) {
                Some(end) => (parameters[end] == b'm').then_some(end + 3),
                None if bytes.len() < COLOUR_BYTES_MAX => Some(bytes.len() + 1),
                None => None,
            }
        }
        _ => None,
    }
}
