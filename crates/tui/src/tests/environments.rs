//! What the header says of the environment the runbook is written for.

use crossterm::event::KeyCode;
use ratatui::style::{Color, Modifier};
use stepmark_core::plan::FrontMatter;

use super::fixture::{Play, opening};
use super::sample;
use crate::{Colour, Settings};

fn play(environment: &str, scratch: bool, colour: Colour, columns: u16) -> Play {
    let front = FrontMatter {
        environment: Some(environment.to_owned()),
        ..FrontMatter::default()
    };
    let mut opening = opening(sample::plan().with_front(front));
    opening.scratch = scratch;
    let settings = Settings {
        colour,
        ..Settings::default()
    };
    Play::opened(opening, settings, columns, 24)
}

fn title(play: &mut Play) -> String {
    play.text().lines().next().unwrap().to_owned()
}

#[test]
fn the_header_names_the_environment_at_80_and_120_columns() {
    let mut said = String::new();
    for columns in [30, 80, 120] {
        for (environment, scratch) in [
            ("production", false),
            ("staging\u{1b}[2J", false),
            ("production", true),
            ("", false),
        ] {
            let mut play = play(environment, scratch, Colour::Sixteen, columns);
            said.push_str(&title(&mut play));
            said.push('\n');
        }
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(said);
    });
}

#[test]
fn production_is_red_from_the_first_screen_on() {
    let mut play = play("production", false, Colour::Sixteen, 80);
    for _ in ["first screen", "main screen"] {
        let buffer = play.draw();
        for cell in &buffer.content()[..80] {
            assert_eq!(cell.fg, Color::Red);
            assert!(cell.modifier.contains(Modifier::REVERSED));
        }
        play.press(KeyCode::Enter);
    }
}

#[test]
fn without_colour_production_is_a_word_in_capitals_and_reverse() {
    let mut play = play("Production", false, Colour::Never, 80);
    let buffer = play.draw();
    let word: String = buffer.content()[1..11]
        .iter()
        .filter(|cell| cell.modifier.contains(Modifier::REVERSED | Modifier::BOLD))
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    assert_eq!(word, "PRODUCTION");
}

#[test]
fn another_environment_and_a_scratch_run_look_as_ever() {
    for (environment, scratch) in [("staging", false), ("production", true)] {
        let mut play = play(environment, scratch, Colour::Sixteen, 80);
        for cell in &play.draw().content()[..80] {
            assert_eq!(cell.fg, Color::Reset);
        }
    }
}
