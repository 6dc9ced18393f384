//! Masks secrets in one output as it comes, wherever it is cut into pieces. Does not know when a piece has waited long enough:
//! what may be the beginning of a secret is held back until it is known.

use std::fmt;
use std::ops::Range;

use super::redactor::Redactor;
use super::region::{Region, cover};
use super::searcher::State;
use super::view::{Edge, View};

/// Beside so much of a secret that may have begun, a little text waits for more, since giving it out moves all that is held.
const WORTHWHILE_BYTES: usize = 4 * 1024;

/// One output on its way. What comes out is the same however the text is cut into pieces.
pub struct Redacting {
    redactor: Redactor,
    /// None before the first text.
    state: Option<State>,
    /// What may be the beginning of a secret: less than the longest form, and the colours in it.
    pub(super) held: String,
    /// What is held, as it reads.
    view: View,
    /// What of it is masked already, whatever comes.
    regions: Vec<Region>,
    /// Short forms at its end, which are masked if a word ends there.
    undecided: Vec<(Range<usize>, usize)>,
}

impl Redacting {
    pub(super) fn new(redactor: Redactor) -> Self {
        Self {
            redactor,
            state: None,
            held: String::new(),
            view: View::default(),
            regions: Vec::new(),
            undecided: Vec::new(),
        }
    }

    /// Takes the next piece and gives what is certain, which may be nothing.
    pub fn push(&mut self, text: String) -> String {
        if self.redactor.searcher().is_none() {
            return text;
        }
        if self.held.is_empty() && self.view.is_as_it_reads(&text) {
            return self.push_plain(text);
        }
        self.held.push_str(&text);
        let seen = self.view.text.len();
        self.view.take(&self.held);
        let pending = self.search(seen);
        let certain = self.certain(pending);
        if pending > WORTHWHILE_BYTES && certain < pending / 8 {
            return String::new();
        }
        self.release(certain)
    }

    /// Ends the output and gives what was held back. What is pushed later begins another output.
    pub fn finish(&mut self) -> String {
        let seen = self.view.text.len();
        self.view.end(&self.held);
        self.search(seen);
        for (range, form) in std::mem::take(&mut self.undecided) {
            cover(&mut self.regions, range, form);
        }
        self.state = None;
        let rest = self.release(self.view.text.len());
        self.view = View::default();
        rest
    }

    /// The same for a text that reads as it is, which is not copied where nothing is found in it.
    fn push_plain(&mut self, mut text: String) -> String {
        let Some(searcher) = self.redactor.searcher() else {
            return text;
        };
        let before = self.state.unwrap_or_else(|| searcher.start());
        let mut is_found = false;
        let state = searcher.search(text.as_bytes(), 0, before, &mut |_, _| is_found = true);
        if is_found {
            self.held = text;
            self.view.take(&self.held);
            let pending = self.search(0);
            return self.release(self.certain(pending));
        }
        self.state = Some(state);
        let pending = searcher.pending(state);
        self.view.take_end(&text, pending);
        self.held = text.split_off(text.len() - pending);
        text
    }

    /// How much of the view is certain when `pending` of it may be the beginning of a secret.
    fn certain(&self, pending: usize) -> usize {
        let begun = self.undecided.iter().map(|(range, _)| range.start).min();
        let certain = self.view.text.len() - pending;
        begun.map_or(certain, |begun| certain.min(begun))
    }

    /// Whether a colour is held back with what may be the beginning of a secret.
    pub(crate) fn is_colour_held(&self) -> bool {
        self.held.contains('\x1b')
    }

    /// Looks at the view from `seen` on; how much of its end may be the beginning of a secret.
    fn search(&mut self, seen: usize) -> usize {
        let Some(searcher) = self.redactor.searcher() else {
            return 0;
        };
        let before = std::mem::take(&mut self.undecided);
        let Self {
            view,
            regions,
            undecided,
            ..
        } = self;
        let mut note = |range: Range<usize>, form| match judge(view, &range) {
            Edge::Word => cover(regions, range, form),
            Edge::Within => {}
            Edge::Unknown => undecided.push((range, form)),
        };
        for (range, form) in before {
            note(range, form);
        }
        let state = self.state.unwrap_or_else(|| searcher.start());
        let state = searcher.search(view.text.as_bytes(), seen, state, &mut note);
        self.state = Some(state);
        searcher.pending(state)
    }

    /// Gives the first `certain` bytes of the view, masked, and holds the rest.
    fn release(&mut self, certain: usize) -> String {
        if certain == 0 && !self.view.text.is_empty() {
            return String::new();
        }
        let cut = self.view.start(certain);
        let held = self.held.split_off(cut);
        let original = std::mem::replace(&mut self.held, held);
        let masked = match self.regions.is_empty() {
            true => original,
            false => self.view.masked(&original, &self.regions, certain, |form| {
                self.redactor.label(form)
            }),
        };
        self.view.forget(certain);
        self.regions = std::mem::take(&mut self.regions)
            .into_iter()
            .filter_map(|region| region.after(certain))
            .collect();
        for (range, _) in &mut self.undecided {
            *range = range.start - certain..range.end - certain;
        }
        masked
    }
}

/// Whether what was found at `range` is masked: always when it is long, else as a word of its own.
pub(super) fn judge(view: &View, range: &Range<usize>) -> Edge {
    if range.len() >= super::ANYWHERE_BYTES_MIN {
        return Edge::Word;
    }
    if view.is_wrapped(range.start, range.end) {
        return Edge::Within;
    }
    match view.begins(range.start) {
        Edge::Word => view.ends(range.end),
        Edge::Within | Edge::Unknown => Edge::Within,
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
