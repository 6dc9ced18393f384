//! A manual step that captures asks for each variable before it is ticked.

use crossterm::event::KeyCode;
use ratatui::layout::Position;
use stepmark_core::VariableName;
use stepmark_core::plan::StepKind;
use stepmark_core::runner::Command;

use super::fixture::Play;
use super::sample::Author;
use crate::Settings;
use crate::message::Message;
use crate::screen::Pane;

macro_rules! check {
    ($play:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($play.text());
        });
    };
}

pub(super) fn play(names: &[&str], columns: u16, rows: u16) -> Play {
    let mut author = Author::default();
    author.heading(2, "Hand over");
    author.step(
        "approval",
        StepKind::Manual,
        "Ask on-call for the ticket and the window, and write down both.",
    );
    author.with(|step| {
        step.flow.captures = names.iter().copied().map(VariableName::new).collect();
    });
    author.step("after", StepKind::Sql, "SELECT 1;\n");
    let mut play = Play::of(author.plan("Hand over"), Settings::default(), columns, rows);
    play.press(KeyCode::Enter);
    play
}

fn tick(play: &Play, values: &[&str]) -> Command {
    Command::Tick {
        step: play.step("approval"),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

fn complaint(play: &Play) -> Option<&str> {
    let dialog = play.screen.dialog.as_ref()?;
    dialog.complaint.as_deref()
}

#[test]
fn tick_dialog_80x24() {
    let mut play = play(&["ticket", "window_end"], 80, 24);
    play.press(KeyCode::Enter);
    play.keys("OPS-17");
    play.press(KeyCode::Tab);
    play.keys("04:00");
    check!(play);
}

#[test]
fn tick_dialog_120x40_refuses_what_is_empty() {
    let mut play = play(&["ticket"], 120, 40);
    play.press(KeyCode::Enter);
    play.keys("  ");
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, []);
    check!(play);
}

#[test]
fn enter_goes_through_the_fields_and_ticks_after_the_last() {
    let mut play = play(&["ticket", "window_end"], 80, 24);
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [], "asked first");
    play.keys(" OPS-17 ");
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, []);
    play.keys("04:00");
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [tick(&play, &["OPS-17", "04:00"])]);
    assert!(play.screen.dialog.is_none());
}

#[test]
fn an_empty_field_gets_the_keys_back_and_says_so() {
    let mut play = play(&["ticket", "window_end"], 80, 24);
    play.press(KeyCode::Enter);
    play.press(KeyCode::Tab);
    play.keys("04:00");
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, []);
    assert_eq!(complaint(&play), Some("ticket has no value yet."));
    play.keys("OPS-17");
    assert_eq!(complaint(&play), None);
    play.press(KeyCode::BackTab);
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [tick(&play, &["OPS-17", "04:00"])]);
}

#[test]
fn escape_leaves_and_ticks_nothing() {
    let mut play = play(&["ticket"], 80, 24);
    play.press(KeyCode::Enter);
    play.keys("q");
    play.press(KeyCode::Esc);
    assert!(play.screen.dialog.is_none());
    assert_eq!(play.sent, []);
}

#[test]
fn a_click_chooses_a_field_and_the_button_ticks() {
    let mut play = play(&["ticket", "window_end"], 80, 24);
    let at = play.find("[ Tick ]").unwrap();
    play.click(at);
    play.keys("OPS-17");
    let at = play.find("window_end").unwrap();
    play.click(Position::new(at.x + 14, at.y));
    play.keys("04:00");
    let at = play.find("[ Tick it (Enter) ]").unwrap();
    play.click(at);
    assert_eq!(play.sent, [tick(&play, &["OPS-17", "04:00"])]);
}

#[test]
fn a_value_takes_64_kib_and_no_byte_more() {
    let mut play = play(&["ticket"], 80, 24);
    play.press(KeyCode::Enter);
    let most = "é".repeat(32 * 1024);
    play.tell(Message::Paste(format!("{most}\n")));
    assert_eq!(complaint(&play), None);
    play.keys("x");
    assert!(complaint(&play).unwrap().contains("64 KiB"));
    play.tell(Message::Paste("y".to_owned()));
    assert!(complaint(&play).unwrap().contains("64 KiB"));
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [tick(&play, &[&most])]);
}

#[test]
fn a_pasted_value_is_taken_as_it_is_or_not_at_all() {
    let mut play = play(&["ticket"], 80, 24);
    play.press(KeyCode::Enter);
    play.keys("<>");
    play.press(KeyCode::Left);
    play.tell(Message::Paste("one\ntwo".to_owned()));
    assert!(complaint(&play).unwrap().contains("none of it was taken"));
    play.tell(Message::Paste(" a b ".to_owned()));
    play.keys("!");
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [tick(&play, &["<a b!>"])]);
}

#[test]
fn what_was_typed_stays_while_another_key_is_being_answered() {
    let mut play = play(&["ticket"], 80, 24);
    play.press(KeyCode::Enter);
    play.keys("OPS-17");
    play.screen.asked = true;
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, []);
    assert_eq!(play.screen.dialog.as_ref().unwrap().typed(), "OPS-17");
}

#[test]
fn without_captures_a_tick_is_sent_at_once() {
    let mut play = play(&[], 80, 24);
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [tick(&play, &[])]);
}

#[test]
fn any_number_of_fields_fits_any_screen_and_the_one_with_the_keys_is_seen() {
    let names: Vec<String> = (0..40).map(|n| format!("variable_{n:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for columns in 0..=60 {
        for rows in 0..=16 {
            let mut play = play(&names, columns, rows);
            play.screen.focus = Pane::Page;
            play.press(KeyCode::Enter);
            for _ in 0..3 {
                play.press(KeyCode::BackTab);
            }
            play.keys("typed");
            let text = play.text();
            if columns >= 40 && rows >= 8 {
                assert!(
                    text.contains("variable_37 > typed"),
                    "{columns}x{rows}\n{text}"
                );
            }
        }
    }
}
