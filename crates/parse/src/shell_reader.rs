//! Tells whether bash would ask for more after some lines. An approximation that errs towards no: it knows quotes,
//! here-documents, brackets, compound commands and operators at a line's end, and nothing of aliases or expansions.

use std::iter::Peekable;
use std::str::Chars;

/// What is still open after the lines read so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct ShellReader {
    quote: Option<char>,
    document: Option<String>,
    blocks: usize,
    loops: usize,
    brackets: usize,
    goes_on: bool,
}

impl ShellReader {
    /// Whether bash would ask for another line.
    pub(crate) fn is_waiting(&self) -> bool {
        self.goes_on
            || self.quote.is_some()
            || self.document.is_some()
            || self.blocks + self.loops + self.brackets > 0
    }

    /// Reads a line, its line end excluded.
    pub(crate) fn line(&mut self, line: &str) {
        if let Some(delimiter) = &self.document {
            if line.trim_start_matches('\t') == delimiter {
                self.document = None;
            }
            return;
        }
        self.goes_on = false;
        let mut word = String::new();
        let mut starts_command = true;
        let mut characters = line.chars().peekable();
        while let Some(next) = characters.next() {
            if self.quoted(next, &mut characters) {
                word.push('_');
                continue;
            }
            match next {
                '#' if word.is_empty() => break,
                '<' if characters.peek() == Some(&'<') => self.redirected(&mut characters),
                '|' | '&' | ';' | '(' | ')' | ' ' | '\t' => {
                    self.word(&word, &mut starts_command);
                    word.clear();
                    self.separated(next, &mut starts_command);
                }
                plain => word.push(plain),
            }
        }
        self.word(&word, &mut starts_command);
    }

    /// Whether `next` belongs to a quote or is escaped; an escape takes the character after it along.
    fn quoted(&mut self, next: char, characters: &mut Peekable<Chars<'_>>) -> bool {
        match (self.quote, next) {
            (Some('\''), '\'') => self.quote = None,
            (Some('\''), _) => {}
            (_, '\\') => self.goes_on = characters.next().is_none(),
            (Some(open), close) if open == close => self.quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => self.quote = Some(next),
            (None, _) => return false,
        }
        true
    }

    fn separated(&mut self, separator: char, starts_command: &mut bool) {
        match separator {
            '(' => self.brackets += 1,
            ')' => self.brackets = self.brackets.saturating_sub(1),
            ' ' | '\t' => return,
            _ => {}
        }
        self.goes_on = separator == '|' || (separator == '&' && *starts_command);
        *starts_command = true;
    }

    fn word(&mut self, word: &str, starts_command: &mut bool) {
        if word.is_empty() {
            return;
        }
        self.goes_on &= word.ends_with('_') && word.len() == 1;
        if !std::mem::take(starts_command) {
            return;
        }
        match word {
            "if" | "case" | "{" => self.blocks += 1,
            "for" | "while" | "until" | "select" => self.loops += 1,
            "do" => {
                self.loops = self.loops.saturating_sub(1);
                self.blocks += 1;
            }
            "fi" | "esac" | "done" | "}" => self.blocks = self.blocks.saturating_sub(1),
            _ => {}
        }
        *starts_command = matches!(
            word,
            "if" | "then" | "elif" | "else" | "while" | "until" | "do" | "{" | "!"
        );
    }

    /// Reads what follows the first `<` of a `<<`.
    fn redirected(&mut self, characters: &mut Peekable<Chars<'_>>) {
        characters.next();
        if characters.next_if_eq(&'<').is_some() {
            return;
        }
        characters.next_if_eq(&'-');
        while characters.next_if_eq(&' ').is_some() {}
        characters.next_if(|next| matches!(next, '\'' | '"' | '\\'));
        let mut delimiter = String::new();
        while let Some(next) = characters.next_if(|next| next.is_alphanumeric() || *next == '_') {
            delimiter.push(next);
        }
        characters.next_if(|next| matches!(next, '\'' | '"'));
        if !delimiter.is_empty() {
            self.document = Some(delimiter);
        }
    }
}
