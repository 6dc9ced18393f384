//! Undoing what a run did: the dialog, the rollback, and what becomes of an undo step that fails.

use crossterm::event::KeyCode;
use stepmark_core::plan::{Interpreter, Plan, Role, StepKind};
use stepmark_core::progress::Ending;
use stepmark_core::record::{TransactionStatus, Verdict};
use stepmark_core::runner::Command;
use stepmark_core::{StepId, StepIndex};

use super::fixture::{Play, exit, opening, refused, sql};
use super::sample::Author;
use crate::dialog::Question;
use crate::{Colour, Glyphs, Settings};

macro_rules! check {
    ($text:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($text);
        });
    };
}

const BASH: StepKind = StepKind::Shell(Interpreter::Bash);

/// Four steps, three of which can be undone, one of them by hand as well.
pub(super) fn plan() -> Plan {
    let undoes = |of: usize| Role::RollbackOf(StepIndex(of));
    let mut author = Author::default();
    author.heading(2, "Prepare");
    author.step("backup", BASH, "pg_dump shop > shop.sql\n");
    author.step("remove-backup", BASH, "rm shop.sql\n");
    author.with(|step| step.role = undoes(0));
    author.heading(2, "Change");
    author.step("table", StepKind::Sql, "CREATE TABLE extra (id int);\n");
    author.step("drop-table", StepKind::Sql, "DROP TABLE extra;\n");
    author.with(|step| step.role = undoes(2));
    author.step(
        "tell-again",
        StepKind::Manual,
        "Tell people that it is gone.",
    );
    author.with(|step| step.role = undoes(2));
    author.step("tell", BASH, "./announce\n");
    author.step("switch", BASH, "./switch on\n");
    author.step("switch-back", BASH, "./switch off\n");
    author.with(|step| step.role = undoes(6));
    author.plan("Extra table")
}

/// All of it done, and the step `switch` or `table` selected.
pub(super) fn done(plan: Plan, settings: Settings, columns: u16, rows: u16) -> Play {
    let mut play = Play::of(plan, settings, columns, rows);
    play.press(KeyCode::Enter);
    play.run(exit(0));
    play.run(sql("CREATE TABLE", TransactionStatus::Idle));
    play.run(exit(0));
    play.run(exit(0));
    play.wait(1);
    play
}

pub(super) fn asked(settings: Settings, columns: u16, rows: u16) -> Play {
    let mut play = done(plan(), settings, columns, rows);
    let table = play.step("table");
    while play.screen.selected != Some(table) {
        play.press(KeyCode::Up);
    }
    play.press(KeyCode::Char('u'));
    play.shown();
    play
}

/// The rollback of everything, up to the undo step that a person does.
pub(super) fn by_hand() -> Play {
    let mut play = asked(Settings::default(), 80, 24);
    play.press(KeyCode::Char('a'));
    assert_eq!(play.sent, [Command::RollBack { to: None }]);
    play.carry();
    play.end(exit(0));
    play.end(sql("DROP TABLE", TransactionStatus::Idle));
    play.shown();
    play.wait(1);
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
fn undo_dialog_120x40() {
    check!(asked(Settings::default(), 120, 40).text());
}

#[test]
fn undo_dialog_in_ascii_without_colour() {
    check!(asked(ascii(), 80, 24).text());
}

#[test]
fn enter_undoes_down_to_the_selected_step() {
    let mut play = asked(Settings::default(), 80, 24);
    play.press(KeyCode::Enter);
    let to = Some(play.step("table"));
    assert_eq!(play.sent, [Command::RollBack { to }]);
}

#[test]
fn with_a_step_selected_that_was_not_tried_only_all_of_the_run_is_offered() {
    let mut play = Play::of(plan(), Settings::default(), 80, 24);
    play.press(KeyCode::Enter);
    play.run(exit(0));
    play.press(KeyCode::Char('u'));
    play.shown();
    assert!(play.find("Down to there").is_none());
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [Command::RollBack { to: None }]);
}

