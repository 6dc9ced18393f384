//! Who has the terminal, as the records say.

use crossterm::event::KeyCode;
use stepmark_core::plan::{Interpreter, StepKind};
use stepmark_core::record::{Event, Outcome, PauseReason};
use stepmark_core::{Attempt, StepId};

use super::fixture::{Found, Play};
use super::sample::Author;
use crate::Settings;

macro_rules! check {
    ($play:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($play.text());
        });
    };
}

fn play() -> Play {
    let mut author = Author::default();
    author.heading(2, "Hand over");
    let bash = StepKind::Shell(Interpreter::Bash);
    author.step("talk", bash, "vi /etc/postgresql/pg_hba.conf\n");
    author.with(|step| step.shell.interactive = true);
    author.step("after", bash, "true\n");
    let mut play = Play::of(author.plan("Hand over"), Settings::default(), 80, 24);
    play.press(KeyCode::Enter);
    play
}

fn lent() -> Event {
    Event::TerminalLent {
        step: StepId::new("talk"),
        attempt: Attempt(1),
    }
}

fn returned() -> Event {
    Event::TerminalReturned {
        step: StepId::new("talk"),
        attempt: Attempt(1),
    }
}

#[test]
fn an_interactive_step_says_so_before_and_after() {
    let mut play = play();
    assert!(play.text().contains("gets the terminal"));
    let started = play.started("talk");
    play.happened(vec![started, lent()]);
    assert_eq!(play.screen.lent, Some(play.step("talk")));
    play.happened(vec![returned()]);
    assert_eq!(play.screen.lent, None);
    play.ends(
        "talk",
        Outcome::Succeeded { finding: None },
        Found::default(),
    );
    play.press(KeyCode::Home);
    check!(play);
}

#[test]
fn a_loan_that_is_over_before_it_is_heard_of_is_none() {
    let mut play = play();
    let started = play.started("talk");
    play.happened(vec![started, lent(), returned()]);
    assert_eq!(play.screen.lent, None);
}

#[test]
fn whatever_ends_the_step_or_the_run_gives_the_terminal_back() {
    let interrupted = Event::StepInterrupted {
        step: StepId::new("talk"),
        attempt: Attempt(1),
    };
    let paused = Event::RunPaused {
        reason: PauseReason::StepFailed {
            step: StepId::new("talk"),
        },
    };
    for end in [interrupted, paused] {
        let mut play = play();
        let started = play.started("talk");
        play.happened(vec![started, lent(), end]);
        assert_eq!(play.screen.lent, None);
    }
    let mut play = play();
    let started = play.started("talk");
    play.happened(vec![started, lent()]);
    let over = crate::News {
        over: true,
        ..crate::News::default()
    };
    play.hear(over);
    assert_eq!(play.screen.lent, None);
}

#[test]
fn a_key_typed_before_the_screen_is_back_starts_nothing() {
    let mut play = play();
    let started = play.started("talk");
    play.happened(vec![started, lent()]);
    let news = play.told(vec![returned()]);
    play.hear(news);
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, []);
}
