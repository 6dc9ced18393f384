//! The terminal screen: a pure view of records, and the keys and clicks that answer it.
//!
//! Elm, with the model split: run facts come from [`stepmark_core::record::Record`]s, which the screen folds for
//! itself; view state (scroll, focus, dialog) comes from input. [`run`] is the only thing here that does anything.
//! Does not run steps, read files, or know journals, engines and the driver: it sees them through a [`Link`].

mod action;
mod blockers;
mod brief;
mod canvas;
mod clipboard;
mod colour;
mod copying;
mod departure;
mod dialog;
mod estimate;
mod gauge;
mod glyphs;
mod graph;
mod help;
mod hit;
mod hue;
mod input;
mod key_problem;
mod keymap;
mod keys;
mod layout;
mod link;
mod loan;
mod message;
mod needle;
mod news;
mod offscreen;
mod opening;
mod outcome;
mod output_view;
mod pace;
mod page;
mod paint;
mod palette;
mod replay;
mod risk;
mod run;
mod screen;
mod search;
mod settings;
mod sgr;
mod sight;
mod target;
mod target_line;
mod terminal;
mod terminal_error;
#[cfg(test)]
mod tests;
mod text;
mod theme;
mod tree;
mod undoing;
mod unknown;
mod up_next;
mod update;
mod value;
mod waiting;
mod wish;

pub use clipboard::Clipboard;
pub use colour::Colour;
pub use departure::Departure;
pub use glyphs::Glyphs;
pub use key_problem::KeyProblem;
pub use keys::Keys;
pub use link::Link;
pub use news::News;
pub use offscreen::Offscreen;
pub use opening::Opening;
pub use run::{Keep, replay, run};
pub use settings::Settings;
pub use target_line::{Reach, TargetLine};
pub use terminal_error::TerminalError;
pub use theme::Theme;
