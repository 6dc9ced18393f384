//! What the observer sees of SQL at work: who is in its way, how far it is, and where the server stood around it.

use std::time::Duration;

use crossterm::event::KeyCode;
use stepmark_core::ConnectionName;
use stepmark_core::plan::StepKind;
use stepmark_core::record::TransactionStatus::Idle;
use stepmark_core::record::{Outcome, Position, Positions, Work};
use stepmark_core::runner::{Blocker, ProgressUnit, ServerProgress, WaitsFor, Watch};

use super::fixture::{Found, Play, sql};
use super::sample::Author;
use super::styles::runs;
use crate::{Colour, Glyphs, Settings};

macro_rules! check {
    ($text:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($text);
        });
    };
}

fn plain() -> Settings {
    Settings {
        colour: Colour::Never,
        glyphs: Glyphs::Ascii,
        ..Settings::default()
    }
}

/// An index is being built, or waits to be.
pub(super) fn running(settings: Settings, columns: u16, rows: u16) -> Play {
    let mut author = Author::default();
    author.heading(2, "Index");
    let text = "CREATE INDEX CONCURRENTLY orders_status ON shop.orders (status);\n";
    author.step("index", StepKind::Sql, text);
    author.step("after", StepKind::Sql, "ANALYZE shop.orders;\n");
    let mut play = Play::of(author.plan("Index"), settings, columns, rows);
    play.press(KeyCode::Enter);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.wait(5);
    play
}

fn watch() -> Watch {
    Watch {
        connection: ConnectionName::default(),
        waits_for: None,
        blockers: Vec::new(),
        progress: None,
    }
}

fn blocker(pid: i32, blocks: i32, user: &str) -> Blocker {
    Blocker {
        pid,
        blocks,
        user: Some(user.to_owned()),
        application: Some("psql".to_owned()),
        client: Some("10.0.0.7".to_owned()),
        state: Some("idle in transaction".to_owned()),
        state_age: Some(Duration::from_secs(200)),
        transaction_age: Some(Duration::from_secs(312)),
        query: Some("UPDATE shop.orders\n   SET status = 'open'\n WHERE id = 41".to_owned()),
    }
}

fn in_the_way() -> Watch {
    let mut first = blocker(4712, 4711, "mira");
    first.state = Some("active".to_owned());
    first.query = Some("LOCK TABLE shop.orders".to_owned());
    let prepared = Blocker {
        application: None,
        client: None,
        state: None,
        state_age: None,
        query: None,
        ..blocker(0, 4711, "batch")
    };
    Watch {
        waits_for: Some(WaitsFor {
            class: "Lock".to_owned(),
            event: "relation".to_owned(),
            lock: Some("ShareUpdateExclusiveLock on shop.orders".to_owned()),
            since: Some(Duration::from_secs(4)),
        }),
        blockers: vec![first, blocker(4713, 4712, "bob"), prepared],
        ..watch()
    }
}

fn progress(done: u64) -> Watch {
    Watch {
        progress: Some(ServerProgress {
            command: "CREATE INDEX CONCURRENTLY".to_owned(),
            phase: Some("building index: scanning table".to_owned()),
            relation: Some("shop.orders".to_owned()),
            done,
            total: Some(44_248),
            unit: ProgressUnit::Blocks,
        }),
        ..watch()
    }
}

pub(super) fn blocked(settings: Settings, columns: u16, rows: u16) -> Play {
    let mut play = running(settings, columns, rows);
    play.sees(Some(in_the_way()));
    play.wait(8);
    play
}

pub(super) fn building(settings: Settings, columns: u16, rows: u16) -> Play {
    let mut play = running(settings, columns, rows);
    for done in [1_000, 6_000, 11_000, 18_500] {
        play.sees(Some(progress(done)));
        play.wait(2);
    }
    play
}

#[test]
fn blocked_80x24() {
    check!(blocked(Settings::default(), 80, 24).text());
}

#[test]
fn blocked_120x40() {
    check!(blocked(Settings::default(), 120, 40).text());
}

#[test]
fn blocked_in_ascii_without_colour() {
    check!(blocked(plain(), 80, 24).text());
}

#[test]
fn styles_of_a_blocked_step() {
    check!(runs(&blocked(Settings::default(), 80, 24).draw()));
}