#[test]
fn undoing_is_offered_while_there_is_something_to_undo() {
    let mut play = Play::of(plan(), Settings::default(), 80, 24);
    play.press(KeyCode::Enter);
    play.press(KeyCode::Char('u'));
    assert!(play.screen.dialog.is_none());
    let (_, said) = play.screen.notice.clone().expect("it says why not");
    assert!(said.contains("nothing that was done has an undo"), "{said}");
    assert!(play.find("u undo").is_none());
    play.run(exit(0));
    assert!(play.find("u undo").is_some());
}

#[test]
fn the_point_of_no_return_and_what_stays_are_said() {
    let mut plan = plan();
    plan.steps[2].flow.no_return = true;
    let mut play = done(plan, Settings::default(), 80, 24);
    play.press(KeyCode::Char('u'));
    let text = play.text();
    assert!(text.contains("table is the point of no return"), "{text}");
    assert!(text.contains("Has no undo and stays: tell."), "{text}");
    assert!(!text.contains("undoes backup"), "{text}");
}

#[test]
fn in_production_the_word_is_typed_before_anything_is_undone() {
    let mut plan = plan();
    plan.front.environment = Some("production".to_owned());
    let mut play = done(plan, Settings::default(), 80, 24);
    play.press(KeyCode::Char('u'));
    play.shown();
    play.press(KeyCode::Char('a'));
    assert_eq!(play.sent, []);
    play.keys("und");
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, []);
    check!(play.text());
    play.keys("o");
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [Command::RollBack { to: None }]);
}

#[test]
fn a_rollback_under_way_80x24() {
    let mut play = asked(Settings::default(), 80, 24);
    play.press(KeyCode::Char('a'));
    play.carry();
    play.end(exit(0));
    play.shown();
    assert_eq!(play.screen.selected, Some(play.step("drop-table")));
    check!(play.text());
}

#[test]
fn an_undo_step_for_a_person_is_ticked_and_the_rollback_goes_on() {
    let mut play = by_hand();
    assert_eq!(play.screen.selected, Some(play.step("tell-again")));
    check!(play.text());
    play.press(KeyCode::Enter);
    let tick = Command::Tick {
        step: play.step("tell-again"),
        values: Vec::new(),
    };
    assert_eq!(play.sent, [tick]);
    play.carry();
    let running = play.screen.progress.running();
    assert_eq!(running, Some(play.step("remove-backup")));
}

#[test]
fn after_the_rollback_it_is_said_and_leaving_ends_the_run_as_rolled_back() {
    let mut play = by_hand();
    play.press(KeyCode::Enter);
    play.carry();
    play.end(exit(0));
    play.shown();
    check!(play.text());
    play.keys("qq");
    play.carry();
    let ending = play.screen.progress.ending();
    assert_eq!(ending, Some(&Ending::Finished(Verdict::RolledBack)));
}

#[test]
fn leaving_after_the_rollback_tells_that_the_run_ends_and_of_no_resume() {
    let mut play = by_hand();
    play.press(KeyCode::Enter);
    play.carry();
    play.end(exit(0));
    play.shown();
    play.press(KeyCode::Char('q'));
    check!(play.text());
}

#[test]
fn leaving_a_rollback_that_has_stopped_tells_that_resume_goes_on_with_it() {
    let mut play = stopped(Settings::default(), 80, 24);
    play.press(KeyCode::Esc);
    play.press(KeyCode::Char('q'));
    check!(play.text());
}

#[test]
fn an_undo_that_failed_in_its_transaction_says_that_this_is_rolled_back_first() {
    let mut play = asked(Settings::default(), 80, 24);
    play.press(KeyCode::Char('a'));
    play.carry();
    play.end(exit(0));
    play.end(refused(TransactionStatus::Failed));
    play.shown();
    play.wait(1);
    play.press(KeyCode::Esc);
    let said = "drop-table did not undo, and its transaction can only be rolled back: x does that";
    let text = play.text();
    assert!(text.contains(&said[..70]), "{text}");
    assert!(text.contains("x roll"), "{text}");
}

