//! Sees a shell step's standard output go by and says whether an expectation was met. Keeps its first 64 KiB.

use super::expectation::quoted;
use super::{Expectation, Finding};

/// Sees standard output piece by piece and says at the end whether the expectation was met. Blanks and line ends around
/// the text do not count.
#[derive(Clone, Debug)]
pub struct TextJudge {
    expectation: Expectation,
    kept: Vec<u8>,
    /// Whether something other than blanks came after what is kept.
    more: bool,
}

/// So much is kept and judged, in bytes.
const KEPT_BYTES_MAX: usize = 64 * 1024;

impl TextJudge {
    /// A judge that has seen nothing yet; none where only the exit code counts.
    pub fn new(expectation: &Expectation) -> Option<Self> {
        match expectation {
            Expectation::Holds | Expectation::SameAs(_) => None,
            Expectation::Empty
            | Expectation::Rows
            | Expectation::Equals(_)
            | Expectation::Matches(_) => Some(Self {
                expectation: expectation.clone(),
                kept: Vec::new(),
                more: false,
            }),
        }
    }

    /// The next piece of standard output.
    pub fn push(&mut self, bytes: &[u8]) {
        let bytes = match self.kept.is_empty() {
            true => bytes.trim_ascii_start(),
            false => bytes,
        };
        let room = KEPT_BYTES_MAX - self.kept.len();
        let (kept, rest) = bytes.split_at(bytes.len().min(room));
        self.kept.extend_from_slice(kept);
        self.more |= !rest.trim_ascii().is_empty();
    }

    /// The verdict on what was seen.
    pub fn finding(&self) -> Finding {
        let text = String::from_utf8_lossy(&self.kept);
        let text = text.trim();
        match &self.expectation {
            Expectation::Holds | Expectation::SameAs(_) => Finding::met("exit 0"),
            Expectation::Empty if text.is_empty() => Finding::met("the output is empty"),
            Expectation::Empty => Finding::missed(format!("the output is {}", quoted(text))),
            Expectation::Rows if text.is_empty() => Finding::missed("the output is empty"),
            Expectation::Rows => Finding::met(format!("the output is {}", quoted(text))),
            Expectation::Equals(wanted) if text == wanted.trim() && !self.more => {
                Finding::met(format!("the output is {}", quoted(text)))
            }
            Expectation::Equals(wanted) => Finding::missed(format!(
                "the output is {}, not {}",
                quoted(text),
                quoted(wanted)
            )),
            Expectation::Matches(pattern) if pattern.is_in(text) => {
                Finding::met(format!("the output matches: {}", quoted(text)))
            }
            Expectation::Matches(pattern) => {
                let place = match self.more {
                    true => "in the first 64 KiB of the output",
                    false => "in the output",
                };
                Finding::missed(format!(
                    "{} matches nowhere {place}: {}",
                    quoted(&format!("/{}/", pattern.text())),
                    quoted(text)
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Pattern;

    fn judged(expectation: &Expectation, pieces: &[&str]) -> (bool, String) {
        let mut judge = TextJudge::new(expectation).unwrap();
        for piece in pieces {
            judge.push(piece.as_bytes());
        }
        let finding = judge.finding();
        (finding.met, finding.seen)
    }

    #[test]
    fn output_is_judged_without_the_blanks_around_it() {
        let equals = |text: &str| Expectation::Equals(text.to_owned());
        let matches = |text: &str| Expectation::Matches(Pattern::new(text).unwrap());
        let cases = [
            (Expectation::Empty, &[][..], true, "the output is empty"),
            (
                Expectation::Empty,
                &[" \n", "\t\n"],
                true,
                "the output is empty",
            ),
            (
                Expectation::Empty,
                &["\n", "x\n"],
                false,
                "the output is “x”",
            ),
            (Expectation::Rows, &[" "], false, "the output is empty"),
            (Expectation::Rows, &["x"], true, "the output is “x”"),
            (equals("a b"), &["\na ", "b\n"], true, "the output is “a b”"),
            (equals("a"), &["a b"], false, "the output is “a b”, not “a”"),
            (
                matches("^b"),
                &["a\n"],
                false,
                "“/^b/” matches nowhere in the output: “a”",
            ),
            (
                matches("[0-9]+"),
                &["v", "12"],
                true,
                "the output matches: “v12”",
            ),
        ];
        for (expectation, pieces, met, seen) in cases {
            assert_eq!(
                judged(&expectation, pieces),
                (met, seen.to_owned()),
                "{pieces:?}"
            );
        }
    }

    #[test]
    fn what_is_not_kept_never_makes_a_text_equal() {
        let long = "x".repeat(KEPT_BYTES_MAX);
        let equals = || Expectation::Equals(long.clone());
        assert!(judged(&equals(), &[&long, "\n"]).0);
        assert!(!judged(&equals(), &[&long, "\n", "y"]).0);
    }

    #[test]
    fn an_exit_code_needs_no_judge() {
        assert!(TextJudge::new(&Expectation::Holds).is_none());
    }
}
