//! The closing summary, the help as a menu, and the operator's own keys in both.

use crossterm::event::KeyCode;
use ratatui::layout::Position;
use stepmark_core::runner::Command;

use super::fixture::{Play, exit, opening};
use super::{replaying, sample};
use crate::dialog::Question;
use crate::screen::Pane;
use crate::{Keys, Settings};

#[test]
fn leaving_shows_how_far_it_came_and_a_second_q_leaves() {
    let mut play = Play::begun(80, 24);
    play.run(exit(0));
    play.press(KeyCode::Char('q'));
    assert_eq!(play.sent, []);
    assert!(
        play.text().contains("1 of 8 steps are done"),
        "{}",
        play.text()
    );
    play.press(KeyCode::Esc);
    assert!(play.screen.dialog.is_none());
    play.keys("qq");
    assert_eq!(play.sent, [Command::Leave]);
}

#[test]
fn where_nothing_ran_there_is_nothing_to_sum_up() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('q'));
    assert_eq!(play.sent, [Command::Leave]);
    let mut play = Play::new(80, 24);
    play.press(KeyCode::Char('q'));
    assert_eq!(play.sent, [Command::Leave]);
}

#[test]
fn enter_held_down_since_the_last_step_does_not_leave() {
    let mut play = Play::begun(80, 24);
    play.run(exit(0));
    play.press(KeyCode::Enter);
    play.carry();
    play.end(exit(0));
    play.press(KeyCode::Enter);
    play.shown();
    play.press(KeyCode::Char('q'));
    play.press(KeyCode::Enter);
    assert!(!play.sent.contains(&Command::Leave));
}

#[test]
fn a_click_on_a_line_of_the_help_does_what_its_key_does() {
    let mut play = Play::begun(120, 40);
    play.press(KeyCode::Char('?'));
    let at = play.find("inputs, captured values").unwrap();
    play.click(at);
    let question = play.screen.dialog.as_ref().map(|dialog| &dialog.question);
    assert!(matches!(question, Some(Question::Values)));
    play.press(KeyCode::Esc);
    play.press(KeyCode::Char('?'));
    let at = play.find("skip it, with a reason").unwrap();
    play.click(at);
    let question = play.screen.dialog.as_ref().map(|dialog| &dialog.question);
    assert!(matches!(question, Some(Question::Skip { .. })));
    play.press(KeyCode::Esc);
    play.press(KeyCode::Char('?'));
    let at = play.find("next pane").unwrap();
    play.click(at);
    assert!(play.screen.dialog.is_none());
    assert_eq!(play.screen.focus, Pane::Page);
    play.press(KeyCode::Char('?'));
    play.press(KeyCode::End);
    for _ in 0..40 {
        play.press(KeyCode::Down);
    }
    let at = play.find("scroll wide output").unwrap();
    play.click(at);
    let question = play.screen.dialog.as_ref().map(|dialog| &dialog.question);
    assert!(matches!(question, Some(Question::Help)), "it only says so");
}

#[test]
fn every_action_with_a_key_can_be_done_by_mouse_alone() {
    for (name, _, help) in Keys::actions() {
        let mut play = Play::begun(120, 50);
        play.press(KeyCode::Char('?'));
        let start: String = help.chars().take(30).collect();
        let at = play
            .find(&start)
            .unwrap_or_else(|| panic!("{name} is not in the help"));
        play.click(at);
        assert!(play.find(" Keys ").is_none(), "{name} did nothing");
    }
}

#[test]
fn own_keys_work_and_are_the_ones_that_are_shown() {
    let mut keys = Keys::default();
    keys.bind("skip", "S").unwrap();
    keys.bind("leave", "Q").unwrap();
    let settings = Settings {
        keys,
        ..Settings::default()
    };
    let mut play = Play::opened(opening(sample::plan()), settings, 80, 24);
    play.press(KeyCode::Enter);
    let text = play.text();
    assert!(
        text.contains("S skip") && text.contains("Q leave"),
        "{text}"
    );
    play.press(KeyCode::Char('S'));
    let question = play.screen.dialog.as_ref().map(|dialog| &dialog.question);
    assert!(matches!(question, Some(Question::Skip { .. })));
    play.press(KeyCode::Esc);
    play.press(KeyCode::Char('?'));
    assert!(
        play.text().contains("S            skip it"),
        "{}",
        play.text()
    );
}

/// The lines of the help.
fn help(mut play: Play) -> String {
    play.press(KeyCode::Char('?'));
    let lines = crate::help::lines(&play.screen).into_iter();
    lines
        .map(|(keys, what, _)| format!("{keys:<13}{what}\n"))
        .collect()
}

#[test]
fn the_help_says_what_works_where_one_is() {
    let mut graph = Play::begun(80, 24);
    graph.press(KeyCode::Char('g'));
    let said = [
        ("first screen", help(Play::new(80, 24))),
        ("run", help(Play::begun(80, 24))),
        ("graph", help(graph)),
        ("replay", help(replaying::finished(80, 24))),
    ];
    let said: String = said
        .into_iter()
        .map(|(where_, text)| format!("---- {where_}\n{text}"))
        .collect();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(said);
    });
}

#[test]
fn every_key_in_the_help_of_the_first_screen_does_something_there_and_no_other() {
    for (name, key, _) in Keys::actions() {
        let mut play = Play::new(80, 24);
        play.press(KeyCode::Char('?'));
        let text = play.text();
        let is_listed = text.contains(&format!("\u{2502} {key}            "));
        play.press(KeyCode::Esc);
        play.press(KeyCode::Char(key));
        let does = !play.sent.is_empty() || play.screen.dialog.is_some();
        assert_eq!(is_listed, does, "{name}");
    }
}

#[test]
fn nothing_in_the_help_of_the_first_screen_begins_anything() {
    let mut clicked = 0;
    for row in 0..50 {
        let mut play = Play::new(120, 50);
        play.press(KeyCode::Char('?'));
        let stage = play.screen.stage;
        play.click(Position::new(60, row));
        if play.screen.stage != stage {
            assert_eq!(play.sent, [], "Enter opens the runbook and runs nothing");
            clicked += 1;
        } else if !play.sent.is_empty() {
            assert_eq!(play.sent, [Command::Leave]);
            clicked += 1;
        }
    }
    assert_eq!(clicked, 2);
}

#[test]
fn a_key_with_control_is_not_the_key_of_a_button() {
    let mut play = super::undo::asked(Settings::default(), 80, 24);
    play.control('a');
    play.control('d');
    assert_eq!(play.sent, []);
    assert!(play.screen.dialog.is_some());
}

#[test]
fn what_is_said_to_press_are_the_operators_own_keys() {
    let mut keys = Keys::default();
    for (name, key) in [
        ("retry", "R"),
        ("skip", "S"),
        ("cancel", "K"),
        ("leave", "c"),
    ] {
        keys.bind(name, key).unwrap();
    }
    let settings = Settings {
        keys,
        ..Settings::default()
    };
    let mut play = Play::opened(opening(sample::plan()), settings, 80, 24);
    assert!(play.text().contains("[ Leave (c) ]"));
    play.press(KeyCode::Enter);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.press(KeyCode::Char('a'));
    assert!(
        play.text().contains("cancel it first (K)"),
        "{}",
        play.text()
    );
    play.press(KeyCode::Char('K'));
    play.carry_and_show();
    assert!(play.text().contains("K again insists"), "{}", play.text());
    play.end(exit(1));
    play.shown();
    let text = play.text();
    assert!(text.contains("R tries it again, S skips it"), "{text}");
}
