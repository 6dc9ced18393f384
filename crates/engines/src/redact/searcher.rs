//! Finds every occurrence of every form in a text that comes in pieces. Does not replace anything.
//!
//! Two ways to search work together. Vector code looks for the first bytes of all forms, in sets of at most 32, since it is
//! faster than an automaton and slows down on larger sets. Where it finds some, and where a piece ends, an automaton takes over,
//! which is slower but sees overlapping occurrences and knows at every byte how much of a form may have begun. Each byte is
//! looked at a bounded number of times by either, whatever the text.

use std::ops::Range;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::packed::{self, MatchKind};
use aho_corasick::{Anchored, Span};

use super::ANYWHERE_BYTES_MIN;
use super::form::FORM_BYTES_MIN;

/// The forms of one set. The vector code takes 64 at most, and is half as fast with more than 32.
const SET_MAX: usize = 32;
/// So many of the first bytes of a form are looked for. It bounds what is compared at each place, and what is looked at again.
const PREFIX_BYTES_MAX: usize = 8;

/// The state of a search between two pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(StateID);

/// Knows all forms.
pub(super) struct Searcher {
    forms: Vec<String>,
    automaton: NFA,
    /// How much of a form that has not ended has been seen, in bytes, by state.
    depths: Vec<u32>,
    /// Empty where the machine has no vector instructions we know; the automaton does it all then.
    pub(super) sets: Vec<packed::Searcher>,
}

/// Where the vector code found the first bytes of a form, by set; none where it is nowhere in the rest.
type Candidates = Vec<Option<usize>>;

impl Searcher {
    /// A searcher for `forms`, which are different from each other and at least [`FORM_BYTES_MIN`] long.
    pub(super) fn new(forms: Vec<String>) -> Self {
        let automaton = NFA::builder()
            .prefilter(false)
            .build(&forms)
            .expect("secrets are smaller than 2 GiB in all forms");
        let depths = depths(&automaton, &forms);
        let sets = sets(&forms).unwrap_or_default();
        Self {
            forms,
            automaton,
            depths,
            sets,
        }
    }

    /// The forms, as they were given.
    pub(super) fn forms(&self) -> &[String] {
        &self.forms
    }

    /// The state in which nothing has been seen.
    pub(super) fn start(&self) -> State {
        let start = self.automaton.start_state(Anchored::No);
        State(start.expect("the automaton is built for searches that start anywhere"))
    }

    /// How many of the last bytes are the beginning of a form that has not ended, the longest that are.
    pub(super) fn pending(&self, state: State) -> usize {
        self.depths[state.0.as_usize()] as usize
    }

    /// Searches `text` from `at`, where the search before stopped in `state`; what was [`Self::pending`] stands before `at`.
    /// `found` hears where forms end, in order: the longest one that ends there, and if that is short, all that do.
    pub(super) fn search(
        &self,
        text: &[u8],
        mut at: usize,
        mut state: State,
        found: &mut impl FnMut(Range<usize>, usize),
    ) -> State {
        if self.sets.is_empty() {
            return self.walk(text, at..text.len(), state, found);
        }
        let mut candidates = None;
        loop {
            while at < text.len() && self.pending(state) >= FORM_BYTES_MIN {
                state = self.walk(text, at..at + 1, state, found);
                at += 1;
            }
            if at == text.len() {
                return state;
            }
            let from = at - self.pending(state);
            state = self.start();
            // What begins before this has room for its first bytes, and would have been found by them.
            let tail = text.len().saturating_sub(PREFIX_BYTES_MAX - 1).max(from);
            let candidate = self.candidate(text, from, &mut candidates);
            let Some(candidate) = candidate.filter(|at| *at < tail) else {
                return self.walk(text, tail..text.len(), state, found);
            };
            at = candidate + FORM_BYTES_MIN;
            state = self.walk(text, candidate..at, state, found);
        }
    }

    /// The state after a search that reports nothing.
    pub(super) fn skip(&self, text: &[u8], state: State) -> State {
        self.walk(text, 0..text.len(), state, &mut |_, _| {})
    }

    fn walk(
        &self,
        text: &[u8],
        range: Range<usize>,
        state: State,
        found: &mut impl FnMut(Range<usize>, usize),
    ) -> State {
        let mut state = state.0;
        for at in range {
            state = self.automaton.next_state(Anchored::No, state, text[at]);
            if self.automaton.is_match(state) {
                self.tell(state, at + 1, found);
            }
        }
        State(state)
    }

    fn tell(&self, state: StateID, end: usize, found: &mut impl FnMut(Range<usize>, usize)) {
        let matches = 0..self.automaton.match_len(state);
        let mut ended: Vec<usize> = matches
            .map(|index| self.automaton.match_pattern(state, index).as_usize())
            .collect();
        ended.sort_unstable_by_key(|&form| std::cmp::Reverse(self.forms[form].len()));
        for form in ended {
            let length = self.forms[form].len();
            found(end - length..end, form);
            if length >= ANYWHERE_BYTES_MIN {
                return;
            }
        }
    }

    fn candidate(
        &self,
        text: &[u8],
        from: usize,
        candidates: &mut Option<Candidates>,
    ) -> Option<usize> {
        let find = |set: &packed::Searcher| {
            let span = Span::from(from..text.len());
            set.find_in(text, span).map(|found| found.start())
        };
        let candidates = match candidates {
            None => candidates.insert(self.sets.iter().map(find).collect()),
            Some(candidates) => {
                for (candidate, set) in candidates.iter_mut().zip(&self.sets) {
                    if candidate.is_some_and(|at| at < from) {
                        *candidate = find(set);
                    }
                }
                candidates
            }
        };
        candidates.iter().flatten().min().copied()
    }
}

/// Where a form ends and no longer one goes on, what counts is the longest beginning of another.
fn depths(automaton: &NFA, forms: &[String]) -> Vec<u32> {
    let start = automaton.start_state(Anchored::No);
    let start = start.expect("the automaton is built for searches that start anywhere");
    let next = |state, byte: &u8| automaton.next_state(Anchored::No, state, *byte);
    let mut depths = vec![0; start.as_usize() + 1];
    let mut ends = Vec::new();
    for form in forms {
        let mut state = start;
        for (depth, byte) in (1..).zip(form.as_bytes()) {
            if depth > 1 {
                depths[state.as_usize()] = depth - 1;
            }
            state = next(state, byte);
            if depths.len() <= state.as_usize() {
                depths.resize(state.as_usize() + 1, 0);
            }
        }
        ends.push((form, state));
    }
    ends.sort_unstable_by_key(|(form, _)| form.len());
    for (form, end) in ends {
        if depths[end.as_usize()] == 0 {
            let rest = form.as_bytes()[1..].iter().fold(start, next);
            depths[end.as_usize()] = depths[rest.as_usize()];
        }
    }
    depths
}

fn sets(forms: &[String]) -> Option<Vec<packed::Searcher>> {
    let mut prefixes: Vec<&[u8]> = forms
        .iter()
        .map(|form| &form.as_bytes()[..form.len().min(PREFIX_BYTES_MAX)])
        .collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    let build = |prefixes: &[&[u8]]| {
        packed::Config::new()
            .match_kind(MatchKind::LeftmostFirst)
            .builder()
            .extend(prefixes)
            .build()
    };
    let sets = prefixes.len().div_ceil(SET_MAX).max(1);
    let each = prefixes.len().div_ceil(sets).max(1);
    prefixes.chunks(each).map(build).collect()
}
