//! Steps that wait, are tried again, are not needed, bind variables, make statements or announce their COMMIT.

use std::time::Duration;

use crossterm::event::KeyCode;
use stepmark_core::plan::{Expectation, Finding, Retry, RetryAfter, StepKind, Wait};
use stepmark_core::progress::StepState;
use stepmark_core::record::{Capture, Event, Failure, InputOrigin, Outcome, Poll, Polls, Work};
use stepmark_core::runner::{Activity, Command, WaitGlimpse};
use stepmark_core::{Attempt, ConnectionName, Digest, StepId, VariableName};

use super::fixture::{Found, Play};
use super::sample::Author;
use crate::{Glyphs, Settings};

macro_rules! check {
    ($text:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($text);
        });
    };
}

fn name(name: &str) -> VariableName {
    VariableName::new(name)
}

fn play_with(settings: Settings, columns: u16, rows: u16) -> Play {
    let mut author = Author::default();
    author.heading(2, "Move");
    author.step(
        "find-db",
        StepKind::Sql,
        "SELECT current_database(), 'hunter2';\n",
    );
    author.with(|step| step.flow.captures = vec![name("app_db"), name("app_password")]);
    author.step(
        "copy",
        StepKind::Sql,
        "SELECT format('VACUUM %I', t) FROM tables;\n",
    );
    author.with(|step| {
        step.flow.when = Some(name("with_copy"));
        step.sql.transaction = true;
        step.flow.retry = Some(Retry {
            count: 3,
            delay: Duration::from_secs(5),
            after: RetryAfter::Contention,
        });
    });
    author.step("lag", StepKind::Sql, "SELECT count(*) FROM lagging;\n");
    author.with(|step| {
        step.expectation = Some(Expectation::Equals("0".to_owned()));
        step.timeout = Some(Duration::from_secs(1_800));
        step.flow.wait = Some(Wait {
            every: Duration::from_secs(2),
            steady: Duration::from_secs(60),
        });
    });
    author.step("clean-up", StepKind::Sql, "DROP SUBSCRIPTION mover;\n");
    author.with(|step| step.flow.always = true);
    let mut play = Play::of(author.plan("Move"), settings, columns, rows);
    play.press(KeyCode::Enter);
    play
}

fn play(columns: u16, rows: u16) -> Play {
    play_with(Settings::default(), columns, rows)
}

fn succeeded() -> Outcome {
    Outcome::Succeeded { finding: None }
}

pub(super) fn finding(met: bool, seen: &str) -> Finding {
    Finding {
        met,
        seen: seen.to_owned(),
    }
}

fn not_needed(play: &mut Play, value: Option<&str>) {
    play.happened(vec![Event::StepNotNeeded {
        step: StepId::new("copy"),
        variable: name("with_copy"),
        value: value.map(str::to_owned),
    }]);
}

fn found(play: &mut Play) {
    let capture = |variable: &str, value: Option<&str>| Capture {
        name: name(variable),
        value: value.map(str::to_owned),
    };
    let captures = vec![
        capture("app_db", Some("shop")),
        capture("app_password", None),
    ];
    let found = Found {
        captures,
        ..Found::default()
    };
    play.finished("find-db", succeeded(), found);
}

pub(super) fn waiting(play: &mut Play, looks: u64, seen: Option<Finding>, held: Option<u64>) {
    let glimpse = WaitGlimpse {
        step: play.step("lag"),
        looks,
        seen,
        held: held.map(Duration::from_secs),
    };
    play.is_under_way(Activity::Waiting(Box::new(glimpse)));
}

pub(super) fn waits(columns: u16, rows: u16) -> Play {
    let mut play = play(columns, rows);
    found(&mut play);
    not_needed(&mut play, Some("false"));
    let started = play.started("lag");
    play.happened(vec![started]);
    play.wait(130);
    play
}

