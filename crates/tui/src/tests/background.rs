//! Background steps: up while others run, ended on a confirmed wish.

use crossterm::event::KeyCode;
use stepmark_core::plan::{Interpreter, StepKind};
use stepmark_core::record::{Event, Failure, Outcome};
use stepmark_core::runner::Command;
use stepmark_core::{Attempt, StepId};

use super::fixture::{Found, Play, exit};
use super::sample::Author;
use super::styles::runs;
use crate::dialog::Question;
use crate::{Colour, Glyphs, Settings};

macro_rules! check {
    ($play:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($play.text());
        });
    };
}

/// A load generator and a tail that stay up, and a step that works meanwhile.
fn play(settings: Settings, columns: u16, rows: u16) -> Play {
    let bash = StepKind::Shell(Interpreter::Bash);
    let mut author = Author::default();
    author.heading(2, "Under load");
    author.step("load", bash, "pgbench -T 3600 shop\n");
    author.with(|step| step.shell.background = true);
    author.step("tail", bash, "tail -F /var/log/postgresql/main.log\n");
    author.with(|step| step.shell.background = true);
    author.step("work", bash, "./work\n");
    let mut play = Play::of(author.plan("Under load"), settings, columns, rows);
    play.press(KeyCode::Enter);
    play
}

fn went_up(play: &mut Play, id: &str) {
    let started = play.started(id);
    play.happened(vec![
        started,
        Event::StepWentUp {
            step: StepId::new(id),
            attempt: Attempt(1),
        },
    ]);
}

/// Both up, the first for three minutes and selected.
pub(super) fn up(settings: Settings, columns: u16, rows: u16) -> Play {
    let mut play = play(settings, columns, rows);
    went_up(&mut play, "load");
    play.print("load", 1, &["progress: 5.0 s, 1532.4 tps"]);
    play.wait(130);
    went_up(&mut play, "tail");
    play.wait(50);
    play.press(KeyCode::Home);
    play
}

#[test]
fn steps_that_are_up_80x24() {
    check!(up(Settings::default(), 80, 24));
}

#[test]
fn steps_that_are_up_120x40() {
    check!(up(Settings::default(), 120, 40));
}

#[test]
fn steps_that_are_up_in_ascii_without_colour() {
    let settings = Settings {
        glyphs: Glyphs::Ascii,
        colour: Colour::Never,
        ..Settings::default()
    };
    check!(up(settings, 80, 24));
}

#[test]
fn styles_of_steps_that_are_up() {
    let buffer = up(Settings::default(), 80, 24).draw();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(runs(&buffer));
    });
}

#[test]
fn end_background_dialog() {
    let mut play = up(Settings::default(), 80, 24);
    play.press(KeyCode::Char('e'));
    check!(play);
}

#[test]
fn a_step_is_ended_only_after_it_was_confirmed() {
    let mut play = up(Settings::default(), 80, 24);
    play.press(KeyCode::Char('e'));
    assert_eq!(play.sent, []);
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [], "no is chosen");
    play.press(KeyCode::Char('e'));
    play.press(KeyCode::Char('y'));
    assert_eq!(play.sent, [Command::StopBackground(play.step("load"))]);
}

#[test]
fn the_button_of_a_step_that_is_up_asks_whether_to_end_it() {
    let mut play = up(Settings::default(), 80, 24);
    let button = play.find("[ End it ]").expect("a button");
    play.click(button);
    let dialog = play.screen.dialog.as_ref().expect("a question");
    assert!(matches!(dialog.question, Question::EndBackground { .. }));
}

#[test]
fn a_step_that_is_not_up_cannot_be_ended() {
    let mut play = up(Settings::default(), 80, 24);
    play.press(KeyCode::End);
    play.press(KeyCode::Char('e'));
    assert!(play.screen.dialog.is_none());
    let (_, text) = play.screen.notice.as_ref().expect("it is said");
    assert_eq!(text, "step work is not up in the background");
    assert!(!play.text().contains("e end it"));
}

#[test]
fn the_question_goes_away_when_the_step_ends_by_itself() {
    let mut play = up(Settings::default(), 80, 24);
    play.press(KeyCode::Char('e'));
    let failure = Failure::EndedEarly {
        exit: Some(1),
        signal: None,
    };
    play.ends("load", Outcome::Failed { failure }, Found::default());
    assert!(play.screen.dialog.is_none());
    assert!(play.text().contains("load failed"));
}

#[test]
fn a_question_about_the_running_step_stays_when_another_one_ends() {
    let mut play = up(Settings::default(), 80, 24);
    play.press(KeyCode::End);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.press(KeyCode::Char('q'));
    play.ends(
        "tail",
        Outcome::Succeeded { finding: None },
        Found::default(),
    );
    assert!(play.screen.dialog.is_some());
    play.end(exit(0));
    assert!(play.screen.dialog.is_none());
}

#[test]
fn a_key_typed_before_a_step_is_seen_to_be_up_starts_nothing() {
    let mut play = play(Settings::default(), 80, 24);
    let started = play.started("load");
    let news = play.told(vec![
        started,
        Event::StepWentUp {
            step: StepId::new("load"),
            attempt: Attempt(1),
        },
    ]);
    play.hear(news);
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, []);
}

#[test]
fn what_is_still_up_is_said_when_nothing_else_is_left() {
    let mut play = up(Settings::default(), 80, 24);
    play.press(KeyCode::End);
    play.run(exit(0));
    let text = play.text();
    assert!(text.contains("load and 1 more are still up: e ends one, leaving ends all"));
    assert!(
        text.lines()
            .next()
            .is_some_and(|line| line.contains("3/3 \u{b7} 2 up"))
    );
}
