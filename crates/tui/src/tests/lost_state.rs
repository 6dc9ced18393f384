//! A session that was lost with what steps had left in it.

use crossterm::event::KeyCode;
use stepmark_core::ConnectionName;
use stepmark_core::plan::{SessionState, StepKind};
use stepmark_core::record::{Event, TransactionStatus};
use stepmark_core::runner::Command;

use super::fixture::{Play, identity, sql};
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

/// Two steps have left something in a session, which a new one has taken the place of.
pub(super) fn play(settings: Settings, columns: u16, rows: u16) -> Play {
    let mut author = Author::default();
    author.heading(2, "Load");
    author.step(
        "settings",
        StepKind::Sql,
        "SET ROLE loader;\nSET work_mem = '1GB';\n",
    );
    author.with(|step| step.sql.leaves = vec![SessionState::Setting, SessionState::Role]);
    author.step(
        "staging",
        StepKind::Sql,
        "CREATE TEMP TABLE staging (id int);\n",
    );
    author.with(|step| step.sql.leaves = vec![SessionState::TemporaryObject]);
    author.step(
        "fill",
        StepKind::Sql,
        "INSERT INTO orders SELECT id FROM staging;\n",
    );
    let mut play = Play::of(author.plan("Load"), settings, columns, rows);
    play.press(KeyCode::Enter);
    play.run(sql("SET", TransactionStatus::Idle));
    play.run(sql("CREATE TABLE", TransactionStatus::Idle));
    let mut target = identity();
    target.backend_pid = 4712;
    play.happened(vec![Event::TargetIdentified {
        connection: ConnectionName::default(),
        epoch: 2,
        target: Box::new(target),
    }]);
    play
}

pub(super) fn asked(settings: Settings, columns: u16, rows: u16) -> Play {
    let mut play = play(settings, columns, rows);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    play.wait(1);
    play
}

#[test]
fn session_state_lost_dialog_80x24() {
    check!(asked(Settings::default(), 80, 24));
}

#[test]
fn session_state_lost_dialog_120x40() {
    check!(asked(Settings::default(), 120, 40));
}

#[test]
fn session_state_lost_dialog_in_ascii_without_colour() {
    let settings = Settings {
        glyphs: Glyphs::Ascii,
        colour: Colour::Never,
        ..Settings::default()
    };
    check!(asked(settings, 80, 24));
}

#[test]
fn styles_of_the_session_state_lost_dialog() {
    let buffer = asked(Settings::default(), 80, 24).draw();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(runs(&buffer));
    });
}

#[test]
fn running_again_goes_to_the_first_of_them() {
    let mut play = asked(Settings::default(), 80, 24);
    play.press(KeyCode::Char('r'));
    assert_eq!(play.screen.selected, Some(play.step("settings")));
    assert!(play.screen.dialog.is_none());
    check!(play);
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [Command::Start(play.step("settings"))]);
}

#[test]
fn waiving_takes_a_reason() {
    let mut play = asked(Settings::default(), 80, 24);
    play.press(KeyCode::Char('w'));
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, []);
    check!(play);
    play.keys("staging is filled anew");
    play.press(KeyCode::Enter);
    let waive = Command::Waive {
        connection: ConnectionName::default(),
        reason: "staging is filled anew".to_owned(),
    };
    assert_eq!(play.sent, [waive]);
    play.carry_and_show();
    assert!(!play.screen.permitted().waive);
    play.wait(1);
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [Command::Start(play.step("fill"))]);
}

#[test]
fn the_key_to_waive_is_there_while_it_works() {
    let mut play = play(Settings::default(), 80, 24);
    assert!(play.text().contains("w waive"));
    play.press(KeyCode::Char('w'));
    let dialog = play.screen.dialog.as_ref().expect("a question");
    assert!(matches!(dialog.question, Question::Waive { .. }));
    let mut fresh = Play::begun(80, 24);
    assert!(!fresh.text().contains("w waive"));
    fresh.press(KeyCode::Char('w'));
    assert!(fresh.screen.dialog.is_none());
}
