//! What was printed and logged, without what cannot be the same on both sides. Every rule here has its reason; a
//! difference of a single case is listed in `known.rs` instead.

use unicode_width::UnicodeWidthChar as _;

use crate::server_log::Logged;

/// What was printed, in a form that both sides have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// The text.
    pub(crate) text: String,
    /// What each caret pointed at: the text from there on, up to the end of its line or of what was shown of it.
    pub(crate) pointed: Vec<String>,
}

impl Told {
    /// Normalises what was printed:
    /// - `ERROR:  42601: message` is ours for `ERROR:  message`: a SQLSTATE can be searched for;
    /// - `LINE 1: …` and its caret say where in the statement the error is, ours where in the runbook: only what the
    ///   caret points at is the same. Ours names the line also where there is no caret, and says `QUERY LINE` where it
    ///   is a line of a function's query;
    /// - process numbers are of different processes.
    pub(crate) fn of(printed: &str) -> Self {
        let mut told = Self::default();
        let mut lines = printed.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let Some(code) = code_line(line) else {
                told.text += &without_process_id(&without_sqlstate(line));
                continue;
            };
            let marked = lines.next_if(|next| next.trim_matches([' ', '\n']) == "^");
            if let Some(marker) = marked {
                told.pointed.push(from_column(code, line, marker));
            }
        }
        told
    }

    /// How the carets of psql, `self`, point at something else than ours. It shows the statement's part of a line alone.
    pub(crate) fn points_elsewhere(&self, ours: &Self) -> Option<String> {
        let same = |(theirs, ours): (&String, &String)| {
            let shared = theirs
                .chars()
                .zip(ours.chars())
                .take_while(|(one, other)| one == other)
                .count();
            shared == theirs.chars().count() || shared == ours.chars().count() && shared > 1
        };
        let agree = self.pointed.len() == ours.pointed.len()
            && self.pointed.iter().zip(&ours.pointed).all(same);
        (!agree).then(|| format!("psql {:?}\nours {:?}\n", self.pointed, ours.pointed))
    }
}

/// The code in `LINE 12: code`.
fn code_line(line: &str) -> Option<&str> {
    let line = line.strip_prefix("QUERY ").unwrap_or(line);
    let (number, code) = line.strip_prefix("LINE ")?.split_once(": ")?;
    number
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(code)
}

/// The first characters of `code` under the caret of `marker`, which counts columns of the whole `line`.
fn from_column(code: &str, line: &str, marker: &str) -> String {
    const SHOWN: usize = 9;
    let label = line.len() - code.len();
    let wanted = marker.trim_end().len() - 1 - label;
    let mut column = 0;
    for (at, character) in code.char_indices() {
        if column >= wanted {
            let rest = code[at..].trim_end_matches(['\n', '\r', ' ']);
            return rest.trim_end_matches("...").chars().take(SHOWN).collect();
        }
        column += character.width().unwrap_or(1);
    }
    String::new()
}

fn without_sqlstate(line: &str) -> String {
    for severity in ["ERROR:  ", "FATAL:  ", "PANIC:  "] {
        if let Some(rest) = line.strip_prefix(severity)
            && rest.get(5..7) == Some(": ")
            && rest[..5]
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        {
            return format!("{severity}{}", &rest[7..]);
        }
    }
    line.to_owned()
}

fn without_process_id(line: &str) -> String {
    let Some((before, after)) = line.split_once(" received from server process with PID ") else {
        return line.to_owned();
    };
    let digits = after.trim_start_matches(|character: char| character.is_ascii_digit());
    format!("{before} received{digits}")
}

/// Normalises what was logged:
/// - psql leaves out empty lines of a statement that are in no quotes; we send them, so that positions fit;
/// - psql sends lone semicolons and comments, which do nothing; we do not;
/// - so a position in a statement is another one; it is compared as what carets point at.
pub(crate) fn logged(logged: &[Logged]) -> Vec<Logged> {
    let mut kept = Vec::new();
    for line in logged {
        let mut line = line.clone();
        if line.label == "ERROR"
            && let Some((message, place)) = line.text.rsplit_once(" at character ")
            && place.bytes().all(|byte| byte.is_ascii_digit())
        {
            line.text = message.to_owned();
        }
        if line.label == "STATEMENT" || line.text.starts_with("statement: ") {
            line.text = without_empty_lines(&line.text);
        }
        let statement = line.text.strip_prefix("statement: ").unwrap_or(&line.text);
        if !is_empty(statement) {
            kept.push(line);
        }
    }
    kept
}

/// A text without its empty lines and the newlines at its end.
pub(crate) fn without_empty_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// Whether it is nothing but blanks, semicolons and comments, the last of which may be unclosed.
pub(crate) fn is_empty(statement: &str) -> bool {
    let mut rest = statement;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r', '\x0c', ';']);
        rest = if rest.starts_with("--") {
            rest.split_once(['\n', '\r']).map_or("", |(_, rest)| rest)
        } else if rest.starts_with("/*") {
            match after_comment(rest) {
                Some(rest) => rest,
                None => return true,
            }
        } else {
            return rest.is_empty();
        };
    }
}

fn after_comment(text: &str) -> Option<&str> {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        at += match text.as_bytes().get(at..at + 2)? {
            b"/*" => {
                depth += 1;
                2
            }
            b"*/" => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        if depth == 0 {
            return Some(&text[at..]);
        }
    }
    None
}
