//! What is searched for, found in text. Capital letters in it are looked for as they are; without any, case is passed over.

use std::ops::Range;

/// What is searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needle {
    wanted: Vec<char>,
    has_capitals: bool,
}

impl Needle {
    pub(crate) fn new(text: &str) -> Self {
        let has_capitals = text.chars().any(char::is_uppercase);
        Self {
            wanted: text.chars().collect(),
            has_capitals,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Whether it stands in `text`.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.first(text).is_some()
    }

    /// The bytes of `text` where it stands, first to last, none over another.
    pub(crate) fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let mut from = 0;
        while let Some(found) = self.first(&text[from..]) {
            ranges.push(from + found.start..from + found.end);
            from += found.end;
        }
        ranges
    }

    fn first(&self, text: &str) -> Option<Range<usize>> {
        let first = *self.wanted.first()?;
        let starts = text.char_indices();
        let mut starts = starts.filter(|(_, c)| self.is_same(*c, first));
        starts.find_map(|(at, _)| {
            let mut rest = text[at..].char_indices();
            let mut wanted = self.wanted.iter();
            let same = wanted.all(|wanted| {
                let next = rest.next();
                next.is_some_and(|(_, c)| self.is_same(c, *wanted))
            });
            let end = rest.next().map_or(text.len(), |(end, _)| at + end);
            same.then_some(at..end)
        })
    }

    fn is_same(&self, found: char, wanted: char) -> bool {
        match (found == wanted, self.has_capitals) {
            (true, _) => true,
            (false, true) => false,
            (false, false) if found.is_ascii() => found.to_ascii_lowercase() == wanted,
            (false, false) => found.to_lowercase().eq(std::iter::once(wanted)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(needle: &str, text: &str, expected: &[&str]) {
        let ranges = Needle::new(needle).ranges(text);
        let found: Vec<&str> = ranges.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{needle:?} in {text:?}");
        assert_eq!(Needle::new(needle).is_in(text), !expected.is_empty());
    }

    #[test]
    fn case_counts_only_where_capitals_were_typed() {
        check("lock", "Lock LOCK block", &["Lock", "LOCK", "lock"]);
        check("Lock", "Lock LOCK block", &["Lock"]);
        check("\u{e4}h", "\u{c4}H \u{e4}h", &["\u{c4}H", "\u{e4}h"]);
    }

    #[test]
    fn matches_do_not_overlap_and_nothing_is_found_nowhere() {
        check("aa", "aaaaa", &["aa", "aa"]);
        check("", "text", &[]);
        check("x", "", &[]);
        check("ab", "a", &[]);
        check("\u{4e16}", "a\u{4e16}b\u{4e16}", &["\u{4e16}", "\u{4e16}"]);
    }
}