#[test]
fn styles_of_progress_and_of_the_blockers_dialog() {
    let progress = runs(&building(Settings::default(), 80, 24).draw());
    let mut play = blocked(Settings::default(), 80, 24);
    play.press(KeyCode::Char('b'));
    check!([progress, runs(&play.draw())].join("========\n"));
}

#[test]
fn blockers_dialog_80x24() {
    let mut play = blocked(Settings::default(), 80, 24);
    play.press(KeyCode::Char('b'));
    let top = play.text();
    play.press(KeyCode::PageDown);
    check!([top, play.text()].join("========\n"));
}

#[test]
fn blockers_dialog_120x40() {
    let mut play = blocked(Settings::default(), 120, 40);
    play.press(KeyCode::Char('b'));
    check!(play.text());
}

#[test]
fn building_80x24() {
    check!(building(Settings::default(), 80, 24).text());
}

#[test]
fn building_120x40() {
    check!(building(Settings::default(), 120, 40).text());
}

#[test]
fn building_in_ascii_without_colour() {
    check!(building(plain(), 80, 24).text());
}

#[test]
fn ages_go_on_while_the_observer_says_the_same() {
    let mut play = running(Settings::default(), 120, 40);
    let lines = |play: &mut Play| {
        let text = play.text();
        let said = |word: &str| text.lines().any(|line| line.contains(word));
        (said("for 4 s"), said("for 64 s"), said("for 1 m 04 s"))
    };
    play.sees(Some(in_the_way()));
    assert_eq!(lines(&mut play), (true, false, false));
    play.wait(60);
    play.sees(Some(in_the_way()));
    assert_eq!(lines(&mut play), (false, false, true));
}

#[test]
fn blockers_are_offered_while_there_are_any() {
    let mut play = blocked(Settings::default(), 80, 24);
    assert!(play.text().contains("b blockers"));
    play.press(KeyCode::Char('b'));
    play.sees(None);
    assert!(play.text().contains("Nobody is in the way any more."));
    play.press(KeyCode::Esc);
    assert!(!play.text().contains("b blockers"));
    play.press(KeyCode::Char('b'));
    assert!(play.screen.dialog.is_none());
}

#[test]
fn what_was_seen_goes_away_with_the_step() {
    let mut play = blocked(Settings::default(), 80, 24);
    play.watch_over();
    play.end(sql("CREATE INDEX", Idle));
    play.shown();
    assert!(!play.text().contains("blocked by"));
}

#[test]
fn a_command_that_does_not_know_its_whole_shows_what_is_done() {
    let mut play = running(Settings::default(), 80, 24);
    let mut seen = progress(1_572_864);
    if let Some(progress) = &mut seen.progress {
        progress.command = "COPY FROM".to_owned();
        progress.phase = None;
        progress.total = None;
        progress.unit = ProgressUnit::Bytes;
    }
    play.sees(Some(seen));
    let text = play.text();
    assert!(text.contains("COPY FROM on shop.orders"));
    assert!(text.contains("1.5 MiB so far"));
    assert!(!text.contains(" %"));
}

#[test]
fn texts_of_the_server_cannot_leave_their_cells() {
    let mut play = running(Settings::default(), 80, 24);
    let mut seen = in_the_way();
    seen.blockers[0].query = Some("SELECT '\u{1b}[2J\u{202e}'".to_owned());
    seen.blockers[0].user = Some("\u{1b}]0;x\u{7}".to_owned());
    play.sees(Some(seen));
    for key in [None, Some('b')] {
        if let Some(key) = key {
            play.press(KeyCode::Char(key));
        }
        let text = play.text();
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']));
    }
}

#[test]
fn positions_of_a_finished_step_in_words() {
    let mut play = running(Settings::default(), 80, 24);
    play.ends(
        "index",
        Outcome::Succeeded { finding: None },
        Found {
            work: Some(Work::Sql {
                statements: 1,
                finished: 1,
                rows: 0,
                tag: Some("CREATE INDEX".to_owned()),
            }),
            positions: Some(Positions {
                before: Some(Position {
                    lsn: "16/B374D848".to_owned(),
                    next_transaction_id: "10745".to_owned(),
                }),
                after: Some(Position {
                    lsn: "16/B9000028".to_owned(),
                    next_transaction_id: "10749".to_owned(),
                }),
                transaction_id: Some("10748".to_owned()),
            }),
            ..Found::default()
        },
    );
    play.press(KeyCode::Home);
    check!(play.text());
}