/// The undo step of `switch` has failed.
pub(super) fn stopped(settings: Settings, columns: u16, rows: u16) -> Play {
    let mut play = asked(settings, columns, rows);
    play.press(KeyCode::Char('a'));
    play.carry();
    play.end(exit(3));
    play.shown();
    play.wait(1);
    play
}

#[test]
fn failed_undo_dialog_120x40() {
    check!(stopped(Settings::default(), 120, 40).text());
}

#[test]
fn failed_undo_dialog_in_ascii_without_colour() {
    check!(stopped(ascii(), 80, 24).text());
}

#[test]
fn an_undo_that_failed_is_tried_again_and_the_rollback_goes_on() {
    let mut play = stopped(Settings::default(), 80, 24);
    play.press(KeyCode::Char('r'));
    assert_eq!(play.sent, [Command::Start(play.step("switch-back"))]);
    play.carry();
    play.end(exit(0));
    let running = play.screen.progress.running();
    assert_eq!(running, Some(play.step("drop-table")));
}

#[test]
fn an_undo_that_failed_is_skipped_for_a_reason() {
    let mut play = stopped(Settings::default(), 80, 24);
    play.press(KeyCode::Char('s'));
    play.keys("switched by hand");
    play.press(KeyCode::Enter);
    play.carry();
    let running = play.screen.progress.running();
    assert_eq!(running, Some(play.step("drop-table")));
}

#[test]
fn an_undo_that_failed_can_be_left_or_looked_at() {
    let mut play = stopped(Settings::default(), 80, 24);
    play.press(KeyCode::Char('q'));
    assert_eq!(play.sent, [Command::Leave]);
    let mut play = stopped(Settings::default(), 80, 24);
    play.press(KeyCode::Esc);
    check!(play.text());
}

#[test]
fn what_a_run_was_taken_up_to_undo_waits_for_the_person() {
    let mut opening = opening(plan());
    let to = opening.plan.index_of(&StepId::new("table"));
    opening.first = Some(Command::RollBack { to });
    let mut play = Play::opened(opening, Settings::default(), 80, 24);
    for id in ["backup", "table", "tell", "switch"] {
        play.finished(
            id,
            stepmark_core::record::Outcome::Succeeded { finding: None },
            super::fixture::Found::default(),
        );
    }
    play.taken_up(Vec::new());
    assert_eq!(play.sent, []);
    play.press(KeyCode::Enter);
    play.press(KeyCode::Enter);
    assert_eq!(
        play.sent,
        [],
        "the key that left the first screen is held down"
    );
    play.shown();
    play.wait(1);
    assert!(play.screen.dialog.is_some());
    play.press(KeyCode::Char('d'));
    assert_eq!(play.sent, [Command::RollBack { to }]);
}

#[test]
fn a_key_held_down_since_the_first_screen_undoes_nothing() {
    let mut opening = opening(plan());
    opening.first = Some(Command::RollBack { to: None });
    let mut play = Play::opened(opening, Settings::default(), 80, 24);
    play.finished(
        "backup",
        stepmark_core::record::Outcome::Succeeded { finding: None },
        super::fixture::Found::default(),
    );
    play.taken_up(Vec::new());
    for _ in 0..20 {
        play.press(KeyCode::Enter);
        play.shown();
        assert_eq!(play.sent, []);
    }
}

#[test]
fn a_key_typed_before_the_dialog_stands_there_undoes_nothing() {
    let mut play = done(plan(), Settings::default(), 80, 24);
    play.press(KeyCode::Char('u'));
    for key in [KeyCode::Enter, KeyCode::Char('a'), KeyCode::Char('d')] {
        play.press(key);
        assert_eq!(play.sent, [], "{key} was typed ahead");
    }
    let mut play = asked(Settings::default(), 80, 24);
    play.press(KeyCode::Char('a'));
    play.carry();
    play.end(exit(3));
    for key in [KeyCode::Enter, KeyCode::Char('r')] {
        play.press(key);
        assert_eq!(play.sent, [], "{key} came before the failure was shown");
    }
    let dialog = play.screen.dialog.as_ref();
    assert!(dialog.is_none_or(|dialog| matches!(dialog.question, Question::UndoFailed { .. })));
}
