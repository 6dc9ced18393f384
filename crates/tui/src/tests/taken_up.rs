//! A run that somebody ran before: what is on record is all there, and nothing runs until a key says so.

use crossterm::event::KeyCode;
use stepmark_core::Attempt;
use stepmark_core::StepId;
use stepmark_core::progress::StepState;
use stepmark_core::record::{Event, Failure, Outcome, PauseReason};
use stepmark_core::runner::Command;

use super::fixture::{Found, Play, exit};
use super::sample;
use super::styles::runs;
use crate::{Colour, Glyphs, Settings};

macro_rules! check {
    ($text:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($text);
        });
    };
}

fn succeeded() -> Outcome {
    Outcome::Succeeded { finding: None }
}

pub(super) fn failed() -> Outcome {
    let failure = Failure::Exit { code: 3 };
    Outcome::Failed { failure }
}

/// Two steps done, one skipped and one failed, then put down; the first screen of who takes it up.
pub(super) fn put_down(settings: Settings, columns: u16, rows: u16) -> Play {
    let mut play = Play::of(sample::plan(), settings, columns, rows);
    play.print("free-space", 1, &["42 % of 100 GiB are free"]);
    play.finished("free-space", succeeded(), Found::default());
    play.finished("begin", succeeded(), Found::default());
    play.happened(vec![Event::StepSkipped {
        step: StepId::new("add-column"),
        reason: "it is there".to_owned(),
    }]);
    play.finished("commit", succeeded(), Found::default());
    play.finished("backfill", failed(), Found::default());
    let step = StepId::new("backfill");
    let reason = PauseReason::StepFailed { step };
    play.happened(vec![Event::RunPaused { reason }]);
    play.taken_up(Vec::new());
    play
}

pub(super) fn killed() -> Play {
    let mut play = Play::new(80, 24);
    play.finished("free-space", succeeded(), Found::default());
    play.happened(vec![play.started("begin")]);
    play.taken_up(Vec::new());
    play
}

fn ascii() -> Settings {
    Settings {
        glyphs: Glyphs::Ascii,
        colour: Colour::Never,
        ..Settings::default()
    }
}

#[test]
fn first_screen_of_a_run_taken_up_80x24() {
    check!(put_down(Settings::default(), 80, 24).text());
}

#[test]
fn first_screen_of_a_run_taken_up_120x40() {
    check!(put_down(Settings::default(), 120, 40).text());
}

#[test]
fn first_screen_of_a_run_taken_up_in_ascii_without_colour() {
    check!(put_down(ascii(), 80, 24).text());
}

#[test]
fn styles_of_the_first_screen_of_a_run_taken_up() {
    check!(runs(&put_down(Settings::default(), 80, 24).draw()));
}

#[test]
fn first_screen_after_a_runner_that_was_killed() {
    check!(killed().text());
}

#[test]
fn a_run_taken_up_80x24_has_what_failed_selected() {
    let mut play = put_down(Settings::default(), 80, 24);
    play.press(KeyCode::Enter);
    assert_eq!(play.screen.selected, Some(play.step("backfill")));
    check!(play.text());
}

#[test]
fn a_run_taken_up_120x40_shows_what_was_printed_before() {
    let mut play = put_down(Settings::default(), 120, 40);
    play.press(KeyCode::Enter);
    play.press(KeyCode::Home);
    check!(play.text());
}

#[test]
fn running_on_tries_what_failed_before_again() {
    let mut play = put_down(Settings::default(), 80, 24);
    play.press(KeyCode::Enter);
    let step = play.step("backfill");
    assert_eq!(play.screen.progress.step(step).state, StepState::Failed);
    play.press(KeyCode::Char('a'));
    assert_eq!(play.sent, [Command::RunOn]);
    play.carry();
    assert_eq!(play.screen.progress.running(), Some(step));
    play.end(exit(0));
    assert_eq!(play.screen.progress.step(step).state, StepState::Succeeded);
}

#[test]
fn a_terminal_that_was_lent_by_the_runner_before_is_not_lent_again() {
    for is_put_down in [true, false] {
        let mut play = Play::new(80, 24);
        play.happened(vec![play.started("free-space")]);
        let step = StepId::new("free-space");
        let attempt = Attempt(1);
        play.happened(vec![Event::TerminalLent { step, attempt }]);
        assert!(play.screen.lent.is_some());
        if is_put_down {
            let reason = PauseReason::Stopped;
            play.happened(vec![Event::RunPaused { reason }]);
        }
        play.taken_up(Vec::new());
        assert_eq!(play.screen.lent, None);
    }
}

#[test]
fn who_ran_it_before_is_listed_over_several_runners() {
    let mut play = put_down(Settings::default(), 80, 24);
    play.taken_up(Vec::new());
    let text = play.text();
    assert!(
        text.contains("Run by mira on db1, then otto on db1"),
        "{text}"
    );
}