/// What the output pane says of `id` once it is selected.
fn said(play: &mut Play, id: &str) -> String {
    let step = play.step(id);
    play.press(KeyCode::Home);
    while play.screen.selected != Some(step) {
        play.press(KeyCode::Down);
    }
    let (_, lines) = play.screen.output_rows(72);
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn waiting_80x24() {
    let mut play = waits(80, 24);
    waiting(
        &mut play,
        12,
        Some(finding(
            false,
            "the cell is \u{201c}3\u{201d}, not \u{201c}0\u{201d}",
        )),
        None,
    );
    check!(play.text());
}

#[test]
fn waiting_120x40_while_it_holds() {
    let mut play = waits(120, 40);
    waiting(
        &mut play,
        31,
        Some(finding(true, "the cell is \u{201c}0\u{201d}")),
        Some(12),
    );
    check!(play.text());
}

#[test]
fn waiting_before_the_first_look_says_so() {
    let mut play = waits(80, 24);
    waiting(&mut play, 0, None, None);
    let text = play.text();
    assert!(
        text.contains(" waiting for lag: the first look is under way\n"),
        "{text}"
    );
}

#[test]
fn c_cancels_a_wait() {
    let mut play = waits(80, 24);
    waiting(&mut play, 1, Some(finding(false, "no row")), None);
    assert!(play.find("c cancel").is_some());
    play.press(KeyCode::Char('c'));
    assert_eq!(play.sent, [Command::Cancel]);
}

pub(super) fn retrying(columns: u16, rows: u16) -> Play {
    let mut play = play(columns, rows);
    found(&mut play);
    let failure = Failure::Exit { code: 3 };
    play.finished("copy", Outcome::Failed { failure }, Found::default());
    let step = play.step("copy");
    play.is_under_way(Activity::Retrying {
        step,
        tries: 2,
        count: 3,
    });
    play
}

#[test]
fn retrying_80x24() {
    check!(retrying(80, 24).text());
}

#[test]
fn retrying_120x40() {
    check!(retrying(120, 40).text());
}

#[test]
fn c_stops_a_pending_retry_and_does_not_leave() {
    let mut play = retrying(80, 24);
    play.press(KeyCode::Char('c'));
    play.control('c');
    play.press(KeyCode::Char('n'));
    play.control('c');
    assert_eq!(
        play.sent,
        [Command::Cancel, Command::Cancel, Command::Cancel]
    );
    assert!(play.screen.dialog.is_some(), "what was typed stays");
    play.press(KeyCode::Esc);
    play.sent.clear();
    let at = play.find("c stop retrying").unwrap();
    play.click(at);
    assert_eq!(play.sent, [Command::Cancel]);
}

#[test]
fn what_is_special_about_a_step_stands_beside_it_120x40() {
    check!(play(120, 40).text());
}

#[test]
fn a_step_that_is_not_needed_has_a_sign_of_its_own_in_ascii_too() {
    let settings = Settings {
        glyphs: Glyphs::Ascii,
        ..Settings::default()
    };
    for (settings, sign) in [(Settings::default(), "\u{2205} copy"), (settings, "o copy")] {
        let mut play = play_with(settings, 80, 24);
        found(&mut play);
        not_needed(&mut play, Some("false"));
        assert_eq!(play.screen.selected, Some(play.step("lag")));
        assert!(play.find(sign).is_some(), "{}", play.text());
    }
    let glyphs = |state: &StepState| (Glyphs::Unicode.state(state), Glyphs::Ascii.state(state));
    assert_ne!(glyphs(&StepState::NotNeeded), glyphs(&StepState::Skipped));
}

#[test]
fn findings_in_words() {
    let mut text = String::new();
    let mut play = play(80, 24);
    found(&mut play);
    text.push_str(&said(&mut play, "find-db"));
    not_needed(&mut play, Some("false"));
    text.push_str(&said(&mut play, "copy"));
    not_needed(&mut play, None);
    text.push_str(&said(&mut play, "copy"));
    play.happened(vec![Event::InputGiven {
        name: name("with_copy"),
        value: None,
        origin: InputOrigin::Prompt,
    }]);
    text.push_str(&said(&mut play, "copy"));
    let failure = Failure::Capture {
        message: "capture takes exactly one row, and the last result has 2".to_owned(),
    };
    play.finished("find-db", Outcome::Failed { failure }, Found::default());
    text.push_str(&said(&mut play, "find-db"));
    check!(text);
}

fn polls(answers: u64, left_out: u64) -> Polls {
    let poll = |at: u64| Poll {
        after_us: at * 2_000_000,
        finding: finding(
            at == answers,
            &format!("the cell is \u{201c}{}\u{201d}", answers - at),
        ),
    };
    Polls {
        count: 900,
        seen: (1..=answers).map(poll).collect(),
        left_out,
    }
}

#[test]
fn looks_of_a_wait_in_words() {
    let mut text = String::new();
    for (answers, left_out) in [(1, 0), (5, 0), (6, 0), (32, 400)] {
        let mut play = play(80, 24);
        let outcome = Outcome::Succeeded {
            finding: Some(finding(true, "the cell is \u{201c}0\u{201d}")),
        };
        let found = Found {
            polls: Some(polls(answers, left_out)),
            ..Found::default()
        };
        play.finished("lag", outcome, found);
        text.push_str(&said(&mut play, "lag"));
    }
    let mut play = play(80, 24);
    let failure = Failure::TimedOut {
        after_us: 1_800_000_000,
        error: None,
    };
    let found = Found {
        polls: Some(Polls {
            count: 1,
            ..polls(1, 0)
        }),
        ..Found::default()
    };
    play.finished("lag", Outcome::Failed { failure }, found);
    text.push_str(&said(&mut play, "lag"));
    check!(text);
}

#[test]
fn announced_commits_and_generated_statements_in_words() {
    let mut text = String::new();
    let because = "the connection was lost while COMMIT was under way".to_owned();
    for outcome in [succeeded(), Outcome::Unknown { because }] {
        let mut play = play(80, 24);
        let started = play.started("copy");
        play.happened(vec![started]);
        play.happened(vec![
            Event::StatementsGenerated {
                step: StepId::new("copy"),
                attempt: Attempt(1),
                connection: ConnectionName::default(),
                count: 12,
                digest: Digest::of("statements"),
                statements: Vec::new(),
            },
            Event::CommitAnnounced {
                step: StepId::new("copy"),
                attempt: Attempt(1),
                connection: ConnectionName::default(),
                transaction_id: "7421".to_owned(),
            },
        ]);
        play.ends(
            "copy",
            outcome,
            Found {
                work: Some(Work::Sql {
                    statements: 12,
                    finished: 12,
                    rows: 0,
                    tag: Some("VACUUM".to_owned()),
                }),
                ..Found::default()
            },
        );
        text.push_str(&said(&mut play, "copy"));
    }
    check!(text);
}
