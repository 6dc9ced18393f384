//! What the screen shows and does, without a terminal.

mod background;
mod borders;
mod copying;
mod environments;
mod everywhere;
mod fixture;
mod flows;
mod frames;
mod hits;
mod keyboard_or_mouse;
mod loans;
mod lost_state;
mod notices;
mod openings;
mod output;
mod pages;
mod reading;
mod replaying;
#[path = "../examples/sample/mod.rs"]
pub(crate) mod sample;
mod screens;
mod searching;
mod sgr;
mod sizes;
mod states;
mod styles;
mod summaries;
mod taken_up;
mod text;
mod themes;
mod ticking;
mod tree;
mod typed_ahead;
mod undo;
mod unknown;
mod variables;
mod watching;
