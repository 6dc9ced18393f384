//! Masks secrets in one output as it comes, wherever it is cut into pieces. Does not know when a piece has waited long enough:
//! what may be the beginning of a secret is held back until it is known.

use std::fmt;

use super::redactor::Redactor;
use super::region::{Region, cover};
use super::searcher::State;

/// One output on its way. What comes out is the same however the text is cut into pieces.
pub struct Redacting {
    redactor: Redactor,
    /// None before the first text.
    state: Option<State>,
    /// What may be the beginning of a secret: less than the longest form.
    pub(super) held: String,
    /// What of it is masked already, whatever comes.
    regions: Vec<Region>,
}

impl Redacting {
    pub(super) fn new(redactor: Redactor) -> Self {
        Self {
            redactor,
            state: None,
            held: String::new(),
            regions: Vec::new(),
        }
    }

    /// Takes the next piece and gives what is certain, which may be nothing.
    pub fn push(&mut self, text: String) -> String {
        let Some(searcher) = self.redactor.searcher() else {
            return text;
        };
        let seen = self.held.len();
        let text = match seen {
            0 => text,
            _ => {
                self.held.push_str(&text);
                std::mem::take(&mut self.held)
            }
        };
        let state = self.state.unwrap_or_else(|| searcher.start());
        let regions = &mut self.regions;
        let state = searcher.search(text.as_bytes(), seen, state, &mut |range, form| {
            cover(regions, range, form);
        });
        self.state = Some(state);
        let certain = text.len() - searcher.pending(state);
        self.release(text, certain)
    }

    /// Ends the output and gives what was held back. What is pushed later begins another output.
    pub fn finish(&mut self) -> String {
        self.state = None;
        let text = std::mem::take(&mut self.held);
        let certain = text.len();
        self.release(text, certain)
    }

    /// Gives the first `certain` bytes of `text`, masked, and holds the rest.
    fn release(&mut self, mut text: String, certain: usize) -> String {
        if certain == 0 {
            self.held = text;
            return String::new();
        }
        if certain < text.len() {
            self.held = text.split_off(certain);
        }
        if self.regions.is_empty() {
            return text;
        }
        let mut masked = String::with_capacity(text.len());
        let mut shown = 0;
        for region in std::mem::take(&mut self.regions) {
            let range = region.range;
            if range.start >= certain {
                self.regions.push(Region {
                    range: range.start - certain..range.end - certain,
                    form: region.form,
                });
                continue;
            }
            masked.push_str(&text[shown..range.start]);
            masked.extend(region.form.map(|form| self.redactor.label(form)));
            shown = range.end.min(certain);
            if range.end > certain {
                self.regions.push(Region {
                    range: 0..range.end - certain,
                    form: None,
                });
            }
        }
        masked.push_str(&text[shown..]);
        masked
    }
}

impl fmt::Debug for Redacting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Redacting")
            .field("redactor", &self.redactor)
            .field("held_bytes", &self.held.len())
            .finish_non_exhaustive()
    }
}
