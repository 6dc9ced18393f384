//! A step cannot press keys, and neither can what was typed before its end was seen.

use crossterm::event::KeyCode;
use stepmark_core::record::TransactionStatus::Idle;
use stepmark_core::runner::Command;

use super::fixture::{Play, exit, refused, sql};
use crate::dialog::Question;
use crate::message::Message;
use crate::wish::Wish;

#[test]
fn keys_typed_while_a_step_runs_start_nothing() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    for key in [KeyCode::Enter, KeyCode::Char('a'), KeyCode::Char('r')] {
        play.press(key);
        assert_eq!(play.sent, []);
    }
}

#[test]
fn keys_between_an_outcome_and_its_first_draw_are_dropped() {
    for key in [KeyCode::Enter, KeyCode::Char('a'), KeyCode::Char('r')] {
        let mut play = Play::begun(80, 24);
        play.press(KeyCode::Enter);
        play.carry();
        play.end(exit(3));
        play.press(key);
        assert_eq!(play.sent, [], "{key} came before the failure was shown");
        play.shown();
        play.wait(1);
        play.press(key);
        assert_eq!(play.sent.len(), 1, "{key} came after");
    }
}

#[test]
fn a_key_held_down_starts_one_step() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    play.press(KeyCode::Enter);
    play.end(exit(0));
    play.press(KeyCode::Enter);
    play.shown();
    for _ in 0..50 {
        play.press(KeyCode::Enter);
    }
    assert_eq!(play.sent, []);
    play.wait(1);
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [Command::Start(play.step("begin"))]);
}

#[test]
fn a_click_between_an_outcome_and_its_first_draw_is_dropped() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    let button = play.find("[ Cancel ]").unwrap();
    play.end(exit(3));
    play.click(button);
    assert_eq!(play.sent, [], "the button there is Retry by now");
}

#[test]
fn a_second_key_is_dropped_until_the_first_is_answered() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.press(KeyCode::Enter);
    play.press(KeyCode::Char('a'));
    assert_eq!(play.sent, [Command::Start(play.step("free-space"))]);
    play.carry();
    play.end(exit(1));
    play.shown();
    play.wait(1);
    play.press(KeyCode::Char('r'));
    assert_eq!(play.sent, [Command::Start(play.step("free-space"))]);
}

#[test]
fn a_question_is_not_answered_by_a_key_typed_before_it_was_shown() {
    let mut play = Play::begun(80, 24);
    play.run(exit(0));
    for _ in 0..3 {
        play.run(sql("COMMIT", Idle));
    }
    play.run(exit(0));
    play.press(KeyCode::Enter);
    play.carry();
    play.press(KeyCode::Char('y'));
    assert_eq!(play.sent, []);
    play.shown();
    play.wait(1);
    play.press(KeyCode::Char('y'));
    let step = play.step("validate");
    let answer = "y".to_owned();
    assert_eq!(play.sent, [Command::Confirm { step, answer }]);
}

#[test]
fn the_question_whether_to_cancel_goes_away_with_the_step() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    play.press(KeyCode::Char('q'));
    play.end(exit(0));
    assert!(play.screen.dialog.is_none());
}

#[test]
fn cancel_is_heard_at_any_time() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    play.press(KeyCode::Char('c'));
    play.control('c');
    assert_eq!(play.sent, [Command::Cancel, Command::Cancel]);
}

#[test]
fn control_c_leaves_when_nothing_runs() {
    let mut play = Play::begun(80, 24);
    play.control('c');
    assert_eq!(play.sent, [Command::Leave]);
}

#[test]
fn a_record_moves_the_selection_only_while_it_is_followed() {
    let mut play = Play::begun(80, 24);
    play.run(exit(0));
    assert_eq!(play.screen.selected, Some(play.step("begin")));
    play.press(KeyCode::Enter);
    play.carry();
    play.press(KeyCode::Down);
    play.press(KeyCode::Down);
    let chosen = play.screen.selected;
    play.end(sql("BEGIN", Idle));
    assert_eq!(play.screen.selected, chosen);
    assert_eq!(chosen, Some(play.step("commit")));
}

#[test]
fn a_failed_step_stays_selected() {
    let mut play = Play::begun(80, 24);
    play.run(exit(0));
    play.run(refused(Idle));
    assert_eq!(play.screen.selected, Some(play.step("begin")));
}

#[test]
fn a_question_does_not_take_away_what_is_being_typed() {
    let mut play = Play::begun(80, 24);
    play.run(exit(0));
    for _ in 0..3 {
        play.run(sql("COMMIT", Idle));
    }
    play.press(KeyCode::Char('a'));
    play.carry();
    play.press(KeyCode::Char('n'));
    play.keys("batches look fine");
    play.end(exit(0));
    play.shown();
    let dialog = play.screen.dialog.as_ref().unwrap();
    assert!(matches!(dialog.question, Question::Note { .. }));
    assert_eq!(dialog.typed(), "batches look fine");
}

#[test]
fn control_c_cancels_through_a_dialog_and_keeps_what_was_typed() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    play.press(KeyCode::Char('n'));
    play.keys("odd");
    play.control('c');
    assert_eq!(play.sent, [Command::Cancel]);
    assert_eq!(play.screen.dialog.unwrap().typed(), "odd");
}

#[test]
fn leaving_works_when_the_run_can_say_nothing_more() {
    let mut play = Play::begun(80, 24);
    let news = crate::News {
        over: true,
        ..crate::News::default()
    };
    play.hear(news);
    let key = crossterm::event::KeyEvent::from(KeyCode::Char('q'));
    assert_eq!(play.tell(Message::Key(key)), [Wish::Quit]);
}
