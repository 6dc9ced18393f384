//! Snapshots of every screen a person sees, as text.

use crossterm::event::KeyCode;
use stepmark_core::ConnectionName;
use stepmark_core::record::TransactionStatus::{Failed, Idle, Open};
use stepmark_core::runner::{Notice, OpenFailure, Setting};

use super::fixture::{Play, exit, opening, refused, sql};
use super::sample;
use crate::{Glyphs, Reach, Settings};

macro_rules! check {
    ($play:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($play.text());
        });
    };
}

pub(super) fn in_transaction(columns: u16, rows: u16) -> Play {
    let mut play = Play::begun(columns, rows);
    play.print("free-space", 1, &["/dev/sda1  90G  12G  78G  14% /"]);
    play.run(exit(0));
    play.run(sql("BEGIN", Open));
    play.run(sql("ALTER TABLE", Open));
    play
}

pub(super) fn running(columns: u16, rows: u16) -> Play {
    let mut play = Play::begun(columns, rows);
    play.press(KeyCode::Enter);
    play.carry();
    play.print(
        "free-space",
        1,
        &[
            "Filesystem      Size  Used Avail Use% Mounted on",
            "\u{1b}[32m/dev/sda1\u{1b}[0m        90G   12G   78G  14% /",
        ],
    );
    play.wait(12);
    play
}

pub(super) fn failed(columns: u16, rows: u16) -> Play {
    let mut play = Play::begun(columns, rows);
    play.run(exit(0));
    play.run(sql("BEGIN", Open));
    play.print("add-column", 1, &["ALTER TABLE"]);
    play.run(refused(Failed));
    play
}

#[test]
fn first_screen_80x24() {
    check!(Play::new(80, 24));
}

#[test]
fn first_screen_120x40() {
    check!(Play::new(120, 40));
}

#[test]
fn first_screen_names_what_is_wrong_with_a_connection() {
    let setting = |name: &str, value: &str, origin: &str| Setting {
        name: name.to_owned(),
        value: value.to_owned(),
        origin: origin.to_owned(),
    };
    let mut opening = opening(sample::plan());
    opening.scratch = true;
    opening.targets[0].reach = Reach::Failed(OpenFailure {
        message: "connection refused".to_owned(),
        hint: Some("Is the server running there? Try: pg_isready -h db1".to_owned()),
        password: None,
        settings: vec![
            setting("host", "db1", "--connect"),
            setting("password", "\u{2039}set\u{203a}", "~/.pgpass"),
        ],
    });
    check!(Play::opened(opening, Settings::default(), 80, 24));
}

#[test]
fn pending_80x24() {
    check!(Play::begun(80, 24));
}

#[test]
fn pending_120x40() {
    check!(Play::begun(120, 40));
}

#[test]
fn running_80x24() {
    check!(running(80, 24));
}

#[test]
fn running_120x40() {
    check!(running(120, 40));
}

#[test]
fn failed_with_error_80x24() {
    check!(failed(80, 24));
}

#[test]
fn failed_with_error_120x40() {
    check!(failed(120, 40));
}

#[test]
fn open_transaction_with_held_steps_80x24() {
    check!(in_transaction(80, 24));
}

#[test]
fn open_transaction_with_held_steps_120x40() {
    check!(in_transaction(120, 40));
}

#[test]
fn abandon_dialog() {
    let mut play = in_transaction(80, 24);
    play.press(KeyCode::Char('x'));
    check!(play);
}

#[test]
fn leave_dialog_while_a_transaction_is_open() {
    let mut play = in_transaction(80, 24);
    play.press(KeyCode::Char('q'));
    check!(play);
}

#[test]
fn leave_dialog_while_a_step_runs() {
    let mut play = running(80, 24);
    play.press(KeyCode::Char('q'));
    check!(play);
}

#[test]
fn skip_dialog_with_a_reason() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('s'));
    play.keys("looked already");
    check!(play);
}

#[test]
fn skip_dialog_without_a_reason() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('s'));
    play.press(KeyCode::Enter);
    check!(play);
}

#[test]
fn note_dialog() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('n'));
    check!(play);
}

pub(super) fn before_validate(columns: u16, rows: u16) -> Play {
    let mut play = Play::begun(columns, rows);
    play.run(exit(0));
    play.run(sql("BEGIN", Idle));
    play.run(sql("ALTER TABLE", Idle));
    play.run(sql("COMMIT", Idle));
    play.run(exit(0));
    play
}

#[test]
fn confirm_dialog() {
    let mut play = before_validate(80, 24);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    check!(play);
}

#[test]
fn typed_confirm_dialog() {
    let mut play = before_validate(80, 24);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.press(KeyCode::Char('y'));
    play.carry();
    play.end(sql("ALTER TABLE", Idle));
    play.shown();
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.keys("order");
    play.press(KeyCode::Enter);
    check!(play);
}

#[test]
fn help_80x24() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('?'));
    check!(play);
}

#[test]
fn help_on_a_small_terminal_scrolls() {
    let mut play = Play::begun(60, 12);
    play.press(KeyCode::Char('?'));
    play.press(KeyCode::PageDown);
    check!(play);
}

#[test]
fn connection_failed_dialog() {
    let mut play = Play::begun(80, 24);
    let setting = |name: &str, value: &str, origin: &str| Setting {
        name: name.to_owned(),
        value: value.to_owned(),
        origin: origin.to_owned(),
    };
    play.notice(Notice::OpenFailed(
        ConnectionName::default(),
        OpenFailure {
            message: "password authentication failed for user \"app\"".to_owned(),
            hint: Some("Check the entry in ~/.pgpass.".to_owned()),
            password: None,
            settings: vec![
                setting("host", "127.0.0.1", "PGHOST"),
                setting("user", "app", "--connect"),
                setting("password", "\u{2039}set\u{203a}", "~/.pgpass"),
            ],
        },
    ));
    check!(play);
}

#[test]
fn output_alone() {
    let mut play = running(80, 24);
    play.press(KeyCode::Char('o'));
    check!(play);
}

#[test]
fn ascii_without_colour() {
    let settings = Settings {
        glyphs: Glyphs::Ascii,
        colour: crate::Colour::Never,
        ..Settings::default()
    };
    let mut play = Play::of(sample::plan(), settings, 80, 24);
    play.press(KeyCode::Enter);
    play.run(exit(0));
    play.run(sql("BEGIN", Open));
    check!(play);
}

#[test]
fn narrow_shows_the_pane_that_has_the_keys() {
    let mut play = Play::begun(40, 12);
    let tree = play.text();
    play.press(KeyCode::Tab);
    let page = play.text();
    play.press(KeyCode::Tab);
    let output = play.text();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!([tree, page, output].join("========\n"));
    });
}

#[test]
fn record_that_cannot_be_written_stands_until_leaving() {
    let mut play = running(80, 24);
    play.notice(Notice::JournalFailed("no space left on device".to_owned()));
    play.press(KeyCode::Char('j'));
    check!(play);
}

#[test]
fn every_step_done() {
    let mut play = before_validate(80, 24);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.press(KeyCode::Char('y'));
    play.carry();
    play.end(sql("ALTER TABLE", Idle));
    play.shown();
    play.press(KeyCode::Char('s'));
    play.keys("kept for the old clients");
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.press(KeyCode::Enter);
    play.carry_and_show();
    check!(play);
}
