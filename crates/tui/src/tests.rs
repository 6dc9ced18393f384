//! What the screen shows and does, without a terminal.

mod fixture;
mod hits;
mod notices;
mod output;
mod pages;
#[path = "../examples/sample/mod.rs"]
mod sample;
mod screens;
mod sgr;
mod sizes;
mod states;
mod styles;
mod text;
mod tree;
mod typed_ahead;
