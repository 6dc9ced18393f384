//! The closing summary, the help as a menu, and the operator's own keys in both.

use crossterm::event::KeyCode;
use stepmark_core::runner::Command;

use super::fixture::{Play, exit, opening};
use super::sample;
use crate::dialog::Question;
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
    let at = play.find("inputs and captured values").unwrap();
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

#[test]
fn nothing_in_the_help_of_the_first_screen_begins_anything() {
    for (name, _, help) in Keys::actions() {
        let mut play = Play::new(120, 50);
        play.press(KeyCode::Char('?'));
        let start: String = help.chars().take(30).collect();
        let at = play.find(&start).unwrap();
        play.click(at);
        let expected: &[Command] = if name == "leave" {
            &[Command::Leave]
        } else {
            &[]
        };
        assert_eq!(play.sent, expected, "{name}");
    }
}

#[test]
fn a_key_with_control_is_not_the_key_of_a_button() {
    let mut play = super::undo::asked(Settings::default(), 80, 24);
    play.control('a');
    play.control('d');
    assert_eq!(play.sent, []);
    assert!(play.screen.dialog.is_some());
}
