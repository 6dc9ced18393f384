//! What the screen shows and does, without a terminal.

mod background;
mod environments;
mod fixture;
mod flows;
mod hits;
mod loans;
mod lost_state;
mod notices;
mod openings;
mod output;
mod pages;
#[path = "../examples/sample/mod.rs"]
pub(crate) mod sample;
mod screens;
mod sgr;
mod sizes;
mod states;
mod styles;
mod taken_up;
mod text;
mod ticking;
mod tree;
mod typed_ahead;
mod undo;
mod unknown;
mod variables;
mod watching;
