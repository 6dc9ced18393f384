//! A search in the runbook or in an output: what is sought, and where it was found. Does not look: `page` and the loop do.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use stepmark_core::output::{OutputId, OutputReader};
use tui_input::Input;

use crate::needle::Needle;
use crate::page::PageAnchor;
use crate::sgr;

/// Bytes of an output line that are looked at.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// A search that stands until it is ended.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(crate) place: Place,
    /// What is being typed; none once it was looked for.
    pub(crate) typing: Option<Input>,
    pub(crate) needle: Needle,
    /// What was typed.
    pub(crate) text: String,
    pub(crate) found: Option<Found>,
    /// What is left to look through of an output.
    pub(crate) seek: Option<Seek>,
    /// What came of the last look, in words.
    pub(crate) said: &'static str,
}

impl Search {
    /// Another output is shown: what was found in the one before is nowhere.
    pub(crate) fn forget_output(&mut self) {
        if self.place == Place::Output {
            self.found = None;
            self.seek = None;
            self.said = "";
        }
    }

    /// Whether matches in `place` are to be marked.
    pub(crate) fn marks(&self, place: Place) -> bool {
        self.place == place && !self.needle.is_empty()
    }
}

/// Where is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the runbook.
    Page,
    /// In the output that is shown.
    Output,
}

/// Where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// In this row of the page.
    Page(PageAnchor),
    /// In this line of the output.
    Line(u64),
}

/// Which way to look on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Downwards.
    On,
    /// Upwards.
    Back,
}

/// A match, and whether it lies behind the end one looked towards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit<T> {
    pub(crate) place: T,
    pub(crate) is_around: bool,
}

impl<T> Hit<T> {
    /// The one ahead, else the one around the end.
    pub(crate) fn of(ahead: Option<T>, around: impl FnOnce() -> Option<T>) -> Option<Self> {
        match ahead {
            Some(place) => Some(Self {
                place,
                is_around: false,
            }),
            None => around().map(|place| Self {
                place,
                is_around: true,
            }),
        }
    }
}

/// A look through an output, which goes on between two frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seek {
    pub(crate) id: OutputId,
    direction: Direction,
    /// The line looked at next.
    next: u64,
    /// Lines not looked at yet.
    left: u64,
    /// Lines there were when it began.
    lines: u64,
    is_around: bool,
}

/// What a part of a look through an output came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sought {
    /// Found in that line.
    Found(Hit<u64>),
    /// Nowhere.
    Nowhere,
    /// There is more to look through.
    Unfinished,
}

impl Seek {
    /// A look through the `lines` lines of an output from line `from` on, around its end.
    pub(crate) fn new(id: OutputId, from: u64, lines: u64, direction: Direction) -> Self {
        Self {
            id,
            direction,
            next: from.min(lines.saturating_sub(1)),
            left: lines,
            lines,
            is_around: false,
        }
    }

    /// Looks through at most `count` lines.
    pub(crate) fn go_on(
        &mut self,
        needle: &Needle,
        reader: &dyn OutputReader,
        count: u64,
    ) -> Sought {
        let mut budget = count;
        while self.left > 0 && budget > 0 {
            // A part never goes over an end.
            let (first, end) = match self.direction {
                Direction::On => {
                    let end = self.lines.min(self.next + budget.min(self.left));
                    (self.next, end)
                }
                Direction::Back => {
                    let end = self.next + 1;
                    (end.saturating_sub(budget.min(self.left)), end)
                }
            };
            if let Some(line) = self.first_in(first, end, needle, reader) {
                return Sought::Found(Hit {
                    place: line,
                    is_around: self.is_around,
                });
            }
            let looked = end - first;
            self.left = self.left.saturating_sub(looked);
            budget = budget.saturating_sub(looked);
            self.step_over(first, end);
        }
        match self.left {
            0 => Sought::Nowhere,
            _ => Sought::Unfinished,
        }
    }

    pub(crate) fn direction(&self) -> Direction {
        self.direction
    }

    /// How much of the output was looked through, in percent.
    pub(crate) fn percent(&self) -> u64 {
        (self.lines - self.left) * 100 / self.lines.max(1)
    }

    fn step_over(&mut self, first: u64, end: u64) {
        (self.next, self.is_around) = match self.direction {
            Direction::On if end >= self.lines => (0, true),
            Direction::On => (end, self.is_around),
            Direction::Back if first == 0 => (self.lines.saturating_sub(1), true),
            Direction::Back => (first - 1, self.is_around),
        };
    }

    fn first_in(
        &self,
        first: u64,
        end: u64,
        needle: &Needle,
        reader: &dyn OutputReader,
    ) -> Option<u64> {
        let lines = reader.lines(&self.id, first..end, LINE_BYTES_MAX);
        let has = |line: &String| needle.is_in(&sgr::plain(line));
        let at = match self.direction {
            Direction::On => lines.iter().position(has),
            Direction::Back => lines.iter().rposition(has),
        };
        at.and_then(|at| u64::try_from(at).ok())
            .map(|at| first + at)
    }
}

/// `line` with every match in `style`; what stands in its first `before` spans is passed over.
pub(crate) fn highlighted(
    line: &Line<'static>,
    before: usize,
    needle: &Needle,
    style: Style,
) -> Line<'static> {
    let before = before.min(line.spans.len());
    let text: String = line.spans[before..]
        .iter()
        .map(|span| span.content.as_ref())
        .collect();
    let ranges = needle.ranges(&text);
    if ranges.is_empty() {
        return line.clone();
    }
    let mut spans = line.spans[..before].to_vec();
    let mut start = 0;
    for span in &line.spans[before..] {
        let end = start + span.content.len();
        let mut at = start;
        for range in ranges
            .iter()
            .filter(|range| range.start < end && range.end > start)
        {
            let (from, to) = (range.start.max(start), range.end.min(end));
            push(&mut spans, span, at - start..from - start, span.style);
            push(
                &mut spans,
                span,
                from - start..to - start,
                span.style.patch(style),
            );
            at = to;
        }
        push(&mut spans, span, at - start..end - start, span.style);
        start = end;
    }
    Line {
        spans,
        ..line.clone()
    }
}

fn push(
    spans: &mut Vec<Span<'static>>,
    span: &Span<'static>,
    range: std::ops::Range<usize>,
    style: Style,
) {
    if !range.is_empty() {
        spans.push(Span::styled(span.content[range].to_owned(), style));
    }
}
