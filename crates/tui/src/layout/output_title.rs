//! What the rule above the output says, and where: its notes go to the end of a long output, and from there to its start.

use ratatui::layout::Rect;

use super::Button;
use crate::action::Action;
use crate::screen::Screen;
use crate::text::width;

/// The output's name, and notes on it: each longer than the one before, for rules that are wide enough.
#[derive(Debug)]
pub(crate) struct OutputTitle {
    pub(crate) name: String,
    pub(crate) notes: Vec<String>,
}

impl OutputTitle {
    pub(crate) fn of(screen: &Screen) -> Self {
        let Some(step) = screen.output_step() else {
            return Self {
                name: "Output".to_owned(),
                notes: Vec::new(),
            };
        };
        let known = screen.progress.step(step);
        let dot = screen.glyphs.dot();
        let mut name = format!("Output of {}", screen.plan().step(step).id);
        if let Some(attempt) = known.attempt.filter(|attempt| attempt.0 > 1) {
            name.push_str(&format!("{dot}attempt {attempt}"));
        }
        let mut notes = vec![known.state.word().to_owned()];
        notes.extend(screen.elapsed(step));
        if screen.output.lines > 0 {
            notes.push(match screen.output.lines {
                1 => "1 line".to_owned(),
                lines => format!("{lines} lines"),
            });
        }
        if let Some(top) = screen.output.top {
            notes.push(format!("from line {}, End follows", top + 1));
        }
        let notes = (1..=notes.len()).map(|count| notes[..count].join(dot));
        Self {
            name,
            notes: notes.collect(),
        }
    }

    /// The note as it stands in `rule`, where there is an output to go through.
    pub(super) fn button(&self, screen: &Screen, rule: Rect) -> Option<Button> {
        if screen.output.lines == 0 {
            return None;
        }
        let named = width(&self.name) + 4;
        let (note, area) = note_that_fits(rule, named, &self.notes)?;
        let action = match screen.output.top {
            Some(_) => Action::OutputEnd,
            None => Action::OutputStart,
        };
        Some(Button {
            area,
            action,
            label: format!(" {note} "),
        })
    }
}

/// The longest of `notes` that has room in `rule` beside a name of so many columns, and where it stands.
pub(crate) fn note_that_fits(rule: Rect, named: usize, notes: &[String]) -> Option<(&str, Rect)> {
    let columns = usize::from(rule.width);
    let fits = |note: &&str| named + width(note) + 5 <= columns;
    let note = notes.iter().rev().map(String::as_str).find(fits)?;
    let wide = u16::try_from(width(note) + 3).unwrap_or(u16::MAX);
    let area = Rect {
        x: rule.right().saturating_sub(wide),
        width: wide.saturating_sub(1),
        ..rule
    };
    (!note.is_empty()).then_some((note, area))
}
