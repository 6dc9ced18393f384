//! The last pipeline of a shell command, taken apart into words. Gives up on whatever it does not read for sure:
//! substitutions, groups, compound commands, here-documents.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

/// A pipeline whose exit code is its command's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShellPipeline {
    /// Its bytes in the script.
    pub(crate) range: Range<usize>,
    /// Whether it starts with `!`.
    pub(crate) negated: bool,
    /// Whether it is the whole command, with nothing before it.
    pub(crate) is_whole: bool,
    /// Whether its output goes to a file.
    pub(crate) redirected: bool,
    /// Whether an earlier part is a grep too, and the last one only takes lines out of what it found.
    pub(crate) filters: bool,
    last: Vec<String>,
}

/// What a grep is told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grep {
    /// `-v`
    pub(crate) inverted: bool,
    /// `-c`
    pub(crate) counts: bool,
    /// `-q`
    pub(crate) quiet: bool,
}

impl ShellPipeline {
    /// The options of the grep that it ends in.
    pub(crate) fn grep(&self) -> Option<Grep> {
        is_grep(&self.last).then(|| options(&self.last[1..]))
    }
}

fn is_grep(words: &[String]) -> bool {
    let program = words.first().map(String::as_str);
    matches!(program, Some("grep" | "egrep" | "fgrep"))
}

fn options(words: &[String]) -> Grep {
    let mut grep = Grep {
        inverted: false,
        counts: false,
        quiet: false,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--" => break,
            "--invert-match" => grep.inverted = true,
            "--count" => grep.counts = true,
            "--quiet" | "--silent" => grep.quiet = true,
            _ => {}
        }
        let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')) else {
            continue;
        };
        for (at, letter) in letters.char_indices() {
            match letter {
                'v' => grep.inverted = true,
                'c' => grep.counts = true,
                'q' => grep.quiet = true,
                'e' | 'f' | 'm' | 'A' | 'B' | 'C' | 'D' | 'd' => {
                    if at + 1 == letters.len() {
                        words.next();
                    }
                    break;
                }
                _ => {}
            }
        }
    }
    grep
}

/// The pipeline at the end of the command at `range` of `text`; none after `||`, in the background, or where it is not
/// sure what runs last.
pub(crate) fn only_pipeline(text: &str, range: Range<usize>) -> Option<ShellPipeline> {
    let start = range.start;
    let mut reader = Reader {
        characters: text[range].char_indices().peekable(),
        parts: vec![Vec::new()],
        start: None,
        end: 0,
        ended: false,
        before: false,
        redirected: false,
    };
    reader.read()?;
    let mut parts = reader.parts;
    let first = parts.first_mut()?;
    let negated = first.first().is_some_and(|word| word == "!");
    if negated {
        first.remove(0);
    }
    for words in &mut parts {
        let settings = words.iter().take_while(|word| is_setting(word)).count();
        words.drain(..settings);
    }
    let last = parts.pop()?;
    const COMPOUND: [&str; 14] = [
        "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac",
        "{", "}",
    ];
    if last
        .first()
        .is_none_or(|word| COMPOUND.contains(&word.as_str()))
    {
        return None;
    }
    Some(ShellPipeline {
        range: start + reader.start?..start + reader.end,
        negated,
        is_whole: !reader.before,
        redirected: reader.redirected,
        filters: parts.iter().any(|words| is_grep(words)),
        last,
    })
}

/// Whether a word before a command sets a variable for it.
fn is_setting(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !name.is_empty()
    })
}

/// What ends a word that is in no quotes; other blanks are part of it, as for shells.
const ENDS_WORD: &str = " \t\r\n|&;<>()";

struct Reader<'a> {
    characters: Peekable<CharIndices<'a>>,
    /// The words between the `|` of the pipeline that is read.
    parts: Vec<Vec<String>>,
    start: Option<usize>,
    end: usize,
    /// Whether the pipeline has ended, and the next word starts another one.
    ended: bool,
    /// Whether another pipeline stands before it.
    before: bool,
    redirected: bool,
}

impl Reader<'_> {
    /// Reads to the end of the command; none for what is not read for sure.
    fn read(&mut self) -> Option<()> {
        while let Some(&(at, next)) = self.characters.peek() {
            match next {
                ' ' | '\t' | '\r' => {
                    self.characters.next();
                }
                '#' => while self.took(|next| next != '\n') {},
                '\n' | ';' => {
                    self.characters.next();
                    self.ended |= self.is_complete();
                }
                '&' => {
                    self.characters.next();
                    self.took(|next| next == '&').then_some(())?;
                    self.ended = true;
                }
                '|' => {
                    self.characters.next();
                    if self.took(|next| next == '|') {
                        return None;
                    }
                    self.took(|next| next == '&');
                    self.parts.push(Vec::new());
                }
                '<' | '>' => self.redirect(at, next)?,
                '(' | ')' => return None,
                _ => self.word(at)?,
            }
        }
        self.is_complete().then_some(())
    }

    /// Whether nothing is missing after a `|`.
    fn is_complete(&self) -> bool {
        self.parts.last().is_some_and(|words| !words.is_empty())
    }

    fn took(&mut self, wanted: impl Fn(char) -> bool) -> bool {
        self.characters.next_if(|(_, next)| wanted(*next)).is_some()
    }

    fn redirect(&mut self, at: usize, sign: char) -> Option<()> {
        let beside = self.end == at;
        self.characters.next();
        if self.took(|next| next == '<') {
            return None;
        }
        while self.took(|next| matches!(next, '>' | '&' | '|' | ' ')) {}
        let descriptor = self.parts.last_mut().and_then(|words| {
            words.pop_if(|word| beside && matches!(word.as_str(), "0" | "1" | "2"))
        });
        self.redirected |= sign == '>' && descriptor.is_none_or(|number| number == "1");
        let (target, next) = *self.characters.peek()?;
        if ENDS_WORD.contains(next) {
            return None;
        }
        self.word(target)?;
        self.parts.last_mut().and_then(Vec::pop).map(|_| ())
    }

    /// Reads a word that starts at `start`, quotes removed.
    fn word(&mut self, start: usize) -> Option<()> {
        let mut word = String::new();
        let mut quote = None;
        let mut quoted = false;
        let mut end = start;
        while let Some(&(at, next)) = self.characters.peek() {
            if quote.is_none() && ENDS_WORD.contains(next) {
                break;
            }
            self.characters.next();
            end = at + next.len_utf8();
            match (quote, next) {
                (Some(open), close) if open == close => quote = None,
                (None, '\'' | '"') => {
                    quote = Some(next);
                    quoted = true;
                }
                (Some('\''), plain) => word.push(plain),
                (_, '`') => return None,
                (_, '$') if self.characters.peek().is_some_and(|(_, next)| *next == '(') => {
                    return None;
                }
                (_, '\\') => {
                    let (at, escaped) = self.characters.next()?;
                    end = at + escaped.len_utf8();
                    if escaped != '\n' {
                        word.push(escaped);
                    }
                }
                (_, plain) => word.push(plain),
            }
        }
        match quote {
            Some(_) => None,
            None if word.is_empty() && !quoted => Some(()),
            None => {
                self.push(word, start..end);
                Some(())
            }
        }
    }

    fn push(&mut self, word: String, range: Range<usize>) {
        if std::mem::take(&mut self.ended) {
            self.parts = vec![Vec::new()];
            self.start = None;
            self.before = true;
            self.redirected = false;
        }
        self.start.get_or_insert(range.start);
        self.end = range.end;
        if let Some(words) = self.parts.last_mut() {
            words.push(word);
        }
    }
}
